/// The chain up to an event was signed: what lies before cannot be edited, cut or chained anew
/// without the key.
public struct CheckpointSigned: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.checkpointSigned
    /// The last event that is covered: the one before the batch that holds this one.
    public var sequence: SequenceNumber
    /// The chain hash of the batch that ends with it.
    public var chainHash: Hash256
    /// When the next checkpoint is due, from the time of this one on.
    public var every: TimeSpan
    /// SHA-256 of the public key's 32 bytes.
    public var key: Hash256
    /// The Ed25519 signature over ``statement(journal:epoch:)``, 64 bytes as two halves.
    public var signature: (first: Hash256, second: Hash256)

    /// Makes the payload.
    public init(
        sequence: SequenceNumber,
        chainHash: Hash256,
        every: TimeSpan,
        key: Hash256,
        signature: (first: Hash256, second: Hash256)
    ) {
        self.sequence = sequence
        self.chainHash = chainHash
        self.every = every
        self.key = key
        self.signature = signature
    }

    /// Whether all fields are the same.
    public static func == (left: CheckpointSigned, right: CheckpointSigned) -> Bool {
        left.sequence == right.sequence && left.chainHash == right.chainHash
            && left.every == right.every && left.key == right.key
            && left.signature == right.signature
    }

    /// Mixes in what tells checkpoints apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(sequence)
        hasher.combine(chainHash)
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(sequence)
        chainHash.encode(into: &writer)
        writer.timeSpan(every)
        for hash in [key, signature.first, signature.second] { hash.encode(into: &writer) }
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        sequence = reader.identifier()
        chainHash = Hash256(from: &reader)
        every = reader.timeSpan()
        key = Hash256(from: &reader)
        signature = (Hash256(from: &reader), Hash256(from: &reader))
    }
}

extension CheckpointSigned {
    /// What every statement begins with, so that a signature made for something else is none here.
    public static let domain = "holdfast checkpoint 1\n"

    /// The bytes that are signed: ``domain``, the journal's id, the epoch that signs, and what the
    /// checkpoint says of the chain and of its schedule.
    ///
    /// - Parameters:
    ///   - journal: The 16 bytes of the journal's id, as two little-endian words.
    ///   - epoch: The epoch of the batch that holds the checkpoint.
    /// - Returns: What was asked for.
    public func statement(journal: (low: UInt64, high: UInt64), epoch: Epoch) -> [UInt8] {
        var writer = ByteWriter()
        for byte in Self.domain.utf8 { writer.integer(byte) }
        writer.integer(journal.low)
        writer.integer(journal.high)
        writer.identifier(epoch)
        writer.identifier(sequence)
        chainHash.encode(into: &writer)
        writer.timeSpan(every)
        return writer.bytes
    }
}
