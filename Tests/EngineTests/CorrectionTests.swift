import Engine
import Projections
import TestSupport
import Testing
import Trading

@Suite struct `An operator's correction` {
    /// A position corrected to a quantity at the same average price.
    private static func position(
        _ size: String
    ) -> (TradingState) throws -> Correction {
        { try $0.correction(ofPosition: "BTCUSDT", quantity: quantity(size), .kept) }
    }

    /// An order corrected to an end.
    private static func ended(
        _ order: Order?,
        _ status: OrderStatus
    ) -> (TradingState) throws -> Correction {
        { state in
            var told = TradingState.OrderKnowledge()
            told.status = status
            return try state.correction(of: order?.id ?? OrderID(0), knowing: told)
        }
    }

    private static func resting(_ plan: inout InstrumentPlan) {
        plan.entry = EntryPlan(
            type: .limit,
            timeInForce: .goodTillCancelled,
            offsetTicks: 0,
            timeout: TimeSpan(seconds: 1000)
        )
    }

    private func open(_ market: Market = .spot) -> EngineScenario {
        var scenario = EngineScenario(market)
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        return scenario
    }

    @Test(arguments: [Market.spot, .perpetual])
    func `that nothing is held ends the deal, and nothing is sold`(market: Market) {
        var scenario = open(market)
        scenario.correct(Self.position("0"), "cancel stop")
        scenario.expect("tick 1")
        scenario.expect("stop cancelled", "deal closed: operator, profit 0, dust 0")
        #expect(scenario.requests.count { if case .place = $0 { true } else { false } } == 2)
        #expect(scenario.held.position.quantity.isZero && scenario.deal == nil)
        // The instrument is free for the next deal.
        scenario.expect("book 99 x 9 | 100 x 1", "deal opened: buy", "entry: buy 1 market")
    }

    @Test func `that less is held makes the stop smaller`() {
        var scenario = open()
        scenario.correct(Self.position("0.4"), "amend stop to 0.4 stop 95")
        #expect(scenario.deal?.held == quantity("0.4"))
        #expect(scenario.held.position.cost == money("40"))
    }

    @Test func `that more is held is protected at once`() {
        var scenario = open()
        scenario.correct(Self.position("1.5"), "amend stop to 1.5 stop 95")
        #expect(scenario.deal?.held == quantity("1.5"))
    }

    @Test func `that nothing is held while the entry goes on takes the stop away`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted", "entry filled 0.4 @ 100")
        scenario.given("stop accepted")
        scenario.correct(Self.position("0"), "cancel stop")
        scenario.expect("stop cancelled")
        // What the entry brings from now on is protected again.
        scenario.expect("entry filled 0.3 @ 100", "stop: sell 0.3 stop 95")
        #expect(scenario.deal?.held == quantity("0.3"))
    }

    @Test func `that nothing is held while the deal closes cancels what it can`() {
        var scenario = open()
        scenario.given("book 100 x 1 | 101 x 9", "stop cancelled")
        #expect(scenario.deal?.status == .closing)
        scenario.correct(Self.position("0"))
        scenario.expect("exit rejected other", "deal closed: signal, profit 0, dust 0")
    }

    @Test func `that the stop was cancelled places another`() {
        var scenario = open()
        let stop = scenario.order(.stop)
        scenario.correct(Self.ended(stop, .cancelled), "stop: sell 1 stop 95")
    }

    @Test func `that the stop was rejected places another, and counts no refusal`() {
        var scenario = open()
        for _ in 0..<5 {
            let stop = scenario.order(.stop)
            scenario.correct(Self.ended(stop, .rejected), "stop: sell 1 stop 95")
            #expect(scenario.deal?.failures == 0)
        }
    }

    @Test func `that a triggered stop was cancelled gives the rest up`() {
        var scenario = open()
        scenario.given("stop triggered")
        let stop = scenario.order(.stop)
        scenario.correct(
            Self.ended(stop, .cancelled),
            "deal closing: stop loss",
            "exit: sell 1 market"
        )
    }

    @Test func `that the entry never came ends the deal`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1")
        let entry = scenario.order(.entry)
        scenario.correct(
            Self.ended(entry, .rejected),
            "deal closed: entry not filled, profit 0, dust 0"
        )
        #expect(scenario.state.orders.isEmpty && scenario.state.closedOrders.count == 1)
    }

    @Test func `that the entry was cancelled lets the deal go on with what it has`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry filled 0.4 @ 100", "stop accepted")
        let entry = scenario.order(.entry)
        scenario.correct(Self.ended(entry, .cancelled))
        #expect(scenario.deal?.status == .open)
        #expect(scenario.order(.entry)?.status == .cancelled)
        // A later fill is a fact, whatever was corrected.
        scenario.expect("entry filled 0.1 @ 100", "amend stop to 0.5 stop 95")
        #expect(scenario.order(.entry)?.status == .cancelled)
    }

    @Test func `that a deal has entered opens and protects it`() {
        var scenario = EngineScenario(.spot, Self.resting)
        scenario.given("book 100 x 9 | 101 x 1", "entry accepted")
        let deal = scenario.held.deal
        scenario.correct(
            { state in
                try state.correction(
                    ofPosition: "BTCUSDT",
                    quantity: quantity("0.6"),
                    .average(price("100"))
                )
            },
            "alarm: 0.6 of BTCUSDT is held by no deal: no stop protects it, and it is not sold "
                + "until a deal takes it in"
        )
        scenario.correct(
            {
                try $0.correction(of: deal) { figures in
                    figures.held = quantity("0.6")
                    figures.entryQuantity = quantity("0.6")
                    figures.entryCost = money("60")
                }
            },
            "deal open: entry filled",
            "stop: sell 0.6 stop 95"
        )
    }

    @Test func `that it entered for next to nothing sells what no stop can protect`() {
        var scenario = open()
        let deal = scenario.held.deal
        scenario.correct(
            { try $0.correction(of: deal) { $0.entryCost = money("0.001") } },
            "deal closing: unprotected",
            "cancel stop"
        )
        scenario.expect("stop cancelled", "exit: sell 1 market")
    }

    @Test func `whose figures could not be folded does not reach the journal`() {
        let scenario = open()
        let held = scenario.held
        let before = Correction.PositionFigures(
            quantity: held.position.quantity,
            cost: held.position.cost,
            held: scenario.deal?.held ?? .zero
        )
        for (size, cost) in [
            ("0.000001", "-1000000000000000"), ("170000000000000000000", "1"), ("1", "-1"),
        ] {
            var after = before
            after.quantity = quantity(size)
            after.cost = money(cost)
            let correction = Correction.position(
                InstrumentID(0),
                deal: held.deal,
                before: before,
                after: after
            )
            #expect(throws: CorrectionRefusal.self, "\(size), \(cost)") {
                try scenario.turn.state.check(correction)
            }
        }
    }

    @Test func `that leaves something without a deal calls for a person`() {
        var scenario = EngineScenario()
        scenario.correct(
            {
                try $0.correction(
                    ofPosition: "BTCUSDT",
                    quantity: quantity("2"),
                    .average(price("50"))
                )
            },
            "alarm: 2 of BTCUSDT is held by no deal: no stop protects it, and it is not sold until "
                + "a deal takes it in"
        )
        #expect(scenario.held.position.cost == money("100"))
        // The next deal takes it in and protects all of it.
        scenario.given("book 99 x 9 | 100 x 1")
        scenario.expect(
            "entry filled 1 @ 100",
            "deal open: entry filled",
            "stop: sell 3 stop 95"
        )
    }

    @Test func `that leaves something on the other side is used up by the next deal`() {
        for (left, held) in [("0.4", "0.6"), ("1", "0"), ("3", "0")] {
            var scenario = EngineScenario(.perpetual) { $0.allowsShort = true }
            scenario.correct(
                {
                    try $0.correction(
                        ofPosition: "BTCUSDT",
                        quantity: quantity(left),
                        .average(price("100"))
                    )
                },
                "alarm: \(left) of BTCUSDT-PERP is held by no deal: no stop protects it, and it is "
                    + "not sold until a deal takes it in"
            )
            scenario.given("book 100 x 1 | 101 x 9", "entry filled 1 @ 100")
            #expect(scenario.deal?.held ?? .zero == quantity(held), "\(left)")
        }
    }

    @Test func `of a balance changes what may be bought`() {
        var scenario = EngineScenario()
        scenario.correct({ try $0.correction(ofBalance: "USDT", to: money("50")) })
        scenario.expect(
            "book 99 x 9 | 100 x 1",
            "refused: insufficient balance, limit 50, actual 100"
        )
    }

    @Test func `made on figures that moved since is refused and changes nothing`() throws {
        var scenario = open()
        let seen = try scenario.state.correction(
            ofPosition: "BTCUSDT",
            quantity: .zero,
            .kept
        )
        scenario.given("stop triggered", "stop filled 0.4 @ 95")
        let before = scenario.state.canonical
        scenario.correct({ _ in seen }, "no: its figures have moved since they were seen")
        #expect(scenario.state.canonical == before)
    }

    @Test func `to pass over an event is not for an engine that runs`() {
        var scenario = open()
        scenario.correct(
            { _ in .skip(SequenceNumber(3), hash: .zero) },
            "no: event 3 needs not be passed over: everything could be replayed"
        )
    }
}
