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
