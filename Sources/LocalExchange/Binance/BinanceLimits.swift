internal import JSON
internal import Network
internal import Trading

/// Request weight and order counts, counted in windows that begin with the clock's.
struct BinanceLimits {
    private let weightLimit: Int
    private let orderWindows: [(seconds: Int64, limit: Int)]
    private var minute: Int64 = 0
    private(set) var usedWeight = 0
    private var windows: [Int64]
    private var counts: [Int]

    init(weight: Int, orders: [(seconds: Int64, limit: Int)]) {
        weightLimit = weight
        orderWindows = orders
        windows = orders.map { _ in 0 }
        counts = orders.map { _ in 0 }
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
    mutating func takeOrder(at now: Timestamp) {
        let second = now.nanoseconds / 1_000_000_000
        for place in orderWindows.indices {
            let window = second / orderWindows[place].seconds
            if window != windows[place] {
                windows[place] = window
                counts[place] = 0
            }
            counts[place] += 1
        }
    }

    /// The order counts with the names of their windows, as `10S`.
    var orderCounts: [(name: String, count: Int)] {
        zip(orderWindows, counts).map { window, count in
            let name =
                window.seconds % 86_400 == 0
                ? "\(window.seconds / 86_400)D"
                : window.seconds % 60 == 0
                    ? "\(window.seconds / 60)M" : "\(window.seconds)S"
            return (name, count)
        }
    }

    var orderLimits: JSONText {
        .list(
            zip(orderWindows, counts).map { window, count in
                let isDay = window.seconds % 86_400 == 0
                return .object([
                    ("rateLimitType", .text("ORDERS")),
                    ("interval", .text(isDay ? "DAY" : "SECOND")),
                    ("intervalNum", .integer(isDay ? 1 : window.seconds)),
                    ("limit", .integer(Int64(window.limit))),
                    ("count", .integer(Int64(count))),
                ])
            }
        )
    }

    /// What both of Binance's venues answer in trouble.
    static func answer(in trouble: VenueTrouble, at now: Timestamp) -> HTTPResponse {
        func wait(_ span: TimeSpan) -> HTTPHeader {
            HTTPHeader("Retry-After", "\((span.nanoseconds + 999_999_999) / 1_000_000_000)")
        }
        switch trouble {
        case .tooMany(let span):
            var response = BinanceError(
                status: 429,
                code: -1003,
                text: "Too much request weight used; current limit is 6000 request weight per 1 "
                    + "MINUTE. Please use WebSocket Streams for live updates to avoid polling "
                    + "the API."
            ).response
            response.headers.append(wait(span))
            return response
        case .banned(let span):
            let end = (now + span).nanoseconds / 1_000_000
            var response = BinanceError(
                status: 418,
                code: -1003,
                text: "Way too many requests; IP(127.0.0.1) banned until \(end). Please use "
                    + "WebSocket Streams for live updates to avoid bans."
            ).response
            response.headers.append(wait(span))
            return response
        case .serverError(let status):
            return BinanceError(
                status: status,
                code: -1007,
                text: "Timeout waiting for response from backend server. Send status unknown; "
                    + "execution status unknown."
            ).response
        case .maintenance:
            return BinanceError(
                status: 503,
                code: -1016,
                text: "This service is no longer available."
            ).response
        }
    }
}
