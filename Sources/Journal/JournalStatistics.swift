internal import Platform

/// Counts over a whole journal.
public struct JournalStatistics: Sendable {
    /// Counts of one segment, in the journal or archived.
    public struct Segment: Hashable, Sendable {
        /// Sequence number it begins with, by its name.
        public let first: UInt64
        /// Sequence number of its last event; `nil` when it is empty.
        public internal(set) var last: UInt64?
        /// Records in its store, one a batch.
        public internal(set) var batches = 0
        /// Events in them.
        public internal(set) var events = 0
        /// Bytes of the batches.
        public internal(set) var batchBytes = 0
        /// Size of its file in bytes.
        public let fileBytes: Int
        /// The file of its archive; `nil` where the journal holds it.
        public let archive: String?
    }

    /// What one start of the engine wrote.
    public struct Epoch: Hashable, Sendable {
        /// Its number.
        public let epoch: UInt32
        /// Sequence number of its first event.
        public let firstSequence: UInt64
        /// Commit time of its first batch, nanoseconds since 1970.
        public let begin: Int64
        /// Commit time of its last batch, nanoseconds since 1970.
        public internal(set) var end: Int64
        /// Events it wrote.
        public internal(set) var events = 0
    }

    /// How often a kind of event occurs.
    public struct Kind: Hashable, Sendable {
        /// The caller's number of the kind.
        public let kind: UInt16
        /// Events of that kind.
        public let count: Int
        /// Bytes of their payloads.
        public let bytes: Int
    }

    /// The segments, ascending; those that were archived come first.
    public private(set) var segments: [Segment] = []
    /// The epochs that wrote a batch, ascending.
    public private(set) var epochs: [Epoch] = []
    /// The kinds that occur, ascending.
    public private(set) var kinds: [Kind] = []
    /// The end of the journal.
    public let head: Head
    /// What was wrong on the way; broken events are counted as their headers say.
    public let faults: [JournalError]

    /// Counts everything that `reader` can read.
    ///
    /// - Throws: as ``JournalReader/forEachReadableBatch(from:to:_:)``.
    /// - Complexity: linear in the journal.
    public init(of reader: JournalReader) throws(JournalError) {
        let head = try reader.head()
        self.head = head
        var segments = try Self.segments(of: reader)
        var epochs: [Epoch] = []
        var counts: [UInt16: (count: Int, bytes: Int)] = [:]
        let first = segments.first?.first ?? 1
        faults = try reader.forEachReadableBatch(from: first, to: head.sequence) { batch, _ in
            let header = batch.header
            if let index = segments.lastIndex(where: { $0.first <= header.firstSequence }) {
                segments[index].last = header.lastSequence
                segments[index].batches += 1
                segments[index].events += Int(header.count)
                segments[index].batchBytes += batch.bytes.count
            }
            if epochs.last?.epoch != header.epoch {
                epochs.append(
                    Epoch(
                        epoch: header.epoch,
                        firstSequence: header.firstSequence,
                        begin: header.commitTime,
                        end: header.commitTime
                    )
                )
            }
            epochs[epochs.count - 1].end = header.commitTime
            epochs[epochs.count - 1].events += Int(header.count)
            batch.forEachEvent { event in
                let found = counts[event.kind] ?? (0, 0)
                counts[event.kind] = (found.count + 1, found.bytes + event.payload.count)
            }
        }
        self.segments = segments
        self.epochs = epochs
        kinds = counts.keys.sorted().map { kind in
            Kind(kind: kind, count: counts[kind]?.count ?? 0, bytes: counts[kind]?.bytes ?? 0)
        }
    }

    private static func segments(of reader: JournalReader) throws(JournalError) -> [Segment] {
        var segments: [Segment] = []
        let numbers = try reader.numbers()
        let begin = try reader.firstSequence()
        for part in try reader.archives(fresh: false).parts
        where part.entry.first >= begin && part.entry.last < numbers.first ?? .max {
            segments.append(
                Segment(
                    first: part.entry.first,
                    fileBytes: part.entry.fileBytes,
                    archive: part.path
                )
            )
        }
        for first in numbers {
            let file = reader.layout.segment(first) + "/data.mdb"
            let size = try translating("examine the segment") { () throws(PlatformError) in
                try FileSystem.status(file)?.size ?? 0
            }
            segments.append(Segment(first: first, fileBytes: size, archive: nil))
        }
        return segments
    }
}
