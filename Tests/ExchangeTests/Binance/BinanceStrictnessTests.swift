import Exchange
import Network
import Testing
import Trading

/// A row as Binance sends it, and whether what holds it is read.
struct BinanceShape: Sendable {
    var row: SentRow
    var isRead: @Sendable (String) -> Bool

    /// Rows of a private message, which stands around them.
    static func pushed(
        _ market: VenueMarket,
        _ name: String,
        _ before: String,
        _ after: String,
        _ members: [(key: String, value: String)]
    ) -> BinanceShape {
        BinanceShape(row: SentRow(topic: name, members: members)) { row in
            (try? BinanceAdapter.test(market).events(before + row + after).isEmpty) == false
        }
    }

    /// Rows of an answer.
    static func answered(
        _ market: VenueMarket,
        _ name: String,
        _ call: VenueCall,
        isList: Bool,
        _ members: [(key: String, value: String)]
    ) -> BinanceShape {
        BinanceShape(row: SentRow(topic: name, members: members)) { row in
            let body = isList ? "[\(row)]" : row
            let answer = BinanceAdapter.test(market).answer(to: call, body)
            if case .yes = answer { return true }
            #expect(Proof(answer) == .unknown(.unreadable))
            return false
        }
    }
}

private let limit = VenueOrderName(symbol: "BTCUSDT", clientID: "hf-1", isConditional: false)
private let stop = VenueOrderName(symbol: "BTCUSDT", clientID: "hf-1", isConditional: true)
private let fills = VenueCall.executions(
    symbol: "BTCUSDT",
    from: .never,
    to: .never,
    page: .first
)

private let report = BinanceShape.pushed(
    .binanceSpot,
    "executionReport",
    #"{"subscriptionId":0,"event":"#,
    "}",
    [
        ("e", #""executionReport""#), ("s", #""BTCUSDT""#), ("c", #""hf-1""#), ("S", #""BUY""#),
        ("o", #""STOP_LOSS_LIMIT""#), ("f", #""GTC""#), ("q", #""1""#), ("p", #""10""#),
        ("P", #""11""#), ("C", #""""#), ("x", #""TRADE""#), ("X", #""FILLED""#), ("r", #""NONE""#),
        ("i", "7"), ("l", #""1""#), ("z", #""1""#), ("L", #""10""#), ("n", #""0.1""#),
        ("N", #""BNB""#), ("T", "1"), ("t", "9"), ("w", "true"), ("m", "false"), ("Z", #""10""#),
    ]
)
private let update = BinanceShape.pushed(
    .binanceFutures,
    "ORDER_TRADE_UPDATE",
    #"{"e":"ORDER_TRADE_UPDATE","E":1,"T":1,"o":"#,
    "}",
    [
        ("s", #""BTCUSDT""#), ("c", #""hf-1""#), ("S", #""SELL""#), ("o", #""LIMIT""#),
        ("f", #""GTC""#), ("q", #""1""#), ("p", #""10""#), ("sp", #""0""#), ("x", #""TRADE""#),
        ("X", #""PARTIALLY_FILLED""#), ("i", "7"), ("l", #""0.5""#), ("z", #""0.5""#),
        ("L", #""10""#), ("n", #""0.1""#), ("N", #""USDT""#), ("T", "1"), ("t", "9"),
        ("m", "true"), ("R", "false"), ("ot", #""LIMIT""#),
    ]
)
private let algo = BinanceShape.pushed(
    .binanceFutures,
    "ALGO_UPDATE",
    #"{"e":"ALGO_UPDATE","E":1,"T":1,"o":"#,
    "}",
    [
        ("caid", #""hf-1""#), ("aid", "7"), ("o", #""STOP_MARKET""#), ("s", #""BTCUSDT""#),
        ("S", #""SELL""#), ("f", #""GTC""#), ("q", #""1""#), ("X", #""NEW""#), ("ai", #""""#),
        ("tp", #""9""#), ("p", #""0""#), ("R", "true"),
    ]
)
private let position = BinanceShape.pushed(
    .binanceFutures,
    "ACCOUNT_UPDATE",
    #"{"e":"ACCOUNT_UPDATE","E":1,"T":1,"a":{"P":["#,
    "]}}",
    [
        ("s", #""BTCUSDT""#), ("pa", #""-1""#), ("ep", #""9""#), ("mt", #""cross""#),
        ("ps", #""BOTH""#),
    ]
)
private let held = BinanceShape.pushed(
    .binanceSpot,
    "outboundAccountPosition",
    #"{"e":"outboundAccountPosition","E":1,"B":["#,
    "]}",
    [("a", #""BTC""#), ("f", #""1""#), ("l", #""0""#)]
)
private let order = BinanceShape.answered(
    .binanceSpot,
    "order",
    .order(limit),
    isList: false,
    [
        ("symbol", #""BTCUSDT""#), ("orderId", "7"), ("clientOrderId", #""hf-1""#),
        ("price", #""10""#), ("origQty", #""1""#), ("executedQty", #""0""#),
        ("cummulativeQuoteQty", #""0""#), ("status", #""NEW""#), ("timeInForce", #""GTC""#),
        ("type", #""STOP_LOSS_LIMIT""#), ("side", #""BUY""#), ("stopPrice", #""11""#),
        ("isWorking", "false"), ("time", "1"), ("updateTime", "1"),
    ]
)
private let algoOrder = BinanceShape.answered(
    .binanceFutures,
    "algoOrder",
    .order(stop),
    isList: false,
    [
        ("algoId", "7"), ("clientAlgoId", #""hf-1""#), ("orderType", #""STOP_MARKET""#),
        ("symbol", #""BTCUSDT""#), ("side", #""SELL""#), ("timeInForce", #""GTC""#),
        ("quantity", #""1""#), ("algoStatus", #""NEW""#), ("actualOrderId", #""""#),
        ("triggerPrice", #""9""#), ("price", #""0""#), ("reduceOnly", "true"),
        ("createTime", "1"), ("updateTime", "1"),
    ]
)
private let fill = BinanceShape.answered(
    .binanceFutures,
    "userTrades",
    fills,
    isList: true,
    [
        ("symbol", #""BTCUSDT""#), ("id", "9"), ("orderId", "7"), ("side", #""SELL""#),
        ("price", #""10""#), ("qty", #""1""#), ("commission", #""0.1""#),
        ("commissionAsset", #""USDT""#), ("time", "1"), ("maker", "true"),
    ]
)
private let risk = BinanceShape.answered(
    .binanceFutures,
    "positionRisk",
    .accountMode(symbol: "BTCUSDT"),
    isList: true,
    [
        ("symbol", #""BTCUSDT""#), ("positionSide", #""BOTH""#), ("leverage", #""10""#),
        ("marginType", #""cross""#),
    ]
)
private let fee = BinanceShape.answered(
    .binanceFutures,
    "commissionRate",
    .fees(symbol: "BTCUSDT"),
    isList: false,
    [("makerCommissionRate", #""0.0002""#), ("takerCommissionRate", #""0.0004""#)]
)
private let placed = BinanceShape.answered(
    .binanceSpot,
    "placed",
    .place(AdapterFixture.placement("buy 1 @ 10")),
    isList: false,
    [("orderId", "7"), ("clientOrderId", #""myid123""#)]
)
private let cancelled = BinanceShape.answered(
    .binanceFutures,
    "cancelled",
    .cancel(stop),
    isList: false,
    [("algoId", "7"), ("clientAlgoId", #""hf-1""#)]
)

@Suite struct `What is money at Binance is there and right` {
    private static let size = [#""""#, #""1e3""#, #""NaN""#, #""-1""#, #""1,5""#, #"" 1""#, "1"]
    private static let price = size + [#""0""#]
    private static let id = [#""x""#, "-1", #""""#, "true"]
    private static let side = [#""""#, #""buy""#, #""LONG""#]
    private static let status = [#""""#, #""new""#, #""LOST""#]
    private static let time = ["-1", #""1""#, "99999999999999"]

    static let pushed =
        faults(
            report,
            [
                ("s", [#""""#]), ("c", ["5"]), ("S", side), ("o", ["1"]), ("q", size),
                ("p", size), ("P", price), ("x", ["1"]), ("X", status), ("i", id), ("l", size),
                ("z", size), ("L", price), ("n", [#""""#, #""1e3""#]), ("T", time), ("t", id),
                ("m", [#""true""#]),
            ]
        )
        + faults(
            update,
            [
                ("s", [#""""#]), ("c", ["5"]), ("S", side), ("o", ["1"]), ("q", size),
                ("p", size), ("x", ["1"]), ("X", status), ("i", id), ("l", size), ("z", size),
                ("L", price), ("n", [#""""#, #""1e3""#]), ("N", [#""""#]), ("T", time),
                ("t", id), ("m", [#""true""#]),
            ]
        )
        + faults(
            algo,
            [
                ("caid", ["5"]), ("aid", id), ("o", ["1"]), ("s", [#""""#]), ("S", side),
                ("q", size), ("X", status), ("tp", price),
            ]
        )
        + faults(
            position,
            [
                ("s", [#""""#]), ("pa", [#""""#, #""1e3""#, "1"]), ("ep", size),
                ("ps", [#""""#, #""both""#]),
            ]
        )
        + faults(held, [("a", [#""""#]), ("f", size), ("l", size)])

    static let answered =
        faults(
            order,
            [
                ("symbol", ["5"]), ("orderId", id), ("clientOrderId", ["5"]), ("price", size),
                ("origQty", size), ("executedQty", size), ("status", status), ("type", ["5"]),
                ("side", side), ("stopPrice", price),
            ]
        )
        + faults(
            algoOrder,
            [
                ("algoId", id), ("clientAlgoId", ["5"]), ("orderType", ["5"]), ("symbol", ["5"]),
                ("side", side), ("quantity", size), ("algoStatus", status),
                ("triggerPrice", price),
            ]
        )
        + faults(
            fill,
            [
                ("symbol", ["5"]), ("id", id), ("orderId", id), ("side", side), ("price", price),
                ("qty", price), ("commission", [#""""#, #""1e3""#, "1"]),
                ("commissionAsset", [#""""#]), ("time", time), ("maker", [#""true""#]),
            ]
        )
        + faults(
            risk,
            [
                ("symbol", [#""""#]), ("positionSide", [#""""#, #""both""#]),
                ("leverage", price),
                ("marginType", [#""""#, #""portfolio""#]),
            ]
        )
        + faults(
            fee,
            [("makerCommissionRate", [#""""#, #""2""#]), ("takerCommissionRate", ["1"])]
        )
        + faults(placed, [("orderId", id), ("clientOrderId", ["5"])])
        + faults(cancelled, [("algoId", id), ("clientAlgoId", ["5", #""""#])])

    @Test(arguments: pushed + answered)
    func `a missing or malformed value is an error`(fault: RowFault<BinanceShape>) {
        let shape = fault.sent
        #expect(shape.isRead(shape.row.text()))
        #expect(!shape.isRead(shape.row.text(without: fault.key, with: fault.value)))
    }

    @Test(arguments: ["i", "q", "S", "z", "X", "l", "t"])
    func `a key that is there twice is an error`(key: String) {
        for shape in [report, update] {
            #expect(!shape.isRead(shape.row.text().dropLast() + #","\#(key)":"1"}"#))
        }
    }

    @Test func `unknown keys and messages are passed over`() throws {
        for shape in [
            report, update, algo, position, held, order, algoOrder, fill, risk, fee, placed,
            cancelled,
        ] {
            #expect(shape.isRead(shape.row.text().dropLast() + #","news":[{"a":1}],"more":null}"#))
        }
        for message in ["{}", #"{"e":"NEWS","o":7}"#, #"{"event":{"e":"news"}}"#] {
            #expect(try BinanceAdapter.test(.binanceSpot).events(message).isEmpty)
        }
    }

    @Test func `sums that no state may hold are an error`() {
        let large = #""9999999999999999999""#
        #expect(held.isRead(held.row.text(without: "f", with: large)))
        let row = held.row.text(without: "f", with: large).replacing(#""0""#, with: large)
        #expect(!held.isRead(row))
    }

    @Test func `a cancel has an id of its own`() throws {
        let row = report.row.text(without: "C", with: #""mine""#)
        let events = try BinanceAdapter.test(.binanceSpot).events(#"{"event":\#(row)}"#)
        #expect(events.count == 2)
        for event in events {
            switch event {
            case .order(let order): #expect(order.clientID == "mine")
            case .execution(let fill): #expect(fill.clientID == "mine")
            default: Issue.record("\(event)")
            }
        }
    }

    /// Spot tells it where an order is too old for it to know.
    @Test func `a value below zero is not known`() throws {
        let row = order.row.text(without: "cummulativeQuoteQty", with: #""-1""#)
        let answer = BinanceAdapter.test(.binanceSpot).answer(to: .order(limit), row)
        guard case .yes(.orders(let orders, _)) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(orders.map(\.filledValue) == [nil])
    }

    /// A stop that follows the price has no trigger of its own, and is none of ours.
    @Test func `a trailing stop is of no type of ours`() throws {
        let row = order.row.text(without: "stopPrice").dropLast() + #","trailingDelta":10}"#
        let answer = BinanceAdapter.test(.binanceSpot).answer(to: .order(limit), String(row))
        guard case .yes(.orders(let orders, _)) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(orders.map(\.type) == [nil])
    }
}
