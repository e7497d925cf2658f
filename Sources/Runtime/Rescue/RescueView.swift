internal import Engine
internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// What a journal and the side journals beside it tell, however damaged: reading alone.
struct RescueView {
    /// All that could be folded.
    private(set) var state: TradingState
    /// What orders that rescue placed beside the journal are called.
    private(set) var names: [OrderID: String] = [:]
    /// Side journals that wait to be imported.
    private(set) var sides: [SideJournal] = []
    /// Why the journal could not be replayed to its end; `nil` where it could.
    private(set) var obstacle: String?
    /// How many events behind the obstacle were taken one by one.
    private(set) var taken = 0
    /// Why it is not known to be the newest: what is ours may be another thing since; `nil` where
    /// nothing speaks against it.
    private(set) var doubt: JournalError?
    /// Whether whoever wrote it last keeps its state in another directory, so that what is recorded
    /// beside the journal would not be found.
    private(set) var isElsewhere = false
    /// The last event that was found, folded or not.
    private var lastRead: UInt64 = 0
    /// The journal.
    let journal: JournalID

    /// What an epoch of rescue holds that this process writes.
    init(_ state: TradingState, of journal: JournalID) {
        self.state = state
        self.journal = journal
    }

    /// The journal's id, damaged or not; nothing stays open.
    static func journalID(_ journal: String) throws -> JournalID {
        if let reader = try reader(of: journal) { return reader.journalID }
        guard let id = try SalvageSurvey(of: journal).journalID else {
            throw RunFailure(refusing: "\(journal): nothing of it can be read")
        }
        return id
    }

    /// Reads a journal, which another process may write meanwhile, and this one must not.
    ///
    /// - Parameters:
    ///   - plan: Names the journal.
    ///   - own: A side journal that is only just begun, and tells nothing.
    /// - Throws: ``RunFailure`` and `JournalError` where nothing at all can be read.
    init(_ plan: RunPlan, besides own: SideBeginning? = nil) throws {
        if let reader = try Self.reader(of: plan.journal) {
            journal = reader.journalID
            let store = SnapshotStore(directory: reader.directory, journalID: reader.journalID)
            var replay = try Replay(snapshotOf: store)
            do {
                try replay.run(reader)
                state = replay.state
            } catch {
                obstacle = "\(error)"
                state = replay.state
                lastRead = try Self.head(of: reader)
                try takeReadable(reader)
            }
        } else {
            let survey = try SalvageSurvey(of: plan.journal)
            guard let id = survey.journalID else {
                throw RunFailure(refusing: "\(plan.journal): nothing of it can be read")
            }
            journal = id
            state = TradingState()
            obstacle = "no tree of its segments can be read"
            try takeIntact(survey)
        }
        judge(plan)
        sides = try SideJournalStore(stateDirectory: plan.stateDirectory, journal: journal)
            .pending().filter { $0.beginning != own }
        if sides.isEmpty { return }
        if let reader = try Self.reader(of: plan.journal) {
            sides = try Self.notImported(sides, reader)
        }
        var turn = Turn(state: state)
        var importing = SideImport()
        for side in sides { importing.book(side, &turn) }
        state = turn.state
        names = importing.names
    }

    /// Compares the journal with its witnesses.
    private mutating func judge(_ plan: RunPlan) {
        do throws(JournalError) {
            let verdict = try WitnessVerdict(
                of: plan.journal,
                journal,
                stateDirectory: plan.stateDirectory,
                damagedWith: obstacle == nil ? nil : max(lastRead, state.head.rawValue)
            )
            (doubt, isElsewhere) = (verdict.refusal, verdict.isElsewhere)
        } catch {
            // What cannot be compared cannot be believed either.
            doubt = error
        }
    }

    /// Takes what stood in the way of writing for a doubt, where it is one.
    mutating func doubt(because error: any Error) {
        guard let error = error as? JournalError,
            [.rolledBack, .witnessMissing].contains(error.code)
        else { return }
        doubt = doubt ?? error
    }

    /// The last event of a journal; 0 where that cannot be read.
    private static func head(of reader: JournalReader) throws(JournalError) -> UInt64 {
        do throws(JournalError) {
            return try reader.head().sequence
        } catch {
            guard error.code == .damaged else { throw error }
            return 0
        }
    }

    /// A reader; `nil` where the journal is too damaged for one.
    private static func reader(of journal: String) throws(JournalError) -> JournalReader? {
        do throws(JournalError) {
            return try JournalReader.open(journal)
        } catch {
            guard error.code == .damaged else { throw error }
            return nil
        }
    }

    /// Those of which the journal does not say that they were imported.
    static func notImported(
        _ sides: [SideJournal],
        _ reader: JournalReader
    ) throws(JournalError) -> [SideJournal] {
        guard let first = sides.map(\.beginning.head).min() else { return [] }
        var known: Set<String> = []
        let begin = try max(first, reader.firstSequence())
        let codec = EventCodec()
        _ = try reader.forEachReadableBatch(from: begin, to: .max) { batch, _ in
            batch.forEachEvent { view in
                guard view.kind == EventKind.recoveryStepped.rawValue else { return }
                do throws(ReplayFailure) {
                    if case .recoveryStepped(let step) = try Replay.envelope(view, codec).event {
                        known.insert(step.detail)
                    }
                } catch {
                    return  // what cannot be read says nothing
                }
            }
        }
        return sides.filter { !known.contains(SideImport.words($0.beginning)) }
    }

    // MARK: Behind what cannot be replayed

    private mutating func takeReadable(_ reader: JournalReader) throws(JournalError) {
        let codec = EventCodec()
        let faults = try reader.forEachReadableBatch(from: state.head.rawValue + 1, to: .max) {
            batch,
            isSound in
            let damaged = isSound ? [] : batch.damagedEvents
            batch.forEachEvent { view in
                lastRead = max(lastRead, view.sequence)
                if !damaged.contains(view.sequence) { take(view, codec) }
            }
        }
        // What stopped the replay is among them.
        let first = obstacle ?? ""
        if let other = faults.last?.description, other != first { obstacle = "\(first); \(other)" }
    }

    private mutating func takeIntact(_ survey: SalvageSurvey) throws(JournalError) {
        let codec = EventCodec()
        try survey.forEachBatch { batch in
            batch.forEachEvent { view in
                lastRead = max(lastRead, view.sequence)
                take(view, codec)
            }
            return .proceed
        }
    }

    /// Folds an event where it fits; what is missing before it is passed over.
    private mutating func take(_ view: EventView, _ codec: EventCodec) {
        guard let kind = EventKind(rawValue: view.kind), Self.isWanted(kind),
            view.sequence > state.head.rawValue
        else { return }
        do {
            let envelope = try Replay.envelope(view, codec)
            var trial = state
            while trial.head.rawValue + 1 < view.sequence {
                try trial.passOver(trial.head.next)
            }
            try trial.fold(envelope)
            state = trial
            taken += 1
        } catch {
            return  // it is what stood in the way, or says of something that is lost
        }
    }

    /// Whether an event tells of orders, deals or what is held.
    private static func isWanted(_ kind: EventKind) -> Bool {
        switch kind {
        case .journalBegan, .epochBegan, .configurationApplied, .instrumentListed,
            .balanceAdjusted, .correctionMade, .dealOpened, .dealMoved, .dealClosed,
            .orderIntended, .orderAccepted, .orderRejected, .orderFilled, .cancelIntended,
            .orderCancelled, .cancelRejected, .amendIntended, .orderAmended, .amendRejected,
            .orderTriggered, .orderExpired, .outcomeUnknown, .outcomeResolved,
            .positionLiquidated:
            true
        default: false
        }
    }

    /// Requires that the journal is of orders at a venue, and was begun with the configuration.
    ///
    /// Where keys are, which port stands for the venue, and how a journal is kept is not asked: a
    /// new key must not stand in the way.
    func requireConfiguration(_ plan: RunPlan) throws(RunFailure) {
        guard !state.tag.isEmpty else {
            throw RunFailure(
                refusing: "\(plan.journal): its first event is lost, and with it the mark by which "
                    + "a venue tells our orders from others: nothing is sent; see `journalctl "
                    + "salvage`, and act by hand at the venue"
            )
        }
        guard state.mode == .live else {
            throw RunFailure(
                refusing: "\(plan.journal) is of a run on \(state.mode.name): nothing of it is at "
                    + "a venue, and nothing is sent"
            )
        }
        try requireInstruments(plan)
        try StartOfEpoch.requireConfiguration(plan, of: state)
    }

    private func requireInstruments(_ plan: RunPlan) throws(RunFailure) {
        for (place, held) in state.instruments.enumerated() {
            let rules = held.instrument
            guard place < plan.instruments.count else { break }
            let listed = plan.instruments[place]
            guard listed.symbol == rules.symbol, listed.market == rules.market else {
                throw RunFailure(
                    refusing: "\(plan.journal) trades \(rules.name) where the configuration has "
                        + "\(listed.symbol): use the configuration it was begun with"
                )
            }
        }
        let missing = state.instruments.count - plan.instruments.count
        guard missing <= 0 else {
            throw RunFailure(
                refusing: "\(plan.journal) trades \(missing) instruments more than the "
                    + "configuration names: use the configuration it was begun with"
            )
        }
    }
}
