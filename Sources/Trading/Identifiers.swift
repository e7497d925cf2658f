/// An identifier that is a small number of its own kind.
public protocol NumericIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    associatedtype RawValue: FixedWidthInteger & Sendable
    /// The number.
    var rawValue: RawValue { get }
    /// Makes the identifier of a number.
    init(_ rawValue: RawValue)
}

extension NumericIdentifier {
    /// Whether the left number is the smaller one.
    @inlinable @inline(__always)
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    /// The number in decimal digits.
    public var description: String { String(rawValue) }
}

/// The place of an event in the journal: counted from 1 without gaps.
///
/// Zero is before the first.
public struct SequenceNumber: NumericIdentifier {
    /// The number.
    public let rawValue: UInt64
    /// Makes the identifier of a number.
    @inlinable @inline(__always)
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// The place after this one.
    @inlinable
    public var next: SequenceNumber { SequenceNumber(rawValue + 1) }
}

/// One start of the engine, or of a tool that writes, counted from 1.
public struct Epoch: NumericIdentifier {
    /// The number.
    public let rawValue: UInt32
    /// Makes the identifier of a number.
    @inlinable
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }
}

/// An instrument of this journal, numbered in the order of listing.
public struct InstrumentID: NumericIdentifier {
    /// The number.
    public let rawValue: UInt16
    /// Makes the identifier of a number.
    @inlinable @inline(__always)
    public init(_ rawValue: UInt16) { self.rawValue = rawValue }
}

/// An asset of this journal, numbered in the order of first appearance.
public struct AssetID: NumericIdentifier {
    /// The number.
    public let rawValue: UInt16
    /// Makes the identifier of a number.
    @inlinable @inline(__always)
    public init(_ rawValue: UInt16) { self.rawValue = rawValue }
}

/// A source of inputs, as a tape, numbered in the order of attachment.
public struct SourceID: NumericIdentifier {
    /// The number.
    public let rawValue: UInt16
    /// Makes the identifier of a number.
    @inlinable
    public init(_ rawValue: UInt16) { self.rawValue = rawValue }
}

/// An order of ours: the sequence number of the event that intended it.
public struct OrderID: NumericIdentifier {
    /// The number.
    public let rawValue: UInt64
    /// Makes the identifier of a number.
    @inlinable @inline(__always)
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// The order intended at `sequence`.
    @inlinable
    public init(_ sequence: SequenceNumber) { self.rawValue = sequence.rawValue }
}

/// A deal: the sequence number of the event that opened it.
///
/// Zero is no deal.
public struct DealID: NumericIdentifier {
    /// The number.
    public let rawValue: UInt64
    /// Makes the identifier of a number.
    @inlinable @inline(__always)
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// The deal opened at `sequence`.
    @inlinable
    public init(_ sequence: SequenceNumber) { self.rawValue = sequence.rawValue }
    /// No deal.
    @inlinable
    public static var none: DealID { DealID(0) }
}

/// A scan of a market: the sequence number of its first checkpoint.
///
/// Zero is no scan yet.
public struct ScanID: NumericIdentifier {
    /// The number.
    public let rawValue: UInt64
    /// Makes the identifier of a number.
    @inlinable @inline(__always)
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// The scan whose first checkpoint stands at `sequence`.
    @inlinable
    public init(_ sequence: SequenceNumber) { self.rawValue = sequence.rawValue }
    /// No scan yet.
    @inlinable
    public static var none: ScanID { ScanID(0) }
}

/// One chain of cause and effect: the sequence number of the event that began it.
public struct TraceID: NumericIdentifier {
    /// The number.
    public let rawValue: UInt64
    /// Makes the identifier of a number.
    @inlinable @inline(__always)
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// No chain yet.
    @inlinable
    public static var none: TraceID { TraceID(0) }
}

/// A venue's own name for an order, an execution or a trade.
///
/// Venues use decimal numbers or UUIDs; both fit 128 bits and print as they were sent.
public struct VenueID: Hashable, Comparable, Sendable {
    /// The name as a number of 128 bits.
    public let rawValue: UInt128
    /// Makes the name of a number.
    @inlinable @inline(__always)
    public init(_ rawValue: UInt128) { self.rawValue = rawValue }
    /// Whether the left name is the smaller number.
    @inlinable @inline(__always)
    public static func < (left: VenueID, right: VenueID) -> Bool { left.rawValue < right.rawValue }
    /// No name yet.
    @inlinable
    public static var none: VenueID { VenueID(0) }
}

extension VenueID: CustomStringConvertible {
    /// A decimal number up to 64 bits, and a UUID above.
    public var description: String {
        if rawValue <= UInt128(UInt64.max) { return String(UInt64(rawValue)) }
        let digits = String(rawValue, radix: 16)
        let padded = Array(
            (String(repeating: "0", count: 32 - digits.utf8.count) + digits).utf8
        )
        var text = ""
        for (index, byte) in padded.enumerated() {
            if [8, 12, 16, 20].contains(index) { text += "-" }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        return text
    }
}
