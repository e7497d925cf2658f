import Exchange
import Network
import Testing
import Trading

/// A call of ours for the same thing that ccxt asked, and how the requests may differ.
struct Agreement: Sendable, CustomTestStringConvertible {
    /// The name of the recording.
    var recording: String
    var market: VenueMarket
    var call: VenueCall
    /// What only we send.
    var ours: Set<String> = []
    /// What only ccxt sends.
    var theirs: Set<String> = []
    /// What both send with another value.
    var differing: Set<String> = []
    var testDescription: String { recording }
}

/// What we always tell of an order: our id, and that there is one position.
private let alwaysLinear: Set = ["orderLinkId", "positionIdx"]
private let alwaysSpot: Set = ["orderLinkId", "orderFilter"]

/// ccxt's requests were recorded by its own tests; see `ccxt/` of the fixtures.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `Our requests and those of ccxt` {
    private static func recorded(_ name: String) throws -> (
        path: String, query: String, body: String
    ) {
        let line = try #require(
            try BybitFixtures.lines("ccxt/bybit_static_request_transcribed.jsonl").first {
                $0.contains("{\"call\":\"\(name)\",")
            }
        )
        let members = try members(line)
        let address = try #require(members["url"])
        let target = try #require(address.split(separator: ".com", maxSplits: 1).last)
            .dropLast()
        let parts = target.split(separator: "?", maxSplits: 1)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "", line)
    }

    static func orders() throws -> [Agreement] {
        [
            Agreement(
                recording: "createOrder swap limit",
                market: .bybitLinear,
                call: try placing("ADAUSDT", .buy, .limit, "50", price: "0.1"),
                ours: alwaysLinear.union(["timeInForce"])
            ),
            Agreement(
                recording: "createOrder spot limit",
                market: .bybitSpot,
                call: try placing("ADAUSDT", .buy, .limit, "50", price: "0.1"),
                ours: alwaysSpot.union(["timeInForce"])
            ),
            Agreement(
                recording: "createOrder spot postOnly",
                market: .bybitSpot,
                call: try placing(
                    "LTCUSDT",
                    .buy,
                    .limit,
                    "0.1",
                    price: "60",
                    timeInForce: .postOnly
                ),
                ours: alwaysSpot
            ),
            Agreement(
                recording: "createOrder swap limit sell reduceOnly postOnly",
                market: .bybitLinear,
                call: try placing(
                    "LTCUSDT",
                    .sell,
                    .limit,
                    "0.1",
                    price: "100",
                    timeInForce: .postOnly,
                    isReduceOnly: true
                ),
                ours: alwaysLinear
            ),
            Agreement(
                recording: "createOrder spot market buy base amount (UTA)",
                market: .bybitSpot,
                call: try placing("LTCUSDT", .buy, .market, "0.2"),
                ours: alwaysSpot
            ),
            // ccxt buys here for ten quote units, which we never do.
            Agreement(
                recording: "createOrder spot market buy (classic, qty in quote)",
                market: .bybitSpot,
                call: try placing("ADAUSDT", .buy, .market, "10"),
                ours: alwaysSpot.union(["marketUnit"])
            ),
        ]
    }

    static func stops() throws -> [Agreement] {
        [
            // Ours counts in base units, as told by the unit.
            Agreement(
                recording: "createOrder spot market trigger",
                market: .bybitSpot,
                call: try placing("XRPUSDT", .buy, .stopMarket, "10", trigger: "55"),
                ours: ["orderLinkId", "marketUnit"]
            ),
            // Our stops become market orders, ccxt's here a limit order.
            Agreement(
                recording: "createOrder swap stopLossPrice (type 2)",
                market: .bybitLinear,
                call: try placing(
                    "LTCUSDT",
                    .sell,
                    .stopMarket,
                    "0.1",
                    trigger: "56",
                    isReduceOnly: true
                ),
                ours: alwaysLinear.union(["triggerBy"]),
                theirs: ["price"],
                differing: ["orderType"]
            ),
            Agreement(
                recording: "createOrder swap limit triggerDirection above",
                market: .bybitLinear,
                call: try placing("BTCUSDT", .buy, .stopMarket, "0.001", trigger: "37000"),
                ours: alwaysLinear.union(["triggerBy"]),
                theirs: ["price"],
                differing: ["orderType"]
            ),
        ]
    }

    static func others() throws -> [Agreement] {
        [
            // ccxt names orders by the venue's id, we by ours.
            Agreement(
                recording: "cancelOrder linear",
                market: .bybitLinear,
                call: .cancel(name("LTCUSDT")),
                ours: ["orderLinkId"],
                theirs: ["orderId"]
            ),
            Agreement(
                recording: "cancelOrder spot",
                market: .bybitSpot,
                call: .cancel(name("LTCUSDT")),
                ours: ["orderLinkId"],
                theirs: ["orderId"]
            ),
            Agreement(
                recording: "cancelOrder spot stop",
                market: .bybitSpot,
                call: .cancel(name("BTCUSDT", isConditional: true)),
                ours: ["orderLinkId"],
                theirs: ["orderId"]
            ),
            Agreement(
                recording: "setLeverage linear",
                market: .bybitLinear,
                call: .setLeverage(symbol: "LTCUSDT", try Decimal("6"))
            ),
            Agreement(
                recording: "setPositionMode one-way",
                market: .bybitLinear,
                call: .setOneWayMode(symbol: "BTCUSDT")
            ),
            Agreement(
                recording: "setMarginMode isolated",
                market: .bybitLinear,
                call: .setMarginMode(symbol: "BTCUSDT", .isolated)
            ),
        ]
    }

    @Test(arguments: try orders() + stops() + others())
    func `the same change has the same path and fields, differences named`(
        agreement: Agreement
    ) throws {
        let recorded = try Self.recorded(agreement.recording)
        let request = try bybit(agreement.market).request(for: agreement.call, at: bybitNow)
        #expect(request.target == recorded.path)
        try compare(
            try members(request.bodyText),
            try members(recorded.body, of: "body"),
            agreement
        )
    }

    static func questions() throws -> [Agreement] {
        let from = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
        return [
            Agreement(
                recording: "fetchOpenOrders spot",
                market: .bybitSpot,
                call: .openOrders(symbol: "LTCUSDT", page: .first),
                ours: ["limit"]
            ),
            // Ours asks for all kinds of orders, ccxt for one after the other.
            Agreement(
                recording: "fetchOpenOrders spot stop",
                market: .bybitSpot,
                call: .openOrders(symbol: "BTCUSDT", page: .first),
                ours: ["limit"],
                theirs: ["orderFilter"]
            ),
            Agreement(
                recording: "fetchOpenOrders linear",
                market: .bybitLinear,
                call: .openOrders(symbol: "LTCUSDT", page: .first),
                ours: ["limit"]
            ),
            Agreement(
                recording: "fetchOpenOrder linear by id",
                market: .bybitLinear,
                call: .order(name()),
                ours: ["orderLinkId"],
                theirs: ["orderId"]
            ),
            // Funding and liquidations are to be told too.
            Agreement(
                recording: "fetchMyTrades linear",
                market: .bybitLinear,
                call: .executions(symbol: "LTCUSDT", from: from, to: bybitNow, page: .first),
                ours: ["startTime", "endTime", "limit"],
                theirs: ["execType"]
            ),
            Agreement(
                recording: "fetchClosedOrders linear",
                market: .bybitLinear,
                call: .orderHistory(symbol: "BTCUSDT", from: from, to: bybitNow, page: .first),
                ours: ["symbol", "startTime", "endTime", "limit"],
                theirs: ["orderStatus"]
            ),
            Agreement(
                recording: "fetchPositions",
                market: .bybitLinear,
                call: .positions(symbol: nil),
                ours: ["limit"]
            ),
            Agreement(recording: "fetchBalance", market: .bybitSpot, call: .balances),
            Agreement(recording: "fetchTickers linear", market: .bybitLinear, call: .tickers),
            Agreement(recording: "fetchTime", market: .bybitLinear, call: .serverTime),
            Agreement(
                recording: "fetchTradingFee linear",
                market: .bybitLinear,
                call: .fees(symbol: "BTCUSDT")
            ),
        ]
    }

    @Test(arguments: try questions())
    func `the same question has the same path and parameters, differences named`(
        agreement: Agreement
    ) throws {
        let recorded = try Self.recorded(agreement.recording)
        let request = try bybit(agreement.market).request(for: agreement.call, at: bybitNow)
        #expect(request.path == recorded.path)
        try compare(
            parameters(String(request.query)),
            parameters(recorded.query),
            agreement
        )
    }

    private func parameters(_ query: String) -> [String: String] {
        var found: [String: String] = [:]
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1)
            found[String(pair[0])] = pair.count > 1 ? String(pair[1]) : ""
        }
        return found
    }

    private func compare(
        _ ours: [String: String],
        _ theirs: [String: String],
        _ agreement: Agreement
    ) throws {
        #expect(!theirs.isEmpty || ours.isEmpty)
        #expect(Set(ours.keys).subtracting(theirs.keys) == agreement.ours)
        #expect(Set(theirs.keys).subtracting(ours.keys) == agreement.theirs)
        let differing = ours.filter { key, value in theirs[key].map { $0 != value } ?? false }
        #expect(Set(differing.keys) == agreement.differing)
    }
}
