import Exchange
import Network
import Testing
import Trading

/// What ccxt adds to each order: its broker's id stands in front of the id of the order, and it
/// asks for the fills at once, which we take from the stream.
private let broker: Set = ["newClientOrderId", "newOrderRespType"]
/// To an algo order it gives both by the names that they have for other orders.
private let algoBroker = broker
/// Ours for an algo order: the documented name of its id, and the price that triggers it.
private let alwaysAlgo: Set = ["clientAlgoId", "workingType"]

/// What ccxt was recorded to ask, by its own tests, and what we ask for the same.
///
/// It sends the parameters of a change in the body, we in the query: the venue reads both alike.
/// There is no recording of leverage, margin type and position mode: those are compared with what
/// another client asks, in `Every answer of Binance among the fixtures`.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `Our requests to Binance and those of ccxt` {
    private static func order(_ text: String, _ symbol: String = "LTCUSDT") -> VenueCall {
        .place(AdapterFixture.placement(text, symbol: symbol))
    }

    private static let name = VenueOrderName(
        symbol: "LTCUSDT",
        clientID: "myid123",
        isConditional: false
    )

    static let spot = [
        Agreement(
            recording: "createOrder spot limit buy",
            market: .binanceSpot,
            call: order("buy 0.2 @ 50 GTC"),
            differing: broker
        ),
        Agreement(
            recording: "createOrder spot postOnly",
            market: .binanceSpot,
            call: order("buy 0.2 @ 50 post-only"),
            differing: broker
        ),
        Agreement(
            recording: "createOrder spot weird amount 0.0007856509959147719 -> step-truncated",
            market: .binanceSpot,
            call: order("buy 0.00078 @ 55000 GTC", "BTCUSDT"),
            differing: broker
        ),
        // ccxt buys here for ten quote units, which we never do.
        Agreement(
            recording: "createOrder spot market buy",
            market: .binanceSpot,
            call: order("buy 10 market"),
            ours: ["quantity"],
            theirs: ["quoteOrderQty"],
            differing: broker
        ),
        // We have no words for these two.
        Agreement(
            recording: "createOrder spot limit iceberg stp",
            market: .binanceSpot,
            call: order("buy 0.05 @ 241 GTC", "SOLUSDT"),
            theirs: ["icebergQty", "selfTradePreventionMode"],
            differing: broker
        ),
    ]

    static let futures = [
        Agreement(
            recording: "createOrder usdm market",
            market: .binanceFutures,
            call: order("buy 0.1 market"),
            differing: broker
        ),
        Agreement(
            recording: "createOrder usdm limit",
            market: .binanceFutures,
            call: order("buy 0.1 @ 55 GTC"),
            differing: broker
        ),
        // Our stops become market orders, ccxt's here a limit order.
        Agreement(
            recording: "createOrder usdm trigger -> algoOrder",
            market: .binanceFutures,
            call: order("buy 0.21 stop 101"),
            ours: alwaysAlgo,
            theirs: algoBroker.union(["price"]),
            differing: ["type"]
        ),
        // The coin-margined market takes the same at a path of its own.
        Agreement(
            recording: "createOrder coin-m stopLossPrice -> algoOrder",
            market: .binanceFutures,
            call: order("sell 1 stop 1000", "ETHUSD_PERP"),
            ours: alwaysAlgo,
            theirs: algoBroker
        ),
        Agreement(
            recording: "cancel conditional by clientAlgoId coin-m",
            market: .binanceFutures,
            call: .cancel(
                VenueOrderName(
                    symbol: "ETHUSD_PERP",
                    clientID: "Q2ayA6g41m6hGYhnZANh5E",
                    isConditional: true
                )
            )
        ),
        Agreement(
            recording: "cancelOrderWithClientOrderId usdm",
            market: .binanceFutures,
            call: .cancel(name)
        ),
        Agreement(
            recording: "fetchOrderWithClientOrderId usdm",
            market: .binanceFutures,
            call: .order(name)
        ),
        // An empty id of the venue, and our id by a name that the documentation does not know.
        Agreement(
            recording: "editOrderWithClientOrderId usdm",
            market: .binanceFutures,
            call: .amend(
                name,
                VenueAmendment(
                    quantity: Quantity(decimal("0.2")),
                    price: Price(decimal("55")),
                    trigger: .zero,
                    side: .buy
                )
            ),
            theirs: ["orderId", "clientOrderId"]
        ),
    ]

    @Test(arguments: spot + futures)
    func `the same call has the same path and parameters, differences named`(
        agreement: Agreement
    ) throws {
        let line = try #require(
            try BinanceFixtures.text("ccxt/binance_static_request_transcribed.jsonl")
                .split(separator: "\n")
                .first { $0.hasPrefix("{\"call\":\"\(agreement.recording)\",") }
        )
        let recorded = try members(String(line)).mapValues { $0.filter { $0 != "\"" } }
        let address = try #require(recorded["url"])
        let start = try #require(address.firstRange(of: /\.(com|vision)\//)).upperBound
        let parts = address[start...].split(separator: "?", maxSplits: 1)
        var theirs = parameters(recorded["body"] ?? String(parts.last ?? ""))
        let time = try #require(Int64(theirs["timestamp"] ?? ""))
        let adapter = BinanceAdapter(
            agreement.market,
            AdapterFixture.credentials(),
            window: TimeSpan(seconds: 10)
        )
        let request = try adapter.request(
            for: agreement.call,
            at: Timestamp(nanoseconds: time * 1_000_000)
        )
        #expect(request.method.rawValue == recorded["method"])
        #expect(request.path == "/" + parts[0].replacing("dapi", with: "fapi"))
        var ours = parameters(String(request.query))
        // Both are signed, with other keys.
        #expect(ours.removeValue(forKey: "signature")?.count == 64)
        #expect(theirs.removeValue(forKey: "signature")?.count == 64)
        #expect(Set(ours.keys).subtracting(theirs.keys) == agreement.ours)
        #expect(Set(theirs.keys).subtracting(ours.keys) == agreement.theirs)
        let differing = ours.filter { key, value in theirs[key].map { $0 != value } ?? false }
        #expect(Set(differing.keys) == agreement.differing)
    }

    @Test func `every recording is compared`() throws {
        let text = try BinanceFixtures.text("ccxt/binance_static_request_transcribed.jsonl")
        #expect(text.split(separator: "\n").count == (Self.spot + Self.futures).count)
    }

    private func parameters(_ query: String) -> [String: String] {
        var found: [String: String] = [:]
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1)
            found[String(pair[0])] = pair.count > 1 ? String(pair[1]) : ""
        }
        return found
    }
}
