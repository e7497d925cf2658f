import Exchange
import Network
import Testing
import Trading

/// Files with answers to one call.
struct BinanceAnswerGroup {
    var market: VenueMarket
    var call: VenueCall
    /// How many rows of money are in each; `nil` for an answer without rows.
    var rows: Int?
    /// Whether the file has one of what our call is answered with a list of.
    var isOneOfList = false
    /// Whether the file answers another call of the venue that tells the same rows.
    var isOtherCall = false
    var folder: String
    /// The names of the files, apart from the folder that they share.
    var names: String

    var files: [BinanceAnswerFile] {
        Fixtures.names(names).map { name in
            BinanceAnswerFile(path: folder + name, group: self)
        }
    }
}

/// A file with an answer, and what it is read as.
struct BinanceAnswerFile: CustomTestStringConvertible {
    var path: String
    var group: BinanceAnswerGroup
    var testDescription: String { path }

    /// Whether the request that is answered stands before the answer.
    var namesRequest: Bool { path.hasPrefix("jkorf/Endpoints") && !group.isOtherCall }

    func answer() throws -> VenueAnswer {
        let body = try BinanceFixtures.body(path)
        return BinanceAdapter.test(group.market)
            .answer(to: call(about: body), group.isOneOfList ? "[\(body)]" : body)
    }

    /// The call about the order that a body names: an answer about another one is none.
    private func call(about body: String) -> VenueCall {
        let told = ["origClientOrderId", "clientAlgoId", "clientOrderId"].lazy
            .compactMap { Self.text(at: $0, in: body) }
            .first
        guard let told else { return group.call }
        switch group.call {
        case .place(var placement):
            placement.name.clientID = told
            return .place(placement)
        case .cancel(var name):
            name.clientID = told
            return .cancel(name)
        case .order(var name):
            name.clientID = told
            return .order(name)
        default: return group.call
        }
    }

    private static func text(at key: String, in body: String) -> String? {
        guard let place = body.firstRange(of: "\"\(key)\"") else { return nil }
        let parts = body[place.upperBound...].split(separator: "\"", maxSplits: 2)
        return parts.count > 1 ? String(parts[1]) : nil
    }
}

private let docs = "docs_examples/rest-api__"
private let stp = "docs_examples/stp_faq__STP_Examples"
private let spotJKorf = "jkorf/Endpoints/Spot/"
private let futuresJKorf = "jkorf/Endpoints/UsdFutures/"
private let py = "nautilus_py/http_responses/http_"

private let limit = VenueOrderName(symbol: "LTCBTC", clientID: "myOrder1", isConditional: false)
private let stop = VenueOrderName(symbol: "BTCUSDT", clientID: "mine", isConditional: true)
private let open = VenueCall.openOrders(symbol: nil, page: .first)
private let openAlgo = VenueCall.openOrders(symbol: nil, page: .after("algo"))
private let now = AdapterFixture.time
private let history = VenueCall.orderHistory(symbol: "X", from: now, to: now, page: .first)
private let fills = VenueCall.executions(symbol: "X", from: now, to: now, page: .first)
private let listing = VenueCall.instruments(page: .first)
private let silence = VenueCall.cancelOnSilence(symbol: "BTCUSDT", after: .second)

private func group(
    _ market: VenueMarket,
    _ call: VenueCall,
    rows: Int? = nil,
    _ folder: String,
    _ names: String,
    isOneOfList: Bool = false,
    isOtherCall: Bool = false
) -> BinanceAnswerGroup {
    BinanceAnswerGroup(
        market: market,
        call: call,
        rows: rows,
        isOneOfList: isOneOfList,
        isOtherCall: isOtherCall,
        folder: folder,
        names: names
    )
}

private let spotGroups: [BinanceAnswerGroup] = [
    group(
        .binanceSpot,
        .place(AdapterFixture.placement("buy 1 @ 100")),
        docs,
        "New_order_TRADE.json New_order_TRADE_2.json New_order_TRADE_3.json"
    ),
    group(
        .binanceSpot,
        .place(AdapterFixture.placement("sell 1 @ 100")),
        stp,
        "_2.json _6.json _12.json _14.json _16.json _22.json"
    ),
    group(.binanceSpot, .cancel(limit), docs, "Cancel_order_TRADE.json"),
    group(.binanceSpot, .order(limit), rows: 1, docs, "Query_order_USER_DATA.json"),
    group(
        .binanceSpot,
        .order(limit),
        rows: 1,
        stp,
        """
        .json _3.json _4.json _5.json _7.json _8.json _9.json _10.json _11.json _13.json _15.json
        _17.json _18.json _21.json
        """
    ),
    group(
        .binanceSpot,
        .order(limit),
        rows: 1,
        "nautilus_rs/spot/http_json/",
        "order_response.json"
    ),
    group(.binanceSpot, .order(limit), rows: 1, "xchange/", "filled-market-order.json"),
    group(.binanceSpot, .order(limit), rows: 1, spotJKorf, "Trading/GetOrder.txt"),
    group(.binanceSpot, open, rows: 1, docs, "Current_open_orders_USER_DATA.json"),
    group(.binanceSpot, open, rows: 1, "", "nautilus_rs/spot/http_json/open_orders_response.json"),
    group(.binanceSpot, open, rows: 1, "", "xchange/open-orders.json"),
    group(.binanceSpot, open, rows: 1, spotJKorf, "Trading/GetOpenOrders.txt"),
    group(.binanceSpot, history, rows: 1, docs, "All_orders_USER_DATA.json"),
    group(.binanceSpot, history, rows: 1, spotJKorf, "Trading/GetOrders.txt"),
    group(.binanceSpot, fills, rows: 1, docs, "Account_trade_list_USER_DATA.json"),
    group(.binanceSpot, fills, rows: 1, spotJKorf, "Trading/GetUserTrades.txt"),
    group(
        .binanceSpot,
        fills,
        rows: 1,
        spotJKorf,
        "Trading/GetMarginUserTrades.txt",
        isOtherCall: true
    ),
    group(.binanceSpot, .balances, rows: 2, docs, "Account_information_USER_DATA.json"),
    group(.binanceSpot, .balances, rows: 2, stp, "_19.json _20.json _23.json _24.json"),
    group(.binanceSpot, .balances, rows: 2, "", "nautilus_rs/spot/http_json/account_response.json"),
    group(.binanceSpot, .balances, rows: 2, spotJKorf, "Account/GetAccountInfo.txt"),
    group(.binanceSpot, .keyPermissions, spotJKorf, "Account/GetAPIKeyPermissions.txt"),
    group(.binanceSpot, .fees(symbol: "BTCUSDT"), docs, "Query_Commission_Rates_USER_DATA.json"),
    group(.binanceSpot, .fees(symbol: "BTCUSDT"), spotJKorf, "Account/GetCommissionRates.txt"),
    group(.binanceSpot, listing, rows: 2, py, "spot_market_exchange_info.json"),
    group(
        .binanceSpot,
        .tickers,
        rows: 1,
        docs + "24hr_ticker_price_change_statistics",
        ".json _3.json",
        isOneOfList: true
    ),
    group(
        .binanceSpot,
        .tickers,
        rows: 1,
        docs + "24hr_ticker_price_change_statistics",
        "_2.json"
    ),
    group(
        .binanceSpot,
        .tickers,
        rows: 2,
        docs + "24hr_ticker_price_change_statistics",
        "_4.json"
    ),
    group(
        .binanceSpot,
        .tickers,
        rows: 1,
        "",
        """
        nautilus_rs/spot/http_json/ticker_24hr_response.json xchange/single-24hr-ticker.json
        jkorf/Endpoints/Spot/ExchangeData/GetTicker.txt
        """,
        isOneOfList: true
    ),
    group(.binanceSpot, .book(symbol: "LTCBTC", depth: 100), docs, "Order_book.json"),
    group(.binanceSpot, .serverTime, docs, "Check_server_time.json"),
    group(.binanceSpot, .serverTime, py, "spot_market_time.json"),
    group(.binanceSpot, .serverTime, spotJKorf, "ExchangeData/GetServerTime.txt"),
    group(.binanceSpot, .serverTime, "", "nautilus_rs/spot/http_json/server_time_response.json"),
]

private let futuresGroups: [BinanceAnswerGroup] = [
    group(.binanceFutures, .cancel(limit), futuresJKorf, "Trading/CancelOrder.txt"),
    group(.binanceFutures, .cancel(stop), futuresJKorf, "Trading/CancelConditionalOrder.txt"),
    group(.binanceFutures, .order(limit), rows: 1, futuresJKorf, "Trading/GetOrder.txt"),
    group(
        .binanceFutures,
        .order(limit),
        rows: 1,
        futuresJKorf,
        "Trading/GetOpenOrder.txt",
        isOtherCall: true
    ),
    group(.binanceFutures, open, rows: 1, futuresJKorf, "Trading/GetOpenOrders.txt"),
    group(.binanceFutures, openAlgo, rows: 1, futuresJKorf, "Trading/GetOpenConditionalOrders.txt"),
    group(
        .binanceFutures,
        openAlgo,
        rows: 1,
        futuresJKorf,
        "Trading/GetConditionalOrders.txt",
        isOtherCall: true
    ),
    group(
        .binanceFutures,
        openAlgo,
        rows: 1,
        "nautilus_rs/",
        "futures/http_json/open_algo_orders.json"
    ),
    group(.binanceFutures, history, rows: 1, futuresJKorf, "Trading/GetOrders.txt"),
    group(
        .binanceFutures,
        history,
        rows: 2,
        futuresJKorf,
        "Trading/GetForcedOrders.txt",
        isOtherCall: true
    ),
    group(.binanceFutures, fills, rows: 1, futuresJKorf, "Trading/GetUserTrades.txt"),
    group(.binanceFutures, fills, rows: 2, py, "futures_account_trades.json"),
    group(
        .binanceFutures,
        .positions(symbol: nil),
        rows: 2,
        futuresJKorf,
        "Trading/GetPositions.txt"
    ),
    group(
        .binanceFutures,
        .positions(symbol: nil),
        rows: 2,
        py,
        "futures_account_positions_hedge.json"
    ),
    group(
        .binanceFutures,
        .accountMode(symbol: "BTCUSDT"),
        futuresJKorf,
        "Account/GetPositionInformation.txt"
    ),
    group(.binanceFutures, .balances, rows: 1, futuresJKorf, "Account/GetBalances.txt"),
    group(.binanceFutures, .balances, rows: 1, "nautilus_rs/", "futures/http_json/balance.json"),
    group(
        .binanceFutures,
        .fees(symbol: "BTCUSDT"),
        futuresJKorf,
        "Account/GetUserCommissionRate.txt"
    ),
    group(
        .binanceFutures,
        .fees(symbol: "BTCUSDT"),
        py + "futures_wallet_commission_rate_",
        "btcusdt.json btcusdt_quarterly.json ethusdt.json"
    ),
    group(.binanceFutures, listing, rows: 3, py, "futures_market_exchange_info.json"),
    group(.binanceFutures, listing, rows: 1, futuresJKorf, "ExchangeData/GetExchangeInfo.txt"),
    group(
        .binanceFutures,
        .tickers,
        rows: 1,
        futuresJKorf,
        "ExchangeData/GetTicker.txt",
        isOneOfList: true
    ),
    group(
        .binanceFutures,
        .book(symbol: "BTCUSDT", depth: 100),
        futuresJKorf,
        "ExchangeData/GetOrderBook.txt"
    ),
    group(.binanceFutures, .serverTime, futuresJKorf, "ExchangeData/GetServerTime.txt"),
    group(
        .binanceFutures,
        .setLeverage(symbol: "BTCUSDT", decimal("21")),
        futuresJKorf,
        "Account/ChangeInitialLeverage.txt"
    ),
    group(
        .binanceFutures,
        .setMarginMode(symbol: "BTCUSDT", .isolated),
        futuresJKorf,
        "Account/ChangeMarginType.txt"
    ),
    group(
        .binanceFutures,
        .setOneWayMode(symbol: "BTCUSDT"),
        futuresJKorf,
        "Account/ModifyPositionMode.txt"
    ),
    group(.binanceFutures, silence, futuresJKorf, "Trading/CancelAllOrdersAfterTimeout.txt"),
    group(
        .binanceFutures,
        .listenKey(.renew("the-listen-key")),
        futuresJKorf,
        "Account/KeepAliveUserStream.txt"
    ),
]

/// Every answer to a supported call among the files.
let binanceAnswers = (spotGroups + futuresGroups).flatMap(\.files)

/// Answers that no venue would give: the filters are left out, so there is no grid.
let binanceUnreadable =
    (group(.binanceSpot, listing, docs, "Exchange_information.json").files
        + group(.binanceSpot, listing, spotJKorf, "ExchangeData/GetExchangeInfo.txt").files)

/// Refusals, with the call that they answer.
let binanceRefusals: [(path: String, call: VenueCall, proof: Proof)] = [
    (docs + "Error_Codes.json", history, .no(.order(.unknownInstrument))),
    (docs + "Cancel_order_TRADE_2.json", .cancel(limit), .no(.malformed)),
    (docs + "Cancel_order_TRADE_3.json", .cancel(limit), .no(.order(.other))),
    ("xchange/withdraw-400.json", .balances, .no(.access)),
]

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `Every answer of Binance among the fixtures` {
    @Test(arguments: binanceAnswers)
    func `a supported answer is read`(file: BinanceAnswerFile) throws {
        let answer = try file.answer()
        guard case .yes(let facts) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(facts.rowCount == file.group.rows)
    }

    /// The lines before the answer say what another client asked.
    @Test(arguments: binanceAnswers.filter(\.namesRequest))
    func `we ask for it with the same method, path and signature`(
        file: BinanceAnswerFile
    ) throws {
        let request = try BinanceAdapter.test(file.group.market)
            .request(for: file.group.call, at: now)
        let isSigned = request.query.contains("signature=")
        #expect(
            try BinanceFixtures.asked(file.path)
                == [request.method.rawValue, String(request.path), "\(isSigned)"]
        )
    }

    @Test(arguments: binanceUnreadable)
    func `an answer without a grid is refused, and says why`(file: BinanceAnswerFile) throws {
        guard case .unknown(let doubt) = try file.answer() else {
            Issue.record("it was read")
            return
        }
        #expect(doubt.cause == .unreadable && doubt.text.contains("a tick and a step"))
    }

    @Test(arguments: binanceRefusals)
    func `a refusal is told from a success`(path: String, call: VenueCall, proof: Proof) throws {
        let body = try BinanceFixtures.body(path)
        #expect(
            Proof(BinanceAdapter.test(.binanceSpot).answer(to: call, body, status: 400)) == proof
        )
    }

    @Test func `error bodies as they came are classified`() throws {
        let ban = Timestamp(nanoseconds: 1_788_319_856_878_000_000)
        let expected: [(Int, Int, Proof)] = [
            (-4120, 400, .no(.malformed)), (-4116, 400, .unknown(.duplicate)),
            (-2010, 400, .unknown(.duplicate)), (-1003, 418, .no(.limited(until: ban))),
            (-1121, 400, .no(.order(.unknownInstrument))),
        ]
        let lines = try BinanceFixtures.text("ccxt/real_error_bodies.jsonl").split(separator: "\n")
            .filter { $0.contains("\"venue\":\"binance") }
        #expect(lines.count == expected.count)
        for (code, status, proof) in expected {
            let line = try #require(lines.first { $0.contains("\"code\":\(code),") })
            #expect(line.contains("\"http\":\(status)"))
            let start = try #require(line.firstRange(of: "\"body\":")).upperBound
            let body = String(line[start...].dropLast())
            let answer = BinanceAdapter.test(.binanceSpot)
                .answer(to: .cancel(limit), body, status: status)
            #expect(Proof(answer) == proof)
        }
    }
}
