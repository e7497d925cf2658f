internal import Digests
public import Journal
internal import Projections
public import Trading

/// An event that an operator's correction passes over: it counts as if it were not there.
public struct PassedOver: Hashable, Sendable {
    /// The event.
    public let sequence: UInt64
    /// SHA-256 over its bytes as they are stored, its length and checksum left out.
    public let hash: Hash256
    /// The event that holds the correction; zero for one that is about to be written.
    public let correction: UInt64
    /// Who made it.
    public let by: String

    /// Makes a record.
    public init(sequence: UInt64, hash: Hash256, correction: UInt64, by: String) {
        self.sequence = sequence
        self.hash = hash
        self.correction = correction
        self.by = by
    }

    /// What an event says of another that is passed over; `nil` where it says nothing of the kind.
    init?(_ event: Event, at sequence: SequenceNumber) {
        guard case .correctionMade(let made) = event,
            case .skip(let skipped, let hash) = made.correction
        else { return nil }
        self.init(
            sequence: skipped.rawValue,
            hash: hash,
            correction: sequence.rawValue,
            by: made.by
        )
    }

    /// What an event of a journal says of another that is passed over; `nil` where it says nothing
    /// of the kind, or cannot be read.
    public init?(_ view: EventView) {
        guard view.kind == EventKind.correctionMade.rawValue else { return nil }
        do throws(ReplayFailure) {
            let envelope = try Replay.envelope(view, EventCodec())
            self.init(envelope.event, at: envelope.sequence)
        } catch {
            return nil
        }
    }

    /// What happened, in words.
    public var words: String {
        "event \(sequence) is passed over"
            + (correction == 0 ? "" : ", as \(by) corrected in event \(correction)")
    }

    /// Whether this is about an event.
    public func names(_ view: EventView) -> Bool {
        view.sequence == sequence && Self.hash(of: view) == hash
    }

    /// What tells an event from every other: SHA-256 over its bytes from its kind on.
    public static func hash(of view: EventView) -> Hash256 {
        var writer = ByteWriter(capacity: 28 + view.payload.count)
        writer.integer(view.kind)
        writer.integer(view.version)
        writer.integer(view.time)
        writer.integer(view.trace)
        writer.integer(view.cause)
        for index in view.payload.indices { writer.integer(view.payload[index]) }
        return Hash256(SHA256().digest(of: writer.span))
    }
}

extension BatchSource {
    /// Every correction from an event on that passes over another, in order.
    ///
    /// Not to be called from within a walk over the same journal.
    ///
    /// - Parameters:
    ///   - sequence: The first event that is looked at.
    ///   - checksEvents: Whether every event is checked against its checksum.
    /// - Returns: What they say of the events.
    /// - Throws: As ``findPassedOver(from:checksEvents:_:)``.
    public func passedOver(
        from sequence: UInt64,
        checksEvents: Bool = true
    ) throws(JournalError) -> [PassedOver] {
        var found: [PassedOver] = []
        try findPassedOver(from: sequence, checksEvents: checksEvents) { found.append($0) }
        return found
    }

    /// Hands out every correction from an event on that passes over another, in order.
    ///
    /// Not to be called from within a walk over the same journal.
    ///
    /// - Throws: `JournalError` where the journal cannot be read any further.
    public func findPassedOver(
        from sequence: UInt64,
        checksEvents: Bool = true,
        _ body: (PassedOver) -> Void
    ) throws(JournalError) {
        var options = ReadOptions()
        options.checksEvents = checksEvents
        let first = max(sequence, try firstSequence())
        try forEachBatch(from: first, options: options) { (batch) throws(JournalError) in
            var cursor = batch.events()
            while let view = cursor.next() {
                if let skip = PassedOver(view) { body(skip) }
            }
            return .proceed
        }
    }

    /// Lets `body` see one event; `nil` where there is none.
    public func withEvent<Result>(
        _ sequence: UInt64,
        _ body: (EventView) -> Result
    ) throws(JournalError) -> Result? {
        var options = ReadOptions()
        options.last = sequence
        var result: Result?
        try forEachBatch(from: sequence, options: options) { (batch) throws(JournalError) in
            batch.forEachEvent { if $0.sequence == sequence { result = body($0) } }
            return .stop
        }
        return result
    }
}
