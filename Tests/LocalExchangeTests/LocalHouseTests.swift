import Exchange
import LocalExchange
import Testing
import Trading

@Suite struct `A house of the local exchange` {
    private let now = HouseFixture.start

    private func placed(_ outcome: LocalOutcome) throws -> LocalOrder {
        guard case .done(let order) = outcome else {
            throw Failure(text: "\(outcome)")
        }
        return order
    }

    private struct Failure: Error {
        let text: String
    }

    @Test func `brings two clients together and tells both and everyone`() throws {
        let house = try HouseFixture.house()
        let resting = try placed(house.place(LocalWish("sell 2 @ 100", id: "a"), of: 0, at: now))
        #expect(resting.status == .placed)
        #expect(house.takeEvents().map(\.inWords) == ["order 1 accepted", "balances 0"])
        let taker = try placed(house.place(LocalWish("buy 1 market", id: "b"), of: 1, at: now))
        #expect(taker.status == .filled && taker.averagePrice == Price(decimal("100")))
        #expect(
            house.takeEvents().map(\.inWords) == [
                "order 2 accepted",
                "fill 1 @ 100 taker of 2", "trade 1 @ 100", "order 2 filled",
                "fill 1 @ 100 maker of 1", "order 1 filled",
                "balances 1", "balances 0",
            ]
        )
        #expect(house.levels(.sell, of: 0, atMost: 5).map(\.quantity) == [Quantity(decimal("1"))])
        #expect(house.order(clientID: "a", of: 0, in: 0)?.status == .partiallyFilled)
        #expect(house.order(clientID: "a", of: 1, in: 0) == nil)
    }

    @Test func `leaves no trace of what it refuses`() throws {
        let house = try HouseFixture.house()
        #expect(
            house.place(LocalWish("buy 1000 @ 100"), of: 0, at: now)
                == .refused(.insufficientBalance)
        )
        #expect(house.place(LocalWish("buy 1 @ 100.001"), of: 0, at: now) == .refused(.offGrid))
        #expect(house.takeEvents().isEmpty)
        #expect(house.orders(of: 0, in: 0).isEmpty)
    }

    @Test func `spends a quote amount along the book`() throws {
        let house = try HouseFixture.house()
        _ = house.place(LocalWish("sell 1 @ 100"), of: 0, at: now)
        _ = house.place(LocalWish("sell 1 @ 200"), of: 0, at: now)
        var wish = LocalWish("buy 0 market")
        wish.quoteQuantity = Money(decimal("200.1"))
        let order = try placed(house.place(wish, of: 1, at: now))
        #expect(order.filled == Quantity(decimal("1.5")))
        #expect(order.filledValue == Money(decimal("200")))
    }

    @Test func `keeps a conditional order until a trade meets it`() throws {
        let house = try HouseFixture.house()
        _ = house.place(LocalWish("sell 1 @ 100"), of: 0, at: now)
        _ = house.place(LocalWish("buy 5 @ 80"), of: 0, at: now)
        _ = house.place(LocalWish("buy 0.1 market"), of: 1, at: now)
        _ = house.takeEvents()
        let stop = try placed(
            house.place(LocalWish("sell 1 market falls to 90", id: "stop"), of: 1, at: now)
        )
        #expect(stop.isUntriggered)
        #expect(
            house.place(LocalWish("sell 1 market falls to 100"), of: 1, at: now)
                == .refused(.wouldTrigger)
        )
        _ = house.place(LocalWish("sell 0.1 market"), of: 0, at: now)
        // Its own order at 80 it does not meet, so there was no trade.
        #expect(house.order(stop.number)?.isUntriggered == true)
        _ = house.place(LocalWish("sell 0.1 @ 80"), of: 1, at: now)
        let ended = try #require(house.order(stop.number))
        #expect(ended.status == .filled && ended.averagePrice == Price(decimal("80")))
    }

    @Test func `lets a triggered order become another where the venue does`() throws {
        let house = try HouseFixture.house(.binanceFutures)
        _ = house.place(LocalWish("sell 3 @ 100"), of: 0, at: now)
        _ = house.place(LocalWish("buy 1 market"), of: 1, at: now)
        let wish = LocalWish("buy 1 market rises to 110 another")
        let algo = try placed(house.place(wish, of: 1, at: now))
        _ = house.place(LocalWish("sell 1 @ 110"), of: 0, at: now)
        _ = house.place(LocalWish("buy 2.5 market"), of: 1, at: now)
        let fired = try #require(house.order(algo.number))
        let child = try #require(fired.became.flatMap(house.order))
        #expect(fired.status == .filled && child.filled == Quantity(decimal("0.5")))
        #expect(child.status == .expired)
        #expect(house.position(of: 1, in: 0).quantity == Quantity(decimal("4")))
    }

    @Test func `holds the assets of a reserving stop until it ends`() throws {
        let house = try HouseFixture.house(.bybitSpot)
        let wish = LocalWish("sell 4 market falls to 90 reserving")
        let stop = try placed(house.place(wish, of: 0, at: now))
        #expect(house.balances(of: 0)[0].balance.free == Money(decimal("6")))
        #expect(
            house.place(LocalWish("sell 7 @ 100"), of: 0, at: now)
                == .refused(.insufficientBalance)
        )
        _ = house.cancel(stop.number, at: now)
        #expect(house.balances(of: 0)[0].balance.free == Money(decimal("10")))
        #expect(house.cancel(stop.number, at: now) == .refused(.alreadyEnded))
    }

    @Test func `trades on a generated market, the same for the same seed`() throws {
        func run() throws -> (events: [LocalEvent], price: Price?) {
            let house = try HouseFixture.house(.bybitLinear, .generated(seed: 7, priceFactor: 600))
            var events: [LocalEvent] = []
            for second in 0..<60 {
                let time = now + TimeSpan(seconds: Int64(second))
                #expect(house.advance(to: time).isEmpty)
                if second == 5 { _ = house.place(LocalWish("buy 0.5 market"), of: 0, at: time) }
                events += house.takeEvents()
            }
            #expect(house.position(of: 0, in: 0).quantity == Quantity(decimal("0.5")))
            #expect(house.markets[0].mark != nil)
            return (events, house.markets[0].lastPrice)
        }
        let first = try run()
        let second = try run()
        let isSame = first == second
        #expect(isSame && first.events.count > 100)
        let price = try #require(first.price)
        #expect(price > Price(decimal("50000")) && price < Price(decimal("70000")))
    }
}
