import Engine
import Projections
import TestSupport
import Testing
import Trading

/// An entry of 100 USDT passes the gate, or is refused with limit and actual value.
@Suite struct `The risk gate` {
    private static let entered = ["deal opened: buy", "entry: buy 1 market"]
    private static let look = "book 99 x 9 | 100 x 1"

    private static func limits(_ change: (inout RiskParameters) -> Void) -> RiskParameters {
        var risk = CoreFixture.wideLimits
        change(&risk)
        return risk
    }

    /// What becomes of an entry of 1 BTC at 100 USDT.
    private static func entry(
        _ market: Market = .spot,
        _ risk: RiskParameters,
        usdt: String = "10000",
        after given: (inout EngineScenario) -> Void = { _ in }
    ) -> [String] {
        var scenario = EngineScenario(market, risk: risk, usdt: usdt)
        given(&scenario)
        var slice = MarketSlice(instrument: InstrumentID(0), depth: 1)
        slice.changes = .book
        slice.bids = [BookLevel(price: price("99"), quantity: quantity("9"))]
        slice.asks = [BookLevel(price: price("100"), quantity: quantity("1"))]
        return scenario.tell(.market(slice))
    }

    private static func banded(_ market: Market = .spot) -> EngineScenario {
        EngineScenario(market) { plan in plan.priceBand = number("0.05") }
    }

    @Test func `holds the band around the price of a second ago`() {
        var scenario = Self.banded()
        scenario.given("book 99 x 5 | 101 x 5", "wait 5")
        // The middle was 100: 105 is at the band, 105.1 beyond it.
        scenario.expect(
            "book 104.9 x 9 | 105.1 x 1",
            "refused: price outside its band, limit 0.05, actual 0.051"
        )
        scenario.given("wait 1.5", "book 104.9 x 5 | 105.1 x 5", "wait 1.5")
        scenario.given("book 104.9 x 9 | 105.1 x 1")
        #expect(scenario.deal != nil)
    }

    @Test func `lets a price at the band pass`() {
        var scenario = Self.banded()
        scenario.given("book 99 x 5 | 101 x 5", "wait 5", "book 104 x 9 | 105 x 1")
        #expect(scenario.deal != nil)
    }

    @Test func `trusts the mark of a contract while it is told`() {
        var scenario = Self.banded(.perpetual)
        scenario.given("book 99 x 5 | 101 x 5")
        var slice = MarketSlice(instrument: InstrumentID(0), depth: 1)
        slice.changes = .mark
        slice.mark.price = price("100")
        _ = scenario.tell(.market(slice))
        scenario.given("wait 5", "book 106 x 5 | 108 x 5", "wait 3")
        scenario.expect(
            "book 106 x 9 | 108 x 1",
            "refused: price outside its band, limit 0.05, actual 0.08"
        )
        scenario.given("wait 9", "book 106 x 5 | 108 x 5", "book 106 x 9 | 108 x 1")
        #expect(scenario.deal != nil)
    }

    @Test func `lets protection and exits pass outside the band`() {
        var scenario = Self.banded()
        scenario.given("book 99 x 5 | 101 x 5", "wait 5", "book 100 x 9 | 101 x 1")
        scenario.given("entry accepted", "book 60 x 5 | 61 x 5", "entry filled 0.9 @ 61")
        #expect(scenario.order(.stop) != nil || scenario.order(.exit) != nil)
    }

    @Test(arguments: [
        ("100", nil), ("99.999", "refused: position too large, limit 99.999, actual 100"),
    ])
    func `holds the position size`(limit: String, refusal: String?) {
        let risk = Self.limits { $0.maximumPositionSize = money(limit) }
        #expect(Self.entry(.spot, risk) == (refusal.map { [$0] } ?? Self.entered))
    }

    @Test(arguments: [
        ("100", nil), ("99.999", "refused: exposure too large, limit 99.999, actual 100"),
    ])
    func `holds the exposure`(limit: String, refusal: String?) {
        let risk = Self.limits { $0.maximumExposure = money(limit) }
        #expect(Self.entry(.spot, risk) == (refusal.map { [$0] } ?? Self.entered))
    }

    @Test(arguments: [
        ("100", nil), ("100.001", "refused: order too small, limit 100.001, actual 100"),
    ])
    func `holds the order size`(limit: String, refusal: String?) {
        let risk = Self.limits { $0.minimumOrderSize = money(limit) }
        #expect(Self.entry(.spot, risk) == (refusal.map { [$0] } ?? Self.entered))
    }

    @Test(arguments: [
        (1, nil), (0, "refused: too many open deals, limit 0, actual 1"),
    ])
    func `holds the number of deals`(limit: Int, refusal: String?) {
        let risk = Self.limits { $0.maximumOpenDeals = limit }
        #expect(Self.entry(.spot, risk) == (refusal.map { [$0] } ?? Self.entered))
    }

    @Test(arguments: [
        ("100", nil), ("99.999", "refused: insufficient balance, limit 99.999, actual 100"),
    ])
    func `holds the balance on spot`(balance: String, refusal: String?) {
        let result = Self.entry(.spot, CoreFixture.wideLimits, usdt: balance)
        #expect(result == (refusal.map { [$0] } ?? Self.entered))
    }

    @Test(arguments: [
        ("10.2", nil), ("10.199", "refused: insufficient balance, limit 10.199, actual 10.2"),
    ])
    func `holds margin and fee on a perpetual`(balance: String, refusal: String?) {
        let result = Self.entry(.perpetual, CoreFixture.wideLimits, usdt: balance)
        #expect(result == (refusal.map { [$0] } ?? Self.entered))
    }

    @Test(arguments: [
        ("-9.999", nil), ("-10", "refused: daily loss reached, limit 10, actual 10"),
    ])
    func `ends entries for the day at its loss`(result: String, refusal: String?) {
        let risk = Self.limits { $0.maximumDailyLoss = money("10") }
        let made = Self.entry(.perpetual, risk) { $0.given("funding \(result)") }
        #expect(made == (refusal.map { [$0] } ?? Self.entered))
    }

    @Test func `allows entries again on the next day in UTC`() {
        let risk = Self.limits { $0.maximumDailyLoss = money("10") }
        let last = Self.entry(.perpetual, risk) { scenario in
            scenario.given("funding -10", "wait 86399.999999999")
        }
        #expect(last == ["refused: daily loss reached, limit 10, actual 10"])
        let next = Self.entry(.perpetual, risk) { scenario in
            scenario.given("funding -10", "wait 86400")
        }
        #expect(next == Self.entered)
    }

    @Test(arguments: [("-9.999", false), ("-10", true)])
    func `pauses at its drawdown from the best result`(result: String, pauses: Bool) {
        let risk = Self.limits { $0.maximumDrawdown = money("10") }
        let made = Self.entry(.perpetual, risk) { $0.given("funding 5", "funding \(result)") }
        let paused = [
            "refused: drawdown reached, limit 10, actual 10", "alarm: paused: drawdown reached",
            "paused: drawdown reached",
        ]
        #expect(made == (pauses ? paused : Self.entered))
    }

    /// A stop that follows the price where the venue cannot change it is no new order.
    @Test func `counts no stop that takes the place of another`() {
        let risk = Self.limits { $0.maximumOrderRate = 3 }
        var scenario = EngineScenario(.spot, risk: risk) { plan in
            plan.amendsStops = false
            plan.entry = EntryPlan(
                type: .limit,
                timeInForce: .goodTillCancelled,
                offsetTicks: 0,
                timeout: TimeSpan(seconds: 1000)
            )
        }
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted")
        for _ in 0..<5 {
            scenario.given("entry filled 0.1 @ 100", "stop accepted", "tick 1")
            scenario.given("stop cancelled", "stop accepted")
        }
        #expect(RiskGate.recentOrders(in: scenario.state, now: scenario.now) == 2)
        #expect(scenario.state.requestTimes.count > 3)
    }

    @Test(arguments: [(60, 3, true), (60, 4, false), (61, 3, false)])
    func `pauses at its order rate`(seconds: Int, rate: Int, pauses: Bool) {
        let risk = Self.limits { $0.maximumOrderRate = rate }
        // Entry, stop and the stop's cancel are three requests.
        let made = Self.entry(.spot, risk) { scenario in
            scenario.given(Self.look, "entry filled 1 @ 100", "stop accepted")
            scenario.given("stop triggered", "stop filled 1 @ 95")
            scenario.given(Self.look, "entry rejected other", "wait \(seconds)")
        }
        let paused = [
            "refused: order rate reached, limit 3, actual 4",
            "alarm: paused: order rate reached", "paused: order rate reached",
        ]
        #expect(made == (pauses ? paused : Self.entered))
    }

    @Test func `lets exits pass its order rate`() {
        let risk = Self.limits { $0.maximumOrderRate = 1 }
        var scenario = EngineScenario(risk: risk)
        scenario.given(Self.look)
        scenario.expect(
            "entry filled 1 @ 100",
            "deal open: entry filled",
            "stop: sell 1 stop 95"
        )
        scenario.given("stop accepted")
        scenario.expect("book 99 x 1 | 100 x 9", "deal closing: signal", "cancel stop")
        scenario.expect("stop cancelled", "exit: sell 1 market")
    }

    @Test func `refuses an order cut to nothing`() {
        var scenario = EngineScenario { $0.orderNotional = money("0.09") }
        scenario.expect(Self.look, "refused: order too small, limit 0.002, actual 0")
    }

    /// The stop is an order too, of what the fee left and at its own price.
    @Test func `refuses an entry on spot whose stop would be below the least order`() {
        var scenario = EngineScenario { $0.orderNotional = money("5.2") }
        scenario.expect(Self.look, "refused: order too small, limit 5, actual 4.845")
        var contract = EngineScenario(.perpetual) { $0.orderNotional = money("5.2") }
        contract.given(Self.look)
        #expect(contract.order(.entry)?.terms.quantity == quantity("0.052"))
    }

    /// Each limit that is broken is named before those behind it.
    @Test func `names the first limit that is broken, in its order`() {
        var broken = RiskParameters.closed
        broken.minimumOrderSize = money("101")
        broken.maximumDailyLoss = money("1")
        broken.maximumDrawdown = money("1")
        let mend: [(String, (inout RiskParameters) -> Void)] = [
            ("daily loss reached", { $0.maximumDailyLoss = .zero }),
            ("drawdown reached", { $0.maximumDrawdown = .zero }),
            ("order rate reached", { $0.maximumOrderRate = 100 }),
            ("order too small", { $0.minimumOrderSize = .zero }),
            ("too many open deals", { $0.maximumOpenDeals = 1 }),
            ("position too large", { $0.maximumPositionSize = money("100") }),
            ("exposure too large", { $0.maximumExposure = money("100") }),
        ]
        for (name, change) in mend {
            let made = Self.entry(.perpetual, broken, usdt: "1") { $0.given("funding -1") }
            #expect(made.first?.hasPrefix("refused: \(name),") == true, "\(made)")
            change(&broken)
        }
        let made = Self.entry(.perpetual, broken, usdt: "1") { $0.given("funding -1") }
        #expect(made == ["refused: insufficient balance, limit 0, actual 10.2"])
    }

    @Test func `judges an entry without a price or on a short spot deal as impossible`() {
        let scenario = EngineScenario()
        let terms = OrderTerms(
            instrument: InstrumentID(0),
            side: .sell,
            type: .market,
            timeInForce: .immediateOrCancel,
            quantity: quantity("1")
        )
        let state = scenario.state
        let now = moment(0)
        #expect(
            RiskGate.verdict(on: terms, at: price("100"), in: state, now: now)?.refusal
                == .wouldShortSpot
        )
        #expect(
            RiskGate.verdict(on: terms, at: .zero, in: state, now: now)?.refusal
                == .noReferencePrice
        )
    }
}

@Suite struct `An open case` {
    private static let scopes: [(Market, BlockReach, String, Bool)] = [
        (.spot, .instrument, "BTCUSDT", true), (.spot, .asset, "USDT", true),
        (.spot, .asset, "BTC", true), (.spot, .asset, "ETH", false), (.spot, .market, "spot", true),
        (.spot, .market, "perpetual", false), (.perpetual, .instrument, "BTCUSDT-PERP", true),
        (.perpetual, .asset, "USDT", true), (.perpetual, .asset, "BTC", false),
        (.perpetual, .market, "perpetual", true), (.perpetual, .market, "spot", false),
    ]

    @Test(arguments: scopes)
    func `refuses entries in its scope, and nowhere else`(
        market: Market,
        reach: BlockReach,
        name: String,
        blocks: Bool
    ) {
        var scenario = EngineScenario(market)
        let block = scenario.block(reach, name)
        scenario.given("wait 5")
        guard blocks else {
            scenario.expect("book 99 x 9 | 100 x 1", "deal opened: buy", "entry: buy 1 market")
            return
        }
        scenario.expect(
            "book 99 x 9 | 100 x 1",
            "refused: blocked by an open case, limit 0, actual \(block)"
        )
    }

    @Test func `lets a position be protected and left`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry accepted")
        _ = scenario.block(.instrument, "BTCUSDT")
        scenario.expect(
            "entry filled 1 @ 100",
            "deal open: entry filled",
            "stop: sell 1 stop 95"
        )
        scenario.given("stop accepted")
        scenario.expect(
            "liquidated sell 0.5 @ 99",
            "alarm: BTCUSDT was liquidated by the venue",
            "deal closing: liquidation",
            "cancel stop"
        )
    }

    @Test func `blocks no more once it is released or not found`() {
        for end in BlockEnd.allCases {
            var scenario = EngineScenario()
            let block = scenario.block(.instrument, "BTCUSDT")
            let by = end == .released ? "ops" : ""
            scenario.emit(.blockEnded(BlockEnded(block: block, end: end, by: by)))
            scenario.expect("book 99 x 9 | 100 x 1", "deal opened: buy", "entry: buy 1 market")
        }
    }
}

@Suite struct `What is not proven` {
    private static func pending(_ change: (inout RiskParameters) -> Void) -> EngineScenario {
        var risk = CoreFixture.wideLimits
        change(&risk)
        var scenario = EngineScenario(risk: risk)
        scenario.given("book 99 x 9 | 100 x 1")
        return scenario
    }

    /// A pending entry binds its whole notional; so does one whose outcome is unknown.
    @Test(arguments: [false, true])
    func `counts in full as exposure and balance`(isUnknown: Bool) {
        var scenario = Self.pending { _ in }
        if isUnknown, let entry = scenario.order(.entry) {
            let unknown = OutcomeUnknown(order: entry.id, request: .place, why: "timed out")
            scenario.emit(.outcomeUnknown(unknown))
        }
        #expect(scenario.state.exposure == money("100"))
        #expect(scenario.state.available(AssetID(1)) == money("9900"))
    }

    @Test func `of an entry filled in part is its rest`() {
        var scenario = Self.pending { _ in }
        scenario.given("entry accepted", "entry filled 0.4 @ 90")
        #expect(scenario.state.exposure == money("96"))
        #expect(scenario.state.available(AssetID(1)) == money("9904"))
    }

    @Test func `of a stop binds what it would sell`() {
        var scenario = Self.pending { _ in }
        scenario.given("entry filled 1 @ 100")
        #expect(scenario.state.locked(AssetID(0)) == money("1"))
    }

    @Test func `ends with the order`() {
        var scenario = Self.pending { _ in }
        scenario.given("entry rejected other")
        #expect(scenario.state.exposure == .zero)
        #expect(scenario.state.available(AssetID(1)) == money("10000"))
    }
}
