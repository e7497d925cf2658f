import Exchange
import Network
import Testing
import Trading

@testable import LocalExchange

/// A market that jumps in its house, beside one of the same seed that does not.
@Suite struct `A price that jumps` {
    private static let source = BookSource.Plan.generated(seed: 7, priceFactor: 10)
    private let start = HouseFixture.start

    private func pair(_ venue: VenueMarket) throws -> (LocalHouse, LocalHouse) {
        let pair = (
            try HouseFixture.house(venue, Self.source), try HouseFixture.house(venue, Self.source)
        )
        _ = (pair.0.advance(to: start), pair.1.advance(to: start))
        return pair
    }

    private func moved(_ levels: [BookLevel], by distance: Price) -> [BookLevel] {
        levels.map { BookLevel(price: $0.price + distance, quantity: $0.quantity) }
    }

    @Test(arguments: VenueMarket.allCases, ["25.31", "-17.04"])
    func `takes the book, the last price and the mark along, and stays`(
        venue: VenueMarket,
        text: String
    ) throws {
        let (house, other) = try pair(venue)
        let distance = Price(decimal(text))
        #expect(house.jump(0, by: distance, at: start))
        let taker: Side = distance.isPositive ? .buy : .sell
        let best = try #require(other.levels(taker.opposite, of: 0, atMost: 1).first)
        let trade = try #require(house.markets[0].trades.last?.trade)
        #expect(trade.price == best.price + distance && trade.taker == taker)
        if venue.market == .perpetual { #expect(house.markets[0].mark?.price == trade.price) }
        for second in 0..<20 {
            let now = start + TimeSpan(seconds: Int64(second))
            #expect(house.advance(to: now).isEmpty && other.advance(to: now).isEmpty)
            for side in Side.allCases {
                let levels = house.levels(side, of: 0, atMost: 500)
                let wanted = moved(other.levels(side, of: 0, atMost: 500), by: distance)
                let isSame = levels == wanted && levels.count > 50
                #expect(isSame, "\(side) after \(second) s")
            }
            guard second >= 5 else { continue }
            let price = try #require(other.markets[0].lastPrice)
            #expect(house.markets[0].lastPrice == price + distance)
        }
    }

    @Test func `meets a stop that waits in its way, at the price behind it`() throws {
        let (house, _) = try pair(.binanceFutures)
        _ = house.place(LocalWish("buy 1 market"), of: 0, at: start)
        let bid = try #require(house.levels(.buy, of: 0, atMost: 1).first?.price)
        func stop(_ distance: String) throws -> UInt64 {
            let trigger = bid - Price(decimal(distance))
            let wish = LocalWish("sell 1 market falls to \(trigger) reduce-only")
            guard case .done(let order) = house.place(wish, of: 0, at: start) else {
                throw Refused()
            }
            return order.number
        }
        let (met, spared) = (try stop("5"), try stop("30"))
        #expect(house.jump(0, by: Price(decimal("-20")), at: start))
        let order = try #require(house.order(met))
        #expect(order.status == .filled)
        #expect(order.averagePrice <= bid - Price(decimal("20")))
        #expect(house.order(spared)?.isUntriggered == true)
        #expect(house.position(of: 0, in: 0).quantity.isZero)
    }

    private struct Refused: Error {}

    @Test func `fills what rests in its way at its limit`() throws {
        let (house, _) = try pair(.binanceSpot)
        let ask = try #require(house.levels(.sell, of: 0, atMost: 1).first?.price)
        let limit = ask + Price(decimal("5"))
        _ = house.place(LocalWish("sell 1 @ \(limit)"), of: 0, at: start)
        #expect(house.order(1)?.status == .placed)
        #expect(house.jump(0, by: Price(decimal("20")), at: start))
        #expect(house.order(1)?.status == .filled && house.order(1)?.averagePrice == limit)
    }

    @Test func `does not come where nothing moves the book, or too far`() throws {
        let clients = try HouseFixture.house()
        #expect(!clients.jump(0, by: Price(.one), at: start))
        let closed = try HouseFixture.house(.binanceSpot, Self.source)
        #expect(!closed.jump(0, by: Price(.one), at: start), "before it opens")
        let (house, other) = try pair(.bybitLinear)
        for distance in ["-700", "2100"] {
            #expect(!house.jump(0, by: Price(decimal(distance)), at: start))
        }
        var halt = FilterChange(venue: .bybitLinear, symbol: "BTCUSDT")
        halt.isTrading = false
        house.change(0, by: halt)
        #expect(!house.jump(0, by: Price(.one), at: start))
        let isSame = Side.allCases.allSatisfy {
            house.levels($0, of: 0, atMost: 500) == other.levels($0, of: 0, atMost: 500)
        }
        #expect(isSame)
    }

    /// Books of some coins have bids down to the tick.
    @Test func `leaves out of a book what would be worth nothing`() {
        var book = OrderBook(capacity: 10)
        for price in [1, 2, 9] {
            book.set(.buy, BookLevel(price: Price(Decimal(price)), quantity: Quantity(.one)))
        }
        book.shiftPrices(by: Price(Decimal(-2)))
        #expect(book.levels(.buy).map(\.price) == [Price(Decimal(7))])
    }
}

/// A market that jumps, as clients see it.
@Suite struct `Streams of a price that jumps` {
    /// What a client makes of what a venue tells.
    private struct Client {
        let venue: VenueMarket
        var feed: MarketFeed
        var trades: [Price] = []

        init(_ venue: VenueMarket) {
            self.venue = venue
            feed = MarketFeed(
                instrument: InstrumentID(0),
                symbol: "BTCUSDT",
                market: venue.market,
                rules: venue.isBybit ? .bybit : .binance
            )
        }

        mutating func take(_ bytes: [UInt8]) throws {
            if venue.isBybit {
                var decoder = BybitDecoder(market: venue.market)
                try decoder.decode(bytes.span)
                repeat { take(decoder.message) } while decoder.next()
            } else {
                var decoder = BinanceDecoder()
                try decoder.decode(bytes.span)
                take(decoder.message)
            }
        }

        private mutating func take(_ message: MarketMessage) {
            feed.take(message)
            if message.kind == .trade { trades.append(message.trade.price) }
        }
    }

    private func exchange(_ venue: VenueMarket, _ faults: [FaultRule]) throws -> LocalExchange {
        try LocalExchange(
            LocalExchangePlan(
                accounts: [(LocalWallet(venue), HouseFixture.account("ann", ["USDT": "10000"]))],
                markets: [HouseFixture.plan(venue, .generated(seed: 5, priceFactor: 10))],
                faults: faults,
                seed: 3
            )
        )
    }

    @Test(arguments: VenueMarket.allCases)
    func `lead to the book behind the jump, without a gap`(venue: VenueMarket) throws {
        let jump = PriceJump(venue: venue, symbol: "BTCUSDT", distance: Price(decimal("-12.5")))
        let second = FaultRule(.moment(TimeSpan(seconds: 5)), .jump(jump))
        let first = FaultRule(.request(method: nil, containing: "/step"), .jump(jump))
        let exchange = try exchange(venue, [second, first])
        let house = try #require(exchange.houses.first { !$0.markets.isEmpty })
        var now = HouseFixture.start
        _ = exchange.advance(to: now)
        var client = Client(venue)
        let socket = SocketID(1)
        func pass(_ span: TimeSpan) throws {
            now = now + span
            #expect(exchange.advance(to: now).isEmpty)
            for case .text(_, let text) in exchange.takeMessages(at: now) { try client.take(text) }
        }
        let path = Self.path(venue)
        #expect(exchange.opened(socket, HTTPRequest(.get, path), at: now))
        if venue.isBybit {
            let topics = #""orderbook.50.BTCUSDT","publicTrade.BTCUSDT""#
            let text = #"{"op":"subscribe","args":[\#(topics)]}"#
            exchange.received(Array(text.utf8), from: socket, at: now)
        }
        try pass(.second)
        if !venue.isBybit {
            let target = venue == .binanceSpot ? "/api/v3/depth" : "/fapi/v1/depth"
            let request = HTTPRequest(.get, target + "?symbol=BTCUSDT&limit=1000")
            guard case .response(let response, _) = exchange.answer(request, at: now) else {
                Issue.record("no snapshot")
                return
            }
            try client.take(response.body)
        }
        try pass(.second)
        let before = try #require(client.feed.book.bestBid?.price)
        _ = exchange.answer(HTTPRequest(.get, "/step"), at: now)
        let jumped = try #require(house.markets[0].lastPrice)
        for _ in 0..<100 { try pass(TimeSpan(milliseconds: 100)) }
        #expect(exchange.faultCounts == [1, 1])
        #expect(client.trades.contains(jumped))
        #expect(client.feed.isInStep && client.feed.counters.gaps == 0)
        #expect(client.feed.counters.crossed == 0)
        let bid = try #require(client.feed.book.bestBid?.price)
        #expect(bid < before - Price(decimal("20")))
        for side in Side.allCases {
            let shown = house.levels(side, of: 0, atMost: 20)
            let told = (0..<20).map { client.feed.book.level(side, $0) }
            #expect(told == shown, "\(side)")
        }
    }

    private static func path(_ venue: VenueMarket) -> String {
        let streams = "btcusdt@depth@100ms/btcusdt@trade"
        return switch venue {
        case .bybitSpot: "/v5/public/spot"
        case .bybitLinear: "/v5/public/linear"
        case .binanceSpot: "/stream?streams=" + streams
        case .binanceFutures: "/public/stream?streams=" + streams
        }
    }
}
