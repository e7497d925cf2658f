/// Journal and venue were compared, and the venue left no question open.
///
/// The next comparison reads what the venue has recorded since then, however long ago that is: an
/// engine that was away for a weekend, or that goes on from a journal of last week, misses nothing.
public struct ComparisonCompleted: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.comparisonCompleted
    /// When the comparison began, by the venue's clock: what the venue recorded before is known.
    public var until: Timestamp

    /// Makes the payload.
    public init(until: Timestamp) { self.until = until }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) { writer.timestamp(until) }

    /// Reads a payload.
    public init(from reader: inout ByteReader) { until = reader.timestamp() }
}
