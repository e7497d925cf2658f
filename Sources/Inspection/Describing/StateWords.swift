internal import Engine
internal import Projections
internal import Runtime
internal import Trading

/// The trading state for people.
struct StateWords {
    let state: TradingState

    /// The lines.
    var lines: [String] {
        overview + blocks + balances + instruments + deals + orders + risk + metrics + marks + scans
            + errors
    }

    private var overview: [String] {
        let stop = state.isStoppedCleanly ? "stopped in order" : "running, or stopped uncleanly"
        return [
            "event \(state.head), \(state.time == .never ? "before the first" : "\(state.time)")",
            "journal \(state.tag), for \(state.mode.name); epoch \(state.epoch), \(stop)",
            "status: \(state.status.name)"
                + (state.statusReason.isEmpty ? "" : " (\(state.statusReason))"),
        ] + comparison + lostEpochs + [
            "stateHash \(StateDigest().hash(of: state))",
            "outcomeHash \(state.outcome.digest)",
        ]
    }

    /// Since when the next comparison reads what the venue has recorded.
    private var comparison: [String] {
        state.comparedUntil == .never
            ? [] : ["compared with the venue until \(state.comparedUntil), by the venue's clock"]
    }

    /// Starts whose events a restore lost; orders at the venue may be named by them.
    private var lostEpochs: [String] {
        let lost = state.epochs.filter(\.draw.isEmpty).map { "\($0.epoch)" }
        return lost.isEmpty ? [] : ["epochs lost by a restore: \(lost.joined(separator: ", "))"]
    }

    private func section(_ title: String, _ rows: [[String]], none: String) -> [String] {
        if rows.count <= 1 { return ["", "\(title): \(none)"] }
        return ["", "\(title):"] + Text.table(rows)
    }

    private var balances: [String] {
        var rows = [["asset", "total", "locked", "available"]]
        for (place, asset) in state.assets.enumerated() {
            let id = AssetID(UInt16(place))
            rows.append(
                [
                    asset.name, "\(asset.balance)", "\(state.locked(id))",
                    "\(state.available(id))",
                ]
            )
        }
        return section("balances", rows, none: "none")
    }

    private var instruments: [String] {
        var rows = [["instrument", "position", "average price", "cost", "status"]]
        for held in state.instruments {
            let position = held.position
            rows.append(
                [
                    held.instrument.name, "\(position.quantity)", "\(position.averagePrice)",
                    "\(position.cost)", position.status?.name ?? "flat",
                ]
            )
        }
        return section("instruments", rows, none: "none listed")
    }

    private var deals: [String] {
        var lines: [String] = []
        for deal in state.deals.ordered {
            lines.append(
                "  \(deal.id) \(deal.side == .buy ? "long" : "short") "
                    + "\(state.name(of: deal.instrument)), \(deal.status.name) "
                    + "since \(deal.movedAt): holds \(deal.held) from \(deal.entryPrice), "
                    + "profit so far \(deal.profit)"
            )
            let legs = [
                ("entry", deal.entry), ("stop", deal.stop), ("target", deal.target),
                ("exit", deal.exit),
            ]
            for (name, id) in legs {
                guard let order = state.order(id) else { continue }
                lines.append("    \(Text.left(name, 7))\(leg(order))")
            }
        }
        return lines.isEmpty
            ? ["", "open deals: none"] : ["", "open deals: \(state.deals.count)"] + lines
    }

    private func leg(_ order: Order) -> String {
        var text = "\(order.id) \(order.status.name), \(order.terms.words)"
        text += "\(order.terms.limitWords), filled \(order.filled)"
        if order.isUnknown { text += ", \(order.request.name) UNKNOWN" }
        return text
    }

    private var orders: [String] {
        var rows = [["order", "client id", "instrument", "what", "status", "filled"]]
        for order in state.orders.ordered where order.isLive || order.isUnknown {
            var status = order.status.name
            if order.request != .none { status += ", \(order.request.name) asked" }
            if order.isUnknown { status += ", UNKNOWN" }
            rows.append(
                [
                    "\(order.id)", state.clientOrderID(of: order)?.description ?? "unknown",
                    state.name(of: order.terms.instrument),
                    "\(order.role.name): \(order.terms.words)\(order.terms.limitWords)", status,
                    "\(order.filled)",
                ]
            )
        }
        return section("open orders", rows, none: "none")
    }

    private var risk: [String] {
        let risk = state.risk
        let recent = RiskGate.recentOrders(in: state, now: state.time)
        let rows = [
            ["limit", "allowed", "now"],
            ["open deals", "\(risk.maximumOpenDeals)", "\(state.deals.count)"],
            ["exposure", "\(risk.maximumExposure)", "\(state.exposure)"],
            ["position size", "\(risk.maximumPositionSize)", "\(largestPosition)"],
            ["daily loss", off(risk.maximumDailyLoss), "\(state.dayLoss)"],
            ["drawdown", off(risk.maximumDrawdown), "\(state.metrics.drawdown)"],
            ["orders in window", "\(risk.maximumOrderRate)", "\(recent)"],
            ["order size, least", "\(risk.minimumOrderSize)", "-"],
            ["stop distance", "\(risk.stopLossFraction)", "-"],
        ]
        return section("risk", rows, none: "no limits")
    }

    private func off(_ limit: Money) -> String { limit.isZero ? "off" : "\(limit)" }

    private var largestPosition: Money {
        state.instruments.map(\.position.cost).max() ?? .zero
    }

    private var metrics: [String] {
        let metrics = state.metrics
        let rate = metrics.winRate.map { $0.times(Decimal(100), .halfEven).text(places: 2) + " %" }
        let rows = [
            [
                "deals",
                "\(metrics.openedDeals) opened, \(metrics.closedDeals) closed, "
                    + "\(metrics.profitableDeals) profitable, \(metrics.abandonedDeals) abandoned",
            ],
            ["orders", "\(metrics.orders), \(metrics.fills) fills, \(metrics.refusals) refused"],
            ["profit", "\(metrics.totalProfit) in all, \(metrics.dayProfit) on the last day"],
            ["costs", "\(metrics.fees) fees, \(metrics.funding) funding"],
            ["drawdown", "\(metrics.maximumDrawdown) at most"],
            ["win rate", rate ?? "no closed deal"],
            ["duration", metrics.averageDuration.map { "\($0.words) on average" } ?? "no deal"],
        ]
        return ["", "metrics:"] + rows.map { "  \(Text.left($0[0], 10))\($0[1])" }
    }

    private var marks: [String] {
        var rows = [["source", "line", "time", "name"]]
        for (place, source) in state.sources.enumerated() {
            rows.append(
                [
                    "\(place)", "\(source.line)",
                    source.time == .never ? "not begun" : "\(source.time)", source.name,
                ]
            )
        }
        return section("inputs consumed, \(state.inputs) in all", rows, none: "none")
    }

    /// Open cases, and those that somebody released.
    private var blocks: [String] {
        state.blocks.isEmpty
            ? [] : ["", "cases of reconciliation:"] + state.blocks.map { "  \($0.words)" }
    }

    private var scans: [String] {
        state.scans.isEmpty
            ? [] : ["", "scans, oldest first:"] + state.scans.map { "  \($0.words)" }
    }

    private var errors: [String] {
        let lines = state.errors.ordered.map { error in
            "  \(error.sequence) \(error.time) \(error.severity.name): \(error.text)"
        }
        return lines.isEmpty ? ["", "errors: none"] : ["", "errors, oldest first:"] + lines
    }
}
