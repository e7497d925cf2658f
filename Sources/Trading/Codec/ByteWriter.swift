/// Collects little-endian values: the counterpart of ``ByteReader``.
public struct ByteWriter: Sendable {
    /// What was written.
    public private(set) var bytes: [UInt8] = []

    /// Starts empty, with room for `capacity` bytes.
    public init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// Forgets what was written and keeps the room.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Writes an integer of any width.
    @inline(__always)
    public mutating func integer(_ value: some FixedWidthInteger) {
        var rest = value
        for _ in 0..<(value.bitWidth / 8) {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest = value.bitWidth == 8 ? 0 : rest >> 8
        }
    }

    /// Writes a truth value as one byte.
    public mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Writes a text: a length of two bytes, then UTF-8; what is beyond 65,535 bytes is cut at a
    /// character.
    public mutating func text(_ value: String) {
        var kept = Substring(value)
        while kept.utf8.count > Int(UInt16.max) { kept = kept.dropLast() }
        integer(UInt16(kept.utf8.count))
        bytes.append(contentsOf: kept.utf8)
    }

    /// Writes a text of any length: a length of four bytes, then UTF-8.
    public mutating func longText(_ value: String) {
        integer(UInt32(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// Writes a decimal.
    public mutating func decimal(_ value: Decimal) { integer(value.units) }
    /// Writes an amount.
    public mutating func amount(_ value: some Amount) { integer(value.value.units) }
    /// Writes a moment.
    public mutating func timestamp(_ value: Timestamp) { integer(value.nanoseconds) }
    /// Writes a length of time.
    public mutating func timeSpan(_ value: TimeSpan) { integer(value.nanoseconds) }
    /// Writes a case of an enumeration.
    public mutating func choice<Choice: RawRepresentable>(_ value: Choice)
    where Choice.RawValue == UInt8 { bytes.append(value.rawValue) }
    /// Writes an identifier.
    public mutating func identifier(_ value: some NumericIdentifier) { integer(value.rawValue) }
    /// Writes a venue's name for something.
    public mutating func venueID(_ value: VenueID) { integer(value.rawValue) }
}
