internal import Trading

/// A chart: panels above each other over one time axis.
///
/// Design note: pictures are stretched to the room there is, and lines keep their width. Labels
/// are text of the page beside them, so that they can be read at every width.
struct Plot {
    /// One panel of a chart.
    struct Panel {
        /// How high it is: the name of a class of the style sheet.
        let size: String
        /// What it shows, for those who do not see it.
        let title: String
        let description: String
        let ticks: [ValueAxis.Tick]
        /// Draws within 1000 by 1000 units, the origin at the top left.
        let draw: (inout Markup) -> Void
    }

    let id: String
    let axis: TimeAxis
    /// Where nothing is known.
    let gaps: [RawReplay.Gap]
    let panels: [Panel]

    /// Writes the chart.
    func write(to page: inout Markup) {
        let xTicks = axis.ticks
        page.element("div", ["class": "plot"]) { page in
            for (place, panel) in panels.enumerated() {
                labels(panel, &page)
                picture(panel, "\(id)-\(place)", xTicks, &page)
            }
            Self.times(xTicks, &page)
        }
    }

    private func shade(_ gap: RawReplay.Gap, _ page: inout Markup) {
        let from = min(max(axis.position(gap.fromTime), 0), 1)
        let to = gap.to == nil ? 1 : min(max(axis.position(gap.toTime), from), 1)
        page.element(
            "rect",
            [
                "class": "lost", "x": Geometry.coordinate(from), "y": "0",
                "width": Geometry.coordinate(to - from), "height": "1000",
            ]
        ) { page in page.element("title", "could not be replayed: \(gap.reason.cut)") }
    }

    /// The labels of the time axis.
    static func times(_ ticks: [TimeAxis.Tick], _ page: inout Markup) {
        page.element("div", ["class": "corner"], "UTC")
        page.element("div", ["class": "xs", "aria-hidden": "true"]) { page in
            for tick in ticks {
                let edge = tick.position < 0.04 ? " left" : tick.position > 0.96 ? " right" : ""
                let style = "left:\(Geometry.percent(tick.position))"
                page.element("span", ["class": "x\(edge)", "style": style], tick.label)
            }
        }
    }

    private func labels(_ panel: Panel, _ page: inout Markup) {
        let widest = panel.ticks.map(\.label).max { $0.count < $1.count } ?? ""
        page.element("div", ["class": "ys", "aria-hidden": "true"]) { page in
            page.element("span", ["class": "w"], widest)
            for tick in panel.ticks {
                let style = "bottom:\(Geometry.percent(tick.position))"
                page.element("span", ["class": "y", "style": style], tick.label)
            }
        }
    }

    private func picture(
        _ panel: Panel,
        _ id: String,
        _ xTicks: [TimeAxis.Tick],
        _ page: inout Markup
    ) {
        page.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": panel.size,
                "viewBox": "0 0 1000 1000", "preserveAspectRatio": "none", "role": "img",
                "aria-labelledby": "\(id)-t \(id)-d",
            ]
        ) { page in
            page.element("title", ["id": "\(id)-t"], panel.title)
            page.element("desc", ["id": "\(id)-d"], panel.description)
            var grid = ""
            for tick in panel.ticks { grid += "M0 \(Geometry.height(tick.position))H1000" }
            for tick in xTicks { grid += "M\(Geometry.coordinate(tick.position)) 0V1000" }
            page.element("path", ["class": "grid", "d": grid])
            for gap in gaps { shade(gap, &page) }
            panel.draw(&page)
        }
    }
}

extension Plot {
    /// A line through points, which goes straight on from each until the next where `isStepped`.
    static func path(
        _ points: [(x: Double, y: Double)],
        isStepped: Bool = false
    ) -> String {
        guard let first = points.first else { return "" }
        var path = "M\(Geometry.coordinate(first.x)) \(Geometry.height(first.y))"
        for point in points.dropFirst() {
            let (x, y) = (Geometry.coordinate(point.x), Geometry.height(point.y))
            path += isStepped ? "H\(x)V\(y)" : "L\(x) \(y)"
        }
        return path
    }

    /// A dot, whose size is in pixels of the screen.
    static func dot(
        _ kind: String,
        _ x: Double,
        _ y: Double,
        size: Double,
        title: String,
        _ page: inout Markup
    ) {
        let place = "M\(Geometry.coordinate(x)) \(Geometry.height(y))h.01"
        let style = "stroke-width:\(Geometry.tenths(size))"
        page.element("path", ["class": kind, "d": place, "style": style]) { page in
            page.element("title", title)
        }
    }

    /// The explanations of a chart's signs: the class that draws one, and what it means.
    static func key(_ entries: [(kind: String, meaning: String)], _ page: inout Markup) {
        page.element("ul", ["class": "key"]) { page in
            for (kind, meaning) in entries {
                page.element("li") { page in
                    page.element(
                        "svg",
                        [
                            "xmlns": "http://www.w3.org/2000/svg", "class": "swatch",
                            "viewBox": "0 0 24 12", "aria-hidden": "true",
                        ]
                    ) { page in swatch(kind, &page) }
                    page.write(" " + meaning)
                }
            }
        }
    }

    private static func swatch(_ kind: String, _ page: inout Markup) {
        switch kind {
        case "buy", "sell", "longest":
            page.element("path", ["class": kind, "d": "M12 6h.01", "style": "stroke-width:8"])
        case "band gain", "band loss", "band still", "fall", "lost":
            page.element(
                "rect",
                ["class": kind, "x": "1", "y": "1", "width": "22", "height": "10"]
            )
        default: page.element("path", ["class": kind, "d": "M1 6H23"])
        }
    }
}
