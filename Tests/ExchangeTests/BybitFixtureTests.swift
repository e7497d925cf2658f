import Exchange
import Network
import Testing
import Trading

/// A file with an answer, the call that it answers, and what comes of it.
struct AnswerFile: Sendable, CustomTestStringConvertible {
    var path: String
    var market: VenueMarket
    var call: VenueCall
    /// How many rows of money are in it; `nil` for an answer without rows.
    var rows: Int?
    /// Why it is not a yes.
    var refusal: Proof?
    var testDescription: String { path }

    init(
        _ path: String,
        _ market: VenueMarket,
        _ call: VenueCall,
        rows: Int? = nil,
        refusal: Proof? = nil
    ) {
        self.path = path
        self.market = market
        self.call = call
        self.rows = rows
        self.refusal = refusal
    }
}

private let open = VenueCall.openOrders(symbol: nil, page: .first)
private let history = VenueCall.orderHistory(
    symbol: "BTCUSDT",
    from: .never,
    to: .never,
    page: .first
)
private let fills = VenueCall.executions(
    symbol: "BTCUSDT",
    from: .never,
    to: .never,
    page: .first
)
private let listing = VenueCall.instruments(page: .first)
private let held = VenueCall.positions(symbol: nil)
private let ethFees = VenueCall.fees(symbol: "ETHUSDT")
private let oneWay = VenueCall.setOneWayMode(symbol: "BTCUSDT")
private let leverage = VenueCall.setLeverage(symbol: "BTCUSDT", .one)
private let silence = VenueCall.cancelOnSilence(symbol: "BTCUSDT", after: .second)

private func cancelling(_ id: String) -> VenueCall {
    .cancel(VenueOrderName(symbol: "BTCUSDT", clientID: id, isConditional: false))
}

/// Every answer to a supported call among the files; the others are answers to calls that we do
/// not make, as batches, klines, transfers and options.
let bybitAnswers: [AnswerFile] = [
    AnswerFile("docs_examples/account__account-info.json", .bybitLinear, .marginMode(symbol: "")),
    AnswerFile("docs_examples/account__fee-rate.json", .bybitLinear, ethFees),
    AnswerFile(
        "docs_examples/account__set-margin-mode.json",
        .bybitLinear,
        .setMarginMode(symbol: "", .cross),
        refusal: .no(.order(.other))
    ),
    AnswerFile("docs_examples/account__wallet-balance.json", .bybitSpot, .balances, rows: 1),
    AnswerFile("docs_examples/account__instrument.json", .bybitLinear, listing, rows: 1),
    AnswerFile("docs_examples/account__instrument_2.json", .bybitSpot, listing, rows: 1),
    AnswerFile("docs_examples/market__instrument_3.json", .bybitSpot, listing, rows: 1),
    AnswerFile(
        "docs_examples/market__orderbook.json",
        .bybitSpot,
        .book(symbol: "BTCUSDT", depth: 1)
    ),
    AnswerFile("docs_examples/market__tickers_3.json", .bybitSpot, .tickers, rows: 1),
    AnswerFile("docs_examples/market__time.json", .bybitSpot, .serverTime),
    AnswerFile("docs_examples/order__amend-order.json", .bybitLinear, cancelling("linear-004")),
    AnswerFile("docs_examples/order__cancel-order.json", .bybitLinear, cancelling("linear-004")),
    AnswerFile(
        "docs_examples/order__create-order.json",
        .bybitSpot,
        cancelling("spot-test-postonly")
    ),
    AnswerFile("docs_examples/order__dcp.json", .bybitLinear, silence),
    AnswerFile("docs_examples/order__execution.json", .bybitLinear, fills, rows: 1),
    AnswerFile("docs_examples/order__open-order.json", .bybitLinear, open, rows: 1),
    AnswerFile("docs_examples/order__order-list.json", .bybitLinear, history, rows: 1),
    AnswerFile("docs_examples/position__leverage.json", .bybitLinear, leverage),
    AnswerFile("docs_examples/position__position-mode.json", .bybitLinear, oneWay),
    AnswerFile("docs_examples/user__apikey-info.json", .bybitLinear, .keyPermissions),
    AnswerFile("jkorf/Endpoints/V5Api/Account/GetFeeRate.txt", .bybitLinear, ethFees),
    AnswerFile(
        "jkorf/Endpoints/V5Api/Account/GetAccountSpotSymbols.txt",
        .bybitSpot,
        listing,
        rows: 1
    ),
    AnswerFile("jkorf/Endpoints/V5Api/Account/SwitchPositionMode.txt", .bybitLinear, oneWay),
    AnswerFile(
        "jkorf/Endpoints/V5Api/ExchangeData/GetLinearInverseSymbols.txt",
        .bybitLinear,
        listing,
        rows: 1
    ),
    AnswerFile(
        "jkorf/Endpoints/V5Api/ExchangeData/GetSpotTickers.txt",
        .bybitSpot,
        .tickers,
        rows: 1
    ),
    AnswerFile("jkorf/Endpoints/V5Api/Trading/GetUserTrades.txt", .bybitLinear, fills, rows: 1),
    AnswerFile(
        "jkorf/Endpoints/V5Api/Trading/PlaceOrder.txt",
        .bybitSpot,
        cancelling("spot-test-postonly")
    ),
    AnswerFile(
        "jkorf/JsonResponses/V5/ExchangeData/GetSpotSymbolsAsync.txt",
        .bybitSpot,
        listing,
        rows: 1
    ),
    AnswerFile(
        "jkorf/JsonResponses/V5/Trading/GetPositionsAsync2.txt",
        .bybitLinear,
        held,
        rows: 1
    ),
    AnswerFile("nautilus/http_get_account_info.json", .bybitLinear, .marginMode(symbol: "")),
    AnswerFile("nautilus/http_get_instruments_linear.json", .bybitLinear, listing, rows: 2),
    AnswerFile(
        "nautilus/http_get_order_partially_filled_rejected.json",
        .bybitLinear,
        history,
        rows: 1
    ),
    AnswerFile("nautilus/http_get_positions.json", .bybitLinear, held, rows: 3),
    AnswerFile("nautilus/http_get_positions_with_open_time.json", .bybitLinear, held, rows: 1),
    AnswerFile("nautilus/http_get_user_query_api.json", .bybitSpot, .keyPermissions),
    AnswerFile("nautilus/http_get_wallet_balance.json", .bybitLinear, .balances, rows: 3),
    AnswerFile(
        "nautilus/http_get_wallet_balance_with_spot_borrow.json",
        .bybitLinear,
        .balances,
        rows: 1
    ),
    AnswerFile("xchange/getFeeRates.json5", .bybitSpot, ethFees),
    AnswerFile("xchange/getInstrumentSpot.json5", .bybitSpot, listing, rows: 1),
    AnswerFile("xchange/getOrder.json5", .bybitLinear, open, rows: 1),
    AnswerFile("xchange/getOrderDetailsLinear.json5", .bybitLinear, open, rows: 1),
    AnswerFile("xchange/getOrderDetailsSpot.json5", .bybitSpot, open, rows: 1),
    AnswerFile(
        "xchange/getOrderError.json5",
        .bybitLinear,
        open,
        refusal: .no(.access)
    ),
    AnswerFile("xchange/getOrderLinear.json5", .bybitLinear, open, rows: 1),
    AnswerFile("xchange/setLeverage.json5", .bybitLinear, leverage),
    AnswerFile("xchange/switchPositionMode.json5", .bybitLinear, oneWay),
]

/// Answers that are refused, with what a sentence about them says.
let bybitUnreadable: [(file: AnswerFile, why: String)] = [
    // Another market than ours.
    (AnswerFile("docs_examples/position__position.json", .bybitLinear, held), "category"),
    (AnswerFile("docs_examples/market__tickers.json", .bybitLinear, .tickers), "category"),
    (AnswerFile("docs_examples/market__tickers_2.json", .bybitLinear, .tickers), "category"),
    (AnswerFile("docs_examples/market__instrument_2.json", .bybitLinear, listing), "category"),
    (
        AnswerFile("jkorf/Endpoints/V5Api/Trading/GetPositions.txt", .bybitLinear, held),
        "category"
    ),
    (
        AnswerFile(
            "nautilus/http_get_instruments_inverse_symbol_type.json",
            .bybitLinear,
            listing
        ),
        "category"
    ),
    (AnswerFile("xchange/getInstrumentInverse.json5", .bybitLinear, listing), "category"),
    // Ids made up by hand, as no venue gives them.
    (AnswerFile("nautilus/http_get_orders_history.json", .bybitLinear, history), "orderId"),
    (AnswerFile("nautilus/http_get_orders_realtime.json", .bybitLinear, open), "orderId"),
    (AnswerFile("nautilus/http_get_orders_realtime_tp_sl.json", .bybitLinear, open), "orderId"),
]

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `Every answer of Bybit among the fixtures` {
    @Test(arguments: bybitAnswers)
    func `a supported answer is read`(file: AnswerFile) throws {
        let body = try BybitFixtures.body(file.path)
        let answer = bybit(file.market).answer(to: file.call, body)
        if let refusal = file.refusal {
            #expect(Proof(answer) == refusal)
            return
        }
        guard case .yes(let facts) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(facts.rowCount == file.rows)
    }

    @Test(arguments: bybitUnreadable)
    func `an answer that cannot be ours is refused, and says why`(
        file: AnswerFile,
        why: String
    ) throws {
        let body = try BybitFixtures.body(file.path)
        guard case .unknown(let doubt) = bybit(file.market).answer(to: file.call, body) else {
            Issue.record("it was read")
            return
        }
        #expect(doubt.cause == .unreadable)
        #expect(doubt.text.contains(why))
    }

    /// ccxt writes whole numbers as text; they are put back as the venue sends them.
    static let stringified: [(call: String, market: VenueMarket, asked: VenueCall)] = [
        ("editOrder", .bybitSpot, cancelling("bybit1")),
        (
            "createMarketBuyOrderWithCost spot DOGE", .bybitSpot,
            cancelling("1971981115648733697")
        ),
        ("fetchClosedOrders linear", .bybitLinear, history),
        ("fetchMyTrades spot", .bybitSpot, fills),
        ("fetchMyTrades linear", .bybitLinear, fills),
    ]

    private static func answer(_ call: String) throws -> String {
        let line = try #require(
            try BybitFixtures.lines("ccxt/bybit_static_response_transcribed.jsonl").first {
                $0.hasPrefix("{\"call\":\"\(call)")
            }
        )
        let start = try #require(line.firstRange(of: "\"httpResponse\":")).upperBound
        var body = String(line[start...].dropLast())
        for key in ["retCode", "time", "triggerDirection", "positionIdx", "smpGroup", "seq"] {
            body = body.replacing(try Regex("\"\(key)\":\"([0-9]+)\"")) { match in
                "\"\(key)\":" + (match.output[1].substring ?? "")
            }
        }
        return body
    }

    @Test(arguments: stringified)
    func `what the test network answered to ccxt is read`(
        call: String,
        market: VenueMarket,
        asked: VenueCall
    ) throws {
        let answer = bybit(market).answer(to: asked, try Self.answer(call))
        guard case .yes = answer else {
            Issue.record("\(answer)")
            return
        }
    }

    @Test func `real orders and fills of the test network, field by field`() throws {
        let orders = bybit().answer(to: history, try Self.answer("fetchClosedOrders linear"))
        guard case .yes(.orders(let found, _)) = orders else { return #expect(Bool(false)) }
        #expect(found.map(\.side) == [.sell, .buy])
        #expect(found.map(\.isReduceOnly) == [true, false])
        #expect(found.allSatisfy { $0.status == .filled && $0.reason == nil })
        #expect(found.allSatisfy { $0.type == .market && $0.price == .zero })
        #expect(found[1].filledValue == Money(try Decimal("123.498")))
        let spot = bybit(.bybitSpot).answer(to: fills, try Self.answer("fetchMyTrades spot"))
        guard case .yes(.executions(let trades, let next)) = spot else {
            return #expect(Bool(false))
        }
        #expect(trades.map(\.id.description) == ["2110000000034095620"])
        #expect(trades.map(\.venueOrder.description) == ["1644387819067894016"])
        #expect(trades.map(\.feeAsset) == ["ETH"])
        #expect(trades.map(\.fee) == [Money(try Decimal("0.000001"))])
        #expect(next == .after("5771348%3A0%2C5771348%3A0"))
    }

    @Test func `error bodies as they came are classified`() throws {
        let expected: [(Int, Proof)] = [
            (10002, .no(.clock)), (110_007, .no(.order(.insufficientBalance))),
            (10001, .no(.malformed)), (110_001, .no(.order(.unknownOrder))),
            (10032, .no(.access)),
        ]
        let lines = try BybitFixtures.lines("ccxt/real_error_bodies.jsonl")
        for (code, proof) in expected {
            let line = try #require(
                lines.first { $0.contains("\"bybit\"") && $0.contains("\"retCode\":\(code)") }
            )
            let start = try #require(line.firstRange(of: "\"body\":")).upperBound
            let answer = bybit().answer(to: .cancel(name()), String(line[start...].dropLast()))
            #expect(Proof(answer) == proof)
        }
    }
}

extension VenueFacts {
    /// How many rows it has; `nil` where it is no list.
    var rowCount: Int? {
        switch self {
        case .orders(let rows, _): rows.count
        case .executions(let rows, _): rows.count
        case .positions(let rows): rows.count
        case .balances(let rows): rows.count
        case .instruments(let rows, _): rows.count
        case .tickers(let rows): rows.count
        default: nil
        }
    }
}
