internal import Digests
internal import Platform

/// Sixteen random bytes that tell one journal from every other.
public struct JournalID: Hashable, Sendable {
    /// The first eight bytes, the first of them lowest.
    public let low: UInt64
    /// The last eight bytes.
    public let high: UInt64

    /// Creates an id from two little-endian words.
    public init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Reads an id written as 32 hexadecimal digits; `nil` for other text.
    init?(hexadecimal text: String) {
        guard let bytes = Hexadecimal.bytes(text), bytes.count == 16 else { return nil }
        self.init(low: bytes.span.uint64(at: 0), high: bytes.span.uint64(at: 8))
    }

    /// Sixteen zeros, which stand for none.
    static let zero = JournalID(low: 0, high: 0)

    /// Draws a new id.
    public static func random() -> JournalID {
        let bytes = RandomBytes.draw(16)
        return JournalID(low: bytes.span.uint64(at: 0), high: bytes.span.uint64(at: 8))
    }
}

extension JournalID: CustomStringConvertible {
    /// Thirty-two hexadecimal digits, in the order of the bytes.
    public var description: String {
        let bytes = [low, high].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        return Hexadecimal.text(bytes.span)
    }
}
