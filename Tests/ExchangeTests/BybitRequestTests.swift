import Digests
import Exchange
import Network
import Testing
import Trading

struct BybitSample: Sendable, CustomTestStringConvertible {
    var call: VenueCall
    var market: VenueMarket = .bybitLinear
    var target: String
    var body: String = ""
    var testDescription: String { target + " " + body }
}

private let hour = Timestamp(nanoseconds: 1_699_996_400_123_000_000)

@Suite struct `Asking Bybit` {
    static func questions() -> [BybitSample] {
        let cursor = "page_args%3Dfd43%26symbol%3D6%26"
        return [
            BybitSample(
                call: .order(name()),
                target: "/v5/order/realtime?category=linear&symbol=BTCUSDT&orderLinkId="
                    + bybitClientID
            ),
            BybitSample(
                call: .openOrders(symbol: "BTCUSDT", page: .first),
                market: .bybitSpot,
                target: "/v5/order/realtime?category=spot&symbol=BTCUSDT&limit=50"
            ),
            BybitSample(
                call: .openOrders(symbol: nil, page: .after(cursor)),
                target: "/v5/order/realtime?category=linear&settleCoin=USDT&limit=50&cursor="
                    + cursor
            ),
            BybitSample(
                call: .openOrders(symbol: nil, page: .first),
                market: .bybitSpot,
                target: "/v5/order/realtime?category=spot&limit=50"
            ),
            BybitSample(
                call: .orderHistory(symbol: "BTCUSDT", from: hour, to: bybitNow, page: .first),
                target: "/v5/order/history?category=linear&symbol=BTCUSDT"
                    + "&startTime=1699996400123&endTime=1700000000124&limit=50"
            ),
            BybitSample(
                call: .executions(symbol: "BTCUSDT", from: hour, to: hour, page: .after("1%3A2")),
                target: "/v5/execution/list?category=linear&symbol=BTCUSDT"
                    + "&startTime=1699996400123&endTime=1699996400123&limit=100&cursor=1%3A2"
            ),
            BybitSample(
                call: .orderExecutions(
                    OrderExecutions(
                        symbol: "BTCUSDT",
                        of: VenueID(0xFD43_00AE_7847_404E_B947_B469_80A4_D140),
                        since: hour,
                        changed: bybitNow
                    )
                ),
                target: "/v5/execution/list?category=linear&symbol=BTCUSDT"
                    + "&startTime=1699996340123&endTime=1700000060124"
                    + "&orderId=fd4300ae-7847-404e-b947-b46980a4d140&limit=100"
            ),
            BybitSample(
                call: .positions(symbol: nil),
                target: "/v5/position/list?category=linear&settleCoin=USDT&limit=200"
            ),
            BybitSample(
                call: .accountMode(symbol: "BTCUSDT"),
                target: "/v5/position/list?category=linear&symbol=BTCUSDT&limit=200"
            ),
            BybitSample(call: .marginMode(symbol: "BTCUSDT"), target: "/v5/account/info"),
            BybitSample(
                call: .balances,
                target: "/v5/account/wallet-balance?accountType=UNIFIED"
            ),
            BybitSample(call: .keyPermissions, target: "/v5/user/query-api"),
            BybitSample(
                call: .fees(symbol: "BTCUSDT"),
                market: .bybitSpot,
                target: "/v5/account/fee-rate?category=spot&symbol=BTCUSDT"
            ),
        ]
    }

    @Test(arguments: questions())
    func `a private question is a signed query`(sample: BybitSample) throws {
        let request = try bybit(sample.market).request(for: sample.call, at: bybitNow)
        #expect(request.method == .get)
        #expect(request.target == sample.target)
        #expect(request.body.isEmpty)
        #expect(request.header("X-BAPI-SIGN") != nil)
        #expect(throws: VenueCallFault.needsKey) {
            try bybit(sample.market, hasKey: false).request(for: sample.call, at: bybitNow)
        }
    }

    static func publicQuestions() -> [BybitSample] {
        [
            BybitSample(call: .serverTime, target: "/v5/market/time"),
            BybitSample(call: .tickers, target: "/v5/market/tickers?category=linear"),
            BybitSample(
                call: .instruments(page: .first),
                target: "/v5/market/instruments-info?category=linear&limit=1000"
            ),
            BybitSample(
                call: .instruments(page: .after("a%3Db")),
                market: .bybitSpot,
                target: "/v5/market/instruments-info?category=spot&limit=1000&cursor=a%3Db"
            ),
            BybitSample(
                call: .book(symbol: "BTC-27MAR26", depth: 5000),
                target: "/v5/market/orderbook?category=linear&symbol=BTC-27MAR26&limit=1000"
            ),
        ]
    }

    @Test(arguments: publicQuestions())
    func `a public question is not signed and needs no key`(sample: BybitSample) throws {
        let request = try bybit(sample.market, hasKey: false).request(
            for: sample.call,
            at: bybitNow
        )
        #expect(request == HTTPRequest(.get, sample.target))
        #expect(try bybit(sample.market).request(for: sample.call, at: bybitNow) == request)
    }

    @Test func `a symbol cannot end a parameter`() throws {
        let call = VenueCall.book(symbol: "A&limit=9 龙", depth: 1)
        let request = try bybit().request(for: call, at: bybitNow)
        #expect(
            request.target
                == "/v5/market/orderbook?category=linear&symbol=A%26limit%3D9%20%E9%BE%99&limit=1"
        )
    }

    static func changes() throws -> [BybitSample] {
        try orders() + settings()
    }

    @Test(arguments: try changes())
    func `a change is a compact body`(sample: BybitSample) throws {
        let request = try bybit(sample.market).request(for: sample.call, at: bybitNow)
        #expect(request.method == .post)
        #expect(request.target == sample.target)
        #expect(request.bodyText == sample.body)
        #expect(request.header("Content-Type") == "application/json")
    }

    private static func orders() throws -> [BybitSample] {
        let create = "/v5/order/create"
        let linear =
            #"{"category":"linear","symbol":"BTCUSDT","orderLinkId":"hf-abcd-1-wxyz-2a","#
        let spot = #"{"category":"spot","symbol":"BTCUSDT","orderLinkId":"hf-abcd-1-wxyz-2a","#
        return [
            BybitSample(
                call: try placing(
                    "BTCUSDT",
                    .buy,
                    .limit,
                    "0.010",
                    price: "30000.50",
                    timeInForce: .postOnly
                ),
                target: create,
                body: linear + #""side":"Buy","orderType":"Limit","qty":"0.01","#
                    + #""price":"30000.5","timeInForce":"PostOnly","positionIdx":0}"#
            ),
            BybitSample(
                call: try placing(
                    "BTCUSDT",
                    .sell,
                    .stopMarket,
                    "1",
                    trigger: "29000",
                    isReduceOnly: true
                ),
                target: create,
                body: linear + #""side":"Sell","orderType":"Market","qty":"1","#
                    + #""triggerPrice":"29000","triggerDirection":2,"triggerBy":"LastPrice","#
                    + #""positionIdx":0,"reduceOnly":true}"#
            ),
            BybitSample(
                call: try placing("BTCUSDT", .buy, .stopMarket, "1", trigger: "31000"),
                target: create,
                body: linear + #""side":"Buy","orderType":"Market","qty":"1","#
                    + #""triggerPrice":"31000","triggerDirection":1,"triggerBy":"LastPrice","#
                    + #""positionIdx":0}"#
            ),
            BybitSample(
                call: try placing("BTCUSDT", .buy, .market, "0.5"),
                market: .bybitSpot,
                target: create,
                body: spot + #""side":"Buy","orderType":"Market","qty":"0.5","#
                    + #""marketUnit":"baseCoin","orderFilter":"Order"}"#
            ),
            BybitSample(
                call: try placing("BTCUSDT", .sell, .stopMarket, "2", trigger: "0.000000000001"),
                market: .bybitSpot,
                target: create,
                body: spot + #""side":"Sell","orderType":"Market","qty":"2","#
                    + #""marketUnit":"baseCoin","triggerPrice":"0.000000000001","#
                    + #""orderFilter":"StopOrder"}"#
            ),
            BybitSample(
                call: try placing(
                    "BTCUSDT",
                    .sell,
                    .stopMarket,
                    "2",
                    trigger: "7",
                    isReduceOnly: true,
                    stop: .reserving
                ),
                market: .bybitSpot,
                target: create,
                body: spot + #""side":"Sell","orderType":"Market","qty":"2","#
                    + #""marketUnit":"baseCoin","triggerPrice":"7","orderFilter":"tpslOrder"}"#
            ),
        ]
    }

    private static func settings() throws -> [BybitSample] {
        let head = #"{"category":"linear","symbol":"BTCUSDT","#
        let id = #""orderLinkId":"hf-abcd-1-wxyz-2a""#
        let amended = VenueAmendment(
            quantity: Quantity(try Decimal("3")),
            price: .zero,
            trigger: Price(try Decimal("28000.10")),
            side: .sell
        )
        var reserving = name(isConditional: true)
        reserving.stop = .reserving
        return [
            BybitSample(
                call: .cancel(name()),
                target: "/v5/order/cancel",
                body: head + id + "}"
            ),
            BybitSample(
                call: .cancel(name(isConditional: true)),
                market: .bybitSpot,
                target: "/v5/order/cancel",
                body: #"{"category":"spot","symbol":"BTCUSDT","# + id
                    + #","orderFilter":"StopOrder"}"#
            ),
            BybitSample(
                call: .cancel(reserving),
                market: .bybitSpot,
                target: "/v5/order/cancel",
                body: #"{"category":"spot","symbol":"BTCUSDT","# + id
                    + #","orderFilter":"tpslOrder"}"#
            ),
            BybitSample(
                call: .amend(name(isConditional: true), amended),
                target: "/v5/order/amend",
                body: head + id + #","qty":"3","triggerPrice":"28000.1"}"#
            ),
            BybitSample(
                call: .cancelOnSilence(symbol: "BTCUSDT", after: TimeSpan(seconds: 40)),
                target: "/v5/order/disconnected-cancel-all",
                body: #"{"product":"DERIVATIVES","timeWindow":40}"#
            ),
            BybitSample(
                call: .setLeverage(symbol: "BTCUSDT", try Decimal("2.50")),
                target: "/v5/position/set-leverage",
                body: head + #""buyLeverage":"2.5","sellLeverage":"2.5"}"#
            ),
            BybitSample(
                call: .setOneWayMode(symbol: "BTCUSDT"),
                target: "/v5/position/switch-mode",
                body: head + #""mode":0}"#
            ),
            BybitSample(
                call: .setMarginMode(symbol: "BTCUSDT", .isolated),
                target: "/v5/account/set-margin-mode",
                body: #"{"setMarginMode":"ISOLATED_MARGIN"}"#
            ),
        ]
    }
}
