internal import Trading

/// How long commits took over time.
struct LatencyChart {
    let columns: [TimeColumns<CommitTimes>.Column]
    let axis: TimeAxis

    /// Writes the chart.
    func write(to page: inout Markup) {
        let shortest = columns.map(\.cell.times.median).min() ?? .zero
        let longest = columns.map(\.cell.times.longest).max() ?? .zero
        let scale = LengthAxis(shortest, longest)
        Plot.key(
            [
                ("line", "median"), ("ninety", "99 of 100 within"), ("longest", "longest"),
            ],
            &page
        )
        let plot = Plot(
            id: "commits",
            axis: axis,
            gaps: [],
            panels: [
                Plot.Panel(
                    size: "mid",
                    title: "Time of commits",
                    description: "Median, 99th percentile and longest time of a commit, from "
                        + "\(shortest.milliseconds) to \(longest.milliseconds) milliseconds, on "
                        + "a scale of powers of ten.",
                    ticks: scale.ticks,
                    draw: { page in
                        draw("line", scale, &page) { $0.median }
                        draw("ninety", scale, &page) { $0.percentile99 }
                        var dots = ""
                        for column in columns {
                            let x = Geometry.coordinate(axis.position(column.time))
                            let y = scale.position(column.cell.times.longest)
                            dots += "M\(x) \(Geometry.height(y))h.01"
                        }
                        page.element("path", ["class": "longest", "d": dots])
                    }
                )
            ]
        )
        plot.write(to: &page)
    }

    private func draw(
        _ kind: String,
        _ scale: LengthAxis,
        _ page: inout Markup,
        _ length: (DurationHistogram) -> TimeSpan
    ) {
        var points = columns.map { column in
            (axis.position(column.time), scale.position(length(column.cell.times)))
        }
        // One measurement is a dash rather than nothing.
        if points.count == 1 {
            points = [(points[0].0 - 0.01, points[0].1), (points[0].0 + 0.01, points[0].1)]
        }
        page.element("path", ["class": kind, "d": Plot.path(points)])
    }
}
