internal import Engine
internal import Exchange
internal import Journal
internal import Projections
internal import Trading

/// A world in real time: it is waited for.
protocol WaitingWorld: RunWorld, AnyObject {
    /// Waits until something is there or a tick is due, and takes it in.
    func wait()
    /// The next step; `nil` where the engine has taken all there is.
    func next(_ state: borrowing TradingState) -> WorldStep?
}

/// A live venue traded until somebody stops it.
public enum LiveRun {
    /// Runs a plan: with orders at the venue, or where there is no key for it on paper.
    ///
    /// - Throws: ``RunFailure`` and `JournalError`, each saying what to do.
    public static func run(_ plan: RunPlan, _ observer: RunObserver) throws -> RunSummary {
        try run(plan, observer, in: .machine)
    }

    /// Runs a plan in the surroundings that are given.
    ///
    /// - Throws: ``RunFailure`` and `JournalError`, each saying what to do.
    package static func run(
        _ plan: RunPlan,
        _ observer: RunObserver,
        in surroundings: RunSurroundings
    ) throws -> RunSummary {
        guard let live = plan.live else {
            throw RunFailure("the configuration names no venue to trade on")
        }
        try plan.requireEmergencyPlace()
        guard let settings = live.credentials else { return try runOnPaper(plan, live, observer) }
        guard live.localPort != nil || live.isTestnet else {
            throw RunFailure(
                refusing: "this version sends orders to test networks and local exchanges, not yet "
                    + "where real money is: nothing of it was tried at the venues themselves; "
                    + "with venue.orders \"paper\" it trades the venue's market on paper"
            )
        }
        return try runAtVenue(plan, live, settings, observer, surroundings)
    }

    /// Asks the venue of a plan what a start would ask: nothing is written, nothing is changed.
    ///
    /// - Parameters:
    ///   - plan: The plan; on tapes there is nothing to ask, on paper only what is public.
    ///   - say: Takes a sentence about each thing that was found.
    /// - Throws: ``RunFailure`` that says what to change, and what `say` throws.
    public static func check(_ plan: RunPlan, say: (String) throws -> Void) throws {
        guard let live = plan.live else { return }
        let credentials = try live.credentials.map { try CredentialsFile.read($0) }
        let venue = try LiveVenue(plan, live, credentials)
        defer { venue.close() }
        try venue.check(plan, isBegun: false) { note in
            switch note {
            case .found(let text): try say(text)
            case .warning(let text): try say("warning: \(text)")
            }
        }
    }

    private static func runAtVenue(
        _ plan: RunPlan,
        _ live: LiveSettings,
        _ settings: CredentialSettings,
        _ observer: RunObserver,
        _ surroundings: RunSurroundings
    ) throws -> RunSummary {
        var plan = plan
        for place in plan.plans.indices {
            let market = live.kind.market(of: plan.instruments[place].market)
            plan.plans[place].amendsStops = market.amendsStops
            plan.plans[place].stopsFacePrice = market.stopsFacePrice
        }
        let credentials = try surroundings.credentials(settings)
        let venue = try LiveVenue(plan, live, credentials, surroundings)
        defer { venue.close() }
        // Nothing is written before the venue is known to be the one that was configured.
        try venue.check(plan, isBegun: try surroundings.isBegun(plan)) { note in
            guard case .warning(let text) = note else { return }
            observer.log(
                RunMessage(
                    time: Timestamp(nanoseconds: surroundings.clock.wall()),
                    severity: .warning,
                    text: text,
                    trace: .none
                )
            )
        }
        venue.times.end("asked for its rules", at: surroundings.clock.monotonic())
        try RescueWatch.settle(plan) { text in
            let now = Timestamp(nanoseconds: surroundings.clock.wall())
            observer.log(RunMessage(time: now, severity: .warning, text: text, trace: .none))
        }
        let (recovered, sources) = try begin(plan, live, observer, surroundings)
        venue.times.end("journal", at: surroundings.clock.monotonic())
        return try trade(plan, observer, venue, recovered, sources, surroundings)
    }

    /// Opens the journal, and begins an epoch.
    ///
    /// - Returns: What was recovered, and the number of each market among its sources.
    private static func begin(
        _ plan: RunPlan,
        _ live: LiveSettings,
        _ observer: RunObserver,
        _ surroundings: RunSurroundings
    ) throws -> (Recovered, [SourceID]) {
        let start = Timestamp(nanoseconds: surroundings.clock.wall())
        var recovered = try surroundings.open(plan, start)
        recovered.turn.begin(at: start)
        let names = live.markets(of: plan.instruments).map(\.name)
        try StartOfEpoch(plan: plan, observer: observer, surroundings: surroundings) { state in
            names.filter { name in !state.sources.contains { $0.name == name } }
                .map { name in
                    TapeCatalog.Entry(path: name, kind: .live, contentHash: "", firstTime: start)
                }
        }
        .apply(to: &recovered)
        let known = recovered.turn.state.sources
        let sources = names.compactMap { name in
            known.firstIndex { $0.name == name }.map { SourceID(UInt16($0)) }
        }
        invariant(sources.count == names.count, "every market is attached by the start")
        return (recovered, sources)
    }

    private static func runOnPaper(
        _ plan: RunPlan,
        _ live: LiveSettings,
        _ observer: RunObserver
    ) throws -> RunSummary {
        try check(plan) { _ in }
        let (recovered, sources) = try begin(plan, live, observer, .machine)
        let time = recovered.turn.time
        let control = ControlServer.listen(plan, observer, time)
        defer { ControlServer.hangUp(control, observer, time) }
        let world = try PaperWorld(
            plan,
            live,
            observer,
            over: recovered.turn.state,
            sources: sources
        )
        defer { world.close() }
        let run = EngineRun(
            plan: plan,
            observer: observer,
            recovered: recovered,
            control: control,
            world: world
        )
        do throws(JournalError) {
            try run.recoverPaper()
            try run.tradeWaiting()
            try run.finish(.signalled)
        } catch {
            throw run.backedUp(error)
        }
        return run.summary(.signalled, replayed: recovered.replayed)
    }

    private static func trade(
        _ plan: RunPlan,
        _ observer: RunObserver,
        _ venue: LiveVenue,
        _ recovered: Recovered,
        _ sources: [SourceID],
        _ surroundings: RunSurroundings
    ) throws -> RunSummary {
        let state = recovered.turn.state
        let time = recovered.turn.time
        let control =
            surroundings.offersControl ? ControlServer.listen(plan, observer, time) : nil
        defer { ControlServer.hangUp(control, observer, time) }
        let world = LiveWorld(
            venue.instruments,
            venue.desks,
            venue.inbox,
            venue.streams,
            observer,
            clock: surroundings.clock,
            receiveWindow: venue.settings.receiveWindow,
            over: state,
            sources: sources
        )
        let run = EngineRun(
            plan: plan,
            observer: observer,
            recovered: recovered,
            control: control,
            surroundings: surroundings,
            world: world
        )
        if surroundings.offersControl {
            let sides = SideJournalStore(
                stateDirectory: plan.stateDirectory,
                journal: run.session.journalID
            )
            let rescue = RescueWatch(sides)
            run.rescue = rescue
            world.mayOnlyCancel = { rescue.holdsBack }
            let tag = state.tag
            world.meetRescue = { rescue.meet($0, tag: tag) }
        }
        do {
            _ = try run.importSides()
            try run.recoverLive()
            try run.reconcile(venue)
            try venue.open(plan, sources: sources)
            try run.tradeWaiting()
            try run.leave()
            try run.finish(.signalled)
            return run.summary(.signalled, replayed: recovered.replayed)
        } catch let error as JournalError {
            throw run.backedUp(error)
        } catch let error as RunFailure {
            try run.finish(.failed)
            throw error
        }
    }
}

extension EngineRun where World == LiveWorld {
    /// Marks every request without an answer unknown, and has each looked up at the venue.
    fileprivate func recoverLive() throws(JournalError) {
        inputs = turn.state.inputs
        session.sign(&turn)
        var found = 0
        for order in Array(turn.state.orders.ordered) where order.isLive {
            if order.request != .none {
                found += 1
                doubt(order)
                world.track(order.id, order.request, lookAfter: .zero)
            }
        }
        say(6, "\(found) requests without an answer, each looked up at the venue")
        try keepRecovered()
        isRebuilt = true
    }

    /// Compares the journal with the venue, tells what a person has to decide, and blocks new risk
    /// where that is more than the engine mends by itself.
    fileprivate func reconcile(_ venue: LiveVenue) throws {
        var (survey, comparison) = try differences(from: venue)
        let closed = comparison.reductions.ids
        // Answers are not of one moment: a stop that was met between two of them is no difference.
        if comparison.asksForAnotherLook {
            venue.pause(.second)
            (survey, comparison) = try differences(from: venue)
        }
        for event in RuleEvidence(turn.state, survey).events { turn.emit(event) }
        world.follow(turn.state)
        let reductions = ReductionEvidence(turn.state, survey)
        for event in reductions.events(foundBefore: closed) { turn.emit(event) }
        // What moved the money is told apart once all that was traded is booked.
        if ReductionEvidence(turn.state, survey).events.isEmpty {
            for event in MoneyEvidence(turn.state, survey).events { turn.emit(event) }
        }
        let cases = Comparison(turn.state, survey).found
        say(7, cases.isEmpty ? "the venue is as the journal says" : "\(cases.count) differences")
        var told: Set<Blocking.Identity> = []
        world.learn(from: survey, turn.state)
        let blocking = Blocking(state: turn.state, survey: survey)
        for event in blocking.events(cases, told: &told) { turn.emit(event) }
        if let completion = blocking.completion(cases) { turn.emit(completion) }
        world.comparison.told = told
        if cases.contains(where: { $0.action != .leave }) {
            world.comparison.hasten(to: turn.time + ComparisonPace.shortest)
        }
        // A start of the past paused everything for what blocks by scope now.
        engine.decide(.condition(.reconciliation, isActive: false), &turn)
        // Whoever starts it again has seen to the other one, or it is seen again.
        engine.decide(.condition(.secondEngine, isActive: false), &turn)
        // What is heard now is found out anew.
        engine.decide(.condition(.privateStream, isActive: false), &turn)
        rescue?.isUnexplained = cases.contains { [.rescueOrder, .rescueFill].contains($0.kind) }
        say(10, "live from \(turn.time)")
        try keepRecovered()
        venue.times.end("compared", at: surroundings.clock.monotonic())
        let words = venue.times.words
        observer.log(RunMessage(time: turn.time, severity: nil, text: words, trace: .none))
    }

    private func differences(
        from venue: LiveVenue
    ) throws -> (survey: VenueSurvey, comparison: Comparison) {
        let patience = TimeSpan(seconds: 30)
        let survey = try venue.survey(
            turn.state,
            rules: venue.rules,
            modes: venue.modes,
            patience: patience
        )
        return (survey, Comparison(turn.state, survey))
    }

    private func keepRecovered() throws(JournalError) {
        let news = turn.events.compactMap { RunMessage($0, in: turn.state) }
        try session.append(turn.events)
        turn.clear()
        try session.commit(&turn)
        for message in news { observer.log(message) }
    }
}

extension EngineRun where World == PaperWorld {
    /// Has every request without an answer refused: the paper venue ended with the engine.
    fileprivate func recoverPaper() throws(JournalError) {
        inputs = turn.state.inputs
        session.sign(&turn)
        var found = 0
        for order in Array(turn.state.orders.ordered)
        where order.isLive && order.request != .none {
            found += 1
            doubt(order)
            resolve(order, "the paper venue ended with the engine, and took nothing")
            world.refuse(order.request, of: order.id)
        }
        say(6, "\(found) requests without an answer, refused by the paper venue")
        say(10, "live from \(turn.time), on paper: no order leaves")
        try session.append(turn.events)
        turn.clear()
        try session.commit(&turn)
        isRebuilt = true
    }
}

extension EngineRun where World: WaitingWorld {
    /// Trades until a stop is wanted.
    fileprivate func tradeWaiting() throws(JournalError) {
        try beginTrading()
        while !observer.isStopWanted() {
            world.wait()
            while let step = world.next(turn.state) {
                try take(step)
                if inputsInBatch >= plan.batchLimit { try commit() }
            }
            try commit()
        }
    }
}
