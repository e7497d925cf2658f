internal import Exchange
internal import JSON
public import Network
public import Trading

/// Binance spot over a house: REST, market streams, and the WebSocket API with user data.
///
/// Paths and payloads are those of binance-spot-api-docs; what is not offered answers 404 as the
/// venue does, and the documentation lists it.
public final class BinanceSpotFront: VenueFront {
    let house: LocalHouse
    let outbox: Outbox
    let seed: UInt64
    var books: [PublishedBook]
    /// What each socket listens to, in the order of its subscriptions.
    var listeners: [SocketID: Listener] = [:]
    /// The name of the cancel that an order is being ended by.
    var cancelNames: [UInt64: String] = [:]
    /// The last execution that was told, for the order report that follows it.
    var lastExecution: LocalExecution?
    private var limits = BinanceLimits(weight: 6000, orders: [(10, 100), (86_400, 200_000)])
    private var nextPush = Timestamp.never

    /// A client of streams.
    struct Listener {
        /// Whether messages are wrapped with the name of their stream.
        var isCombined: Bool
        var streams: [String] = []
        /// Whether it speaks the WebSocket API, and which account's data it gets.
        var isAPI = false
        var account: Int?
    }

    /// Speaks for a house; ids that clients leave open are made from the seed.
    public init(_ house: LocalHouse, _ outbox: Outbox, seed: UInt64) {
        self.house = house
        self.outbox = outbox
        self.seed = seed
        books = house.markets.map { _ in PublishedBook() }
    }

    func milliseconds(_ time: Timestamp) -> JSONText { .integer(time.nanoseconds / 1_000_000) }

    /// An id of 22 letters and digits, the same for the same seed and number.
    func generatedID(_ number: UInt64) -> String {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ number
        return String(
            (0..<22).map { _ in
                state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9 &+ 0x94D0_49BB_1331_11EB
                return alphabet[Int((state >> 33) % 62)]
            }
        )
    }

    func market(_ parameters: BinanceParameters) throws(BinanceError) -> Int {
        let symbol = try parameters.required("symbol")
        guard let market = house.market(.binanceSpot, symbol) else { throw .symbol }
        return market
    }

    // MARK: Requests

    /// Answers a request.
    public func answer(_ request: HTTPRequest, at now: Timestamp) -> HTTPResponse? {
        guard request.path.hasPrefix("/api/v3/") || request.path.hasPrefix("/sapi/v1/") else {
            return nil
        }
        if let wait = limits.takeWeight(at: now) {
            return answer(request, in: .tooMany(retryAfter: wait), at: now)
        }
        do throws(BinanceError) {
            var response = try route(request, at: now)
            response.headers.append(
                HTTPHeader("X-MBX-USED-WEIGHT-1M", "\(limits.usedWeight)")
            )
            return response
        } catch {
            return error.response
        }
    }

    private func route(_ request: HTTPRequest, at now: Timestamp) throws(BinanceError)
        -> HTTPResponse
    {
        let parameters = BinanceParameters(request)
        let call = "\(request.method.rawValue) \(request.path)"
        if let value = try publicAnswer(call, parameters, at: now) { return .json(value) }
        let account = try account(request, parameters, at: now)
        switch call {
        case "POST /api/v3/order", "POST /api/v3/order/test":
            guard house.accounts[account].mayTrade else { throw .unknownKey }
            let isTest = call.hasSuffix("/test")
            if !isTest { limits.takeOrder(at: now) }
            let value = try place(parameters, account, isTest: isTest, at: now)
            return .json(
                value,
                limits.orderCounts.map { name, count in
                    HTTPHeader("X-MBX-ORDER-COUNT-\(name)", "\(count)")
                }
            )
        case "DELETE /api/v3/order": return .json(try cancel(parameters, account, at: now))
        case "GET /api/v3/order": return .json(try query(parameters, account))
        case "GET /api/v3/openOrders": return .json(try openOrders(parameters, account))
        case "DELETE /api/v3/openOrders":
            return .json(try cancelAll(parameters, account, at: now))
        case "GET /api/v3/allOrders": return .json(try allOrders(parameters, account))
        case "GET /api/v3/myTrades": return .json(try trades(parameters, account))
        case "GET /api/v3/account": return .json(accountAnswer(account, parameters, at: now))
        case "GET /api/v3/account/commission": return .json(try commission(parameters))
        case "GET /api/v3/rateLimit/order": return .json(limits.orderLimits)
        case "GET /sapi/v1/account/apiRestrictions": return .json(restrictions(account, at: now))
        case "GET /sapi/v1/capital/config/getall": return .json(coins(account))
        case "GET /sapi/v1/asset/tradeFee": return .json(try tradeFees(parameters))
        // Clients ask for these when they load markets; margin is not traded here.
        case "GET /sapi/v1/margin/allPairs", "GET /sapi/v1/margin/isolated/allPairs":
            return .json(.list([]))
        default: return HTTPResponse(status: 404)
        }
    }

    /// The account whose key and signature a request has.
    private func account(
        _ request: HTTPRequest,
        _ parameters: BinanceParameters,
        at now: Timestamp
    ) throws(BinanceError) -> Int {
        guard let key = request.header("X-MBX-APIKEY"), !key.isEmpty else { throw .keyFormat }
        guard let account = house.account(key: key) else { throw .unknownKey }
        try parameters.requireSignature(by: house.accounts[account].signer, at: now)
        return account
    }

    /// The answer that the venue gives in trouble.
    public func answer(
        _ request: HTTPRequest,
        in trouble: VenueTrouble,
        at now: Timestamp
    ) -> HTTPResponse? {
        guard request.path.hasPrefix("/api/v3/") || request.path.hasPrefix("/sapi/v1/") else {
            return nil
        }
        return BinanceLimits.answer(in: trouble, at: now)
    }

    // MARK: Time

    /// Pushes what has changed in the books ten times a second.
    public func tick(at now: Timestamp) {
        guard now >= nextPush else { return }
        nextPush = now + TimeSpan(milliseconds: 100)
        for market in house.markets.indices { pushBook(market, at: now) }
    }
}

/// A public book as it was last told, with the number of its last change.
struct PublishedBook {
    var bids: [BookLevel] = []
    var asks: [BookLevel] = []
    var lastUpdate: Int64 = 1_000_000
}
