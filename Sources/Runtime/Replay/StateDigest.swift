public import Digests
public import Projections
public import Trading

/// Hashes states: SHA-256 over their canonical bytes, with one buffer for all.
public final class StateDigest {
    private let sha = SHA256()
    private var writer = ByteWriter(capacity: 1 << 16)

    /// Makes a digest.
    public init() {}

    /// The canonical bytes of a state and their hash.
    public func bytes(of state: TradingState) -> (bytes: [UInt8], hash: SHA256Digest) {
        writer.removeAll()
        state.encode(into: &writer)
        let bytes = writer.bytes
        return (bytes, sha.digest(of: bytes.span))
    }

    /// The hash of a state.
    public func hash(of state: TradingState) -> StateHash {
        writer.removeAll()
        state.encode(into: &writer)
        let bytes = writer.bytes
        return StateHash(sha.digest(of: bytes.span))
    }
}

extension StateHash {
    /// The hash of a digest.
    public init(_ digest: SHA256Digest) {
        self.init(words: (digest.word0, digest.word1, digest.word2, digest.word3))
    }
}
