internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// What a journal is made of, counted in one walk.
struct JournalStatistics {
    /// One start of a writer.
    struct EpochSpan {
        let began: EpochBegan
        let first: UInt64
        let time: Timestamp
        var last: UInt64
        var stop: StopReason?
    }

    /// One segment.
    struct Segment {
        let first: UInt64
        let path: String
        /// Bytes of the file as far as it is used, and as it is stored.
        let fileBytes: Int
        let storedBytes: Int
        let isSealed: Bool
        var last: UInt64 = 0
        var batches: UInt64 = 0
        var events: UInt64 = 0
        var bytes: UInt64 = 0
    }

    /// How often a kind occurs.
    struct KindCount {
        var count: UInt64 = 0
        var bytes: UInt64 = 0
    }

    let directory: String
    let journalID: JournalID
    let head: Head
    let isWritten: Bool
    private(set) var segments: [Segment] = []
    private(set) var epochs: [EpochSpan] = []
    private(set) var firstTime: Int64?
    private(set) var lastTime: Int64 = 0
    private(set) var firstCommit: Int64?
    private(set) var snapshots: [(sequence: UInt64, bytes: Int)] = []
    /// Counts at the place of the kind's number; numbers are small.
    private var counts: [UInt16: KindCount] = [:]
    private let codec = EventCodec()

    /// Counts everything.
    ///
    /// - Throws: `JournalError` and `PlatformError`.
    init(_ directory: String) throws {
        let reader = try JournalReader.open(directory)
        self.directory = directory
        journalID = reader.journalID
        head = try reader.head()
        isWritten = try LockFile.isHeld(directory + "/writer.lock")
        try list()
        let store = SnapshotStore(directory: directory, journalID: journalID)
        for sequence in try store.sequences() {
            let size = try FileSystem.status(store.path(sequence))?.size ?? 0
            snapshots.append((sequence, size))
        }
        try walk(reader)
    }

    private mutating func list() throws(PlatformError) {
        let folder = directory + "/segments"
        let names = try FileSystem.list(folder).filter { $0.utf8.count == 20 }.sorted()
        let numbers = names.compactMap { name in UInt64(name).map { (name, $0) } }
        for (name, number) in numbers {
            let status = try FileSystem.status(folder + "/" + name + "/data.mdb")
            segments.append(
                Segment(
                    first: number,
                    path: folder + "/" + name,
                    fileBytes: status?.size ?? 0,
                    storedBytes: status?.allocatedSize ?? 0,
                    isSealed: number != numbers.last?.1
                )
            )
        }
    }

    private mutating func walk(_ reader: JournalReader) throws {
        var place = 0
        try reader.forEachBatch(from: try reader.firstSequence()) {
            (batch) throws(JournalError) in
            let header = batch.header
            while place + 1 < segments.count, segments[place + 1].first <= header.firstSequence {
                place += 1
            }
            segments[place].last = header.lastSequence
            segments[place].batches += 1
            segments[place].events += UInt64(header.count)
            segments[place].bytes += UInt64(header.length)
            if firstCommit == nil { firstCommit = header.commitTime }
            batch.forEachEvent { event in take(event) }
            return .proceed
        }
    }

    private mutating func take(_ event: EventView) {
        firstTime = firstTime ?? event.time
        lastTime = event.time
        counts[event.kind, default: KindCount()].count += 1
        counts[event.kind, default: KindCount()].bytes += UInt64(event.payload.count)
        if !epochs.isEmpty { epochs[epochs.count - 1].last = event.sequence }
        guard
            event.kind == EventKind.epochBegan.rawValue
                || event.kind == EventKind.epochEnded.rawValue
        else { return }
        do throws(ReplayFailure) {
            switch try Replay.envelope(event, codec).event {
            case .epochBegan(let began):
                epochs.append(
                    EpochSpan(
                        began: began,
                        first: event.sequence,
                        time: Timestamp(nanoseconds: event.time),
                        last: event.sequence,
                        stop: nil
                    )
                )
            case .epochEnded(let ended):
                if !epochs.isEmpty { epochs[epochs.count - 1].stop = ended.reason }
            default: break
            }
        } catch {
            return  // counted; what it says is for `show` and `verify`
        }
    }

    /// Counts by kind, the most frequent first.
    var kinds: [(name: String, count: KindCount)] {
        counts.keys.sorted().compactMap { kind in
            counts[kind].map { (EventKind(rawValue: kind)?.name ?? "kind\(kind)", $0) }
        }
        .sorted { $0.count.count > $1.count.count }
    }

    var events: UInt64 { segments.reduce(0) { $0 + $1.events } }
    var batches: UInt64 { segments.reduce(0) { $0 + $1.batches } }
    var bytes: UInt64 { segments.reduce(0) { $0 + $1.bytes } }

    /// How an epoch ended.
    func stop(_ place: Int) -> String {
        if let reason = epochs[place].stop { return reason.name }
        return place == epochs.count - 1 && isWritten ? "running" : "unclean"
    }

    /// How many epochs ended without a clean stop.
    var uncleanStops: Int { epochs.indices.count { stop($0) == "unclean" } }
}
