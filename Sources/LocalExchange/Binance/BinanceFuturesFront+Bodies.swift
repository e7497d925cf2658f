internal import Exchange
internal import JSON
internal import Trading

extension LocalOrder {
    /// What it is in the book.
    var futuresType: String { wish.type == .market ? "MARKET" : "LIMIT" }

    /// The type of a conditional order.
    var algoType: String {
        (isStop ? "STOP" : "TAKE_PROFIT") + (wish.type == .market ? "_MARKET" : "")
    }

    var futuresTimeInForce: String {
        switch wish.timeInForce {
        case .goodTillCancelled: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        case .postOnly: "GTX"
        }
    }
}

// How an order on USD-M is described.
extension BinanceFuturesFront {
    private typealias Members = [(key: String, value: JSONText?)]

    private func body(
        _ order: LocalOrder,
        filled: Quantity,
        worth: Money,
        average: Price,
        status: String,
        isQuery: Bool
    ) -> JSONText {
        let market = order.wish.market
        let head: Members = [
            ("orderId", .id(order.number)),
            ("symbol", .text(desk.symbol(market))),
            ("status", .text(status)),
            ("clientOrderId", .text(order.wish.clientID)),
            ("price", desk.text(order.wish.price, market)),
            ("avgPrice", average.places(max(desk.pricePlaces(market), 5))),
            ("origQty", desk.text(order.wish.quantity, market)),
            ("executedQty", desk.text(filled, market)),
            ("cumQty", isQuery ? nil : desk.text(filled, market)),
            ("cumQuote", worth.short),
            ("timeInForce", .text(order.futuresTimeInForce)),
            ("type", .text(order.futuresType)),
        ]
        return .object(
            head + [
                ("reduceOnly", .flag(order.wish.isReduceOnly)),
                ("closePosition", .flag(order.wish.closesPosition)),
                ("side", .text(order.sideWord)),
                ("positionSide", .text("BOTH")),
                ("stopPrice", desk.text(Price.zero, market)),
                ("workingType", .text("CONTRACT_PRICE")),
                ("priceProtect", .flag(false)),
                ("origType", .text(order.futuresType)),
                ("priceMatch", .text("NONE")),
                ("selfTradePreventionMode", .text("EXPIRE_MAKER")),
                ("goodTillDate", .integer(0)),
                ("time", isQuery ? .time(order.made) : nil),
                ("updateTime", .time(order.changed)),
            ]
        )
    }

    private func body(_ order: LocalOrder, isQuery: Bool) -> JSONText {
        body(
            order,
            filled: order.filled,
            worth: order.filledValue,
            average: order.averagePrice,
            status: order.statusWord,
            isQuery: isQuery
        )
    }

    /// The answer to a new order that came before it met the book.
    func acknowledged(_ order: LocalOrder) -> JSONText {
        body(order, filled: .zero, worth: .zero, average: .zero, status: "NEW", isQuery: false)
    }

    /// The answer to a new order, a changed one and a cancel.
    func placed(_ order: LocalOrder) -> JSONText { body(order, isQuery: false) }

    /// An order as queries tell it.
    func described(_ order: LocalOrder) -> JSONText { body(order, isQuery: true) }

    /// An event of an order, as `TRADE`, with the fill that it tells.
    func report(
        _ order: LocalOrder,
        _ type: String,
        _ execution: LocalExecution?,
        at now: Timestamp
    ) -> JSONText {
        let head: Members = [
            ("s", .text(desk.symbol(order.wish.market))),
            ("c", .text(order.wish.clientID)),
            ("S", .text(order.sideWord)),
            ("o", .text(order.futuresType)),
            ("f", .text(order.futuresTimeInForce)),
            ("q", order.wish.quantity.short),
            ("p", order.wish.price.short),
            ("ap", order.averagePrice.short),
            ("sp", .text("0")),
            ("x", .text(type)),
            ("X", .text(order.statusWord)),
            ("i", .id(order.number)),
        ]
        return event(
            head + filling(order, execution) + terms(order, execution),
            order.changed,
            at: now
        )
    }

    private func event(_ body: Members, _ changed: Timestamp, at now: Timestamp) -> JSONText {
        .object([
            ("e", .text("ORDER_TRADE_UPDATE")), ("T", .time(changed)), ("E", .time(now)),
            ("o", .object(body)),
        ])
    }

    private func filling(_ order: LocalOrder, _ execution: LocalExecution?) -> Members {
        let isResting = order.isOpen && order.wish.type == .limit
        let left = isResting ? order.remaining.notional(at: order.wish.price, .halfEven) : .zero
        let isBuy = order.wish.side == .buy
        return [
            ("l", (execution?.quantity ?? .zero).short),
            ("z", order.filled.short),
            ("L", (execution?.price ?? .zero).short),
            ("n", (execution?.fee ?? .zero).short),
            ("N", .text(desk.house.markets[order.wish.market].listing.settle)),
            ("T", .time(order.changed)),
            ("t", .id(execution?.number ?? 0)),
            ("b", (isBuy ? left : .zero).short),
            ("a", (isBuy ? .zero : left).short),
            ("m", .flag(execution?.isMaker ?? false)),
            ("R", .flag(order.wish.isReduceOnly)),
        ]
    }

    private func terms(_ order: LocalOrder, _ execution: LocalExecution?) -> Members {
        let realised = execution?.realised ?? .zero
        let origin = order.origin.map { $0 + BinanceDesk.firstAlgoID }
        return [
            ("wt", .text("CONTRACT_PRICE")),
            ("ot", .text(order.futuresType)),
            ("ps", .text("BOTH")),
            ("cp", .flag(order.wish.closesPosition)),
            ("rp", realised.short),
            ("pP", .flag(false)),
            ("si", .id(origin ?? 0)),
            ("ss", .integer(origin == nil ? 0 : -1)),
            ("st", origin == nil ? nil : .text("ALGO_CONDITION")),
            ("V", .text("EXPIRE_MAKER")),
            ("pm", .text("NONE")),
            ("gtd", .integer(0)),
            ("er", .text("0")),
        ]
    }

    /// The event of a liquidation: its order was placed by the venue.
    func liquidation(_ execution: LocalExecution, at now: Timestamp) -> JSONText {
        let market = execution.market
        let head: Members = [
            ("s", .text(desk.symbol(market))),
            ("c", .text("autoclose-\(execution.time.milliseconds)\(execution.number)")),
            ("S", .text(execution.side == .buy ? "BUY" : "SELL")),
            ("o", .text("LIMIT")), ("f", .text("IOC")),
            ("q", execution.quantity.short), ("p", execution.price.short),
            ("ap", execution.price.short), ("sp", .text("0")),
            ("x", .text("CALCULATED")), ("X", .text("FILLED")),
            ("i", .id(orderID(of: execution))),
            ("l", execution.quantity.short), ("z", execution.quantity.short),
            ("L", execution.price.short), ("n", execution.fee.short),
        ]
        let tail: Members = [
            ("N", .text(execution.feeAsset)), ("T", .time(execution.time)),
            ("t", .id(execution.number)), ("b", .text("0")), ("a", .text("0")),
            ("m", .flag(false)), ("R", .flag(true)), ("wt", .text("CONTRACT_PRICE")),
            ("ot", .text("LIMIT")), ("ps", .text("BOTH")), ("cp", .flag(false)),
            ("rp", execution.realised.short), ("pP", .flag(false)), ("si", .integer(0)),
            ("ss", .integer(0)), ("V", .text("EXPIRE_MAKER")), ("pm", .text("NONE")),
            ("gtd", .integer(0)), ("er", .text("0")),
        ]
        return event(head + tail, execution.time, at: now)
    }
}
