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
    let plan: WorldPlan
    let time: SimulatedTime
    let network: SimulatedNetwork
    let journal: SimulatedJournal
    private let directory: String
    var oracle: Oracle
    /// Whether the engine trades, rather than starts.
    var isLive = false
    /// Whether a stop in order is wanted.
    var isStopWanted = false
    /// Until when the disk has too little room.
    var diskLowUntil: Int64 = 0
    /// Until when the venue cannot be expected to do what is asked.
    var troubleUntil: Int64 = 0
    /// When the life at hand ends in order.
    private var lifeEnd: Int64 = .max
    private var starts: UInt32 = 0
    var hand: SplitMix64
    var rules: ChangingRules
    /// When trouble ends.
    var end: Int64 = 0
    /// Until when a copy of the engine trades on the account.
    var copyUntil: Int64 = 0
    /// Whether the journal is put back before the next start.
    var isRollbackWanted = false
    /// Whether the world is one that only a person can put in order again.
    private var isBeyondRepair = false

    /// What went wrong; empty as long as nothing did.
    package private(set) var violations: [Violation] = []
    /// Which trouble met which order.
    package internal(set) var coverage = Coverage()
    /// The lines of the engine's log, the newest last, where they are kept.
    package private(set) var log: [String] = []
    private let keepsLog: Bool
    private let weekends: Int64
    /// What there was to see when both sides were looked at last.
    private var seen: Seen?

    private struct Seen: Equatable {
        let happenings: UInt64
        let head: SequenceNumber
        let second: Int64
        let isLive: Bool
    }

    /// Makes a world.
    ///
    /// - Parameters:
    ///   - seed: What everything is drawn from.
    ///   - faults: What trouble there is.
    ///   - directory: Where a journal on disk is; of a journal in memory, nothing is there.
    ///   - isOnDisk: Whether the journal is on disk.
    ///   - keepsLog: Whether the log of the engine is kept.
    ///   - weekends: How many in a thousand pauses last one to three days.
    /// - Throws: What stands in the way of its making.
    package init(
        seed: UInt64,
        faults: FaultDraw,
        directory: String,
        isOnDisk: Bool = false,
        keepsLog: Bool = false,
        weekends: Int64 = 0
    ) throws {
        self.weekends = weekends
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
        for wrong in oracle.compare(journal.shadow.state, journal.contracts) {
            fail(.oracle, "at the end: " + wrong)
        }
    }

    /// The journal is put back to an older state.
    ///
    /// Where the venue has orders that it does not know any more, nothing new may be opened.
    /// Otherwise it is proven what became of the others.
    private func rollBack(_ plan: RunPlan) throws {
        isRollbackWanted = false
        guard try journal.rollBack(keeping: UInt64(hand.draw(300...990))),
            oracle.hasPlaced(beyond: journal.shadow.state.head)
        else { return }
        isBeyondRepair = true
        network.faults.end = time.now
        oracle.isBlind = true
        oracle.noEntriesAfter = venueTime
        live(plan, until: time.now + 600_000_000_000)
    }

    /// How long the engine is away.
    private func pause() -> TimeSpan {
        switch hand.draw(0...999) {
        case ..<weekends: TimeSpan(seconds: hand.draw(86_400...259_200))
        case ..<100: TimeSpan(seconds: hand.draw(60...1800))
        default: TimeSpan(milliseconds: hand.draw(500...20_000))
        }
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
            try checkLeaving()
        } catch let divergence as SimulatedJournal.Divergence {
            fail(.recovery, "\(divergence)")
        } catch {
            note("the engine ended: \(error)")
            if !time.isProcessOver, !(error is RunFailure) { fail(.recovery, "\(error)") }
        }
        isLive = false
        network.kill()
    }

    /// What a stop in order leaves without a stop of its own, a person is told.
    private func checkLeaving() throws {
        guard !time.isProcessOver else { return }
        try journal.catchUp()
        let state = journal.shadow.state
        let told = Set(state.errors.ordered.map(\.text))
        for text in state.leftBehind where !told.contains(text) {
            fail(.oracle, "stopped in order, and nobody was told: \(text)")
        }
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

    // MARK: Looking

    private func committed() {
        do {
            try journal.catchUp()
            hurry()
        } catch {
            fail(.recovery, "what was committed cannot be folded: \(error)")
        }
    }

    /// Lets trouble come more often while an order stands as it does for a moment only.
    private func hurry() {
        let haste = Coverage.haste(journal.shadow.state)
        network.faults.haste = haste
        for place in [FaultPlace.send, .snapshot] {
            network.faults.hasteThere[place] = Coverage.haste(at: place, journal.shadow.state)
        }
        var isHasty = haste > 1
        if network.faults.has(.priceJumped) {
            let jumps = Coverage.hasteOfJumps(journal.shadow.state)
            network.faults.hasteOf[.priceJumped] = jumps
            isHasty = isHasty || jumps > 1
        }
        guard isHasty, isLive else { return }
        for place in [FaultPlace.second, .wait] {
            if let (kind, _) = network.faults.draw(place, at: time.now) { meet(kind) }
        }
    }

    private func look() {
        guard violations.isEmpty else { return }
        // Where nothing has happened on either side, only time can be too long.
        let seen = Seen(
            happenings: network.exchange.happenings,
            head: journal.shadow.state.head,
            second: time.now / 1_000_000_000,
            isLive: isLive && !time.isProcessOver
        )
        guard seen != self.seen else { return }
        self.seen = seen
        let isTrading = isLive && !time.isProcessOver && time.now > troubleUntil
        for wrong in oracle.look(journal.shadow.state, isTrading: isTrading) {
            fail(.oracle, wrong)
        }
    }

    private func take(_ message: RunMessage) {
        if message.text.hasPrefix("recovery 10") { isLive = true }
        note(message.text)
    }

    func note(_ text: String) {
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
