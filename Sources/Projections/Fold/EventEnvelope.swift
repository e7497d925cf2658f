public import Trading

/// An event with its place, its moment and where it came from.
public struct EventEnvelope: Hashable, Sendable {
    /// Its place in the journal.
    public var sequence: SequenceNumber
    /// The stamped time.
    public var time: Timestamp
    /// The chain of cause and effect it belongs to.
    public var trace: TraceID
    /// The event that caused it; zero for none.
    public var cause: SequenceNumber
    /// What happened.
    public var event: Event

    /// Makes an envelope.
    @inlinable
    public init(
        sequence: SequenceNumber,
        time: Timestamp,
        trace: TraceID,
        cause: SequenceNumber,
        event: Event
    ) {
        self.sequence = sequence
        self.time = time
        self.trace = trace
        self.cause = cause
        self.event = event
    }
}

/// Why a committed event could not be folded: the journal and this program disagree.
public struct FoldFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The event.
    public let sequence: SequenceNumber
    /// What does not fit.
    public let reason: String

    /// Makes a failure.
    public init(sequence: SequenceNumber, reason: String) {
        self.sequence = sequence
        self.reason = reason
    }

    /// Which event does not fit, and why.
    public var description: String { "event \(sequence) cannot be folded: \(reason)" }
}
