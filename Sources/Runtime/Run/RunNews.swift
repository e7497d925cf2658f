internal import Projections
internal import Trading

extension RunMessage {
    /// What of an event is worth a line in the log; `nil` for the rest, which `journalctl` shows.
    init?(_ envelope: EventEnvelope, in state: TradingState) {
        let step = Self.step(envelope, state)
        guard let (severity, text) = Self.news(envelope.event, state) ?? step.map({ (nil, $0) })
        else { return nil }
        self.init(
            time: envelope.time,
            severity: severity,
            text: text,
            trace: envelope.trace,
            event: envelope.sequence,
            cause: envelope.cause.rawValue == 0 ? nil : envelope.cause,
            isStep: step != nil
        )
    }

    /// A step on the way from a signal to the end of a deal; `nil` for other events.
    private static func step(_ envelope: EventEnvelope, _ state: TradingState) -> String? {
        func on(_ order: OrderID) -> String {
            "order \(order)" + (state.order(order).map { ", \($0.role.name)" } ?? "")
        }
        switch envelope.event {
        case .signalReceived(let it):
            return "signal \(it.id): \(it.side.name) \(it.symbol), score \(it.score): "
                + it.verdict.name
        case .orderIntended(let it):
            let client = state.order(OrderID(envelope.sequence)).flatMap { order in
                state.clientOrderID(of: order)
            }
            return "order \(envelope.sequence), \(it.role.name): \(it.terms.side.name) "
                + "\(it.terms.quantity) \(name(it.terms.instrument, state)) "
                + "\(it.terms.type.name), \(client?.description ?? "without a name")"
        case .orderAccepted(let it): return "\(on(it.order)): accepted as \(it.venueOrder)"
        case .orderFilled(let it):
            let fill = it.execution
            return "\(on(it.order)): filled \(fill.quantity) at \(fill.price), fee \(fill.fee)"
        case .cancelIntended(let it): return "\(on(it.order)): cancel"
        case .orderCancelled(let it): return "\(on(it.order)): cancelled"
        case .amendIntended(let it): return "\(on(it.order)): amend"
        case .orderAmended(let it): return "\(on(it.order)): amended"
        case .orderTriggered(let it): return "\(on(it.order)): triggered"
        case .orderExpired(let it):
            return "\(on(it.refusal.order)): expired, \(it.refusal.reason.name)"
        default: return nil
        }
    }

    private static func news(
        _ event: Event,
        _ state: TradingState
    ) -> (Severity?, String)? {
        switch event {
        case .dealOpened(let opened):
            let direction = opened.side == .buy ? "long" : "short"
            return (
                nil,
                "\(name(opened.instrument, state)): \(direction) deal at "
                    + "\(opened.evidence.bid)/\(opened.evidence.ask)"
            )
        case .dealClosed(let closed):
            let profit = closed.profit.value.text(places: 2)
            return (nil, "deal \(closed.deal) closed by \(closed.reason.name): \(profit)")
        case .orderRefused(let refused):
            let why =
                state.openCase(of: refused).map { "blocked by case \($0.caseID), event \($0.id)" }
                ?? "\(refused.refusal.name) (limit \(refused.limit), would be \(refused.actual))"
            return (.warning, "\(name(refused.terms.instrument, state)): entry refused, \(why)")
        case .orderRejected(let rejected):
            return (
                .warning,
                "order \(rejected.refusal.order) rejected by the venue: "
                    + rejected.refusal.reason.name
            )
        case .cancelRejected(let rejected):
            return (
                .warning,
                "cancel of order \(rejected.refusal.order) rejected by the venue: "
                    + rejected.refusal.reason.name
            )
        case .amendRejected(let rejected):
            return (
                .warning,
                "amendment of order \(rejected.refusal.order) rejected by the venue: "
                    + rejected.refusal.reason.name
            )
        case .outcomeUnknown(let unknown):
            return (
                .warning,
                "order \(unknown.order): \(unknown.request.name) is unknown: \(unknown.why)"
            )
        case .outcomeResolved(let resolved):
            return (nil, "order \(resolved.order) is known again: \(resolved.evidence)")
        case .reportSetAside(let aside):
            return (.warning, "order \(aside.order): a report is set aside: \(aside.why)")
        case .errorRecorded(let error): return (error.severity, error.text)
        case .marketFaulted(let fault): return (.warning, "line \(fault.line): \(fault.text)")
        case .botStatusChanged(let status):
            return (.warning, "now \(status.status.name): \(status.reason)")
        case .positionLiquidated(let position):
            let name = name(position.instrument, state)
            return (.alarm, "\(name) closed \(position.by.name), not by the engine")
        default: return personNews(event, state)
        }
    }

    /// What a person has to decide, or has decided.
    private static func personNews(
        _ event: Event,
        _ state: TradingState
    ) -> (Severity?, String)? {
        switch event {
        case .correctionMade(let made):
            return (.warning, "\(made.by) corrected something: \(made.reason)")
        case .riskBlocked(let it):
            return (
                .warning,
                "case \(it.caseID) blocks new risk in \(it.scope.name): \(it.subject): \(it.seen)"
            )
        case .blockEnded(let it):
            let name =
                state.blocks.first { $0.id == it.block }.map { "\($0.caseID) in \($0.scope.name)" }
                ?? "of event \(it.block)"
            let who = it.by.isEmpty ? "" : " by \(it.by): \(it.reason)"
            return (.warning, "case \(name): \(it.end.name)\(who)")
        default: return nil
        }
    }

    private static func name(_ instrument: InstrumentID, _ state: TradingState) -> String {
        state.instrument(instrument)?.name ?? "instrument \(instrument)"
    }
}
