import Exchange
import Network
import Testing
import Trading

@testable import LocalExchange

/// Compares every answer and message of spot with a payload of the venue; what differs is named
/// here.
@Suite(.enabled(if: Payloads.isPresent, Comment(rawValue: Payloads.absent)))
struct `Binance spot and the shapes of real payloads` {
    private static let docs = "binance/docs_examples/rest-api__"
    private static let jkorf = "binance/jkorf/Endpoints/Spot/"
    private static let one = "symbol=BTCUSDT"
    private static let order = one + "&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=110"
    private static let buy = one + "&side=BUY&type=MARKET&quantity=0.1"

    static let market: [BinanceShapeCase] = [
        .open("/api/v3/ping", like: docs + "Test_connectivity.json"),
        .open("/api/v3/time", like: docs + "Check_server_time.json"),
        // The example has an empty limit in the place of each of them, and a router of orders.
        .open(
            "/api/v3/exchangeInfo",
            one,
            like: docs + "Exchange_information.json",
            ["rateLimitType", "interval", "intervalNum", "limit"].map { "+ rateLimits[].\($0)" }
                + ["- sors"]
        ),
        .open("/api/v3/depth", one, like: docs + "Order_book.json"),
        .open("/api/v3/trades", one, like: docs + "Recent_trades_list.json"),
        .open("/api/v3/historicalTrades", one, like: docs + "Old_trade_lookup.json"),
        .open("/api/v3/aggTrades", one, like: docs + "Compressed_Aggregate_trades_list.json"),
        .open("/api/v3/klines", one + "&interval=1m", like: docs + "Kline_Candlestick_data.json"),
        .open("/api/v3/avgPrice", one, like: docs + "Current_average_price.json"),
        .open("/api/v3/ticker/24hr", one, like: docs + "24hr_ticker_price_change_statistics.json"),
        .open("/api/v3/ticker/24hr", "", like: docs + "24hr_ticker_price_change_statistics_2.json"),
        .open(
            "/api/v3/ticker/24hr",
            one + "&type=MINI",
            like: docs + "24hr_ticker_price_change_statistics_3.json"
        ),
        .open(
            "/api/v3/ticker/24hr",
            "type=MINI",
            like: docs + "24hr_ticker_price_change_statistics_4.json"
        ),
        .open("/api/v3/ticker/price", one, like: docs + "Symbol_price_ticker.json"),
        .open("/api/v3/ticker/price", "", like: docs + "Symbol_price_ticker_2.json"),
        .open("/api/v3/ticker/bookTicker", one, like: docs + "Symbol_order_book_ticker.json"),
        .open("/api/v3/ticker/bookTicker", "", like: docs + "Symbol_order_book_ticker_2.json"),
        .open("/sapi/v1/system/status", like: jkorf + "ExchangeData/GetSystemStatus.txt"),
    ]

    static let orders: [BinanceShapeCase] = [
        BinanceShapeCase(
            .post,
            "/api/v3/order",
            buy + "&newOrderRespType=ACK",
            like: docs + "New_order_TRADE.json"
        ),
        BinanceShapeCase(
            .post,
            "/api/v3/order",
            order + "&newOrderRespType=RESULT",
            like: docs + "New_order_TRADE_2.json"
        ),
        BinanceShapeCase(.post, "/api/v3/order", buy, like: docs + "New_order_TRADE_3.json"),
        BinanceShapeCase(
            .post,
            "/api/v3/order/test",
            buy,
            like: docs + "Test_new_order_TRADE.json"
        ),
        BinanceShapeCase(
            .post,
            "/api/v3/order/test",
            buy + "&computeCommissionRates=true",
            like: docs + "Test_new_order_TRADE_2.json"
        ),
        BinanceShapeCase(
            .get,
            "/api/v3/order",
            one + "&origClientOrderId=open",
            like: docs + "Query_order_USER_DATA.json"
        ),
        BinanceShapeCase(
            .get,
            "/api/v3/openOrders",
            one,
            like: docs + "Current_open_orders_USER_DATA.json"
        ),
        BinanceShapeCase(.get, "/api/v3/allOrders", one, like: docs + "All_orders_USER_DATA.json"),
        BinanceShapeCase(
            .delete,
            "/api/v3/order",
            one + "&origClientOrderId=open",
            like: docs + "Cancel_order_TRADE.json"
        ),
        BinanceShapeCase(
            .delete,
            "/api/v3/openOrders",
            one,
            like: docs + "Cancel_All_Open_Orders_on_a_Symbol_TRADE.json"
        ),
        BinanceShapeCase(
            .post,
            "/api/v3/order/cancelReplace",
            order + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId=open",
            like: docs + "Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE.json"
        ),
        BinanceShapeCase(
            .put,
            "/api/v3/order/amend/keepPriority",
            one + "&origClientOrderId=open&newQty=0.5",
            like: docs + "Order_Amend_Keep_Priority_TRADE.json"
        ),
    ]

    static let accounts: [BinanceShapeCase] = [
        BinanceShapeCase(
            .get,
            "/api/v3/account",
            like: docs + "Account_information_USER_DATA.json"
        ),
        BinanceShapeCase(
            .get,
            "/api/v3/myTrades",
            one,
            like: docs + "Account_trade_list_USER_DATA.json"
        ),
        BinanceShapeCase(
            .get,
            "/api/v3/rateLimit/order",
            like: docs + "Query_Unfilled_Order_Count_USER_DATA.json"
        ),
        BinanceShapeCase(
            .get,
            "/api/v3/account/commission",
            one,
            like: docs + "Query_Commission_Rates_USER_DATA.json"
        ),
        BinanceShapeCase(
            .get,
            "/sapi/v1/account/apiRestrictions",
            like: jkorf + "Account/GetAPIKeyPermissions.txt"
        ),
        // Nothing can be deposited or withdrawn here, so that no network serves a coin.
        BinanceShapeCase(
            .get,
            "/sapi/v1/capital/config/getall",
            like: jkorf + "Account/GetUserAssets.txt",
            ["- [].networkList[]"]
        ),
        BinanceShapeCase(.get, "/sapi/v1/asset/tradeFee", like: jkorf + "Account/GetTradeFee.txt"),
    ]

    private let bench: BinanceFrontBench<BinanceSpotFront>

    /// Orders of others to trade with, a trade, an order that rests and one that has ended.
    init() throws {
        bench = try spotBench()
        try bench.rest("SELL", "5", at: "100")
        try bench.rest("BUY", "5", at: "90")
        _ = try bench.order(Self.buy)
        try bench.rest("SELL", "1", at: "120", id: "open", as: "alice")
        bench.wait(.second)
    }

    @Test(arguments: market + orders + accounts)
    func `an answer has the keys and kinds of a real one`(one: BinanceShapeCase) throws {
        let found = try bench.differences(one)
        #expect(found == one.differences)
    }

    static let refusals: [BinanceShapeCase] = [
        BinanceShapeCase(.get, "/api/v3/order", "symbol=NONE", like: docs + "Error_Codes.json"),
        BinanceShapeCase(
            .post,
            "/api/v3/order/cancelReplace",
            order + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId=none",
            like: docs + "Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE_2.json"
        ),
        BinanceShapeCase(
            .post,
            "/api/v3/order/cancelReplace",
            order + "&cancelReplaceMode=ALLOW_FAILURE&cancelOrigClientOrderId=none",
            like: docs + "Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE_4.json",
            // The example asks for the short answer.
            [
                "price", "origQty", "executedQty", "origQuoteOrderQty", "cummulativeQuoteQty",
                "status", "timeInForce", "type", "side", "workingTime", "fills",
                "selfTradePreventionMode",
            ].map { "+ data.newOrderResponse.\($0)" }
        ),
        BinanceShapeCase(
            .post,
            "/api/v3/order/cancelReplace",
            one + "&side=SELL&type=LIMIT&timeInForce=GTC&quantity=900&price=110"
                + "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId=open",
            like: docs + "Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE_3.json"
        ),
        BinanceShapeCase(
            .post,
            "/api/v3/order/cancelReplace",
            one + "&side=SELL&type=LIMIT&timeInForce=GTC&quantity=900&price=110"
                + "&cancelReplaceMode=ALLOW_FAILURE&cancelOrigClientOrderId=none",
            like: docs + "Cancel_an_Existing_Order_and_Send_a_New_Order_TRADE_5.json"
        ),
    ]

    @Test(arguments: refusals)
    func `a refusal has the keys and kinds of a real one`(one: BinanceShapeCase) throws {
        let found = try bench.differences(one, isRefused: true)
        #expect(found == one.differences)
    }

    /// Bodies that clients have written down in full.
    @Test(arguments: [
        (Self.order + "&newClientOrderId=open", "Duplicate order sent."),
        (Self.order.replacing("BTCUSDT", with: "NONE"), "Invalid symbol."),
    ])
    func `a refusal is what the venue said`(terms: String, text: String) throws {
        let reply = try bench.order(terms)
        let real = try #require(Payloads.payload("ccxt/real_error_bodies.jsonl", with: text))
        #expect(reply.status == 400)
        #expect(real["body"]?["code"]?.word == reply["code"]?.integer.map(String.init))
        #expect(real["body"]?["msg"]?.word == reply["msg"]?.text)
    }

    private static let streams = "binance/docs_examples/web-socket-streams__"

    static let topics: [BinanceShapeEvent] = [
        BinanceShapeEvent("btcusdt@aggTrade", streams + "Aggregate_Trade_Streams.json"),
        BinanceShapeEvent("btcusdt@trade", streams + "Trade_Streams.json"),
        BinanceShapeEvent("btcusdt@kline_1m", streams + "Kline_Candlestick_Streams_for_UTC.json"),
        BinanceShapeEvent(
            "btcusdt@miniTicker",
            streams + "Individual_Symbol_Mini_Ticker_Stream.json"
        ),
        BinanceShapeEvent("btcusdt@ticker", streams + "Individual_Symbol_Ticker_Streams.json"),
        BinanceShapeEvent(
            "btcusdt@bookTicker",
            streams + "Individual_Symbol_Book_Ticker_Streams.json"
        ),
        BinanceShapeEvent("btcusdt@depth5@100ms", streams + "Partial_Book_Depth_Streams.json"),
        BinanceShapeEvent("btcusdt@depth@100ms", streams + "Diff_Depth_Stream.json"),
    ]

    @Test(arguments: topics)
    func `a message has the keys and kinds of a real one`(topic: BinanceShapeEvent) throws {
        let socket = try bench.open("/ws/" + topic.name)
        try bench.rest("SELL", "1", at: "99")
        try bench.rest("BUY", "1", at: "91")
        _ = try bench.order(Self.buy)
        bench.wait(TimeSpan(seconds: 2))
        let own = try #require(try bench.values(socket).last)
        let real = try #require(Payloads.payload(topic.payload))
        #expect(Shape.differences(real, own) == topic.differences)
    }

    @Test(arguments: [
        (#""SUBSCRIBE","params":["btcusdt@aggTrade"]"#, "Subscribe_to_a_stream_2"),
        (#""UNSUBSCRIBE","params":["btcusdt@depth"]"#, "Unsubscribe_to_a_stream_2"),
        (#""LIST_SUBSCRIPTIONS""#, "Listing_Subscriptions_2"),
        (#""SET_PROPERTY","params":["combined",true]"#, "Setting_Properties_2"),
        (#""GET_PROPERTY","params":["combined"]"#, "Retrieving_Properties_2"),
    ])
    func `an acknowledgement has the keys and kinds of a real one`(
        text: String,
        file: String
    ) throws {
        let socket = try bench.open("/ws/btcusdt@depth")
        bench.send(#"{"id":1,"method":\#(text)}"#, to: socket)
        let own = try #require(try bench.values(socket).first)
        let real = try #require(Payloads.payload("\(Self.streams)\(file).json"))
        #expect(Shape.differences(real, own) == [])
    }

    private static let lean = "binance/lean/WebSocketGlobalSpot"

    static let events: [BinanceShapeEvent] = [
        BinanceShapeEvent(
            "NEW",
            lean + "MarketSubmitPartiallyFilledFilled.json",
            with: #""x": "NEW""#
        ),
        BinanceShapeEvent(
            "TRADE",
            lean + "MarketSubmitPartiallyFilledFilled.json",
            with: #""x": "TRADE""#
        ),
        // What names a trade that was prevented comes with one only.
        BinanceShapeEvent(
            "CANCELED",
            "binance/docs_examples/user-data-stream__Order_Update.json",
            ["- event.v"]
        ),
        BinanceShapeEvent(
            "outboundAccountPosition",
            "binance/nautilus_rs/spot/user_data_json/account_position_wrapped.json"
        ),
    ]

    @Test(arguments: events)
    func `an event has the keys and kinds of a real one`(event: BinanceShapeEvent) throws {
        let socket = try bench.open("/ws-api/v3")
        let stamp = bench.now.milliseconds
        let code = sign("apiKey=key-alice&timestamp=\(stamp)", "alice")
        bench.send(
            #"{"id":"s","method":"userDataStream.subscribe.signature","params":{"apiKey":"#
                + #""key-alice","timestamp":\#(stamp),"signature":"\#(code)"}}"#,
            to: socket
        )
        _ = try bench.order(Self.buy)
        _ = try bench.signed(.delete, "/api/v3/openOrders", Self.one)
        let told = try bench.values(socket).dropFirst()
        let own = try #require(
            told.last { value in
                let row = value["event"]
                return row?["x"]?.word == event.name || row?["e"]?.word == event.name
            }
        )
        let real = try #require(Payloads.payload(event.payload, with: event.part))
        // The examples of the documentation are not in the envelope that the socket has.
        let isBare = real["event"] == nil
        let inner = try #require(isBare ? own["event"] : own)
        #expect(Shape.differences(real, inner) == event.differences)
    }
}
