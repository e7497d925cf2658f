import Exchange
import TestSupport
import Testing
import Trading

/// A paper venue that goes on after a restart.
@Suite struct `A paper venue that goes on` {
    private let start = Timestamp(nanoseconds: 1_000_000_000)

    private func venue(_ market: Market, btc: String = "0") -> PaperVenue {
        PaperVenue(
            instruments: [PaperFixture.instrument(market, id: 0)],
            balances: PaperFixture.balances(btc: btc, usdt: "1000")
        )
    }

    private func terms(_ side: Side, _ type: OrderType, _ quantity: String) -> OrderTerms {
        OrderTerms(
            instrument: InstrumentID(0),
            side: side,
            type: type,
            timeInForce: .goodTillCancelled,
            quantity: Quantity(decimal(quantity)),
            price: type == .limit ? Price(decimal("110")) : .zero,
            trigger: type == .stopMarket ? Price(decimal("80")) : .zero
        )
    }

    @Test func `holds back what its orders held back`() {
        var venue = venue(.spot, btc: "3")
        venue.resume(
            OrderID(7),
            terms(.sell, .limit, "2"),
            filled: Quantity(decimal("0.5")),
            isTriggered: false,
            at: start
        )
        let order = venue.order(OrderID(7))
        #expect(order?.status == .partiallyFilled && order?.remaining == Quantity(decimal("1.5")))
        #expect(venue.balances.map(\.locked) == [Money(decimal("1.5")), .zero])
        #expect(venue.reports.isEmpty)
    }

    @Test func `triggers a stop that it took over`() {
        var venue = venue(.perpetual)
        venue.resume(
            InstrumentID(0),
            quantity: Quantity(decimal("2")),
            entryCost: Money(decimal("200"))
        )
        var stop = terms(.sell, .stopMarket, "2")
        stop.isReduceOnly = true
        venue.resume(OrderID(9), stop, filled: .zero, isTriggered: false, at: start)
        let trade = PublicTrade(
            price: Price(decimal("79")),
            quantity: Quantity(decimal("1")),
            taker: .sell,
            time: start
        )
        let book = PaperFixture.book("78 x 5 | 82 x 5")
        venue.tradeHappened(trade, in: InstrumentID(0), at: start, book: book)
        #expect(venue.order(OrderID(9))?.status == .filled)
        #expect(venue.position(InstrumentID(0)) == nil)
    }

    @Test func `locks the margin of a position, as far as there is something free`() {
        var venue = venue(.perpetual)
        venue.resume(
            InstrumentID(0),
            quantity: Quantity(decimal("-2")),
            entryCost: Money(decimal("100000"))
        )
        #expect(venue.balances.allSatisfy { $0.locked <= $0.total })
        let position = venue.position(InstrumentID(0))
        #expect(position?.quantity == Quantity(decimal("-2")))
        #expect(position?.margin == Money(decimal("1000")))
    }

    @Test func `gives numbers that were not given before`() {
        var venue = venue(.spot)
        venue.count(onFrom: 41, in: 3)
        venue.refuse(.place, of: OrderID(5), at: start)
        venue.refuse(.cancel, of: OrderID(6), at: start)
        venue.refuse(.none, of: OrderID(6), at: start)
        let reports = venue.takeReports()
        #expect(reports.map(\.id) == [42, 43])
        #expect(reports.map(\.body) == [.rejected(.other), .cancelRejected(.other)])
        venue.receive(
            .place(OrderID(8), terms(.buy, .limit, "1")),
            at: start,
            book: PaperFixture.book("90 x 1 | 100 x 5")
        )
        let order = venue.order(OrderID(8))?.venueOrder
        #expect(order == VenueID(UInt128(3 << 32 | 1)))
    }
}
