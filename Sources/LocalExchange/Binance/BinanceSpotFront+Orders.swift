internal import Exchange
internal import JSON
internal import Trading

// What an account may do.
extension BinanceSpotFront {
    private static let types: [(word: String, type: OrderType, isConditional: Bool)] = [
        ("LIMIT", .limit, false), ("LIMIT_MAKER", .limit, false), ("MARKET", .market, false),
        ("STOP_LOSS", .market, true), ("STOP_LOSS_LIMIT", .limit, true),
        ("TAKE_PROFIT", .market, true), ("TAKE_PROFIT_LIMIT", .limit, true),
    ]

    /// What a client wants placed.
    private func wish(_ parameters: BinanceParameters) throws(BinanceError) -> LocalWish {
        let market = try market(parameters)
        let side: Side
        switch try parameters.required("side") {
        case "BUY": side = .buy
        case "SELL": side = .sell
        default: throw .side
        }
        let word = try parameters.required("type")
        guard let type = Self.types.first(where: { $0.word == word }) else { throw .type }
        var wish = LocalWish(
            market: market,
            clientID: parameters.text("newClientOrderId") ?? "",
            side: side,
            type: type.type,
            timeInForce: try timeInForce(parameters, word),
            quantity: Quantity(try parameters.decimal("quantity") ?? .zero)
        )
        if let spent = try parameters.decimal("quoteOrderQty"), word == "MARKET" {
            wish.quoteQuantity = Money(spent)
        } else if wish.quantity.isZero {
            throw .missing("quantity")
        }
        if type.type == .limit {
            guard let price = try parameters.decimal("price") else { throw .missing("price") }
            wish.price = Price(price)
        }
        if type.isConditional {
            guard let trigger = try parameters.decimal("stopPrice") else {
                throw .missing("stopPrice")
            }
            // A stop sells when the market falls to it, a take profit when it rises.
            let isStop = word.hasPrefix("STOP_LOSS")
            wish.trigger = LocalTrigger(
                price: Price(trigger),
                rises: (side == .buy) == isStop,
                reserves: true
            )
        }
        return wish
    }

    private func timeInForce(
        _ parameters: BinanceParameters,
        _ type: String
    ) throws(BinanceError) -> TimeInForce {
        if type == "LIMIT_MAKER" { return .postOnly }
        if type == "MARKET" { return .immediateOrCancel }
        if type == "STOP_LOSS" || type == "TAKE_PROFIT" { return .immediateOrCancel }
        switch try parameters.required("timeInForce") {
        case "GTC": return .goodTillCancelled
        case "IOC": return .immediateOrCancel
        case "FOK": return .fillOrKill
        default: throw .timeInForce
        }
    }

    func place(
        _ parameters: BinanceParameters,
        _ account: Int,
        isTest: Bool,
        at now: Timestamp
    ) throws(BinanceError) -> JSONText {
        var wish = try wish(parameters)
        if isTest { return .object([]) }
        if wish.clientID.isEmpty {
            wish.clientID = generatedID(house.nextOrderNumber)
        } else if house.order(clientID: wish.clientID, of: account, in: wish.market)?.isOpen == true
        {
            throw .duplicate
        }
        let first = house.executions.last?.number ?? 0
        let order: LocalOrder
        switch house.place(wish, of: account, at: now) {
        case .done(let placed): order = placed
        case .refused(let reason): throw .spot(reason, wish, house.markets[wish.market])
        }
        let usual = wish.trigger == nil ? "FULL" : "ACK"
        let kind = parameters.text("newOrderRespType") ?? usual
        var fields: [(key: String, value: JSONText?)] = [
            ("symbol", .text(house.markets[wish.market].listing.symbol)),
            ("orderId", .integer(Int64(order.number))), ("orderListId", .integer(-1)),
            ("clientOrderId", .text(order.wish.clientID)), ("transactTime", milliseconds(now)),
        ]
        if kind == "ACK" { return .object(fields) }
        fields +=
            terms(order) + [
                ("workingTime", milliseconds(order.changed)),
                ("selfTradePreventionMode", .text("NONE")),
            ]
        if kind == "FULL" {
            let fills = house.executions.filter { $0.number > first && $0.order == order.number }
            fields.append(("fills", .list(fills.map(fill))))
        }
        return .object(fields)
    }

    private func fill(_ fill: LocalExecution) -> JSONText {
        .object([
            ("price", text(fill.price)), ("qty", text(fill.quantity)),
            ("commission", text(fill.fee)), ("commissionAsset", .text(fill.feeAsset)),
            ("tradeId", .integer(Int64(fill.number))),
        ])
    }

    /// The name of an order's type.
    func type(_ order: LocalOrder) -> String {
        let wish = order.wish
        guard let trigger = wish.trigger else {
            if wish.type == .market { return "MARKET" }
            return wish.timeInForce == .postOnly ? "LIMIT_MAKER" : "LIMIT"
        }
        let name = (wish.side == .buy) == trigger.rises ? "STOP_LOSS" : "TAKE_PROFIT"
        return wish.type == .limit ? name + "_LIMIT" : name
    }

    func timeInForce(_ order: LocalOrder) -> String {
        switch (order.wish.type, order.wish.timeInForce) {
        case (.limit, .immediateOrCancel): "IOC"
        case (.limit, .fillOrKill): "FOK"
        default: "GTC"
        }
    }

    func status(_ order: LocalOrder) -> String {
        switch order.status {
        case .pending, .placed: "NEW"
        case .partiallyFilled: "PARTIALLY_FILLED"
        case .filled: "FILLED"
        case .cancelled: "CANCELED"
        case .rejected: "REJECTED"
        case .expired: "EXPIRED"
        }
    }

    /// What every description of an order has in common.
    private func terms(_ order: LocalOrder) -> [(key: String, value: JSONText?)] {
        let wish = order.wish
        return [
            ("price", text(wish.price)), ("origQty", text(wish.quantity)),
            ("executedQty", text(order.filled)),
            ("origQuoteOrderQty", text(wish.quoteQuantity ?? .zero)),
            ("cummulativeQuoteQty", text(order.filledValue)), ("status", .text(status(order))),
            ("timeInForce", .text(timeInForce(order))), ("type", .text(type(order))),
            ("side", .text(wish.side == .buy ? "BUY" : "SELL")),
            ("stopPrice", wish.trigger.map { text($0.price) }),
        ]
    }

    /// An order as queries show it.
    private func row(_ order: LocalOrder) -> JSONText {
        let wish = order.wish
        let fields: [(key: String, value: JSONText?)] = [
            ("symbol", .text(house.markets[wish.market].listing.symbol)),
            ("orderId", .integer(Int64(order.number))), ("orderListId", .integer(-1)),
            ("clientOrderId", .text(wish.clientID)), ("price", text(wish.price)),
            ("origQty", text(wish.quantity)), ("executedQty", text(order.filled)),
            ("cummulativeQuoteQty", text(order.filledValue)), ("status", .text(status(order))),
            ("timeInForce", .text(timeInForce(order))), ("type", .text(type(order))),
            ("side", .text(wish.side == .buy ? "BUY" : "SELL")),
            ("stopPrice", text(wish.trigger?.price ?? .zero)), ("icebergQty", text(Money.zero)),
            ("time", milliseconds(order.made)), ("updateTime", milliseconds(order.changed)),
            ("isWorking", .flag(!order.isUntriggered)),
            ("workingTime", milliseconds(order.isUntriggered ? .never : order.made)),
            ("origQuoteOrderQty", text(wish.quoteQuantity ?? .zero)),
            ("selfTradePreventionMode", .text("NONE")),
        ]
        return .object(fields)
    }

    /// The order that a request names, by either of its ids.
    private func named(
        _ parameters: BinanceParameters,
        _ account: Int,
        _ unknown: BinanceError
    ) throws(BinanceError) -> LocalOrder {
        let market = try market(parameters)
        if let number = try parameters.integer("orderId") {
            guard let order = house.order(UInt64(max(0, number))), order.account == account,
                order.wish.market == market
            else { throw unknown }
            return order
        }
        guard let id = parameters.text("origClientOrderId") else {
            throw BinanceError(
                code: -1102,
                text: "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/"
                    + "null!"
            )
        }
        guard let order = house.order(clientID: id, of: account, in: market) else { throw unknown }
        return order
    }

    func query(_ parameters: BinanceParameters, _ account: Int) throws(BinanceError) -> JSONText {
        row(try named(parameters, account, .unknownOnQuery))
    }

    func cancel(
        _ parameters: BinanceParameters,
        _ account: Int,
        at now: Timestamp
    ) throws(BinanceError) -> JSONText {
        let order = try named(parameters, account, .unknownOnCancel)
        return try cancel(order, parameters.text("newClientOrderId"), at: now)
    }

    private func cancel(
        _ order: LocalOrder,
        _ cancelID: String?,
        at now: Timestamp
    ) throws(BinanceError) -> JSONText {
        let cancelName = cancelID ?? generatedID(order.number ^ 0xCA9C_E100)
        cancelNames[order.number] = cancelName
        guard case .done(let ended) = house.cancel(order.number, at: now) else {
            throw .unknownOnCancel
        }
        let fields: [(key: String, value: JSONText?)] = [
            ("symbol", .text(house.markets[order.wish.market].listing.symbol)),
            ("origClientOrderId", .text(order.wish.clientID)),
            ("orderId", .integer(Int64(order.number))), ("orderListId", .integer(-1)),
            ("clientOrderId", .text(cancelName)), ("transactTime", milliseconds(now)),
        ]
        return .object(fields + terms(ended) + [("selfTradePreventionMode", .text("NONE"))])
    }

    func cancelAll(
        _ parameters: BinanceParameters,
        _ account: Int,
        at now: Timestamp
    ) throws(BinanceError) -> JSONText {
        let open = house.orders(of: account, in: try market(parameters)).filter(\.isOpen)
        guard !open.isEmpty else { throw .unknownOnCancel }
        var ended: [JSONText] = []
        for order in open { ended.append(try cancel(order, nil, at: now)) }
        return .list(ended)
    }

    func openOrders(_ parameters: BinanceParameters, _ account: Int) throws(BinanceError)
        -> JSONText
    {
        let markets =
            parameters.text("symbol") == nil
            ? Array(house.markets.indices) : [try market(parameters)]
        let open = markets.flatMap { house.orders(of: account, in: $0) }.filter(\.isOpen)
        return .list(open.sorted { $0.number < $1.number }.map(row))
    }

    func allOrders(_ parameters: BinanceParameters, _ account: Int) throws(BinanceError)
        -> JSONText
    {
        let first = try parameters.integer("orderId") ?? 0
        let limit = Int(min(try parameters.integer("limit") ?? 500, 1000))
        let (from, to) = try span(parameters)
        let found = house.orders(of: account, in: try market(parameters)).filter { order in
            Int64(order.number) >= first && order.made >= from && order.made <= to
        }
        return .list((first > 0 ? found.prefix(limit) : found.suffix(limit)).map(row))
    }

    private func span(_ parameters: BinanceParameters) throws(BinanceError)
        -> (from: Timestamp, to: Timestamp)
    {
        func time(_ milliseconds: Int64?) -> Timestamp? {
            milliseconds.map {
                Timestamp(nanoseconds: max(0, min($0, 9_000_000_000_000)) * 1_000_000)
            }
        }
        let from = time(try parameters.integer("startTime"))
        let to = time(try parameters.integer("endTime"))
        return (from ?? .never, to ?? Timestamp(nanoseconds: .max))
    }

    func trades(_ parameters: BinanceParameters, _ account: Int) throws(BinanceError) -> JSONText {
        let market = try market(parameters)
        let first = try parameters.integer("fromId") ?? 0
        let order = try parameters.integer("orderId")
        let limit = Int(min(try parameters.integer("limit") ?? 500, 1000))
        let (from, to) = try span(parameters)
        let found = house.executions.filter { fill in
            fill.account == account && fill.market == market && Int64(fill.number) >= first
                && fill.time >= from && fill.time <= to
                && (order.map { UInt64(max(0, $0)) == fill.order } ?? true)
        }
        let symbol = house.markets[market].listing.symbol
        return .list(
            (first > 0 ? found.prefix(limit) : found.suffix(limit)).map { fill in
                .object([
                    ("symbol", .text(symbol)), ("id", .integer(Int64(fill.number))),
                    ("orderId", .integer(Int64(fill.order))), ("orderListId", .integer(-1)),
                    ("price", text(fill.price)), ("qty", text(fill.quantity)),
                    ("quoteQty", text(fill.quantity.notional(at: fill.price, .halfEven))),
                    ("commission", text(fill.fee)), ("commissionAsset", .text(fill.feeAsset)),
                    ("time", milliseconds(fill.time)), ("isBuyer", .flag(fill.side == .buy)),
                    ("isMaker", .flag(fill.isMaker)), ("isBestMatch", .flag(true)),
                ])
            }
        )
    }
}
