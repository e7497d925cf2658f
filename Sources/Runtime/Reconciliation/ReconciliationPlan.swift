internal import Digests
internal import Engine
internal import Projections
public import Trading

/// What reconciliation would do.
public struct ReconciliationPlan: Sendable {
    /// The differences, in the order in which they were found.
    public var cases: [Discrepancy]
    /// What would be booked, in words.
    public var proposed: [String] = []
    /// The journal's last event that was read.
    public var head: SequenceNumber
    /// When the venue was asked.
    public var time: Timestamp
    /// The same for the same journal, cases and proposed events.
    public var id = ""

    /// Whether there is nothing that concerns what is ours.
    public var isInOrder: Bool { cases.allSatisfy { $0.action == .leave } }
    /// Checks that it is the plan that a person has seen.
    ///
    /// - Throws: ``RunFailure`` where the world has moved since.
    func require(_ seen: String) throws(RunFailure) {
        guard id == seen else {
            throw RunFailure(
                refusing: "the world has moved: the plan is \(id) now, not \(seen); nothing was "
                    + "booked, look at it again with --plan"
            )
        }
    }

    /// Where nothing new would be risked.
    public var blocked: [CaseScope] {
        var scopes: [CaseScope] = []
        for found in cases where found.action == .ask || found.action == .halt {
            if !scopes.contains(found.scope) { scopes.append(found.scope) }
        }
        return scopes
    }
}

extension ReconciliationPlan {
    /// The plan that follows from a state, the cases that a comparison found, and what a booking of
    /// the evidence made of the state.
    init(_ state: TradingState, _ cases: [Discrepancy], _ booked: Turn) {
        let events = booked.events
        var after = state
        var words: [String] = []
        for envelope in events {
            do throws(FoldFailure) {
                try after.fold(envelope)
            } catch {
                invariant(false, "what was folded once can be folded again: \(error)")
            }
            words.append(RunMessage(envelope, in: after)?.text ?? envelope.event.kind.name)
        }
        self.init(cases: cases, proposed: words, head: state.head, time: booked.time)
        id = Self.id(state, cases, events)
    }

    /// How many digits of the hash name a plan.
    private static let digits = 16

    private static func id(
        _ state: TradingState,
        _ cases: [Discrepancy],
        _ events: [EventEnvelope]
    ) -> String {
        var writer = ByteWriter()
        writer.text(state.tag)
        writer.identifier(state.head)
        writer.timestamp(state.time)
        writer.integer(UInt32(cases.count))
        for found in cases {
            for text in [found.kind.rawValue, found.scope.name, found.subject, found.seen] {
                writer.text(text)
            }
        }
        // When it is booked is no part of what is booked.
        for envelope in events {
            writer.integer(envelope.event.kind.rawValue)
            writer.integer(envelope.event.version)
            envelope.event.encode(into: &writer)
        }
        let digest = Hexadecimal.text(SHA256().digest(of: writer.span).bytes.span)
        return String(digest.prefix(digits))
    }
}
