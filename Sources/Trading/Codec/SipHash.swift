/// SipHash-2-4 with a 128-bit result, over 64-bit words.
///
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", and the reference
/// implementation's 128-bit variant, whose published vectors the tests use.
public struct SipHash: Sendable {
    // Inlined into the fold, which hashes a few words of nearly every event.
    @usableFromInline var v0: UInt64
    @usableFromInline var v1: UInt64
    @usableFromInline var v2: UInt64
    @usableFromInline var v3: UInt64
    @usableFromInline var length: UInt64 = 0

    /// Starts with a 128-bit key.
    @inlinable @inline(__always)
    public init(key0: UInt64, key1: UInt64) {
        v0 = key0 ^ 0x736f_6d65_7073_6575
        v1 = key1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = key0 ^ 0x6c79_6765_6e65_7261
        v3 = key1 ^ 0x7465_6462_7974_6573
    }

    @inlinable @inline(__always)
    mutating func round() {
        v0 &+= v1
        v1 = rotate(v1, 13) ^ v0
        v0 = rotate(v0, 32)
        v2 &+= v3
        v3 = rotate(v3, 16) ^ v2
        v0 &+= v3
        v3 = rotate(v3, 21) ^ v0
        v2 &+= v1
        v1 = rotate(v1, 17) ^ v2
        v2 = rotate(v2, 32)
    }

    /// Takes eight bytes.
    @inlinable @inline(__always)
    public mutating func word(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
        length &+= 8
    }

    /// Takes sixteen bytes.
    @inlinable @inline(__always)
    public mutating func wide(_ value: Int128) {
        word(UInt64(truncatingIfNeeded: value))
        word(UInt64(truncatingIfNeeded: value >> 64))
    }

    /// Ends with the bytes that do not fill a word, fewer than eight, and gives the result.
    @inlinable @inline(__always)
    public mutating func finish(tail: UInt64 = 0, tailCount: Int = 0) -> SipHashDigest {
        let last = tail | (length &+ UInt64(tailCount)) &<< 56
        v3 ^= last
        round()
        round()
        v0 ^= last
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let first = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return SipHashDigest(first: first, second: v0 ^ v1 ^ v2 ^ v3)
    }
}

@inlinable @inline(__always)
func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value &<< count | value &>> (64 &- count)
}

/// A 128-bit SipHash result.
public struct SipHashDigest: Hashable, Sendable, CustomStringConvertible {
    /// The first eight bytes, little-endian.
    public let first: UInt64
    /// The last eight bytes, little-endian.
    public let second: UInt64

    /// Makes a digest of its words.
    @inlinable
    public init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    /// Thirty-two hexadecimal digits in the order of the bytes.
    public var description: String {
        var text = ""
        for word in [first, second] {
            for index in 0..<8 {
                let byte = UInt8(truncatingIfNeeded: word >> UInt64(8 * index))
                text += byte < 16 ? "0" : ""
                text += String(byte, radix: 16)
            }
        }
        return text
    }
}
