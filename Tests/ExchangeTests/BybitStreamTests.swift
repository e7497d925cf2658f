import Exchange
import Network
import Testing
import Trading

struct StreamFile: Sendable, CustomTestStringConvertible {
    var path: String
    /// How many events it brings on linear and on spot; `nil` where it is of no use.
    var events: [Int]?
    var testDescription: String { path }

    init(_ path: String, _ events: [Int]?) {
        self.path = path
        self.events = events
    }
}

let bybitStreamFiles = [
    // An option's order: of neither market.
    StreamFile("docs_examples/websocket__private__order_2.json", [0, 0]),
    StreamFile("docs_examples/websocket__private__execution_2.json", [1, 0]),
    StreamFile("docs_examples/websocket__private__position_2.json", [1, 0]),
    StreamFile("docs_examples/websocket__private__wallet_2.json", [1, 1]),
    StreamFile("nautilus/ws_account_execution_adl.json", [1, 0]),
    StreamFile("nautilus/ws_account_position_short.json", [1, 0]),
    StreamFile("nautilus/ws_account_wallet_locked_exceeds_total.json", [1, 1]),
    StreamFile("nautilus/ws_account_wallet_small_order.json", [1, 1]),
    StreamFile("xchange/positionChangeResponse.json5", [1, 0]),
    // Topics that we do not ask for: without fees, of greeks, of strategies, of spreads.
    StreamFile("docs_examples/websocket__private__fast-execution_2.json", nil),
    StreamFile("docs_examples/websocket__private__greek_2.json", nil),
    StreamFile("docs_examples/websocket__private__strategy_2.json", nil),
    StreamFile("docs_examples/websocket__system__system-status.json", nil),
]

/// Orders with ids made up by hand, as no venue gives them.
let bybitMadeUp = [
    "nautilus/ws_account_order.json", "nautilus/ws_account_order_buy_stop_market.json",
    "nautilus/ws_account_order_limit_if_touched.json",
    "nautilus/ws_account_order_market_if_touched.json",
]

let bybitReplies: [(String, BybitReply)] = [
    (
        "docs_examples/websocket__wss-authentication.json",
        .subscription(isAccepted: true, text: "")
    ),
    (
        "docs_examples/websocket__wss-authentication_2.json",
        .subscription(isAccepted: true, text: "subscribe")
    ),
    (
        "docs_examples/websocket__wss-authentication_3.json",
        .subscription(isAccepted: true, text: "")
    ),
    (
        "nautilus/ws_auth_failure.json",
        .authentication(isAccepted: false, text: "Invalid apikey")
    ),
    (
        "nautilus/ws_subscription_failure.json",
        .subscription(isAccepted: false, text: "Invalid topic: invalid.topic.BTCUSDT")
    ),
    (
        "docs_examples/websocket__trade__guideline.json",
        .authentication(isAccepted: true, text: "OK")
    ),
    ("docs_examples/websocket__trade__guideline_7.json", .pong),
]

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `Every private message of Bybit among the fixtures` {
    @Test(arguments: bybitStreamFiles)
    func `a message brings its events to the market it is of`(file: StreamFile) throws {
        let text = try BybitFixtures.body(file.path)
        for (index, market) in [VenueMarket.bybitLinear, .bybitSpot].enumerated() {
            let message = try bybit(market).streamMessage(text)
            guard let counts = file.events else {
                #expect(message == .other)
                continue
            }
            guard case .events(let events) = message else {
                Issue.record("\(message)")
                continue
            }
            #expect(events.count == counts[index])
            let bytes = Array(text.utf8)
            #expect(try bybit(market).events(in: bytes.span) == events)
        }
    }

    @Test(arguments: bybitMadeUp)
    func `an id that no venue gives is refused`(path: String) throws {
        let text = try BybitFixtures.body(path)
        guard case .outOfRange(key: "orderId", _)? = try bybit().fault(of: text) else {
            return #expect(Bool(false))
        }
        // Everything else of it can be read.
        let real = "fd4300ae-7847-404e-b947-b46980a4d140"
        let id = try #require(try members(Self.firstRow(text))["orderId"])
        let repaired = text.replacing(id, with: "\"\(real)\"")
        guard case .events(let events) = try bybit().streamMessage(repaired) else {
            return #expect(Bool(false))
        }
        #expect(events.count == 1)
    }

    private static func firstRow(_ text: String) throws -> String {
        let start = try #require(text.firstRange(of: "[")).upperBound
        let end = try #require(text.firstRange(of: "]")).lowerBound
        return String(text[start..<end])
    }

    @Test(arguments: bybitReplies)
    func `what the venue answers to us is told apart`(path: String, reply: BybitReply) throws {
        let text = try BybitFixtures.body(path)
        #expect(try bybit().streamMessage(text) == .reply(reply))
        let bytes = Array(text.utf8)
        let expected: [VenueEvent] =
            switch reply {
            case .subscription(isAccepted: true, _): [.subscribed]
            case .subscription(isAccepted: false, let text),
                .authentication(isAccepted: false, let text):
                [.refused(text)]
            case .authentication(isAccepted: true, _), .pong: []
            }
        #expect(try bybit().events(in: bytes.span) == expected)
        var decoder = BybitDecoder(market: .spot)
        try decoder.decode(bytes.span)
        #expect(decoder.message.kind == .other)
        #expect(decoder.reply == reply)
    }

    @Test func `refusals as they came on streams are told apart`() throws {
        let lines = try BybitFixtures.lines("ccxt/real_error_bodies.jsonl")
            .filter { $0.contains("\"bybit-ws\"") }
        let bodies = try lines.map { line in
            String(line[try #require(line.firstRange(of: "\"body\":")).upperBound...].dropLast())
        }
        #expect(
            try bodies.map { try bybit().streamMessage($0) } == [
                .reply(
                    .subscription(
                        isAccepted: false,
                        text: "error:handler not found,topic:liquidations:BTCUSDT"
                    )
                ),
                .reply(.authentication(isAccepted: false, text: "error:USVC1111")),
            ]
        )
    }

    @Test func `an execution, field by field`() throws {
        let text = try BybitFixtures.body("docs_examples/websocket__private__execution_2.json")
        guard case .events(let events) = try bybit().streamMessage(text),
            case .execution(let execution)? = events.first
        else { return #expect(Bool(false)) }
        #expect(execution.symbol == "BTCUSDT")
        #expect(execution.id.description == "0ab1bdf7-4219-438b-b30a-32ec863018f7")
        #expect(execution.venueOrder.description == "9aac161b-8ed6-450d-9cab-c5cc67c21784")
        #expect(execution.clientID == "")
        #expect(execution.side == .sell)
        #expect(execution.price == (try price("95900.1")))
        #expect(execution.quantity == (try quantity("0.5")))
        // 26.3725275 and a tax of 0.006403779.
        #expect(execution.fee == Money(try Decimal("26.378931279")))
        #expect(execution.feeAsset == "USDT")
        #expect(execution.liquidity == .taker)
        #expect(execution.time == Timestamp(nanoseconds: 1_746_270_400_353_000_000))
        #expect(execution.kind == .trade)
        // A tax in another coin is no part of the fee, and the fill is booked all the same.
        let taxed = text.replacing(#""feeCoin": "USDT""#, with: #""feeCoin": "INR""#)
        var untaxed = execution
        untaxed.fee = Money(try Decimal("26.3725275"))
        #expect(taxed != text)
        #expect(try bybit().streamMessage(taxed) == .events([.execution(untaxed)]))
    }

    @Test func `a position and a wallet, field by field`() throws {
        let short = try BybitFixtures.body("nautilus/ws_account_position_short.json")
        guard case .events(let events) = try bybit().streamMessage(short),
            case .position(let position)? = events.first
        else { return #expect(Bool(false)) }
        var expected = VenuePosition(
            symbol: "ETHUSDT",
            quantity: try quantity("-0.01"),
            entryPrice: try price("3641.075"),
            isHedge: false
        )
        expected.leverage = try Decimal("30")
        expected.liquidationPrice = try price("51764.83003276")
        expected.time = Timestamp(nanoseconds: 1_762_199_125_472_000_000)
        #expect(position == expected)
        let hedge = try BybitFixtures.body("docs_examples/websocket__private__position_2.json")
        guard case .events(let legs) = try bybit().streamMessage(hedge),
            case .position(let leg)? = legs.first
        else { return #expect(Bool(false)) }
        #expect(leg.isHedge)
        #expect(leg.quantity == .zero)
        #expect(leg.liquidationPrice == nil)
        let wallet = try BybitFixtures.body("docs_examples/websocket__private__wallet_2.json")
        let coin = VenueBalance(
            asset: "BTC",
            total: Money(try Decimal("0.00102964")),
            locked: .zero
        )
        #expect(try bybit(.bybitSpot).streamMessage(wallet) == .events([.balance(coin)]))
        let margin = try BybitFixtures.body(
            "nautilus/ws_account_wallet_locked_exceeds_total.json"
        )
        let held = VenueBalance(
            asset: "USDT",
            total: Money(try Decimal("100")),
            locked: Money(try Decimal("120"))
        )
        #expect(try bybit().streamMessage(margin) == .events([.balance(held)]))
    }

    @Test func `a stop that waits, field by field`() throws {
        let path = "nautilus/ws_account_order_buy_stop_market.json"
        let text = try BybitFixtures.body(path)
            .replacing("test-buy-stop-market-001", with: "7", maxReplacements: 1)
        guard case .events(let events) = try bybit().streamMessage(text),
            case .order(let order)? = events.first
        else { return #expect(Bool(false)) }
        var expected = VenueOrder(
            symbol: "BTCUSDT",
            venueOrder: VenueID(7),
            clientID: "test-client-buy-stop-market-001",
            side: .buy
        )
        expected.type = .stopMarket
        expected.timeInForce = .goodTillCancelled
        expected.quantity = try quantity("0.1")
        expected.trigger = try price("55000")
        expected.filledValue = .zero
        expected.isUntriggered = true
        expected.made = Timestamp(nanoseconds: 1_672_364_262_444_000_000)
        expected.changed = Timestamp(nanoseconds: 1_672_364_262_457_000_000)
        #expect(order == expected)
        // The same waiting for a fall is no stop of ours, but one that takes a profit.
        let fall = text.replacing(#""triggerDirection": 1"#, with: #""triggerDirection": 2"#)
        guard case .events(let others) = try bybit().streamMessage(fall),
            case .order(let touched)? = others.first
        else { return #expect(Bool(false)) }
        #expect(touched.type == nil)
    }
}
