import Projections
import Trading

extension EngineScenario {
    /// What was decided, in words; `nil` for what was only booked.
    func inWords(_ event: Event) -> String? {
        switch event {
        case .dealOpened(let payload): "deal opened: \(payload.side.name)"
        case .dealMoved(let payload): "deal \(payload.status.name): \(payload.reason.name)"
        case .peakMoved(let payload): "peak \(payload.peak)"
        case .dealClosed(let payload):
            "deal closed: \(payload.reason.name), profit \(payload.profit), dust \(payload.dust)"
        case .orderIntended(let payload): "\(payload.role.name): \(inWords(payload.terms))"
        case .orderRefused(let payload):
            "refused: \(payload.refusal.name), limit \(payload.limit), actual \(payload.actual)"
        case .cancelIntended(let payload): "cancel \(role(of: payload.order))"
        case .amendIntended(let payload):
            "amend \(role(of: payload.order)) to \(payload.quantity)"
                + (payload.price.isZero ? "" : " @ \(payload.price)")
                + (payload.trigger.isZero ? "" : " stop \(payload.trigger)")
        case .errorRecorded(let payload): "\(payload.severity.name): \(payload.text)"
        case .botStatusChanged(let payload): "\(payload.status.name): \(payload.reason)"
        case .signalReceived(let payload): "signal \(payload.verdict.name)"
        case .reportSetAside(let payload): "set aside: \(payload.why)"
        default: nil
        }
    }

    private func role(of order: OrderID) -> String { state.order(order)?.role.name ?? "?" }

    private func inWords(_ terms: OrderTerms) -> String {
        var text = "\(terms.side.name) \(terms.quantity)"
        switch terms.type {
        case .market: text += " market"
        case .limit: text += " @ \(terms.price) \(terms.timeInForce.name)"
        case .stopMarket: text += " stop \(terms.trigger)"
        }
        return terms.isReduceOnly ? text + " reduce-only" : text
    }

    /// Position, balances and the deal.
    var account: String {
        let balance = { (name: String) in
            state.assets.first { $0.name == name }.map { "\($0.balance)" } ?? "0"
        }
        let position = held.position
        return "\(position.quantity) @ \(position.averagePrice), BTC \(balance("BTC")), "
            + "USDT \(balance("USDT"))" + (deal.map { ", deal holds \($0.held)" } ?? "")
    }
}

extension OrderRole {
    /// The role of a step's first word.
    static func named(_ word: String) -> OrderRole? {
        switch word {
        case "entry": .entry
        case "stop": .stop
        case "target": .takeProfit
        case "exit": .exit
        default: nil
        }
    }
}

extension RejectionReason {
    /// The reason whose case is written so.
    static func named(_ word: String) -> RejectionReason {
        guard let reason = allCases.first(where: { "\($0)" == word }) else {
            fatalError("no such reason: \(word)")
        }
        return reason
    }
}
