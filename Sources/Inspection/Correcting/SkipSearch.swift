internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Finds out whether events have to be passed over for a journal to be replayed to its head.
struct SkipSearch {
    let states: StateReader
    /// The events to pass over.
    let wanted: [UInt64]
    /// Who does it.
    let by: String

    /// What came of it.
    struct Outcome {
        /// The events, each with what names it.
        var leftOut: [PassedOver] = []
        /// Why each of them cannot be folded.
        var reasons: [String] = []
        /// The state at the head without them.
        var state = TradingState()
    }

    /// Replays without the events that stop it, as long as they are wanted ones.
    ///
    /// - Throws: ``CommandFailure`` where another event stops it, or a wanted one does not.
    func run() throws -> Outcome {
        var outcome = Outcome()
        let begin = try states.snapshot(notBeyond: .head) ?? TradingState()
        while true {
            var replay = Replay(from: begin, comparing: .all, leavingOut: outcome.leftOut)
            do {
                try replay.run(states.reader)
            } catch let error as ReplayFailure {
                try leaveOut(error, &outcome)
                continue
            }
            if let divergence = replay.divergence {
                throw CommandFailure(
                    1,
                    "without them replay differs from the state hash recorded at event "
                        + "\(divergence.sequence): they were folded when it was recorded; use the "
                        + "program that wrote them"
                )
            }
            outcome.state = replay.state
            break
        }
        let needless = wanted.filter { number in
            !outcome.leftOut.contains { $0.sequence == number }
        }
        if let first = needless.first {
            throw CommandFailure(1, "event \(first) does not stop replay: nothing to pass over")
        }
        return outcome
    }

    private func leaveOut(_ failure: ReplayFailure, _ outcome: inout Outcome) throws {
        let found = outcome.leftOut.map(\.sequence) + [failure.sequence]
        guard wanted.contains(failure.sequence) else {
            let all = Set(wanted + found).sorted().map { "\($0)" }.joined(separator: ",")
            throw CommandFailure(
                1,
                "event \(failure.sequence) cannot be folded either: \(failure.reason); to pass "
                    + "over all of them, name \(all)"
            )
        }
        let hash = try states.reader.withEvent(failure.sequence) { PassedOver.hash(of: $0) }
        guard let hash, !outcome.leftOut.contains(where: { $0.sequence == failure.sequence })
        else { throw failure }
        outcome.leftOut.append(
            PassedOver(sequence: failure.sequence, hash: hash, correction: 0, by: by)
        )
        outcome.reasons.append("event \(failure.sequence): \(failure.reason)")
    }
}
