internal import Digests
internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// Takes a snapshot of a stopped journal.
struct SnapshotCommand: Command {
    static let syntax = CommandSyntax(
        "snapshot",
        summary: "Takes a snapshot of a stopped journal, so that the next start is quick.",
        discussion: """
            It writes: it takes the writer's lock, begins an epoch of its own, records the state
            hash and ends the epoch. Beside a running engine it is refused with 1; the engine
            takes snapshots itself.
            """,
        options: [
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness"),
            OptionSyntax("archive", "DIR", summary: "not in this version"),
            OptionSyntax("retain", "DURATION", summary: "not in this version"),
        ]
    )

    private let stateDirectory: String?
    private let isJSON: Bool
    private let unsupported: String?

    init(_ options: ParsedArguments) throws(UsageMistake) {
        stateDirectory = options.text("state-directory")
        isJSON = options.has("json")
        unsupported = ["archive", "retain"].first { options.has($0) }
    }

    func run(_ context: CommandContext) throws -> Int32 {
        if let unsupported {
            throw CommandFailure(
                1,
                "snapshot: --\(unsupported) is not in this version; nothing was changed"
            )
        }
        let directory = stateDirectory ?? context.settings.stateDirectory
        var options = WriterOptions(stateDirectory: directory)
        options.scan = context.settings.scan
        let writer = try open(context.journal, options)
        for warning in writer.opening?.warnings ?? [] { context.console.message(warning) }
        var epoch = try ToolEpoch(writer, program: context.settings)
        let snapshot = try epoch.takeSnapshot()
        try epoch.end()
        if isJSON {
            let document: Document = [
                "snapshot": .count(snapshot.sequence), "stateHash": .text(snapshot.hash),
                "bytes": .count(snapshot.bytes), "head": .count(writer.head.sequence),
                "epoch": .count(writer.epoch), "path": .text(snapshot.path),
            ]
            try context.console.line(document.json)
        } else {
            try context.console.line(
                "snapshot at \(snapshot.sequence), \(Text.size(snapshot.bytes)), state "
                    + "\(snapshot.hash)"
            )
            try context.console.line("head \(writer.head.sequence), epoch \(writer.epoch)")
        }
        return 0
    }

    private func open(
        _ journal: String,
        _ options: WriterOptions
    ) throws -> JournalWriter {
        do throws(JournalError) {
            return try JournalWriter.open(journal, options: options)
        } catch {
            guard error.code == .locked else { throw error }
            throw CommandFailure(
                1,
                "snapshot: \(error.reason). A running engine takes snapshots itself; "
                    + "to take one now, stop it first"
            )
        }
    }
}

/// An epoch of a tool that writes: begun, used and ended like the engine's.
struct ToolEpoch {
    private let writer: JournalWriter
    private var state: TradingState
    private let digest = StateDigest()

    /// Rebuilds the state and begins the epoch.
    init(_ writer: JournalWriter, program: ToolSettings) throws {
        self.writer = writer
        let snapshot = writer.opening?.snapshot
        let begin = snapshot.flatMap { TradingState(canonical: $0.body.span) }
        var replay = Replay(from: begin ?? TradingState(), comparesHashes: true)
        try replay.run(try writer.reader())
        if let divergence = replay.divergence {
            throw CommandFailure(
                1,
                "replay differs from the state hash recorded at event \(divergence.sequence): "
                    + "no snapshot is taken; run `journalctl verify`"
            )
        }
        state = replay.state
        let epoch = max(writer.epoch, state.epoch.rawValue) + 1
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
        try writer.commit(at: state.time.nanoseconds)
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

    /// Ends the epoch in order; everything is durable then.
    mutating func end() throws {
        try append(.epochEnded(EpochEnded(reason: .completed)))
        try writer.commit(at: state.time.nanoseconds)
        try writer.syncWitnesses()
    }

    /// The stamped time of a tape is the tape's: a tool must not move it.
    private var now: Timestamp {
        state.mode == .tape ? state.time : max(state.time, Timestamp(nanoseconds: Clock.wall()))
    }

    private mutating func append(_ event: Event) throws {
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
