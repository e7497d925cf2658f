internal import JSON
internal import Network
internal import Trading

/// Request weight, of all clients together, and order counts, of each account by itself; counted in
/// windows that begin with the clock's.
struct BinanceLimits {
    private let weightLimit: Int
    private let orderWindows: [(seconds: Int64, limit: Int)]
    private var minute: Int64 = 0
    private(set) var usedWeight = 0
    /// For each account the windows at hand and what was counted in them.
    private var orders: [Int: [(window: Int64, count: Int)]] = [:]

    init(weight: Int, orders: [(seconds: Int64, limit: Int)]) {
        weightLimit = weight
        orderWindows = orders
    }

    /// Counts a request.
    ///
    /// - Returns: How long to wait where it is one too many.
    mutating func takeWeight(at now: Timestamp, _ weight: Int = 1) -> TimeSpan? {
        let second = now.nanoseconds / 1_000_000_000
        if second / 60 != minute {
            minute = second / 60
            usedWeight = 0
        }
        usedWeight += weight
        return usedWeight > weightLimit ? TimeSpan(seconds: 60 - second % 60) : nil
    }

    /// Counts an order.
    ///
    /// - Throws: What the venue answers where it is one too many; it is not counted then.
    mutating func takeOrder(by account: Int, at now: Timestamp) throws(BinanceError) {
        let counts = orderCounts(of: account, at: now)
        for (rule, count) in zip(orderWindows, counts) where count >= rule.limit {
            let (number, unit) = Self.words(rule.seconds)
            let second = now.nanoseconds / 1_000_000_000
            throw BinanceError(
                status: 429,
                code: -1015,
                text: "Too many new orders; current limit is \(rule.limit) orders per \(number) "
                    + "\(unit).",
                retryAfter: TimeSpan(seconds: rule.seconds - second % rule.seconds)
            )
        }
        orders[account] = zip(orderWindows, counts).map { rule, count in
            (now.nanoseconds / 1_000_000_000 / rule.seconds, count + 1)
        }
    }

    private func orderCounts(of account: Int, at now: Timestamp) -> [Int] {
        guard let known = orders[account] else { return orderWindows.map { _ in 0 } }
        return zip(orderWindows, known).map { rule, counted in
            now.nanoseconds / 1_000_000_000 / rule.seconds == counted.window ? counted.count : 0
        }
    }

    /// A window in the venue's words, as 10 and `SECOND`.
    private static func words(_ seconds: Int64) -> (number: Int64, unit: String) {
        if seconds % 86_400 == 0 { return (seconds / 86_400, "DAY") }
        return seconds % 60 == 0 ? (seconds / 60, "MINUTE") : (seconds, "SECOND")
    }

    /// What the answer to an order tells of its account's counts, as `X-MBX-ORDER-COUNT-10S`.
    func orderHeaders(of account: Int, at now: Timestamp) -> [HTTPHeader] {
        zip(orderWindows, orderCounts(of: account, at: now)).map { rule, count in
            let (number, unit) = Self.words(rule.seconds)
            return HTTPHeader("X-MBX-ORDER-COUNT-\(number)\(unit.prefix(1))", "\(count)")
        }
    }

    /// The order counts of an account, as `GET /api/v3/rateLimit/order` tells them.
    func orderLimits(of account: Int, at now: Timestamp) -> JSONText {
        .list(
            zip(orderWindows, orderCounts(of: account, at: now)).map { rule, count in
                let (number, unit) = Self.words(rule.seconds)
                return .object([
                    ("rateLimitType", .text("ORDERS")), ("interval", .text(unit)),
                    ("intervalNum", .integer(number)), ("limit", .integer(Int64(rule.limit))),
                    ("count", .integer(Int64(count))),
                ])
            }
        )
    }

    /// What both of Binance's venues answer in trouble.
    static func answer(in trouble: VenueTrouble, at now: Timestamp) -> HTTPResponse {
        switch trouble {
        case .tooMany(let span):
            BinanceError(
                status: 429,
                code: -1003,
                text: "Too much request weight used; current limit is 6000 request weight per 1 "
                    + "MINUTE. Please use WebSocket Streams for live updates to avoid polling "
                    + "the API.",
                retryAfter: span
            ).response
        case .banned(let span):
            BinanceError(
                status: 418,
                code: -1003,
                text: "Way too many requests; IP(127.0.0.1) banned until "
                    + "\((now + span).nanoseconds / 1_000_000). Please use WebSocket Streams for "
                    + "live updates to avoid bans.",
                retryAfter: span
            ).response
        case .serverError(let status):
            BinanceError(
                status: status,
                code: -1007,
                text: "Timeout waiting for response from backend server. Send status unknown; "
                    + "execution status unknown."
            ).response
        case .maintenance:
            BinanceError(
                status: 503,
                code: -1016,
                text: "This service is no longer available."
            ).response
        }
    }
}
