internal import Engine
internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// Where rescue records: in the journal where it can write it, beside it where it cannot.
final class RescueRecord {
    /// What was known before.
    let view: RescueView
    let book: RescueBook
    /// What a person has to know of it.
    private(set) var notes: [String] = []
    /// Held until the end: no engine starts, and no other rescue.
    private let lock: LockFile?
    private let writer: JournalWriter?

    init(_ plan: RunPlan, _ voice: RescueRun.Voice) throws {
        var seen = try RescueView(plan)
        try seen.requireConfiguration(plan)
        if let record = voice.record {
            try Self.requireNoEngine(plan)
            view = seen
            book = RescueBook(seen.state, names: seen.names, Self.printed(seen, plan, record))
            (lock, writer) = (nil, nil)
            if seen.isElsewhere { notes.append(Self.elsewhere(plan)) }
            return
        }
        try Self.requireHome(seen, plan)
        let store = SideJournalStore(stateDirectory: plan.stateDirectory, journal: seen.journal)
        lock = try Self.recording { try store.lock() }
        do {
            let opened = try Self.open(plan)
            let epoch = try JournalImport.intoJournal(opened, store, plan)
            view = RescueView(epoch.state, of: opened.journalID)
            book = RescueBook(epoch.state, names: [:], .journal(epoch))
            writer = opened
            return
        } catch {
            notes.append("the journal cannot be written: \(error)")
            seen.doubt(because: error)
        }
        // Nothing of it is open in this process any more.
        writer = nil
        let side = try Self.recording {
            try SideJournalWriter(
                Self.beginning(seen, plan),
                in: store,
                at: Timestamp(nanoseconds: Clock.wall())
            )
        }
        // An engine that lives has seen the side journal when this is over, and sends nothing but
        // cancels; what it sent before is in the journal then, and only now is that read.
        if try LockFile.isHeld(plan.lock) { Clock.pause(nanoseconds: 1_000_000_000) }
        var now = try RescueView(plan, besides: side.journal.beginning)
        if let doubt = seen.doubt { now.doubt(because: doubt) }
        view = now
        book = RescueBook(view.state, names: view.names, .side(side))
        notes.append("recorded beside the journal, until the engine's next start: \(side.path)")
    }

    // MARK: What stands in the way

    /// How to go on where nothing can be recorded.
    static let wayOut = "to act without a record: --without-record > FILE, on another disk"

    /// Does what recording needs, and names the way out where that fails.
    private static func recording<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as PlatformError {
            throw RunFailure("it cannot be recorded, and nothing is sent: \(error); \(wayOut)")
        }
    }

    /// Refuses to act without a record beside an engine: it would not know of it.
    private static func requireNoEngine(_ plan: RunPlan) throws {
        guard try LockFile.isHeld(plan.lock) else { return }
        let process = try LockFile.holder(of: plan.lock)
        let number = process.map { "\($0)" } ?? "PID"
        throw RunFailure(
            refusing: "process \(number) has the journal open, running or hung, and would not know "
                + "what is done without a record: it could sell again when it wakes. To go on: "
                + "`kill -KILL \(number)` first, or leave --without-record out"
        )
    }

    /// Refuses a state directory that is not the engine's: what rescue sold before may be recorded
    /// there, and what it sells now would not be seen there.
    private static func requireHome(_ seen: RescueView, _ plan: RunPlan) throws {
        guard seen.isElsewhere else { return }
        let rest = try LockFile.isHeld(plan.lock) ? "" : "; \(wayOut)"
        throw RunFailure(refusing: elsewhere(plan) + rest)
    }

    /// Why what is recorded beside the journal is not found, here or there.
    static func elsewhere(_ plan: RunPlan) -> String {
        "whoever wrote the journal keeps its state elsewhere than in \(plan.stateDirectory): what "
            + "rescue recorded there is not seen here, nor there what it records here; set "
            + "journal.stateDirectory, or STATE_DIRECTORY, XDG_STATE_HOME or HOME as the engine "
            + "has it"
    }

    /// The journal, open for writing.
    static func open(_ plan: RunPlan) throws(JournalError) -> JournalWriter {
        return try JournalWriter.open(plan.journal, options: plan.writerOptions)
    }

    /// A record that is only told.
    static func printed(
        _ view: RescueView,
        _ plan: RunPlan,
        _ say: @escaping (String) throws -> Void
    ) -> RescueBook.Target {
        let now = Timestamp(nanoseconds: Clock.wall())
        return .printed(SideJournal(beginning(view, plan), at: now), say)
    }

    /// How a record of rescue begins.
    static func beginning(_ view: RescueView, _ plan: RunPlan) -> SideBeginning {
        SideBeginning(
            journal: "\(view.journal)",
            tag: view.state.tag,
            draw: RunClock.machine.characters(4),
            start: UInt32(clamping: Clock.wall() / 1_000_000_000),
            head: view.state.head.rawValue,
            program: plan.program
        )
    }
}

/// Imports side journals.
enum JournalImport {
    /// Begins an epoch of rescue in a journal, and imports what waits beside it.
    ///
    /// - Throws: ``RunFailure`` where what rescue placed is not known to have ended; what stood in
    ///   the way of writing.
    static func intoJournal(
        _ writer: JournalWriter,
        _ store: SideJournalStore,
        _ plan: RunPlan
    ) throws -> ToolEpoch {
        let all = try store.pending()
        let sides = try RescueView.notImported(all, try writer.reader())
        let open = SideJournal.open(of: all)
        guard open.isEmpty else {
            throw RunFailure(
                refusing: "it is not known how \(open.joined(separator: ", ")) of rescue ended"
            )
        }
        var epoch = try ToolEpoch(writer, program: plan.program)
        guard !all.isEmpty else { return epoch }
        var turn = Turn(state: epoch.state)
        turn.begin(at: Timestamp(nanoseconds: Clock.wall()))
        book(sides, &turn)
        for envelope in turn.events {
            try epoch.append(envelope.event, trace: envelope.trace, cause: envelope.cause)
        }
        try epoch.commit()
        for side in all { try store.markImported(side.beginning) }
        return epoch
    }

    /// Books side journals, one after the other.
    ///
    /// - Returns: How many events that were.
    @discardableResult
    static func book(_ sides: [SideJournal], _ turn: inout Turn) -> Int {
        var importing = SideImport()
        for side in sides { importing.book(side, &turn) }
        return importing.booked
    }
}
