import Exchange
import Testing
import Trading

@Suite
struct `Stops and changes at the paper venue` {
    @Test func `a sell stop is triggered by a trade at its trigger, not above`() {
        var scenario = PaperScenario()
        scenario.expect("1: sell 2 stop 95", "1 accepted")
        scenario.expect("account", "BTC 10, 2 locked", "USDT 1000")
        scenario.expect("trade 95.1 x 1")
        scenario.expect(
            "trade 95 x 1",
            "1 triggered",
            "1 filled 1 @ 99 taker, fee 0.198 USDT",
            "1 filled 1 @ 98 taker, fee 0.196 USDT"
        )
        scenario.expect("account", "BTC 8", "USDT 1196.606")
    }

    @Test func `a buy stop is triggered by a trade at or above its trigger`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 1 stop 105", "1 accepted")
        scenario.expect("account", "BTC 10", "USDT 1000, 105 locked")
        scenario.expect("trade 104.9 x 1")
        scenario.expect("trade 106 x 1", "1 triggered", "1 filled 1 @ 101 taker, fee 0.002 BTC")
        scenario.expect("account", "BTC 10.998", "USDT 899")
    }

    @Test func `what the known book does not hold of a triggered stop expires`() {
        var scenario = PaperScenario(book: "99 x 1 | 101 x 1")
        scenario.expect("1: sell 2 stop 95", "1 accepted")
        scenario.expect(
            "trade 90 x 1",
            "1 triggered",
            "1 filled 1 @ 99 taker, fee 0.198 USDT",
            "1 expired: no liquidity"
        )
        scenario.expect("account", "BTC 9", "USDT 1098.802")
    }

    @Test func `a triggered stop waits for a book that is in step`() {
        var scenario = PaperScenario()
        scenario.expect("1: sell 1 stop 95", "1 accepted")
        scenario.expect("no book")
        scenario.expect("trade 94 x 1", "1 triggered")
        scenario.expect("amend 1 to 1 stop 90", "1 amend rejected: other")
        scenario.expect("trade 93 x 1")
        scenario.expect("account", "BTC 10, 1 locked", "USDT 1000")
        scenario.expect("book 92 x 5 | 94 x 1", "1 filled 1 @ 92 taker, fee 0.184 USDT")
        scenario.expect("account", "BTC 9", "USDT 1091.816")
    }

    @Test func `two stops met by one trade go in order of arrival and share the book`() {
        var scenario = PaperScenario(book: "99 x 1, 98 x 1 | 101 x 1")
        scenario.expect("9: sell 1 stop 94", "9 accepted")
        scenario.expect("2: sell 1 stop 95", "2 accepted")
        scenario.expect(
            "trade 93 x 1",
            "9 triggered",
            "9 filled 1 @ 99 taker, fee 0.198 USDT",
            "2 triggered",
            "2 filled 1 @ 98 taker, fee 0.196 USDT"
        )
    }

    @Test func `a stop already met on arrival is rejected`() {
        var scenario = PaperScenario()
        // Without a trade the best prices decide: 99 bid, 101 asked.
        scenario.expect("1: sell 1 stop 99", "1 rejected: stop would trigger at once")
        scenario.expect("2: sell 1 stop 98.9", "2 accepted")
        scenario.expect("3: buy 1 stop 101", "3 rejected: stop would trigger at once")
        scenario.expect("trade 100 x 1")
        scenario.expect("4: sell 1 stop 100", "4 rejected: stop would trigger at once")
        scenario.expect("5: sell 1 stop 99.9", "5 accepted")
        scenario.expect("6: buy 1 stop 100.1", "6 accepted")
        scenario.expect("7: buy 1 stop 100", "7 rejected: stop would trigger at once")
    }

    @Test func `a buy stop that the balance cannot pay when it triggers expires`() {
        var scenario = PaperScenario(usdt: "105", book: "99 x 1 | 101 x 1")
        scenario.expect("1: buy 1 stop 105", "1 accepted")
        scenario.expect("book 104 x 1 | 110 x 1")
        scenario.expect("trade 105 x 1", "1 triggered", "1 expired: insufficient balance")
        scenario.expect("account", "BTC 10", "USDT 105")
    }

    @Test func `a cancel ends a working order and nothing else`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 1 @ 100", "1 accepted")
        scenario.expect("cancel 1", "1 cancelled")
        scenario.expect("account", "BTC 10", "USDT 1000")
        scenario.expect("cancel 1", "1 cancel rejected: order already ended")
        scenario.expect("cancel 2", "2 cancel rejected: unknown order")
        scenario.expect("amend 1 to 2 @ 100", "1 amend rejected: order already ended")
        scenario.expect("amend 2 to 2 @ 100", "2 amend rejected: unknown order")
    }

    @Test func `an amendment counts the filled part`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 2 @ 100", "1 accepted")
        scenario.expect("trade 99 x 0.5", "1 filled 0.5 @ 100 maker, fee 0.0005 BTC")
        scenario.expect("amend 1 to 3 @ 100", "1 amended to 3 @ 100")
        scenario.expect("account", "BTC 10.4995", "USDT 950, 250 locked")
        scenario.expect("amend 1 to 0.501 @ 100", "1 amended to 0.501 @ 100")
        scenario.expect("amend 1 to 0.5 @ 100", "1 cancelled")
        scenario.expect("account", "BTC 10.4995", "USDT 950")
        #expect(scenario.venue.order(OrderID(1))?.filled == Quantity(decimal("0.5")))
    }

    @Test func `an amended limit that crosses takes, unless the order is post-only`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 1 @ 100", "1 accepted")
        scenario.expect("2: buy 1 @ 100 post-only", "2 accepted")
        scenario.expect("amend 2 to 1 @ 101", "2 amend rejected: post-only would take")
        scenario.expect(
            "amend 1 to 1.5 @ 101",
            "1 amended to 1.5 @ 101",
            "1 filled 1 @ 101 taker, fee 0.002 BTC"
        )
        scenario.expect("account", "BTC 10.998", "USDT 899, 150.5 locked")
    }

    @Test func `what cannot be amended stays as it was`() {
        var scenario = PaperScenario(usdt: "200")
        scenario.expect("1: buy 1 @ 100", "1 accepted")
        scenario.expect("amend 1 to 2.001 @ 100", "1 amend rejected: insufficient balance")
        scenario.expect("amend 1 to 1 @ 100.01", "1 amend rejected: off the venue's grid")
        scenario.expect("amend 1 to 0.04 @ 100", "1 amend rejected: below the venue's minimum")
        scenario.expect("account", "BTC 10", "USDT 200, 100 locked")
        scenario.expect("amend 1 to 2 @ 100", "1 amended to 2 @ 100")
    }

    @Test func `a stop is amended, but not to a trigger that is met`() {
        var scenario = PaperScenario()
        scenario.expect("1: sell 1 stop 90", "1 accepted")
        scenario.expect("trade 95 x 1")
        scenario.expect("amend 1 to 1 stop 95", "1 amend rejected: stop would trigger at once")
        scenario.expect("amend 1 to 2 stop 94.9", "1 amended to 2 stop 94.9")
        scenario.expect("account", "BTC 10, 2 locked", "USDT 1000")
    }

    @Test func `only a quantity no larger at the same price keeps the place in the queue`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 2 @ 100", "1 accepted")
        scenario.expect("2: buy 1 @ 100", "2 accepted")
        scenario.expect("amend 1 to 2 @ 100", "1 amended to 2 @ 100")
        scenario.expect("amend 1 to 1 @ 100", "1 amended to 1 @ 100")
        scenario.expect("trade 99 x 0.1", "1 filled 0.1 @ 100 maker, fee 0.0001 BTC")
        scenario.expect("amend 1 to 2 @ 100", "1 amended to 2 @ 100")
        scenario.expect("trade 99 x 0.1", "2 filled 0.1 @ 100 maker, fee 0.0001 BTC")
        #expect(scenario.venue.openOrders.map(\.id) == [OrderID(1), OrderID(2)])
    }
}
