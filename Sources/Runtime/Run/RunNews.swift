internal import Projections
internal import Trading

extension RunMessage {
    /// What of an event is worth a line in the log; `nil` for the rest, which `journalctl` shows.
    init?(_ envelope: EventEnvelope, in state: TradingState) {
        guard let (severity, text) = Self.news(envelope.event, state) else { return nil }
        self.init(
            time: envelope.time,
            severity: severity,
            text: text,
            trace: envelope.trace
        )
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
            return (
                .warning,
                "\(name(refused.terms.instrument, state)): entry refused, "
                    + "\(refused.refusal.name) (limit \(refused.limit), "
                    + "would be \(refused.actual))"
            )
        case .orderRejected(let rejected):
            return (
                .warning,
                "order \(rejected.refusal.order) rejected by the venue: "
                    + rejected.refusal.reason.name
            )
        case .errorRecorded(let error): return (error.severity, error.text)
        case .marketFaulted(let fault): return (.warning, "line \(fault.line): \(fault.text)")
        case .botStatusChanged(let status):
            return (.warning, "now \(status.status.name): \(status.reason)")
        case .correctionMade(let made):
            return (.warning, "\(made.by) corrected something: \(made.reason)")
        case .positionLiquidated(let position):
            return (.alarm, "\(name(position.instrument, state)) liquidated")
        default: return nil
        }
    }

    private static func name(_ instrument: InstrumentID, _ state: TradingState) -> String {
        state.instrument(instrument)?.name ?? "instrument \(instrument)"
    }
}
