import Network
import Testing
import Trading

@testable import LocalExchange

@Suite struct `Bybit's front and its sockets` {
    private let world: BybitWorld
    init() throws { world = try BybitWorld() }

    private func answer(_ text: String, _ socket: SocketID) throws -> BybitValue {
        world.say(text, socket)
        let got = world.take(socket)
        #expect(got.count == 1)
        return try #require(got.first)
    }

    @Test func `only the venue's stream paths are taken`() {
        for path in ["/v5/public/other", "/v5/public", "/realtime", "/v5/privat"] {
            let socket = SocketID(99)
            #expect(!world.exchange.opened(socket, .init(.get, path), at: world.now))
        }
        #expect(
            world.exchange.opened(
                SocketID(98),
                .init(.get, "/v5/private?max_active_time=1m"),
                at: world.now
            )
        )
    }

    @Test func `a ping is answered in the shape of its stream`() throws {
        let spot = try answer(#"{"op":"ping","req_id":"5"}"#, world.open("/v5/public/spot"))
        #expect(spot.says("success") && spot.text("ret_msg") == "pong")
        #expect(spot.text("op") == "ping" && spot.text("req_id") == "5")
        let own = try answer(#"{"op":"ping","req_id":5}"#, world.open("/v5/private"))
        #expect(own.text("op") == "pong" && own.text("req_id") == "5")
        #expect(own["args"]?.elements?.first?.word == String(world.now.milliseconds))
        let trade = try answer(#"{"op":"ping"}"#, world.open("/v5/trade"))
        #expect(trade.text("op") == "pong" && trade.text("retMsg") == "OK")
        #expect(trade["data"]?.elements?.count == 1)
    }

    @Test(arguments: [true, false])
    func `a key is proven with its moment as a number or as text`(isText: Bool) throws {
        let socket = world.open("/v5/private")
        let expires = String(world.now.milliseconds + 1000)
        let code = BybitWorld.sign("GET/realtime" + expires, by: "alice")
        let moment = isText ? "\"\(expires)\"" : expires
        let got = try answer(
            #"{"op":"auth","args":["key-of-alice",\#(moment),"\#(code)"]}"#,
            socket
        )
        #expect(got.says("success") && got.text("ret_msg").isEmpty && got.text("op") == "auth")
    }

    @Test func `a key that is not proven hears nothing`() throws {
        let socket = world.open("/v5/private")
        let early = try answer(#"{"op":"subscribe","args":["order"]}"#, socket)
        #expect(!early.says("success"))
        let late = String(world.now.milliseconds)
        let good = String(world.now.milliseconds + 1000)
        for (key, moment, signer, text) in [
            ("key-of-alice", good, "bob", "error:USVC1111"),
            ("nobody", good, "alice", "API key is invalid."),
            ("key-of-alice", late, "alice", "Params Error"),
        ] {
            let code = BybitWorld.sign("GET/realtime" + moment, by: signer)
            let got = try answer(
                #"{"op":"auth","args":["\#(key)","\#(moment)","\#(code)"]}"#,
                socket
            )
            #expect(!got.says("success"))
            #expect(got.text("ret_msg") == text)
            #expect(got["request"]?.text("op") == "auth" && got.text("op") == "auth")
        }
        let still = try answer(#"{"op":"subscribe","args":["order"]}"#, socket)
        #expect(!still.says("success"))
        try world.placed("linear", "Buy", "1", at: "90")
        #expect(world.take(socket).isEmpty)
    }

    @Test func `subscriptions are acknowledged in the words of their stream`() throws {
        let ask = #"{"op":"subscribe","args":["publicTrade.ETHUSDT"],"req_id":7}"#
        let spot = try answer(ask, world.open("/v5/public/spot"))
        #expect(spot.text("ret_msg") == "subscribe" && spot.text("req_id") == "7")
        let linear = try answer(ask, world.open("/v5/public/linear"))
        #expect(linear.says("success") && linear.text("ret_msg").isEmpty)
        for topic in ["xyz", "orderbook.7.ETHUSDT", "publicTrade.NOUSDT", "order"] {
            let socket = world.open("/v5/public/linear")
            let got = try answer(#"{"op":"subscribe","args":["\#(topic)"]}"#, socket)
            #expect(!got.says("success"))
            #expect(got.text("ret_msg") == "error:handler not found,topic:\(topic)")
        }
        let many = Array(repeating: #""tickers.ETHUSDT""#, count: 11).joined(separator: ",")
        let ten = try answer(
            #"{"op":"subscribe","args":[\#(many)]}"#,
            world.open("/v5/public/spot")
        )
        #expect(ten.text("ret_msg") == "args size >10")
        for text in ["{}", "[]", "not json", #"{"op":7}"#, #"{"op":"other"}"#] {
            #expect(try !answer(text, world.open("/v5/public/linear")).says("success"))
        }
    }

    @Test func `a topic may be of one category`() throws {
        let socket = world.stream(["order.spot", "execution.linear", "position", "wallet"])
        try world.placed("linear", "Buy", "1", at: "100")
        try world.placed("spot", "Buy", "1", at: "100")
        let orders = world.take(socket).filter { $0.text("topic").hasPrefix("order") }
        #expect(orders.map { $0.text("topic") } == ["order.spot"])
        try world.placed("linear", "Sell", "1", at: "100", by: "bob")
        let topics = world.take(socket).map { $0.text("topic") }
        #expect(topics == ["execution.linear", "position", "wallet"])
    }

    @Test func `an account does not hear of another's orders`() throws {
        let socket = world.stream(["order", "execution", "position", "wallet"], by: "bob")
        try world.placed("linear", "Buy", "1", at: "100")
        #expect(world.take(socket).isEmpty)
    }

    private func request(_ op: String, _ body: String, id: String, stamp: String) -> String {
        #"{"reqId":"\#(id)","header":{"X-BAPI-TIMESTAMP":\#(stamp)},"#
            + #""op":"\#(op)","args":[\#(body)]}"#
    }

    @Test func `orders are placed, changed and cancelled over the trade socket`() throws {
        let socket = world.open("/v5/trade")
        let order =
            #"{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Limit","#
            + #""qty":"1","price":"90","orderLinkId":"ws-1"}"#
        let now = String(world.now.milliseconds)
        let early = try answer(
            request("order.create", order, id: "0", stamp: now),
            socket
        )
        #expect(early.code == 10005)
        world.authenticate(socket, by: "alice")
        let proven = try #require(world.take(socket).first)
        #expect(proven.code == 0 && proven.message == "OK" && proven.text("op") == "auth")
        let placed = try answer(
            request("order.create", order, id: "1", stamp: "\"\(now)\""),
            socket
        )
        #expect(placed.code == 0 && placed.text("reqId") == "1")
        #expect(placed["header"]?.text("X-Bapi-Limit-Status") == "9")
        let id = try #require(placed["data"]?["orderId"]?.word)
        let same = #"{"category":"linear","symbol":"ETHUSDT","orderId":"\#(id)""#
        let amended = try answer(
            request("order.amend", same + #","price":"91"}"#, id: "2", stamp: now),
            socket
        )
        #expect(amended.code == 0)
        #expect(try world.look("linear", id).text("price") == "91.00")
        let cancelled = try answer(
            request("order.cancel", same + "}", id: "3", stamp: now),
            socket
        )
        #expect(cancelled["data"]?.text("orderLinkId") == "ws-1")
        for (op, id, stamp, code) in [
            ("order.cancel", "4", now, Int64(110001)), ("order.cancel", "4", now, 20006),
            ("order.other", "5", now, 10404), ("order.cancel", "6", "1", 10002),
        ] {
            #expect(try answer(request(op, same + "}", id: id, stamp: stamp), socket).code == code)
        }
    }

    @Test func `a trade socket counts with the requests of its account`() throws {
        let socket = world.open("/v5/trade")
        world.authenticate(socket, by: "alice")
        _ = world.take(socket)
        for number in 0..<10 {
            let body = #"{"category":"linear","symbol":"ETHUSDT","orderId":"x\#(number)"}"#
            #expect(try world.post("order/cancel", body).code == 110001)
        }
        let refused = try answer(
            request(
                "order.cancel",
                #"{"category":"linear","symbol":"ETHUSDT","orderId":"x"}"#,
                id: "1",
                stamp: String(world.now.milliseconds)
            ),
            socket
        )
        #expect(refused.code == 10006)
        #expect(refused["header"]?.text("X-Bapi-Limit-Status") == "0")
    }

    @Test func `a silent socket is cut after ten minutes`() {
        let silent = world.open("/v5/public/spot")
        let alive = world.open("/v5/public/spot")
        world.pass(milliseconds: 599_000)
        #expect(world.closed.isEmpty)
        world.say(#"{"op":"ping"}"#, alive)
        world.pass(milliseconds: 1000)
        #expect(world.closed == [silent])
    }

    @Test func `orders go when the last private stream does, where that was asked for`() throws {
        #expect(try world.post("order/disconnected-cancel-all", #"{"timeWindow":10}"#).code == 0)
        let info = try world.get("account/info", by: "alice")
        #expect(info["result"]?.text("dcpStatus") == "ON")
        let socket = world.stream(["order"])
        let id = try world.placed("linear", "Buy", "1", at: "90")
        world.pass(milliseconds: 20_000)
        #expect(try world.look("linear", id).text("orderStatus") == "New")
        world.close(socket)
        world.pass(milliseconds: 1000)
        let back = world.stream(["order"])
        world.pass(milliseconds: 20_000)
        #expect(try world.look("linear", id).text("orderStatus") == "New")
        world.close(back)
        world.pass(milliseconds: 1)
        world.pass(milliseconds: 9999)
        #expect(try world.look("linear", id).text("orderStatus") == "New")
        world.pass(milliseconds: 1)
        let order = try world.look("linear", id)
        #expect(order.text("orderStatus") == "Cancelled")
        #expect(order.text("cancelType") == "CancelByDCP")
    }
}
