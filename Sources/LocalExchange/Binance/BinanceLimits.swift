internal import Network
internal import Trading

/// What may be asked in how much time.
struct BinanceLimitTerms {
    /// How many orders in how much time.
    struct Orders {
        /// The word of the venue for the unit, as `SECOND`.
        let interval: String
        /// How many units.
        let count: Int
        /// How long that is.
        let span: TimeSpan
        /// How many orders.
        let limit: Int

        /// The end of the header's name, as `10S`.
        var header: String { "\(count)\(interval.prefix(1))" }
    }

    /// The weight of the requests of a minute.
    var weight: Int
    /// The orders of an account.
    var orders: [Orders]
    /// After how many refused requests of one minute everything is refused.
    var patience = 20
    /// For how long everything is refused.
    var ban = TimeSpan(seconds: 120)

    /// Spot, as `exchangeInfo` tells it in 2026.
    static var spot: BinanceLimitTerms {
        BinanceLimitTerms(
            weight: 6000,
            orders: [
                Orders(interval: "SECOND", count: 10, span: TimeSpan(seconds: 10), limit: 100),
                Orders(interval: "DAY", count: 1, span: .day, limit: 200_000),
            ]
        )
    }

    /// USD-M, as `exchangeInfo` tells it in 2026.
    static var futures: BinanceLimitTerms {
        BinanceLimitTerms(
            weight: 2400,
            orders: [
                Orders(interval: "SECOND", count: 10, span: TimeSpan(seconds: 10), limit: 300),
                Orders(interval: "MINUTE", count: 1, span: .minute, limit: 1200),
            ]
        )
    }
}

/// Counts what was asked: weight for all clients together, who come from one address, and orders
/// by account.
struct BinanceLimits {
    let terms: BinanceLimitTerms
    private var minute = Window()
    private var refused = 0
    private var bannedUntil: Timestamp?
    private var orders: [Int: [Window]] = [:]

    private struct Window {
        var number: Int64 = -1
        var used = 0

        mutating func enter(_ now: Timestamp, _ span: TimeSpan) {
            let number = now.nanoseconds / span.nanoseconds
            guard number != self.number else { return }
            self = Window(number: number)
        }

        func end(_ span: TimeSpan) -> Timestamp {
            Timestamp(nanoseconds: (number + 1) * span.nanoseconds)
        }
    }

    init(_ terms: BinanceLimitTerms) { self.terms = terms }

    /// The weight used in this minute.
    var usedWeight: Int { minute.used }

    /// Counts a request, or refuses it.
    mutating func spend(_ weight: Int, at now: Timestamp) throws(BinanceError) {
        if let end = bannedUntil {
            if now < end { throw .banned(until: end, retryAfter: end - now) }
            bannedUntil = nil
        }
        let before = minute.number
        minute.enter(now, .minute)
        if minute.number != before { refused = 0 }
        minute.used += weight
        guard minute.used > terms.weight else { return }
        refused += 1
        if refused > terms.patience {
            let end = now + terms.ban
            bannedUntil = end
            throw .banned(until: end, retryAfter: terms.ban)
        }
        let wait = minute.end(.minute) - now
        throw .tooManyRequests(limit: terms.weight, retryAfter: wait)
    }

    /// Counts an order, or refuses it.
    mutating func countOrder(of account: Int, at now: Timestamp) throws(BinanceError) {
        var windows = windows(of: account, at: now)
        for (place, limit) in terms.orders.enumerated() where windows[place].used >= limit.limit {
            let what =
                "Too many new orders; current limit is \(limit.limit) orders per "
                + "\(limit.count) \(limit.interval)."
            throw BinanceError(-1015, what, status: 429)
                .retried(after: windows[place].end(limit.span) - now)
        }
        for place in windows.indices { windows[place].used += 1 }
        orders[account] = windows
    }

    /// How many orders an account has placed in each of the intervals.
    func orderCounts(of account: Int, at now: Timestamp) -> [Int] {
        windows(of: account, at: now).map(\.used)
    }

    /// The headers of a response.
    func headers(ordersOf account: Int?, at now: Timestamp) -> [HTTPHeader] {
        var headers = [
            HTTPHeader("X-MBX-USED-WEIGHT", String(minute.used)),
            HTTPHeader("X-MBX-USED-WEIGHT-1M", String(minute.used)),
        ]
        if let account {
            for (limit, used) in zip(terms.orders, orderCounts(of: account, at: now)) {
                headers.append(HTTPHeader("X-MBX-ORDER-COUNT-\(limit.header)", String(used)))
            }
        }
        return headers
    }

    private func windows(of account: Int, at now: Timestamp) -> [Window] {
        var windows = orders[account] ?? terms.orders.map { _ in Window() }
        for (place, limit) in terms.orders.enumerated() { windows[place].enter(now, limit.span) }
        return windows
    }
}
