/// A SHA-256 as the core carries it: taken and compared elsewhere, stored and shown here.
public struct Hash256: Hashable, Sendable, CustomStringConvertible {
    /// The digest as four little-endian words, its first bytes in the first.
    public var words: (UInt64, UInt64, UInt64, UInt64)

    /// Makes a hash of its words.
    public init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// Thirty-two zero bytes: no hash.
    public static let zero = Hash256(words: (0, 0, 0, 0))

    /// Whether all four words are the same.
    public static func == (left: Hash256, right: Hash256) -> Bool { left.words == right.words }

    /// Mixes in the first word, which is as good as all.
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    func encode(into writer: inout ByteWriter) {
        for word in [words.0, words.1, words.2, words.3] { writer.integer(word) }
    }

    init(from reader: inout ByteReader) {
        words = (reader.uint64(), reader.uint64(), reader.uint64(), reader.uint64())
    }

    /// Takes the 32 bytes of a digest; `nil` for another number of them.
    public init?(bytes: Span<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var reader = ByteReader(bytes)
        self.init(from: &reader)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }

    /// Sixty-four hexadecimal digits in the order of the bytes, as every tool prints a SHA-256.
    public var description: String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

/// SHA-256 over the canonical bytes of a state.
public typealias StateHash = Hash256
