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
    /// Whether an engine has the journal open.
    let isBesideWriter: Bool
    /// Held until the end: no engine starts, and no other rescue.
    private let lock: LockFile?
    private let writer: JournalWriter?

    init(_ plan: RunPlan, _ voice: RescueRun.Voice) throws {
        if let record = voice.record {
            view = try RescueView(plan)
            book = RescueBook(view.state, names: view.names, Self.printed(view, plan, record))
            (lock, writer, isBesideWriter) = (nil, nil, false)
            return
        }
        let store = SideJournalStore(
            stateDirectory: plan.stateDirectory,
            journal: try RescueView.journalID(plan.journal)
        )
        lock = try store.lock()
        do {
            let opened = try Self.open(plan)
            let epoch = try JournalImport.intoJournal(opened, store, plan)
            view = RescueView(epoch.state, of: opened.journalID)
            book = RescueBook(epoch.state, names: [:], .journal(epoch))
            writer = opened
            isBesideWriter = false
            return
        } catch {
            notes.append("the journal cannot be written: \(error)")
        }
        // Nothing of it is open in this process any more.
        view = try RescueView(plan)
        writer = nil
        isBesideWriter = try LockFile.isHeld("\(plan.journal)/writer.lock")
        let beginning = Self.beginning(view, plan)
        let side = try SideJournalWriter(
            beginning,
            in: store,
            at: Timestamp(nanoseconds: Clock.wall())
        )
        book = RescueBook(view.state, names: view.names, .side(side))
        notes.append("recorded beside the journal, until the engine's next start: \(side.path)")
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
