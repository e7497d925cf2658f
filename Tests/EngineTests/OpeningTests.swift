import Engine
import Projections
import TestSupport
import Testing
import Trading

@Suite struct `The imbalance of the book` {
    /// Bid and ask volume, and what is proposed where a short deal is allowed.
    @Test(arguments: [
        ("6", "2", "buy"), ("5.999", "2", "nothing"), ("6", "2.001", "nothing"),
        ("2", "6", "sell"), ("2", "5.999", "nothing"), ("2.001", "6", "nothing"),
        ("3", "1", "buy"), ("2.999", "0.5", "nothing"), ("1", "3", "sell"),
        ("0.5", "2.999", "nothing"), ("4", "4", "nothing"),
    ])
    func `opens a deal at its thresholds and not short of them`(
        bid: String,
        ask: String,
        expected: String
    ) {
        var scenario = EngineScenario(.perpetual) { $0.allowsShort = true }
        scenario.given("book 99 x \(bid) | 101 x \(ask)")
        #expect(scenario.deal.map { $0.side.name } ?? "nothing" == expected)
    }

    @Test func `counts as many levels as its depth`() {
        var scenario = EngineScenario()
        scenario.expect("book 99 x 3, 98 x 2 | 101 x 1, 102 x 1")
        scenario.expect(
            "book 99 x 3, 98 x 3, 97 x 1 | 101 x 1, 102 x 1, 103 x 100",
            "deal opened: buy",
            "entry: buy 0.99 market"
        )
    }

    @Test func `is kept as the evidence of the deal`() throws {
        var scenario = EngineScenario()
        scenario.given("book 99 x 4 | 101 x 1")
        let evidence = try #require(scenario.deal?.evidence)
        #expect(
            [evidence.score, evidence.bid.value, evidence.ask.value]
                == [number("0.8"), number("99"), number("101")]
        )
    }

    @Test func `is not looked at on a quote alone`() {
        var scenario = EngineScenario { $0.cooldown = TimeSpan(seconds: 5) }
        scenario.given("book 99 x 4 | 101 x 1", "entry rejected other")
        scenario.given("wait 10")
        scenario.expect("quote 99 | 101")
    }
}

@Suite struct `A sell signal` {
    @Test func `never opens a deal on spot`() {
        var scenario = EngineScenario { $0.allowsShort = true }
        scenario.expect("book 99 x 1 | 101 x 9")
    }

    @Test func `opens a short deal on a perpetual where that is allowed`() {
        var scenario = EngineScenario(.perpetual) { $0.allowsShort = true }
        scenario.expect(
            "book 100 x 1 | 101 x 9",
            "deal opened: sell",
            "entry: sell 1 market"
        )
        scenario.expect("entry accepted")
        scenario.expect(
            "entry filled 1 @ 100",
            "deal open: entry filled",
            "stop: buy 1 stop 105 reduce-only"
        )
        #expect(scenario.account == "-1 @ 100, BTC 0, USDT 10000, deal holds 1")
    }

    @Test func `opens nothing on a perpetual where short deals are not allowed`() {
        var scenario = EngineScenario(.perpetual)
        scenario.expect("book 100 x 1 | 101 x 9")
    }

    @Test func `closes a long deal on spot: first the stop, then the exit`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry accepted", "entry filled 1 @ 100")
        scenario.given("stop accepted")
        scenario.expect("book 99 x 1 | 100 x 9", "deal closing: signal", "cancel stop")
        scenario.expect("book 99 x 1 | 100 x 9")
        scenario.expect("stop cancelled", "exit: sell 1 market")
        scenario.expect("exit accepted")
        scenario.expect("exit filled 1 @ 99", "deal closed: signal, profit -1, dust 0")
        #expect(scenario.account == "0 @ 0, BTC 0, USDT 9999")
    }

    @Test func `closes a long deal on a perpetual under the protection of its stop`() {
        var scenario = EngineScenario(.perpetual)
        scenario.given("book 99 x 9 | 100 x 1", "entry accepted", "entry filled 1 @ 100")
        scenario.given("stop accepted")
        scenario.expect(
            "book 99 x 1 | 100 x 9",
            "deal closing: signal",
            "exit: sell 1 market reduce-only"
        )
        scenario.given("exit accepted")
        scenario.expect("exit filled 1 @ 99", "cancel stop")
        scenario.expect("stop cancelled", "deal closed: signal, profit -1, dust 0")
    }

    @Test func `changes nothing where the plan does not close on it`() {
        var scenario = EngineScenario { plan in
            var imbalance = CoreFixture.imbalance
            imbalance.closesOnOpposite = false
            plan.strategy = .imbalance(imbalance)
        }
        scenario.given("book 99 x 9 | 100 x 1", "entry accepted", "entry filled 1 @ 100")
        scenario.expect("book 99 x 1 | 100 x 9")
    }
}

@Suite struct `An entry` {
    private static func limit(_ ticks: Int) -> (inout InstrumentPlan) -> Void {
        { plan in
            plan.entry = EntryPlan(
                type: .limit,
                timeInForce: .goodTillCancelled,
                offsetTicks: ticks,
                timeout: TimeSpan(seconds: 10)
            )
            plan.allowsShort = true
        }
    }

    @Test(arguments: [
        (0, "buy 1.01 @ 99 GTC"), (3, "buy 1.007 @ 99.3 GTC"), (-10, "buy 1.02 @ 98 GTC"),
    ])
    func `at a limit rests its offset from the best bid`(ticks: Int, terms: String) {
        var scenario = EngineScenario(.spot, Self.limit(ticks))
        scenario.expect("book 99 x 9 | 101 x 1", "deal opened: buy", "entry: \(terms)")
    }

    @Test func `at a limit that sells rests its offset from the best ask`() {
        var scenario = EngineScenario(.perpetual, Self.limit(3))
        scenario.expect(
            "book 99 x 1 | 101 x 9",
            "deal opened: sell",
            "entry: sell 0.993 @ 100.7 GTC"
        )
    }

    @Test func `is sized by its multiplier and cut to the step`() {
        var scenario = EngineScenario { $0.sizeMultiplier = number("1.5") }
        scenario.expect("book 99 x 9 | 101 x 1", "deal opened: buy", "entry: buy 1.485 market")
    }

    @Test func `that rests too long is cancelled once, at its timeout`() {
        var scenario = EngineScenario(.spot, Self.limit(0))
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted", "entry filled 0.4 @ 100")
        scenario.given("stop accepted")
        scenario.expect("tick 9.999999999")
        scenario.expect("tick 0.000000001", "cancel entry")
        scenario.expect("tick 5")
        scenario.expect("entry cancelled")
        #expect(scenario.deal?.status == .open)
    }

    @Test func `that was not accepted in time is cancelled when it is`() {
        var scenario = EngineScenario(.spot, Self.limit(0))
        scenario.given("book 100 x 9 | 101 x 1")
        scenario.expect("tick 20")
        scenario.expect("entry accepted", "cancel entry")
    }

    @Test(arguments: ["rejected insufficientBalance", "expired wouldNotFill", "cancelled"])
    func `that ends without a fill abandons its deal`(end: String) {
        var scenario = EngineScenario(.spot, Self.limit(0))
        scenario.given("book 100 x 9 | 101 x 1")
        scenario.expect("entry \(end)", "deal closed: entry not filled, profit 0, dust 0")
        #expect(scenario.state.metrics.abandonedDeals == 1)
    }

    @Test func `waits for the pause after a deal that was abandoned`() {
        var scenario = EngineScenario { $0.cooldown = TimeSpan(seconds: 5) }
        scenario.given("book 99 x 9 | 100 x 1", "entry rejected other", "wait 4.999999999")
        scenario.expect("book 99 x 9 | 100 x 1")
        scenario.given("wait 0.000000001")
        scenario.expect("book 99 x 9 | 100 x 1", "deal opened: buy", "entry: buy 1 market")
    }

    @Test func `waits for the pause after a refusal`() {
        var risk = CoreFixture.wideLimits
        risk.maximumExposure = money("50")
        var scenario = EngineScenario(risk: risk) { $0.cooldown = TimeSpan(seconds: 5) }
        let refused = "refused: exposure too large, limit 50, actual 100"
        scenario.expect("book 99 x 9 | 100 x 1", refused)
        scenario.expect("book 99 x 9 | 100 x 1")
        scenario.given("wait 5")
        scenario.expect("book 99 x 9 | 100 x 1", refused)
    }

    @Test func `leaves one deal in an instrument at a time`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1")
        scenario.expect("book 99 x 9 | 100 x 1")
    }

    @Test func `is not made while the book is out of step`() {
        var scenario = EngineScenario()
        scenario.expect("lost")
        scenario.expect("quote 99 | 100")
        scenario.expect("book 99 x 9 | 100 x 1", "deal opened: buy", "entry: buy 1 market")
    }
}
