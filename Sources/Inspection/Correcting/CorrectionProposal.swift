internal import Projections
internal import Runtime
internal import Trading

/// What a correction would change, or has changed.
struct CorrectionProposal {
    /// The corrections, with the figures before them: several only where events are passed over.
    let made: [CorrectionMade]
    /// The state that they are made in.
    let state: TradingState
    /// The events that are passed over from now on.
    var leftOut: [PassedOver] = []
    /// Why each of them cannot be folded.
    var remarks: [String] = []

    /// What an operator who has seen this may name as expected.
    var version: String { made.map(\.correction.version).joined(separator: ".") }

    /// The state with the corrections folded.
    ///
    /// - Throws: `FoldFailure`, which a correction that was checked does not give.
    func after() throws(FoldFailure) -> TradingState {
        var after = state
        for correction in made {
            try after.fold(
                EventEnvelope(
                    sequence: after.head.next,
                    time: after.time,
                    trace: .none,
                    cause: SequenceNumber(0),
                    event: .correctionMade(correction)
                )
            )
        }
        return after
    }

    private func difference(_ after: TradingState) -> StateDifference {
        StateDifference(
            from: StateDocument(state: state).document,
            to: StateDocument(state: after).document
        )
    }

    /// What a person must know beside the figures.
    private func warnings(_ after: TradingState) -> [String] {
        made.compactMap { after.unprotected(after: $0.correction) }
    }

    /// What became of it.
    enum Fate {
        /// It was only shown.
        case proposed
        /// The figures are others than those that were expected.
        case stale(expected: String)
        /// It stands in the journal as these events.
        case applied([UInt64], head: UInt64)
    }

    /// The proposal and its fate, for people.
    func lines(_ fate: Fate) throws -> [String] {
        let after = try after()
        var lines = made.map { made in
            "correction of " + JournalEventTexts(state: state).text(made.correction)
        }
        lines += remarks + difference(after).lines + warnings(after).map { "alarm: \($0)" }
        switch fate {
        case .proposed:
            lines.append("not applied; to apply it, say the same with --expect \(version)")
        case .stale(let expected):
            lines.append("version \(version), and \(expected) was expected: refused as stale")
        case .applied(let events, _):
            lines.append("applied as event \(events.map { "\($0)" }.joined(separator: ", "))")
        }
        return lines
    }

    /// The proposal and its fate, field by field.
    func document(_ fate: Fate) throws -> Document {
        let after = try after()
        var refusal: String?
        var events: [UInt64] = []
        var head: UInt64?
        switch fate {
        case .proposed: break
        case .stale(let expected): refusal = "stale: \(expected) was expected"
        case .applied(let applied, let end): (events, head) = (applied, end)
        }
        return [
            "applied": .flag(!events.isEmpty), "version": .text(version),
            "events": .list(events.map { .count($0) }), "head": .number(head),
            "refusal": .optional(refusal),
            "corrections": .list(
                made.map { JournalEventTexts(state: state).document(.correctionMade($0)) }
            ),
            "changes": difference(after).document,
            "warnings": .list((remarks + warnings(after)).map { .text($0) }),
        ]
    }
}
