internal import Engine
internal import Exchange
internal import LocalExchange
internal import Projections
internal import Trading

/// Looks at both sides of a simulated world and says what must never be.
///
/// The engine's side is what anybody could read in its journal; the venue's is what is true there.
struct Oracle {
    private var truth: VenueTruth
    private let time: SimulatedTime
    /// Since when a position has no stop, by the instrument's place, and the engine could tell.
    private var bare: [Int: Bare] = [:]

    private struct Bare {
        /// Nanoseconds since the world began, without the time in which nothing could be done.
        var since: Int64
        /// The end of the journal then.
        let head: SequenceNumber
    }

    /// The longest that a position was without a stop while the engine traded, in nanoseconds.
    private(set) var longestBare: Int64 = 0
    /// After when nothing new may be opened; `nil` while it may.
    var noEntriesAfter: Timestamp?
    /// The markets that take no orders now: nothing can be protected there.
    var halted: Set<Int> = []
    /// Whether the journal is an older one, which cannot know what is real.
    var isBlind = false
    /// How far prices jumped up and when, by the instrument's place.
    private var jumps: [Int: [(at: Int64, by: Price)]] = [:]
    /// When the deals that are open were seen first, in nanoseconds since the world began.
    private var firstSeen: [DealID: Int64] = [:]
    /// The time of the last check of protection.
    private var lastLook: Int64 = 0

    /// How long a position may be without a stop while the engine trades and no alarm is up: until
    /// an answer that never comes is given up, and the order was looked for and placed again.
    static let patience: Int64 = 120_000_000_000

    init(_ plan: WorldPlan, _ exchange: LocalExchange, _ time: SimulatedTime) {
        truth = VenueTruth(plan, exchange)
        self.time = time
    }

    /// Looks after each thing that happened.
    ///
    /// - Parameters:
    ///   - state: What is durable.
    ///   - isTrading: Whether the engine runs and the venue can be reached.
    /// - Returns: What must never be.
    mutating func look(_ state: borrowing TradingState, isTrading: Bool) -> [String] {
        let known = copy state
        truth.tag = known.tag
        var wrong = truth.look { known.order($0)?.role }
        if let limit = noEntriesAfter, truth.newestEntry > limit {
            wrong.append("an entry was placed where nothing new may be opened")
        }
        checkLimits(known, &wrong)
        if isBlind { return wrong }
        for place in truth.markets.indices {
            guard place < known.instruments.count else { continue }
            let working = truth.working(in: place)
            let held = truth.markets[place].held
            checkExposure(place, held, working, known, &wrong)
            let isOpen = isTrading && !halted.contains(place)
            checkProtection(place, held, working, known, isOpen, &wrong)
        }
        lastLook = time.now
        return wrong
    }

    /// What is open and asked for keeps within the limits, but for what an order met a worse price
    /// than it was counted at.
    private mutating func checkLimits(_ state: TradingState, _ wrong: inout [String]) {
        if state.deals.count > state.risk.maximumOpenDeals {
            wrong.append("\(state.deals.count) deals are open")
        }
        let slack = Money(Decimal(units: Decimal.unitsPerOne / 50))
        let most = state.risk.maximumExposure + state.risk.maximumExposure.times(slack.value, .up)
        if state.exposure > most + dearer(state) {
            wrong.append("\(state.exposure) is open, \(state.risk.maximumExposure) may be")
        }
    }

    /// What open positions cost more than they were counted at because the price jumped up while
    /// their entries were under way: what is promised is promised at the price that was seen.
    ///
    /// Only that price, which may be as old as a market may be silent, and only as much as the jump
    /// and the fills both say. A short one costs more by a jump up, too.
    private mutating func dearer(_ state: TradingState) -> Money {
        guard !jumps.isEmpty else { return .zero }
        var dearer = Money.zero
        var seen: [DealID: Int64] = [:]
        for deal in state.deals.ordered {
            let first = firstSeen[deal.id] ?? time.now
            seen[deal.id] = first
            let counted = deal.side == .buy ? deal.evidence.ask : deal.evidence.bid
            let begin = first - MarketMemory.longestSilence.nanoseconds
            let jumped = (jumps[Int(deal.instrument.rawValue)] ?? [])
                .reduce(Price.zero) { $1.at >= begin ? $0 + $1.by : $0 }
            let excess = min(deal.entryPrice - counted, jumped)
            if excess.isPositive { dearer += deal.held.notional(at: excess, .up) }
        }
        firstSeen = seen
        return dearer
    }

    /// What the engine reserves is at least what is real.
    private func checkExposure(
        _ place: Int,
        _ held: Quantity,
        _ working: [(id: OrderID, order: LocalOrder)],
        _ state: TradingState,
        _ wrong: inout [String]
    ) {
        let entries = working.filter { entry in
            guard let known = state.order(entry.id) else { return true }
            return known.role == .entry
        }
        let real = held.magnitude + entries.reduce(.zero) { $0 + $1.order.remaining }
        var reserved = state.instruments[place].position.quantity.magnitude
        for order in state.orders.ordered
        where order.isLive && order.role == .entry && Int(order.terms.instrument.rawValue) == place
        {
            reserved += order.rest
        }
        if real > reserved {
            let name = state.instruments[place].instrument.symbol
            wrong.append("\(name): \(real) is held or may be bought, \(reserved) is reserved")
        }
    }

    /// A position has a live stop of the right side and size.
    private mutating func checkProtection(
        _ place: Int,
        _ held: Quantity,
        _ working: [(id: OrderID, order: LocalOrder)],
        _ state: TradingState,
        _ isTrading: Bool,
        _ wrong: inout [String]
    ) {
        let rules = state.instruments[place].instrument
        let market = truth.markets[place]
        let price = market.house.markets[market.place].lastPrice ?? .zero
        let deal = state.deals[state.instruments[place].deal]
        let needed = (held - left(of: deal, place, state)).magnitude
        let cut = rules.filters.cut(needed)
        let isDust =
            cut < rules.filters.minimumQuantity
            || (rules.market == .spot
                && cut.notional(at: price, .down) < rules.filters.minimumNotional)
        let side: Side = held.isNegative ? .buy : .sell
        // One that waits for the price to return is a target, whatever it was meant for.
        let covered = working.filter { entry in
            state.order(entry.id)?.role == .stop && entry.order.wish.side == side
                && entry.order.wish.trigger.map { $0.rises == (side == .buy) } ?? true
        }
        .reduce(Quantity.zero) { $0 + $1.order.remaining }
        guard !isDust, covered < cut else {
            bare[place] = nil
            return
        }
        var begun = bare[place] ?? Bare(since: time.now, head: state.head)
        // Time in which nothing can be done does not count.
        if !isTrading, bare[place] != nil { begun.since += time.now - lastLook }
        bare[place] = begun
        guard isTrading else { return }
        let since = begun.since
        // A deal that is being closed has no stop to wait for; where that lasts, a person knows.
        if deal?.status == .closing {
            guard time.now - since > Self.patience,
                !hasAlarm(state, of: rules.name, after: begun.head)
            else { return }
            bare[place] = nil
            wrong.append("\(rules.symbol): \(held) are not sold and nobody was called")
            return
        }
        longestBare = max(longestBare, time.now - since)
        if time.now - since > Self.patience {
            bare[place] = nil
            let seconds = Self.patience / 1_000_000_000
            wrong.append(
                "\(rules.symbol): \(held) are held and \(covered) protected for \(seconds) s"
            )
        }
    }

    /// What earlier deals have left, too little for an order then: it has no deal and no stop.
    private func left(
        of deal: Deal?,
        _ place: Int,
        _ state: TradingState
    ) -> Quantity {
        let held = deal.map { $0.side == .buy ? $0.held : .zero - $0.held } ?? .zero
        let left = state.instruments[place].position.quantity - held
        let price = truth.lowestPrice(place)
        let isLittle = left.magnitude.notional(at: price, .up) <= Self.mostDust
        return isLittle ? left : .zero
    }

    /// More than the least notional that a market of a world asks for, and a step of it.
    static let mostDust = Money(Decimal(80))

    /// Whether a person was called for an instrument after an event.
    private func hasAlarm(
        _ state: TradingState,
        of name: String,
        after head: SequenceNumber
    ) -> Bool {
        state.errors.ordered.contains {
            $0.severity == .alarm && $0.sequence > head && $0.text.contains(name)
        }
    }

    /// Compares both sides once nothing is under way and no trouble was made for a while.
    ///
    /// - Parameters:
    ///   - state: What is durable.
    ///   - contracts: What the journal's fills make of contracts by the venue's arithmetic.
    /// - Returns: What differs.
    mutating func compare(_ state: TradingState, _ contracts: ContractsAsTold) -> [String] {
        var wrong = truth.look { state.order($0)?.role }
        for place in truth.markets.indices {
            let name = state.instruments[place].instrument.symbol
            let ours = state.instruments[place].position.quantity
            if ours != truth.markets[place].held {
                wrong.append(
                    "\(name): the journal holds \(ours), \(truth.markets[place].held) is held"
                )
            }
            let working = Set(truth.working(in: place).map(\.id))
            let live = Set(
                state.orders.ordered.filter {
                    $0.isLive && Int($0.terms.instrument.rawValue) == place
                }
                .map(\.id)
            )
            for order in working.subtracting(live).sorted() {
                wrong.append("\(name): order \(order) works, and the journal does not say so")
            }
            for order in live.subtracting(working).sorted() {
                wrong.append("\(name): order \(order) is over, and the journal has it live")
            }
        }
        for order in state.orders.ordered
        where order.isLive && order.isUnknown {
            wrong.append("order \(order.id) is unknown still")
        }
        return wrong + compareBalances(state, contracts)
    }

    private func compareBalances(_ state: TradingState, _ contracts: ContractsAsTold) -> [String] {
        var wrong: [String] = []
        var names: Set<String> = []
        var theirs: [String: Money] = [:]
        var seen: Set<ObjectIdentifier> = []
        for market in truth.markets
        where seen.insert(ObjectIdentifier(market.house)).inserted {
            for (asset, balance) in market.house.balances(of: 0) {
                names.insert(asset)
                theirs[asset, default: .zero] += balance.total
            }
        }
        // Each wallet began with a deposit, the journal with one.
        let extra = Money(Decimal(100_000 * (seen.count - 1)))
        theirs["USDT", default: .zero] = theirs["USDT", default: .zero] - extra
        for (place, market) in truth.markets.enumerated() where market.isPerpetual {
            let instrument = state.instruments[place].instrument
            let ours = state.instruments[place].position
            let told = contracts.position(in: instrument)
            if ours.quantity != told.quantity || ours.cost != told.entryCost {
                wrong.append(
                    "\(instrument.symbol): the journal holds \(ours.quantity) for \(ours.cost), "
                        + "its fills make \(told.quantity) for \(told.entryCost)"
                )
            }
            // Fills that were told in another order realise as much less as what is held costs
            // less, to the last unit.
            let there = market.house.position(of: 0, in: market.place)
            theirs["USDT", default: .zero] += told.signedCost - there.signedCost
        }
        for asset in names.sorted() {
            let ours = state.assets.first { $0.name == asset }?.balance ?? .zero
            let there = theirs[asset] ?? .zero
            if ours != there {
                wrong.append("\(asset): the journal has \(ours), the account \(there)")
            }
        }
        return wrong
    }

    /// How many fills of ours there were.
    var fills: Int { truth.markets.reduce(0) { $0 + $1.fills } }
    /// How many orders of ours there were.
    var orders: Int { truth.orders }

    /// Whether the venue has orders of ours that a journal with this end does not know.
    func hasPlaced(beyond head: SequenceNumber) -> Bool { truth.hasPlaced(beyond: head) }

    /// When the newest fill was made.
    var newestFill: Timestamp { truth.newestFill }

    /// Whether an order of ours works.
    var hasWorking: Bool { truth.hasWorking }
    /// Whether something of ours is held.
    var hasPosition: Bool { truth.markets.contains { !$0.held.isZero } }

    /// The user cancels an order of ours.
    mutating func cancelByHand(_ chance: UInt64, at now: Timestamp) {
        truth.cancelByHand(chance, at: now)
    }

    /// The user closes a position of ours at the venue's own page.
    mutating func closeByHand(_ chance: UInt64, at now: Timestamp) {
        truth.closeByHand(chance, at: now)
    }

    /// Whether a contract of ours is held.
    var hasContract: Bool { truth.markets.contains { !$0.held.isZero && $0.isPerpetual } }

    /// Whether the price of a market can jump, but for those at some places.
    func canJump(except halted: Set<Int>) -> Bool { truth.canJump(except: halted) }

    /// Draws a jump of a market, but for those at some places.
    mutating func jump(_ chance: inout SplitMix64, except halted: Set<Int>) -> PriceJump? {
        guard let (place, jump) = truth.jump(&chance, except: halted) else { return nil }
        if jump.distance.isPositive { jumps[place, default: []].append((time.now, jump.distance)) }
        return jump
    }

    /// The venue closes a contract of ours.
    func liquidate(_ chance: UInt64, at now: Timestamp) { truth.liquidate(chance, at: now) }

    /// A copy of the engine places an order.
    mutating func placeAsCopy(_ chance: UInt64, epoch: Epoch, at now: Timestamp) {
        truth.placeAsCopy(chance, epoch: epoch, at: now)
    }

    /// The copy is stopped, and its orders are cancelled.
    func endCopies(at now: Timestamp) { truth.endCopies(at: now) }

    /// The user places an order of his own, far from the market.
    mutating func placeByHand(_ chance: UInt64, at now: Timestamp) {
        truth.placeByHand(chance, at: now)
    }
}
