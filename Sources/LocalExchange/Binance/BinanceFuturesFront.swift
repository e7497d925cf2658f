internal import Exchange
internal import JSON
internal import Network
internal import Trading

/// Binance USD-M over a house: `/fapi`, market and private streams, `/ws-fapi/v1`.
///
/// One-way mode, isolated margin, one asset: what would change that is refused, and so are
/// trailing stops, stops on the mark price and orders that are good till a date.
final class BinanceFuturesFront: BinanceFront {
    static let roots = ["/fapi/"]
    static let host = "fstream.binance.com"
    static let requestPath = "/ws-fapi/v1"
    static let categories = ["public", "market", "private"]
    static let messagesPerSecond = 10

    let desk: BinanceDesk
    let router = BinanceRouter<BinanceFuturesFront>(
        BinanceFuturesFront.marketRoutes + BinanceFuturesFront.orderRoutes
            + BinanceFuturesFront.algoRoutes + BinanceFuturesFront.accountRoutes
            + BinanceFuturesFront.settingRoutes
    )
    /// By account.
    var listenKeys: [Int: ListenKey] = [:]
    /// When all orders of an account in a market are to be cancelled.
    var countdowns: [Countdown: Timestamp] = [:]
    /// What accounts have earned and paid, oldest first.
    var incomes: [BinanceIncome] = []
    /// What closing brought so far.
    var realised: [Countdown: Money] = [:]
    /// The funding that was settled, oldest first.
    var fundings: [(market: Int, mark: MarkPrice)] = []
    /// The mark price of each market at the last tick.
    var lastMarks: [Int: MarkPrice] = [:]

    /// A key that opens the private stream of an account.
    struct ListenKey {
        let key: String
        var expires: Timestamp
    }

    /// An account in a market.
    struct Countdown: Hashable {
        let account: Int
        let market: Int
    }

    /// How long a listen key is good.
    static var listenKeyLife: TimeSpan { TimeSpan(seconds: 3600) }

    /// Speaks for the USD-M markets of a house.
    ///
    /// - Parameters:
    ///   - house: What is traded and by whom.
    ///   - outbox: Where messages go.
    ///   - limits: What may be asked in how much time.
    init(_ house: LocalHouse, outbox: Outbox, limits: BinanceLimitTerms = .futures) {
        desk = BinanceDesk(house, outbox, .binanceFutures, limits)
    }

    func listen(_ socket: inout BinanceSocket, to name: String) -> Bool {
        guard listenKeys.values.contains(where: { $0.key == name }) else { return false }
        if !socket.keys.contains(name) { socket.keys.append(name) }
        return true
    }

    func tickAccounts(at now: Timestamp) {
        for market in desk.markets { noteFunding(market) }
        for account in listenKeys.keys.sorted() { expireKey(of: account, at: now) }
        let due = countdowns.filter { $0.value <= now }.keys
        for place in due.sorted(by: { ($0.account, $0.market) < ($1.account, $1.market) }) {
            countdowns[place] = nil
            cancelAll(of: place.account, in: place.market, at: now)
        }
    }

    private func noteFunding(_ market: Int) {
        guard let mark = desk.house.markets[market].mark else { return }
        if let last = lastMarks[market], last.nextFunding < mark.nextFunding {
            if fundings.count == 1000 { fundings.removeFirst(500) }
            fundings.append((market, last))
        }
        lastMarks[market] = mark
    }
}

// MARK: The endpoints

extension BinanceFuturesFront {
    private typealias Route = BinanceRoute<BinanceFuturesFront>

    private static var marketRoutes: [BinanceRoute<BinanceFuturesFront>] {
        let depth = BinanceWeight.byLevels([(50, 2), (100, 5), (500, 10), (1000, 20)], usual: 500)
        let tickers = BinanceWeight.bySymbol(1, all: 2)
        return [
            Route(.get, "/fapi/v1/ping", socket: "ping") { _ in { _ in .object([]) } },
            Route(.get, "/fapi/v1/time", socket: "time") { _ in
                { ask in .object([("serverTime", .time(ask.now))]) }
            },
            Route(.get, "/fapi/v1/exchangeInfo") { $0.exchangeInfo },
            Route(.get, "/fapi/v1/depth", socket: "depth", .anyone, depth) { $0.desk.depth },
            Route(.get, "/fapi/v1/trades", .anyone, .flat(5)) { $0.desk.trades },
            Route(.get, "/fapi/v1/historicalTrades", .anyone, .flat(20)) { $0.desk.trades },
            Route(.get, "/fapi/v1/aggTrades", .anyone, .flat(20)) { $0.desk.aggregateTrades },
            Route(.get, "/fapi/v1/klines", .anyone, .flat(5)) { $0.desk.klines },
            Route(.get, "/fapi/v1/ticker/24hr", .anyone, .bySymbol(1, all: 40)) {
                $0.desk.dayTicker
            },
            Route(.get, "/fapi/v1/ticker/price", .anyone, tickers) { $0.desk.priceTicker },
            Route(.get, "/fapi/v2/ticker/price", socket: "ticker.price", .anyone, tickers) {
                $0.desk.priceTicker
            },
            Route(
                .get,
                "/fapi/v1/ticker/bookTicker",
                socket: "ticker.book",
                .anyone,
                .bySymbol(2, all: 5)
            ) { $0.desk.bookTicker },
            Route(.get, "/fapi/v1/premiumIndex", .anyone, .bySymbol(1, all: 10)) {
                $0.premiumIndex
            },
            Route(.get, "/fapi/v1/fundingRate") { $0.fundingRates },
            Route(.get, "/fapi/v1/fundingInfo") { $0.fundingInfo },
        ]
    }

    private static var orderRoutes: [BinanceRoute<BinanceFuturesFront>] {
        let open = BinanceWeight.bySymbol(1, all: 40)
        return [
            Route(.post, "/fapi/v1/order", socket: "order.place", .order) { $0.newOrder },
            Route(.post, "/fapi/v1/order/test", .trading) { $0.testOrder },
            Route(.put, "/fapi/v1/order", socket: "order.modify", .order) { $0.modifyOrder },
            Route(.get, "/fapi/v1/order", socket: "order.status", .signed) { $0.queryOrder },
            Route(.delete, "/fapi/v1/order", socket: "order.cancel", .trading) { $0.cancelOrder },
            Route(.get, "/fapi/v1/openOrder", .signed) { $0.queryOpenOrder },
            Route(.get, "/fapi/v1/openOrders", .signed, open) { $0.openOrders },
            Route(.get, "/fapi/v1/allOrders", .signed, .flat(5)) { $0.allOrders },
            Route(.delete, "/fapi/v1/allOpenOrders", .trading) { $0.cancelOpenOrders },
            Route(.post, "/fapi/v1/countdownCancelAll", .trading, .flat(10)) {
                $0.startCountdown
            },
            Route(.get, "/fapi/v1/userTrades", .signed, .flat(5)) { $0.userTrades },
        ]
    }

    private static var algoRoutes: [BinanceRoute<BinanceFuturesFront>] {
        let open = BinanceWeight.bySymbol(1, all: 40)
        return [
            Route(.post, "/fapi/v1/algoOrder", socket: "algoOrder.place", .order) {
                $0.newAlgoOrder
            },
            Route(.get, "/fapi/v1/algoOrder", .signed) { $0.queryAlgoOrder },
            Route(.delete, "/fapi/v1/algoOrder", socket: "algoOrder.cancel", .trading) {
                $0.cancelAlgoOrder
            },
            Route(.get, "/fapi/v1/openAlgoOrders", .signed, open) { $0.openAlgoOrders },
            Route(.get, "/fapi/v1/allAlgoOrders", .signed, .flat(5)) { $0.allAlgoOrders },
            Route(.delete, "/fapi/v1/algoOpenOrders", .trading) { $0.cancelOpenAlgoOrders },
        ]
    }

    private static var accountRoutes: [BinanceRoute<BinanceFuturesFront>] {
        let five = BinanceWeight.flat(5)
        return [
            Route(.get, "/fapi/v2/account", socket: "account.status", .signed, five) {
                $0.accountV2
            },
            Route(.get, "/fapi/v3/account", socket: "v2/account.status", .signed, five) {
                $0.accountV3
            },
            Route(.get, "/fapi/v2/balance", socket: "account.balance", .signed, five) {
                $0.balances
            },
            Route(.get, "/fapi/v3/balance", socket: "v2/account.balance", .signed, five) {
                $0.balances
            },
            Route(.get, "/fapi/v2/positionRisk", socket: "account.position", .signed, five) {
                $0.positionsV2
            },
            Route(.get, "/fapi/v3/positionRisk", socket: "v2/account.position", .signed, five) {
                $0.positionsV3
            },
            Route(.get, "/fapi/v1/income", .signed, .flat(30)) { $0.income },
            Route(.get, "/fapi/v1/commissionRate", .signed, .flat(20)) { $0.commissionRate },
            Route(.get, "/fapi/v1/accountConfig", .signed, five) { $0.accountConfig },
            Route(.get, "/fapi/v1/symbolConfig", .signed, five) { $0.symbolConfig },
            Route(.get, "/fapi/v1/leverageBracket", .signed) { $0.leverageBrackets },
            Route(.get, "/fapi/v1/rateLimit/order", .signed) { front in
                { _ in front.desk.orderTerms }
            },
        ]
    }

    private static var settingRoutes: [BinanceRoute<BinanceFuturesFront>] {
        [
            Route(.post, "/fapi/v1/leverage", .trading) { $0.setLeverage },
            Route(.post, "/fapi/v1/marginType", .trading) { $0.setMarginType },
            Route(.get, "/fapi/v1/positionSide/dual", .signed, .flat(30)) { $0.positionMode },
            Route(.post, "/fapi/v1/positionSide/dual", .trading) { $0.setPositionMode },
            Route(.get, "/fapi/v1/multiAssetsMargin", .signed, .flat(30)) { $0.assetMode },
            Route(.post, "/fapi/v1/multiAssetsMargin", .trading) { $0.setAssetMode },
            Route(.post, "/fapi/v1/listenKey", socket: "userDataStream.start", .key) {
                $0.makeListenKey
            },
            Route(.put, "/fapi/v1/listenKey", socket: "userDataStream.ping", .key) {
                $0.keepListenKey
            },
            Route(.delete, "/fapi/v1/listenKey", socket: "userDataStream.stop", .key) {
                $0.closeListenKey
            },
        ]
    }
}
