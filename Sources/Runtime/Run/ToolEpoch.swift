public import Journal
internal import Platform
public import Projections
public import Trading

/// An epoch of a tool that writes: begun, used and ended like the engine's.
public struct ToolEpoch {
    /// What the journal holds, the open batch included.
    public private(set) var state: TradingState
    private let writer: JournalWriter
    private let digest = StateDigest()

    /// Opens a journal that no engine runs on.
    ///
    /// - Parameters:
    ///   - journal: Its directory.
    ///   - options: How it is written.
    ///   - command: What wants to write, for messages.
    /// - Returns: What writes it.
    /// - Throws: ``RunFailure`` where another process writes it; `JournalError`.
    public static func open(
        _ journal: String,
        _ options: WriterOptions,
        for command: String
    ) throws -> JournalWriter {
        do throws(JournalError) {
            return try JournalWriter.open(journal, options: options)
        } catch {
            guard error.code == .locked else { throw error }
            throw RunFailure(refusing: "\(command): \(error.reason); stop the engine first")
        }
    }

    /// Makes a journal, and begins its first epoch.
    ///
    /// - Parameters:
    ///   - journal: The directory to make.
    ///   - options: How it is written.
    ///   - mode: What it is for.
    ///   - program: The tool with its version, which the event names.
    /// - Throws: `JournalError`.
    public init(
        making journal: String,
        _ options: WriterOptions,
        for mode: JournalMode,
        program: String
    ) throws {
        var state = TradingState()
        let began = EventEnvelope(
            sequence: SequenceNumber(1),
            time: Timestamp(nanoseconds: Clock.wall()),
            trace: TraceID(1),
            cause: SequenceNumber(0),
            event: .journalBegan(JournalBegan(tag: RunClock.machine.characters(4), mode: mode))
        )
        try state.fold(began)
        let genesis = Genesis(
            epoch: 1,
            time: began.time.nanoseconds,
            events: [NewEvent(began)]
        )
        self.state = state
        writer = try JournalWriter.create(journal, genesis: genesis, options: options)
        try begin(Epoch(1), after: .none, program)
    }

    /// Rebuilds the state and begins the epoch.
    ///
    /// - Parameters:
    ///   - writer: writes the journal.
    ///   - program: the tool with its version, which the event names.
    ///   - known: an epoch that is known to have begun elsewhere; this one is above it.
    ///   - leftOut: events that cannot be folded, and that this epoch will say are passed over.
    ///   - requirement: looks at the state before anything is written, and throws where it may not
    ///     be.
    /// - Throws: What stood in the way.
    public init(
        _ writer: JournalWriter,
        program: String,
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
            throw RunFailure(
                refusing: "replay differs from the state hash recorded at event "
                    + "\(divergence.sequence): nothing is written; run `journalctl verify`"
            )
        }
        state = replay.state
        try requirement(state)
        let epoch = max(writer.epoch, state.epoch.rawValue, known) + 1
        try writer.beginEpoch(epoch)
        let stop: PreviousStop = state.isStoppedCleanly ? .clean : .unclean
        try self.begin(Epoch(epoch), after: stop, program)
    }

    private mutating func begin(
        _ epoch: Epoch,
        after stop: PreviousStop,
        _ program: String
    ) throws {
        let began = EpochBegan(
            epoch: epoch,
            draw: RunClock.machine.characters(4),
            previousStop: stop,
            program: program,
            process: UInt32(clamping: CurrentProcess.id)
        )
        try append(.epochBegan(began))
        try commit()
    }

    /// Saves the state at the head and puts its hash into the open batch.
    ///
    /// - Returns: What was saved: its place, hash, size in bytes and file.
    /// - Throws: What stood in the way.
    public mutating func takeSnapshot() throws -> (
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
    public func commit() throws { try writer.commit(at: state.time.nanoseconds) }

    /// Ends the epoch in order; everything is durable then.
    public mutating func end(_ reason: StopReason = .completed) throws {
        try append(.epochEnded(EpochEnded(reason: reason)))
        try commit()
        try writer.syncWitnesses()
    }

    /// The stamped time of a tape is the tape's: a tool must not move it.
    private var now: Timestamp {
        state.mode == .tape ? state.time : max(state.time, Timestamp(nanoseconds: Clock.wall()))
    }

    /// What the engine may do.
    public var status: (BotStatus, reason: String) { (state.status, state.statusReason) }

    /// Corrects what the engine believes, and calls for a person where that leaves something
    /// without a stop; what follows from it is the engine's to decide when it starts.
    ///
    /// - Returns: The place of the correction in the journal.
    /// - Throws: What stood in the way.
    public mutating func correct(_ made: CorrectionMade) throws -> SequenceNumber {
        let trace = TraceID(state.deal(of: made.correction).rawValue)
        let sequence = try append(.correctionMade(made), trace: trace)
        if let text = state.unprotected(after: made.correction) {
            let alarm = ErrorRecorded(severity: .alarm, text: text)
            try append(.errorRecorded(alarm), trace: trace, cause: sequence)
        }
        return sequence
    }

    /// Puts an event into the open batch.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - trace: the chain it belongs to; without one it begins one of its own.
    ///   - cause: the event that caused it.
    /// - Returns: its place in the journal.
    /// - Throws: What stood in the way.
    @discardableResult
    public mutating func append(
        _ event: Event,
        trace: TraceID = .none,
        cause: SequenceNumber = SequenceNumber(0)
    ) throws -> SequenceNumber {
        let sequence = state.head.next
        let envelope = EventEnvelope(
            sequence: sequence,
            time: now,
            trace: trace == .none ? TraceID(sequence.rawValue) : trace,
            cause: cause,
            event: event
        )
        try writer.append(NewEvent(envelope))
        try state.fold(envelope)
        return sequence
    }
}
