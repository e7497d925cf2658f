import Exchange
import Network
import Testing
import Trading

@testable import LocalExchange

/// The other side of the protocol: what our own adapter asks and understands.
@Suite struct `Bybit's front and our own adapter` {
    /// Somebody who trades through the adapter of a market.
    private final class Trader {
        let world: BybitWorld
        let adapter: BybitAdapter
        let market: VenueMarket

        init(_ market: VenueMarket, _ world: BybitWorld) {
            self.world = world
            self.market = market
            adapter = BybitAdapter(
                market: market,
                credentials: VenueCredentials(
                    key: "key-of-alice",
                    secret: BybitWorld.secret(of: "alice")
                )
            )
        }

        func ask(_ call: VenueCall) throws -> VenueAnswer {
            let request = try adapter.request(for: call, at: world.now)
            return adapter.answer(to: call, world.send(request), at: world.now)
        }

        func facts(_ call: VenueCall) throws -> VenueFacts {
            let answer = try ask(call)
            guard case .yes(let facts) = answer else {
                Issue.record("\(call) gave \(answer)")
                throw Unanswered()
            }
            return facts
        }

        func order(_ id: String) throws -> VenueOrder? {
            guard case .orders(let orders, _) = try facts(.order(name(id))) else { return nil }
            return orders.first
        }

        func name(_ id: String, isConditional: Bool = false) -> VenueOrderName {
            VenueOrderName(symbol: "ETHUSDT", clientID: id, isConditional: isConditional)
        }

        func place(
            _ id: String,
            _ side: Side,
            _ type: OrderType,
            _ quantity: String,
            at price: String
        ) throws -> VenueCall {
            let value = Price(try Decimal(price))
            return .place(
                VenuePlacement(
                    name: name(id, isConditional: type == .stopMarket),
                    terms: OrderTerms(
                        instrument: InstrumentID(1),
                        side: side,
                        type: type,
                        timeInForce: type == .limit ? .goodTillCancelled : .immediateOrCancel,
                        isReduceOnly: type == .stopMarket && market == .bybitLinear,
                        quantity: Quantity(try Decimal(quantity)),
                        price: type == .limit ? value : .zero,
                        trigger: type == .stopMarket ? value : .zero
                    )
                )
            )
        }
    }

    private struct Unanswered: Error {}

    private static let markets: [VenueMarket] = [.bybitSpot, .bybitLinear]

    @Test(arguments: markets)
    func `questions about market and account are answered`(market: VenueMarket) throws {
        let world = try BybitWorld()
        let trader = Trader(market, world)
        let category = market == .bybitSpot ? "spot" : "linear"
        try world.trade(category, at: "100")
        try world.placed(category, "Buy", "1", at: "99", by: "bob")
        world.pass(milliseconds: 1000)
        guard case .instruments(let instruments, _) = try trader.facts(.instruments(page: .first))
        else { throw Unanswered() }
        #expect(instruments.map(\.symbol) == ["ETHUSDT", "BTCUSDT"])
        #expect(instruments[0].filters.minimumNotional == Money(Decimal(5)))
        guard case .tickers(let tickers) = try trader.facts(.tickers) else { throw Unanswered() }
        #expect(tickers.first?.last == Price(Decimal(100)))
        guard case .book(let book) = try trader.facts(.book(symbol: "ETHUSDT", depth: 50)) else {
            throw Unanswered()
        }
        #expect(book.bids.map(\.price) == [Price(Decimal(99))])
        guard case .time(let time) = try trader.facts(.serverTime) else { throw Unanswered() }
        #expect(time == world.now)
        guard case .key(let key) = try trader.facts(.keyPermissions) else { throw Unanswered() }
        #expect(key.mayTrade == true && key.mayWithdraw == false)
        guard case .fees(let fees) = try trader.facts(.fees(symbol: "ETHUSDT")) else {
            throw Unanswered()
        }
        #expect(fees.taker == Decimal(units: Decimal.unitsPerOne / 1000))
        guard case .balances(let balances) = try trader.facts(.balances) else {
            throw Unanswered()
        }
        #expect(balances.contains { $0.asset == "USDT" && $0.total.isPositive })
        guard market == .bybitLinear else { return }
        let mode = try trader.facts(.accountMode(symbol: "ETHUSDT"))
        guard case .mode(let mode) = mode else { throw Unanswered() }
        #expect(mode.isHedge == false && mode.leverage == Decimal(10))
        guard case .mode(let margin) = try trader.facts(.marginMode(symbol: "ETHUSDT")) else {
            throw Unanswered()
        }
        #expect(margin.marginMode == .isolated)
        let leverage = VenueCall.setLeverage(symbol: "ETHUSDT", Decimal(5))
        _ = try trader.facts(leverage)
        _ = try trader.facts(leverage)
        _ = try trader.facts(.setOneWayMode(symbol: "ETHUSDT"))
        guard case .positions(let held) = try trader.facts(.positions(symbol: nil)) else {
            throw Unanswered()
        }
        #expect(held.map(\.quantity) == [Quantity(units: Decimal.unitsPerOne / 10)])
    }

    @Test(arguments: markets)
    func `an order lives as the adapter understands it`(market: VenueMarket) throws {
        let world = try BybitWorld()
        let trader = Trader(market, world)
        let category = market == .bybitSpot ? "spot" : "linear"
        try world.trade(category, at: "100")
        let stream = try #require(
            try trader.adapter.privateStream(at: world.now, listenKey: nil)
        )
        let socket = world.open(stream.target)
        for text in stream.greeting { world.say(text, socket) }
        if let ping = stream.ping { world.say(ping, socket) }
        let greeted = world.take(socket)
        #expect(greeted.allSatisfy { $0.says("success") || $0.text("op") == "pong" })
        let place = try trader.place("hf-1", .buy, .limit, "2", at: "90")
        guard case .accepted(_, let id) = try trader.facts(place) else { throw Unanswered() }
        #expect(id == "hf-1")
        guard case .unknown(let doubt) = try trader.ask(place) else { throw Unanswered() }
        #expect(doubt.cause == .duplicate)
        let change = VenueAmendment(
            quantity: Quantity(Decimal(3)),
            price: Price(Decimal(91)),
            trigger: .zero,
            side: .buy
        )
        _ = try trader.facts(.amend(trader.name("hf-1"), change))
        var order = try #require(try trader.order("hf-1"))
        #expect(order.status == .placed && order.quantity == Quantity(Decimal(3)))
        try world.placed(category, "Sell", "1", at: "91", by: "bob")
        order = try #require(try trader.order("hf-1"))
        #expect(order.status == .partiallyFilled && order.filled == Quantity(.one))
        #expect(order.filledValue == Money(Decimal(91)))
        _ = try trader.facts(.cancel(trader.name("hf-1")))
        order = try #require(try trader.order("hf-1"))
        #expect(order.status == .cancelled && order.filled == Quantity(.one))
        switch (market, try trader.ask(.cancel(trader.name("hf-1")))) {
        // On spot the venue says that it is cancelled already, which is what was wanted.
        case (.bybitSpot, .yes): break
        case (.bybitLinear, .no(let refusal)): #expect(refusal.reason == .order(.unknownOrder))
        case (_, let answer): Issue.record("\(answer)")
        }
        let week = TimeSpan(seconds: 3600)
        let start = Timestamp(nanoseconds: world.now.nanoseconds - week.nanoseconds)
        let window = VenueCall.executions(
            symbol: "ETHUSDT",
            from: start,
            to: world.now,
            page: .first
        )
        guard case .executions(let fills, let next) = try trader.facts(window) else {
            throw Unanswered()
        }
        let own = fills.filter { $0.clientID == "hf-1" }
        #expect(own.map(\.quantity) == [Quantity(.one)])
        #expect(own.first?.liquidity == .maker && own.first?.kind == .trade)
        #expect(next != nil)
        let one = OrderExecutions(
            symbol: "ETHUSDT",
            of: order.venueOrder,
            since: order.made ?? start,
            changed: world.now
        )
        guard case .executions(let its, _) = try trader.facts(.orderExecutions(one)) else {
            throw Unanswered()
        }
        #expect(its == own)
        let told = try world.raw(socket).flatMap { bytes in
            try trader.adapter.events(in: bytes.span)
        }
        let states = told.compactMap { event -> OrderStatus? in
            if case .order(let order) = event { order.status } else { nil }
        }
        #expect(states == [.placed, .placed, .partiallyFilled, .cancelled])
        #expect(told.contains { if case .execution = $0 { true } else { false } })
        #expect(told.contains { if case .balance = $0 { true } else { false } })
    }

    @Test(arguments: markets)
    func `a stop is placed, found and cancelled`(market: VenueMarket) throws {
        let world = try BybitWorld()
        let trader = Trader(market, world)
        try world.trade(market == .bybitSpot ? "spot" : "linear", at: "100")
        let stop = try trader.place("hf-stop", .sell, .stopMarket, "0.1", at: "90")
        _ = try trader.facts(stop)
        let name = trader.name("hf-stop", isConditional: true)
        guard case .orders(let orders, _) = try trader.facts(.order(name)) else {
            throw Unanswered()
        }
        let order = try #require(orders.first)
        #expect(order.isUntriggered && order.trigger == Price(Decimal(90)))
        #expect(order.clientID == "hf-stop" && order.status == .placed)
        _ = try trader.facts(.cancel(name))
        guard case .orders(let ended, _) = try trader.facts(.order(name)) else {
            throw Unanswered()
        }
        #expect(ended.first?.status == .cancelled)
    }

    @Test(arguments: markets)
    func `trouble is understood as trouble`(market: VenueMarket) throws {
        let world = try BybitWorld()
        let trader = Trader(market, world)
        let call = try trader.place("hf-2", .buy, .limit, "1", at: "90")
        let request = try trader.adapter.request(for: call, at: world.now)
        func answer(_ trouble: VenueTrouble) -> VenueAnswer {
            let response = world.front.answer(request, in: trouble, at: world.now)
            return trader.adapter.answer(to: call, response, at: world.now)
        }
        guard case .no(let limited) = answer(.tooMany(retryAfter: .second)) else {
            throw Unanswered()
        }
        #expect(limited.reason == .limited(until: world.now + .second))
        guard case .no(let banned) = answer(.banned(retryAfter: .second)) else {
            throw Unanswered()
        }
        if case .limited = banned.reason {} else { Issue.record("\(banned)") }
        guard case .unknown = answer(.serverError(status: 502)) else { throw Unanswered() }
        guard case .unknown = answer(.maintenance) else { throw Unanswered() }
    }
}
