internal import Trading

/// How the venue words what the house refuses, for each kind of market.
enum BybitRefusal {
    /// What is said of an order that was placed.
    static func placing(_ reason: RejectionReason, isSpot: Bool) -> BybitError {
        let row = placing.first { $0.reason == reason } ?? other
        return isSpot ? row.spot.error : row.linear.error
    }

    /// What is said of a change of an order that is not there or not open any more.
    static func missing(_ order: LocalOrder?, isSpot: Bool, to purpose: String) -> BybitError {
        guard isSpot else {
            return BybitError(110001, "order not exists or too late to \(purpose)")
        }
        return switch order?.status {
        case .filled: BybitError(170139, "Order has been filled.")
        case .cancelled, .expired: BybitError(170142, "Order has been canceled")
        default: BybitError(170213, "Order does not exist.")
        }
    }

    /// Whether the venue takes such an order and ends it right after.
    static func isAsynchronous(_ reason: RejectionReason) -> Bool {
        reason == .wouldTake || reason == .noLiquidity || reason == .wouldNotFill
    }

    /// The `rejectReason` of an order that ended.
    static func word(_ order: LocalOrder) -> String {
        switch order.reason {
        case nil: order.status == .cancelled ? "EC_PerCancelRequest" : "EC_NoError"
        case .wouldTake: "EC_PostOnlyWillTakeLiquidity"
        case .noLiquidity, .wouldNotFill: "EC_NoImmediateQtyToFill"
        case .reduceOnly: "EC_ReduceOnly"
        case .insufficientBalance: "EC_InsufficientBalance"
        default: "EC_Others"
        }
    }

    private struct Words {
        let code: Int64
        let text: String
        var error: BybitError { BybitError(code, text) }
        init(_ code: Int64, _ text: String) {
            self.code = code
            self.text = text
        }
    }

    private struct Row {
        let reason: RejectionReason
        let linear: Words
        let spot: Words
        init(_ reason: RejectionReason, linear: Words, spot: Words) {
            self.reason = reason
            self.linear = linear
            self.spot = spot
        }
    }

    private static let placing = [
        Row(
            .insufficientBalance,
            linear: Words(110007, "ab not enough for new order"),
            spot: Words(170131, "Insufficient balance.")
        ),
        Row(
            .belowMinimum,
            linear: Words(110094, "Order does not meet minimum order value"),
            spot: Words(170140, "Order value exceeded lower limit.")
        ),
        Row(
            .aboveMaximum,
            linear: Words(10001, "The number of contracts exceeds maximum limit allowed"),
            spot: Words(170135, "Order quantity exceeded upper limit.")
        ),
        Row(
            .offGrid,
            linear: Words(10001, "Qty invalid"),
            spot: Words(170137, "Order quantity has too many decimals.")
        ),
        Row(
            .reduceOnly,
            linear: Words(
                110017,
                "current position is zero, cannot fix reduce-only order qty"
            ),
            spot: Words(170227, "This feature is not supported.")
        ),
        Row(
            .wouldTrigger,
            linear: Words(110092, "expect Rising, but trigger_price <= current"),
            spot: Words(170130, "Data sent for parameter 'triggerPrice' is not valid.")
        ),
        Row(
            .alreadyEnded,
            linear: Words(110001, "order not exists or too late to replace"),
            spot: Words(170213, "Order does not exist.")
        ),
        Row(
            .unknownOrder,
            linear: Words(110001, "order not exists or too late to replace"),
            spot: Words(170213, "Order does not exist.")
        ),
        Row(
            .wouldTake,
            linear: Words(10001, "Request parameter error."),
            spot: Words(170218, "The LIMIT-MAKER order is rejected due to invalid price.")
        ),
        Row(
            .duplicate,
            linear: Words(110072, "OrderLinkedID is duplicate"),
            spot: Words(170141, "Duplicate clientOrderId")
        ),
    ]

    private static let other = Row(
        .other,
        linear: Words(10001, "Request parameter error."),
        spot: Words(170210, "New order rejected.")
    )
}
