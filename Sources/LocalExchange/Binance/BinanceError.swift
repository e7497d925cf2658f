internal import JSON
internal import Network
internal import Trading

/// What Binance refuses a request with: a status, a code, a text.
///
/// Source of codes and texts: the errors pages of the spot and USD-M documentation.
struct BinanceError: Error {
    /// The status of the HTTP response.
    var status = 400
    /// The code of the body.
    var code: Int64
    /// The text of the body.
    var message: String
    /// What some bodies tell beyond.
    var data: JSONText?
    /// Headers beyond the usual.
    var headers: [HTTPHeader] = []

    init(_ code: Int64, _ message: String, status: Int = 400, data: JSONText? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.data = data
    }

    /// The body.
    var body: JSONText {
        .object([("code", .integer(code)), ("msg", .text(message)), ("data", data)])
    }
}

// MARK: Requests that are not understood

extension BinanceError {
    static func missing(_ parameter: String) -> BinanceError {
        let what = "Mandatory parameter '\(parameter)' was not sent, was empty/null, or malformed."
        return BinanceError(-1102, what)
    }

    static func illegal(_ parameter: String, range: String) -> BinanceError {
        let what =
            "Illegal characters found in parameter '\(parameter)'; legal range is '\(range)'."
        return BinanceError(-1100, what)
    }

    static func notNeeded(_ parameter: String) -> BinanceError {
        BinanceError(-1106, "Parameter '\(parameter)' sent when not required.")
    }

    /// A value that this exchange cannot serve is refused too, rather than taken for another.
    static func invalid(_ parameter: String) -> BinanceError {
        BinanceError(-1130, "Data sent for parameter '\(parameter)' is not valid.")
    }

    static func unknownPath(_ path: some StringProtocol, _ method: HTTPMethod) -> BinanceError {
        let what = "Path \(path), Method \(method.rawValue) is invalid"
        return BinanceError(-5000, what, status: 404)
    }

    static let badSymbol = BinanceError(-1121, "Invalid symbol.")
    static let badOrderType = BinanceError(-1116, "Invalid orderType.")
    static let badSide = BinanceError(-1117, "Invalid side.")
    static let badTimeInForce = BinanceError(-1115, "Invalid timeInForce.")
    static let badInterval = BinanceError(-1120, "Invalid interval.")
}

// MARK: Keys, signatures, times

extension BinanceError {
    static let badKeyFormat = BinanceError(-2014, "API-key format invalid.", status: 401)
    static let badKey = BinanceError(
        -2015,
        "Invalid API-key, IP, or permissions for action.",
        status: 401
    )
    static let badSignature = BinanceError(-1022, "Signature for this request is not valid.")
    static let lateTimestamp = BinanceError(
        -1021,
        "Timestamp for this request is outside of the recvWindow."
    )
    static let earlyTimestamp = BinanceError(
        -1021,
        "Timestamp for this request was 1000ms ahead of the server's time."
    )
    static let longWindow = BinanceError(-1131, "recvWindow must be less than 60000")
    static let badListenKey = BinanceError(-1125, "This listenKey does not exist.")
}

// MARK: Orders

extension BinanceError {
    static func filter(_ name: String) -> BinanceError {
        BinanceError(-1013, "Filter failure: \(name)")
    }

    static let duplicateOrder = BinanceError(-2010, "Duplicate order sent.")
    static let insufficientBalance = BinanceError(
        -2010,
        "Account has insufficient balance for requested action."
    )
    static let wouldTake = BinanceError(-2010, "Order would immediately match and take.")
    static let wouldTrigger = BinanceError(-2010, "Order would trigger immediately.")
    static let marketClosed = BinanceError(-2010, "Market is closed.")
    static let unknownOrder = BinanceError(-2011, "Unknown order sent.")
    static let noSuchOrder = BinanceError(-2013, "Order does not exist.")
    static let archivedOrder = BinanceError(
        -2026,
        "Order was canceled or expired with no executed qty over 90 days ago and has been archived."
    )
}

// MARK: Trouble

extension BinanceError {
    /// The status of an order request is unknown after these.
    static func server(_ status: Int) -> BinanceError {
        if status == 504 || status == 408 {
            return BinanceError(
                -1007,
                "Timeout waiting for response from backend server."
                    + " Send status unknown; execution status unknown.",
                status: status
            )
        }
        return BinanceError(
            -1006,
            "An unexpected response was received from the message bus. Execution status unknown.",
            status: status
        )
    }

    static let maintenance = BinanceError(1, "System is under maintenance.", status: 503)

    static func tooManyRequests(limit: Int, retryAfter: TimeSpan) -> BinanceError {
        BinanceError(
            -1003,
            "Too much request weight used; current limit is \(limit) request weight per 1 MINUTE. "
                + "Please use WebSocket Streams for live updates to avoid polling the API.",
            status: 429
        ).retried(after: retryAfter)
    }

    static func banned(until end: Timestamp, retryAfter: TimeSpan) -> BinanceError {
        BinanceError(
            -1003,
            "Way too much request weight used; IP banned until \(end.milliseconds). "
                + "Please use WebSocket Streams for live updates to avoid bans.",
            status: 418
        ).retried(after: retryAfter)
    }

    /// The same with the header that says when to come again, in whole seconds.
    func retried(after span: TimeSpan) -> BinanceError {
        var error = self
        let seconds = (span.nanoseconds + 999_999_999) / 1_000_000_000
        error.headers.append(HTTPHeader("Retry-After", String(seconds)))
        return error
    }
}
