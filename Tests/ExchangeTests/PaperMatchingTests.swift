import Exchange
import Testing
import Trading

@Suite
struct `Matching at the paper venue` {
    @Test func `a market order takes level by level, each with its taker fee`() {
        var scenario = PaperScenario()
        scenario.expect(
            "1: buy 5 market",
            "1 accepted",
            "1 filled 1 @ 101 taker, fee 0.002 BTC",
            "1 filled 2 @ 102 taker, fee 0.004 BTC",
            "1 filled 2 @ 103 taker, fee 0.004 BTC"
        )
        scenario.expect("account", "BTC 14.99", "USDT 489")
    }

    @Test func `what a market order asks beyond the known levels expires after the fills`() {
        var scenario = PaperScenario()
        scenario.expect(
            "1: sell 3.5 market",
            "1 accepted",
            "1 filled 1 @ 99 taker, fee 0.198 USDT",
            "1 filled 2 @ 98 taker, fee 0.392 USDT",
            "1 expired: no liquidity"
        )
        scenario.expect("account", "BTC 7", "USDT 1294.41")
    }

    @Test func `a market order without a book or without a level is rejected`() {
        var scenario = PaperScenario(book: nil)
        scenario.expect("1: buy 1 market", "1 rejected: no liquidity")
        scenario.expect("book 99 x 1 |")
        scenario.expect("2: buy 1 market", "2 rejected: no liquidity")
    }

    @Test func `a limit order takes up to its limit and rests with what is left`() {
        var scenario = PaperScenario()
        scenario.expect(
            "1: buy 4 @ 102",
            "1 accepted",
            "1 filled 1 @ 101 taker, fee 0.002 BTC",
            "1 filled 2 @ 102 taker, fee 0.004 BTC"
        )
        scenario.expect("account", "BTC 12.994", "USDT 695, 102 locked")
        #expect(scenario.venue.openOrders.map(\.remaining) == [Quantity(.one)])
        #expect(scenario.venue.openOrders.map(\.status) == [.partiallyFilled])
    }

    @Test func `the rest of an immediate-or-cancel order expires`() {
        var scenario = PaperScenario()
        scenario.expect(
            "1: buy 4 @ 101 IOC",
            "1 accepted",
            "1 filled 1 @ 101 taker, fee 0.002 BTC",
            "1 expired: no liquidity"
        )
        scenario.expect("2: buy 1 @ 100 IOC", "2 accepted", "2 expired: no liquidity")
        scenario.expect("account", "BTC 10.998", "USDT 899")
    }

    @Test func `fill-or-kill needs its whole depth, to the last step`() {
        var scenario = PaperScenario()
        scenario.expect(
            "1: buy 3.001 @ 102 FOK",
            "1 accepted",
            "1 expired: fill-or-kill would not fill"
        )
        scenario.expect(
            "2: buy 3 @ 102 FOK",
            "2 accepted",
            "2 filled 1 @ 101 taker, fee 0.002 BTC",
            "2 filled 2 @ 102 taker, fee 0.004 BTC"
        )
        scenario.expect("account", "BTC 12.994", "USDT 695")
    }

    @Test func `post-only is rejected where it would take, and rests one tick away`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 1 @ 101 post-only", "1 rejected: post-only would take")
        scenario.expect("2: buy 1 @ 100.9 post-only", "2 accepted")
        scenario.expect("3: sell 1 @ 99 post-only", "3 rejected: post-only would take")
    }

    @Test func `the same book state fills no quantity twice`() {
        var scenario = PaperScenario()
        scenario.expect(
            "1: buy 1.5 market",
            "1 accepted",
            "1 filled 1 @ 101 taker, fee 0.002 BTC",
            "1 filled 0.5 @ 102 taker, fee 0.001 BTC"
        )
        scenario.expect(
            "2: buy 1 @ 102 IOC",
            "2 accepted",
            "2 filled 1 @ 102 taker, fee 0.002 BTC"
        )
        scenario.expect(
            "3: buy 1 @ 102 FOK",
            "3 accepted",
            "3 expired: fill-or-kill would not fill"
        )
        // The level at 102 is as it was; the one at 101 was restocked.
        scenario.expect("book 99 x 1 | 101 x 1.2, 102 x 2, 103 x 3")
        scenario.expect(
            "4: buy 2 @ 102 IOC",
            "4 accepted",
            "4 filled 1.2 @ 101 taker, fee 0.0024 BTC",
            "4 filled 0.5 @ 102 taker, fee 0.001 BTC",
            "4 expired: no liquidity"
        )
    }

    @Test func `a level that went and came back is whole again`() {
        var scenario = PaperScenario(book: "99 x 1 | 101 x 1")
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.002 BTC")
        scenario.expect("book 99 x 1 | 102 x 1")
        scenario.expect("book 99 x 1 | 101 x 1")
        scenario.expect("2: buy 1 market", "2 accepted", "2 filled 1 @ 101 taker, fee 0.002 BTC")
    }

    @Test func `a trade strictly beyond the limit fills as maker at the limit`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 2 @ 100", "1 accepted")
        scenario.expect("trade 100 x 5")
        scenario.expect("trade 99.9 x 0.5", "1 filled 0.5 @ 100 maker, fee 0.0005 BTC")
        scenario.expect("trade 99 x 5", "1 filled 1.5 @ 100 maker, fee 0.0015 BTC")
        scenario.expect("account", "BTC 11.998", "USDT 800")
        #expect(scenario.venue.order(OrderID(1))?.status == .filled)
    }

    @Test func `a trade is shared by price, then by time`() {
        var scenario = PaperScenario()
        scenario.expect("7: sell 1 @ 101.5", "7 accepted")
        scenario.expect("3: sell 1 @ 101.2", "3 accepted")
        scenario.expect("5: sell 1 @ 101.2", "5 accepted")
        scenario.expect(
            "trade 102 x 2.5",
            "3 filled 1 @ 101.2 maker, fee 0.1012 USDT",
            "5 filled 1 @ 101.2 maker, fee 0.1012 USDT",
            "7 filled 0.5 @ 101.5 maker, fee 0.05075 USDT"
        )
    }

    @Test func `a book that moves across a resting order fills it up to what crosses`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 2 @ 100", "1 accepted")
        scenario.expect("book 98 x 1 | 100 x 5")
        scenario.expect(
            "book 98 x 1 | 99.8 x 0.5, 99.9 x 0.7, 100 x 5",
            "1 filled 1.2 @ 100 maker, fee 0.0012 BTC"
        )
        // The same levels again bring nothing new.
        scenario.expect("book 98 x 1 | 99.8 x 0.5, 99.9 x 0.7, 100 x 4")
        scenario.expect("book 98 x 1 | 99.8 x 0.6", "1 filled 0.6 @ 100 maker, fee 0.0006 BTC")
    }

    @Test func `without a book a limit order rests and only trades fill it`() {
        var scenario = PaperScenario(book: nil)
        scenario.expect("1: buy 1 @ 105", "1 accepted")
        scenario.expect("2: buy 1 @ 105 IOC", "2 accepted", "2 expired: no liquidity")
        scenario.expect("trade 104 x 0.3", "1 filled 0.3 @ 105 maker, fee 0.0003 BTC")
    }

    @Test func `an id that was used is refused and leaves its order alone`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 1 @ 100", "1 accepted")
        scenario.expect("1: sell 1 @ 105", "1 rejected: duplicate client order id")
        scenario.expect("cancel 1", "1 cancelled")
        scenario.expect("1: buy 1 @ 100", "1 rejected: duplicate client order id")
        #expect(scenario.venue.order(OrderID(1))?.status == .cancelled)
    }

    @Test(arguments: [
        ("1: buy 0.0015 @ 6000", "1 rejected: off the venue's grid"),
        ("1: buy 0.001 @ 6000", "1 rejected: below the venue's minimum"),
        ("1: buy 0 @ 100", "1 rejected: below the venue's minimum"),
        ("1: buy -1 @ 100", "1 rejected: below the venue's minimum"),
        ("1: buy 1000.001 @ 1", "1 rejected: above the venue's maximum"),
        ("1: buy 1000 @ 1", "1 accepted"),
        ("1: buy 1 @ 100.05", "1 rejected: off the venue's grid"),
        ("1: buy 1 @ 0", "1 rejected: off the venue's grid"),
        ("1: sell 1 stop 90.05", "1 rejected: off the venue's grid"),
        ("1: buy 0.499 @ 10", "1 rejected: below the venue's minimum"),
        ("1: buy 0.5 @ 10", "1 accepted"),
        ("1: sell 0.051 stop 99", "1 rejected: stop would trigger at once"),
        ("1: sell 0.05 stop 99", "1 rejected: below the venue's minimum"),
        ("1: sell 1 @ 200 reduce-only", "1 rejected: reduce-only would not reduce"),
        ("1: buy 9.900 @ 101", "1 accepted"),
    ])
    func `the filters are kept`(step: String, answer: String) {
        var scenario = PaperScenario(book: "99 x 1 | 500 x 1")
        scenario.expect(step, answer)
    }

    @Test func `a market order below the minimum at the best price is refused`() {
        var scenario = PaperScenario(book: "99 x 1 | 100 x 1")
        scenario.expect("1: buy 0.049 market", "1 rejected: below the venue's minimum")
        scenario.expect(
            "2: buy 0.05 market",
            "2 accepted",
            "2 filled 0.05 @ 100 taker, fee 0.0001 BTC"
        )
    }

    @Test func `an instrument that is not listed is refused`() {
        var venue = PaperVenue(instruments: [], balances: [])
        let terms = OrderTerms(
            instrument: InstrumentID(9),
            side: .buy,
            type: .market,
            timeInForce: .goodTillCancelled,
            quantity: Quantity(.one)
        )
        venue.receive(.place(OrderID(4), terms), at: .never, book: nil)
        #expect(venue.takeReports().map(\.body) == [.rejected(.unknownInstrument)])
        #expect(venue.takeReports().isEmpty)
        #expect(venue.order(OrderID(4))?.reason == .unknownInstrument)
    }
}
