internal import JSON
internal import Trading

/// Orders and fills as Binance describes them, by REST.
enum BinanceOrders {
    static let sides: [(word: String, value: Side)] = [("BUY", .buy), ("SELL", .sell)]

    static let statuses: [(word: String, value: OrderStatus)] = [
        ("NEW", .placed), ("PENDING_NEW", .placed), ("PARTIALLY_FILLED", .partiallyFilled),
        ("FILLED", .filled), ("CANCELED", .cancelled), ("PENDING_CANCEL", .placed),
        ("REJECTED", .rejected), ("EXPIRED", .expired), ("EXPIRED_IN_MATCH", .expired),
    ]

    static func type(_ word: String) -> OrderType? {
        switch word {
        case "LIMIT", "LIMIT_MAKER": .limit
        case "MARKET": .market
        case "STOP_LOSS", "STOP_LOSS_LIMIT", "STOP", "STOP_MARKET": .stopMarket
        default: nil
        }
    }

    static func timeInForce(_ word: String, _ type: String) -> TimeInForce? {
        if type == "LIMIT_MAKER" { return .postOnly }
        return switch word {
        case "GTC": .goodTillCancelled
        case "IOC": .immediateOrCancel
        case "FOK": .fillOrKill
        case "GTX": .postOnly
        default: nil
        }
    }

    /// Why an order ended by the venue's rules.
    static func reason(_ order: VenueOrder) -> RejectionReason? {
        guard order.status == .expired else {
            return order.status == .rejected ? .other : nil
        }
        switch (order.type, order.timeInForce) {
        case (.limit, .fillOrKill): return .wouldNotFill
        case (.limit, .postOnly): return .wouldTake
        case (.limit, .immediateOrCancel), (.market, _), (.stopMarket, _): return .noLiquidity
        default: return .other
        }
    }

    /// An order of `/api/v3/order`, `/fapi/v1/order` and the lists of them.
    static func order(_ row: JSONValue) throws(MessageError) -> VenueOrder {
        // The answer to a cancel has a client id of its own; ours is the original.
        let original = try row.optionalText(at: "origClientOrderId")
        let current = try row.text(at: "clientOrderId")
        var order = VenueOrder(
            symbol: try row.name(at: "symbol"),
            venueOrder: try row.identity(at: "orderId"),
            clientID: original.isEmpty ? current : original,
            side: try row.word(at: "side", sides)
        )
        let type = try row.text(at: "type")
        order.type = try row.optional("trailingDelta") == nil ? Self.type(type) : nil
        order.timeInForce = timeInForce(try row.optionalText(at: "timeInForce"), type)
        order.isReduceOnly = try row.optionalTruth(at: "reduceOnly") ?? false
        order.quantity = Quantity(try row.size(at: "origQty"))
        order.price = Price(try row.size(at: "price"))
        order.trigger = try row.trigger(at: "stopPrice", order.type)
        order.filled = Quantity(try row.size(at: "executedQty"))
        let value = try row.optionalMoney(at: "cummulativeQuoteQty")
        let futuresValue = try row.optionalMoney(at: "cumQuote")
        // Below zero, spot says that it does not know.
        order.filledValue = (value ?? futuresValue).flatMap { $0.value.isNegative ? nil : $0 }
        order.status = try row.word(at: "status", statuses)
        // USD-M does not tell; there an order changes its type when it is triggered.
        let isWorking = try row.optionalTruth(at: "isWorking") ?? false
        order.isUntriggered = order.type == .stopMarket && order.status == .placed && !isWorking
        order.reason = reason(order)
        order.made = try row.optionalMoment(at: "time")
        let changed = try row.optionalMoment(at: "updateTime")
        let transacted = try row.optionalMoment(at: "transactTime")
        order.changed = changed ?? transacted
        return order
    }

    static let algoStatuses: [(word: String, value: OrderStatus)] = [
        ("NEW", .placed), ("TRIGGERING", .placed), ("TRIGGERED", .placed), ("FINISHED", .placed),
        ("CANCELED", .cancelled), ("EXPIRED", .expired), ("REJECTED", .rejected),
    ]

    /// An algo order of `/fapi/v1/algoOrder` and the lists of them.
    ///
    /// One that has become an order ends with that order, so it is not told ended here.
    static func algoOrder(_ row: JSONValue) throws(MessageError) -> VenueOrder {
        var order = VenueOrder(
            symbol: try row.name(at: "symbol"),
            venueOrder: try row.identity(at: "algoId"),
            clientID: try row.text(at: "clientAlgoId"),
            side: try row.word(at: "side", sides)
        )
        // What is called orderType in answers is called type in requests.
        let type = try row.optionalText(at: "orderType")
        order.type = Self.type(try type.isEmpty ? row.text(at: "type") : type)
        order.timeInForce = timeInForce(try row.optionalText(at: "timeInForce"), "")
        order.isReduceOnly = try row.optionalTruth(at: "reduceOnly") ?? false
        order.quantity = Quantity(try row.size(at: "quantity"))
        order.price = Price(try row.optionalDecimal(at: "price", .notNegative) ?? .zero)
        order.trigger = try row.trigger(at: "triggerPrice", order.type)
        let word = try row.text(at: "algoStatus")
        order.status = try row.word(at: "algoStatus", algoStatuses)
        order.isUntriggered = word == "NEW"
        if !(try row.optionalText(at: "actualOrderId")).isEmpty {
            order.becameOrder = try row.identity(at: "actualOrderId")
        }
        order.reason = order.status.isTerminal && order.status != .cancelled ? .other : nil
        order.made = try row.optionalMoment(at: "createTime")
        order.changed = try row.optionalMoment(at: "updateTime")
        return order
    }

    /// A fill of `/api/v3/myTrades` or `/fapi/v1/userTrades`; neither tells our id of the order.
    static func fill(_ row: JSONValue) throws(MessageError) -> VenueExecution {
        let isBuyer = try row.optionalTruth(at: "isBuyer")
        let side: Side
        if let isBuyer {
            side = isBuyer ? .buy : .sell
        } else {
            side = try row.word(at: "side", sides)
        }
        // Spot calls it isMaker, USD-M maker.
        let maker = try row.truth(at: row.member("isMaker") == nil ? "maker" : "isMaker")
        let fill = VenueExecution(
            symbol: try row.name(at: "symbol"),
            id: try row.identity(at: "id"),
            venueOrder: try row.identity(at: "orderId"),
            clientID: nil,
            side: side,
            price: Price(try row.decimal(at: "price", .positive)),
            quantity: try row.traded(at: "qty"),
            fee: try row.money(at: "commission"),
            feeAsset: try row.name(at: "commissionAsset"),
            liquidity: maker ? .maker : .taker,
            time: try row.moment(at: "time"),
            kind: .trade
        )
        try fill.requireSound()
        return fill
    }
}

extension JSONValue {
    /// The trigger at `key`; a stop must have one.
    func trigger(at key: StaticString, _ type: OrderType?) throws(MessageError) -> Price {
        guard type != .stopMarket else { return Price(try decimal(at: key, .positive)) }
        return Price(try optionalDecimal(at: key, .notNegative) ?? .zero)
    }

    /// The quantity of a fill at `key`, more than zero.
    func traded(at key: StaticString) throws(MessageError) -> Quantity {
        let quantity = try size(at: key)
        guard quantity > .zero else {
            throw .outOfRange(key: "\(key)", rule: "expected more than zero")
        }
        return Quantity(quantity)
    }

    /// Whether `key` tells one of the two positions of hedge mode.
    func isHedge(at key: StaticString) throws(MessageError) -> Bool {
        try word(at: key, [("BOTH", false), ("LONG", true), ("SHORT", true)])
    }

    /// How margin is held, as `key` tells.
    func marginMode(at key: StaticString) throws(MessageError) -> MarginMode {
        try word(at: key, [("cross", .cross), ("isolated", .isolated)])
    }
}
