import Exchange
import Network
import Testing
import Trading

/// A row as a venue sends it, to take apart: keys with their JSON text.
struct SentRow: Sendable {
    var topic: String
    var members: [(key: String, value: String)]

    /// The row without a key, or with another value at it.
    func text(without key: String = "", with value: String? = nil) -> String {
        let parts = members.compactMap { member in
            guard member.key == key else { return "\"\(member.key)\":\(member.value)" }
            return value.map { "\"\(key)\":\($0)" }
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    func message(_ row: String) -> String {
        #"{"id":"1","topic":"\#(topic)","creationTime":1,"data":[\#(row)]}"#
    }
}

let orderRow = SentRow(
    topic: "order",
    members: [
        ("category", #""linear""#), ("symbol", #""BTCUSDT""#),
        ("orderId", #""fd4300ae-7847-404e-b947-b46980a4d140""#),
        ("orderLinkId", #""hf-abcd-1-wxyz-2a""#), ("side", #""Buy""#),
        ("orderType", #""Limit""#), ("price", #""30000.5""#), ("qty", #""2""#),
        ("timeInForce", #""GTC""#), ("orderStatus", #""New""#), ("cancelType", #""UNKNOWN""#),
        ("rejectReason", #""EC_NoError""#), ("cumExecQty", #""0""#), ("cumExecValue", #""""#),
        ("reduceOnly", "false"), ("triggerPrice", #""""#), ("stopOrderType", #""""#),
        ("triggerDirection", "0"), ("createdTime", #""1700000000000""#),
        ("updatedTime", #""1700000000001""#),
    ]
)

let executionRow = SentRow(
    topic: "execution",
    members: [
        ("category", #""linear""#), ("symbol", #""BTCUSDT""#), ("execId", #""17""#),
        ("orderId", #""18""#), ("orderLinkId", #""""#), ("side", #""Sell""#),
        ("execPrice", #""30000""#), ("execQty", #""0.5""#), ("execFee", #""-0.25""#),
        ("feeCurrency", #""USDT""#), ("isMaker", "true"), ("execType", #""Trade""#),
        ("execTime", #""1700000000000""#), ("extraFees", #""""#),
    ]
)

let positionRow = SentRow(
    topic: "position",
    members: [
        ("category", #""linear""#), ("symbol", #""BTCUSDT""#), ("side", #""Sell""#),
        ("size", #""2""#), ("entryPrice", #""30000""#), ("positionIdx", "0"),
    ]
)

@Suite struct `What is money at Bybit is there and right` {
    private static let number = [#""""#, #""1e3""#, #""NaN""#, #""-1""#, #""1,5""#, #"" 1""#]

    static let all =
        faults(
            orderRow,
            [
                ("symbol", [#""""#]), ("orderId", [#""""#, #""x""#, #""0""#, #""-5""#, #""007""#]),
                ("orderLinkId", ["5"]), ("side", [#""""#, #""buy""#, #""None""#]),
                ("orderType", [#""""#]), ("price", number + [#""0""#]), ("qty", number),
                ("orderStatus", [#""""#, #""new""#, #""Lost""#]), ("cumExecQty", number),
                ("reduceOnly", [#""false""#]), ("category", [#""""#]),
            ]
        )
        + faults(
            executionRow,
            [
                ("symbol", [#""""#]), ("execId", [#""""#, #""a""#]), ("orderId", [#""""#]),
                ("side", [#""""#]), ("execPrice", number + [#""0""#]),
                ("execQty", number + [#""0""#]), ("execFee", [#""""#, #""1e3""#]),
                ("isMaker", [#""true""#]), ("execType", [#""""#]),
                ("execTime", [#""""#, #""-1""#, #""+5""#, #""99999999999999""#]),
            ]
        )
        + faults(
            positionRow,
            [
                ("symbol", [#""""#]), ("side", [#""""#, #""Long""#]), ("size", number),
                ("entryPrice", number + [#""0""#]), ("positionIdx", ["3", "-1", #""0""#]),
            ]
        )

    @Test(arguments: all)
    func `a missing or malformed value is an error`(fault: RowFault<SentRow>) throws {
        let whole = fault.sent.message(fault.sent.text())
        #expect(try bybit().fault(of: whole) == nil)
        guard case .events(let events) = try bybit().streamMessage(whole) else {
            Issue.record("the whole row is read")
            return
        }
        #expect(events.count == 1)
        let broken = fault.sent.message(fault.sent.text(without: fault.key, with: fault.value))
        #expect(try bybit().fault(of: broken) != nil)
    }

    @Test(arguments: ["orderId", "qty", "side", "cumExecQty"])
    func `a key that is there twice is an error`(key: String) throws {
        let row = orderRow.text().dropLast() + #","\#(key)":"1"}"#
        let fault = try bybit().fault(of: orderRow.message(String(row)))
        #expect(fault == .repeated(key: key))
    }

    @Test func `unknown keys and topics are passed over`() throws {
        let row = String(orderRow.text().dropLast()) + #","news":[{"a":1}],"more":null}"#
        guard case .events(let events) = try bybit().streamMessage(orderRow.message(row)) else {
            return #expect(Bool(false))
        }
        #expect(events.count == 1)
        #expect(try bybit().streamMessage(#"{"topic":"news","data":7}"#) == .other)
        #expect(try bybit().streamMessage(#"{"hello":"world"}"#) == .other)
    }

    @Test func `sums that no state may hold are an error`() throws {
        let fee = #"{"feeCoin":"USDT","fee":"9999999999999999999"}"#
        let many = "[" + Array(repeating: fee, count: 30).joined(separator: ",") + "]"
        let row = executionRow.text(without: "extraFees", with: many)
        #expect(try bybit().fault(of: executionRow.message(row)) != nil)
        let large = #""9999999999999999999""#
        let wallet =
            #"{"topic":"wallet","data":[{"coin":[{"coin":"X","walletBalance":"1","#
            + #""locked":\#(large),"totalOrderIM":\#(large)}]}]}"#
        #expect(throws: MessageError.self) { try bybit().streamMessage(wallet) }
    }

    /// Each figure is within its bound, and what a fill is worth is not.
    @Test(arguments: [
        ("execPrice", "1000000000000", #""0.5""#), ("execQty", "1000000000000000", #""30000""#),
    ])
    func `a fill that no state can book is refused`(
        key: String,
        text: String,
        other: String
    ) throws {
        for (worth, isRead) in [("0.000001", true), ("1000000000000", false)] {
            let row = executionRow.text(without: key, with: "\"\(text)\"")
                .replacing(other, with: "\"\(worth)\"")
            let fault = try bybit().fault(of: executionRow.message(row))
            #expect((fault == nil) == isRead, "\(row)")
        }
    }

    @Test func `a balance beyond eighteen decimals is cut, and may be owed`() throws {
        let wallet =
            #"{"topic":"wallet","data":[{"coin":[{"coin":"ETH","locked":"","#
            + #""walletBalance":"-0.06142123456789012345678901"}]}]}"#
        let balance = VenueBalance(
            asset: "ETH",
            total: Money(try Decimal("-0.061421234567890123")),
            locked: nil
        )
        #expect(try bybit().streamMessage(wallet) == .events([.balance(balance)]))
        let broken = wallet.replacing("-0.0614", with: "a")
        #expect(throws: MessageError.self) { try bybit().streamMessage(broken) }
    }
}

struct Ending: Sendable, CustomTestStringConvertible {
    var word: String
    var rejection = "EC_NoError"
    var cancel = "UNKNOWN"
    var timeInForce = "GTC"
    var status: OrderStatus
    var reason: RejectionReason?
    var text = ""
    var testDescription: String { "\(word) \(rejection) \(cancel) \(timeInForce)" }
}

@Suite struct `Where an order of Bybit stands` {
    static let endings = [
        Ending(word: "New", status: .placed), Ending(word: "Untriggered", status: .placed),
        Ending(word: "Triggered", status: .placed),
        Ending(word: "PartiallyFilled", status: .partiallyFilled),
        Ending(word: "Filled", status: .filled),
        // The second of two, which lost its race with a cancel.
        Ending(
            word: "Filled",
            rejection: "EC_OrigClOrdIDDoesNotExist",
            cancel: "CancelByUser",
            status: .filled
        ),
        Ending(
            word: "Rejected",
            rejection: "EC_InvalidSymbolStatus",
            status: .rejected,
            reason: .unknownInstrument,
            text: "EC_InvalidSymbolStatus"
        ),
        Ending(word: "Rejected", status: .rejected, reason: .other),
        Ending(
            word: "Cancelled",
            rejection: "EC_PerCancelRequest",
            cancel: "CancelByUser",
            status: .cancelled,
            text: "EC_PerCancelRequest"
        ),
        Ending(
            word: "Cancelled",
            cancel: "CancelByDCP",
            status: .cancelled,
            text: "CancelByDCP"
        ),
        Ending(
            word: "Cancelled",
            cancel: "CancelByReduceOnly",
            status: .expired,
            reason: .reduceOnly,
            text: "CancelByReduceOnly"
        ),
        Ending(
            word: "Cancelled",
            rejection: "EC_PostOnlyWillTakeLiquidity",
            timeInForce: "PostOnly",
            status: .expired,
            reason: .wouldTake,
            text: "EC_PostOnlyWillTakeLiquidity"
        ),
        Ending(
            word: "Cancelled",
            rejection: "EC_NoImmediateQtyToFill",
            timeInForce: "IOC",
            status: .expired,
            reason: .noLiquidity,
            text: "EC_NoImmediateQtyToFill"
        ),
        Ending(
            word: "Cancelled",
            rejection: "EC_NoEnoughQtyToFill",
            timeInForce: "FOK",
            status: .expired,
            reason: .wouldNotFill,
            text: "EC_NoEnoughQtyToFill"
        ),
        Ending(
            word: "PartiallyFilledCanceled",
            rejection: "EC_CancelForNoFullFill",
            timeInForce: "IOC",
            status: .expired,
            reason: .noLiquidity,
            text: "EC_CancelForNoFullFill"
        ),
        Ending(
            word: "Deactivated",
            cancel: "CancelByUser",
            status: .cancelled,
            text: "CancelByUser"
        ),
        Ending(
            word: "Cancelled",
            cancel: "CancelByPrepareLiq",
            status: .expired,
            reason: .other,
            text: "CancelByPrepareLiq"
        ),
    ]

    @Test(arguments: endings)
    func `status and reason follow from three words`(ending: Ending) throws {
        var row = orderRow
        for (key, value) in [
            ("orderStatus", ending.word), ("rejectReason", ending.rejection),
            ("cancelType", ending.cancel), ("timeInForce", ending.timeInForce),
        ] {
            let place = try #require(row.members.firstIndex { $0.key == key })
            row.members[place].value = "\"\(value)\""
        }
        guard
            case .events(let events) = try bybit().streamMessage(row.message(row.text())),
            case .order(let order)? = events.first
        else { return #expect(Bool(false)) }
        #expect(order.status == ending.status)
        #expect(order.reason == ending.reason)
        #expect(order.reasonText == ending.text)
        #expect(order.isUntriggered == (ending.word == "Untriggered"))
    }

    static let units: [(unit: String?, id: String, isBase: Bool)] = [
        ("baseCoin", "another", true), ("quoteCoin", "another", false),
        (nil, "hf-abcd-1-wxyz-2a", true), (nil, "another", false), (nil, "", false),
    ]

    @Test(arguments: units)
    func `a spot market order to buy counts in base units where that is told or ours`(
        unit: String?,
        id: String,
        isBase: Bool
    ) throws {
        var row = orderRow
        for (key, value) in [
            ("category", "spot"), ("orderType", "Market"), ("orderLinkId", id),
        ] {
            let place = try #require(row.members.firstIndex { $0.key == key })
            row.members[place].value = "\"\(value)\""
        }
        if let unit { row.members.append(("marketUnit", "\"\(unit)\"")) }
        let message = row.message(row.text())
        guard case .events(let events) = try bybit(.bybitSpot).streamMessage(message),
            case .order(let order)? = events.first
        else { return #expect(Bool(false)) }
        #expect(order.quantity == (isBase ? try quantity("2") : .zero))
    }

    static let kinds: [(word: String, kind: VenueExecution.Kind)] = [
        ("Trade", .trade), ("BustTrade", .liquidation), ("AdlTrade", .deleveraging),
        ("Funding", .funding), ("Settle", .other), ("BlockTrade", .other),
    ]

    @Test(arguments: kinds)
    func `a fill has a kind, and funding moves nothing`(
        word: String,
        kind: VenueExecution.Kind
    ) throws {
        let text = executionRow.message(
            executionRow.text(without: "execType", with: "\"\(word)\"")
        )
        guard case .events(let events) = try bybit().streamMessage(text),
            case .execution(let execution)? = events.first
        else { return #expect(Bool(false)) }
        #expect(execution.kind == kind)
        #expect(execution.quantity == (kind == .funding ? .zero : try quantity("0.5")))
        #expect(execution.fee == Money(try Decimal("-0.25")))
        let belongs = [.trade, .liquidation, .deleveraging].contains(kind)
        #expect(execution.venueOrder == (belongs ? VenueID(18) : .none))
        #expect(execution.liquidity == (belongs ? .maker : .taker))
    }

    @Test func `topics and pings are asked for as Bybit reads them`() {
        let topics = (0..<12).map { "t\($0)" }
        let messages = BybitStream.subscriptions(to: topics)
        #expect(messages.count == 2)
        #expect(messages[1] == #"{"op":"subscribe","args":["t10","t11"]}"#)
        #expect(
            BybitStream.subscriptions(to: BybitStream.privateTopics) == [
                #"{"op":"subscribe","args":["order","execution","position","wallet"]}"#
            ]
        )
        #expect(
            BybitStream.unsubscription(from: "orderbook.50.BTCUSDT")
                == #"{"op":"unsubscribe","args":["orderbook.50.BTCUSDT"]}"#
        )
        #expect(BybitStream.ping == #"{"op":"ping"}"#)
        #expect(BybitStream.disconnectTopic(.bybitSpot) == "dcp.spot")
    }

    static let pongs = [
        #"{"success":true,"ret_msg":"pong","conn_id":"1","req_id":"","op":"ping"}"#,
        #"{"op":"pong","args":["1672304484978"],"conn_id":"1","req_id":"2"}"#,
    ]

    @Test(arguments: pongs)
    func `a pong has two shapes`(text: String) throws {
        #expect(try bybit().streamMessage(text) == .reply(.pong))
    }

    @Test func `a refused proof of who we are says why`() throws {
        let text =
            #"{"success":false,"ret_msg":"error:USVC1111","conn_id":"1","op":"auth"}"#
        #expect(
            try bybit().streamMessage(text)
                == .reply(.authentication(isAccepted: false, text: "error:USVC1111"))
        )
    }
}
