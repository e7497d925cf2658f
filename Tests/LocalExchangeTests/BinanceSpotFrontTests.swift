import Exchange
import Network
import TestSupport
import Testing
import Trading

@testable import LocalExchange

@Suite struct BinanceSpotFrontTests {
    /// Subscribes an account and gives the socket, with the answer read.
    private func subscribe(_ bench: BinanceFrontBench<BinanceSpotFront>, _ name: String) throws
        -> UInt64
    {
        let socket = try bench.open("/ws-api/v3")
        let stamp = bench.now.milliseconds
        let code = sign("apiKey=key-\(name)&timestamp=\(stamp)", name)
        bench.send(
            #"{"id":"s","method":"userDataStream.subscribe.signature","params":{"apiKey":"#
                + #""key-\#(name)","timestamp":\#(stamp),"signature":"\#(code)"}}"#,
            to: socket
        )
        let answer = try #require(try bench.messages(socket).first)
        #expect(answer["status"] == .integer(200))
        #expect(answer["result"]?["subscriptionId"] == .integer(0))
        return socket
    }

    @Test func `An order lives over requests and the stream`() throws {
        let bench = try spotBench()
        let socket = try subscribe(bench, "bob")
        let placed = try bench.rest("SELL", "2", at: "100", id: "first")
        #expect(placed["status"] == .text("NEW"))
        #expect(placed["fills"] == .list([]))
        let id = try #require(placed["orderId"]?.integer)
        bench.wait(.second)
        let taken = try bench.order("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5")
        #expect(taken["status"] == .text("FILLED"))
        #expect(taken["executedQty"] == .text("0.50000000"))
        #expect(taken["cummulativeQuoteQty"] == .text("50.00000000"))
        #expect(taken["fills"]?[0]?["commission"] == .text("0.00025000"))
        #expect(taken["fills"]?[0]?["commissionAsset"] == .text("BTC"))
        let path = "/api/v3/order"
        let asked = try bench.signed(.get, path, "symbol=BTCUSDT&orderId=\(id)", as: "bob")
        #expect(asked["status"] == .text("PARTIALLY_FILLED"))
        #expect(asked["clientOrderId"] == .text("first"))
        let cancelled = try bench.signed(
            .delete,
            path,
            "symbol=BTCUSDT&origClientOrderId=first",
            as: "bob"
        )
        #expect(cancelled["status"] == .text("CANCELED"))
        #expect(cancelled["origClientOrderId"] == .text("first"))
        let name = try #require(cancelled["clientOrderId"]?.text)
        #expect(name != "first")
        let messages = try bench.messages(socket)
        let events = messages.compactMap { $0["event"] }
        let told = events.map { $0["x"]?.text ?? $0["e"]?.text ?? "" }
        let position = "outboundAccountPosition"
        #expect(told == ["NEW", position, "TRADE", position, "CANCELED", position])
        #expect(messages.allSatisfy { $0["subscriptionId"] == .integer(0) })
        #expect(events[2]["X"] == .text("PARTIALLY_FILLED"))
        #expect(events[2]["m"] == .flag(true))
        #expect(events[2]["n"] == .text("0.01000000"))
        #expect(events[2]["N"] == .text("USDT"))
        #expect(events[2]["z"] == .text("0.50000000"))
        #expect(events[4]["c"] == .text(name))
        #expect(events[4]["C"] == .text("first"))
        let trades = try bench.signed(.get, "/api/v3/myTrades", "symbol=BTCUSDT", as: "bob")
        #expect(trades.body.elements.map { $0["qty"] } == [.text("0.50000000")])
        guard case .integer(let order) = cancelled["orderId"] else { return #expect(Bool(false)) }
        func fills(_ asked: String) throws -> JSONTree {
            let query = "symbol=BTCUSDT&orderId=\(order)" + asked
            return try bench.signed(.get, "/api/v3/myTrades", query, as: "bob").body
        }
        #expect(try fills("").elements.count == 1 && fills("0").elements.isEmpty)
        #expect(try fills("&startTime=1")["code"] == .integer(-1128))
    }

    @Test func `Only balances that have changed are told`() throws {
        let bench = try spotBench()
        let socket = try subscribe(bench, "bob")
        try bench.rest("SELL", "2", at: "100")
        let events = try bench.messages(socket).compactMap { $0["event"] }
        let assets = events.last?["B"]?.elements
        #expect(assets?.count == 1)
        #expect(assets?.first?["a"] == .text("BTC"))
        #expect(assets?.first?["l"] == .text("2.00000000"))
        #expect(assets?.first?["f"] == .text("8.00000000"))
    }

    @Test func `A client's id is free again when its order has ended`() throws {
        let bench = try spotBench()
        try bench.rest("SELL", "1", at: "100", id: "again")
        let terms = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=101"
        let twice = try bench.order("\(terms)&newClientOrderId=again", as: "bob")
        #expect(twice.status == 400)
        #expect(twice.code == -2010)
        #expect(twice.message == "Duplicate order sent.")
        _ = try bench.signed(.delete, "/api/v3/openOrders", "symbol=BTCUSDT", as: "bob")
        #expect(try bench.order("\(terms)&newClientOrderId=again", as: "bob").status == 200)
        let path = "/api/v3/order"
        let found = try bench.signed(
            .get,
            path,
            "symbol=BTCUSDT&origClientOrderId=again",
            as: "bob"
        )
        #expect(found["price"] == .text("101.00000000"))
    }

    @Test(arguments: [
        ("type=MARKET&quantity=3", "EXPIRED", "2.00000000"),
        ("type=LIMIT&timeInForce=IOC&quantity=3&price=100", "EXPIRED", "2.00000000"),
        ("type=LIMIT&timeInForce=FOK&quantity=3&price=100", "EXPIRED", "0.00000000"),
        ("type=LIMIT&timeInForce=GTC&quantity=3&price=100", "PARTIALLY_FILLED", "2.00000000"),
        ("type=MARKET&quoteOrderQty=100", "FILLED", "1.00000000"),
    ])
    func `What is left of an order ends as its terms say`(
        _ terms: String,
        _ status: String,
        _ filled: String
    ) throws {
        let bench = try spotBench()
        try bench.rest("SELL", "2", at: "100")
        let reply = try bench.order("symbol=BTCUSDT&side=BUY&\(terms)")
        #expect(reply["status"] == .text(status))
        #expect(reply["executedQty"] == .text(filled))
    }

    @Test(arguments: [
        ("type=MARKET&quantity=1", "FULL"),
        ("type=LIMIT&timeInForce=GTC&quantity=1&price=100", "FULL"),
        ("type=LIMIT_MAKER&quantity=1&price=90", "ACK"),
        ("type=STOP_LOSS&quantity=1&stopPrice=120", "ACK"),
        ("type=MARKET&quantity=1&newOrderRespType=RESULT", "RESULT"),
        ("type=MARKET&quantity=1&newOrderRespType=ACK", "ACK"),
    ])
    func `An answer is as long as was asked for, or as is usual`(
        _ terms: String,
        _ type: String
    ) throws {
        let bench = try spotBench()
        try bench.rest("SELL", "2", at: "100")
        let reply = try bench.order("symbol=BTCUSDT&side=BUY&\(terms)")
        #expect(reply.status == 200)
        #expect(reply.body.keys.contains("fills") == (type == "FULL"))
        #expect(reply.body.keys.contains("status") == (type != "ACK"))
    }

    @Test func `A stop holds its asset back, is triggered by a trade, and is the same order`()
        throws
    {
        let bench = try spotBench()
        let socket = try subscribe(bench, "alice")
        try bench.rest("BUY", "1", at: "95")
        try bench.rest("BUY", "1", at: "94")
        let stop = try bench.order(
            "symbol=BTCUSDT&side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1"
                + "&price=93&stopPrice=95&newClientOrderId=stop&newOrderRespType=RESULT"
        )
        #expect(stop["status"] == .text("NEW"))
        #expect(stop["stopPrice"] == .text("95.00000000"))
        #expect(!stop.body.keys.contains("workingTime"))
        let account = try bench.signed(.get, "/api/v3/account")
        let coins = account["balances"]?.elements.first { $0["asset"] == .text("BTC") }
        #expect(coins?["locked"] == .text("1.00000000"))
        bench.wait(.second)
        // Somebody sells at 95, which triggers the stop; it sells at 94.
        let seller = try bench.order("symbol=BTCUSDT&side=SELL&type=MARKET&quantity=1", as: "bob")
        #expect(seller["status"] == .text("EXPIRED"), "bob does not trade with himself")
        let other = try bench.order("symbol=BTCUSDT&side=SELL&type=MARKET&quantity=1")
        #expect(other["status"] == .text("FILLED"))
        let asked = try bench.signed(.get, "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=stop")
        #expect(asked["status"] == .text("FILLED"))
        #expect(asked["orderId"] == stop["orderId"])
        #expect(asked["cummulativeQuoteQty"] == .text("94.00000000"))
        let reports = try bench.messages(socket).compactMap { $0["event"] }
            .filter { $0["c"] == .text("stop") }
        #expect(reports.map { $0["x"]?.text } == ["NEW", "NEW", "TRADE"])
        #expect(reports.map { $0["w"] } == [.flag(false), .flag(true), .flag(false)])
    }

    @Test func `An order is replaced, in part or not at all`() throws {
        let bench = try spotBench()
        try bench.rest("SELL", "1", at: "100", id: "old")
        let path = "/api/v3/order/cancelReplace"
        let maker = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1"
        let both = try bench.signed(
            .post,
            path,
            "\(maker)&price=101&cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId=old",
            as: "bob"
        )
        #expect(both.status == 200)
        #expect(both["cancelResponse"]?["origClientOrderId"] == .text("old"))
        #expect(both["newOrderResponse"]?["price"] == .text("101.00000000"))
        let none = try bench.signed(
            .post,
            path,
            "\(maker)&price=102&cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId=old",
            as: "bob"
        )
        #expect(none.status == 400)
        #expect(none.code == -2022)
        #expect(none["data"]?["cancelResponse"]?["code"] == .integer(-2011))
        #expect(none["data"]?["newOrderResponse"] == .null)
        let half = try bench.signed(
            .post,
            path,
            "\(maker)&price=102&cancelReplaceMode=ALLOW_FAILURE&cancelOrigClientOrderId=old",
            as: "bob"
        )
        #expect(half.status == 409)
        #expect(half.code == -2021)
        #expect(half["data"]?["newOrderResult"] == .text("SUCCESS"))
        let open = try bench.signed(.get, "/api/v3/openOrders", "symbol=BTCUSDT", as: "bob")
        #expect(open.body.elements.map { $0["price"]?.text } == ["101.00000000", "102.00000000"])
    }

    @Test func `An order that is made smaller gets another id and keeps its place`() throws {
        let bench = try spotBench()
        let socket = try subscribe(bench, "bob")
        try bench.rest("SELL", "3", at: "100", id: "big")
        let path = "/api/v3/order/amend/keepPriority"
        let which = "symbol=BTCUSDT&origClientOrderId=big"
        let grown = try bench.signed(.put, path, "\(which)&newQty=4", as: "bob")
        #expect(grown.code == -2038)
        let reply = try bench.signed(
            .put,
            path,
            "\(which)&newQty=2&newClientOrderId=small",
            as: "bob"
        )
        #expect(reply["amendedOrder"]?["qty"] == .text("2.00000000"))
        #expect(reply["amendedOrder"]?["clientOrderId"] == .text("small"))
        let report = try bench.messages(socket).compactMap { $0["event"] }
            .first { $0["x"] == .text("REPLACED") }
        #expect(report?["c"] == .text("small"))
        #expect(report?["C"] == .text("big"))
        #expect(report?["I"] == reply["executionId"])
        let asked = try bench.signed(
            .get,
            "/api/v3/order",
            "symbol=BTCUSDT&origClientOrderId=small",
            as: "bob"
        )
        #expect(asked["origQty"] == .text("2.00000000"))
    }

    @Test func `Orders are placed and cancelled over the WebSocket too`() throws {
        let bench = try spotBench()
        let socket = try bench.open("/ws-api/v3")
        let stamp = bench.now.milliseconds
        // Signed by name, in order; a number with a fraction is signed as it was written.
        let payload =
            "apiKey=key-bob&price=100.50&quantity=1&side=SELL&symbol=BTCUSDT&timeInForce=GTC"
            + "&timestamp=\(stamp)&type=LIMIT"
        bench.send(
            #"{"id":7,"method":"order.place","params":{"symbol":"BTCUSDT","side":"SELL","#
                + #""type":"LIMIT","timeInForce":"GTC","quantity":1,"price":100.50,"#
                + #""apiKey":"key-bob","timestamp":\#(stamp),"#
                + #""signature":"\#(sign(payload, "bob"))"}}"#,
            to: socket
        )
        let placed = try #require(try bench.messages(socket).first)
        #expect(placed["id"] == .integer(7))
        #expect(placed["status"] == .integer(200))
        #expect(placed["result"]?["price"] == .text("100.50000000"))
        #expect(placed["rateLimits"]?.elements.count == 3)
        bench.send(#"{"id":"t","method":"time"}"#, to: socket)
        bench.send(#"{"id":"x","method":"session.logon"}"#, to: socket)
        bench.send(#"{"id":"y","method":"nothing"}"#, to: socket)
        bench.send(#"{"id":"z","method":"account.status","params":{}}"#, to: socket)
        let answers = try bench.messages(socket)
        #expect(answers[0]["result"]?["serverTime"] == .integer(stamp))
        #expect(answers[1]["error"]?["code"] == .integer(-4056))
        #expect(answers[2]["error"]?["code"] == .integer(-1020))
        #expect(answers[3]["status"] == .integer(401))
        #expect(answers[3]["error"]?["code"] == .integer(-2014))
    }

    /// Each number with a fraction is looked for in the message: of many it would take minutes.
    @Test(arguments: [0, 1])
    func `A message has no more parameters than a request could`(excess: Int) throws {
        let count = BinanceMessage.mostParameters + excess
        let status: Int64 = excess == 0 ? 200 : 400
        let bench = try spotBench()
        let socket = try bench.open("/ws-api/v3")
        let parameters = (0..<count).map { "\"\($0)\":0.5" }.joined(separator: ",")
        bench.send(#"{"id":1,"method":"time","params":{\#(parameters)}}"#, to: socket)
        #expect(try bench.messages(socket).first?["status"] == .integer(status))
    }

    @Test func `The id of a cancel is one that an order may have`() throws {
        let bench = try spotBench()
        try bench.rest("SELL", "1", at: "100", id: "mine")
        let long = String(repeating: "x", count: 37)
        let which = "symbol=BTCUSDT&origClientOrderId=mine&newClientOrderId="
        let refused = try bench.signed(.delete, "/api/v3/order", which + long, as: "bob")
        #expect(refused.code == -1100)
        #expect(try bench.signed(.delete, "/api/v3/order", which + "x", as: "bob").status == 200)
    }

    @Test(arguments: [
        ("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1", 400, -1102, "'price'"),
        ("side=BUY&type=LIMIT&quantity=1&price=1", 400, -1102, "'timeInForce'"),
        ("side=BUY&type=MARKET", 400, -1102, "'quantity'"),
        ("side=BUY&type=MARKET&quantity=1&price=1", 400, -1106, "'price'"),
        ("side=BUYS&type=MARKET&quantity=1", 400, -1117, "Invalid side."),
        ("side=BUY&type=MARKETS&quantity=1", 400, -1116, "Invalid orderType."),
        ("side=BUY&type=MARKET&quantity=1e3", 400, -1100, "'quantity'"),
        ("side=BUY&type=MARKET&quantity=-1", 400, -1100, "'quantity'"),
        ("side=BUY&type=MARKET&quantity=0.000000001", 400, -1111, "too much precision"),
        ("side=BUY&type=MARKET&quantity=0.0001", 400, -1013, "Filter failure: LOT_SIZE"),
        ("side=BUY&type=MARKET&quantity=1.0005", 400, -1013, "Filter failure: LOT_SIZE"),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1.05", 400, -1013,
            "Filter failure: PRICE_FILTER"
        ),
        (
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1", 400, -1013,
            "Filter failure: NOTIONAL"
        ),
        ("side=BUY&type=LIMIT&timeInForce=GTX&quantity=1&price=50", 400, -1115, "timeInForce"),
        ("side=BUY&type=LIMIT_MAKER&quantity=1&price=100", 400, -2010, "immediately match"),
        ("side=BUY&type=STOP_LOSS&quantity=1&stopPrice=90", 400, -2010, "trigger immediately"),
        (
            "side=SELL&type=MARKET&quantity=11", 400, -2010,
            "Account has insufficient balance for requested action."
        ),
        ("side=BUY&type=MARKET&quantity=1&newClientOrderId=a b", 400, -1100, "newClientOrderId"),
        ("side=BUY&type=MARKET&quantity=1&icebergQty=1", 400, -1130, "'icebergQty'"),
    ])
    func `What is wrong with an order is said in the venue's words`(
        _ terms: String,
        _ status: Int,
        _ code: Int64,
        _ text: String
    ) throws {
        let bench = try spotBench()
        try bench.rest("SELL", "1", at: "100")
        try bench.rest("BUY", "1", at: "90")
        // One trade, so that there is a last price.
        _ = try bench.order("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1")
        let reply = try bench.order("symbol=BTCUSDT&\(terms)")
        #expect(reply.status == status)
        #expect(reply.code == code)
        #expect(reply.message?.contains(text) == true, "\(reply.message ?? "")")
    }

    @Test(arguments: [
        (HTTPMethod.get, "/api/v3/order", "symbol=BTCUSDT&orderId=99", 400, -2013),
        (.get, "/api/v3/order", "symbol=BTCUSDT", 400, -1102),
        (.get, "/api/v3/order", "symbol=NONE&orderId=1", 400, -1121),
        (.get, "/api/v3/order", "symbol=btcusdt&orderId=1", 400, -1100),
        (.delete, "/api/v3/order", "symbol=BTCUSDT&orderId=99", 400, -2011),
        (.delete, "/api/v3/openOrders", "symbol=BTCUSDT", 400, -2011),
        (.get, "/api/v3/nothing", "", 404, -5000),
        (.get, "/api/v3/klines", "symbol=BTCUSDT&interval=7m", 400, -1120),
    ])
    func `What cannot be answered is refused in the venue's words`(
        _ method: HTTPMethod,
        _ path: String,
        _ parameters: String,
        _ status: Int,
        _ code: Int64
    ) throws {
        let bench = try spotBench()
        let reply = try bench.signed(method, path, parameters)
        #expect(reply.status == status)
        #expect(reply.code == code)
    }
}
