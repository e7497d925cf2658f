internal import JSON
internal import Projections
internal import Trading

/// How a run is told to people and to programs.
public enum RunText {
    /// One line of progress.
    public static func progress(_ progress: RunProgress) -> String {
        let seconds = max(1, progress.elapsed / 1_000_000)
        let rate = progress.inputs * 1000 / UInt64(seconds)
        return "\(progress.time)  \(progress.inputs) inputs (\(rate)/s)  "
            + "\(progress.events) events  deals \(progress.openedDeals) opened, "
            + "\(progress.closedDeals) closed  PnL \(progress.profit.value.text(places: 2))"
    }

    /// The summary a trader reads.
    public static func summary(_ summary: RunSummary, journal: String) -> String {
        let state = summary.state
        let metrics = state.metrics
        let quote = quoteName(state)
        func money(_ amount: Money) -> String { "\(amount.value.text(places: 2)) \(quote)" }
        let rate = metrics.winRate.map { rate in
            " (win rate \(rate.times(Decimal(100), .halfEven).text(places: 1)) %)"
        }
        let duration = metrics.averageDuration.map { span in
            "\(Decimal(Int(span.nanoseconds / 1_000_000)).divided(by: Decimal(1000), .down)) s"
        }
        var lines = [
            headline(summary),
            "",
            "  deals        \(metrics.openedDeals) opened, \(metrics.closedDeals) closed, "
                + "\(metrics.abandonedDeals) never filled, \(state.deals.count) still open",
            "  profitable   \(metrics.profitableDeals)\(rate ?? "")",
            "  closed by    \(reasons(metrics))",
            "  PnL          \(money(metrics.totalProfit))",
            "  fees         \(money(metrics.fees))"
                + (metrics.funding.isZero ? "" : ", funding \(money(metrics.funding))"),
            "  max drawdown \(money(metrics.maximumDrawdown))",
            "  held         \(duration ?? "–") on average",
            "  orders       \(metrics.orders), \(metrics.fills) fills, "
                + "\(metrics.refusals) refused before they left",
            "  balances     \(balances(state))",
            "  journal      \(state.head) events in \(journal)",
            "  stateHash    \(summary.stateHash)",
            "  outcomeHash  \(state.outcome.digest)",
        ]
        if summary.inputs == 0 {
            lines += [
                "",
                "Nothing new was on the tapes. To begin afresh give another --journal, or "
                    + "remove this one.",
            ]
        }
        return lines.joined(separator: "\n")
    }

    private static func headline(_ summary: RunSummary) -> String {
        let seconds = Decimal(Int(summary.elapsed / 1_000_000))
            .divided(by: Decimal(1000), .down).text(places: 2)
        let why = summary.reason == .tapeEnded ? "end of the tapes" : summary.reason.name
        return "\(summary.inputs) inputs in \(seconds) s, up to "
            + "\(summary.state.time): \(why)"
    }

    private static func reasons(_ metrics: PerformanceMetrics) -> String {
        let parts = DealReason.allCases.compactMap { reason -> String? in
            let count = metrics.reasons[Int(reason.rawValue)]
            return count == 0 ? nil : "\(reason.name) \(count)"
        }
        return parts.isEmpty ? "–" : parts.joined(separator: ", ")
    }

    private static func balances(_ state: TradingState) -> String {
        state.assets.map { "\($0.balance) \($0.name)" }.joined(separator: ", ")
    }

    private static func quoteName(_ state: TradingState) -> String {
        guard let quote = state.instruments.first?.instrument.quote else { return "" }
        return state.assets[Int(quote.rawValue)].name
    }

    /// The summary as one line of JSON.
    public static func json(_ summary: RunSummary) -> String {
        let state = summary.state
        let metrics = state.metrics
        func text(_ amount: Money) -> JSONText { .text(amount.description) }
        let reasons = DealReason.allCases.compactMap { reason -> (String, JSONText?)? in
            let count = metrics.reasons[Int(reason.rawValue)]
            return count == 0 ? nil : ("\(reason)", .integer(Int64(clamping: count)))
        }
        let members: [(key: String, value: JSONText?)] = [
            ("reason", .text("\(summary.reason)")),
            ("inputs", .integer(Int64(clamping: summary.inputs))),
            ("replayed", .integer(Int64(clamping: summary.replayed))),
            ("time", .text(state.time.description)),
            ("events", .integer(Int64(clamping: state.head.rawValue))),
            ("orders", .integer(Int64(clamping: metrics.orders))),
            ("fills", .integer(Int64(clamping: metrics.fills))),
            ("deals", .integer(Int64(clamping: metrics.openedDeals))),
            ("closedDeals", .integer(Int64(clamping: metrics.closedDeals))),
            ("openDeals", .integer(Int64(state.deals.count))),
            ("profitableDeals", .integer(Int64(clamping: metrics.profitableDeals))),
            ("winRate", metrics.winRate.map { .text($0.description) }),
            ("closedBy", .object(reasons.map { (key: $0.0, value: $0.1) })),
            ("pnl", text(metrics.totalProfit)),
            ("fees", text(metrics.fees)),
            ("funding", text(metrics.funding)),
            ("maxDrawdown", text(metrics.maximumDrawdown)),
            ("refusals", .integer(Int64(clamping: metrics.refusals))),
            (
                "balances",
                .object(
                    state.assets.map { (key: $0.name, value: .text($0.balance.description)) }
                )
            ),
            ("head", .integer(Int64(clamping: state.head.rawValue))),
            ("stateHash", .text("\(summary.stateHash)")),
            ("outcomeHash", .text("\(state.outcome.digest)")),
        ]
        return JSONText.object(members).compact
    }
}
