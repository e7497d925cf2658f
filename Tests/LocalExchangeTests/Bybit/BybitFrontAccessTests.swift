import Network
import Testing
import Trading

@testable import LocalExchange

@Suite struct `Bybit's front and who asks` {
    private let world: BybitWorld
    init() throws { world = try BybitWorld() }

    private func info(_ headers: [HTTPHeader], query: String = "") -> HTTPResponse {
        world.send(HTTPRequest(.get, "/v5/account/info?" + query, headers: headers))
    }

    private func with(_ name: String, _ value: String) -> [HTTPHeader] {
        world.headers("", by: "alice").map { $0.name == name ? HTTPHeader(name, value) : $0 }
    }

    @Test func `a signature over the very bytes is accepted`() throws {
        #expect(try world.get("account/info", by: "alice").code == 0)
        // A query is signed as it is on the wire: encoded or not, in any order.
        for query in ["category=spot&limit=5", "limit=5&category=spot", "category=%73pot"] {
            #expect(try world.get("order/realtime", query, by: "alice").code == 0)
        }
        // A body may have spaces, and is still what was signed.
        let body =
            #"{"category": "linear", "symbol": "ETHUSDT", "side": "Buy", "orderType": "Limit", "#
            + #""qty": "1", "price": "90"}"#
        #expect(try world.post("order/create", body).code == 0)
    }

    @Test func `other bytes than the signed ones are refused`() throws {
        let headers = world.headers("category=spot&limit=5", by: "alice")
        let response = world.send(
            HTTPRequest(.get, "/v5/order/realtime?limit=5&category=spot", headers: headers)
        )
        let answer = try world.value(response)
        #expect(answer.code == 10004)
        #expect(answer.message.hasPrefix("error sign! origin_string["))
        let body = #"{"category":"spot"}"#
        let signed = world.headers(#"{"category": "spot"}"#, by: "alice")
        let post = world.send(
            HTTPRequest(.post, "/v5/order/create", headers: signed, body: Array(body.utf8))
        )
        #expect(try world.value(post).code == 10004)
    }

    @Test func `an unknown key and a missing one are told apart`() throws {
        let unknown = try world.value(info(with("X-BAPI-API-KEY", "nobody")))
        #expect(unknown.code == 10003)
        #expect(unknown.message == "API key is invalid.")
        for name in ["X-BAPI-API-KEY", "X-BAPI-TIMESTAMP", "X-BAPI-SIGN"] {
            let headers = world.headers("", by: "alice").filter { $0.name != name }
            #expect(info(headers).status == 401)
        }
    }

    @Test(arguments: [
        (offset: Int64(-5000), isAccepted: true), (-5001, false), (999, true), (1000, false),
    ])
    func `a timestamp is of now`(offset: Int64, isAccepted: Bool) throws {
        let time = world.now + TimeSpan(milliseconds: offset)
        let answer = try world.value(info(world.headers("", by: "alice", at: time)))
        #expect(answer.code == (isAccepted ? 0 : 10002))
        guard !isAccepted else { return }
        #expect(
            answer.message
                == "invalid request, please check your server timestamp or recv_window param. "
                + "req_timestamp[\(time.milliseconds)],"
                + "server_timestamp[\(world.now.milliseconds)],recv_window[5000]"
        )
    }

    @Test func `a key that may not trade may look`() throws {
        #expect(try world.get("account/info", by: "reader").code == 0)
        let answer = try world.order("linear", "Buy", "1", at: "90", by: "reader")
        #expect(answer.code == 10005)
        let key = try world.get("user/query-api", by: "reader")
        #expect(key["result"]?.text("readOnly") == "1")
        #expect(key["result"]?["permissions"]?["Spot"]?.elements?.isEmpty == true)
    }

    @Test func `paths that are not there, and a body where none belongs`() {
        #expect(
            world.send(HTTPRequest(.get, "/api/v3/time")).status == 404
        )
        #expect(world.send(HTTPRequest(.get, "/v5/market/nothing")).status == 404)
        #expect(world.send(HTTPRequest(.post, "/v5/market/time")).status == 404)
        let request = HTTPRequest(.get, "/v5/market/time", body: Array("{}".utf8))
        #expect(world.send(request).status == 403)
        #expect(world.front.answer(HTTPRequest(.get, "/api/v3/time"), at: world.now) == nil)
    }

    @Test func `a limit is counted in a rolling second and told in headers`() throws {
        let start = world.now
        func leverage() -> HTTPResponse {
            let body = #"{"category":"linear","symbol":"ETHUSDT","mode":0}"#
            return world.send(
                HTTPRequest(
                    .post,
                    "/v5/position/switch-mode",
                    headers: world.headers(body, by: "alice"),
                    body: Array(body.utf8)
                )
            )
        }
        for left in (0..<10).reversed() {
            let response = leverage()
            #expect(response.header("X-Bapi-Limit") == "10")
            #expect(response.header("X-Bapi-Limit-Status") == String(left))
            #expect(
                response.header("X-Bapi-Limit-Reset-Timestamp") == String(world.now.milliseconds)
            )
            world.pass(milliseconds: 50)
        }
        let refused = leverage()
        #expect(try world.value(refused).code == 10006)
        let reset = String((start + .second).milliseconds)
        #expect(refused.header("X-Bapi-Limit-Reset-Timestamp") == reset)
        // Another account, and another group, have limits of their own.
        #expect(try world.get("account/info", by: "alice").code == 0)
        world.pass(milliseconds: 500)
        #expect(try world.value(leverage()).code == 110025)
    }

    @Test func `a batch counts as many requests as it has orders`() throws {
        let item = #"{"symbol":"ETHUSDT","orderLinkId":"x"}"#
        let items = Array(repeating: item, count: 6).joined(separator: ",")
        let body = #"{"category":"linear","request":[\#(items)]}"#
        #expect(try world.post("order/cancel-batch", body).code == 0)
        #expect(try world.post("order/cancel-batch", body).code == 10006)
    }

    @Test func `trouble is worded as the venue does`() throws {
        let request = HTTPRequest(.get, "/v5/order/realtime?category=spot")
        func answer(_ trouble: VenueTrouble) throws -> HTTPResponse {
            try #require(world.front.answer(request, in: trouble, at: world.now))
        }
        let tooMany = try answer(.tooMany(retryAfter: .second))
        #expect(try world.value(tooMany).code == 10006)
        let reset = String((world.now + .second).milliseconds)
        #expect(tooMany.header("X-Bapi-Limit-Reset-Timestamp") == reset)
        #expect(tooMany.header("X-Bapi-Limit-Status") == "0")
        let banned = try answer(.banned(retryAfter: .second))
        #expect(banned.status == 403)
        #expect(String(decoding: banned.body, as: UTF8.self) == "access too frequent")
        #expect(try answer(.serverError(status: 502)).status == 502)
        #expect(try world.value(answer(.maintenance)).code == 10016)
        let other = HTTPRequest(.get, "/fapi/v1/time")
        #expect(world.front.answer(other, in: .maintenance, at: world.now) == nil)
    }

    @Test(arguments: ["not json", "[]", "\"text\"", "", "{\"category\":", "{\"a\":[[[[[[[[[[[["])
    func `a body that cannot be read is refused`(body: String) throws {
        #expect(try world.post("order/create", body).code == 10001)
    }
}
