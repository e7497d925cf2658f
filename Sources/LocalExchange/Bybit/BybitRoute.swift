internal import Network
internal import Trading

/// What a signed request asks, and for whom.
struct BybitCall {
    let account: Int
    let parameters: BybitParameters
    let now: Timestamp
}

/// A path of the venue.
struct BybitRoute: Sendable {
    let method: HTTPMethod
    let path: String
    let answer: Answer

    typealias Open =
        @Sendable (BybitFront, BybitParameters, Timestamp) throws(BybitError) -> BybitAnswer
    typealias Signed = @Sendable (BybitFront, BybitCall) throws(BybitError) -> BybitAnswer

    /// Who may ask.
    enum Answer: Sendable {
        /// Everybody.
        case open(Open)
        /// Who signs; what changes something needs a key that may trade.
        case signed(BybitLimit, changes: Bool, Signed)
    }

    /// The path of a request; `nil` for an unknown one.
    static func of(_ request: HTTPRequest) -> BybitRoute? {
        all.first { $0.path == request.path && $0.method == request.method }
    }

    /// The path that does to orders what a message of the trade socket asks, as `order.create`.
    static func ofTrade(_ op: String) -> BybitRoute? {
        let known = [
            "order.create", "order.amend", "order.cancel", "order.create-batch",
            "order.amend-batch", "order.cancel-batch",
        ]
        guard known.contains(op) else { return nil }
        return all.first { $0.path == "/v5/order/" + op.dropFirst(6) }
    }

    private static func open(_ path: String, _ answer: @escaping Open) -> BybitRoute {
        BybitRoute(method: .get, path: "/v5/" + path, answer: .open(answer))
    }

    private static func query(
        _ path: String,
        _ perSecond: Int,
        _ answer: @escaping Signed
    ) -> BybitRoute {
        let limit = BybitLimit(group: path, linear: perSecond, spot: perSecond)
        return BybitRoute(
            method: .get,
            path: "/v5/" + path,
            answer: .signed(limit, changes: false, answer)
        )
    }

    private static func change(
        _ path: String,
        _ linear: Int,
        _ spot: Int,
        _ answer: @escaping Signed
    ) -> BybitRoute {
        BybitRoute(
            method: .post,
            path: "/v5/" + path,
            answer: .signed(
                BybitLimit(group: path, linear: linear, spot: spot),
                changes: true,
                answer
            )
        )
    }

    private static let all: [BybitRoute] = markets + orders + positions + accounts

    private static let markets = [
        open("market/time") { (front, _, now) throws(BybitError) in front.time(now) },
        open("market/instruments-info") { (front, asked, _) throws(BybitError) in
            try front.instruments(asked)
        },
        open("market/orderbook") { (front, asked, now) throws(BybitError) in
            try front.book(asked, now)
        },
        open("market/tickers") { (front, asked, _) throws(BybitError) in
            try front.tickers(asked)
        },
        open("market/kline") { (front, asked, _) throws(BybitError) in
            try front.candles(asked)
        },
        open("market/recent-trade") { (front, asked, _) throws(BybitError) in
            try front.recentTrades(asked)
        },
        open("market/funding/history") { (front, asked, _) throws(BybitError) in
            try front.fundingHistory(asked)
        },
    ]

    private static let orders = [
        change("order/create", 10, 20) { (front, call) throws(BybitError) in
            try front.create(call)
        },
        change("order/amend", 10, 10) { (front, call) throws(BybitError) in
            try front.amend(call)
        },
        change("order/cancel", 10, 20) { (front, call) throws(BybitError) in
            try front.cancel(call)
        },
        change("order/cancel-all", 10, 20) { (front, call) throws(BybitError) in
            try front.cancelAll(call)
        },
        change("order/create-batch", 10, 20) { (front, call) throws(BybitError) in
            try front.batch(call, .create)
        },
        change("order/amend-batch", 10, 20) { (front, call) throws(BybitError) in
            try front.batch(call, .amend)
        },
        change("order/cancel-batch", 10, 20) { (front, call) throws(BybitError) in
            try front.batch(call, .cancel)
        },
        change("order/disconnected-cancel-all", 5, 5) { (front, call) throws(BybitError) in
            try front.setDisconnectWindow(call)
        },
        query("order/realtime", 50) { (front, call) throws(BybitError) in
            try front.openOrders(call)
        },
        query("order/history", 50) { (front, call) throws(BybitError) in
            try front.orderHistory(call)
        },
        query("execution/list", 50) { (front, call) throws(BybitError) in
            try front.executions(call)
        },
    ]

    private static let positions = [
        query("position/list", 50) { (front, call) throws(BybitError) in
            try front.positions(call)
        },
        change("position/set-leverage", 10, 10) { (front, call) throws(BybitError) in
            try front.setLeverage(call)
        },
        change("position/switch-isolated", 10, 10) { (front, call) throws(BybitError) in
            try front.switchIsolated(call)
        },
        change("position/switch-mode", 10, 10) { (front, call) throws(BybitError) in
            try front.switchMode(call)
        },
        change("position/trading-stop", 10, 10) { (front, call) throws(BybitError) in
            try front.tradingStop(call)
        },
    ]

    private static let accounts = [
        query("account/wallet-balance", 50) { (front, call) throws(BybitError) in
            try front.wallet(call)
        },
        query("account/info", 50) { (front, call) throws(BybitError) in front.accountInfo(call) },
        query("account/fee-rate", 10) { (front, call) throws(BybitError) in
            try front.feeRates(call)
        },
        query("account/transaction-log", 30) { (front, call) throws(BybitError) in
            try front.transactions(call)
        },
        change("account/set-margin-mode", 5, 5) { (front, call) throws(BybitError) in
            try front.setMarginMode(call)
        },
        query("user/query-api", 10) { (front, call) throws(BybitError) in front.key(call) },
        query("asset/coin/query-info", 5) { (front, call) throws(BybitError) in
            try front.coins(call)
        },
    ]
}
