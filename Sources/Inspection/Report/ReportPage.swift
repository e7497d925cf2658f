internal import Journal
internal import Projections
internal import Trading

/// The page of a report: one file that needs nothing else.
struct ReportPage {
    let content: ReportContent
    let figures: ReportFigures

    var gathered: ReportGatherer { content.gathered }
    var times: PageTimes { content.times }
    var currency: String { content.currency }

    init(_ content: ReportContent) {
        self.content = content
        figures = ReportFigures(content)
    }

    /// How many instruments have a chart.
    static let chartLimit = 8

    /// The whole page.
    var html: String {
        var page = Markup()
        page.doctype()
        page.element("html", ["lang": "en"]) { page in
            page.element("head", writeHead)
            page.element("body") { page in
                page.element("header", writeHeader)
                page.element("main") { page in
                    writeFindings(&page)
                    writeFigures(&page)
                    if gathered.first == nil { return }
                    writeCourse(&page)
                    writeInstruments(&page)
                    writeDeals(&page)
                    writeFills(&page)
                    writeRefusals(&page)
                    writeLimits(&page)
                    writeOperations(&page)
                    writeEpochs(&page)
                    writeTroubles(&page)
                }
                page.element("footer", writeFooter)
            }
        }
        return page.text
    }

    /// What the report is of, in a few words.
    private var title: String {
        let names = content.end.instruments.map { $0.instrument.name.cut }
        switch names.count {
        case 0 where content.verification.report.head == nil: return "Nothing can be read"
        case 0: return "A journal without instruments"
        case 1...3: return names.joined(separator: ", ")
        default: return "\(names.count) instruments"
        }
    }

    private func writeHead(_ page: inout Markup) {
        page.element("meta", ["charset": "utf-8"])
        page.element(
            "meta",
            ["name": "viewport", "content": "width=device-width, initial-scale=1"]
        )
        // Nothing is fetched and nothing runs, whatever a text of the journal tries.
        page.element(
            "meta",
            [
                "http-equiv": "Content-Security-Policy",
                "content": "default-src 'none'; style-src 'unsafe-inline'",
            ]
        )
        page.element("meta", ["name": "referrer", "content": "no-referrer"])
        page.element("meta", ["name": "color-scheme", "content": "light dark"])
        page.element("title", "\(title): report of journal \(content.end.tag.cut)")
        page.style(PageStyle.sheet)
    }

    private func writeHeader(_ page: inout Markup) {
        let end = content.end
        page.element("p", ["class": "kicker"]) { page in
            page.write("Holdfast · journal \(end.tag.cut) · \(end.mode.name)")
        }
        page.element("h1") { page in
            page.write(title)
            guard let axis = content.axis else { return }
            page.element("span", ["class": "when"], " \(axis.caption)")
        }
        page.element("p", ["class": "lead"], writeLead)
        if gathered.first != nil { page.element("nav", Self.navigation, writeParts) }
        page.element("dl", ["class": "facts"], writeFacts)
    }

    private static let navigation: KeyValuePairs = ["aria-label": "Parts of the report"]

    private func writeParts(_ page: inout Markup) {
        for (id, name) in [
            ("figures", "Figures"), ("course", "Course"), ("instruments", "Instruments"),
            ("deals", "Deals"), ("fills", "Fills"), ("refusals", "Refusals"),
            ("limits", "Limits"), ("operations", "Operator"), ("epochs", "Epochs"),
            ("troubles", "Errors"),
        ] {
            page.element("a", ["href": "#\(id)"], name)
            page.write(" ")
        }
    }

    private func writeLead(_ page: inout Markup) {
        guard gathered.first != nil else {
            page.write(
                content.verification.report.head == nil
                    ? "No batch of this journal can be read as it lies."
                    : "No event of the journal lies within this period."
            )
            return
        }
        let end = content.end
        if let last = content.lastKnown { page.write("Up to event \(last): ") }
        if figures.closed == 0 {
            page.write("No deal was closed. ")
        } else {
            page.write(Markup.counted(figures.closed, "deal was", "deals were") + " closed, ")
            page.write("\(Markup.grouped(String(figures.profitable))) of them with a profit. ")
        }
        page.write("The realised result is ")
        page.number(figures.profit.value, isResult: true)
        page.write(" \(currency) after ")
        page.number(figures.fees.value)
        page.write(" in fees; the deepest fall from a best result was ")
        if !content.isFromBeginning { page.write(atLeast) }
        page.number(figures.maximumDrawdown.value)
        page.write(". ")
        let unclean = content.uncleanStops
        if unclean > 0 {
            let count = Markup.counted(unclean, "stop was", "stops were")
            page.write((content.isWhole ? "" : "At least ") + "\(count) unclean. ")
        }
        page.write(
            end.deals.isEmpty
                ? "Nothing is open at \(endName)."
                : Markup.counted(end.deals.count, "deal is", "deals are") + " open at \(endName)."
        )
    }

    private func writeFacts(_ page: inout Markup) {
        let name = content.verification.report.journalID?.description ?? "unknown"
        guard content.isReadable else { return fact("Journal", name, isCode: true, &page) }
        let end = content.end
        if let first = gathered.first, let last = gathered.last {
            fact("First event", "\(first.time)", &page)
            fact("Last event", "\(last.time)", &page)
            fact(
                "Events",
                "\(Markup.grouped(String(first.sequence))) to "
                    + Markup.grouped(String(last.sequence)),
                &page
            )
        } else {
            fact("Events", "none in the period; the journal ends at \(end.head)", &page)
        }
        let programs = gathered.epochs.rows.reduce(into: [String]()) { names, row in
            if !names.contains(row.program) { names.append(row.program) }
        }
        fact("Journal", name, isCode: true, &page)
        fact("Written by", programs.suffix(5).map(\.cut).joined(separator: ", "), &page)
        fact("Configuration", end.configurationHash.cut, isCode: true, &page)
        for source in end.sources.suffix(6) {
            let hash = source.contentHash.prefix(12)
            fact("Source", "\(source.name.cut), SHA-256 \(hash)…", &page)
        }
        fact("State hash", "\(stateHash)", isCode: true, &page)
        fact("Outcome hash", "\(end.outcome.digest)", isCode: true, &page)
        if let head = content.verification.report.head {
            fact("Chain hash", "\(head.chainHash) at event \(head.sequence)", isCode: true, &page)
        }
    }

    private func fact(
        _ name: String,
        _ value: String,
        isCode: Bool = false,
        _ page: inout Markup
    ) {
        page.element("div") { page in
            page.element("dt", name)
            page.element("dd", ["class": isCode ? "code" : "plain"], value.isEmpty ? "–" : value)
        }
    }

    private func writeFooter(_ page: inout Markup) {
        page.element(
            "p",
            "Made by \(content.program) from the journal alone. Figures are exact decimals: small "
                + "digits are those beyond the usual places. Times are UTC as the engine stamped "
                + "them; on a tape the clock is the tape's. Lines are thinned to about 2,000 "
                + "points that keep every column's extremes. Results count fees and funding."
        )
        page.element(
            "p",
            "A period is cut from the whole: its figures are those at its end less those before "
                + "its first event. Everything that is not shown here is in the journal: "
                + "journalctl show tells single events, journalctl export gives whole tables."
        )
    }
}
