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
        let hash = digest(of: state)
        return (writer.bytes, hash)
    }

    /// The hash of a state.
    public func hash(of state: TradingState) -> StateHash { StateHash(digest(of: state)) }

    /// How many canonical bytes the newest state had.
    var byteCount: Int { writer.count }

    private func digest(of state: TradingState) -> SHA256Digest {
        // Taken out and put back: what a span shows must not be changed from elsewhere.
        var buffer = ByteWriter(capacity: 16)
        swap(&buffer, &writer)
        buffer.removeAll()
        state.encode(into: &buffer)
        let hash = sha.digest(of: buffer.span)
        swap(&buffer, &writer)
        return hash
    }
}

extension StateHash {
    /// The hash of a digest.
    public init(_ digest: SHA256Digest) {
        self.init(words: (digest.word0, digest.word1, digest.word2, digest.word3))
    }
}
