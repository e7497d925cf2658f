import Exchange
import JSON
import Network
import Testing
import Trading

@testable import LocalExchange

/// What a script of trouble does to what venues remember and ask, of each venue by its own rule.
@Suite struct `A script of trouble` {
    private static func days(_ count: Int64) -> TimeSpan { TimeSpan(seconds: count * 86_400) }

    /// An exchange with both venues and a script that is carried out step by step.
    private func scene(_ actions: [FaultRule.Action]) throws -> ScriptScene {
        try ScriptScene(
            actions.enumerated().map { place, action in
                FaultRule(.request(method: nil, containing: "/step"), skip: place, action)
            }
        )
    }

    // MARK: Forgetting

    @Test func `lets Binance spot archive what ended without a fill, after 90 days`() throws {
        let scene = try scene([.forget(Self.days(89)), .forget(Self.days(2))])
        try scene.binance("POST", "/api/v3/order", scene.sell + "&newClientOrderId=gone")
        try scene.binance("DELETE", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=gone")
        try scene.binance("POST", "/api/v3/order", scene.sell + "&newClientOrderId=sold")
        let buy = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1"
        try scene.binance("POST", "/api/v3/order", buy, by: "bob")
        try scene.binance("POST", "/api/v3/order", scene.sell + "&newClientOrderId=open")
        func code(_ id: String) throws -> Int64? {
            let which = "symbol=BTCUSDT&origClientOrderId=\(id)"
            return try scene.binance("GET", "/api/v3/order", which)["code"]?.integer
        }
        func all() throws -> [String?] {
            try scene.binance("GET", "/api/v3/allOrders", "symbol=BTCUSDT").elements
                .map { $0["clientOrderId"]?.text }
        }
        scene.step()
        #expect(try code("gone") == nil, "after 89 days it is still there")
        #expect(try all() == ["gone", "sold", "open"])
        scene.step()
        #expect(try code("gone") == -2026)
        #expect(try code("sold") == nil && code("open") == nil)
        #expect(try all() == ["sold", "open"])
        let cancel = try scene.binance("DELETE", "/api/v3/order", "symbol=BTCUSDT&orderId=1")
        #expect(cancel["code"]?.integer == -2011)
        let trades = try scene.binance("GET", "/api/v3/myTrades", "symbol=BTCUSDT")
        #expect(trades.elements.count == 1)
    }

    @Test func `lets USD-M forget what ended without a fill in days, and the rest in months`()
        throws
    {
        let scene = try scene([
            .forget(Self.days(2)), .forget(Self.days(2)), .forget(Self.days(90)),
        ])
        let path = "/fapi/v1/order"
        try scene.binance("POST", path, scene.sell + "&newClientOrderId=gone")
        try scene.binance("DELETE", path, "symbol=BTCUSDT&origClientOrderId=gone")
        try scene.binance("POST", path, scene.sell + "&newClientOrderId=sold")
        let buy = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1"
        try scene.binance("POST", path, buy, by: "bob")
        try scene.binance("POST", path, scene.sell + "&newClientOrderId=open")
        let stop =
            "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&quantity=1"
            + "&triggerPrice=80&clientAlgoId=stop"
        try scene.binance("POST", "/fapi/v1/algoOrder", stop)
        try scene.binance("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=stop")
        func known() throws -> [String] {
            let all = try ["gone", "sold", "open"].filter { id in
                let which = "symbol=BTCUSDT&origClientOrderId=\(id)"
                let code = try ScriptScene.refusal(try scene.binance("GET", path, which))
                #expect(code == nil || code == -2013)
                return code == nil
            }
            let listed = try scene.binance("GET", "/fapi/v1/allOrders", "symbol=BTCUSDT").elements
            #expect(listed.map { $0["clientOrderId"]?.text } == all)
            let algo = try scene.binance("GET", "/fapi/v1/algoOrder", "clientAlgoId=stop")
            let algos = try scene.binance("GET", "/fapi/v1/allAlgoOrders", "symbol=BTCUSDT")
            let isKnown = try ScriptScene.refusal(algo) == nil
            #expect(algos.elements.count == (isKnown ? 1 : 0))
            return all + (isKnown ? ["stop"] : [])
        }
        scene.step()
        #expect(try known() == ["gone", "sold", "open", "stop"])
        scene.step()
        #expect(try known() == ["sold", "open"])
        scene.step()
        #expect(try known() == ["open"])
    }

    @Test(arguments: ["spot", "linear"])
    func `lets Bybit lose what has ended from its lists, and keep its ids taken`(
        category: String
    ) throws {
        let scene = try scene([.forget(.second), .forget(Self.days(1))])
        let one = #""category":"\#(category)","symbol":"BTCUSDT""#
        func place(_ id: String, _ side: String = "Sell", by name: String = "ann") throws -> Int64?
        {
            let terms = #""orderType":"Limit","qty":"1","price":"100""#
            let body = #"{\#(one),"side":"\#(side)",\#(terms),"orderLinkId":"\#(id)"}"#
            return try scene.bybit("order/create", body: body, by: name)["retCode"]?.integer
        }
        func cancel(_ id: String) throws -> Int64? {
            let body = #"{\#(one),"orderLinkId":"\#(id)"}"#
            return try scene.bybit("order/cancel", body: body)["retCode"]?.integer
        }
        func ids(_ path: String, _ query: String = "") throws -> [String] {
            try scene.bybit(path, "category=\(category)&symbol=BTCUSDT" + query)["result"]?["list"]?
                .elements.compactMap { $0["orderLinkId"]?.text }.sorted() ?? []
        }
        #expect(try place("gone") == 0 && cancel("gone") == 0)
        #expect(try place("sold") == 0 && place("bought", "Buy", by: "bob") == 0)
        #expect(try place("open") == 0)
        #expect(try ids("order/realtime", "&openOnly=1") == ["gone", "sold"])
        #expect(try ids("order/realtime", "&orderLinkId=gone") == ["gone"])

        // A restart of the venue: the list of open orders knows only those.
        scene.step()
        #expect(try ids("order/realtime", "&openOnly=1") == [])
        #expect(try ids("order/realtime", "&orderLinkId=sold") == [])
        #expect(try ids("order/realtime") == ["open"])
        #expect(try ids("order/history") == ["gone", "open", "sold"])

        // A day later the history has lost what ended without a fill.
        scene.step()
        #expect(try ids("order/history") == ["open", "sold"])
        #expect(try ids("order/history", "&orderLinkId=gone") == [])
        #expect(try ids("order/history", "&orderLinkId=sold") == ["sold"])
        let isSpot = category == "spot"
        #expect(try cancel("gone") == (isSpot ? 170213 : 110001))
        #expect(try ids("execution/list").count == 1)
        // What it does not tell of any more it still knows when the id comes again.
        let duplicate: Int64 = isSpot ? 170141 : 110072
        #expect(try place("gone") == duplicate && place("sold") == duplicate)
    }

    // MARK: Ids of clients

    @Test(arguments: ["/api/v3/order", "/fapi/v1/order"])
    func `is not needed for Binance to take an id again once its order has ended`(
        path: String
    ) throws {
        let scene = try scene([])
        let order = scene.sell + "&newClientOrderId=id"
        let which = "symbol=BTCUSDT&origClientOrderId=id"
        let first = try scene.binance("POST", path, order)["orderId"]?.integer
        let twice = try scene.binance("POST", path, order)
        let isSpot = path.hasPrefix("/api")
        #expect(twice["code"]?.integer == (isSpot ? -2010 : -4116))
        // Half filled it is still open, and its id is not free.
        let buy = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity="
        try scene.binance("POST", path, buy + "0.5", by: "bob")
        #expect(try scene.binance("POST", path, order)["code"] == twice["code"])
        try scene.binance("POST", path, buy + "0.5", by: "bob")
        let again = try scene.binance("POST", path, order)
        #expect(try ScriptScene.refusal(again) == nil && again["orderId"]?.integer != first)
        #expect(try scene.binance("GET", path, which)["orderId"] == again["orderId"])
        try scene.binance("DELETE", path, which)
        #expect(try ScriptScene.refusal(scene.binance("POST", path, order)) == nil)
        // Another account has ids of its own.
        #expect(try ScriptScene.refusal(scene.binance("POST", path, order, by: "bob")) == nil)
    }

    // MARK: Filters

    private var change: FilterChange {
        var change = FilterChange(venue: .binanceSpot, symbol: "BTCUSDT")
        change.priceTick = Price(decimal("0.5"))
        change.quantityStep = Quantity(decimal("0.1"))
        change.minimumQuantity = Quantity(decimal("0.2"))
        change.minimumNotional = Money(decimal("50"))
        return change
    }

    @Test(arguments: [VenueMarket.binanceSpot, .binanceFutures, .bybitSpot, .bybitLinear])
    func `changes what one market asks, where it is listed and of orders`(
        venue: VenueMarket
    ) throws {
        var change = change
        change.venue = venue
        let scene = try scene([.filters(change)])
        let before = try scene.filters(venue)
        let rest = ("1.001", "100.01")
        #expect(try scene.place(venue, rest.0, rest.1, id: "stands") == nil)
        scene.step()
        let after = try scene.filters(venue)
        #expect(before.priceTick == Price(decimal("0.01")))
        #expect(after == change.applied(to: before))
        for other in VenueMarket.allCases where other != venue {
            #expect(try scene.filters(other) == before, "\(other) is as it was")
        }
        // Off the new grid, below the new limits, and right.
        for (quantity, price, isTaken) in [
            ("1", "100.01", false), ("1.001", "100", false), ("0.1", "1000", false),
            ("0.4", "100", false), ("1.1", "100.5", true),
        ] {
            let code = try scene.place(venue, quantity, price, id: "")
            #expect((code == nil) == isTaken, "\(quantity) @ \(price): \(code ?? 0)")
        }
        // What stood before is left as it was, and its price is told in full.
        let asked = try scene.open(venue)
        #expect(asked.contains("100.01"), "\(asked)")
    }

    @Test func `changes filters and forgets at a time, too`() throws {
        let scene = try ScriptScene([
            FaultRule(.moment(.second), .filters(change)),
            FaultRule(.moment(.second), .forget(Self.days(91))),
        ])
        try scene.binance("POST", "/api/v3/order", scene.sell + "&newClientOrderId=gone")
        try scene.binance("DELETE", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=gone")
        let which = "symbol=BTCUSDT&origClientOrderId=gone"
        let known = try scene.binance("GET", "/api/v3/order", which)
        #expect(try ScriptScene.refusal(known) == nil)
        scene.pass(.second)
        #expect(try scene.binance("GET", "/api/v3/order", which)["code"]?.integer == -2026)
        #expect(try scene.filters(.binanceSpot).priceTick == Price(decimal("0.5")))
        #expect(scene.exchange.faultCounts == [1, 1])
    }
}
