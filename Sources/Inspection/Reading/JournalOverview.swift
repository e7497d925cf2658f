internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// What a journal is made of.
struct JournalOverview {
    /// One start of a writer, as its events tell it.
    struct EpochSpan {
        let began: EpochBegan
        let first: UInt64
        let time: Timestamp
        var last: UInt64
        /// Why it stopped in order; `nil` where it did not, or runs.
        var stop: StopReason?
        /// How long its commits took, as far as its events tell.
        var commits = DurationHistogram()
    }

    let directory: String
    let journalID: JournalID
    /// What it means that the last epoch has no end.
    let openEnd: OpenEnd
    let statistics: JournalStatistics
    private(set) var epochs: [EpochSpan] = []
    /// What tells that an older copy was put back knowingly.
    private(set) var restores: [(sequence: UInt64, time: Timestamp, event: JournalRestored)] = []
    private(set) var firstTime: Timestamp?
    private(set) var lastTime = Timestamp.never
    private(set) var snapshots: [(sequence: UInt64, bytes: Int)] = []
    private let codec = EventCodec()

    /// Counts everything.
    ///
    /// - Throws: `JournalError` and `PlatformError`.
    init(_ context: CommandContext) throws {
        let reader = try context.reader()
        let directory = context.journal
        self.directory = directory
        journalID = reader.journalID
        statistics = try JournalStatistics(of: reader)
        openEnd = try OpenEnd(context)
        let store = SnapshotStore(directory: directory, journalID: journalID)
        for sequence in try store.sequences() {
            let size = try FileSystem.status(store.path(sequence))?.size ?? 0
            snapshots.append((sequence, size))
        }
        _ = try reader.forEachReadableBatch(
            from: try reader.firstSequence(),
            to: statistics.head.sequence
        ) { batch, isSound in
            let damaged = isSound ? [] : batch.damagedEvents
            batch.forEachEvent { take($0, isDamaged: damaged.contains($0.sequence)) }
        }
    }

    private mutating func take(_ event: EventView, isDamaged: Bool) {
        if isDamaged {
            if !epochs.isEmpty { epochs[epochs.count - 1].last = event.sequence }
            return
        }
        let time = Timestamp(nanoseconds: event.time)
        firstTime = firstTime ?? time
        lastTime = time
        let begins = event.kind == EventKind.epochBegan.rawValue
        if !begins, !epochs.isEmpty { epochs[epochs.count - 1].last = event.sequence }
        let read = [EventKind.epochBegan, .epochEnded, .commitsTimed, .journalRestored]
        guard read.contains(where: { $0.rawValue == event.kind }) else { return }
        do throws(ReplayFailure) {
            switch try Replay.envelope(event, codec).event {
            case .epochBegan(let began):
                epochs.append(
                    EpochSpan(
                        began: began,
                        first: event.sequence,
                        time: time,
                        last: event.sequence,
                        stop: nil
                    )
                )
            case .journalRestored(let restored):
                restores.append((event.sequence, time, restored))
            case .epochEnded(let ended):
                if !epochs.isEmpty { epochs[epochs.count - 1].stop = ended.reason }
            case .commitsTimed(let timed):
                if !epochs.isEmpty { epochs[epochs.count - 1].commits.add(timed.times) }
            default: break
            }
        } catch {
            return  // it is counted; what is wrong with it is for `show` and `verify`
        }
    }

    /// The kinds with their names, the most frequent first.
    var kinds: [(name: String, count: Int, bytes: Int)] {
        statistics.kinds
            .map { (EventKind(rawValue: $0.kind)?.name ?? "kind\($0.kind)", $0.count, $0.bytes) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    var events: Int { statistics.segments.reduce(0) { $0 + $1.events } }
    var batches: Int { statistics.segments.reduce(0) { $0 + $1.batches } }
    var bytes: Int { statistics.segments.reduce(0) { $0 + $1.batchBytes } }
    /// The segments that the journal holds.
    var segments: [JournalStatistics.Segment] { statistics.segments.filter { $0.archive == nil } }
    /// Those that were archived.
    var archives: [JournalStatistics.Segment] { statistics.segments.filter { $0.archive != nil } }
    /// Bytes of the journal's own files.
    var fileBytes: Int { segments.reduce(0) { $0 + $1.fileBytes } }

    /// How an epoch ended.
    func stop(_ place: Int) -> String {
        if let reason = epochs[place].stop { return reason.name }
        return (place == epochs.count - 1 ? openEnd : .unclean).rawValue
    }

    /// Whether an engine writes the journal now.
    var isWritten: Bool { openEnd == .running }

    /// How many epochs are known to have ended without a clean stop.
    var uncleanStops: Int { epochs.indices.count { stop($0) == OpenEnd.unclean.rawValue } }
}
