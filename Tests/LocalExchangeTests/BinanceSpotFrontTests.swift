import Digests
import Exchange
import JSON
import LocalExchange
import Network
import Testing
import Trading

/// Binance spot without sockets: a client that signs, and what comes back.
private final class SpotScene {
    let exchange: LocalExchange
    var now = HouseFixture.start
    private(set) var told: [String] = []

    init(_ source: BookSource.Plan = .clients, faults: [FaultRule] = []) throws {
        let balances = ["BTC": "10", "USDT": "10000"]
        exchange = try LocalExchange(
            LocalExchangePlan(
                accounts: ["ann", "bob"].map { name in
                    (.binanceSpot, HouseFixture.account(name, balances))
                },
                markets: [HouseFixture.plan(.binanceSpot, source)],
                faults: faults,
                seed: 3
            )
        )
        _ = exchange.advance(to: now)
    }

    /// Asks as somebody, and gives status and body; a lost answer is status 0.
    func ask(
        _ method: HTTPMethod,
        _ target: String,
        as name: String? = nil,
        stamp: Int64? = nil,
        secret: String? = nil
    ) -> (status: Int, body: String) {
        var target = target
        var headers: [HTTPHeader] = []
        if let name {
            let time = stamp ?? now.nanoseconds / 1_000_000
            let parts = target.split(separator: "?", maxSplits: 1)
            let query = (parts.count > 1 ? parts[1] + "&" : "") + "timestamp=\(time)"
            target = "\(parts[0])?\(query)&signature=\(sign(String(query), secret ?? name))"
            headers = [HTTPHeader("X-MBX-APIKEY", "key-" + name)]
        }
        let request = HTTPRequest(method, target, headers: headers)
        switch exchange.answer(request, at: now) {
        case .silence: return (0, "")
        case .response(let response, _):
            return (response.status, String(decoding: response.body, as: UTF8.self))
        }
    }

    func sign(_ text: String, _ secret: String) -> String {
        let hidden = SecretBytes(count: secret.utf8.count)
        hidden.withMutableSpan { span in
            for (index, byte) in secret.utf8.enumerated() { span[index] = byte }
        }
        let bytes = Array(text.utf8)
        return "\(HMAC(key: hidden).code(of: bytes.span))"
    }

    func order(_ words: String, as name: String = "ann") -> (status: Int, body: String) {
        ask(.post, "/api/v3/order?symbol=BTCUSDT&" + words, as: name)
    }

    /// Lets time pass, and takes what sockets are told.
    func pass(milliseconds: Int64) {
        now = now + TimeSpan(milliseconds: milliseconds)
        _ = exchange.advance(to: now)
        collect()
    }

    func collect() {
        for case .text(_, let text) in exchange.takeMessages(at: now) {
            told.append(String(decoding: text, as: UTF8.self))
        }
    }

    func listen(_ socket: UInt64, _ target: String) -> Bool {
        exchange.opened(SocketID(socket), HTTPRequest(.get, target), at: now)
    }

    func say(_ text: String, _ socket: UInt64) {
        exchange.received(Array(text.utf8), from: SocketID(socket), at: now)
        collect()
    }

    /// Subscribes to somebody's user data.
    func subscribe(_ socket: UInt64, as name: String) {
        #expect(listen(socket, "/ws-api/v3"))
        let time = now.nanoseconds / 1_000_000
        let signed = "apiKey=key-\(name)&timestamp=\(time)"
        let parameters =
            #""apiKey":"key-\#(name)","timestamp":\#(time),"signature":"\#(sign(signed, name))""#
        say(
            #"{"id":7,"method":"userDataStream.subscribe.signature","params":{\#(parameters)}}"#,
            socket
        )
    }
}

@Suite struct `Binance spot on the local exchange` {
    private static let rest = "side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=100"

    @Test func `checks key, signature and time over what came`() throws {
        let scene = try SpotScene()
        #expect(scene.ask(.get, "/api/v3/account", as: "ann").status == 200)
        let wrong = scene.ask(.get, "/api/v3/account", as: "ann", secret: "bob")
        #expect(wrong.status == 400 && wrong.body.contains("-1022"))
        let stranger = scene.ask(.get, "/api/v3/account", as: "eve")
        #expect(stranger.status == 401 && stranger.body.contains("-2015"))
        #expect(scene.ask(.get, "/api/v3/account").body.contains("-2014"))
        let clock = scene.now.nanoseconds / 1_000_000
        for (stamp, isGood) in [
            (clock - 5000, true), (clock - 5001, false), (clock + 999, true), (clock + 1000, false),
        ] {
            let found = scene.ask(.get, "/api/v3/account", as: "ann", stamp: stamp)
            #expect((found.status == 200) == isGood)
            #expect(isGood || found.body.contains("-1021"))
        }
    }

    @Test func `takes parameters from query and body, signed one behind the other`() throws {
        let scene = try SpotScene()
        let query = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC"
        let time = scene.now.nanoseconds / 1_000_000
        let body = "quantity=1&price=100&timestamp=\(time)"
        let request = HTTPRequest(
            .post,
            "/api/v3/order?\(query)",
            headers: [HTTPHeader("x-mbx-apikey", "key-ann")],
            body: Array("\(body)&signature=\(scene.sign(query + body, "ann"))".utf8)
        )
        guard case .response(let response, _) = scene.exchange.answer(request, at: scene.now) else {
            Issue.record("no answer")
            return
        }
        #expect(response.status == 200)
        #expect(response.header("x-mbx-order-count-10s") == "1")
    }

    @Test func `tells the whole life of an order by REST and by stream`() throws {
        let scene = try SpotScene()
        scene.subscribe(1, as: "bob")
        #expect(scene.order(Self.rest).body.contains(#""status":"NEW""#))
        let bought = scene.order(
            "side=BUY&type=MARKET&quantity=0.4&newClientOrderId=mine",
            as: "bob"
        )
        #expect(bought.body.contains(#""status":"FILLED""#))
        #expect(bought.body.contains(#""commission":"0.00040000","commissionAsset":"BTC""#))
        scene.pass(milliseconds: 1)
        let told = scene.told.filter { $0.contains("executionReport") }
        #expect(told.count == 2 && told[1].contains(#""x":"TRADE","X":"FILLED""#))
        #expect(scene.told.contains { $0.contains("outboundAccountPosition") })
        let query = scene.ask(
            .get,
            "/api/v3/order?symbol=BTCUSDT&origClientOrderId=mine",
            as: "bob"
        )
        #expect(query.body.contains(#""executedQty":"0.40000000""#))
        let fills = scene.ask(.get, "/api/v3/myTrades?symbol=BTCUSDT", as: "bob")
        #expect(fills.body.contains(#""qty":"0.40000000","quoteQty":"40.00000000""#))
        // What is not his he does not see.
        #expect(scene.ask(.get, "/api/v3/openOrders", as: "bob").body == "[]")
    }

    @Test func `lets an id be used again only when its order has ended`() throws {
        let scene = try SpotScene()
        let order = Self.rest + "&newClientOrderId=a"
        #expect(scene.order(order).status == 200)
        #expect(scene.order(order).body == #"{"code":-2010,"msg":"Duplicate order sent."}"#)
        let cancel = "/api/v3/order?symbol=BTCUSDT&origClientOrderId=a"
        let ended = scene.ask(.delete, cancel, as: "ann")
        #expect(ended.body.contains(#""origClientOrderId":"a""#))
        #expect(!ended.body.contains(#""clientOrderId":"a""#))
        #expect(scene.ask(.delete, cancel, as: "ann").body.contains("-2011"))
        #expect(scene.order(order).status == 200)
    }

    @Test(arguments: [
        ("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1000&price=100", "-2010", "insufficient"),
        ("side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.0001&price=100", "-1013", "LOT_SIZE"),
        ("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=100.001", "-1013", "PRICE_FILTER"),
        ("side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=100", "-1013", "NOTIONAL"),
        ("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1", "-1102", "price"),
        ("side=BUY&type=LIMIT&quantity=1&price=1", "-1102", "timeInForce"),
        ("side=BUY&type=TURTLE&quantity=1", "-1116", "orderType"),
        ("side=BOTH&type=MARKET&quantity=1", "-1117", "side"),
        ("side=BUY&type=MARKET&quantity=x", "-1100", "quantity"),
        ("side=SELL&type=LIMIT_MAKER&quantity=1&price=90", "-2010", "immediately match"),
        ("side=SELL&type=STOP_LOSS&quantity=1&stopPrice=96", "-2010", "trigger immediately"),
    ])
    func `refuses in the venue's words`(words: String, code: String, text: String) throws {
        let scene = try SpotScene()
        _ = scene.order("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=95", as: "bob")
        _ = scene.order("side=SELL&type=MARKET&quantity=0.1")
        let found = scene.order(words)
        #expect(found.status == 400 && found.body.contains("\"code\":\(code),"), "\(found.body)")
        #expect(found.body.contains(text), "\(found.body)")
    }

    /// The differences that are streamed, joined by the venue's rules, are the book of REST.
    @Test func `streams differences that build the book`() throws {
        let scene = try SpotScene(.generated(seed: 5, priceFactor: 600))
        #expect(scene.listen(1, "/stream?streams=btcusdt@depth@100ms"))
        for _ in 0..<20 { scene.pass(milliseconds: 100) }
        var feed = MarketFeed(instrument: InstrumentID(0), symbol: "BTCUSDT", market: .spot)
        var decoder = BinanceDecoder()
        func take(_ text: String) throws {
            let bytes = Array(text.utf8)
            try decoder.decode(bytes.span)
            feed.take(decoder.message)
        }
        try take(scene.ask(.get, "/api/v3/depth?symbol=BTCUSDT&limit=1000").body)
        let known = scene.told.count
        for _ in 0..<100 { scene.pass(milliseconds: 100) }
        for text in scene.told[known...] { try take(text) }
        #expect(feed.isInStep && feed.counters.gaps == 0 && feed.counters.crossed == 0)
        #expect(feed.counters.depthUpdates > 50)
        let shown = scene.ask(.get, "/api/v3/depth?symbol=BTCUSDT&limit=20").body
        for rank in 0..<20 {
            let bid = feed.book.level(.buy, rank)
            let text =
                "[\"\(bid.price.value.text(places: 8))\",\"\(bid.quantity.value.text(places: 8))\"]"
            #expect(shown.contains(text), "\(rank): \(text)")
        }
    }

    @Test func `gives the same bytes for the same seed and calls`() throws {
        func run() throws -> [String] {
            let scene = try SpotScene(.generated(seed: 5, priceFactor: 600))
            scene.subscribe(1, as: "ann")
            _ = scene.listen(2, "/stream?streams=btcusdt@depth@100ms/btcusdt@trade")
            var bodies: [String] = []
            for step in 0..<50 {
                scene.pass(milliseconds: 97)
                if step % 5 == 0 {
                    bodies.append(scene.order("side=BUY&type=MARKET&quantity=0.01").body)
                }
            }
            return bodies + scene.told
        }
        let first = try run()
        let second = try run()
        let isSame = first == second
        #expect(isSame && first.count > 60)
    }

    @Test func `makes trouble where its script says`() throws {
        let scene = try SpotScene(faults: [
            FaultRule(.request(method: "POST", containing: "/order"), .loseAnswer),
            FaultRule(.request(method: "POST", containing: "/order"), skip: 1, .loseRequest),
            FaultRule(
                .request(method: "POST", containing: "/order"),
                skip: 2,
                .trouble(.serverError(status: 504), isDone: true)
            ),
            FaultRule(
                .request(method: "POST", containing: "/order"),
                skip: 3,
                .trouble(.tooMany(retryAfter: TimeSpan(seconds: 7)), isDone: false)
            ),
            FaultRule(.message(containing: "executionReport"), .duplicate),
            FaultRule(.message(containing: "executionReport"), skip: 1, .swap),
        ])
        scene.subscribe(1, as: "ann")
        func open() -> Int {
            let body = scene.ask(.get, "/api/v3/openOrders", as: "ann").body
            return body.split(separator: "\"orderId\":").count - 1
        }
        #expect(scene.order(Self.rest).status == 0 && open() == 1)
        #expect(scene.order(Self.rest).status == 0 && open() == 1)
        let unknown = scene.order(Self.rest)
        #expect(unknown.status == 504 && unknown.body.contains("-1007") && open() == 2)
        let slowed = scene.order(Self.rest)
        #expect(slowed.status == 429 && slowed.body.contains("-1003") && open() == 2)
        scene.pass(milliseconds: 1)
        let told = scene.told.filter { !$0.contains("\"result\"") }
        // The first report twice, the second behind what follows it.
        #expect(told[0] == told[1] && told[0].contains("executionReport"))
        #expect(told[3].contains("outboundAccountPosition") && told[4].contains("executionReport"))
        #expect(scene.exchange.faultCounts == [1, 1, 1, 1, 1, 1])
    }
}
