import Engine
import Projections
import TestSupport
import Testing
import Trading

@Suite struct `The protective stop` {
    static func resting(_ plan: inout InstrumentPlan) {
        plan.entry = EntryPlan(
            type: .limit,
            timeInForce: .goodTillCancelled,
            offsetTicks: 0,
            timeout: TimeSpan(seconds: 1000)
        )
    }

    @Test func `is placed at the first fill and grows with each further one`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted")
        scenario.expect(
            "entry filled 0.2 @ 100",
            "deal open: entry filled",
            "stop: sell 0.2 stop 95"
        )
        scenario.expect("entry filled 0.3 @ 100")
        scenario.expect("stop accepted", "amend stop to 0.5 stop 95")
        scenario.expect("entry filled 0.1 @ 100")
        scenario.expect("stop amended", "amend stop to 0.6 stop 95")
        scenario.expect("stop amended")
        scenario.expect("entry filled 0.4 @ 99", "amend stop to 1 stop 94.7")
    }

    /// The venue takes less at once than when the position was bought.
    @Test func `gives way to exits in pieces where no one stop covers a position`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted", "entry filled 1 @ 100")
        scenario.given("stop accepted")
        var listed = CoreFixture.listing(.spot)
        listed.filters.maximumQuantity = quantity("0.6")
        scenario.emit(.instrumentListed(listed))
        let alarm = "alarm: deal 6 in BTCUSDT cannot be protected and is given up"
        scenario.expect("tick", alarm, "deal closing: unprotected", "cancel stop")
        scenario.expect("stop cancelled", "exit: sell 0.6 market")
        scenario.expect("exit accepted")
        scenario.expect("exit filled 0.6 @ 99", "exit: sell 0.4 market")
    }

    @Test func `is placed anew where the venue cannot change it`() {
        var scenario = EngineScenario(.spot) { plan in
            Self.resting(&plan)
            plan.amendsStops = false
        }
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted", "entry filled 0.2 @ 100")
        scenario.expect("stop accepted")
        scenario.expect("entry filled 0.3 @ 100", "cancel stop")
        scenario.expect("stop cancelled", "stop: sell 0.5 stop 95")
        scenario.expect("stop accepted")
        #expect(scenario.order(.stop)?.terms.quantity == quantity("0.5"))
    }

    @Test func `is placed even where the fill comes before the acceptance`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1")
        scenario.expect(
            "entry filled 0.2 @ 100",
            "deal open: entry filled",
            "stop: sell 0.2 stop 95"
        )
        scenario.expect("entry accepted")
        #expect(scenario.order(.entry)?.status == .partiallyFilled)
    }

    @Test(arguments: [
        ("100.01", "95.1"), ("100", "95"), ("100.1", "95.1"), ("99.99", "95"), ("99.9", "95"),
    ])
    func `of a long deal is rounded toward the entry`(entry: String, trigger: String) {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ \(entry)")
        #expect(scenario.order(.stop)?.terms.trigger == price(trigger))
    }

    @Test(arguments: [("100.01", "105"), ("100", "105"), ("99.99", "104.9"), ("99.9", "104.8")])
    func `of a short deal is rounded toward the entry`(entry: String, trigger: String) {
        var scenario = EngineScenario(.perpetual) { $0.allowsShort = true }
        scenario.given("book 100 x 1 | 101 x 9", "entry filled 1 @ \(entry)")
        #expect(scenario.order(.stop)?.terms.trigger == price(trigger))
    }

    @Test func `covers what is held after a fee in the base asset, cut to the step`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1")
        scenario.expect(
            "entry filled 1 @ 100 fee 0.002 BTC",
            "deal open: entry filled",
            "stop: sell 0.998 stop 95"
        )
        #expect(
            scenario.account == "0.998 @ 100.200400801603206413, BTC 0.998, USDT 9900, "
                + "deal holds 0.998"
        )
    }

    @Test func `waits where what is held is too little to sell`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted")
        scenario.expect("entry filled 0.05 @ 100", "deal open: entry filled")
        scenario.expect("entry filled 0.003 @ 100", "stop: sell 0.053 stop 95")
    }

    @Test func `that is waited for too long calls a person once`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100")
        scenario.expect("tick 29.999999999")
        scenario.expect(
            "tick 0.000000001",
            "alarm: deal 6 in BTCUSDT: 1 are held and 0 are sure to be protected for 30 s, waiting "
                + "for order 10"
        )
        scenario.expect("tick 1")
        scenario.expect("stop accepted")
        scenario.expect("tick 60")
    }

    /// Neither a slow entry nor one that goes on filling is a position that waits for its stop.
    @Test func `is not missed where an entry fills late`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted", "wait 31")
        scenario.expect(
            "entry filled 0.2 @ 100",
            "deal open: entry filled",
            "stop: sell 0.2 stop 95"
        )
        scenario.given("stop accepted", "wait 31")
        scenario.expect("entry filled 0.3 @ 100", "amend stop to 0.5 stop 95")
        scenario.expect("tick 29.999999999")
        scenario.expect(
            "tick 0.000000001",
            "alarm: deal 6 in BTCUSDT: 0.5 are held and 0.2 are sure to be protected for 30 s, "
                + "waiting for order 11"
        )
    }

    /// The one before protected until a moment ago, however old the deal is.
    @Test func `is not missed at once where it takes the place of another`() {
        var scenario = EngineScenario(.spot) { plan in
            Self.resting(&plan)
            plan.amendsStops = false
        }
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted", "entry filled 0.2 @ 100")
        scenario.given("stop accepted", "wait 31")
        scenario.expect("entry filled 0.3 @ 100", "cancel stop")
        scenario.expect("stop cancelled", "stop: sell 0.5 stop 95")
        scenario.expect("tick 29.999999999")
        scenario.expect(
            "tick 0.000000001",
            "alarm: deal 6 in BTCUSDT: 0.5 are held and 0 are sure to be protected for 30 s, "
                + "waiting for order 16"
        )
    }

    /// Where the limit of a stop was left behind by the price, only an exit helps.
    @Test func `that was met and is not filled gives way to an exit`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("stop triggered")
        scenario.expect("tick 4.999999999")
        scenario.expect("tick 0.000000001", "deal closing: stop loss", "cancel stop")
        scenario.expect("stop cancelled", "exit: sell 1 market")
    }

    @Test func `that fills slowly is left alone`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("stop triggered", "tick 4")
        scenario.expect("stop filled 0.5 @ 95")
        scenario.expect("tick 4")
        scenario.expect("stop filled 0.5 @ 95", "deal closed: stop loss, profit -5, dust 0")
    }

    /// Such a venue would take it for one that waits for the price to come back.
    @Test func `is not placed beyond the price where the venue would turn it round`() {
        var scenario = EngineScenario { $0.stopsFacePrice = true }
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100")
        scenario.given("stop rejected other", "quote 94 | 96")
        scenario.expect("tick 1", "deal closing: stop loss", "exit: sell 1 market")
    }

    @Test func `that waits beyond the price may have been turned round`() {
        var scenario = EngineScenario { $0.stopsFacePrice = true }
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("wait 1", "quote 96 | 97", "wait 1", "quote 94 | 94.5")
        // The price has not stood there for a second.
        scenario.expect("tick 0.999999999")
        scenario.expect("tick 0.000000001", "deal closing: stop loss", "cancel stop")
        scenario.expect("stop cancelled", "exit: sell 1 market")
    }

    @Test func `is not given up for a price that stood for a moment`() {
        var scenario = EngineScenario { $0.stopsFacePrice = true }
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("wait 1", "quote 96 | 97", "wait 1", "quote 94 | 97")
        scenario.given("wait 0.5", "quote 96 | 97")
        scenario.expect("tick 1")
        scenario.given("quote 94 | 94.5", "wait 1", "quote 94 | 94.5", "wait 1", "quote 94 | 94.5")
        scenario.expect("tick", "deal closing: stop loss", "cancel stop")
    }

    /// The wait does not begin anew with each stop.
    @Test func `that is lost again and again calls a person as well`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "tick 20")
        scenario.given("stop rejected other", "tick 1", "tick 8.999999999")
        scenario.expect(
            "tick 0.000000001",
            "alarm: deal 6 in BTCUSDT: 1 are held and 0 are sure to be protected for 30 s, waiting "
                + "for order 12"
        )
    }

    /// On spot the stop is cancelled first: nothing protects what is not sold.
    @Test func `that gave way to an exit that does not come calls a person`() {
        var scenario = EngineScenario(.spot) { $0.maximumHolding = TimeSpan(seconds: 60) }
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("tick 60", "stop cancelled")
        scenario.expect("tick 29.999999999")
        scenario.expect(
            "tick 0.000000001",
            "alarm: deal 6 in BTCUSDT: 1 are held and 0 are sure to be protected for 30 s, waiting "
                + "for an exit"
        )
        scenario.expect("tick 1")
    }

    @Test func `that fills in full ends the deal`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.expect("stop triggered")
        scenario.expect("stop filled 0.4 @ 95")
        scenario.expect("stop filled 0.6 @ 94", "deal closed: stop loss, profit -5.6, dust 0")
        #expect(scenario.account == "0 @ 0, BTC 0, USDT 9994.4")
    }

    @Test func `that fills in part and expires is followed by an exit`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.given("stop triggered", "stop filled 0.4 @ 95")
        scenario.expect(
            "stop expired noLiquidity",
            "deal closing: stop loss",
            "exit: sell 0.6 market"
        )
    }

    @Test func `that would trigger at once gives the deal up`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100")
        scenario.expect(
            "stop rejected wouldTrigger",
            "deal closing: stop loss",
            "exit: sell 1 market"
        )
    }

    @Test func `that is refused three times raises an alarm and gives the deal up`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100")
        scenario.expect("stop rejected other")
        scenario.expect("tick 0.999999999")
        scenario.expect("tick 0.000000001", "stop: sell 1 stop 95")
        scenario.expect("stop rejected other")
        scenario.expect("tick 1", "stop: sell 1 stop 95")
        scenario.expect(
            "stop rejected other",
            "alarm: deal 6 in BTCUSDT cannot be protected and is given up",
            "deal closing: unprotected",
            "exit: sell 1 market"
        )
    }

    @Test func `that is accepted forgets the refusals before`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop rejected other")
        scenario.given("tick 1", "stop rejected other", "tick 1")
        scenario.expect("stop accepted")
        #expect(scenario.deal?.failures == 0)
    }

    @Test func `whose amendment is refused three times gives the deal up`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry filled 0.2 @ 100", "stop accepted")
        scenario.given("entry filled 0.2 @ 100")
        scenario.expect("stop amend-rejected other")
        scenario.expect("tick 1", "amend stop to 0.4 stop 95")
        scenario.expect("stop amend-rejected other")
        scenario.expect("tick 1", "amend stop to 0.4 stop 95")
        scenario.expect(
            "stop amend-rejected other",
            "alarm: deal 6 in BTCUSDT cannot be protected and is given up",
            "deal closing: unprotected",
            "cancel entry",
            "cancel stop"
        )
    }

    @Test func `that the venue cancelled is placed again at once`() {
        var scenario = EngineScenario()
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        scenario.expect("stop cancelled", "stop: sell 1 stop 95")
    }

    @Test func `does not count the refusals of other orders`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted", "entry filled 1 @ 100")
        scenario.given("stop accepted", "tick 1000")
        scenario.expect("entry cancel-rejected alreadyEnded")
        #expect(scenario.deal?.failures == 0)
    }
}
