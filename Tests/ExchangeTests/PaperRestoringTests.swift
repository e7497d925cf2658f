import Exchange
import Testing
import Trading

@Suite
struct `Rebuilding the paper venue` {
    @Test func `orders go on with their locks, their filled part and their place`() {
        var scenario = PaperScenario()
        scenario.venue.restoreNumbers(reports: 40, venueOrders: 12, executions: 7)
        var terms = OrderTerms(
            instrument: InstrumentID(1),
            side: .buy,
            type: .limit,
            timeInForce: .goodTillCancelled,
            quantity: Quantity(Decimal(2)),
            price: Price(Decimal(100))
        )
        scenario.venue.restoreOrder(
            OrderID(9),
            venueOrder: VenueID(4),
            terms: terms,
            filled: Quantity(decimal("0.5")),
            arrived: .never
        )
        terms.type = .stopMarket
        terms.side = .sell
        terms.trigger = Price(Decimal(90))
        scenario.venue.restoreOrder(
            OrderID(3),
            venueOrder: VenueID(6),
            terms: terms,
            filled: .zero,
            arrived: .never
        )
        scenario.expect("account", "BTC 10, 2 locked", "USDT 1000, 150 locked")
        scenario.expect("5: buy 1 @ 100", "5 accepted")
        #expect(scenario.venue.openOrders.map(\.id) == [OrderID(9), OrderID(3), OrderID(5)])
        #expect(scenario.venue.order(OrderID(5))?.venueOrder == VenueID(13))
        scenario.expect("trade 99 x 1", "9 filled 1 @ 100 maker, fee 0.001 BTC")
        #expect(scenario.venue.executions.map(\.execution.id) == [VenueID(8)])
        let cancel = VenueRequest.cancel(OrderID(3))
        #expect(scenario.venue.instrument(of: cancel) == InstrumentID(1))
        #expect(scenario.venue.instrument(of: .cancel(OrderID(77))) == nil)
        scenario.venue.receive(cancel, at: .never, book: nil)
        #expect(scenario.venue.takeReports().map(\.id) == [43])
    }

    @Test func `a position goes on with its margin and may be closed`() {
        var scenario = PaperScenario(PaperFixture.instrument(.perpetual), btc: "0")
        scenario.venue.restorePosition(
            in: InstrumentID(1),
            quantity: Quantity(Decimal(-1)),
            entryCost: Money(Decimal(110)),
            margin: Money(Decimal(11))
        )
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 1000, 11 locked",
            "position -1 cost 110 margin 11"
        )
        scenario.expect(
            "1: buy 1 market reduce-only",
            "1 accepted",
            "1 filled 1 @ 101 taker, fee 0.202 USDT"
        )
        scenario.expect("account", "BTC 0", "USDT 1008.798")
    }
}
