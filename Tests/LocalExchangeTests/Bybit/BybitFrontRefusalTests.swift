import Testing
import Trading

@testable import LocalExchange

@Suite struct `Bybit's front and what it refuses` {
    private let world: BybitWorld
    init() throws { world = try BybitWorld() }

    /// Something that is asked, and the code and beginning of the text that it is refused with.
    struct Case: Sendable, CustomTestStringConvertible {
        let path: String
        let body: String
        let code: Int64
        let text: String
        var testDescription: String { "\(path) \(body)" }

        init(_ path: String, _ body: String, _ code: Int64, _ text: String) {
            self.path = path
            self.body = "{" + body.replacing("'", with: "\"") + "}"
            self.code = code
            self.text = text
        }

        /// An order of ETHUSDT.
        static func order(
            _ category: String,
            _ body: String,
            _ code: Int64,
            _ text: String
        ) -> Case {
            Case(
                "order/create",
                "'category':'\(category)','symbol':'ETHUSDT',\(body)",
                code,
                text
            )
        }
    }

    private static let limit = "'side':'Buy','orderType':'Limit'"

    static let linear: [Case] = [
        .order(
            "linear",
            "\(limit),'qty':'100000','price':'9'",
            10001,
            "The number of contracts exc"
        ),
        .order("linear", "\(limit),'qty':'999','price':'90000'", 110007, "ab not enough for new"),
        .order("linear", "\(limit),'qty':'0.0101','price':'90'", 10001, "Qty invalid"),
        .order("linear", "\(limit),'qty':'0','price':'90'", 10001, "Qty invalid"),
        .order("linear", "\(limit),'qty':'-1','price':'90'", 10001, "params error: qty"),
        .order("linear", "\(limit),'qty':1,'price':'90'", 10001, "params error: qty"),
        .order("linear", "\(limit),'qty':'1e3','price':'90'", 10001, "params error: qty"),
        .order("linear", "\(limit),'price':'90'", 10001, "params error: qty is required"),
        .order("linear", "\(limit),'qty':'1'", 10001, "params error: price is required"),
        .order(
            "linear",
            "\(limit),'qty':'0.001','price':'90'",
            10001,
            "The number of contracts exc"
        ),
        .order(
            "linear",
            "\(limit),'qty':'0.01','price':'90'",
            110094,
            "Order does not meet minimum"
        ),
        .order("linear", "\(limit),'qty':'1','price':'90.001'", 10001, "Price invalid"),
        .order(
            "linear",
            "\(limit),'qty':'1','price':'90','reduceOnly':true",
            110017,
            "current position is zero, cannot fix reduce-only order qty"
        ),
        .order("linear", "\(limit),'qty':'1','price':'90','positionIdx':1", 10001, "position idx"),
        .order("linear", "'side':'Up','orderType':'Limit','qty':'1'", 10001, "params error: side"),
        .order(
            "linear",
            "\(limit),'qty':'1','price':'90','timeInForce':'X'",
            10001,
            "params error"
        ),
        .order(
            "linear",
            "\(limit),'qty':'1','price':'90','orderLinkId':'a b'",
            10001,
            "params err"
        ),
        .order(
            "linear",
            "\(limit),'qty':'1','price':'90','orderLinkId':'\(String(repeating: "x", count: 37))'",
            10001,
            "order link id is longer than"
        ),
        .order(
            "linear",
            "\(limit),'qty':'1','price':'90','triggerPrice':'99'",
            10001,
            "params error"
        ),
        .order(
            "linear",
            "\(limit),'qty':'1','price':'90','tpslMode':'Partial'",
            10001,
            "params err"
        ),
        Case(
            "order/create",
            "'category':'linear','symbol':'NOUSDT',\(limit)",
            10001,
            "params error: s"
        ),
        Case("order/create", "'symbol':'ETHUSDT',\(limit)", 10001, "params error: category is req"),
        Case("order/create", "'category':'future'", 10001, "params error: category invalid"),
        Case(
            "order/cancel",
            "'category':'linear','symbol':'ETHUSDT'",
            10001,
            "params error: OrderId or orderLinkId is required"
        ),
        Case(
            "order/cancel",
            "'category':'linear','symbol':'ETHUSDT','orderId':'x'",
            110001,
            "order not exists or too late to cancel"
        ),
        Case(
            "order/amend",
            "'category':'linear','symbol':'ETHUSDT','orderLinkId':'x','qty':'1'",
            110001,
            "order not exists or too late to replace"
        ),
        Case("order/cancel-all", "'category':'linear'", 10001, "params error"),
        Case("order/create-batch", "'category':'linear'", 10001, "params error: request"),
    ]

    static let others: [Case] = [
        .order(
            "spot",
            "\(limit),'qty':'2000','price':'9'",
            170135,
            "Order quantity exceeded upper"
        ),
        .order("spot", "\(limit),'qty':'500','price':'900'", 170131, "Insufficient balance."),
        .order(
            "spot",
            "\(limit),'qty':'0.0101','price':'90'",
            170137,
            "Order quantity has too many"
        ),
        .order(
            "spot",
            "\(limit),'qty':'0.001','price':'90'",
            170136,
            "Order quantity exceeded lower"
        ),
        .order(
            "spot",
            "\(limit),'qty':'0.01','price':'90'",
            170140,
            "Order value exceeded lower lim"
        ),
        .order(
            "spot",
            "\(limit),'qty':'1','price':'90.001'",
            170134,
            "Order price has too many deci"
        ),
        .order(
            "spot",
            "\(limit),'qty':'1','price':'90','orderFilter':'tpslOrder'",
            170203,
            "Please"
        ),
        .order(
            "spot",
            "\(limit),'qty':'1','price':'90','triggerPrice':'91'",
            170202,
            "Invalid order"
        ),
        .order(
            "spot",
            "\(limit),'qty':'1','price':'90','takeProfit':'99'",
            170227,
            "This feature is"
        ),
        Case(
            "order/create",
            "'category':'spot','symbol':'NOUSDT',\(limit)",
            170121,
            "Invalid symbol."
        ),
        Case(
            "order/cancel",
            "'category':'spot','symbol':'ETHUSDT','orderId':'1'",
            170213,
            "Order does not exist."
        ),
        Case(
            "position/set-leverage",
            "'category':'linear','symbol':'ETHUSDT','buyLeverage':'10','sellLeverage':'10'",
            110043,
            "leverage not modified"
        ),
        Case(
            "position/set-leverage",
            "'category':'linear','symbol':'ETHUSDT','buyLeverage':'101','sellLeverage':'101'",
            110013,
            "cannot set leverage [101] gt maxLeverage [100] by risk limit"
        ),
        Case(
            "position/switch-isolated",
            "'category':'linear','symbol':'ETHUSDT','tradeMode':1",
            100028,
            "unified account is forbidden"
        ),
        Case(
            "position/switch-mode",
            "'category':'linear','symbol':'ETHUSDT','mode':3",
            110029,
            "Hedge mode"
        ),
        Case(
            "position/trading-stop",
            "'category':'linear','symbol':'ETHUSDT','stopLoss':'90','positionIdx':0",
            10001,
            "can not set tp/sl/ts for zero position"
        ),
        Case(
            "account/set-margin-mode",
            "'setMarginMode':'REGULAR_MARGIN'",
            3_400_045,
            "Set margin"
        ),
        Case("order/disconnected-cancel-all", "'timeWindow':2", 10001, "params error: timeWindow"),
    ]

    @Test(arguments: linear + others)
    func `a request is refused in the venue's words`(refused: Case) throws {
        let answer = try world.post(refused.path, refused.body)
        #expect(answer.code == refused.code, "\(answer.message)")
        #expect(answer.message.hasPrefix(refused.text), "\(answer.message)")
        let open = try world.get(
            "order/realtime",
            "category=linear&settleCoin=USDT",
            by: "alice"
        )
        #expect(open.list.isEmpty, "what is refused leaves no trace")
    }

    @Test(arguments: [("linear", Int64(110072)), ("spot", 170141)])
    func `a client id is used once, even after its order ended`(
        category: String,
        code: Int64
    ) throws {
        let id = #""orderLinkId":"once""#
        let order = try world.placed(category, "Buy", "1", at: "90", id)
        #expect(try world.order(category, "Buy", "1", at: "90", id).code == code)
        _ = try world.post(
            "order/cancel",
            #"{"category":"\#(category)","symbol":"ETHUSDT","orderId":"\#(order)"}"#
        )
        #expect(try world.order(category, "Buy", "1", at: "90", id).code == code)
        #expect(try world.order(category, "Buy", "1", at: "90", id, by: "bob").code == 0)
        let other = category == "spot" ? "linear" : "spot"
        #expect(try world.order(other, "Buy", "1", at: "90", id).code == 0)
    }

    @Test func `an order that ended is past cancelling and amending`() throws {
        for (category, cancel, amend) in [
            ("linear", Int64(110001), Int64(110001)), ("spot", 170142, 170142),
        ] {
            let id = try world.placed(category, "Buy", "1", at: "90")
            let body = #"{"category":"\#(category)","symbol":"ETHUSDT","orderId":"\#(id)""#
            #expect(try world.post("order/cancel", body + "}").code == 0)
            #expect(try world.post("order/cancel", body + "}").code == cancel)
            #expect(try world.post("order/amend", body + #","qty":"2"}"#).code == amend)
        }
        let filled = try world.placed("spot", "Buy", "1", at: "90")
        try world.placed("spot", "Sell", "1", at: "90", by: "bob")
        let body = #"{"category":"spot","symbol":"ETHUSDT","orderId":"\#(filled)"}"#
        #expect(try world.post("order/cancel", body).code == 170139)
    }

    @Test func `an amendment that changes nothing is refused`() throws {
        let id = try world.placed("linear", "Buy", "1", at: "90")
        let body = #"{"category":"linear","symbol":"ETHUSDT","orderId":"\#(id)","qty":"1"}"#
        let answer = try world.post("order/amend", body)
        #expect(answer.code == 10001)
        #expect(answer.message.hasPrefix("The order remains unchanged"))
    }

    @Test func `a trigger on the wrong side of the market is refused with both prices`() throws {
        try world.trade("linear", at: "100")
        let up = #""triggerPrice":"99","triggerDirection":1"#
        let rising = try world.order("linear", "Buy", "1", up)
        #expect(rising.code == 110092)
        #expect(
            rising.message == "expect Rising, but trigger_price[990000] <= current[1000000]"
        )
        let down = #""triggerPrice":"101","triggerDirection":2"#
        #expect(try world.order("linear", "Sell", "1", down).code == 110093)
    }

    @Test func `a market takes eleven stops no more`() throws {
        try world.trade("linear", at: "100")
        for _ in 0..<10 {
            let more = #""triggerPrice":"110","triggerDirection":1"#
            try world.placed("linear", "Buy", "1", more)
            world.pass(milliseconds: 200)
        }
        let more = #""triggerPrice":"110","triggerDirection":1"#
        #expect(try world.order("linear", "Buy", "1", more).code == 110009)
    }
}
