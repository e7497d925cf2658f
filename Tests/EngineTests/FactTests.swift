import Engine
import Projections
import TestSupport
import Testing
import Trading

@Suite struct `A fact that the venue proves` {
    private static func resting(_ plan: inout InstrumentPlan) {
        plan.entry = EntryPlan(
            type: .limit,
            timeInForce: .goodTillCancelled,
            offsetTicks: 0,
            timeout: TimeSpan(seconds: 10)
        )
    }

    private static func resting() -> EngineScenario {
        var scenario = EngineScenario(.spot, resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted")
        return scenario
    }

    @Test func `is booked once where the same report comes again`() {
        var scenario = Self.resting()
        scenario.given("entry filled 0.4 @ 100")
        scenario.expect("again")
        #expect(scenario.account == "0.4 @ 100, BTC 0.4, USDT 9960, deal holds 0.4")
    }

    @Test func `is booked once where the same execution comes under another number`() {
        var scenario = Self.resting()
        scenario.given("entry filled 0.4 @ 100 id 7")
        scenario.expect("entry filled 0.4 @ 100 id 7", "set aside: nothing new is in it")
        #expect(scenario.account == "0.4 @ 100, BTC 0.4, USDT 9960, deal holds 0.4")
    }

    @Test func `fills an order that is being cancelled`() {
        var scenario = Self.resting()
        scenario.expect("tick 10", "cancel entry")
        scenario.expect(
            "entry filled 1 @ 100",
            "deal open: entry filled",
            "stop: sell 1 stop 95"
        )
        scenario.expect("entry cancel-rejected alreadyEnded")
        #expect(scenario.order(.entry)?.status == .filled)
    }

    @Test func `fills an order that was cancelled, whose status stays`() {
        var scenario = Self.resting()
        scenario.given("entry filled 0.4 @ 100", "stop accepted", "tick 10", "entry cancelled")
        scenario.expect("entry filled 0.2 @ 100", "amend stop to 0.6 stop 95")
        #expect(scenario.order(.entry)?.status == .cancelled)
        #expect(scenario.order(.entry)?.filled == quantity("0.6"))
    }

    @Test func `fills an order whose deal is closed, with an alarm`() {
        var scenario = Self.resting()
        scenario.given("tick 10", "entry cancelled")
        scenario.expect(
            "entry filled 0.2 @ 100",
            "alarm: order 7 in BTCUSDT was filled after its deal was closed: "
                + "what it left is not protected"
        )
        #expect(scenario.account == "0.2 @ 100, BTC 0.2, USDT 9980")
        #expect(scenario.order(.entry)?.filled == quantity("0.2"))
        #expect(scenario.order(.entry)?.status == .cancelled)
    }

    @Test func `fills an order beyond its quantity, with an alarm`() {
        var scenario = Self.resting()
        scenario.given("entry filled 0.9 @ 100", "stop accepted")
        scenario.expect(
            "entry filled 0.2 @ 100",
            "alarm: order 7 was filled beyond its quantity",
            "amend stop to 1.1 stop 95"
        )
    }

    @Test func `is set aside with an alarm where its order is not known`() {
        var scenario = EngineScenario()
        scenario.expect(
            "exit filled 1 @ 100",
            "set aside: the order is not known",
            "alarm: the venue reports on order 999999, which is not known"
        )
    }

    @Test(arguments: [
        VenueReport.Body.funding(instrument: InstrumentID(9), amount: .zero, rate: .zero),
        .liquidated(
            instrument: InstrumentID(9),
            side: .sell,
            Execution(
                id: VenueID(1),
                price: price("1"),
                quantity: quantity("1"),
                fee: .zero,
                feeAsset: AssetID(0),
                liquidity: .taker
            )
        ),
    ])
    func `is set aside with an alarm where its instrument is not known`(body: VenueReport.Body) {
        var scenario = EngineScenario()
        let report = VenueReport(id: 1, order: OrderID(0), time: moment(0), body: body)
        #expect(
            scenario.tell(.report(report)) == [
                "set aside: the instrument is not known",
                "alarm: the venue reports on instrument 9, which is not known",
            ]
        )
    }

    @Test func `with a number that was passed is old`() {
        var scenario = Self.resting()
        scenario.skipReports(to: 50)
        scenario.given("entry filled 0.4 @ 100")
        scenario.skipReports(to: 49)
        scenario.expect("entry filled 0.4 @ 100")
        #expect(scenario.held.position.quantity == quantity("0.4"))
    }
}

@Suite struct `Asked twice at the same time` {
    /// Steps after which a tick must find nothing to do.
    @Test(arguments: [
        ["book 99 x 9 | 100 x 1"],
        ["book 99 x 9 | 100 x 1", "entry filled 0.4 @ 100"],
        ["book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted"],
        ["book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop rejected other"],
        [
            "book 99 x 9 | 100 x 1", "entry filled 0.4 @ 100", "stop accepted",
            "entry filled 0.2 @ 100",
        ],
        [
            "book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted",
            "quote 120 | 121",
        ],
        [
            "book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted",
            "quote 120 | 121", "stop cancelled", "exit rejected other",
        ],
    ])
    func `the engine emits nothing new`(steps: [String]) {
        for market in Market.allCases {
            var scenario = EngineScenario(market) { plan in
                plan.takeProfitFraction = number("0.1")
                plan.takeProfitRests = market == .perpetual
            }
            for step in steps where market == .spot || !step.hasPrefix("exit") {
                scenario.given(step)
            }
            scenario.given("tick 5")
            scenario.expect("tick 0")
        }
    }
}
