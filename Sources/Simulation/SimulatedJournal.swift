internal import Engine
internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// The journal of a simulated engine, and what anybody who reads it knows.
final class SimulatedJournal {
    /// The state as of the last durable event, folded batch by batch beside the engine.
    private(set) var shadow = Replay()
    /// What its fills make of contracts by the venue's arithmetic.
    private(set) var contracts = ContractsAsTold()
    private let memory: MemoryJournal?
    private let digest = StateDigest()
    private let directory: String

    /// Why a recovery came to something else than what was durable.
    struct Divergence: Error, CustomStringConvertible {
        let description: String
    }

    /// A journal in memory; or in a directory, where one is given.
    init(_ clock: RunClock, directory: String, isOnDisk: Bool) {
        self.directory = directory
        memory =
            isOnDisk
            ? nil : Self.memory(tag: clock.characters(4), at: Timestamp(nanoseconds: clock.wall()))
    }

    private static func memory(tag: String, at start: Timestamp) -> MemoryJournal {
        var turn = Turn(state: TradingState())
        turn.begin(at: start)
        turn.emit(.journalBegan(JournalBegan(tag: tag, mode: .live)))
        let events = turn.events.map { NewEvent($0) }
        let genesis = Genesis(epoch: 1, time: start.nanoseconds, events: events)
        return MemoryJournal(JournalID(low: 1, high: 2), genesis)
    }

    /// Opens it as a start does.
    func open(
        _ plan: RunPlan,
        _ start: Timestamp,
        _ clock: RunClock,
        _ dressed: (any JournalStore) -> SimulatedStore
    ) throws -> Recovered {
        guard let memory else { return try openFiles(plan, start, clock, dressed) }
        memory.dropOpenBatch()
        try catchUp()
        let saved = memory.snapshot
        let begin = saved.flatMap { TradingState(canonical: $0.body.span) }
        var replay = Replay(from: begin ?? TradingState(), comparing: .all)
        try replay.run(memory, checksChain: true)
        try require(replay)
        let session = JournalSession(
            writer: dressed(memory),
            snapshot: saved?.head.sequence,
            clock: clock
        )
        return Recovered(
            session: session,
            turn: Turn(state: replay.state),
            isNew: replay.state.epochs.isEmpty,
            warnings: [],
            replayed: replay.events,
            snapshot: saved?.head.sequence
        )
    }

    private func openFiles(
        _ plan: RunPlan,
        _ start: Timestamp,
        _ clock: RunClock,
        _ dressed: (any JournalStore) -> SimulatedStore
    ) throws -> Recovered {
        try Recovery.open(plan, start: start) { writer, snapshot in
            JournalSession(writer: dressed(writer), snapshot: snapshot, clock: clock)
        }
    }

    /// The hash of its end.
    var hash: String { memory.map { "\($0.head.chainHash)" } ?? "" }

    /// Folds what has become durable since the last call.
    func catchUp() throws {
        if let memory { return try fold(memory, checksEvents: false) }
        guard try FileSystem.status(directory + "/journal") != nil else { return }
        try fold(try JournalReader.open(directory + "/journal"), checksEvents: true)
    }

    private func fold(_ source: some BatchSource, checksEvents: Bool) throws {
        try shadow.run(
            source,
            checksEvents: checksEvents,
            watch: { [unowned self] in contracts.take($0.event, $1) },
            isWatched: ContractsAsTold.concerns
        )
    }

    /// Whether there is something to put back: of a journal on disk the witnesses tell.
    var canRollBack: Bool { (memory?.head.sequence ?? 0) > 200 }

    /// Puts it back to an older state, as from a backup of the whole machine.
    ///
    /// - Parameter share: How much of its events stay, in a thousand.
    /// - Returns: Whether it could be done.
    /// - Throws: Where what is left cannot be folded.
    func rollBack(keeping share: UInt64) throws -> Bool {
        guard let memory, canRollBack else { return false }
        memory.dropOpenBatch()
        memory.rollBack(to: max(100, memory.head.sequence / 1000 * share))
        shadow = Replay()
        contracts = ContractsAsTold()
        try catchUp()
        return true
    }

    /// The newest snapshot is gone, as one that was damaged.
    func loseSnapshot() { memory?.loseSnapshot() }

    /// A recovery that was made of a snapshot and what follows knows the same as one that has seen
    /// everything.
    private func require(_ replay: Replay) throws {
        if let divergence = replay.divergence {
            throw Divergence(
                description: "replay differs from the hash recorded at event "
                    + "\(divergence.sequence)"
            )
        }
        let (recovered, folded) = (digest.hash(of: replay.state), digest.hash(of: shadow.state))
        guard recovered == folded else {
            throw Divergence(
                description: "a snapshot and its tail give \(recovered) at event "
                    + "\(replay.state.head), everything since the beginning \(folded) at "
                    + "\(shadow.state.head)"
            )
        }
    }
}
