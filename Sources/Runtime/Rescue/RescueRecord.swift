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
            journal: try RescueView(plan).journal
        )
        lock = try store.lock()
        let (opened, why) = Self.open(plan)
        var notes: [String] = why.map { ["the journal cannot be written: \($0)"] } ?? []
        let isHeld = try LockFile.isHeld("\(plan.journal)/writer.lock")
        let view = try RescueView(plan)
        self.view = view
        if let opened {
            do {
                let imported = try JournalImport.intoJournal(opened, view.sides, store, plan)
                book = RescueBook(imported.state, names: [:], .journal(imported))
                writer = opened
                isBesideWriter = false
                self.notes = notes
                return
            } catch {
                notes.append("the journal cannot be written: \(error)")
            }
        }
        writer = nil
        isBesideWriter = opened == nil && isHeld
        let beginning = Self.beginning(view, plan)
        let side = try SideJournalWriter(
            beginning,
            in: store,
            at: Timestamp(nanoseconds: Clock.wall())
        )
        book = RescueBook(view.state, names: view.names, .side(side))
        notes.append("recorded beside the journal, until the engine's next start: \(side.path)")
        self.notes = notes
    }

    /// The journal, open for writing; why not, where it cannot be.
    static func open(_ plan: RunPlan) -> (JournalWriter?, String?) {
        var options = WriterOptions(stateDirectory: plan.stateDirectory)
        options.segmentLimit = plan.segmentLimit
        options.scan = .child(executable: plan.scanner)
        do throws(JournalError) {
            return (try JournalWriter.open(plan.journal, options: options), nil)
        } catch {
            return (nil, error.reason)
        }
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
            draw: Recovery.characters(4),
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
        _ sides: [SideJournal],
        _ store: SideJournalStore,
        _ plan: RunPlan
    ) throws -> ToolEpoch {
        let open = SideJournal.open(of: sides)
        guard open.isEmpty else {
            throw RunFailure(
                refusing: "it is not known how \(open.joined(separator: ", ")) of rescue ended"
            )
        }
        var epoch = try ToolEpoch(writer, program: plan.program)
        guard !sides.isEmpty else { return epoch }
        var turn = Turn(state: epoch.state)
        turn.begin(at: Timestamp(nanoseconds: Clock.wall()))
        book(sides, &turn)
        for envelope in turn.events {
            try epoch.append(envelope.event, trace: envelope.trace, cause: envelope.cause)
        }
        try epoch.commit()
        for side in sides { try store.markImported(side.beginning) }
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
