package import Engine
package import Projections
package import Trading

/// A venue that answers requests by chance: accepts, fills in parts, triggers, cancels, refuses,
/// says things twice, too late and beyond what was asked.
package struct TinyVenue: Sendable {
    private struct Resting: Sendable {
        let id: OrderID
        var terms: OrderTerms
        var rest: Quantity
        var isOver = false
    }

    private var random: SeededRandom
    private var orders: [Resting] = []
    private var sent: [VenueReport] = []
    private var waiting: [VenueReport] = []
    private var report: UInt64 = 0
    private var execution: UInt128 = 0

    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// Takes a request.
    package mutating func receive(_ request: VenueRequest, price: Price) {
        switch request {
        case .place(let id, let terms): place(id, terms, price)
        case .cancel(let id):
            guard let place = orders.firstIndex(where: { $0.id == id && !$0.isOver }) else {
                return say(id, .cancelRejected(.alreadyEnded))
            }
            switch random.int(0...9) {
            case 0: say(id, .cancelRejected(.other))
            case 1:
                fill(place, orders[place].rest, price)
                say(id, .cancelRejected(.alreadyEnded))
            default:
                orders[place].isOver = true
                say(id, .cancelled)
                if random.chance(5) { late(place, price) }
            }
        case .amend(let id, let quantity, let limit, let trigger):
            guard let place = orders.firstIndex(where: { $0.id == id && !$0.isOver }),
                quantity > orders[place].terms.quantity - orders[place].rest
            else { return say(id, .amendRejected(.alreadyEnded)) }
            if random.chance(10) {
                return say(id, .amendRejected(random.chance(30) ? .wouldTrigger : .other))
            }
            orders[place].rest = quantity - (orders[place].terms.quantity - orders[place].rest)
            orders[place].terms.quantity = quantity
            say(id, .amended(quantity: quantity, price: limit, trigger: trigger))
        }
    }

    private mutating func place(_ id: OrderID, _ terms: OrderTerms, _ price: Price) {
        if random.chance(8) {
            let reason = RejectionReason.allCases[random.int(0...12)]
            return say(id, .rejected(reason))
        }
        orders.append(Resting(id: id, terms: terms, rest: terms.quantity))
        if orders.count > 50 { orders.removeFirst() }
        let last = orders.count - 1
        if random.chance(95) { say(id, .accepted(venueOrder: VenueID(UInt128(id.rawValue)))) }
        guard terms.type == .market else { return }
        if random.chance(85) { fill(last, part(of: terms), price) }
        if orders[last].rest.isPositive && random.chance(40) {
            fill(last, orders[last].rest, price)
        }
        if !orders[last].isOver {
            orders[last].isOver = true
            say(id, .expired(.noLiquidity))
        }
    }

    /// Lets something happen to what rests, and to the account.
    package mutating func live(price: Price, state: TradingState) {
        for place in orders.indices where !orders[place].isOver && random.chance(10) {
            if orders[place].terms.type == .stopMarket {
                say(orders[place].id, .triggered)
                fill(place, part(of: orders[place].terms), price)
                if !orders[place].isOver {
                    orders[place].isOver = true
                    say(orders[place].id, .expired(.noLiquidity))
                }
            } else {
                fill(place, part(of: orders[place].terms), price)
            }
        }
        if random.chance(1), let old = sent.randomElement(using: &random) { waiting.append(old) }
        if random.chance(1) { say(OrderID(random.next() >> 40), .cancelled) }
        account(price, state)
    }

    private mutating func account(_ price: Price, _ state: TradingState) {
        let place = random.int(0...state.instruments.count - 1)
        let held = state.instruments[place]
        guard held.instrument.market == .perpetual, !held.position.quantity.isZero else { return }
        let instrument = held.instrument.id
        if random.chance(5) {
            let amount = Money(Decimal(units: Int128(random.int(-1_000_000...1_000_000))))
            say(
                OrderID(0),
                .funding(instrument: instrument, amount: amount, rate: number("0.0001"))
            )
        } else if random.chance(1) {
            let side: Side = held.position.quantity.isPositive ? .sell : .buy
            let fill = execution(held.position.quantity.magnitude, price)
            say(OrderID(0), .liquidated(instrument: instrument, side: side, fill))
        }
    }

    /// The reports of now, in order.
    package mutating func takeReports() -> [VenueReport] {
        defer { waiting.removeAll() }
        return waiting
    }

    private mutating func part(of terms: OrderTerms) -> Quantity {
        let part = Quantity(terms.quantity.value.times(Decimal(random.int(1...4)), .down))
        let quarter = Quantity(part.value.divided(by: Decimal(4), .down))
        return max(
            quantity("0.001"),
            Quantity(quarter.value.rounded(toMultipleOf: number("0.001"), .down))
        )
    }

    private mutating func fill(_ place: Int, _ wanted: Quantity, _ price: Price) {
        let amount = min(wanted, orders[place].rest)
        guard amount.isPositive else { return }
        orders[place].rest -= amount
        let fill = execution(amount, price)
        say(orders[place].id, .filled(fill))
        // The same execution, once more under another number.
        if random.chance(5) { say(orders[place].id, .filled(fill)) }
        if orders[place].rest.isZero { orders[place].isOver = true }
    }

    /// A fill that comes after the end, beyond what was asked where the order was filled.
    private mutating func late(_ place: Int, _ price: Price) {
        let fill = execution(quantity("0.001"), price)
        say(orders[place].id, .filled(fill))
    }

    private mutating func execution(_ quantity: Quantity, _ price: Price) -> Execution {
        execution += 1
        let fee = quantity.notional(at: price, .up).times(number("0.001"), .up)
        let isBase = random.chance(30)
        return Execution(
            id: VenueID(execution),
            price: price,
            quantity: quantity,
            fee: isBase ? Money(quantity.value.times(number("0.001"), .up)) : fee,
            feeAsset: AssetID(isBase ? 0 : 1),
            liquidity: random.chance(50) ? .maker : .taker
        )
    }

    private mutating func say(_ order: OrderID, _ body: VenueReport.Body) {
        report += 1
        let made = VenueReport(id: report, order: order, time: moment(0), body: body)
        sent.append(made)
        if sent.count > 20 { sent.removeFirst() }
        waiting.append(made)
    }
}

/// A history that the engine and a tiny venue make together by chance.
package struct RandomHistory: Sendable {
    /// All events so far.
    package private(set) var events: [EventEnvelope] = []
    /// All inputs so far, with their times.
    package private(set) var inputs: [(time: Timestamp, input: Input)] = []
    /// What the engine decides on.
    package private(set) var turn: Turn
    /// The engine that decides.
    package private(set) var engine: Engine
    private var venue: TinyVenue
    private var random: SeededRandom
    private var level = 1000
    private var now = moment(0)
    private var pause: TimeSpan

    /// Begins with a spot, a perpetual and a signal instrument.
    ///
    /// - Parameters:
    ///   - seed: What decides everything that happens.
    ///   - pause: The longest time between two steps.
    package init(seed: UInt64, pause: TimeSpan = TimeSpan(seconds: 3)) {
        random = SeededRandom(seed: seed)
        venue = TinyVenue(seed: seed &+ 1)
        self.pause = pause
        let listings = [
            CoreFixture.listing(.spot, id: 0),
            CoreFixture.listing(.perpetual, id: 1),
            CoreFixture.listing(.perpetual, id: 2, symbol: "ETHUSDT", base: "ETH"),
        ]
        turn = CoreFixture.begun(listings)
        engine = Engine(plans: Self.plans)
        events = turn.events
        turn.clear()
    }

    /// The plans of the three instruments.
    package static var plans: [InstrumentPlan] {
        var spot = CoreFixture.plan
        spot.takeProfitFraction = number("0.02")
        spot.trailing = TrailingPlan(
            activation: number("0.005"),
            callback: number("0.005"),
            minimumStep: number("0.001"),
            minimumInterval: TimeSpan(seconds: 1)
        )
        var perpetual = CoreFixture.plan
        perpetual.allowsShort = true
        perpetual.takeProfitFraction = number("0.02")
        perpetual.takeProfitRests = true
        perpetual.entry = EntryPlan(
            type: .limit,
            timeInForce: .goodTillCancelled,
            offsetTicks: 1,
            timeout: TimeSpan(seconds: 20)
        )
        var signals = perpetual
        signals.strategy = .signals(SignalPlan(threshold: number("70")))
        signals.maximumHolding = TimeSpan(seconds: 120)
        return [spot, perpetual, signals]
    }

    /// Tells the engine one more thing, and the venue's answers to it.
    package mutating func step() {
        now = now + TimeSpan(nanoseconds: Int64(random.int(0...Int(pause.nanoseconds))))
        level = max(500, level + random.int(-10...10))
        tell(nextInput())
        venue.live(price: mid, state: turn.state)
        deliver()
    }

    /// Lets an operator correct something; false where the engine refuses.
    package mutating func correct(_ correction: Correction) -> Bool {
        turn.begin(at: now)
        let made = CorrectionMade(
            by: "ops",
            reason: "chance",
            undoes: SequenceNumber(0),
            correction: correction
        )
        do throws(CorrectionRefusal) {
            _ = try engine.correct(made, &turn)
        } catch {
            return false
        }
        handOver()
        return true
    }

    private var mid: Price { Price(Decimal(level)) }

    private mutating func deliver() {
        var rounds = 0
        while rounds < 5 {
            let reports = venue.takeReports()
            if reports.isEmpty { break }
            for report in reports { tell(.report(report)) }
            rounds += 1
        }
    }

    private mutating func nextInput() -> Input {
        switch random.int(0...99) {
        case 0...14: .tick
        case 15...24:
            .signal(
                ScoredSignal(
                    id: "s\(random.int(0...500))",
                    symbol: random.chance(90) ? "ETHUSDT" : "XUSDT",
                    side: random.chance(50) ? .buy : .sell,
                    score: Decimal(random.int(50...100)),
                    time: now
                )
            )
        case 25: .condition(.killSwitch, isActive: true)
        case 26...28: .condition(.killSwitch, isActive: false)
        default: .market(slice())
        }
    }

    private mutating func slice() -> MarketSlice {
        var slice = MarketSlice(instrument: InstrumentID(UInt16(random.int(0...2))), depth: 2)
        if random.chance(2) {
            slice.changes = .bookLost
            return slice
        }
        slice.changes = .book
        slice.bids = [BookLevel(price: mid, quantity: Quantity(Decimal(random.int(1...10))))]
        slice.asks = [
            BookLevel(price: mid + price("0.1"), quantity: Quantity(Decimal(random.int(1...10))))
        ]
        return slice
    }

    private mutating func tell(_ input: Input) {
        inputs.append((now, input))
        turn.begin(at: now)
        engine.decide(input, &turn)
        handOver()
    }

    private mutating func handOver() {
        events += turn.events
        let requests = turn.requests
        turn.clear()
        for request in requests { venue.receive(request, price: mid) }
    }
}
