internal import Projections
internal import Trading

extension ReportPage {
    /// The result over time and what happened when.
    func writeCourse(_ page: inout Markup) {
        section("course", "Course", &page) { page in
            guard let axis = content.axis else { return }
            page.element("figure") { page in
                page.element("figcaption", "Result and drawdown in \(currency)")
                ResultChart(
                    gathered: gathered,
                    gaps: content.gaps,
                    axis: axis,
                    currency: currency
                ).write(to: &page)
            }
            page.element("figure") { page in
                page.element("figcaption", "What happened when")
                TimeLine(gathered: gathered, gaps: content.gaps, axis: axis).write(to: &page)
            }
        }
    }

    /// Each instrument: its sums, and a chart of what was traded.
    func writeInstruments(_ page: inout Markup) {
        section("instruments", "Instruments", &page) { page in
            let traces = gathered.traces.values.sorted { left, right in
                (right.fills.total, left.instrument.id) < (left.fills.total, right.instrument.id)
            }
            guard let axis = content.axis, !traces.isEmpty else {
                return nothing("No instrument was traded", &page)
            }
            table(
                "Sums by instrument\(asFarAsRead)",
                [("instrument", false), ("deals", true), ("won", true), ("result", true)]
                    + [("fees", true), ("fills", true), ("volume", true), ("in", false)],
                traces,
                &page
            ) { row, trace in
                row.head(trace.instrument.name.cut)
                row.right(Markup.grouped(String(trace.sum.deals)))
                row.right(Markup.grouped(String(trace.sum.wins)))
                row.number(trace.sum.profit.value, isResult: true)
                row.number(trace.fees.value)
                row.right(Markup.grouped(String(trace.fills.total)))
                row.number(trace.volume.value)
                row.text(trace.quote.cut)
            }
            for (place, trace) in traces.prefix(Self.chartLimit).enumerated() {
                page.element("figure") { page in
                    let name = "\(trace.instrument.name.cut), prices in \(trace.quote.cut)"
                    page.element("figcaption", name)
                    let omitted = omitted(trace)
                    if !omitted.isEmpty { page.element("p", ["class": "sub"], omitted) }
                    PriceChart(
                        trace: trace,
                        open: open.filter { $0.instrument == trace.instrument.id },
                        gaps: content.gaps,
                        axis: axis,
                        times: times,
                        id: "price-\(place)"
                    ).write(to: &page)
                }
            }
            if traces.count > Self.chartLimit {
                let count = "\(Self.chartLimit) of \(traces.count)"
                none("Charts are of the \(count) instruments with the most fills.", &page)
            }
        }
    }

    /// What a chart leaves out; empty where that is nothing.
    private func omitted(_ trace: InstrumentTrace) -> String {
        let (deals, fills) = (trace.deals.rows.count, trace.fills.rows.count)
        var parts: [String] = []
        if trace.deals.total > deals {
            let total = Markup.grouped(String(trace.deals.total))
            parts.append("the \(deals) deals of \(total) with the largest results")
        }
        if trace.fills.total > fills {
            let total = Markup.grouped(String(trace.fills.total))
            parts.append("the \(fills) largest fills of \(total)")
        }
        let drawn = parts.joined(separator: " and ")
        return drawn.isEmpty ? "" : "Drawn are \(drawn); the bars below count all deals."
    }

    /// The deals that are open at the end.
    private var open: [DealRow] {
        content.end.deals.ordered.map { deal in
            var row =
                gathered.openDeals[deal.id]
                ?? DealRow(deal, symbol: content.end.name(of: deal.instrument))
            row.take(deal)
            return row
        }
    }

    /// How deals ended, the best and the worst, and all.
    func writeDeals(_ page: inout Markup) {
        section("deals", "Deals", &page) { page in
            writeReasons(&page)
            if !open.isEmpty { dealTable("Open at \(endName)", open, &page) }
            let rows = Array(gathered.deals.rows)
            if rows.isEmpty { return nothing("No deal was closed", &page) }
            if gathered.deals.total > 12 {
                dealTable("The best results", gathered.best.rows, &page)
                dealTable("The worst results", gathered.worst.rows, &page)
            }
            let count = shown(rows.count, of: gathered.deals.total, "export --format csv")
            dealTable("Closed deals: \(count)", rows, &page)
        }
    }

    private func writeReasons(_ page: inout Markup) {
        let ended = DealReason.allCases.compactMap { reason -> (DealReason, ReasonSum)? in
            let sum = gathered.reasons[Int(reason.rawValue)]
            return sum.deals == 0 ? nil : (reason, sum)
        }
        if ended.isEmpty { return }
        table(
            "Closed by\(asFarAsRead)",
            [("reason", false), ("deals", true), ("won", true), ("result", true)],
            ended,
            &page
        ) { row, entry in
            row.head(entry.0.name)
            row.right(Markup.grouped(String(entry.1.deals)))
            row.right(Markup.grouped(String(entry.1.wins)))
            row.number(entry.1.profit.value, isResult: true)
        }
    }

    private func dealTable(_ caption: String, _ rows: [DealRow], _ page: inout Markup) {
        table(
            caption,
            [("deal", false), ("result", true), ("instrument", false), ("side", false)]
                + [("opened", false), ("held", true), ("quantity", true), ("entry", true)]
                + [("exit", true), ("stop", true), ("fees", true), ("ended by", false)]
                + [("began with", false), ("score", true), ("bid", true), ("ask", true)],
            rows,
            &page
        ) { row, deal in
            let filters = content.end.instrument(deal.instrument)?.filters
            let prices = filters?.pricePlaces ?? 8
            row.head("\(deal.id)")
            row.number(deal.profit.value, isResult: true)
            row.text(deal.symbol.cut)
            row.text(deal.isLong ? "long" : "short")
            row.time(deal.openedAt, times)
            row.right(deal.held.map(PageTimes.text) ?? "open")
            row.number(deal.entryQuantity.value, places: filters?.quantityPlaces ?? 8)
            row.number(deal.entryPrice.isZero ? nil : deal.entryPrice.value, places: prices)
            row.number(deal.exitPrice?.value, places: prices)
            row.number(deal.stops.last?.price.value, places: prices)
            row.number(deal.fees.value)
            row.text(deal.endedAt == nil ? "–" : deal.reason.name)
            row.text(deal.evidence.strategyName)
            row.number(deal.evidence.score, places: 4)
            row.number(deal.evidence.bid.value, places: prices)
            row.number(deal.evidence.ask.value, places: prices)
        }
    }

    /// The fills.
    func writeFills(_ page: inout Markup) {
        section("fills", "Fills", &page) { page in
            let rows = gathered.fills.rows
            if rows.isEmpty { return nothing("Nothing was filled", &page) }
            let count = shown(rows.count, of: gathered.fills.total, "export --format csv")
            table(
                "Fills: \(count)",
                [("event", false), ("time", false), ("instrument", false), ("for", false)]
                    + [("side", false), ("quantity", true), ("price", true)]
                    + [("notional", true), ("fee", true), ("in", false), ("as", false)]
                    + [("deal", true)],
                rows,
                &page
            ) { row, fill in
                let filters = content.end.instrument(fill.instrument)?.filters
                row.head("\(fill.sequence)")
                row.time(fill.time, times)
                row.text(fill.symbol.cut)
                row.text(fill.role?.name ?? "liquidation")
                row.text(fill.side.name)
                row.number(
                    fill.execution.quantity.value,
                    places: filters?.quantityPlaces ?? 8
                )
                row.number(fill.execution.price.value, places: filters?.pricePlaces ?? 8)
                row.number(fill.notional.value)
                row.number(fill.execution.fee.value)
                row.text(fill.feeAsset.cut)
                row.text(fill.execution.liquidity.name)
                row.right("\(fill.deal)")
            }
        }
    }
}
