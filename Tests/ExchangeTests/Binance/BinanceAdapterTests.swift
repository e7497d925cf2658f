import Digests
import Exchange
import Network
import Testing
import Trading

/// What the tests of an adapter ask with.
enum AdapterFixture {
    static let time = Timestamp(nanoseconds: 1_762_259_428_215_000_000)

    static func credentials(_ key: String = "the-key", _ secret: String = "the-hidden-one")
        -> VenueCredentials
    {
        let bytes = Array(secret.utf8)
        let hidden = SecretBytes(count: bytes.count)
        hidden.withMutableSpan { span in
            for index in bytes.indices { span[index] = bytes[index] }
        }
        return VenueCredentials(key: key, secret: hidden)
    }

    static func signature(_ text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        return "\(HMAC(key: credentials().secret).code(of: bytes.span))"
    }

    /// An order as `buy 2 @ 100 GTC`, `sell 2 market`, `sell 2 stop 90 reduce-only`.
    static func placement(_ text: String, symbol: String = "LTCUSDT") -> VenuePlacement {
        let words = text.split(separator: " ").map(String.init)
        var terms = OrderTerms(
            instrument: InstrumentID(0),
            side: words[0] == "buy" ? .buy : .sell,
            type: words[2] == "market" ? .market : words[2] == "@" ? .limit : .stopMarket,
            timeInForce: TimeInForce.allCases.first { words.contains($0.name) }
                ?? (words[2] == "market" ? .immediateOrCancel : .goodTillCancelled),
            isReduceOnly: words.contains("reduce-only"),
            quantity: Quantity(decimal(words[1]))
        )
        if terms.type == .limit { terms.price = Price(decimal(words[3])) }
        if terms.type == .stopMarket { terms.trigger = Price(decimal(words[3])) }
        let name = VenueOrderName(
            symbol: symbol,
            clientID: "myid123",
            isConditional: terms.type == .stopMarket
        )
        return VenuePlacement(name: name, terms: terms)
    }

    static func response(_ status: Int, _ body: String, _ headers: [HTTPHeader] = [])
        -> HTTPResponse
    {
        HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    }
}

@Suite struct `What Binance is asked` {
    private func request(_ market: VenueMarket, _ call: VenueCall) throws -> HTTPRequest {
        let adapter = BinanceAdapter(market, AdapterFixture.credentials())
        return try adapter.request(for: call, at: AdapterFixture.time)
    }

    /// The parameters of a target without those that every signed request has.
    private func parameters(_ request: HTTPRequest) -> String {
        request.query.split(separator: "&")
            .filter { part in
                !["recvWindow=", "timestamp=", "signature="].contains { part.hasPrefix($0) }
            }
            .joined(separator: "&")
    }

    @Test(arguments: [
        (
            VenueMarket.binanceSpot, "buy 2 @ 100.50 GTC", "POST /api/v3/order",
            "symbol=LTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=2&price=100.5"
                + "&newClientOrderId=myid123&newOrderRespType=ACK"
        ),
        (
            .binanceSpot, "sell 0.05 @ 100 post-only", "POST /api/v3/order",
            "symbol=LTCUSDT&side=SELL&type=LIMIT_MAKER&quantity=0.05&price=100"
                + "&newClientOrderId=myid123&newOrderRespType=ACK"
        ),
        (
            .binanceSpot, "sell 2 market", "POST /api/v3/order",
            "symbol=LTCUSDT&side=SELL&type=MARKET&quantity=2"
                + "&newClientOrderId=myid123&newOrderRespType=ACK"
        ),
        (
            .binanceSpot, "sell 2 stop 90", "POST /api/v3/order",
            "symbol=LTCUSDT&side=SELL&type=STOP_LOSS&quantity=2&stopPrice=90"
                + "&newClientOrderId=myid123&newOrderRespType=ACK"
        ),
        (
            .binanceFutures, "buy 2 @ 100 post-only", "POST /fapi/v1/order",
            "symbol=LTCUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=2&price=100"
                + "&newClientOrderId=myid123&newOrderRespType=ACK"
        ),
        (
            .binanceFutures, "sell 2 market reduce-only", "POST /fapi/v1/order",
            "symbol=LTCUSDT&side=SELL&type=MARKET&quantity=2&reduceOnly=true"
                + "&newClientOrderId=myid123&newOrderRespType=ACK"
        ),
        (
            .binanceFutures, "sell 2 stop 90 reduce-only", "POST /fapi/v1/algoOrder",
            "algoType=CONDITIONAL&symbol=LTCUSDT&side=SELL&type=STOP_MARKET&quantity=2"
                + "&triggerPrice=90&workingType=CONTRACT_PRICE&reduceOnly=true&clientAlgoId=myid123"
        ),
    ])
    func `to place`(market: VenueMarket, order: String, call: String, asked: String) throws {
        let request = try request(market, .place(AdapterFixture.placement(order)))
        #expect("\(request.method.rawValue) \(request.path)" == call)
        #expect(parameters(request) == asked)
        #expect(request.header("X-MBX-APIKEY") == "the-key" && request.body.isEmpty)
    }

    @Test(arguments: [
        (VenueMarket.binanceSpot, VenuePage.first, "/api/v3/myTrades", "limit=1000"),
        (.binanceSpot, .after("7"), "/api/v3/myTrades", "fromId=7&limit=1000"),
        (
            .binanceFutures, .first, "/fapi/v1/userTrades",
            "startTime=1762259368215&endTime=1762259548215&limit=1000"
        ),
        (.binanceFutures, .after("7"), "/fapi/v1/userTrades", "fromId=7&limit=1000"),
    ])
    func `for the fills of one order`(
        market: VenueMarket,
        page: VenuePage,
        path: String,
        asked: String
    ) throws {
        let made = AdapterFixture.time
        var wanted = OrderExecutions(
            symbol: "LTCUSDT",
            of: VenueID(28),
            since: made,
            changed: made + TimeSpan(seconds: 60)
        )
        wanted.page = page
        let request = try request(market, .orderExecutions(wanted))
        #expect(request.path == path)
        #expect(parameters(request) == "symbol=LTCUSDT&orderId=28&" + asked)
    }

    @Test func `is signed over the very text that is sent`() throws {
        let request = try request(.binanceSpot, .balances)
        let parts = String(request.query).components(around: "&signature=")
        #expect(parts.before.hasSuffix("&recvWindow=5000&timestamp=1762259428215"))
        #expect(parts.after == AdapterFixture.signature(parts.before))
    }

    @Test func `is percent-encoded before it is signed`() throws {
        let name = VenueOrderName(symbol: "龙虾USDT", clientID: "a b", isConditional: false)
        let request = try request(.binanceFutures, .order(name))
        #expect(request.query.hasPrefix("symbol=%E9%BE%99%E8%99%BEUSDT&origClientOrderId=a%20b&"))
    }

    @Test func `without a key is public, or not asked at all`() throws {
        let adapter = BinanceAdapter(.binanceSpot, nil)
        let time = try adapter.request(for: .serverTime, at: AdapterFixture.time)
        #expect(time.target == "/api/v3/time" && time.headers.isEmpty)
        #expect(throws: VenueCallFault.needsKey) {
            try adapter.request(for: .balances, at: AdapterFixture.time)
        }
    }

    /// What ccxt sent for the same calls, but for the order of parameters and its own
    /// `clientOrderId` and empty `orderId`, which the venue does not want.
    @Test(.enabled(if: Fixtures.isPresent, "\(Fixtures.absent)"))
    func `is what another client asks`() throws {
        let recorded = Fixtures.objects("ccxt/binance_static_request_transcribed.jsonl")
            .map { String(decoding: $0, as: UTF8.self) }
        let name = VenueOrderName(symbol: "LTCUSDT", clientID: "myid123", isConditional: false)
        let change = VenueAmendment(
            quantity: Quantity(decimal("0.2")),
            price: Price(decimal("55")),
            trigger: .zero,
            side: .buy
        )
        let calls: [(String, VenueCall)] = [
            ("cancelOrderWithClientOrderId usdm", .cancel(name)),
            ("editOrderWithClientOrderId usdm", .amend(name, change)),
            ("fetchOrderWithClientOrderId usdm", .order(name)),
        ]
        for (title, call) in calls {
            let line = try #require(recorded.first { $0.contains("\"\(title)\"") })
            let request = try request(.binanceFutures, call)
            #expect(line.contains("\"method\":\"\(request.method.rawValue)\""))
            #expect(line.contains("binance.com\(request.path)"))
            for parameter in parameters(request).split(separator: "&") {
                #expect(line.contains(parameter), "\(title): \(parameter)")
            }
        }
    }
}

extension String {
    fileprivate func components(around separator: String) -> (before: String, after: String) {
        guard let range = firstRange(of: separator) else { return (self, "") }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}
