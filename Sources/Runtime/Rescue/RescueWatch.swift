internal import Engine
internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// What a running engine knows of rescue beside it.
final class RescueWatch {
    let store: SideJournalStore
    /// Whether rescue acted since this engine started: a person wanted risk taken away, so that
    /// nothing is opened until a person starts it again.
    fileprivate(set) var hasActed = false
    /// Whether the venue has orders or fills of rescue that no side journal explains.
    var isUnexplained = false
    /// What was told once.
    fileprivate var told: Set<String> = []

    init(_ store: SideJournalStore) { self.store = store }

    /// Whether nothing but cancels may leave: what is held is not known.
    var holdsBack: Bool { isUnexplained || store.hasPending }

    /// Takes an order of rescue that the engine does not know.
    ///
    /// Of one that no side journal tells, rescue acted without a record, and what is held is not
    /// known before that is imported.
    func meet(_ order: RescueOrderID, tag: String) {
        if order.tag == tag, !store.tells(of: order) { isUnexplained = true }
    }

    /// Finds out how what rescue placed ended, before a start opens the journal.
    ///
    /// - Throws: ``RunFailure`` where that cannot be recorded; `JournalError`, `PlatformError`.
    static func settle(_ plan: RunPlan, _ say: @escaping (String) -> Void) throws {
        guard try FileSystem.status(plan.journal) != nil else { return }
        let reader: JournalReader
        do throws(JournalError) {
            reader = try JournalReader.open(plan.journal)
        } catch {
            return  // what is wrong with it the start itself says
        }
        let store = SideJournalStore(stateDirectory: plan.stateDirectory, journal: reader.journalID)
        guard store.hasPending else { return }
        let lock = try store.lock()
        try RescueRun.settle(plan, store, patience: TimeSpan(seconds: 60), say)
        withExtendedLifetime(lock) {}
    }
}

extension EngineRun where World: ~Copyable {
    /// Pauses entries where rescue acted, and imports what it recorded.
    func takeRescue() throws(JournalError) {
        guard let rescue else { return }
        let isPending = rescue.store.hasPending
        if isPending || rescue.isUnexplained { rescue.hasActed = true }
        engine.decide(.condition(.rescue, isActive: rescue.hasActed), &turn)
        if !turn.events.isEmpty { try keep() }
        // What it did may be imported before the world looks again.
        if isPending || rescue.isUnexplained { world.withholdWaiting() }
        guard isPending, try importSides() else { return }
        world.lookAtAll()
    }

    /// Imports what rescue recorded beside the journal: all in one batch, then their names change.
    ///
    /// - Returns: Whether something was imported.
    func importSides() throws(JournalError) -> Bool {
        guard let rescue, rescue.store.hasPending else { return false }
        let store = rescue.store
        do {
            // Rescue is at work while it holds the lock.
            let lock = try store.lock()
            defer { withExtendedLifetime(lock) {} }
            let all = try store.pending()
            let sides = try RescueView.notImported(all, try session.reader())
            let open = SideJournal.open(of: all)
            guard open.isEmpty else {
                tellRescue(
                    "it is not known how \(open.joined(separator: ", ")) of rescue ended: what it "
                        + "did is not imported; start again, and the venue is asked"
                )
                return false
            }
            if !sides.isEmpty {
                let count = JournalImport.book(sides, &turn)
                tellRescue(
                    "\(count) events of rescue are imported; nothing is opened until the next start"
                )
                // At a start nothing is counted yet.
                inputs = max(inputs, turn.state.inputs)
                try keep()
                try settle()
            }
            for side in all { try store.markImported(side.beginning) }
            rescue.isUnexplained = false
            return true
        } catch let error as JournalError {
            throw error
        } catch {
            tellRescue("what rescue did is not imported yet: \(error)")
            return false
        }
    }

    private func tellRescue(_ text: String) {
        guard let rescue, rescue.told.insert(text).inserted else { return }
        observer.log(RunMessage(time: turn.time, severity: .alarm, text: text, trace: .none))
    }
}
