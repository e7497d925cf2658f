internal import Digests
internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// An epoch of a tool that writes: begun, used and ended like the engine's.
struct ToolEpoch {
    private let writer: JournalWriter
    private var state: TradingState
    private let digest = StateDigest()

    /// Opens a journal that no engine runs on.
    static func open(
        _ journal: String,
        _ options: WriterOptions,
        for command: String
    ) throws -> JournalWriter {
        do throws(JournalError) {
            return try JournalWriter.open(journal, options: options)
        } catch {
            guard error.code == .locked else { throw error }
            throw CommandFailure(1, "\(command): \(error.reason); stop the engine first")
        }
    }

    /// Rebuilds the state and begins the epoch.
    ///
    /// - Parameters:
    ///   - writer: writes the journal.
    ///   - program: the tool, which the event names.
    ///   - known: an epoch that is known to have begun elsewhere; this one is above it.
    init(_ writer: JournalWriter, program: ToolSettings, above known: UInt32 = 0) throws {
        self.writer = writer
        let snapshot = writer.opening?.snapshot
        let begin = snapshot.flatMap { TradingState(canonical: $0.body.span) }
        var replay = Replay(from: begin ?? TradingState(), comparing: .all)
        try replay.run(try writer.reader())
        if let divergence = replay.divergence {
            throw CommandFailure(
                1,
                "replay differs from the state hash recorded at event \(divergence.sequence): "
                    + "nothing is written; run `journalctl verify`"
            )
        }
        state = replay.state
        let epoch = max(writer.epoch, state.epoch.rawValue, known) + 1
        try writer.beginEpoch(epoch)
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        let began = EpochBegan(
            epoch: Epoch(epoch),
            draw: String(RandomBytes.draw(4).map { alphabet[Int($0) % alphabet.count] }),
            previousStop: state.isStoppedCleanly ? .clean : .unclean,
            program: "\(program.program) \(program.version)",
            process: UInt32(clamping: CurrentProcess.id)
        )
        try append(.epochBegan(began))
        try commit()
    }

    /// Saves the state at the head and puts its hash into the open batch.
    mutating func takeSnapshot() throws -> (
        sequence: UInt64, hash: StateHash, bytes: Int, path: String
    ) {
        let head = writer.head
        let (bytes, hash) = digest.bytes(of: state)
        let store = SnapshotStore(directory: writer.directory, journalID: writer.journalID)
        try store.save(head: head, stateHash: hash, body: bytes)
        try append(.stateHashed(StateHashed(hash: StateHash(hash), isSnapshot: true)))
        return (head.sequence, StateHash(hash), bytes.count, store.path(head.sequence))
    }

    /// Makes what was put into the open batch durable.
    func commit() throws { try writer.commit(at: state.time.nanoseconds) }

    /// Ends the epoch in order; everything is durable then.
    mutating func end() throws {
        try append(.epochEnded(EpochEnded(reason: .completed)))
        try commit()
        try writer.syncWitnesses()
    }

    /// The stamped time of a tape is the tape's: a tool must not move it.
    private var now: Timestamp {
        state.mode == .tape ? state.time : max(state.time, Timestamp(nanoseconds: Clock.wall()))
    }

    /// What the engine may do.
    var status: (BotStatus, reason: String) { (state.status, state.statusReason) }

    /// Puts an event into the open batch.
    mutating func append(_ event: Event) throws {
        let time = now
        let sequence = state.head.next
        var payload = ByteWriter()
        event.encode(into: &payload)
        try writer.append(
            NewEvent(
                kind: event.kind.rawValue,
                version: event.version,
                time: time.nanoseconds,
                trace: sequence.rawValue,
                payload: payload.bytes
            )
        )
        try state.fold(
            EventEnvelope(
                sequence: sequence,
                time: time,
                trace: TraceID(sequence.rawValue),
                cause: SequenceNumber(0),
                event: event
            )
        )
    }
}
