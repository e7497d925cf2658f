internal import Projections
internal import Trading

/// What the journal knows of an instrument's price, with its deals and fills, and what the deals
/// made.
struct PriceChart {
    let trace: InstrumentTrace
    let open: [DealRow]
    let gaps: [RawReplay.Gap]
    let axis: TimeAxis
    let times: PageTimes
    let id: String

    private var name: String { trace.instrument.name.cut }

    /// Writes the chart.
    func write(to page: inout Markup) {
        let prices = trace.prices.points
        let deals = trace.deals.rows.sorted { $0.id < $1.id } + open
        let scale = scale(prices, deals)
        let columns = trace.results.columns
        let losses = columns.map(\.cell.losses.value).min() ?? .zero
        let gains = columns.map(\.cell.gains.value).max() ?? .zero
        let results = ValueAxis(losses, gains, count: 3, margin: 0.1)
        writeKey(deals, &page)
        let isDense = deals.count > Self.denseDeals
        let plot = Plot(
            id: id,
            axis: axis,
            gaps: gaps,
            panels: [
                Plot.Panel(
                    size: isDense ? "tall dense" : "tall",
                    title: "Prices and deals of \(name)",
                    description: "Prices in \(trace.quote.cut) that the journal knows, "
                        + "\(trace.sum.deals) deals from entry to exit, and fills.",
                    ticks: scale.ticks,
                    draw: { page in
                        for deal in deals { draw(deal, scale, &page) }
                        page.element("path", ["class": "price", "d": line(prices, scale)])
                        drawFills(scale, &page)
                    }
                ),
                Plot.Panel(
                    size: "low",
                    title: "Results of the deals in \(name)",
                    description: "Gains upward and losses downward in \(trace.quote.cut), at the "
                        + "time a deal ended.",
                    ticks: results.ticks,
                    draw: { page in drawResults(results, &page) }
                ),
            ]
        )
        plot.write(to: &page)
    }

    private func writeKey(_ deals: [DealRow], _ page: inout Markup) {
        var key = [("price", "known prices")]
        let ended = deals.filter { $0.endedAt != nil }
        if ended.contains(where: { !$0.profit.isNegative }) {
            key += [("band gain", "deal with a gain"), ("way gain", "entry to exit")]
        }
        if ended.contains(where: \.profit.isNegative) {
            key += [("band loss", "deal with a loss"), ("way loss", "entry to exit")]
        }
        if !open.isEmpty { key.append(("band still", "open deal")) }
        if !gaps.isEmpty { key.append(("lost", "not known")) }
        key += [("stop", "stop"), ("buy", "bought"), ("sell", "sold, by size")]
        if !ended.isEmpty { key.append(("bar gain", "below: what each deal made")) }
        Plot.key(key, &page)
    }

    /// More deals or fills than these are drawn smaller.
    private static let denseDeals = 120
    private static let denseFills = 300

    /// The range of the prices; stops widen it, but not beyond recognition.
    private func scale(_ prices: [Extremes<Price>.Point], _ deals: [DealRow]) -> ValueAxis {
        var known = prices.map(\.value.value)
        for deal in deals where deal.entryPrice.isPositive { known.append(deal.entryPrice.value) }
        let (low, high) = (known.min() ?? .zero, known.max() ?? .zero)
        let room = Double(high.units) - Double(low.units)
        let (lowest, highest) = (Double(low.units) - room, Double(high.units) + room)
        for deal in deals {
            for stop in deal.stops {
                let place = Double(stop.price.value.units)
                if place > lowest, place < highest { known.append(stop.price.value) }
            }
        }
        return ValueAxis(known.min() ?? low, known.max() ?? high, count: 7)
    }

    /// The line is broken where damage hides what happened.
    private func line(_ prices: [Extremes<Price>.Point], _ scale: ValueAxis) -> String {
        var path = ""
        var before: Timestamp?
        for point in prices {
            let isBroken = gaps.contains { gap in
                before.map { $0 <= gap.fromTime && point.time >= gap.toTime } ?? true
            }
            path += before == nil || isBroken ? "M" : "L"
            path += Geometry.coordinate(axis.position(point.time)) + " "
            path += Geometry.height(scale.position(point.value.value))
            before = point.time
        }
        return path
    }

    private func draw(_ deal: DealRow, _ scale: ValueAxis, _ page: inout Markup) {
        let begin = deal.enteredAt ?? deal.openedAt
        let end = deal.endedAt ?? axis.to
        let from = min(max(axis.position(begin), 0), 1)
        let to = min(max(axis.position(end), from), 1)
        let kind =
            deal.endedAt == nil ? "still" : deal.profit.isNegative ? "loss" : "gain"
        page.element("g") { page in
            page.element("title", title(of: deal))
            page.element(
                "rect",
                [
                    "class": "band \(kind)", "x": Geometry.coordinate(from), "y": "0",
                    "width": Geometry.coordinate(to - from), "height": "1000",
                ]
            )
            page.element("path", ["class": "stop", "d": stops(deal, to, scale)])
            let entry = scale.position(deal.entryPrice.value)
            guard deal.entryPrice.isPositive else { return }
            let level = "M\(Geometry.coordinate(from)) \(Geometry.height(entry))"
            page.element("path", ["class": "level", "d": level + "H\(Geometry.coordinate(to))"])
            guard let exit = deal.exitPrice, let leftAt = deal.leftAt else { return }
            let left = (axis.position(leftAt), scale.position(exit.value))
            page.element(
                "path",
                ["class": "way \(kind)", "d": Plot.path([(from, entry), left])]
            )
        }
    }

    private func stops(_ deal: DealRow, _ end: Double, _ scale: ValueAxis) -> String {
        let points = deal.stops.map { stop in
            (min(max(axis.position(stop.time), 0), end), scale.position(stop.price.value))
        }
        let path = Plot.path(points, isStepped: true)
        return path.isEmpty ? path : path + "H\(Geometry.coordinate(end))"
    }

    private func title(of deal: DealRow) -> String {
        let side = deal.isLong ? "long" : "short"
        let begin = "deal \(deal.id), \(side), entered at \(deal.entryPrice)"
        guard deal.endedAt != nil else { return begin + ", still open" }
        let exit = deal.exitPrice.map { ", left at \($0)" } ?? ""
        return "\(begin)\(exit), \(deal.reason.name): \(deal.profit) \(trace.quote.cut)"
    }

    private func drawFills(_ scale: ValueAxis, _ page: inout Markup) {
        let fills = trace.fills.rows
        guard let most = fills.first?.notional.value.units, most > 0 else { return }
        let scaleOfDots = fills.count > Self.denseFills ? 0.6 : 1
        // The largest first, so that small ones are not hidden.
        for fill in fills {
            let share = Double(fill.notional.value.units) / Double(most)
            let kind = fill.side == .buy ? "buy" : "sell"
            let title =
                "\(kind) \(fill.execution.quantity) at \(fill.execution.price), "
                + "\(fill.notional) \(trace.quote.cut), \(times.text(fill.time))"
            Plot.dot(
                kind,
                axis.position(fill.time),
                scale.position(fill.execution.price.value),
                size: (2.4 + 4.6 * share.squareRoot()) * scaleOfDots,
                title: title,
                &page
            )
        }
    }

    private func drawResults(_ scale: ValueAxis, _ page: inout Markup) {
        let zero = Geometry.height(scale.position(.zero))
        page.element("path", ["class": "zero", "d": "M0 \(zero)H1000"])
        var (gains, losses) = ("", "")
        for column in trace.results.columns {
            let begin = "M\(Geometry.coordinate(axis.position(column.time))) \(zero)V"
            let (gain, loss) = (column.cell.gains, column.cell.losses)
            if !gain.isZero { gains += begin + Geometry.height(scale.position(gain.value)) }
            if !loss.isZero { losses += begin + Geometry.height(scale.position(loss.value)) }
        }
        page.element("path", ["class": "bar gain", "d": gains])
        page.element("path", ["class": "bar loss", "d": losses])
    }
}
