internal import Exchange
internal import JSON
internal import Trading

// How an order on spot is described.
extension LocalOrder {
    /// The type, in the words of spot.
    fileprivate var spotType: String {
        if wish.trigger != nil {
            return (isStop ? "STOP_LOSS" : "TAKE_PROFIT") + (wish.type == .limit ? "_LIMIT" : "")
        }
        if wish.type == .market { return "MARKET" }
        return wish.timeInForce == .postOnly ? "LIMIT_MAKER" : "LIMIT"
    }

    fileprivate var spotTimeInForce: String {
        switch wish.timeInForce {
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        case .goodTillCancelled, .postOnly: "GTC"
        }
    }

    /// When it came to the book; `nil` before that.
    fileprivate var spotWorkingTime: JSONText? {
        if wish.trigger == nil { return .time(made) }
        return triggered.map(JSONText.time)
    }

    fileprivate var spotStopPrice: JSONText? { wish.trigger?.price.eight }
}

extension BinanceSpotFront {
    static let prevention = JSONText.text("EXPIRE_MAKER")

    private typealias Members = [(key: String, value: JSONText?)]

    /// The names of an order, with the id of a cancel where there is one.
    private func names(_ order: LocalOrder, _ cancel: String? = nil) -> Members {
        [
            ("symbol", .text(desk.symbol(order.wish.market))),
            ("origClientOrderId", cancel == nil ? nil : .text(order.wish.clientID)),
            ("orderId", .id(order.number)),
            ("orderListId", .integer(-1)),
            ("clientOrderId", .text(cancel ?? order.wish.clientID)),
        ]
    }

    private func amounts(_ order: LocalOrder) -> Members {
        [
            ("price", order.wish.price.eight),
            ("origQty", order.wish.quantity.eight),
            ("executedQty", order.filled.eight),
            ("origQuoteOrderQty", (order.wish.quoteQuantity ?? .zero).eight),
            ("cummulativeQuoteQty", order.filledValue.eight),
            ("status", .text(order.statusWord)),
            ("timeInForce", .text(order.spotTimeInForce)),
            ("type", .text(order.spotType)),
            ("side", .text(order.sideWord)),
        ]
    }

    /// The answer to a new order, as long as was asked for.
    func placed(_ order: LocalOrder, _ type: String, at now: Timestamp) -> JSONText {
        let short = names(order) + [("transactTime", .time(now))]
        if type == "ACK" { return .object(short) }
        let fills = desk.executions(of: order).map { execution in
            JSONText.object([
                ("price", execution.price.eight),
                ("qty", execution.quantity.eight),
                ("commission", execution.fee.eight),
                ("commissionAsset", .text(execution.feeAsset)),
                ("tradeId", .id(execution.number)),
            ])
        }
        return .object(
            short + amounts(order) + [
                ("stopPrice", order.spotStopPrice),
                ("workingTime", order.spotWorkingTime),
                ("fills", type == "FULL" ? .list(fills) : nil),
                ("selfTradePreventionMode", Self.prevention),
            ]
        )
    }

    /// An order as queries tell it.
    func described(_ order: LocalOrder) -> JSONText {
        .object(
            names(order) + amounts(order) + [
                ("stopPrice", (order.wish.trigger?.price ?? .zero).eight),
                ("icebergQty", Quantity.zero.eight),
                ("time", .time(order.made)),
                ("updateTime", .time(order.changed)),
                ("isWorking", .flag(!order.isUntriggered)),
                ("workingTime", order.spotWorkingTime),
                ("selfTradePreventionMode", Self.prevention),
            ]
        )
    }

    /// The answer to a cancel, which has an id of its own.
    func cancelled(_ order: LocalOrder, _ id: String, at now: Timestamp) -> JSONText {
        .object(
            names(order, id) + [("transactTime", .time(now))] + amounts(order) + [
                ("stopPrice", order.spotStopPrice), ("selfTradePreventionMode", Self.prevention),
            ]
        )
    }

    /// An order as the answer to an amendment tells it, which has words of its own.
    func amended(_ order: LocalOrder, _ former: String) -> JSONText {
        .object([
            ("symbol", .text(desk.symbol(order.wish.market))),
            ("orderId", .id(order.number)),
            ("orderListId", .integer(-1)),
            ("origClientOrderId", .text(former)),
            ("clientOrderId", .text(order.wish.clientID)),
            ("price", order.wish.price.eight),
            ("qty", order.wish.quantity.eight),
            ("executedQty", order.filled.eight),
            ("preventedQty", Quantity.zero.eight),
            ("quoteOrderQty", (order.wish.quoteQuantity ?? .zero).eight),
            ("cumulativeQuoteQty", order.filledValue.eight),
            ("status", .text(order.statusWord)),
            ("timeInForce", .text(order.spotTimeInForce)),
            ("type", .text(order.spotType)),
            ("side", .text(order.sideWord)),
            ("workingTime", order.spotWorkingTime),
            ("selfTradePreventionMode", Self.prevention),
        ])
    }

    /// An event of an order, as `TRADE`: with the client's id that it bears, the one before it,
    /// the fill that it tells, and its own number.
    func report(
        _ order: LocalOrder,
        _ type: String,
        names: (now: String, before: String),
        _ execution: LocalExecution?,
        number event: Int64,
        at now: Timestamp
    ) -> JSONText {
        let head: Members = [
            ("e", .text("executionReport")),
            ("E", .time(now)),
            ("s", .text(desk.symbol(order.wish.market))),
            ("c", .text(names.now)),
            ("S", .text(order.sideWord)),
            ("o", .text(order.spotType)),
            ("f", .text(order.spotTimeInForce)),
            ("q", order.wish.quantity.eight),
            ("p", order.wish.price.eight),
            ("P", (order.wish.trigger?.price ?? .zero).eight),
            ("F", Quantity.zero.eight),
            ("g", .integer(-1)),
            ("C", .text(names.before)),
            ("x", .text(type)),
            ("X", .text(order.statusWord)),
            ("r", .text(type == "REJECTED" ? order.spotReason : "NONE")),
            ("i", .id(order.number)),
        ]
        return .object(head + filling(order, execution, number: event))
    }

    /// The second half of an event: what was filled, and when.
    private func filling(_ order: LocalOrder, _ execution: LocalExecution?, number event: Int64)
        -> Members
    {
        let last = execution.map { $0.quantity.notional(at: $0.price, .halfEven) } ?? .zero
        let isTaking = execution != nil && order.wish.type == .market
        let isWorking = order.isOpen && !order.isUntriggered && !isTaking
        let trade = execution.map { JSONText.id($0.number) } ?? .integer(-1)
        return [
            ("l", (execution?.quantity ?? .zero).eight),
            ("z", order.filled.eight),
            ("L", (execution?.price ?? .zero).eight),
            ("n", execution?.fee.eight ?? .text("0")),
            ("N", execution.map { JSONText.text($0.feeAsset) } ?? .null),
            ("T", .time(order.changed)),
            ("t", trade),
            ("I", .integer(event)),
            ("w", .flag(isWorking)),
            ("m", .flag(execution?.isMaker ?? false)),
            ("M", .flag(execution != nil)),
            ("O", .time(order.made)),
            ("Z", order.filledValue.eight),
            ("Y", last.eight),
            ("Q", (order.wish.quoteQuantity ?? .zero).eight),
            ("W", order.spotWorkingTime),
            ("V", Self.prevention),
        ]
    }
}

extension LocalOrder {
    /// Why it was rejected, in the words of spot.
    fileprivate var spotReason: String {
        switch reason {
        case .insufficientBalance: "INSUFFICIENT_BALANCES"
        case .wouldTake: "WOULD_MATCH_IMMEDIATELY"
        case .noLiquidity, .wouldNotFill: "INSUFFICIENT_LIQUIDITY"
        default: "NONE"
        }
    }
}
