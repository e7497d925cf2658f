internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Finds the correction that takes another back, or what is in its way.
struct UndoSearch {
    let states: StateReader
    /// The event that holds the correction to take back.
    let sequence: UInt64

    /// The opposite correction.
    ///
    /// - Throws: ``CommandFailure`` where there is none.
    func inverse() throws -> Correction {
        let codec = EventCodec()
        let read = try states.reader.withEvent(sequence) { view -> Result<Event, ReplayFailure> in
            do throws(ReplayFailure) {
                return .success(try Replay.envelope(view, codec).event)
            } catch {
                return .failure(error)
            }
        }
        guard let read else { throw CommandFailure(1, "correct: there is no event \(sequence)") }
        let event = try read.get()
        guard case .correctionMade(let made) = event else {
            let kind = event.kind.name
            throw CommandFailure(
                1,
                "correct: event \(sequence) is no correction: its kind is \(kind)"
            )
        }
        guard let inverse = made.correction.inverse else {
            throw CommandFailure(
                1,
                "correct: event \(sequence) passes over another event, and that stays: what was "
                    + "written since was written without it"
            )
        }
        return inverse
    }

    /// What moved the figures since, in words.
    func obstacle(to inverse: Correction, _ refusal: CorrectionRefusal) throws -> String {
        var replay = try states.replay(to: .sequence(sequence)).replay
        var last: EventEnvelope?
        var obstacle: EventEnvelope?
        try replay.run(states.reader) { envelope, before in
            if obstacle == nil, let last, !Self.fits(inverse, before) { obstacle = last }
            last = envelope
        }
        guard let found = obstacle ?? last else { return "\(refusal)" }
        if case .correctionMade(let made) = found.event, made.undoes.rawValue == sequence {
            return "event \(found.sequence) has taken it back already"
        }
        return "\(refusal); event \(found.sequence), \(found.event.kind.name), moved them"
    }

    private static func fits(_ correction: Correction, _ state: TradingState) -> Bool {
        do throws(CorrectionRefusal) {
            try state.check(correction)
            return true
        } catch {
            return false
        }
    }
}
