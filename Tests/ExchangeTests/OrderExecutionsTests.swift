import Exchange
import Testing
import Trading

@Suite struct `A question for the fills of an order` {
    private static let day: Int64 = 86_400

    private func asked(_ days: Int64, at market: VenueMarket) -> [OrderExecutions] {
        let made = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
        var question: OrderExecutions? = OrderExecutions(
            symbol: "BTCUSDT",
            of: VenueID(28),
            since: made,
            changed: made + TimeSpan(seconds: days * Self.day)
        )
        var all: [OrderExecutions] = []
        while let next = question, all.count < 100 {
            all.append(next)
            question = next.following(nil, at: market)
        }
        return all
    }

    @Test(arguments: [VenueMarket.bybitSpot, .bybitLinear, .binanceFutures])
    func `goes back to when it was made, in stretches that a venue tells at once`(
        market: VenueMarket
    ) {
        let stretches = asked(20, at: market)
        #expect(stretches.count == 4)
        let week = TimeSpan(seconds: 7 * Self.day)
        #expect(stretches.allSatisfy { $0.until - $0.from < week })
        #expect(zip(stretches, stretches.dropFirst()).allSatisfy { $0.from == $1.until })
        #expect(stretches.last.map { $0.from == $0.since } == true)
        #expect(asked(0, at: market).count == 1)
    }

    @Test func `is one where the venue goes by the order alone`() {
        #expect(asked(20, at: .binanceSpot).count == 1)
    }

    @Test func `reads every page of a stretch first`() throws {
        let first = try #require(asked(20, at: .bybitLinear).first)
        let page = try #require(first.following(.after("1"), at: .bybitLinear))
        #expect(page.until == first.until && page.page == .after("1"))
        let before = try #require(page.following(.after("1"), at: .bybitLinear))
        #expect(before.until == first.from && before.page == .first)
    }
}
