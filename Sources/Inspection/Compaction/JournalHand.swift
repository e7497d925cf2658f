internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// What only the writer of a journal may do to it: this tool itself where no engine runs, or the
/// running engine, asked through its control socket.
protocol JournalHand: AnyObject {
    /// The journal, as it may be read in this process.
    func reader() throws -> JournalReader
    /// Takes a snapshot at the head, seals the segment behind it, and says where it stands.
    func seal() throws -> UInt64
    /// Takes the first segment out: the event that says so, then the directory aside.
    func remove(_ removal: Removal) throws
    /// Makes corrections, and says where in the journal each of them stands.
    func correct(_ corrections: [CorrectionMade]) throws -> [UInt64]
    /// Ends what was begun, and returns the head.
    func end() throws -> UInt64
}

/// A journal that this tool writes itself, in an epoch of its own.
final class StoppedJournal: JournalHand {
    private let writer: JournalWriter
    private var epoch: ToolEpoch

    init(
        _ writer: JournalWriter,
        _ settings: ToolSettings,
        leavingOut leftOut: [PassedOver],
        requiring requirement: (TradingState) throws -> Void
    ) throws {
        self.writer = writer
        epoch = try ToolEpoch(
            writer,
            program: settings.signature,
            leavingOut: leftOut,
            requiring: requirement
        )
    }

    func reader() throws -> JournalReader { try writer.reader() }

    func seal() throws -> UInt64 {
        let snapshot = try epoch.takeSnapshot().sequence
        try writer.beginSegment()
        // What records the snapshot's hash is the first event of the new segment.
        try epoch.commit()
        return snapshot
    }

    func remove(_ removal: Removal) throws {
        try writer.requireRemovable(removal)
        try epoch.append(.segmentsRemoved(SegmentsRemoved(removal)))
        try epoch.commit()
        _ = try writer.takeOut(removal)
    }

    func correct(_ corrections: [CorrectionMade]) throws -> [UInt64] {
        try corrections.map { try epoch.correct($0).rawValue }
    }

    func end() throws -> UInt64 {
        try epoch.end()
        return writer.head.sequence
    }
}

/// A journal that an engine writes, which does what it is asked for between two commits.
final class RunningJournal: JournalHand {
    private let client: ControlClient
    private let context: CommandContext
    private var head: UInt64 = 0

    /// Connects to the engine and waits until it answers.
    init(_ context: CommandContext, patience: Int64) throws(ControlFailure) {
        self.context = context
        client = try ControlClient(context.journal)
        head = try client.ask(.request("status"), patience: patience).number("head") ?? 0
    }

    func reader() throws -> JournalReader { try context.reader() }

    func seal() throws -> UInt64 {
        let answer = try client.ask(.request("seal"))
        head = answer.number("head") ?? head
        guard let snapshot = answer.number("snapshot") else {
            throw CommandFailure(2, "the engine does not say where its snapshot stands")
        }
        return snapshot
    }

    func remove(_ removal: Removal) throws {
        head = try client.ask(removal.request).number("head") ?? head
    }

    func correct(_ corrections: [CorrectionMade]) throws -> [UInt64] {
        try corrections.map { made in
            let answer = try client.ask(made.request)
            head = answer.number("head") ?? head
            return answer.number("sequence") ?? 0
        }
    }

    func end() throws -> UInt64 { head }
}

/// Finds out who writes a journal.
struct JournalAccess {
    let context: CommandContext
    let stateDirectory: String
    /// The command, for messages.
    let name: String

    /// How long one who holds the lock and listens nowhere is waited for, in nanoseconds: an engine
    /// that starts or ends is so for a moment.
    static let patience: Int64 = 3_000_000_000
    /// How long an engine that listens may keep silent, in nanoseconds: it does while it rebuilds
    /// what is outside its journal.
    static let answerPatience: Int64 = 15_000_000_000

    /// The hand of a stopped journal, or of the engine that runs on it.
    ///
    /// - Parameters:
    ///   - leftOut: Events that a stopped journal is replayed without.
    ///   - requirement: Looks at the state of a stopped journal before anything is written, and
    ///     throws where nothing may be.
    /// - Returns: What was asked for.
    /// - Throws: What stood in the way.
    func hand(
        leavingOut leftOut: [PassedOver] = [],
        requiring requirement: (TradingState) throws -> Void = { _ in }
    ) throws -> any JournalHand {
        let deadline = Clock.monotonic() + Self.patience
        while true {
            let locked: JournalError
            switch try open() {
            case .success(let writer):
                for warning in writer.opening?.warnings ?? [] { context.console.message(warning) }
                return try StoppedJournal(
                    writer,
                    context.settings,
                    leavingOut: leftOut,
                    requiring: requirement
                )
            case .failure(let error): locked = error
            }
            do throws(ControlFailure) {
                return try RunningJournal(context, patience: Self.answerPatience)
            } catch {
                let isPassing = error.kind == .absent || error.kind == .gone
                guard isPassing, Clock.monotonic() < deadline else {
                    throw CommandFailure(
                        1,
                        "\(name): \(locked.reason), and does not do what it is asked for: \(error)"
                    )
                }
            }
            Clock.pause(nanoseconds: 20_000_000)
        }
    }

    /// The writer, or how another process was found to hold the lock.
    private func open() throws -> Result<JournalWriter, JournalError> {
        var options = WriterOptions(stateDirectory: stateDirectory)
        options.scan = context.settings.scan
        do throws(JournalError) {
            return .success(try JournalWriter.open(context.journal, options: options))
        } catch {
            guard error.code == .locked else { throw error }
            return .failure(error)
        }
    }
}
