/// An operator corrected what the engine believes.
public struct CorrectionMade: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.correctionMade
    /// Who did it.
    public var by: String
    /// Why.
    public var reason: String
    /// The correction that this one takes back; zero for none.
    public var undoes: SequenceNumber
    /// What was corrected.
    public var correction: Correction

    /// Makes the payload.
    public init(by: String, reason: String, undoes: SequenceNumber, correction: Correction) {
        self.by = by
        self.reason = reason
        self.undoes = undoes
        self.correction = correction
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.text(by)
        writer.text(reason)
        writer.identifier(undoes)
        correction.encode(into: &writer)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        by = reader.text()
        reason = reader.text()
        undoes = reader.identifier()
        correction = Correction(from: &reader)
    }
}
