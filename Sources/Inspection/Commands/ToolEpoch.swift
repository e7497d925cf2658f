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
    ///   - leftOut: events that cannot be folded, and that this epoch will say are passed over.
    ///   - requirement: looks at the state before anything is written, and throws where it may not
    ///     be.
    /// - Throws: What stood in the way.
    init(
        _ writer: JournalWriter,
        program: ToolSettings,
        above known: UInt32 = 0,
        leavingOut leftOut: [PassedOver] = [],
        requiring requirement: (TradingState) throws -> Void = { _ in }
    ) throws {
        self.writer = writer
        let snapshot = writer.opening?.snapshot
        let begin = snapshot.flatMap { TradingState(canonical: $0.body.span) }
        var replay = Replay(
            from: begin ?? TradingState(),
            comparing: .all,
            leavingOut: leftOut
        )
        try replay.run(try writer.reader())
        if let divergence = replay.divergence {
            throw CommandFailure(
                1,
                "replay differs from the state hash recorded at event \(divergence.sequence): "
                    + "nothing is written; run `journalctl verify`"
            )
        }
        state = replay.state
        try requirement(state)
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

    /// Corrects what the engine believes, and calls for a person where that leaves something
    /// without a stop; what follows from it is the engine's to decide when it starts.
    ///
    /// - Returns: The place of the correction in the journal.
    mutating func correct(_ made: CorrectionMade) throws -> SequenceNumber {
        let deal = state.deal(of: made.correction)
        let sequence = try append(.correctionMade(made), deal: deal)
        if let text = state.unprotected(after: made.correction) {
            let alarm = ErrorRecorded(severity: .alarm, text: text)
            try append(.errorRecorded(alarm), deal: deal, cause: sequence)
        }
        return sequence
    }

    /// Puts an event into the open batch.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - deal: the deal it belongs to; without one it begins a chain of its own.
    ///   - cause: the event that caused it.
    /// - Returns: its place in the journal.
    /// - Throws: What stood in the way.
    @discardableResult
    mutating func append(
        _ event: Event,
        deal: DealID = .none,
        cause: SequenceNumber = SequenceNumber(0)
    ) throws -> SequenceNumber {
        let time = now
        let sequence = state.head.next
        let trace = deal == .none ? TraceID(sequence.rawValue) : TraceID(deal.rawValue)
        var payload = ByteWriter()
        event.encode(into: &payload)
        try writer.append(
            NewEvent(
                kind: event.kind.rawValue,
                version: event.version,
                time: time.nanoseconds,
                trace: trace.rawValue,
                cause: cause.rawValue,
                payload: payload.bytes
            )
        )
        try state.fold(
            EventEnvelope(
                sequence: sequence,
                time: time,
                trace: trace,
                cause: cause,
                event: event
            )
        )
        return sequence
    }
}
