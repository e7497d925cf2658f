public import Trading

/// A hash chained over what was traded: orders, fills, deals and balances with their stamped
/// times, without ids, epochs and sequence numbers.
///
/// Two fresh runs over the same tape give the same chain, and so does a run that was killed and
/// resumed. Each link is SipHash-2-4-128 with the link before as its key.
public struct OutcomeChain: Hashable, Sendable {
    /// The newest link.
    public private(set) var digest = SipHashDigest(
        first: 0x686f_6c64_6661_7374,
        second: 0x6f75_7463_6f6d_6531
    )

    init() {}

    @inline(__always)
    mutating func link(_ kind: EventKind, _ time: Timestamp, _ add: (inout SipHash) -> Void) {
        var hash = SipHash(key0: digest.first, key1: digest.second)
        hash.word(UInt64(kind.rawValue))
        hash.word(UInt64(bitPattern: time.nanoseconds))
        add(&hash)
        digest = hash.finish()
    }

    init(from reader: inout ByteReader) {
        digest = SipHashDigest(first: reader.uint64(), second: reader.uint64())
    }

    func encode(into writer: inout ByteWriter) {
        writer.integer(digest.first)
        writer.integer(digest.second)
    }

    /// A word that stands for a text.
    static func word(of text: String) -> UInt64 {
        var hash = SipHash(key0: 0, key1: 0)
        for byte in text.utf8 { hash.word(UInt64(byte)) }
        return hash.finish().first
    }
}
