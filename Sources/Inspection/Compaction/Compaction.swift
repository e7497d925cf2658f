internal import Digests
internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// Takes old segments out of a journal, stopped or beside a running engine.
///
/// What costs time is done here, on segments that never change: compressing, reading back,
/// replaying. The writer only does what a writer must. Interrupted anywhere nothing is lost: a
/// segment goes only after its copy, its snapshot and its event are durable, and the next one takes
/// over what is there.
final class Compaction {
    /// What is wanted.
    struct Plan {
        /// Where to archive; `nil` to keep no copy.
        var archive: String?
        /// Only segments whose last event is older than this, by the stamped time of the head.
        var retain: TimeSpan?
    }

    /// A segment that was taken out.
    struct Removed {
        let removal: Removal
        /// What the manifest says of its archive.
        let entry: ArchiveEntry?
    }

    /// What came of it.
    struct Outcome {
        /// Where the snapshot stands.
        var snapshot: UInt64
        var removed: [Removed] = []
        /// The directory with the archives of all journals.
        var archive: String?
        var head: UInt64 = 0
        /// Sequence number with which the segments begin now.
        var begin: UInt64 = 1
    }

    private let plan: Plan
    private let context: CommandContext
    private let access: JournalAccess
    private var hand: (any JournalHand)?

    init(_ plan: Plan, _ context: CommandContext, _ access: JournalAccess) {
        self.plan = plan
        self.context = context
        self.access = access
    }

    /// Does it.
    ///
    /// - Throws: ``CommandFailure``, `JournalError`, `ReplayFailure`, each saying what to do.
    func run() throws -> Outcome {
        // Before anything is begun: whether the archives have a place at all.
        let archive = try archiveWriter()
        let snapshot = try asking { try $0.seal() }
        var outcome = Outcome(snapshot: snapshot, archive: archive?.root)
        do {
            outcome.removed = try compact(archive, sealedBy: snapshot)
            outcome.head = try asking { try $0.end() }
        } catch {
            try endAfter(error)
            throw error
        }
        outcome.begin = try segments().first?.first ?? snapshot + 1
        return outcome
    }

    /// Ends what was begun where something was refused; where the disk failed nothing more
    /// is written there.
    private func endAfter(_ error: any Error) throws {
        let isRefusal = error is CommandFailure || error is ReplayFailure
        let isDamage = (error as? JournalError).map { $0.code != .system && $0.code != .dead }
        if isRefusal || isDamage == true { _ = try hand?.end() }
    }

    private func archiveWriter() throws -> ArchiveWriter? {
        guard let place = plan.archive else { return nil }
        let id = try context.reader().journalID
        return try refusing { () throws(JournalError) in
            try ArchiveWriter(place, of: context.journal, id)
        }
    }

    private func segments() throws -> [SealedSegment] {
        try SealedSegment.all(in: context.journal)
    }

    private func compact(
        _ archive: ArchiveWriter?,
        sealedBy snapshot: UInt64
    ) throws -> [Removed] {
        let removed = try prepare(archive, sealedBy: snapshot)
        if removed.isEmpty { return [] }
        try archive?.remember()
        for one in removed { try remove(one.removal) }
        context.console.clearProgress()
        return removed
    }

    /// Copies and replays what is to go.
    ///
    /// The reader ends with it: should the engine end, this process becomes the writer, and must
    /// not have the journal open twice.
    private func prepare(
        _ archive: ArchiveWriter?,
        sealedBy snapshot: UInt64
    ) throws -> [Removed] {
        let reader = try asking { try $0.reader() }
        let chosen = choose(try segments().filter { $0.last <= snapshot }, snapshot)
        guard let last = chosen.last else { return [] }
        if archive == nil { try requireNotNeeded(upTo: last.last, reader, snapshot) }
        var removed: [Removed] = []
        for segment in chosen {
            context.console.progress("checking events \(segment.first) to \(segment.last)")
            removed.append(try copy(segment, archive, reader.journalID))
        }
        context.console.progress("replaying events \(chosen[0].first) to \(last.last)")
        try BoundarySnapshots(reader, context.journal).ensure(chosen)
        return removed
    }

    /// The first segments, as far as they are old enough.
    private func choose(
        _ sealed: [SealedSegment],
        _ snapshot: UInt64
    ) -> [SealedSegment] {
        guard let retain = plan.retain else { return sealed }
        guard let newest = sealed.last(where: { $0.last == snapshot }) else { return [] }
        let now = Timestamp(nanoseconds: newest.commitTime)
        return Array(sealed.prefix { Timestamp(nanoseconds: $0.commitTime) + retain < now })
    }

    /// Refuses to lose what is not over yet.
    private func requireNotNeeded(
        upTo last: UInt64,
        _ reader: JournalReader,
        _ snapshot: UInt64
    ) throws {
        let point = ReplayPoint.sequence(snapshot)
        let state = try StateReader(reader).replay(to: point).replay.state
        let order = state.orders.ordered.first { $0.id.rawValue <= last }
        let deal = state.deals.ordered.first { $0.id.rawValue <= last }
        let needed = order.map { "order \($0.id)" } ?? deal.map { "deal \($0.id)" }
        if let needed {
            throw CommandFailure(
                1,
                "snapshot: events up to \(last) are still needed: \(needed) is not over; keep a "
                    + "copy with --archive, or retain more"
            )
        }
        if state.mode == .tape {
            context.console.message(
                "a run on tapes needs every order since the beginning: without events 1 to "
                    + "\(last) this journal can be read, and no longer run"
            )
        }
    }

    /// Archives a segment, or checks one of which no copy is kept.
    private func copy(
        _ segment: SealedSegment,
        _ archive: ArchiveWriter?,
        _ id: JournalID
    ) throws -> Removed {
        var removal = Removal(
            first: segment.first,
            last: segment.last,
            chainHash: segment.chainHash,
            archive: "",
            archiveHash: .zero
        )
        guard let archive else {
            try segment.check(id)
            return Removed(removal: removal, entry: nil)
        }
        let entry = try refusing { () throws(JournalError) in
            try archive.archive(segment: segment.first)
        }
        removal.archive = entry.name
        removal.archiveHash = entry.fileHash
        return Removed(removal: removal, entry: entry)
    }

    /// Takes a segment out, whoever writes the journal by then.
    private func remove(_ removal: Removal) throws {
        let path = SealedSegment.path(removal.first, in: context.journal)
        try asking { hand in
            // Where the answer was lost with the engine it may be done already.
            guard try FileSystem.status(path) != nil else { return }
            try hand.remove(removal)
        }
        // Its bytes are nobody's any more; giving back a gigabyte is no work for a thread that
        // trades.
        try FileSystem.removeTree(path + ".new")
    }
}

extension Compaction {
    /// Asks whoever may write; where the engine ended meanwhile, whoever may do so now.
    private func asking<Result>(_ body: (any JournalHand) throws -> Result) throws -> Result {
        while true {
            let current = try hand ?? access.hand()
            hand = current
            do {
                return try body(current)
            } catch let error as ControlFailure {
                guard error.kind == .gone || error.kind == .absent else {
                    throw CommandFailure(1, "\(access.name): \(error)")
                }
                hand = nil
            }
        }
    }

    /// A place that cannot take archives is a refusal, a full disk too.
    private func refusing<Result>(
        _ body: () throws(JournalError) -> Result
    ) throws -> Result {
        do throws(JournalError) {
            return try body()
        } catch {
            throw CommandFailure(1, "\(access.name): \(error)")
        }
    }
}
