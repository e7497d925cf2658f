internal import JSON
internal import Network
internal import Trading

/// An error as Binance words it.
struct BinanceError: Error, Hashable {
    var status = 400
    var code: Int
    var text: String

    static let unknownKey = BinanceError(
        status: 401,
        code: -2015,
        text: "Invalid API-key, IP, or permissions for action."
    )
    static let keyFormat = BinanceError(
        status: 401,
        code: -2014,
        text: "API-key format invalid."
    )
    static let signature = BinanceError(
        code: -1022,
        text: "Signature for this request is not valid."
    )
    static let late = BinanceError(
        code: -1021,
        text: "Timestamp for this request is outside of the recvWindow."
    )
    static let early = BinanceError(
        code: -1021,
        text: "Timestamp for this request was 1000ms ahead of the server's time."
    )
    static let symbol = BinanceError(code: -1121, text: "Invalid symbol.")
    static let unknownOnCancel = BinanceError(code: -2011, text: "Unknown order sent.")
    static let unknownOnQuery = BinanceError(code: -2013, text: "Order does not exist.")
    static let duplicate = BinanceError(code: -2010, text: "Duplicate order sent.")
    static let side = BinanceError(code: -1117, text: "Invalid side.")
    static let type = BinanceError(code: -1116, text: "Invalid orderType.")
    static let timeInForce = BinanceError(code: -1115, text: "Invalid timeInForce.")

    static func missing(_ name: String) -> BinanceError {
        BinanceError(
            code: -1102,
            text: "Mandatory parameter '\(name)' was not sent, was empty/null, or malformed."
        )
    }

    static func illegal(_ name: String) -> BinanceError {
        BinanceError(code: -1100, text: "Illegal characters found in parameter '\(name)'.")
    }

    /// How spot words a refusal of the matching model.
    static func spot(_ reason: RejectionReason, _ wish: LocalWish, _ market: LocalMarket)
        -> BinanceError
    {
        let filters = market.instrument.filters
        func filter(_ name: String) -> BinanceError {
            BinanceError(code: -1013, text: "Filter failure: \(name)")
        }
        switch reason {
        case .insufficientBalance:
            return BinanceError(
                code: -2010,
                text: "Account has insufficient balance for requested action."
            )
        case .wouldTake:
            return BinanceError(code: -2010, text: "Order would immediately match and take.")
        case .wouldTrigger:
            return BinanceError(code: -2010, text: "Stop price would trigger immediately.")
        case .belowMinimum:
            return filter(wish.quantity < filters.minimumQuantity ? "LOT_SIZE" : "NOTIONAL")
        case .aboveMaximum: return filter("LOT_SIZE")
        case .offGrid:
            let isQuantity = !wish.quantity.value.isMultiple(of: filters.quantityStep.value)
            return filter(isQuantity ? "LOT_SIZE" : "PRICE_FILTER")
        case .unknownOrder, .alreadyEnded: return .unknownOnCancel
        default: return BinanceError(code: -2010, text: "This action is disabled on this account.")
        }
    }

    var response: HTTPResponse {
        .json(
            .object([("code", .integer(Int64(code))), ("msg", .text(text))]),
            status: status
        )
    }
}

extension HTTPResponse {
    /// A JSON answer.
    static func json(_ value: JSONText, status: Int = 200, _ headers: [HTTPHeader] = [])
        -> HTTPResponse
    {
        HTTPResponse(
            status: status,
            headers: [HTTPHeader("Content-Type", "application/json;charset=UTF-8")] + headers,
            body: Array(value.compact.utf8)
        )
    }
}
