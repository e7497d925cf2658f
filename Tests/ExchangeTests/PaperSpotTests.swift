import Exchange
import Testing
import Trading

@Suite
struct `Spot accounting at the paper venue` {
    @Test func `a resting buy locks its limit, a resting sell and a stop lock base`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 2 @ 100", "1 accepted")
        scenario.expect("2: sell 3 @ 110", "2 accepted")
        scenario.expect("3: sell 4 stop 90", "3 accepted")
        scenario.expect("account", "BTC 10, 7 locked", "USDT 1000, 200 locked")
        scenario.expect("4: sell 3.001 @ 110", "4 rejected: insufficient balance")
        scenario.expect("5: sell 3 @ 110", "5 accepted")
        scenario.expect("6: sell 1 market", "6 rejected: insufficient balance")
    }

    @Test func `a limit buy needs its limit price in full, to the last unit`() {
        var scenario = PaperScenario(usdt: "204")
        scenario.expect("1: buy 2 @ 102.1", "1 rejected: insufficient balance")
        scenario.expect(
            "2: buy 2 @ 102",
            "2 accepted",
            "2 filled 1 @ 101 taker, fee 0.002 BTC",
            "2 filled 1 @ 102 taker, fee 0.002 BTC"
        )
        scenario.expect("account", "BTC 11.996", "USDT 1")
    }

    @Test func `a market buy is paid in full or rejected`() {
        var scenario = PaperScenario(usdt: "202.999")
        scenario.expect("1: buy 2 market", "1 rejected: insufficient balance")
        scenario = PaperScenario(usdt: "203")
        scenario.expect(
            "1: buy 2 market",
            "1 accepted",
            "1 filled 1 @ 101 taker, fee 0.002 BTC",
            "1 filled 1 @ 102 taker, fee 0.002 BTC"
        )
        scenario.expect("account", "BTC 11.996", "USDT 0")
    }

    @Test func `fees are rounded up and rebates down to eight decimals`() {
        let fees = PaperFixture.instrument(.spot, maker: "-0.00012345", taker: "0.00012345")
        var scenario = PaperScenario(fees, book: "99 x 1 | 101.1 x 0.333")
        // 0.333 × 0.00012345 = 0.00004110885; 101.1 × 0.333 × 0.00012345 = 0.0041561047…
        scenario.expect(
            "1: buy 0.333 market",
            "1 accepted",
            "1 filled 0.333 @ 101.1 taker, fee 0.00004111 BTC"
        )
        scenario.expect("2: buy 0.333 @ 100", "2 accepted")
        scenario.expect("trade 99 x 1", "2 filled 0.333 @ 100 maker, fee -0.0000411 BTC")
        scenario.expect("3: sell 0.333 @ 101.1", "3 accepted")
        scenario.expect("trade 102 x 1", "3 filled 0.333 @ 101.1 maker, fee -0.0041561 USDT")
    }

    @Test func `a buy fee in base reduces what can be sold`() {
        var scenario = PaperScenario(btc: "0")
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.002 BTC")
        scenario.expect("2: sell 1 market", "2 rejected: insufficient balance")
        scenario.expect(
            "3: sell 0.998 market",
            "3 accepted",
            "3 filled 0.998 @ 99 taker, fee 0.197604 USDT"
        )
        scenario.expect("account", "BTC 0", "USDT 997.604396")
    }

    @Test func `queries answer without time and remember what ended`() {
        var scenario = PaperScenario()
        scenario.expect("5: buy 1 @ 100", "5 accepted")
        scenario.expect("4: buy 1 market", "4 accepted", "4 filled 1 @ 101 taker, fee 0.002 BTC")
        let venue = scenario.venue
        #expect(venue.hasSeen(OrderID(4)) && venue.hasSeen(OrderID(5)))
        #expect(!venue.hasSeen(OrderID(6)))
        #expect(venue.order(OrderID(4))?.venueOrder == VenueID(2))
        #expect(venue.order(OrderID(4))?.status == .filled)
        #expect(venue.order(OrderID(5))?.status == .placed)
        #expect(venue.executions.map(\.order) == [OrderID(4)])
        #expect(venue.balance(AssetID(77)).total.isZero)
        #expect(venue.reports.isEmpty)
    }

    @Test func `the newest ended orders are remembered and older ones forgotten`() {
        var scenario = PaperScenario(book: nil)
        let terms = OrderTerms(
            instrument: InstrumentID(1),
            side: .buy,
            type: .market,
            timeInForce: .goodTillCancelled,
            quantity: Quantity(.one)
        )
        for id in 1...UInt64(PaperVenue.remembered + 2) {
            scenario.venue.receive(.place(OrderID(id), terms), at: .never, book: nil)
        }
        #expect(!scenario.venue.hasSeen(OrderID(2)))
        #expect(scenario.venue.hasSeen(OrderID(3)))
        #expect(scenario.venue.order(OrderID(3))?.reason == .noLiquidity)
        #expect(scenario.venue.takeReports().count == PaperVenue.remembered + 2)
    }
}
