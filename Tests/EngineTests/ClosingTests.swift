import Engine
import Projections
import TestSupport
import Testing
import Trading

@Suite struct `A watched take profit` {
    private static func open() -> EngineScenario {
        var scenario = EngineScenario { $0.takeProfitFraction = number("0.1") }
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        return scenario
    }

    @Test func `is taken at its price and not short of it`() {
        var scenario = Self.open()
        scenario.expect("quote 109.9 | 111")
        scenario.expect("quote 110 | 111", "deal closing: take profit", "cancel stop")
    }

    @Test func `sells only after the stop has given its quantity back`() {
        var scenario = Self.open()
        scenario.given("quote 110 | 111")
        scenario.expect("tick 1")
        scenario.expect("stop cancelled", "exit: sell 1 market")
        scenario.expect("exit accepted")
        scenario.expect("exit filled 1 @ 110", "deal closed: take profit, profit 10, dust 0")
    }

    /// The stop may be gone already.
    @Test func `that waits for the end of its stop for too long calls a person`() {
        var scenario = Self.open()
        scenario.given("quote 110 | 111")
        scenario.expect("tick 29.999999999")
        scenario.expect(
            "tick 0.000000001",
            "alarm: deal 6 in BTCUSDT: 1 are held and 0 are sure to be protected for 30 s, waiting "
                + "for an exit"
        )
    }

    @Test func `of a contract is protected while it waits for its exit`() {
        var scenario = EngineScenario(.perpetual) { $0.takeProfitFraction = number("0.1") }
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("quote 110 | 111")
        scenario.expect("tick 60")
    }

    @Test func `is done by the stop where that is filled before its cancel`() {
        var scenario = Self.open()
        scenario.given("quote 110 | 111", "stop triggered")
        scenario.expect("stop filled 1 @ 95", "deal closed: take profit, profit -5, dust 0")
        scenario.expect("stop cancel-rejected alreadyEnded")
        #expect(scenario.account == "0 @ 0, BTC 0, USDT 9995")
    }

    @Test func `asks for the cancel again a second after it was refused`() {
        var scenario = Self.open()
        scenario.given("quote 110 | 111")
        scenario.expect("stop cancel-rejected other")
        scenario.expect("tick 0.5")
        scenario.expect("tick 0.5", "cancel stop")
    }

    @Test func `of a short deal is taken at its price`() {
        var scenario = EngineScenario(.perpetual) { plan in
            plan.takeProfitFraction = number("0.1")
            plan.allowsShort = true
        }
        scenario.given("book 100 x 1 | 100.1 x 9", "entry filled 1 @ 100", "stop accepted")
        scenario.expect("quote 89 | 90.1")
        scenario.expect(
            "quote 89 | 90",
            "deal closing: take profit",
            "exit: buy 1 market reduce-only"
        )
    }
}

@Suite struct `A resting take profit` {
    private static func plan(_ plan: inout InstrumentPlan) {
        plan.takeProfitFraction = number("0.1")
        plan.takeProfitRests = true
        plan.entry = EntryPlan(
            type: .limit,
            timeInForce: .goodTillCancelled,
            offsetTicks: 0,
            timeout: TimeSpan(seconds: 10)
        )
    }

    @Test func `is placed beside the stop, grows with the entry and ends the deal`() {
        var scenario = EngineScenario(.perpetual, Self.plan)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted")
        scenario.expect(
            "entry filled 0.4 @ 100",
            "deal open: entry filled",
            "stop: sell 0.4 stop 95 reduce-only",
            "take-profit: sell 0.4 @ 110 GTC reduce-only"
        )
        scenario.given("stop accepted", "target accepted")
        scenario.expect(
            "entry filled 0.6 @ 100",
            "amend stop to 1 stop 95",
            "amend take-profit to 1 @ 110"
        )
        scenario.given("stop amended", "target amended")
        scenario.expect("target filled 1 @ 110", "cancel stop")
        scenario.expect("stop cancelled", "deal closed: take profit, profit 10, dust 0")
    }

    @Test func `that is filled in part makes the stop smaller`() {
        var scenario = EngineScenario(.perpetual, Self.plan)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted", "entry filled 1 @ 100")
        scenario.given("stop accepted", "target accepted")
        scenario.expect("target filled 0.4 @ 110", "amend stop to 0.6 stop 95")
    }

    @Test func `is not asked for while what is held is too little`() {
        var scenario = EngineScenario(.perpetual, Self.plan)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted")
        scenario.expect("entry filled 0.001 @ 100", "deal open: entry filled")
        scenario.expect("tick 1")
    }

    @Test func `that is refused does not count against the stop`() {
        var scenario = EngineScenario(.perpetual, Self.plan)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted", "entry filled 0.4 @ 100")
        scenario.given("stop accepted", "target accepted", "entry filled 0.6 @ 100")
        scenario.expect("target amend-rejected other")
        #expect(scenario.deal?.failures == 0)
    }
}

@Suite struct `An exit` {
    private static func closing() -> EngineScenario {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("book 99 x 1 | 100 x 9", "stop cancelled")
        return scenario
    }

    @Test func `that fails is tried again after a second`() {
        var scenario = Self.closing()
        scenario.expect("exit rejected other")
        scenario.expect("tick 0.999999999")
        scenario.expect("tick 0.000000001", "exit: sell 1 market")
    }

    @Test func `that is filled in part sells the rest after a second`() {
        var scenario = Self.closing()
        scenario.given("exit accepted", "exit filled 0.3 @ 99")
        scenario.expect("exit expired noLiquidity")
        scenario.expect("tick 1", "exit: sell 0.7 market")
    }

    @Test(arguments: [["exit rejected other"], ["exit accepted", "exit expired noLiquidity"]])
    func `that fails five times in a row raises one alarm and is tried on`(failure: [String]) {
        var scenario = Self.closing()
        for _ in 1...4 {
            for step in failure { scenario.expect(step) }
            scenario.expect("tick 1", "exit: sell 1 market")
        }
        for step in failure { scenario.expect(step) }
        let why = failure.count == 1 ? "other" : "no liquidity"
        scenario.expect(
            "tick 1",
            "alarm: deal 6 in BTCUSDT cannot be closed: \(why)",
            "exit: sell 1 market"
        )
        // Less and less often: what is not held any more cannot be sold.
        for pause in [2, 4, 8, 16, 30, 30] {
            for step in failure { scenario.expect(step) }
            scenario.expect("tick \(pause - 1)")
            scenario.expect("tick 1", "exit: sell 1 market")
        }
    }

    @Test func `that fills a little forgets the failures before`() {
        var scenario = Self.closing()
        scenario.given("exit rejected other", "tick 1", "exit accepted", "exit filled 0.1 @ 99")
        #expect(scenario.deal?.failures == 0)
    }

    /// In a crash the best bid is far away for a moment: what was bought is not dust by it.
    @Test func `is tried where the price says for a moment that it is worth nothing`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("book 99 x 1 | 100 x 9", "quote 1 | 100")
        scenario.expect("stop cancelled", "exit: sell 1 market")
        scenario.expect("exit rejected belowMinimum")
        scenario.given("quote 90 | 91")
        scenario.expect("tick 1", "exit: sell 1 market")
        scenario.expect(
            "exit filled 1 @ 90",
            "deal closed: signal, profit -10, dust 0"
        )
    }

    @Test func `that stays worth nothing is told and left`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("book 99 x 1 | 100 x 9", "stop cancelled", "quote 1 | 100")
        scenario.given("exit rejected belowMinimum", "tick 30", "exit rejected belowMinimum")
        scenario.given("wait 29")
        scenario.expect("tick 0.999999999", "exit: sell 1 market")
        scenario.given("exit rejected belowMinimum")
        scenario.expect(
            "tick 0.000000001",
            "alarm: deal 6 in BTCUSDT: 1 bought at 100 are worth less than the least order and "
                + "are left as they are",
            "deal closed: signal, profit 0, dust 1"
        )
    }

    @Test func `waits for nothing when time is up`() {
        var scenario = EngineScenario { $0.maximumHolding = TimeSpan(seconds: 60) }
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("wait 59")
        scenario.expect("tick 0.999999999")
        scenario.expect("tick 0.000000001", "deal closing: time limit", "cancel stop")
    }

    @Test func `is not decided while the book is out of step`() {
        var scenario = EngineScenario { $0.takeProfitFraction = number("0.1") }
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted", "lost")
        scenario.expect("quote 120 | 121")
    }

    @Test func `leaves what a fee in the base asset made too small for the next deal`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100 fee 0.0015 BTC")
        scenario.given("stop accepted", "stop triggered")
        scenario.expect(
            "stop filled 0.998 @ 100",
            "deal closed: stop loss, profit -0.149924887330996495, dust 0.0005"
        )
        scenario.given("book 99 x 9 | 100 x 1")
        scenario.expect(
            "entry filled 1 @ 100 fee 0.0005 BTC",
            "deal open: entry filled",
            "stop: sell 1 stop 95"
        )
    }

    @Test func `of a deal is the venue's where it liquidates`() {
        var scenario = EngineScenario(.perpetual)
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.expect(
            "liquidated sell 1 @ 91 fee 0.5 USDT",
            "alarm: BTCUSDT-PERP was liquidated by the venue",
            "deal closing: liquidation",
            "cancel stop"
        )
        scenario.expect("stop cancelled", "deal closed: liquidation, profit -9.5, dust 0")
        #expect(scenario.account == "0 @ 0, BTC 0, USDT 9990.5")
    }

    @Test func `counts funding in the result`() {
        var scenario = EngineScenario(.perpetual)
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.expect("funding -1.25")
        scenario.given("stop triggered")
        scenario.expect("stop filled 1 @ 95", "deal closed: stop loss, profit -6.25, dust 0")
        #expect(scenario.state.metrics.funding == money("-1.25"))
    }
}

@Suite struct `An entry that rests` {
    private static func resting() -> EngineScenario {
        var scenario = EngineScenario(.spot, `The protective stop`.resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted")
        scenario.expect("tick 1")
        return scenario
    }

    @Test func `is cancelled where nothing is to be opened`() {
        var scenario = Self.resting()
        scenario.given("kill on")
        scenario.expect("tick 1", "cancel entry")
        scenario.expect("entry cancelled", "deal closed: entry not filled, profit 0, dust 0")
    }

    @Test func `is cancelled where a case blocks its instrument`() {
        var scenario = Self.resting()
        _ = scenario.block(.instrument, "BTCUSDT")
        scenario.expect("tick 1", "cancel entry")
    }

    @Test func `is left with what it filled under its stop`() {
        var scenario = Self.resting()
        scenario.given("entry filled 0.2 @ 100", "stop accepted", "kill on")
        scenario.expect("tick 1", "cancel entry")
        scenario.expect("entry cancelled")
        #expect(scenario.order(.stop)?.isLive == true)
    }
}
