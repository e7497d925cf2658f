/// Reads little-endian values from bytes, front to back.
///
/// Reading past the end gives zeros and sets ``isDamaged``, so that a decoder reads all its fields
/// and asks once.
public struct ByteReader: ~Escapable {
    @usableFromInline let bytes: Span<UInt8>
    /// How many bytes were read.
    public private(set) var offset = 0
    /// Whether something was missing or senseless.
    public private(set) var isDamaged = false

    /// Starts at the front of `bytes`.
    @_lifetime(copy bytes)
    @inlinable @inline(__always)
    public init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// How many bytes are left.
    @inlinable @inline(__always)
    public var remaining: Int { bytes.count &- offset }

    /// Says that what was read makes no sense.
    public mutating func markDamaged() { isDamaged = true }

    // Cutting out the field first lets the compiler drop the checks behind: one load remains.
    @inline(__always)
    private mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value {
        let width = MemoryLayout<Value>.size
        guard bytes.count &- offset >= width else {
            isDamaged = true
            return 0
        }
        let field = bytes.extracting(offset..<offset &+ width)
        offset &+= width
        var value: Value = 0
        for index in 0..<width {
            value |=
                Value(truncatingIfNeeded: field[index]) &<< Value(truncatingIfNeeded: 8 * index)
        }
        return value
    }

    /// Reads one byte.
    @inline(__always)
    public mutating func uint8() -> UInt8 { integer(UInt8.self) }
    /// Reads two bytes.
    @inline(__always)
    public mutating func uint16() -> UInt16 { integer(UInt16.self) }
    /// Reads four bytes.
    @inline(__always)
    public mutating func uint32() -> UInt32 { integer(UInt32.self) }
    /// Reads eight bytes.
    @inline(__always)
    public mutating func uint64() -> UInt64 { integer(UInt64.self) }
    /// Reads eight bytes as a signed number.
    @inline(__always)
    public mutating func int64() -> Int64 { Int64(bitPattern: integer(UInt64.self)) }

    /// Reads sixteen bytes.
    @inline(__always)
    public mutating func uint128() -> UInt128 {
        let low = integer(UInt64.self)
        let high = integer(UInt64.self)
        return UInt128(low) | UInt128(high) &<< 64
    }

    /// Reads one byte as a truth value; anything but 0 and 1 is damage.
    public mutating func bool() -> Bool {
        let byte = uint8()
        if byte > 1 { isDamaged = true }
        return byte == 1
    }

    /// Reads a text: a length of two bytes, then UTF-8.
    public mutating func text() -> String { text(count: Int(uint16())) }

    /// Reads a text of any length: a length of four bytes, then UTF-8.
    public mutating func longText() -> String { text(count: Int(uint32())) }

    private mutating func text(count: Int) -> String {
        guard remaining >= count else {
            isDamaged = true
            return ""
        }
        let field = bytes.extracting(offset..<offset + count)
        offset += count
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in 0..<count { copy.append(field[index]) }
        guard let text = String(validating: copy, as: UTF8.self) else {
            isDamaged = true
            return ""
        }
        return text
    }

    /// Reads a decimal.
    @inline(__always)
    public mutating func decimal() -> Decimal {
        Decimal(units: Int128(truncatingIfNeeded: uint128()))
    }

    /// Reads an amount.
    @inline(__always)
    public mutating func amount<Value: Amount>(_ type: Value.Type = Value.self) -> Value {
        Value(decimal())
    }

    /// Reads a moment.
    @inline(__always)
    public mutating func timestamp() -> Timestamp { Timestamp(nanoseconds: int64()) }

    /// Reads a length of time.
    public mutating func timeSpan() -> TimeSpan { TimeSpan(nanoseconds: int64()) }

    /// Reads a case of an enumeration; an unknown one is damage and gives `fallback`.
    @inline(__always)
    public mutating func choice<Choice: RawRepresentable>(_ fallback: Choice) -> Choice
    where Choice.RawValue == UInt8 {
        if let choice = Choice(rawValue: uint8()) { return choice }
        isDamaged = true
        return fallback
    }

    /// Reads an identifier.
    @inline(__always)
    public mutating func identifier<Identifier: NumericIdentifier>(
        _ type: Identifier.Type = Identifier.self
    ) -> Identifier {
        Identifier(integer(Identifier.RawValue.self))
    }

    /// Reads a venue's name for something.
    @inline(__always)
    public mutating func venueID() -> VenueID { VenueID(uint128()) }
}
