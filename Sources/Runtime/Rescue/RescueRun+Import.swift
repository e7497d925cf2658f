internal import Exchange
internal import Journal
internal import Platform
internal import Projections
public import Trading

extension RescueRun {
    /// Takes in what rescue printed where it wrote nothing.
    ///
    /// A second import of the same record finds nothing to do. Where an engine has the journal
    /// open, the record waits beside it and that engine imports it.
    ///
    /// - Parameters:
    ///   - path: The file with the printed lines.
    ///   - plan: Names the journal, and the venue, which is asked where it is not known how an
    ///     order of rescue ended.
    ///   - patience: How long it is asked.
    ///   - say: Takes lines about what it is doing.
    /// - Returns: Whether it is imported, and where it is where not.
    /// - Throws: ``RunFailure``, `JournalError` and `PlatformError` that say what stood in the way.
    public static func take(
        _ path: String,
        _ plan: RunPlan,
        patience: TimeSpan,
        say: @escaping (String) -> Void
    ) throws -> RescueOutcome {
        let view = try RescueView(plan)
        let store = SideJournalStore(stateDirectory: plan.stateDirectory, journal: view.journal)
        if try view.isElsewhere && LockFile.isHeld(plan.lock) {
            throw RunFailure(refusing: RescueRecord.elsewhere(plan))
        }
        let lock = try store.lock()
        defer { withExtendedLifetime(lock) {} }
        let side = try store.read(path)
        var outcome = RescueOutcome(isDone: true, changes: 0, record: "journal", notes: [])
        let reader = try JournalReader.open(plan.journal)
        let isKnown = try RescueView.notImported([side], reader).isEmpty
        if try isKnown || store.hasImported(side.beginning) {
            outcome.notes.append("it was imported before: nothing is to be done")
            return outcome
        }
        try store.add(side)
        try settle(plan, store, patience: patience, say)
        return try importWaiting(plan, store)
    }

    /// Finds out how what rescue placed before ended, and records it beside the journal.
    static func settle(
        _ plan: RunPlan,
        _ store: SideJournalStore,
        patience: TimeSpan,
        _ say: @escaping (String) -> Void
    ) throws {
        let view = try RescueView(plan)
        if SideJournal.open(of: view.sides).isEmpty { return }
        let room = try RescueRoom(plan, view)
        defer { room.venue.close() }
        let side = try SideJournalWriter(
            RescueRecord.beginning(view, plan),
            in: store,
            at: Timestamp(nanoseconds: Clock.wall())
        )
        let book = RescueBook(view.state, names: view.names, .side(side))
        _ = try room.hand(.look(isOfAll: false), book, say).act(patience: patience)
        try book.commit()
    }

    /// Imports what waits, where the journal can be written; what cannot be imported now waits for
    /// the engine.
    static func importWaiting(
        _ plan: RunPlan,
        _ store: SideJournalStore
    ) throws -> RescueOutcome {
        var outcome = RescueOutcome(isDone: false, changes: 0, record: "journal", notes: [])
        do {
            let writer = try RescueRecord.open(plan)
            var epoch = try JournalImport.intoJournal(writer, store, plan)
            try epoch.end()
            outcome.isDone = true
            outcome.notes.append("it is imported")
        } catch {
            outcome.record = store.directory
            outcome.notes.append("it waits beside the journal for the engine: \(error)")
        }
        return outcome
    }
}
