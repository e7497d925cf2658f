internal import Engine
internal import Projections
internal import Trading

extension TimeSpan {
    /// How much later something was, as `+40 ms`.
    var offset: String { (nanoseconds < 0 ? "-" : "+") + magnitude }

    /// How long something took, as `7.08 s`.
    var length: String { (nanoseconds < 0 ? "-" : "") + magnitude }

    private var magnitude: String {
        let value = Int128(nanoseconds).magnitude
        if value < 1_000_000_000 {
            return "\(Decimal(units: Int128(value) * 1_000_000_000_000).text(places: 3)) ms"
        }
        return "\(Decimal(units: Int128(value) * 1_000_000_000).text(places: 3)) s"
    }
}

extension SourceReach {
    /// The reach in words.
    var words: String {
        let lines =
            switch through - after {
            case 0: "no line after \(after): what came was a report or a second that passed"
            case 1: "line \(through)"
            default: "within lines \(after + 1) to \(through)"
            }
        return "\(name) (SHA-256 \(contentHash.prefix(12))…), \(lines) (mark \(mark))"
    }
}

extension ImbalancePlan {
    /// When it trades.
    var words: String {
        "buys from \(buyThreshold) on, sells up to \(sellThreshold); \(depth) levels a side, at "
            + "least \(minimumClusterVolume) on the heavier one"
    }
}

extension InstrumentPlan {
    /// How large a deal is and how it is left.
    var words: String {
        var parts = [
            "order of \(orderNotional) × \(sizeMultiplier)", "stop at \(stopLossFraction)",
        ]
        if let takeProfitFraction { parts.append("target at \(takeProfitFraction)") }
        if let trailing {
            parts.append("trailing \(trailing.callback) from a gain of \(trailing.activation) on")
        }
        if let maximumHolding { parts.append("held at most \(maximumHolding.words)") }
        return parts.joined(separator: ", ")
    }
}

extension OrderRefused {
    /// The limit that was broken, with its figures.
    var words: String {
        switch refusal {
        case .notRunning, .noReferencePrice, .diskSpace: refusal.name
        case .openCase: "\(refusal.name), event \(actual)"
        default: "\(refusal.name), limit \(limit), would be \(actual)"
        }
    }

    /// The same, with the open case by its id.
    func words(in state: TradingState) -> String {
        state.openCase(of: self).map { "blocked by case \($0.caseID), event \($0.id)" } ?? words
    }
}

extension Order {
    /// Where it stands, with what is not proven.
    var standing: String {
        if isUnknown { return "\(status.name), \(request.name) UNKNOWN" }
        return request == .none ? status.name : "\(status.name), \(request.name) not answered"
    }
}

extension OrderTale {
    /// Where the order stands, in one line.
    var outcome: String {
        guard let last else { return "no longer kept" }
        var text = last.standing
        if let price = averagePrice {
            text += ": \(last.filled) of \(last.terms.quantity) at \(price) on average"
        } else {
            text += ", nothing filled"
        }
        if let rejection = last.rejection { text += "; the venue said: \(rejection.name)" }
        return text
    }

    /// What was held before it was sent.
    func heldWords(in instrument: Instrument, _ state: TradingState) -> String {
        var parts: [String] = []
        if let position {
            parts.append(
                position.quantity.isZero
                    ? "no position" : "position \(position.quantity) at \(position.averagePrice)"
            )
        }
        for holding in holdings {
            parts.append(
                holding.total == holding.available
                    ? "\(holding.total) \(holding.asset)"
                    : "\(holding.total) \(holding.asset), \(holding.available) of it free"
            )
        }
        return parts.isEmpty ? "not kept" : parts.joined(separator: "; ")
    }

    /// Why an order that follows an entry was sent; `nil` for the entry itself.
    func protectionWords(_ plan: InstrumentPlan?) -> String? {
        guard let deal, intended.role != .entry else { return nil }
        let entry = "the deal holds \(deal.held), entered at \(deal.entryPrice)"
        switch intended.role {
        case .stop:
            let distance = plan.map { ", stop at \($0.stopLossFraction) of it" } ?? ""
            let peak = deal.peak.isZero ? "" : ", peak \(deal.peak)"
            return entry + distance + peak
        case .takeProfit:
            let distance = plan?.takeProfitFraction.map { ", target at \($0) of it" } ?? ""
            return entry + distance
        default:
            return "\(deal.status.name) by \(deal.reason.name); \(entry)"
                + (deal.peak.isZero ? "" : ", peak \(deal.peak)")
        }
    }
}

extension Moment {
    /// What an event says of the order that the page is about.
    var answerWords: String {
        switch event {
        case .orderAccepted(let it): "accepted as \(it.venueOrder)"
        case .orderRejected(let it): "rejected: \(it.refusal.reason.name)"
        case .orderFilled(let it):
            "filled \(it.execution.quantity) @ \(it.execution.price) "
                + it.execution.liquidity.name
        case .cancelIntended: "cancel intended"
        case .orderCancelled: "cancelled"
        case .cancelRejected(let it): "cancel rejected: \(it.refusal.reason.name)"
        case .amendIntended(let it):
            "amend intended: \(Self.change(it.quantity, it.price, it.trigger))"
        case .orderAmended(let it): "amended: \(Self.change(it.quantity, it.price, it.trigger))"
        case .amendRejected(let it): "amend rejected: \(it.refusal.reason.name)"
        case .orderTriggered: "triggered"
        case .orderExpired(let it): "expired: \(it.refusal.reason.name)"
        case .outcomeUnknown(let it): "\(it.request.name) UNKNOWN: \(it.why)"
        case .outcomeResolved(let it): "known again: \(it.evidence)"
        case .reportSetAside(let it): "report \(it.report) set aside: \(it.why)"
        default: words
        }
    }

    private static func change(_ quantity: Quantity, _ price: Price, _ trigger: Price) -> String {
        var text = "\(quantity)"
        if !price.isZero { text += " @ \(price)" }
        if !trigger.isZero { text += " trigger \(trigger)" }
        return text
    }

    /// What is filled once a fill is booked.
    var fillWords: (filled: String, average: String) {
        guard case .orderFilled = event, let order else { return ("", "") }
        return ("\(order.filled)", order.averagePrice?.text(places: 8) ?? "")
    }

    /// What an event says of the deal that the page is about.
    var dealWords: String {
        switch event {
        case .dealOpened: "opened"
        case .dealMoved(let it):
            "\(it.status.name): \(it.reason.name)" + (outsideCause.map { ", \($0)" } ?? "")
        case .peakMoved(let it): "peak \(it.peak)"
        case .dealClosed(let it): "closed by \(it.reason.name), profit \(it.profit)"
        default: words
        }
    }
}

extension Price {
    /// The price with at most so many decimals, rounded half even; for people.
    func text(places: Int) -> String {
        let step = Decimal(units: Decimal.unitsPerOne / Int128(Self.power(places)))
        return "\(value.rounded(toMultipleOf: step, .halfEven))"
    }

    private static func power(_ places: Int) -> Int {
        (0..<places).reduce(1) { ten, _ in ten * 10 }
    }
}
