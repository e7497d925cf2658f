internal import Engine
internal import Exchange
internal import Journal
internal import LocalExchange
internal import Projections
internal import Runtime
package import Trading

/// Why a simulated world is not as it must be.
package struct Violation: Sendable, Equatable {
    /// What kind of trouble it is.
    package enum Kind: String, Sendable {
        case oracle = "violated"
        case stuck = "no progress"
        case recovery = "recovery"
    }

    /// Which kind.
    package let kind: Kind
    /// What is wrong.
    package let text: String
    /// When, in nanoseconds since the world began.
    package let at: Int64
}

/// A world of one seed: a venue, an engine that is started again and again, and trouble.
///
/// Everything happens in one thread and in the order of its times, so that the same seed gives the
/// same bytes.
package final class SimulatedWorld {
    private let plan: WorldPlan
    private let time: SimulatedTime
    private let network: SimulatedNetwork
    private let journal: SimulatedJournal
    private let directory: String
    private var oracle: Oracle
    /// Whether the engine trades, rather than starts.
    private var isLive = false
    /// Whether a stop in order is wanted.
    private var isStopWanted = false
    /// Until when the disk has too little room.
    private var diskLowUntil: Int64 = 0
    /// Until when the venue cannot be expected to do what is asked.
    private var troubleUntil: Int64 = 0
    /// When the life at hand ends in order.
    private var lifeEnd: Int64 = .max
    private var starts: UInt32 = 0
    private var hand: SplitMix64
    private var rules: ChangingRules
    /// When trouble ends.
    private var end: Int64 = 0
    /// Until when a copy of the engine trades on the account.
    private var copyUntil: Int64 = 0
    /// Whether the journal is put back before the next start.
    private var isRollbackWanted = false
    /// Whether the world is one that only a person can put in order again.
    private var isBeyondRepair = false

    /// What went wrong; empty as long as nothing did.
    package private(set) var violations: [Violation] = []
    /// Which trouble met which order.
    package private(set) var coverage = Coverage()
    /// The lines of the engine's log, the newest last, where they are kept.
    package private(set) var log: [String] = []
    private let keepsLog: Bool

    /// Makes a world.
    ///
    /// - Parameters:
    ///   - seed: What everything is drawn from.
    ///   - faults: What trouble there is.
    ///   - directory: Where a journal on disk is; of a journal in memory, nothing is there.
    ///   - isOnDisk: Whether the journal is on disk.
    ///   - keepsLog: Whether the log of the engine is kept.
    /// - Throws: What stands in the way of its making.
    package init(
        seed: UInt64,
        faults: FaultDraw,
        directory: String,
        isOnDisk: Bool = false,
        keepsLog: Bool = false
    ) throws {
        plan = WorldPlan(seed: seed)
        time = SimulatedTime(seed: seed ^ 0xC10C)
        let exchange = try plan.exchange()
        network = SimulatedNetwork(exchange, time, faults, seed: seed)
        journal = SimulatedJournal(time.clock, directory: directory, isOnDisk: isOnDisk)
        oracle = Oracle(plan, exchange, time)
        hand = SplitMix64(seed: seed ^ 0x4A4D)
        rules = ChangingRules(plan)
        self.directory = directory
        self.keepsLog = keepsLog
        network.faults.isPossible = { [unowned self] in isPossible($0) }
        network.onFault = { [unowned self] in meet($0) }
        network.onSecond = { [unowned self] in second() }
        network.onStep = { [unowned self] in look() }
    }

    /// The faults that happened.
    package var made: [FaultDraw.Made] { network.faults.made }

    /// What the world came to.
    package var summary: WorldSummary {
        WorldSummary(
            seed: plan.seed,
            nanoseconds: time.now,
            messages: network.messages,
            requests: network.requests,
            orders: oracle.orders,
            fills: oracle.fills,
            faults: network.faults.made.count,
            starts: Int(starts),
            events: journal.shadow.state.head.rawValue,
            deals: journal.shadow.state.metrics.closedDeals,
            hash: journal.hash,
            longestBare: oracle.longestBare
        )
    }

    // MARK: The course of the world

    /// Lets the world go on for a while with trouble, then without, and compares both sides.
    package func run(for span: TimeSpan) throws {
        end = time.now + span.nanoseconds
        network.faults.end = end
        let plan = try plan.runPlan(in: directory)
        // The books open.
        network.elapse(TimeSpan(seconds: 12))
        while time.now < end, violations.isEmpty, !isBeyondRepair {
            live(plan, until: end)
            if violations.isEmpty, time.now < end { network.elapse(pause()) }
            if isRollbackWanted { try rollBack(plan) }
        }
        if !isBeyondRepair { try calm(plan) }
    }

    /// Without trouble everything that is open is found out.
    private func calm(_ plan: RunPlan) throws {
        // In the end nothing new is opened, and what is open is closed by its time.
        for (span, isLast): (Int64, Bool) in [(900, false), (600, true)] where violations.isEmpty {
            diskLowUntil = isLast ? .max : 0
            var tries = 0
            let end = time.now + span * 1_000_000_000
            while time.now < end, violations.isEmpty {
                live(plan, until: end)
                tries += 1
                if tries > 100 { return fail(.stuck, "the engine does not start") }
                if time.now < end { network.elapse(TimeSpan(seconds: 10)) }
            }
        }
        guard violations.isEmpty else { return }
        try journal.catchUp()
        for wrong in oracle.compare(journal.shadow.state) { fail(.oracle, "at the end: " + wrong) }
    }

    /// The journal is put back to an older state: where that is not what the venue has, nothing new
    /// may be opened.
    private func rollBack(_ plan: RunPlan) throws {
        isRollbackWanted = false
        guard try journal.rollBack(keeping: UInt64(hand.draw(300...990))),
            !oracle.compare(journal.shadow.state).isEmpty
        else { return }
        isBeyondRepair = true
        network.faults.end = time.now
        oracle.isBlind = true
        oracle.noEntriesAfter = time.moment
        live(plan, until: time.now + 600_000_000_000)
    }

    /// How long the engine is away.
    private func pause() -> TimeSpan {
        hand.chance(100)
            ? TimeSpan(seconds: hand.draw(60...1800))
            : TimeSpan(milliseconds: hand.draw(500...20_000))
    }

    /// Runs the engine until it ends, in order or not.
    private func live(_ plan: RunPlan, until end: Int64) {
        starts += 1
        isLive = false
        isStopWanted = false
        lifeEnd = end
        let process = network.begin()
        let observer = RunObserver(
            log: { [unowned self] in take($0) },
            progress: { _ in },
            isStopWanted: { [unowned self] in
                time.isProcessOver || isStopWanted || time.now >= lifeEnd
            }
        )
        do {
            _ = try LiveRun.run(plan, observer, in: surroundings(process))
        } catch let divergence as SimulatedJournal.Divergence {
            fail(.recovery, "\(divergence)")
        } catch {
            note("the engine ended: \(error)")
            if !time.isProcessOver, !(error is RunFailure) { fail(.recovery, "\(error)") }
        }
        isLive = false
        network.kill()
    }

    private func surroundings(_ process: Int) -> RunSurroundings {
        RunSurroundings(
            clock: time.clock,
            connections: SimulatedConnections(network, process: process),
            isBegun: { [unowned self] _ in !journal.shadow.state.epochs.isEmpty },
            open: { [unowned self] plan, start in
                try journal.open(plan, start, time.clock) { dressed($0, process) }
            },
            credentials: { _ in VenueCredentials(key: WorldPlan.key, secret: WorldPlan.secret) },
            conditions: { [unowned self] _ in
                [(condition: .diskSpace, isActive: time.now < diskLowUntil)]
            },
            process: starts,
            offersControl: false
        )
    }

    private func dressed(_ store: any JournalStore, _ process: Int) -> SimulatedStore {
        SimulatedStore(
            store,
            isOver: { [unowned self] in time.isProcessOver || network.process != process },
            fate: { [unowned self] in commitFate() },
            savesSnapshot: { [unowned self] in savesSnapshot() },
            onDurable: { [unowned self] in committed() }
        )
    }

    // MARK: Trouble

    private func commitFate() -> CommitFate {
        guard let (kind, _) = network.faults.draw(.commit, at: time.now)
        else { return .durable }
        meet(kind)
        return kind == .commitLost ? .lost : .durableUnsaid
    }

    private func savesSnapshot() -> Bool {
        guard let (kind, _) = network.faults.draw(.snapshot, at: time.now)
        else { return true }
        meet(kind)
        if kind == .snapshotLost {
            journal.loseSnapshot()
            return true
        }
        return false
    }

    private func second() {
        let drawn = network.faults.draw(.second, at: time.now)
        if let drawn { meet(drawn.kind) }
        for change in rules.resumed(at: time.now < end ? time.now : .max) { inject(change) }
        oracle.halted = rules.halted
        if copyUntil > 0 { copy() }
    }

    /// A copy of the engine trades; in the end it is stopped, and the engine started again.
    private func copy() {
        let epoch = journal.shadow.state.epochs.last?.epoch ?? Epoch(1)
        if time.now < copyUntil {
            guard time.now / 1_000_000_000 % 5 == 0 else { return }
            oracle.placeAsCopy(hand.next(), epoch: epoch, at: time.moment)
        } else {
            copyUntil = 0
            oracle.endCopies(at: time.moment)
            // What it has left among what ended blocks until a person releases it.
            end = time.now
            network.faults.end = end
            isStopWanted = true
        }
    }

    /// Whether a fault would do something now.
    private func isPossible(_ kind: FaultKind) -> Bool {
        switch kind {
        case .killedInStart: !isLive
        case .killedWaiting: isLive
        case .stopped: !time.isProcessOver
        case .secondEngine: isLive && copyUntil == 0
        case .rolledBack: journal.canRollBack
        case .cancelledByHand: oracle.hasWorking
        case .closedByHand: oracle.hasPosition
        case .liquidated: oracle.hasContract
        // What was configured wrongly to begin with is refused, and rightly.
        case .filtersChanged, .halted: !journal.shadow.state.epochs.isEmpty
        default: true
        }
    }

    /// Does what a fault is, as far as the network has not done it.
    private func meet(_ kind: FaultKind) {
        coverage.note(kind, journal.shadow.state)
        note("* \(kind.rawValue)")
        let exchange = network.exchange
        switch kind {
        case .killedBeforeSend, .killedAfterSend, .killedWaiting, .killedInStart, .killedInSnapshot,
            .commitLost, .commitDone:
            network.kill()
        case .stopped: isStopWanted = true
        case .disconnected: network.disconnect()
        case .maintenance:
            let span = TimeSpan(seconds: hand.draw(5...300))
            exchange.inject(FaultRule(.moment(.zero), .maintenance(span)))
            expectTrouble(span)
        // Bybit lets nobody in for ten minutes, Binance for as long as it says.
        case .banned: expectTrouble(TimeSpan(seconds: plan.isBybit ? 600 : 60))
        case .venueClock:
            let span = TimeSpan(milliseconds: hand.draw(-900...900))
            exchange.inject(FaultRule(.moment(.zero), .drift(span)))
        case .forgotten:
            exchange.inject(
                FaultRule(.moment(.zero), .forget(TimeSpan(seconds: hand.draw(600...7200))))
            )
        case .clockForward: time.wallClockOffset += step
        case .clockBack: time.wallClockOffset -= step
        case .suspended:
            let span = TimeSpan(seconds: hand.draw(5...600))
            network.suspend(span.nanoseconds)
            expectTrouble(span)
        case .diskLow: diskLowUntil = time.now + hand.draw(10...300) * 1_000_000_000
        case .rolledBack:
            isRollbackWanted = true
            network.kill()
        case .secondEngine:
            copyUntil = time.now + 300_000_000_000
            oracle.noEntriesAfter = time.moment + TimeSpan(seconds: 60)
        case .cancelledByHand: oracle.cancelByHand(hand.next(), at: time.moment)
        case .closedByHand: oracle.closeByHand(hand.next(), at: time.moment)
        case .filtersChanged: inject(rules.changed(&hand))
        case .halted: inject(rules.halted(&hand, at: time.now))
        case .liquidated: oracle.liquidate(hand.next(), at: time.moment)
        case .foreignOrder: oracle.placeByHand(hand.next(), at: time.moment)
        default: break
        }
    }

    private func inject(_ change: FilterChange?) {
        guard let change else { return }
        network.exchange.inject(FaultRule(.moment(.zero), .filters(change)))
    }

    /// How far a clock is set: from milliseconds to hours.
    private var step: Int64 {
        let largest: Int64 = [1000, 30_000, 600_000, 7_200_000][Int(hand.draw(0...3))]
        return hand.draw(1...largest) * 1_000_000
    }

    private func expectTrouble(_ span: TimeSpan) {
        troubleUntil = max(troubleUntil, time.now + span.nanoseconds + 30_000_000_000)
    }

    // MARK: Looking

    private func committed() {
        do {
            try journal.catchUp()
        } catch {
            fail(.recovery, "what was committed cannot be folded: \(error)")
        }
    }

    private func look() {
        guard violations.isEmpty else { return }
        let isTrading = isLive && !time.isProcessOver && time.now > troubleUntil
        for wrong in oracle.look(journal.shadow.state, isTrading: isTrading) {
            fail(.oracle, wrong)
        }
    }

    private func take(_ message: RunMessage) {
        if message.text.hasPrefix("recovery 10") { isLive = true }
        note(message.text)
    }

    private func note(_ text: String) {
        guard keepsLog else { return }
        let milliseconds = time.now / 1_000_000
        log.append("\(milliseconds / 1000).\(milliseconds % 1000 / 100) \(text)")
    }

    private func fail(_ kind: Violation.Kind, _ text: String) {
        note("! \(text)")
        violations.append(Violation(kind: kind, text: text, at: time.now))
        isStopWanted = true
    }
}
