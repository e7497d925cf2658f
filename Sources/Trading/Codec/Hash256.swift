/// A SHA-256 as the core carries it: taken and compared elsewhere, stored and shown here.
public struct Hash256: Hashable, Sendable, CustomStringConvertible {
    /// The digest as four words, the first the most significant.
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

    /// Sixty-four hexadecimal digits.
    public var description: String {
        [words.0, words.1, words.2, words.3].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }
}

/// SHA-256 over the canonical bytes of a state.
public typealias StateHash = Hash256
