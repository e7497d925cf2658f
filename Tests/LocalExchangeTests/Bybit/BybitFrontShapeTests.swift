import Testing
import Trading

@testable import LocalExchange

/// Compares every answer and message with a payload of the venue; what differs is named here.
@Suite(.enabled(if: Payloads.isPresent, Comment(rawValue: Payloads.absent)))
struct `Bybit's front and the shapes of real payloads` {
    /// A request, the payload that the venue's answer looked like, and how ours differs.
    struct Request: Sendable, CustomTestStringConvertible {
        let ask: String
        let body: String?
        let payload: String
        let differences: [String]
        var testDescription: String { "\(ask) \(payload)" }

        init(
            _ ask: String,
            _ payload: String,
            posting body: String? = nil,
            _ differences: [String] = []
        ) {
            self.ask = ask
            self.body = body?.replacing("'", with: "\"")
            self.payload = payload
            self.differences = differences
        }
    }

    private static let docs = "bybit/docs_examples/"

    static let requests: [Request] = [
        Request("market/time", "market__time.json"),
        // The payload is of the list of one's own instruments, which has two keys more.
        Request(
            "market/instruments-info?category=linear",
            "account__instrument.json",
            ["- result.list[].myRpiPermission", "- result.list[].isPublicRpi"]
        ),
        Request("market/instruments-info?category=spot", "market__instrument_3.json"),
        Request("market/orderbook?category=linear&symbol=ETHUSDT", "market__orderbook.json"),
        Request("market/tickers?category=linear", "market__tickers.json"),
        Request("market/tickers?category=spot", "market__tickers_3.json"),
        Request("market/kline?category=linear&symbol=ETHUSDT&interval=D", "market__kline.json"),
        Request("market/recent-trade?category=linear&symbol=ETHUSDT", "market__recent-trade.json"),
        Request(
            "market/funding/history?category=linear&symbol=ETHUSDT",
            "market__history-fund-rate.json"
        ),
        // What an order has more is in the payload of the history, and in that of a real client.
        Request(
            "order/realtime?category=linear&symbol=ETHUSDT",
            "order__open-order.json",
            [
                "- result.list[].cumFeeDetail.MNT", "+ result.list[].rpiTakerAccess",
                "+ result.list[].rpiMatchedQty", "+ result.list[].createType",
                "+ result.list[].marketUnit", "+ result.list[].slippageToleranceType",
                "+ result.list[].slippageTolerance", "+ result.list[].extraFees",
            ]
        ),
        Request(
            "order/history?category=linear",
            "order__order-list.json",
            [
                "- result.list[].cumFeeDetail.MNT", "+ result.list[].createType",
                "+ result.list[].marketUnit",
            ]
        ),
        Request(
            "execution/list?category=linear",
            "order__execution.json",
            ["+ result.list[].createType", "+ result.list[].marketUnit"]
        ),
        Request("position/list?category=linear&symbol=ETHUSDT", "position__position.json"),
        Request("account/wallet-balance?accountType=UNIFIED", "account__wallet-balance.json"),
        // This payload, and that of the disconnect window, is cut.
        Request("account/info", "account__account-info.json", ["+ retExtInfo", "+ time"]),
        Request("account/fee-rate?category=linear", "account__fee-rate.json"),
        Request("account/transaction-log", "account__transaction-log.json"),
        // Permissions that nothing here is for are empty.
        Request(
            "user/query-api",
            "user__apikey-info.json",
            [
                "Earn", "FiatP2P", "FiatConvertBroker", "FiatBitPay", "BitCard", "ByXPost",
            ].map { "- result.permissions.\($0)[]" }
        ),
        Request("asset/coin/query-info", "../jkorf/Endpoints/V5Api/Account/GetAssetInfo.txt"),
    ]

    private static let one = "'category':'linear','symbol':'ETHUSDT'"
    private static let order = "'side':'Buy','orderType':'Limit','qty':'1','price':'89'"
    private static let batch = "'symbol':'ETHUSDT','orderLinkId':'shape'"

    static let changes: [Request] = [
        Request("order/create", "order__create-order.json", posting: "{\(one),\(order)}"),
        Request(
            "order/amend",
            "order__amend-order.json",
            posting: "{\(one),'orderLinkId':'shape','price':'88'}"
        ),
        Request(
            "order/cancel",
            "order__cancel-order.json",
            posting: "{\(one),'orderLinkId':'shape'}"
        ),
        Request("order/cancel-all", "order__cancel-all.json", posting: "{\(one)}"),
        Request(
            "order/create-batch",
            "order__batch-place.json",
            posting: "{'category':'linear','request':[{'symbol':'ETHUSDT',\(order)}]}"
        ),
        Request(
            "order/amend-batch",
            "order__batch-amend.json",
            posting: "{'category':'linear','request':[{\(batch),'price':'88'}]}"
        ),
        Request(
            "order/cancel-batch",
            "order__batch-cancel.json",
            posting: "{'category':'linear','request':[{\(batch)}]}"
        ),
        Request(
            "order/disconnected-cancel-all",
            "order__dcp.json",
            posting: "{'timeWindow':40}",
            ["+ result", "+ retExtInfo", "+ time"]
        ),
        Request(
            "position/set-leverage",
            "position__leverage.json",
            posting: "{\(one),'buyLeverage':'5','sellLeverage':'5'}"
        ),
        Request(
            "position/trading-stop",
            "position__trading-stop.json",
            posting: "{\(one),'stopLoss':'80','positionIdx':0}"
        ),
    ]

    private let world: BybitWorld

    /// Something of everything: trades, orders, a position with a stop, a funding.
    init() throws {
        world = try BybitWorld()
        try world.placed("linear", "Sell", "1", at: "100", by: "bob")
        try world.placed("linear", "Buy", "1", at: "100")
        for _ in 0..<9 { world.pass(milliseconds: 3_601_000) }
        try world.placed("linear", "Buy", "1", at: "90", #""orderLinkId":"shape""#)
        try world.placed("linear", "Sell", "1", at: "110")
    }

    @Test(arguments: requests + changes)
    func `an answer has the keys and kinds of a real one`(request: Request) throws {
        let payload = try #require(Payloads.payload(Self.docs + request.payload))
        let parts = request.ask.split(separator: "?", maxSplits: 1).map(String.init)
        let query = parts.count > 1 ? parts[1] : ""
        let answer =
            if let body = request.body { try world.post(parts[0], body) } else {
                try world.get(parts[0], query, by: "alice")
            }
        #expect(answer.code == 0, "\(answer.message)")
        let found = Shape.differences(payload, answer)
        #expect(found == request.differences)
    }

    /// A topic, where it is told, and the payload that its message looked like.
    struct Topic: Sendable, CustomTestStringConvertible {
        let topic: String
        let path: String
        let payload: String
        let differences: [String]
        var testDescription: String { "\(topic) \(path)" }

        init(_ topic: String, _ path: String, _ payload: String, _ differences: [String] = []) {
            self.topic = topic
            self.path = path
            self.payload = payload
            self.differences = differences
        }
    }

    static let topics: [Topic] = [
        Topic("orderbook.50.ETHUSDT", "public/linear", "websocket__public__orderbook.json"),
        Topic("orderbook.50.ETHUSDT", "public/spot", "websocket__public__orderbook_2.json"),
        Topic(
            "publicTrade.ETHUSDT",
            "public/linear",
            "websocket__public__trade.json",
            ["+ data[].RPI"]
        ),
        Topic("tickers.ETHUSDT", "public/spot", "websocket__public__ticker_3.json"),
        // The recording is of 2023, when these two were not told yet.
        Topic(
            "tickers.ETHUSDT",
            "public/linear",
            "../../tardis/bybit_v5_linear.jsonl",
            ["+ data.fundingIntervalHour", "+ data.fundingCap"]
        ),
        Topic(
            "order",
            "private",
            "websocket__private__order_2.json",
            [
                "- data[].cumFeeDetail.MNT", "+ data[].cumFeeDetail.USDT", "+ data[].createType",
                "+ data[].marketUnit",
            ]
        ),
        // No fee here is made of parts.
        Topic(
            "execution",
            "private",
            "websocket__private__execution_2.json",
            ["- data[].extraFees[]"]
        ),
        Topic("execution.fast", "private", "websocket__private__fast-execution_2.json"),
        Topic("position", "private", "websocket__private__position_2.json"),
        Topic("wallet", "private", "websocket__private__wallet_2.json"),
    ]

    @Test(arguments: topics)
    func `a message has the keys and kinds of a real one`(topic: Topic) throws {
        let isLines = topic.payload.hasSuffix("jsonl")
        let part = isLines ? #"tickers.BTCUSDT","type":"snapshot"# : nil
        let payload = try #require(Payloads.payload(Self.docs + topic.payload, with: part))
        let socket: SocketID
        if topic.path == "private" {
            socket = world.stream([topic.topic])
        } else {
            socket = world.open("/v5/" + topic.path)
            world.say(#"{"op":"subscribe","args":["\#(topic.topic)"]}"#, socket)
        }
        let category = topic.path.hasSuffix("spot") ? "spot" : "linear"
        try world.placed(category, "Buy", "1", at: "70", by: "bob")
        try world.placed(category, "Sell", "1", at: "100", by: "bob")
        try world.placed(category, "Buy", "0.5", at: "100")
        world.pass(milliseconds: 200)
        let messages = world.take(socket).filter { $0.text("topic") == topic.topic }
        let wanted = payload.text("type")
        let own = try #require(
            messages.last { wanted.isEmpty || $0.text("type") == wanted } ?? messages.last
        )
        #expect(Shape.differences(payload, own) == topic.differences)
    }

    @Test func `acknowledgements have the keys and kinds of real ones`() throws {
        func check(_ text: String, _ socket: SocketID, _ file: String, _ named: [String] = [])
            throws
        {
            world.say(text, socket)
            let own = try #require(world.take(socket).first)
            let payload = try #require(Payloads.payload(Self.docs + file + ".json"))
            #expect(Shape.differences(payload, own) == named)
        }
        let ask = #"{"op":"subscribe","args":["publicTrade.ETHUSDT"],"req_id":"1"}"#
        let spot = world.open("/v5/public/spot")
        try check(ask, spot, "websocket__wss-authentication_2")
        let linear = world.open("/v5/public/linear")
        try check(ask, linear, "websocket__wss-authentication_3")
        let own = world.stream(["order"])
        try check(
            #"{"op":"subscribe","args":["wallet"]}"#,
            own,
            "websocket__wss-authentication"
        )
        let trade = world.open("/v5/trade")
        world.authenticate(trade, by: "alice")
        let proven = try #require(world.take(trade).first)
        let real = try #require(
            Payloads.payload(Self.docs + "websocket__trade__guideline.json")
        )
        #expect(Shape.differences(real, proven).isEmpty)
        try check(#"{"op":"ping"}"#, trade, "websocket__trade__guideline_7")
        let header = #""header":{"X-BAPI-TIMESTAMP":"\#(world.now.milliseconds)"}"#
        let order =
            #"{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Limit","#
            + #""qty":"1","price":"80"}"#
        try check(
            #"{"reqId":"a",\#(header),"op":"order.create","args":[\#(order)]}"#,
            trade,
            "websocket__trade__guideline_3"
        )
        let batch = #"{"category":"linear","request":[\#(order)]}"#
        try check(
            #"{\#(header),"op":"order.create-batch","args":[\#(batch)]}"#,
            trade,
            "websocket__trade__guideline_5"
        )
    }
}
