/// Collects little-endian values: the counterpart of ``ByteReader``.
public struct ByteWriter: Sendable {
    /// The room, of which the front ``count`` bytes are written: filling room that is there is four
    /// times as fast as appending byte by byte.
    private var room: [UInt8]
    /// How many bytes were written.
    public private(set) var count = 0

    /// What was written, as an array of its own.
    public var bytes: [UInt8] { Array(room[..<count]) }

    /// What was written, where it is.
    public var span: Span<UInt8> {
        @_lifetime(borrow self) get { room.span.extracting(0..<count) }
    }

    /// Starts empty, with room for `capacity` bytes.
    public init(capacity: Int = 256) { room = Array(repeating: 0, count: max(capacity, 16)) }

    /// Forgets what was written and keeps the room.
    public mutating func removeAll() { count = 0 }

    /// Writes an integer of any width.
    @inline(__always)
    public mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        let width = Value.bitWidth / 8
        let start = count
        if room.count &- start < width { makeRoom(for: width) }
        var span = room.mutableSpan
        for index in 0..<width {
            let shift = Value(truncatingIfNeeded: 8 &* index)
            span[start &+ index] = UInt8(truncatingIfNeeded: value &>> shift)
        }
        count = start &+ width
    }

    @inline(never)
    private mutating func makeRoom(for more: Int) {
        room.append(contentsOf: repeatElement(0, count: max(more, room.count)))
    }

    private mutating func append(_ text: some Collection<UInt8>) {
        let start = count
        if room.count - start < text.count { makeRoom(for: text.count) }
        for (index, byte) in text.enumerated() { room[start + index] = byte }
        count = start + text.count
    }

    /// Writes a truth value as one byte.
    public mutating func bool(_ value: Bool) { integer(value ? 1 as UInt8 : 0) }

    /// Writes a text: a length of two bytes, then UTF-8; what is beyond 65,535 bytes is cut at a
    /// character.
    public mutating func text(_ value: String) {
        var kept = Substring(value)
        while kept.utf8.count > Int(UInt16.max) { kept = kept.dropLast() }
        integer(UInt16(kept.utf8.count))
        append(kept.utf8)
    }

    /// Writes a text of any length: a length of four bytes, then UTF-8.
    public mutating func longText(_ value: String) {
        integer(UInt32(value.utf8.count))
        append(value.utf8)
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
    where Choice.RawValue == UInt8 { integer(value.rawValue) }
    /// Writes an identifier.
    public mutating func identifier(_ value: some NumericIdentifier) { integer(value.rawValue) }
    /// Writes a venue's name for something.
    public mutating func venueID(_ value: VenueID) { integer(value.rawValue) }
}
