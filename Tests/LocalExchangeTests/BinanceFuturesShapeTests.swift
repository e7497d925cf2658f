import Exchange
import Network
import Testing
import Trading

@testable import LocalExchange

/// Compares every answer and message of USD-M with a payload of the venue; what differs is named
/// here.
@Suite(.enabled(if: Payloads.isPresent, Comment(rawValue: Payloads.absent)))
struct `Binance USD-M and the shapes of real payloads` {
    private static let jkorf = "binance/jkorf/Endpoints/UsdFutures/"
    private static let nautilus = "binance/nautilus_py/http_responses/http_futures_"
    private static let one = "symbol=BTCUSDT"
    private static let order = one + "&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=110"
    private static let buy = one + "&side=BUY&type=MARKET&quantity=0.1"
    private static let stop =
        "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&quantity=0.1"
        + "&triggerPrice=80"

    static let market: [BinanceShapeCase] = [
        .open("/fapi/v1/time", like: jkorf + "ExchangeData/GetServerTime.txt"),
        // Two of these keys are as in the listings that were recorded; coins have no groups here.
        .open(
            "/fapi/v1/exchangeInfo",
            like: jkorf + "ExchangeData/GetExchangeInfo.txt",
            [
                "~ assets[].autoAssetExchange: integer, text",
                "- symbols[].underlyingSubType[]", "+ futuresType",
            ]
        ),
        .open("/fapi/v1/depth", one, like: jkorf + "ExchangeData/GetOrderBook.txt"),
        .open("/fapi/v1/trades", one, like: jkorf + "ExchangeData/GetRecentTrades.txt"),
        .open("/fapi/v1/historicalTrades", one, like: jkorf + "ExchangeData/GetTradeHistory.txt"),
        .open(
            "/fapi/v1/aggTrades",
            one,
            like: jkorf + "ExchangeData/GetAggregatedTradeHistory.txt"
        ),
        .open("/fapi/v1/klines", one + "&interval=1m", like: jkorf + "ExchangeData/GetKlines.txt"),
        .open("/fapi/v1/ticker/24hr", one, like: jkorf + "ExchangeData/GetTicker.txt"),
        .open("/fapi/v1/ticker/price", one, like: jkorf + "ExchangeData/GetPrice.txt"),
        .open("/fapi/v1/ticker/bookTicker", one, like: jkorf + "ExchangeData/GetBookPrice.txt"),
        .open("/fapi/v1/premiumIndex", one, like: jkorf + "ExchangeData/GetMarkPrice.txt"),
        .open("/fapi/v1/fundingRate", one, like: jkorf + "ExchangeData/GetFundingRates.txt"),
        .open("/fapi/v1/fundingInfo", like: jkorf + "ExchangeData/GetFundingInfo.txt"),
    ]

    /// What only trailing stops have, which are not offered.
    private static let trailing = ["activatePrice", "priceRate"]

    static let orders: [BinanceShapeCase] = [
        BinanceShapeCase(
            .get,
            "/fapi/v1/order",
            one + "&origClientOrderId=open",
            like: jkorf + "Trading/GetOrder.txt",
            trailing.map { "- " + $0 }
        ),
        BinanceShapeCase(
            .get,
            "/fapi/v1/openOrder",
            one + "&origClientOrderId=open",
            like: jkorf + "Trading/GetOpenOrder.txt",
            trailing.map { "- " + $0 }
        ),
        BinanceShapeCase(
            .get,
            "/fapi/v1/openOrders",
            one,
            like: jkorf + "Trading/GetOpenOrders.txt",
            trailing.map { "- []." + $0 }
        ),
        BinanceShapeCase(
            .get,
            "/fapi/v1/allOrders",
            one,
            like: jkorf + "Trading/GetOrders.txt",
            trailing.map { "- []." + $0 }
        ),
        BinanceShapeCase(
            .delete,
            "/fapi/v1/order",
            one + "&origClientOrderId=open",
            like: jkorf + "Trading/CancelOrder.txt",
            trailing.map { "- " + $0 } + ["+ avgPrice"]
        ),
        BinanceShapeCase(
            .delete,
            "/fapi/v1/allOpenOrders",
            one,
            like: jkorf + "Trading/CancelAllOrders.txt"
        ),
        BinanceShapeCase(
            .post,
            "/fapi/v1/countdownCancelAll",
            one + "&countdownTime=100000",
            like: jkorf + "Trading/CancelAllOrdersAfterTimeout.txt"
        ),
        BinanceShapeCase(.get, "/fapi/v1/userTrades", one, like: nautilus + "account_trades.json"),
        // What a stop became it has only once it was triggered.
        BinanceShapeCase(
            .get,
            "/fapi/v1/allAlgoOrders",
            one,
            like: jkorf + "Trading/GetConditionalOrders.txt",
            ["- [].actualQty", "- [].actualType"]
        ),
        BinanceShapeCase(
            .get,
            "/fapi/v1/openAlgoOrders",
            one,
            like: jkorf + "Trading/GetOpenConditionalOrders.txt"
        ),
        // The documentation has these two and the ids alone, the client's payload all the rest.
        BinanceShapeCase(
            .delete,
            "/fapi/v1/algoOrder",
            "clientAlgoId=stop",
            like: jkorf + "Trading/CancelConditionalOrder.txt",
            ["+ code", "+ msg"]
        ),
        BinanceShapeCase(
            .delete,
            "/fapi/v1/algoOpenOrders",
            one,
            like: jkorf + "Trading/CancelAllConditionalOrders.txt"
        ),
    ]

    static let accounts: [BinanceShapeCase] = [
        // These payloads are older than some keys that clients read.
        BinanceShapeCase(
            .get,
            "/fapi/v2/account",
            like: jkorf + "Account/GetAccountInfo.txt",
            ["+ positions[].breakEvenPrice", "+ positions[].isolatedWallet"]
        ),
        BinanceShapeCase(
            .get,
            "/fapi/v3/account",
            like: jkorf + "Account/GetAccountInfoV3.txt",
            [
                "+ positions[].positionInitialMargin", "+ positions[].openOrderInitialMargin",
            ]
        ),
        BinanceShapeCase(.get, "/fapi/v2/balance", like: jkorf + "Account/GetBalances.txt"),
        BinanceShapeCase(
            .get,
            "/fapi/v2/positionRisk",
            one,
            like: jkorf + "Account/GetPositionInformation.txt"
        ),
        BinanceShapeCase(
            .get,
            "/fapi/v3/positionRisk",
            one,
            like: jkorf + "Trading/GetPositions.txt",
            [
                "marginAsset", "initialMargin", "maintMargin", "positionInitialMargin",
                "openOrderInitialMargin", "adl", "bidNotional", "askNotional",
            ].map { "+ []." + $0 }
        ),
        BinanceShapeCase(.get, "/fapi/v1/income", like: jkorf + "Account/GetIncomeHistory.txt"),
        BinanceShapeCase(
            .get,
            "/fapi/v1/commissionRate",
            one,
            like: jkorf + "Account/GetUserCommissionRate.txt"
        ),
        BinanceShapeCase(
            .get,
            "/fapi/v1/accountConfig",
            like: jkorf + "Account/GetAccountConfiguration.txt"
        ),
        BinanceShapeCase(
            .get,
            "/fapi/v1/symbolConfig",
            like: jkorf + "Account/GetSymbolConfiguration.txt"
        ),
        BinanceShapeCase(.get, "/fapi/v1/leverageBracket", like: jkorf + "Account/GetBrackets.txt"),
        BinanceShapeCase(
            .get,
            "/fapi/v1/rateLimit/order",
            like: jkorf + "Account/GetOrderRateLimit.txt"
        ),
        BinanceShapeCase(
            .post,
            "/fapi/v1/leverage",
            one + "&leverage=5",
            like: jkorf + "Account/ChangeInitialLeverage.txt"
        ),
        BinanceShapeCase(
            .get,
            "/fapi/v1/multiAssetsMargin",
            like: jkorf + "Account/GetMultiAssetsMode.txt"
        ),
    ]

    private let bench: BinanceFrontBench<BinanceFuturesFront>

    /// Orders of others to trade with, a position, an order that rests, a stop, and a funding.
    init() throws {
        bench = try futuresBench()
        try bench.rest("SELL", "5", at: "100")
        try bench.rest("BUY", "5", at: "90")
        _ = try bench.order(Self.buy)
        bench.wait(TimeSpan(seconds: 9 * 3600), step: TimeSpan(seconds: 600))
        try bench.rest("SELL", "1", at: "120", id: "open", as: "alice")
        let terms = Self.stop + "&clientAlgoId=stop"
        _ = try bench.signed(.post, "/fapi/v1/algoOrder", terms)
    }

    @Test(arguments: market + orders + accounts)
    func `an answer has the keys and kinds of a real one`(one: BinanceShapeCase) throws {
        let found = try bench.differences(one)
        #expect(found == one.differences)
    }

    static let refusals: [BinanceShapeCase] = [
        BinanceShapeCase(
            .post,
            "/fapi/v1/marginType",
            one + "&marginType=ISOLATED",
            like: jkorf + "Account/ChangeMarginType.txt"
        ),
        BinanceShapeCase(
            .post,
            "/fapi/v1/positionSide/dual",
            "dualSidePosition=false",
            like: jkorf + "Account/ModifyPositionMode.txt"
        ),
    ]

    /// What is so already the venue refuses, in the words that it has for what is done.
    @Test(arguments: refusals)
    func `a refusal has the keys and kinds of a real one`(one: BinanceShapeCase) throws {
        let found = try bench.differences(one, isRefused: true)
        #expect(found == one.differences)
    }

    /// Bodies that clients have written down in full.
    @Test(arguments: [
        (Self.order + "&newClientOrderId=open", "is duplicated"),
        (
            Self.one + "&side=SELL&type=STOP_MARKET&quantity=1&stopPrice=80",
            "not supported for this endpoint"
        ),
    ])
    func `a refusal is what the venue said`(terms: String, text: String) throws {
        let reply = try bench.order(terms)
        let real = try #require(Payloads.payload("ccxt/real_error_bodies.jsonl", with: text))
        #expect(reply.status == 400)
        #expect(real["body"]?["code"]?.word == reply["code"]?.integer.map(String.init))
        #expect(real["body"]?["msg"]?.word == reply["msg"]?.text)
    }

    private static let tardis = "tardis/binance_futures.jsonl"

    static let topics: [BinanceShapeEvent] = [
        // The recording of 2019 leaves the number of the aggregate out.
        BinanceShapeEvent(
            "market/stream?streams=btcusdt@aggTrade",
            tardis,
            with: "@aggTrade",
            ["+ data.a"]
        ),
        BinanceShapeEvent("public/stream?streams=btcusdt@trade", tardis, with: #""X":"MARKET""#),
        BinanceShapeEvent(
            "market/stream?streams=btcusdt@ticker",
            "binance/jkorf/Subscriptions/UsdFutures/Ticker.txt"
        ),
        BinanceShapeEvent("public/stream?streams=btcusdt@bookTicker", tardis, with: "@bookTicker"),
        BinanceShapeEvent(
            "public/stream?streams=btcusdt@depth@100ms",
            "binance/jkorf/Subscriptions/UsdFutures/Book.txt"
        ),
        // Two keys are in examples of a client's tests with invented figures, and in no recording.
        BinanceShapeEvent(
            "market/ws/btcusdt@markPrice@1s",
            "binance/nautilus_rs/futures/market_data_json/mark_price_stream.json",
            ["- st"]
        ),
        BinanceShapeEvent(
            "public/ws/btcusdt@depth@100ms",
            "binance/nautilus_rs/futures/market_data_json/depth_update_stream.json",
            ["- ps", "- st"]
        ),
    ]

    @Test(arguments: topics)
    func `a message has the keys and kinds of a real one`(topic: BinanceShapeEvent) throws {
        let socket = try bench.open("/" + topic.name)
        try bench.rest("SELL", "1", at: "99")
        try bench.rest("BUY", "1", at: "91")
        _ = try bench.order(Self.buy)
        bench.wait(TimeSpan(seconds: 4))
        let told = try bench.values(socket)
        let own = try #require(told.last)
        let real = try #require(Payloads.payload(topic.payload, with: topic.part))
        #expect(Shape.differences(real, own) == topic.differences)
    }

    private static let lean = "binance/lean/WebSocketFuture"

    static let events: [BinanceShapeEvent] = [
        BinanceShapeEvent(
            "ORDER_TRADE_UPDATE NEW",
            lean + "LimitSubmittedFilled.json",
            with: #""x": "NEW""#
        ),
        BinanceShapeEvent(
            "ORDER_TRADE_UPDATE TRADE",
            lean + "LimitSubmittedFilled.json",
            with: #""x": "TRADE""#
        ),
        BinanceShapeEvent(
            "ORDER_TRADE_UPDATE CANCELED",
            lean + "LimitSubmittedCancelled.json",
            with: #""x": "CANCELED""#
        ),
        BinanceShapeEvent(
            "ALGO_UPDATE NEW",
            lean + "StopMarketSubmittedCanceled.json",
            with: #""X": "NEW""#
        ),
        BinanceShapeEvent(
            "ALGO_UPDATE CANCELED",
            lean + "StopMarketSubmittedCanceled.json",
            with: #""X": "CANCELED""#
        ),
        BinanceShapeEvent(
            "ALGO_UPDATE FINISHED",
            lean + "StopMarketSubmitPartiallyFilledFilled.json",
            with: #""X": "FINISHED""#
        ),
        BinanceShapeEvent(
            "ACCOUNT_UPDATE",
            "binance/nautilus_rs/futures/user_data_json/account_update.json"
        ),
    ]

    @Test(arguments: events)
    func `an event has the keys and kinds of a real one`(event: BinanceShapeEvent) throws {
        let headers = [HTTPHeader("X-MBX-APIKEY", "key-alice")]
        let key = try bench.ask(.post, "/fapi/v1/listenKey", headers: headers)["listenKey"]?.text
        let socket = try bench.open("/private/ws?listenKey=\(try #require(key))")
        _ = try bench.order(Self.buy)
        try bench.rest("SELL", "1", at: "121", as: "alice")
        let path = "/fapi/v1/algoOrder"
        _ = try bench.signed(.post, path, Self.stop)
        _ = try bench.signed(.delete, path, "clientAlgoId=stop")
        _ = try bench.signed(.delete, "/fapi/v1/allOpenOrders", Self.one)
        // Somebody sells down to the trigger of the stop, which then sells what is left of it.
        try bench.rest("BUY", "5", at: "80", as: "alice")
        try bench.rest("BUY", "5", at: "79")
        let sold = Self.one + "&side=SELL&type=MARKET&quantity=6&newOrderRespType=RESULT"
        _ = try bench.order(sold, as: "alice")
        bench.wait(.second)
        let told = try bench.values(socket)
        let own = try #require(
            told.first { value in
                let words = [value["e"]?.word, value["o"]?["x"]?.word, value["o"]?["X"]?.word]
                return words.compactMap(\.self).joined(separator: " ").hasPrefix(event.name)
            }
        )
        let real = try #require(Payloads.payload(event.payload, with: event.part))
        #expect(Shape.differences(real, own) == event.differences)
    }
}
