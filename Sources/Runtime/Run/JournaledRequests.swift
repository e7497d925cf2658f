internal import Exchange
internal import Journal
internal import Projections
internal import Trading

/// Every request that the intents of a journal announce, with the moment it was decided: it counts
/// as sent then.
///
/// An intent that a correction passes over counts as if it were not there.
struct JournaledRequests {
    private(set) var requests: [(VenueRequest, Timestamp)] = []

    /// Reads all intents of a journal.
    ///
    /// - Throws: `JournalError`, and ``ReplayFailure`` for an intent that cannot be read.
    init(_ reader: JournalReader) throws {
        var found: [(sequence: UInt64, request: VenueRequest, time: Timestamp)] = []
        var failures: [ReplayFailure] = []
        var named: [PassedOver] = []
        let kinds: [EventKind] = [
            .orderIntended, .cancelIntended, .amendIntended, .correctionMade,
        ]
        let wanted = kinds.map(\.rawValue)
        let codec = EventCodec()
        try reader.forEachBatch { (batch) throws(JournalError) in
            var cursor = batch.events()
            while let view = cursor.next() {
                guard wanted.contains(view.kind) else { continue }
                do throws(ReplayFailure) {
                    let envelope = try Replay.envelope(view, codec)
                    if let request = VenueRequest(envelope) {
                        found.append((view.sequence, request, envelope.time))
                    } else if let skip = PassedOver(envelope.event, at: envelope.sequence) {
                        named.append(skip)
                    }
                } catch {
                    failures.append(error)
                }
            }
            return .proceed
        }
        var leftOut: Set<UInt64> = []
        for skip in named
        where try reader.withEvent(skip.sequence, { skip.names($0) }) == true {
            leftOut.insert(skip.sequence)
        }
        if let failure = failures.first(where: { !leftOut.contains($0.sequence) }) { throw failure }
        for intent in found where !leftOut.contains(intent.sequence) {
            requests.append((intent.request, intent.time))
        }
    }
}

extension VenueRequest {
    /// The request that an intent announces; `nil` for other events.
    init?(_ envelope: EventEnvelope) {
        switch envelope.event {
        case .orderIntended(let intent):
            self = .place(OrderID(envelope.sequence), intent.terms)
        case .cancelIntended(let intent): self = .cancel(intent.order)
        case .amendIntended(let intent):
            self = .amend(
                intent.order,
                quantity: intent.quantity,
                price: intent.price,
                trigger: intent.trigger
            )
        default: return nil
        }
    }
}
