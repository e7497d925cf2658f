internal import Trading

/// What happened when: epochs, pauses and troubles, each on a lane of its own.
struct TimeLine {
    let gathered: ReportGatherer
    let gaps: [RawReplay.Gap]
    let axis: TimeAxis

    /// Writes the time line.
    func write(to page: inout Markup) {
        let ticks = axis.ticks
        page.element("div", ["class": "plot lanes"]) { page in
            let epochs = Array(gathered.epochs.rows)
            lane("epochs", epochs.count, ticks, &page) { page in
                for (place, row) in epochs.enumerated() {
                    let kind = place % 2 == 0 ? "epoch" : "epoch other"
                    bar(kind, row.began, row.lastTime, "epoch \(row.epoch)", &page)
                }
            }
            if !gaps.isEmpty {
                lane("damage", gaps.count, ticks, &page) { page in
                    for gap in gaps { bar("gap", gap.fromTime, gap.toTime, gap.reason, &page) }
                }
            }
            let pauses = Array(gathered.pauses.rows)
            if !pauses.isEmpty {
                lane("paused", gathered.pauses.total, ticks, &page) { page in
                    for row in pauses {
                        bar("pause", row.from, row.to ?? axis.to, "nothing was opened", &page)
                    }
                }
            }
            for lane in ReportGatherer.Lane.allCases { marks(lane, ticks, &page) }
            Plot.times(ticks, &page)
        }
    }

    private func marks(
        _ lane: ReportGatherer.Lane,
        _ ticks: [TimeAxis.Tick],
        _ page: inout Markup
    ) {
        guard let columns = gathered.lanes[lane]?.columns else { return }
        let count = columns.reduce(0) { $0 + $1.cell.count }
        self.lane(lane.name, count, ticks, &page) { page in
            var path = ""
            for column in columns {
                path += "M\(Geometry.coordinate(axis.position(column.time))) 150V850"
            }
            page.element("path", ["class": "mark \(lane.kind)", "d": path])
        }
    }

    private func lane(
        _ name: String,
        _ count: Int,
        _ ticks: [TimeAxis.Tick],
        _ page: inout Markup,
        _ draw: (inout Markup) -> Void
    ) {
        page.element("div", ["class": "lane"]) { page in
            page.write(name + " ")
            page.element("b", Markup.grouped(String(count)))
        }
        page.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "strip",
                "viewBox": "0 0 1000 1000", "preserveAspectRatio": "none", "role": "img",
                "aria-label": "\(name): \(count)",
            ]
        ) { page in
            var grid = "M0 1000H1000"
            for tick in ticks { grid += "M\(Geometry.coordinate(tick.position)) 0V1000" }
            page.element("path", ["class": "grid", "d": grid])
            draw(&page)
        }
    }

    private func bar(
        _ kind: String,
        _ from: Timestamp,
        _ to: Timestamp,
        _ title: String,
        _ page: inout Markup
    ) {
        let begin = min(max(axis.position(from), 0), 1)
        let end = min(max(axis.position(to), begin), 1)
        page.element(
            "rect",
            [
                "class": kind, "x": Geometry.coordinate(begin), "y": "200",
                "width": Geometry.coordinate(end - begin), "height": "600",
            ]
        ) { page in page.element("title", title.cut) }
    }
}

extension ReportGatherer.Lane {
    /// What the lane is called.
    var name: String {
        switch self {
        case .uncleanStop: "unclean stops"
        case .deal: "deals ended"
        case .refusal: "refused orders"
        case .unknown: "unknown outcomes"
        case .alarm: "alarms"
        case .error: "errors"
        case .operation: "settings, operator"
        }
    }

    /// How its marks look: the name of a class of the style sheet.
    fileprivate var kind: String {
        switch self {
        case .uncleanStop, .alarm: "bad"
        case .refusal, .unknown, .error: "doubt"
        case .deal, .operation: "plain"
        }
    }
}
