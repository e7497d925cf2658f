internal import Engine
internal import Exchange
internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// A live venue traded until somebody stops it.
public enum LiveRun {
    /// Runs a plan.
    ///
    /// - Throws: ``RunFailure`` and `JournalError`, each saying what to do.
    public static func run(_ plan: RunPlan, _ observer: RunObserver) throws -> RunSummary {
        guard let live = plan.live else {
            throw RunFailure("the configuration names no venue to trade on")
        }
        guard live.localPort != nil else {
            throw RunFailure(
                refusing: "this version trades on tapes and on a local exchange (venue.local), not "
                    + "yet on a venue"
            )
        }
        try plan.requireEmergencyPlace()
        var plan = plan
        // Neither spot stops nor algo orders can be changed in place at Binance.
        for place in plan.plans.indices { plan.plans[place].amendsStops = false }
        let credentials = try CredentialsFile.read(live.credentials)
        let venue = try LiveVenue(plan, live, credentials)
        defer { venue.close() }
        // Nothing is written before the venue is known to be the one that was configured.
        try venue.check(plan) { text in
            observer.log(
                RunMessage(
                    time: Timestamp(nanoseconds: Clock.wall()),
                    severity: .warning,
                    text: text,
                    trace: .none
                )
            )
        }
        let start = Timestamp(nanoseconds: Clock.wall())
        var recovered = try Recovery.open(plan, start: start)
        recovered.turn.begin(at: start)
        let names = LiveVenue.markets(of: plan).map(\.name)
        try StartOfEpoch(plan: plan, observer: observer) { state in
            names.filter { name in !state.sources.contains { $0.name == name } }
                .map { name in
                    TapeCatalog.Entry(path: name, kind: .live, contentHash: "", firstTime: start)
                }
        }
        .apply(to: &recovered)
        return try trade(plan, observer, venue, &recovered, names)
    }

    private static func trade(
        _ plan: RunPlan,
        _ observer: RunObserver,
        _ venue: LiveVenue,
        _ recovered: inout Recovered,
        _ names: [String]
    ) throws -> RunSummary {
        let state = recovered.turn.state
        let sources = names.map { name in
            state.sources.firstIndex { $0.name == name }.map { SourceID(UInt16($0)) }
                ?? SourceID(0)
        }
        let time = recovered.turn.time
        let control = ControlServer.listen(plan, observer, time)
        defer { ControlServer.hangUp(control, observer, time) }
        let world = LiveWorld(
            venue.instruments,
            venue.desks,
            venue.inbox,
            venue.streams,
            observer,
            over: state,
            sources: sources
        )
        let run = EngineRun(
            plan: plan,
            observer: observer,
            turn: recovered.turn,
            session: recovered.session,
            control: control,
            world: world
        )
        do {
            try run.recoverLive()
            try venue.open(plan, sources: sources)
            try run.tradeLive()
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
                turn.emit(
                    .outcomeUnknown(
                        OutcomeUnknown(
                            order: order.id,
                            request: order.request,
                            why: "no answer before the restart"
                        )
                    ),
                    trace: TraceID(order.deal.rawValue),
                    cause: SequenceNumber(order.id.rawValue)
                )
                world.track(order.id, order.request, lookAfter: .zero)
            }
        }
        say(6, "\(found) requests without an answer, each looked up at the venue")
        say(10, "live from \(turn.time)")
        try session.append(turn.events)
        turn.clear()
        try session.commit(&turn)
        isRebuilt = true
    }

    /// Trades until a stop is wanted.
    fileprivate func tradeLive() throws(JournalError) {
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
