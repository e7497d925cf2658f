import Exchange
import Network
import TestSupport
import Testing
import Trading

@testable import LocalExchange

@Suite struct BinanceFuturesFrontTests {
    private typealias Bench = BinanceFrontBench<BinanceFuturesFront>

    private func listen(_ bench: Bench, _ name: String, root: String = "private/ws?listenKey=")
        throws -> UInt64
    {
        let headers = [HTTPHeader("X-MBX-APIKEY", "key-\(name)")]
        let key = try bench.ask(.post, "/fapi/v1/listenKey", headers: headers)["listenKey"]?.text
        return try bench.open("/\(root)\(try #require(key))")
    }

    /// The events of orders: their name, type and status.
    private func words(_ messages: [JSONTree]) -> [String] {
        messages.map { message in
            let order = message["o"]
            let words = [message["e"]?.text, order?["x"]?.text, order?["X"]?.text]
            return words.compactMap(\.self).joined(separator: " ")
        }
    }

    @Test func `A position is opened and closed over requests and the stream`() throws {
        let bench = try futuresBench()
        let socket = try listen(bench, "alice")
        try bench.rest("SELL", "2", at: "100")
        let bought = try bench.order(
            "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newOrderRespType=RESULT"
                + "&newClientOrderId=in"
        )
        #expect(bought["status"] == .text("FILLED"))
        #expect(bought["avgPrice"] == .text("100.00000"))
        #expect(bought["executedQty"] == .text("1.000"))
        let events = try bench.messages(socket)
        #expect(
            words(events) == [
                "ORDER_TRADE_UPDATE NEW NEW", "ORDER_TRADE_UPDATE TRADE FILLED",
                "ACCOUNT_UPDATE",
            ]
        )
        let account = try #require(events.last?["a"])
        #expect(account["m"] == .text("ORDER"))
        #expect(account["B"]?[0]?["wb"] == .text("999999.95000000"))
        #expect(account["P"]?[0]?["pa"] == .text("1"))
        #expect(account["P"]?[0]?["ep"] == .text("100"))
        let risk = try bench.signed(.get, "/fapi/v3/positionRisk", "symbol=BTCUSDT")
        #expect(risk.body[0]?["positionAmt"] == .text("1.000"))
        #expect(risk.body[0]?["entryPrice"] == .text("100.00000"))
        try bench.rest("BUY", "5", at: "110")
        let sold = try bench.order(
            "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=1&reduceOnly=true"
        )
        #expect(sold["status"] == .text("NEW"), "the usual answer comes before the fill")
        let closing = try bench.messages(socket)
        let fill = try #require(closing.first { $0["o"]?["x"] == .text("TRADE") }?["o"])
        #expect(fill["rp"] == .text("10"))
        #expect(fill["R"] == .flag(true))
        #expect(closing.last?["a"]?["P"]?[0]?["pa"] == .text("0"))
        let none = try bench.signed(.get, "/fapi/v3/positionRisk", "symbol=BTCUSDT")
        #expect(none.body == .list([]))
        let trades = try bench.signed(.get, "/fapi/v1/userTrades", "symbol=BTCUSDT")
        #expect(
            trades.body.elements.map { $0["realizedPnl"]?.text } == ["0.00000000", "10.00000000"]
        )
        guard case .integer(let order) = bought["orderId"] else { return #expect(Bool(false)) }
        func fills(_ asked: String) throws -> [JSONTree] {
            let query = "symbol=BTCUSDT&orderId=\(order)" + asked
            return try bench.signed(.get, "/fapi/v1/userTrades", query).body.elements
        }
        #expect(try fills("").map { $0["realizedPnl"]?.text } == ["0.00000000"])
        // A week is told at once, the last one where none is named.
        let week: Int64 = 7 * 86_400_000
        let made = bench.now.nanoseconds / 1_000_000
        bench.now = bench.now + TimeSpan(seconds: 8 * 86_400)
        #expect(try fills("").isEmpty)
        #expect(try fills("&startTime=\(made - week / 2)&endTime=\(made + 1000)").count == 1)
        let income = try bench.signed(.get, "/fapi/v1/income", "incomeType=REALIZED_PNL")
        #expect(income.body.elements.map { $0["income"]?.text } == ["10.00000000"])
    }

    @Test func `Income is told oldest first, page by page`() throws {
        let bench = try futuresBench()
        try bench.rest("SELL", "5", at: "100")
        _ = try bench.order("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1")
        try bench.rest("BUY", "5", at: "99")
        _ = try bench.order("symbol=BTCUSDT&side=SELL&type=MARKET&quantity=1")
        let all = try bench.signed(.get, "/fapi/v1/income", "startTime=1&limit=1000")
        let names = all.body.elements.map { $0["tranId"]?.text }
        #expect(names.count > 2 && Set(names).count == names.count)
        var paged: [String?] = []
        for page in 1...(names.count + 1) {
            let query = "startTime=1&limit=1&page=\(page)"
            let told = try bench.signed(.get, "/fapi/v1/income", query)
            paged += told.body.elements.map { $0["tranId"]?.text }
        }
        #expect(paged == names)
    }

    @Test func `An account is told nothing where nothing of it has changed`() throws {
        let bench = try futuresBench()
        let socket = try listen(bench, "bob")
        try bench.rest("SELL", "2", at: "100")
        #expect(words(try bench.messages(socket)) == ["ORDER_TRADE_UPDATE NEW NEW"])
    }

    @Test func `A conditional order becomes another order`() throws {
        let bench = try futuresBench()
        let socket = try listen(bench, "alice")
        try bench.rest("BUY", "1", at: "95")
        try bench.rest("SELL", "1", at: "105")
        let terms = "algoType=CONDITIONAL&symbol=BTCUSDT&side=BUY&type=STOP_MARKET"
        let stop = try bench.signed(
            .post,
            "/fapi/v1/algoOrder",
            "\(terms)&quantity=0.5&triggerPrice=105&clientAlgoId=stop"
        )
        #expect(stop["algoStatus"] == .text("NEW"))
        let id = try #require(stop["algoId"]?.integer)
        let plain = try bench.signed(
            .get,
            "/fapi/v1/order",
            "symbol=BTCUSDT&origClientOrderId=stop"
        )
        #expect(plain.code == -2013, "it is no order of that endpoint")
        let open = try bench.signed(.get, "/fapi/v1/openAlgoOrders")
        #expect(open.body.elements.map { $0["algoId"]?.integer } == [id])
        bench.wait(.second)
        // Alice buys at 105 herself, and the trade triggers her stop.
        _ = try bench.order("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1")
        let events = try bench.messages(socket)
        let stopEvents = events.filter { event in
            event["o"]?["c"] == .text("stop") || event["o"]?["caid"] == .text("stop")
        }
        #expect(
            words(stopEvents) == [
                "ALGO_UPDATE NEW", "ALGO_UPDATE TRIGGERING", "ORDER_TRADE_UPDATE NEW NEW",
                "ORDER_TRADE_UPDATE TRADE FILLED", "ALGO_UPDATE TRIGGERED", "ALGO_UPDATE FINISHED",
            ]
        )
        let child = try #require(stopEvents[2]["o"]?["i"]?.integer)
        #expect(child != id)
        #expect(stopEvents[2]["o"]?["si"] == .integer(id))
        #expect(stopEvents[5]["o"]?["ai"] == .text("\(child)"))
        #expect(stopEvents[5]["o"]?["aq"] == .text("0.5"))
        let asked = try bench.signed(.get, "/fapi/v1/algoOrder", "algoId=\(id)")
        #expect(asked["algoStatus"] == .text("FINISHED"))
        #expect(asked["actualOrderId"] == .text("\(child)"))
        let order = try bench.signed(.get, "/fapi/v1/order", "symbol=BTCUSDT&orderId=\(child)")
        #expect(order["status"] == .text("FILLED"))
    }

    @Test func `A conditional order that became a resting one ends with it`() throws {
        let bench = try futuresBench()
        let socket = try listen(bench, "alice")
        try bench.rest("SELL", "1", at: "105")
        _ = try bench.signed(
            .post,
            "/fapi/v1/algoOrder",
            "algoType=CONDITIONAL&symbol=BTCUSDT&side=BUY&type=STOP&quantity=0.5&price=90"
                + "&timeInForce=GTC&triggerPrice=105&clientAlgoId=stop"
        )
        _ = try bench.order("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1")
        let before = try bench.messages(socket).compactMap { $0["o"] }
            .filter { $0["caid"] != nil }.map { $0["X"]?.text }
        #expect(before == ["NEW", "TRIGGERING", "TRIGGERED"])
        _ = try bench.signed(.delete, "/fapi/v1/order", "symbol=BTCUSDT&origClientOrderId=stop")
        #expect(
            words(try bench.messages(socket)) == [
                "ORDER_TRADE_UPDATE CANCELED CANCELED", "ALGO_UPDATE FINISHED",
            ]
        )
    }

    @Test func `A conditional order is cancelled`() throws {
        let bench = try futuresBench()
        let socket = try listen(bench, "alice")
        _ = try bench.signed(
            .post,
            "/fapi/v1/algoOrder",
            "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT_MARKET&quantity=1"
                + "&triggerPrice=105&clientAlgoId=take"
        )
        let reply = try bench.signed(.delete, "/fapi/v1/algoOrder", "clientAlgoId=take")
        #expect(reply["algoStatus"] == .text("CANCELED"))
        #expect(reply["code"] == .text("200"))
        #expect(
            words(try bench.messages(socket)) == ["ALGO_UPDATE NEW", "ALGO_UPDATE CANCELED"]
        )
        let again = try bench.signed(.delete, "/fapi/v1/algoOrder", "clientAlgoId=take")
        #expect(again.code == -2011)
    }

    @Test func `A stop that closes the position takes its size when it is triggered`() throws {
        let bench = try futuresBench()
        try bench.rest("SELL", "5", at: "100")
        try bench.rest("BUY", "1", at: "95")
        try bench.rest("BUY", "9", at: "94")
        _ = try bench.order("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=2")
        let stop = try bench.signed(
            .post,
            "/fapi/v1/algoOrder",
            "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&closePosition=true"
                + "&triggerPrice=95"
        )
        #expect(stop["closePosition"] == .flag(true))
        _ = try bench.order("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1")
        _ = try bench.order("symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.5")
        let risk = try bench.signed(.get, "/fapi/v2/positionRisk", "symbol=BTCUSDT")
        #expect(risk.body[0]?["positionAmt"] == .text("0.000"))
        let orders = try bench.signed(.get, "/fapi/v1/allOrders", "symbol=BTCUSDT")
        #expect(orders.body.elements.last?["executedQty"] == .text("2.500"))
    }

    @Test func `An order is changed in quantity and price together`() throws {
        let bench = try futuresBench()
        let socket = try listen(bench, "bob")
        let id = try #require(try bench.rest("SELL", "2", at: "100")["orderId"]?.integer)
        let terms = "symbol=BTCUSDT&side=SELL&orderId=\(id)"
        let path = "/fapi/v1/order"
        #expect(try bench.signed(.put, path, "\(terms)&quantity=1", as: "bob").code == -1102)
        let same = try bench.signed(.put, path, "\(terms)&quantity=2&price=100", as: "bob")
        #expect(same.code == -5027)
        let changed = try bench.signed(.put, path, "\(terms)&quantity=1&price=101", as: "bob")
        #expect(changed["origQty"] == .text("1.000"))
        #expect(changed["price"] == .text("101.0"))
        #expect(
            words(try bench.messages(socket)) == [
                "ORDER_TRADE_UPDATE NEW NEW", "ORDER_TRADE_UPDATE AMENDMENT NEW",
            ]
        )
    }

    @Test(arguments: [
        ("type=STOP_MARKET&quantity=1&stopPrice=1", -4120, "Please use the Algo Order API"),
        (
            "type=LIMIT&timeInForce=GTX&quantity=1&price=100", -5022,
            "could not be executed as maker"
        ),
        ("type=LIMIT&timeInForce=FOK&quantity=3&price=100", -5021, "could not be filled"),
        ("type=LIMIT&timeInForce=GTC&quantity=1&price=100.05", -1111, "Precision is over"),
        ("type=LIMIT&timeInForce=GTC&quantity=0.001&price=90", -4164, "no smaller than 5"),
        ("type=MARKET&quantity=0", -4003, "less than or equal to zero"),
        ("type=MARKET&quantity=1001", -4005, "greater than max quantity"),
        ("type=MARKET&quantity=0.0001", -1111, "Precision is over"),
        ("type=LIMIT&timeInForce=GTC&quantity=1000&price=90000", -2019, "Margin is insufficient."),
        ("type=MARKET&quantity=1&reduceOnly=true", -2022, "ReduceOnly Order is rejected."),
        ("type=MARKET&quantity=1&positionSide=LONG", -4061, "position side does not match"),
        ("type=LIMIT&timeInForce=GTD&quantity=1&price=90", -1115, "Invalid timeInForce."),
        (
            "type=MARKET&quantity=1&newClientOrderId=" + String(repeating: "a", count: 37), -4015,
            "36"
        ),
    ])
    func `What is wrong with an order is said in the venue's words`(
        _ terms: String,
        _ code: Int64,
        _ text: String
    ) throws {
        let bench = try futuresBench()
        try bench.rest("SELL", "1", at: "100")
        let before = try bench.signed(.get, "/fapi/v1/allOrders", "symbol=BTCUSDT")
        let reply = try bench.order("symbol=BTCUSDT&side=BUY&\(terms)")
        #expect(reply.status == 400)
        #expect(reply.code == code)
        #expect(reply.message?.contains(text) == true, "\(reply.message ?? "")")
        let after = try bench.signed(.get, "/fapi/v1/allOrders", "symbol=BTCUSDT")
        #expect(after.body == before.body, "a refused order leaves no trace")
    }

    @Test func `A client's id is unique among open orders`() throws {
        let bench = try futuresBench()
        try bench.rest("SELL", "1", at: "100", id: "same")
        let terms = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=101"
        let reply = try bench.order("\(terms)&newClientOrderId=same", as: "bob")
        #expect(reply.code == -4116)
        #expect(reply.message == "ClientOrderId is duplicated.")
    }

    @Test(arguments: [
        (HTTPMethod.post, "/fapi/v1/marginType", "symbol=BTCUSDT&marginType=ISOLATED", -4046),
        (.post, "/fapi/v1/positionSide/dual", "dualSidePosition=false", -4059),
        (.post, "/fapi/v1/multiAssetsMargin", "multiAssetsMargin=false", -4171),
        (.post, "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=51", -4028),
        (.put, "/fapi/v1/listenKey", "", -1125),
        (.get, "/fapi/v1/algoOrder", "algoId=1", -2013),
    ])
    func `A setting that is as it is, or cannot be, is refused`(
        _ method: HTTPMethod,
        _ path: String,
        _ parameters: String,
        _ code: Int64
    ) throws {
        let bench = try futuresBench()
        #expect(try bench.signed(method, path, parameters).code == code)
    }

    @Test func `Leverage is set and told`() throws {
        let bench = try futuresBench()
        let socket = try listen(bench, "alice")
        let reply = try bench.signed(.post, "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=20")
        #expect(reply["leverage"] == .integer(20))
        let event = try #require(try bench.messages(socket).first)
        #expect(event["e"] == .text("ACCOUNT_CONFIG_UPDATE"))
        #expect(event["ac"]?["l"] == .integer(20))
        let config = try bench.signed(.get, "/fapi/v1/symbolConfig", "symbol=BTCUSDT")
        #expect(config.body[0]?["leverage"] == .integer(20))
    }

    @Test func `A listen key ends after an hour unless it is kept`() throws {
        let bench = try futuresBench()
        let headers = [HTTPHeader("X-MBX-APIKEY", "key-alice")]
        let path = "/fapi/v1/listenKey"
        let first = try bench.ask(.post, path, headers: headers)["listenKey"]?.text
        #expect(try bench.ask(.post, path, headers: headers)["listenKey"]?.text == first)
        let socket = try bench.open("/private/ws?listenKey=\(try #require(first))")
        let minutes = TimeSpan(seconds: 3000)
        bench.wait(minutes, step: minutes)
        #expect(try bench.ask(.put, path, headers: headers).status == 200)
        bench.wait(minutes, step: minutes)
        #expect(try bench.messages(socket).isEmpty)
        bench.wait(minutes, step: minutes)
        let events = try bench.messages(socket)
        #expect(events.map { $0["e"]?.text } == ["listenKeyExpired"])
        #expect(events.first?["listenKey"]?.text == first)
        let second = try bench.ask(.post, path, headers: headers)["listenKey"]?.text
        #expect(second != first)
    }

    @Test(arguments: [
        ("private/ws?listenKey=", false), ("private/ws/", false), ("ws/", false),
        ("fstream.binance.com/private/ws?listenKey=", false), ("stream?streams=", true),
        ("private/stream?streams=", true),
    ])
    func `A private stream has many addresses`(_ root: String, _ isCombined: Bool) throws {
        let bench = try futuresBench()
        let socket = try listen(bench, "bob", root: root)
        try bench.rest("SELL", "1", at: "100")
        let message = try #require(try bench.messages(socket).first)
        let event = isCombined ? message["data"] : message
        #expect(event?["e"] == .text("ORDER_TRADE_UPDATE"))
    }

    @Test func `Everything is cancelled when the countdown is not renewed`() throws {
        let bench = try futuresBench()
        try bench.rest("SELL", "1", at: "100")
        let path = "/fapi/v1/countdownCancelAll"
        let ask = { (milliseconds: Int) in
            try bench.signed(
                .post,
                path,
                "symbol=BTCUSDT&countdownTime=\(milliseconds)",
                as: "bob"
            )
        }
        let open = {
            try bench.signed(.get, "/fapi/v1/openOrders", "symbol=BTCUSDT", as: "bob")
                .body.elements.count
        }
        #expect(try ask(3000)["countdownTime"] == .text("3000"))
        bench.wait(TimeSpan(seconds: 2))
        _ = try ask(3000)
        bench.wait(TimeSpan(seconds: 2))
        #expect(try open() == 1)
        bench.wait(TimeSpan(seconds: 2))
        #expect(try open() == 0)
        try bench.rest("SELL", "1", at: "100")
        _ = try ask(3000)
        _ = try ask(0)
        bench.wait(TimeSpan(seconds: 4))
        #expect(try open() == 1)
    }

    @Test func `Funding is paid, told and listed`() throws {
        let bench = try futuresBench()
        let socket = try listen(bench, "alice")
        try bench.rest("SELL", "2", at: "100")
        _ = try bench.order("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1")
        bench.wait(.second)
        _ = try bench.messages(socket)
        let half = TimeSpan(seconds: 1800)
        for _ in 0..<6 {
            bench.wait(half, step: half)
            _ = try bench.signed(.put, "/fapi/v1/listenKey")
        }
        let events = try bench.messages(socket).filter { $0["e"] == .text("ACCOUNT_UPDATE") }
        #expect(events.map { $0["a"]?["m"]?.text } == ["FUNDING_FEE"])
        #expect(events.first?["a"]?["B"]?[0]?["bc"] == .text("-0.01"))
        #expect(events.first?["a"]?["P"] == .list([]))
        let income = try bench.signed(.get, "/fapi/v1/income", "incomeType=FUNDING_FEE")
        #expect(income.body.elements.map { $0["income"]?.text } == ["-0.01000000"])
        let rates = try bench.ask(.get, "/fapi/v1/fundingRate?symbol=BTCUSDT")
        #expect(rates.body.elements.map { $0["fundingRate"]?.text } == ["0.00010000"])
    }
}
