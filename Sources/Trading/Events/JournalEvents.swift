/// How long the commits since the event before of this kind took.
///
/// Measured on the machine's clock, and so different in every run: evidence, not state.
public struct CommitsTimed: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.commitsTimed
    /// The times of the commits, witnesses included; at least one.
    public var times: DurationHistogram

    /// Makes the payload.
    public init(times: DurationHistogram) { self.times = times }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) { times.encode(into: &writer) }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        times = DurationHistogram(from: &reader)
        if times.count == 0 { reader.markDamaged() }
    }
}

/// The chain up to an event was signed: what lies before cannot be edited, cut or chained anew
/// without the key.
public struct CheckpointSigned: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.checkpointSigned
    /// The last event that is covered; the last one of its batch.
    public var sequence: SequenceNumber
    /// The chain hash of the batch that ends with it.
    public var chainHash: Hash256
    /// SHA-256 of the public key's 32 bytes.
    public var key: Hash256
    /// The Ed25519 signature, 64 bytes as two halves.
    public var signature: (first: Hash256, second: Hash256)

    /// Makes the payload.
    public init(
        sequence: SequenceNumber,
        chainHash: Hash256,
        key: Hash256,
        signature: (first: Hash256, second: Hash256)
    ) {
        self.sequence = sequence
        self.chainHash = chainHash
        self.key = key
        self.signature = signature
    }

    /// Whether all fields are the same.
    public static func == (left: CheckpointSigned, right: CheckpointSigned) -> Bool {
        left.sequence == right.sequence && left.chainHash == right.chainHash
            && left.key == right.key && left.signature == right.signature
    }

    /// Mixes in what tells checkpoints apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(sequence)
        hasher.combine(chainHash)
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(sequence)
        for hash in [chainHash, key, signature.first, signature.second] {
            hash.encode(into: &writer)
        }
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        sequence = reader.identifier()
        chainHash = Hash256(from: &reader)
        key = Hash256(from: &reader)
        signature = (Hash256(from: &reader), Hash256(from: &reader))
    }
}

/// Segments were taken out of the journal, after a snapshot and, where there is an archive, a copy
/// of them were verified.
public struct SegmentsRemoved: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.segmentsRemoved
    /// The first event that is gone.
    public var first: SequenceNumber
    /// The last event that is gone.
    public var last: SequenceNumber
    /// The chain hash of the batch that ends with ``last``.
    public var chainHash: Hash256
    /// The name of the archive file that holds them; empty where no copy was kept.
    public var archive: String
    /// SHA-256 of that file; zero where no copy was kept.
    public var archiveHash: Hash256

    /// Makes the payload.
    public init(
        first: SequenceNumber,
        last: SequenceNumber,
        chainHash: Hash256,
        archive: String,
        archiveHash: Hash256
    ) {
        self.first = first
        self.last = last
        self.chainHash = chainHash
        self.archive = archive
        self.archiveHash = archiveHash
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(first)
        writer.identifier(last)
        chainHash.encode(into: &writer)
        writer.text(archive)
        archiveHash.encode(into: &writer)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        first = reader.identifier()
        last = reader.identifier()
        chainHash = Hash256(from: &reader)
        archive = reader.text()
        archiveHash = Hash256(from: &reader)
        if first > last { reader.markDamaged() }
    }
}

/// A person put an older copy of the journal in the place of a later one, knowingly.
public struct JournalRestored: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.journalRestored
    /// Who did it.
    public var by: String
    /// Why.
    public var reason: String
    /// Where the copy came from.
    public var source: String
    /// The last event that the witnesses knew; zero where none was known to be later.
    public var lostUpTo: SequenceNumber
    /// The chain hash that they knew there; zero where none was known.
    public var lostChainHash: Hash256
    /// The last epoch that they knew: orders of it, and of those between, are ours.
    public var lostEpoch: Epoch

    /// Makes the payload.
    public init(
        by: String,
        reason: String,
        source: String,
        lostUpTo: SequenceNumber,
        lostChainHash: Hash256,
        lostEpoch: Epoch
    ) {
        self.by = by
        self.reason = reason
        self.source = source
        self.lostUpTo = lostUpTo
        self.lostChainHash = lostChainHash
        self.lostEpoch = lostEpoch
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.text(by)
        writer.text(reason)
        writer.text(source)
        writer.identifier(lostUpTo)
        lostChainHash.encode(into: &writer)
        writer.identifier(lostEpoch)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        by = reader.text()
        reason = reader.text()
        source = reader.text()
        lostUpTo = reader.identifier()
        lostChainHash = Hash256(from: &reader)
        lostEpoch = reader.identifier()
    }
}
