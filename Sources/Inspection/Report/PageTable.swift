internal import Trading

/// A row of a table while it is written.
struct TableRow {
    private(set) var markup = Markup()

    /// The cell that names the row.
    mutating func head(_ text: String) {
        markup.element("th", ["scope": "row"], text)
    }

    /// A cell with a text.
    mutating func text(_ text: String) { markup.element("td", text) }

    /// A cell with a text that is cut where it is very long, and may break into lines.
    mutating func prose(_ text: String) { markup.element("td", ["class": "prose"], text.cut) }

    /// A cell with a number, exactly.
    mutating func number(_ value: Decimal, places: Int = 2, isResult: Bool = false) {
        markup.element("td", ["class": "r"]) { cell in
            cell.number(value, places: places, isResult: isResult)
        }
    }

    /// A cell with a number where there is one.
    mutating func number(_ value: Decimal?, places: Int = 2) {
        if let value { number(value, places: places) } else { right("–") }
    }

    /// A cell with anything.
    mutating func cell(_ content: (inout Markup) -> Void) { markup.element("td", content) }

    /// A cell with a count or a length of time.
    mutating func right(_ text: String) { markup.element("td", ["class": "r"], text) }

    /// A cell with a moment.
    mutating func time(_ time: Timestamp, _ times: PageTimes) {
        markup.element("td") { times.write(time, to: &$0) }
    }
}

extension ReportPage {
    /// Writes a part of the page.
    func section(
        _ id: String,
        _ title: String,
        _ page: inout Markup,
        _ content: (inout Markup) -> Void
    ) {
        page.element("section", ["id": id]) { page in
            page.element("h2", title)
            content(&page)
        }
    }

    /// Writes a table that scrolls within itself.
    ///
    /// - Parameters:
    ///   - caption: What it shows.
    ///   - columns: The names of the columns, and which are of numbers.
    ///   - rows: What each row is of.
    ///   - page: The page.
    ///   - write: Writes one row.
    func table<Rows: Sequence>(
        _ caption: String,
        _ columns: [(name: String, isNumber: Bool)],
        _ rows: Rows,
        _ page: inout Markup,
        _ write: (inout TableRow, Rows.Element) -> Void
    ) {
        let region: KeyValuePairs = [
            "class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption,
        ]
        page.element("h3", caption)
        page.element("div", region) { page in
            page.element("table", ["aria-label": caption]) { page in
                page.element("thead") { page in
                    page.element("tr") { page in
                        for (name, isNumber) in columns {
                            let kind = isNumber ? "r" : "l"
                            page.element("th", ["scope": "col", "class": kind], name)
                        }
                    }
                }
                page.element("tbody") { page in
                    for element in rows {
                        var row = TableRow()
                        write(&row, element)
                        page.element("tr") { $0.add(row.markup) }
                    }
                }
            }
        }
    }

    /// Says something in place of a table.
    func none(_ text: String, _ page: inout Markup) {
        page.element("p", ["class": "none"], text)
    }

    /// Says that nothing is there, in a sentence without its full stop.
    func nothing(_ text: String, _ page: inout Markup) { none(text + asFarAsRead + ".", &page) }

    /// What has to be said of a sum or of nothing where not every event is known.
    var asFarAsRead: String { content.isWhole ? "" : ", as far as could be read" }

    /// What has to be said before a count where not every event is known.
    var atLeast: String { content.isWhole ? "" : "at least " }

    /// Says how many of all rows a table has.
    func shown(_ count: Int, of total: Int, _ kind: String) -> String {
        let all = Markup.grouped(String(total))
        if count == total { return content.isWhole ? "all \(all)" : "at least \(all)" }
        return "the newest \(Markup.grouped(String(count))) of \(atLeast)\(all); "
            + "the rest: journalctl \(kind)"
    }
}
