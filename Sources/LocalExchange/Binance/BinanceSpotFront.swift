internal import Exchange
internal import JSON
internal import Network
internal import Trading

/// Binance spot over a house: `/api/v3`, a little of `/sapi/v1`, market streams and `/ws-api/v3`.
///
/// What it cannot serve it refuses: order lists, trailing and iceberg orders, SBE, sessions.
final class BinanceSpotFront: BinanceFront {
    static let roots = ["/api/", "/sapi/"]
    static let host = "stream.binance.com"
    static let requestPath = "/ws-api/v3"
    static let categories: [String] = []
    static let messagesPerSecond = 5

    let desk: BinanceDesk
    let router = BinanceRouter<BinanceSpotFront>(
        BinanceSpotFront.marketRoutes + BinanceSpotFront.orderRoutes
            + BinanceSpotFront.accountRoutes
    )
    /// The number of the next event of an order.
    var lastEvent: Int64 = 0
    /// The client's ids that amended orders had before.
    var formerNames: [UInt64: String] = [:]

    /// Speaks for the spot markets of a house.
    ///
    /// - Parameters:
    ///   - house: What is traded and by whom.
    ///   - outbox: Where messages go.
    ///   - limits: What may be asked in how much time.
    init(_ house: LocalHouse, outbox: Outbox, limits: BinanceLimitTerms = .spot) {
        desk = BinanceDesk(house, outbox, .binanceSpot, limits)
    }

    /// Spot has no listen keys since February 2026.
    func listen(_ socket: inout BinanceSocket, to name: String) -> Bool { false }

    func tickAccounts(at now: Timestamp) {}

    private typealias Route = BinanceRoute<BinanceSpotFront>

    private static var marketRoutes: [BinanceRoute<BinanceSpotFront>] {
        let depth = BinanceWeight.byLevels(
            [(100, 5), (500, 25), (1000, 50), (5000, 250)],
            usual: 100
        )
        let tickers = BinanceWeight.bySymbol(2, all: 4)
        return [
            Route(.get, "/api/v3/ping", socket: "ping") { _ in { _ in .object([]) } },
            Route(.get, "/api/v3/time", socket: "time") { _ in
                { ask in .object([("serverTime", .time(ask.now))]) }
            },
            Route(.get, "/api/v3/exchangeInfo", socket: "exchangeInfo", .anyone, .flat(20)) {
                $0.exchangeInfo
            },
            Route(.get, "/api/v3/depth", socket: "depth", .anyone, depth) { $0.desk.depth },
            Route(.get, "/api/v3/trades", socket: "trades.recent", .anyone, .flat(25)) {
                $0.desk.trades
            },
            Route(.get, "/api/v3/historicalTrades", socket: "trades.historical", .anyone, .flat(25))
            {
                $0.desk.trades
            },
            Route(.get, "/api/v3/aggTrades", socket: "trades.aggregate", .anyone, .flat(4)) {
                $0.desk.aggregateTrades
            },
            Route(.get, "/api/v3/klines", socket: "klines", .anyone, .flat(2)) { $0.desk.klines },
            Route(.get, "/api/v3/avgPrice", socket: "avgPrice", .anyone, .flat(2)) {
                $0.desk.averagePrice
            },
            Route(
                .get,
                "/api/v3/ticker/24hr",
                socket: "ticker.24hr",
                .anyone,
                .bySymbol(2, all: 80)
            ) {
                $0.desk.dayTicker
            },
            Route(.get, "/api/v3/ticker/price", socket: "ticker.price", .anyone, tickers) {
                $0.desk.priceTicker
            },
            Route(.get, "/api/v3/ticker/bookTicker", socket: "ticker.book", .anyone, tickers) {
                $0.desk.bookTicker
            },
            Route(.get, "/sapi/v1/system/status") { _ in
                { _ in .object([("status", .integer(0)), ("msg", .text("normal"))]) }
            },
        ]
    }

    private static var orderRoutes: [BinanceRoute<BinanceSpotFront>] {
        [
            Route(.post, "/api/v3/order", socket: "order.place", .order) { $0.newOrder },
            Route(.get, "/api/v3/order", socket: "order.status", .signed, .flat(4)) {
                $0.queryOrder
            },
            Route(.delete, "/api/v3/order", socket: "order.cancel", .trading) { $0.cancelOrder },
            Route(.post, "/api/v3/order/test", socket: "order.test", .trading) { $0.testOrder },
            Route(.post, "/api/v3/order/cancelReplace", socket: "order.cancelReplace", .order) {
                $0.replaceOrder
            },
            Route(
                .put,
                "/api/v3/order/amend/keepPriority",
                socket: "order.amend.keepPriority",
                .trading,
                .flat(4)
            ) { $0.amendOrder },
            Route(
                .get,
                "/api/v3/openOrders",
                socket: "openOrders.status",
                .signed,
                .bySymbol(6, all: 80)
            ) { $0.openOrders },
            Route(.delete, "/api/v3/openOrders", socket: "openOrders.cancelAll", .trading) {
                $0.cancelOpenOrders
            },
            Route(.get, "/api/v3/allOrders", socket: "allOrders", .signed, .flat(20)) {
                $0.allOrders
            },
        ]
    }

    private static var accountRoutes: [BinanceRoute<BinanceSpotFront>] {
        [
            Route(.get, "/api/v3/account", socket: "account.status", .signed, .flat(20)) {
                $0.account
            },
            Route(
                .get,
                "/api/v3/account/commission",
                socket: "account.commission",
                .signed,
                .flat(20)
            ) {
                $0.commission
            },
            Route(.get, "/api/v3/myTrades", socket: "myTrades", .signed, .flat(20)) { $0.myTrades },
            Route(
                .get,
                "/api/v3/rateLimit/order",
                socket: "account.rateLimits.orders",
                .signed,
                .flat(40)
            ) { front in
                { ask in .list(front.desk.orderLimits(of: ask.account, at: ask.now)) }
            },
            Route(.get, "/sapi/v1/account/apiRestrictions", .signed) { $0.keyRestrictions },
            Route(.get, "/sapi/v1/capital/config/getall", .signed) { $0.coins },
            Route(.get, "/sapi/v1/asset/tradeFee", .signed) { $0.tradeFees },
            // ccxt asks for these whenever it loads markets with a key; there is no margin here.
            Route(.get, "/sapi/v1/margin/allPairs", .signed) { _ in { _ in .list([]) } },
            Route(.get, "/sapi/v1/margin/isolated/allPairs", .signed) { _ in { _ in .list([]) } },
        ]
    }
}
