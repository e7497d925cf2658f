internal import Trading

/// The realised result over time, with what is open beside it, and the fall from its best.
struct ResultChart {
    let gathered: ReportGatherer
    let gaps: [RawReplay.Gap]
    let axis: TimeAxis
    let currency: String

    /// Writes the chart.
    func write(to page: inout Markup) {
        let result = gathered.result.points
        let marked = gathered.marked.points
        let falls = gathered.drawdown.points
        let values = result.map(\.value.value) + marked.map(\.value.amount.value) + [.zero]
        let scale = ValueAxis(values.min() ?? .zero, values.max() ?? .zero, count: 7)
        let deepest = gathered.maximumDrawdown.value
        let depth = ValueAxis(-deepest, .zero, count: 3, margin: 0.02)
        let plot = Plot(
            id: "result",
            axis: axis,
            gaps: gaps,
            panels: [
                Plot.Panel(
                    size: "tall",
                    title: "Result over time",
                    description: "The realised result in \(currency), from 0 at the beginning to "
                        + "\(result.last?.value.description ?? "0") at the end.",
                    ticks: scale.ticks,
                    draw: { page in curves(result, marked, scale, &page) }
                ),
                Plot.Panel(
                    size: "low",
                    title: "Drawdown over time",
                    description: "The fall from the best realised result so far in \(currency), at "
                        + "most \(deepest).",
                    ticks: depth.ticks,
                    draw: { page in area(falls, depth, &page) }
                ),
            ]
        )
        var key = [
            ("line", "realised"), ("marked", "with open deals, at the last known prices"),
            ("fall", "below: fall from the best so far"),
        ]
        if !gaps.isEmpty { key.append(("lost", "not known")) }
        Plot.key(key, &page)
        plot.write(to: &page)
    }

    private func curves(
        _ result: [Extremes<Money>.Point],
        _ marked: [Extremes<OpenResult>.Point],
        _ scale: ValueAxis,
        _ page: inout Markup
    ) {
        let zero = Geometry.height(scale.position(.zero))
        page.element("path", ["class": "zero", "d": "M0 \(zero)H1000"])
        page.element("path", ["class": "marked", "d": open(marked, scale)])
        let line = result.map { (axis.position($0.time), scale.position($0.value.value)) }
        page.element("path", ["class": "line", "d": Plot.path(line, isStepped: true) + "H1000"])
    }

    /// The line is broken where nothing was open.
    private func open(_ marked: [Extremes<OpenResult>.Point], _ scale: ValueAxis) -> String {
        var path = ""
        var isOpen = false
        for point in marked {
            path += isOpen ? "L" : "M"
            path += Geometry.coordinate(axis.position(point.time)) + " "
            path += Geometry.height(scale.position(point.value.amount.value))
            isOpen = point.value.isOpen
        }
        return path
    }

    private func area(
        _ falls: [Extremes<Money>.Point],
        _ scale: ValueAxis,
        _ page: inout Markup
    ) {
        let zero = Geometry.height(scale.position(.zero))
        let line = falls.map { (axis.position($0.time), scale.position(-$0.value.value)) }
        guard let first = line.first else { return }
        let begin = "M\(Geometry.coordinate(first.0)) \(zero)V\(Geometry.height(first.1))"
        let path = Plot.path(line, isStepped: true).drop { $0 != "H" }
        page.element("path", ["class": "fall", "d": "\(begin)\(path)H1000V\(zero)Z"])
    }
}
