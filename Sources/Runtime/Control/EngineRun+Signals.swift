internal import Engine
internal import Journal
internal import Projections
internal import Trading

extension EngineRun where World: ~Copyable {
    /// Takes a scored signal as an input, as a tape's are; its verdict is in the answer.
    ///
    /// The answer must not leave before what was decided is durable.
    ///
    /// - Parameters:
    ///   - request: The signal.
    ///   - isTaken: Becomes `true` where it was an input, whatever its verdict.
    /// - Returns: What became of it, or why it is none.
    /// - Throws: `JournalError`; the engine must not go on then.
    func signal(
        _ request: ControlMessage,
        _ isTaken: inout Bool
    ) throws(JournalError) -> ControlMessage {
        guard plan.live != nil else {
            return .refusal("on tapes the signals are those of the file that the run began with")
        }
        let now = max(world.time, turn.time)
        let signal: ScoredSignal
        do throws(ConfigurationFailure) {
            signal = try SignalLine(request).signal(now: now)
        } catch {
            return .refusal(error.words)
        }
        if signal.time - now > SignalBounds.longestAhead {
            return .refusal("it was made at \(signal.time), and here it is \(now): set the clocks")
        }
        guard SignalBounds.hasRoom(turn.state, now) else {
            let most = SignalBounds.mostRemembered
            return .refusal("\(most) signals came within the hour: no more is remembered")
        }
        let first = turn.state.seen(
            id: signal.id,
            symbol: signal.symbol,
            made: signal.time,
            at: now
        )
        isTaken = true
        decide(WorldStep(input: .signal(signal)))
        let answer = answer(to: turn.events, first)
        try keepDecided()
        return answer
    }

    /// What became of a signal, and of one that was the same before it.
    private func answer(to events: [EventEnvelope], _ first: SeenSignal?) -> ControlMessage {
        var fields: [(key: String, value: ControlMessage.Value)] = []
        for envelope in events {
            switch envelope.event {
            case .signalReceived(let received):
                fields.append(("sequence", .number(envelope.sequence.rawValue)))
                fields.append(("id", .text(received.id)))
                fields.append(("verdict", .text(received.verdict.name)))
                if let first, received.verdict.isRepetition {
                    fields.append(("first", .text(first.verdict.name)))
                }
            case .dealOpened: fields.append(("opens", .number(envelope.sequence.rawValue)))
            case .dealMoved(let moved): fields.append(("closes", .number(moved.deal.rawValue)))
            case .orderRefused(let refused):
                fields.append(("refusal", .text(refused.refusal.name)))
            default: break
            }
        }
        return .done(fields)
    }
}

/// What a running engine takes of signals.
private enum SignalBounds {
    /// How far a signal's clock may be ahead of the engine's.
    static let longestAhead = TimeSpan(seconds: 10)
    /// As many as the state may remember; the comparison with them is linear.
    static let mostRemembered = 10_000

    static func hasRoom(_ state: TradingState, _ now: Timestamp) -> Bool {
        guard state.signals.count >= mostRemembered else { return true }
        let kept = state.signals.ordered.reversed().prefix { signal in
            now - signal.seenAt <= TradingState.timeToLive
        }
        return kept.count < mostRemembered
    }
}
