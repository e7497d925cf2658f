internal import Engine
internal import Exchange
internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// A recorded market traded from end to end.
public enum TapeRun {
    /// Runs a plan until its tapes end or a stop is wanted.
    ///
    /// - Throws: ``RunFailure`` and `JournalError`, each saying what to do.
    public static func run(_ plan: RunPlan, _ observer: RunObserver) throws -> RunSummary {
        try play(plan, observer).summary
    }

    /// Runs a plan, and gives what it was run with too.
    static func play(
        _ plan: RunPlan,
        _ observer: RunObserver
    ) throws -> (run: EngineRun<TapeWorld>, summary: RunSummary) {
        try plan.requireEmergencyPlace()
        let tapes = try TapeCatalog(plan)
        var recovered = try Recovery.open(plan, start: tapes.start)
        let before = recovered.turn.state
        try requireIntents(recovered, plan)
        try StartOfEpoch(plan: plan, observer: observer, surroundings: .machine) {
            try tapes.newEntries($0)
        }
        .apply(to: &recovered)
        let worldPlan = try tapes.worldPlan(recovered.turn.state)
        let time = recovered.turn.time
        let control = ControlServer.listen(plan, observer, time)
        defer { ControlServer.hangUp(control, observer, time) }
        let world = try world(worldPlan, &recovered)
        let run = EngineRun(
            plan: plan,
            observer: observer,
            recovered: recovered,
            control: control,
            world: world
        )
        do {
            let isLive = try run.rebuild(before)
            let reason = isLive ? try run.trade() : .signalled
            try run.end(reason)
            return (run, run.summary(reason, replayed: recovered.replayed))
        } catch let error as JournalError {
            throw run.backedUp(error)
        } catch let error as TapeError {
            try run.endFailed()
            throw RunFailure(
                refusing: "\(error); what was traded before it is in the journal, "
                    + "up to event \(run.session.head.sequence); mend or replace the tape and "
                    + "trade it with a fresh --journal"
            )
        } catch let error as RunFailure {
            try run.endFailed()
            throw error
        }
    }

    private static func world(
        _ plan: TapePlan,
        _ recovered: inout Recovered
    ) throws -> TapeWorld {
        do throws(TapeError) {
            return try TapeWorld(plan)
        } catch {
            try recovered.session.finish(&recovered.turn, .failed)
            throw RunFailure(refusing: "\(error)")
        }
    }

    /// Refuses a journal whose oldest intents were taken out and lie in no archive that is known:
    /// without them the venue cannot be rebuilt.
    fileprivate static func requireIntents(_ recovered: Recovered, _ plan: RunPlan) throws {
        guard recovered.turn.state.inputs > 0 else { return }
        let first = try recovered.session.reader().firstSequence()
        guard first > 1 else { return }
        throw RunFailure(
            refusing: "\(plan.journal): events 1 to \(first - 1) were taken out of the journal and "
                + "are in no archive that is known; the paper venue cannot be rebuilt without the "
                + "orders among them. Put the archives back to a place named in "
                + "\(plan.journal)/archives, or trade with a fresh --journal"
        )
    }
}

extension EngineRun where World == TapeWorld {
    /// Trades what is left of the tapes.
    func trade() throws -> StopReason {
        try beginTrading()
        while let next = world.nextTime {
            if let arrival = firstArrival, next > arrival {
                try commit()
                if observer.isStopWanted() { return .signalled }
            }
            guard let step = try world.next() else { break }
            try take(step)
            guard inputsInBatch >= plan.batchLimit else { continue }
            try commit()
            if observer.isStopWanted() { return .signalled }
        }
        return .tapeEnded
    }

    /// Ends the epoch.
    ///
    /// Before everything is rebuilt the mark stays where it was.
    fileprivate func end(_ reason: StopReason) throws(JournalError) {
        if isRebuilt { try finish(reason) } else { try session.finish(&turn, reason) }
    }

    /// Keeps what was decided before something broke.
    fileprivate func endFailed() throws(RunFailure) {
        do throws(JournalError) { try end(.failed) } catch { throw backedUp(error) }
    }

    /// Rebuilds what is outside the journal by playing the tapes up to the mark again: the books,
    /// the venue with everything that was under way, and the memory of the strategies.
    ///
    /// - Returns: `false` where a stop was wanted before the end.
    fileprivate func rebuild(_ before: TradingState) throws -> Bool {
        let goal = before.inputs
        if goal > 0 {
            for (request, moment) in try JournaledRequests(session.reader()).requests {
                world.send(request, decidedAt: moment)
            }
            while inputs < goal {
                guard let step = try world.next() else {
                    throw RunFailure(
                        refusing: "the tapes end before what this journal has consumed; "
                            + "give the same tapes, or a fresh --journal"
                    )
                }
                inputs += 1
                if inputs % 4096 == 0, observer.isStopWanted() { return false }
                guard let input = step.input else { continue }
                if case .report(let report) = input, report.id > before.lastReport {
                    throw RunFailure(
                        refusing: "the rebuilt venue reports what the journal does not hold "
                            + "(report \(report.id)): configuration or program differ from those "
                            + "that made this journal; use those, or a fresh --journal"
                    )
                }
                engine.observe(input, at: world.time)
            }
        }
        session.sign(&turn)
        try resolveUnknowns()
        say(10, "live from \(turn.time)")
        try session.append(turn.events)
        turn.clear()
        try session.commit(&turn)
        isRebuilt = true
        return true
    }

    /// Asks the rebuilt venue about every request that has no answer in the journal.
    private func resolveUnknowns() throws(JournalError) {
        var found = 0
        for order in Array(turn.state.orders.ordered) where order.request != .none {
            found += 1
            doubt(order)
            resolve(order, world.evidence(of: order.id))
        }
        say(
            6,
            found == 0
                ? "every request of ours is answered"
                : "\(found) requests without an answer, each resolved by what the venue says"
        )
    }
}

extension TapeWorld {
    /// What proves where an order of ours is.
    func evidence(of order: OrderID) -> String {
        for (time, request) in arrivals.waiting where request.order == order {
            return "the request is under way and arrives at \(time)"
        }
        for (time, report) in reports.waiting where report.order == order {
            return "the venue has answered; report \(report.id) comes at \(time)"
        }
        guard let known = venue.order(order) else { return "the venue does not know it" }
        return "the venue knows it as \(known.status.name)"
    }
}
