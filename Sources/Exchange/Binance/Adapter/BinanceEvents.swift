internal import JSON
internal import Trading

/// What the user-data streams tell.
enum BinanceEvents {
    static func read(_ root: JSONValue, isSpot: Bool) throws(MessageError) -> [VenueEvent] {
        // Spot wraps what it tells since its user data came to the WebSocket API.
        if isSpot, let event = root.member("event") { return try read(event) }
        if isSpot, root.member("id") != nil, let status = try root.optional("status") {
            guard status.integer != 200 else { return [.subscribed] }
            return [.refused(try root.member("error")?.optionalText(at: "msg") ?? "")]
        }
        if root.member("stream") != nil, let data = root.member("data") { return try read(data) }
        return try read(root)
    }

    private static func read(_ event: JSONValue) throws(MessageError) -> [VenueEvent] {
        guard let kind = event.member("e")?.text else { return [] }
        switch kind {
        case "executionReport": return try report(event)
        case "ORDER_TRADE_UPDATE":
            guard let order = event.member("o") else { throw .missing(key: "o") }
            return try report(order)
        case "ALGO_UPDATE":
            guard let order = event.member("o") else { throw .missing(key: "o") }
            return [.order(try algo(order))]
        case "outboundAccountPosition": return try balances(event)
        case "ACCOUNT_UPDATE":
            guard let update = event.member("a") else { throw .missing(key: "a") }
            return try account(update)
        case "ACCOUNT_CONFIG_UPDATE": return try configuration(event)
        case "listenKeyExpired", "eventStreamTerminated", "serverShutdown": return [.ends]
        default: return []
        }
    }

    /// An order, and with it a fill: spot's executionReport and USD-M's ORDER_TRADE_UPDATE share
    /// their letters.
    private static func report(_ row: JSONValue) throws(MessageError) -> [VenueEvent] {
        let original = try row.optionalText(at: "C")
        let current = try row.text(at: "c")
        var order = VenueOrder(
            symbol: try row.name(at: "s"),
            venueOrder: try row.identity(at: "i"),
            clientID: original.isEmpty || original == "null" ? current : original,
            side: try row.word(at: "S", BinanceOrders.sides)
        )
        // USD-M tells the type the order began with apart from what it is now.
        let now = try row.text(at: "o")
        let first = try row.optionalText(at: "ot")
        order.type = BinanceOrders.type(first.isEmpty ? now : first)
        order.timeInForce = BinanceOrders.timeInForce(try row.optionalText(at: "f"), now)
        order.quantity = Quantity(try row.size(at: "q"))
        order.price = Price(try row.optionalSize(at: "p") ?? .zero)
        let trigger = try row.optionalSize(at: "P")
        let futuresTrigger = try row.optionalSize(at: "sp")
        order.trigger = Price(trigger ?? futuresTrigger ?? .zero)
        order.filled = Quantity(try row.size(at: "z"))
        order.filledValue = try row.optionalSize(at: "Z").map { Money($0) }
        order.status = try row.word(at: "X", BinanceOrders.statuses)
        order.isReduceOnly = try row.optionalTruth(at: "R") ?? false
        let isWorking = try row.optionalTruth(at: "w")
        order.isUntriggered =
            order.type == .stopMarket && order.status == .placed && isWorking == false
        order.reason = BinanceOrders.reason(order)
        let reason = try row.optionalText(at: "r")
        order.reasonText = reason == "NONE" ? "" : reason
        order.changed = try row.optionalMoment(at: "T")
        // Some orders end by a trade of nothing, which is no fill.
        let isTrade = try row.text(at: "x") == "TRADE"
        guard isTrade, try row.size(at: "l") > .zero else { return [.order(order)] }
        let fill = VenueExecution(
            symbol: order.symbol,
            id: try row.identity(at: "t"),
            venueOrder: order.venueOrder,
            clientID: order.clientID,
            side: order.side,
            price: Price(try row.size(at: "L")),
            quantity: Quantity(try row.size(at: "l")),
            fee: Money(try row.optionalAmount(at: "n") ?? .zero),
            feeAsset: try row.optionalText(at: "N"),
            liquidity: try row.truth(at: "m") ? .maker : .taker,
            time: try row.moment(at: "T"),
            kind: kind(order.clientID)
        )
        try fill.requireSound()
        return [.execution(fill), .order(order)]
    }

    /// Liquidations and deleveraging come as orders with names of their own.
    private static func kind(_ clientID: String) -> VenueExecution.Kind {
        if clientID.hasPrefix("autoclose-") { return .liquidation }
        if clientID.hasPrefix("adl_autoclose") { return .deleveraging }
        return .trade
    }

    private static func algo(_ row: JSONValue) throws(MessageError) -> VenueOrder {
        var order = VenueOrder(
            symbol: try row.name(at: "s"),
            venueOrder: try row.identity(at: "aid"),
            clientID: try row.text(at: "caid"),
            side: try row.word(at: "S", BinanceOrders.sides)
        )
        order.type = .stopMarket
        order.timeInForce = BinanceOrders.timeInForce(try row.optionalText(at: "f"), "")
        order.isReduceOnly = try row.optionalTruth(at: "R") ?? false
        order.quantity = Quantity(try row.size(at: "q"))
        order.trigger = Price(try row.size(at: "tp"))
        let word = try row.text(at: "X")
        order.status = try row.word(at: "X", BinanceOrders.algoStatuses)
        order.isUntriggered = word == "NEW"
        if !(try row.optionalText(at: "ai")).isEmpty {
            order.becameOrder = try row.identity(at: "ai")
        }
        order.reason = order.status.isTerminal && order.status != .cancelled ? .other : nil
        order.reasonText = try row.optionalText(at: "rm")
        return order
    }

    private static func balances(_ event: JSONValue) throws(MessageError) -> [VenueEvent] {
        guard let list = event.member("B") else { throw .missing(key: "B") }
        var events: [VenueEvent] = []
        var rows = try list.rows()
        while let row = rows.next() {
            let locked = Money(try row.size(at: "l"))
            let total = try Money(try row.size(at: "f")).adding(locked, at: "l")
            let asset = try row.name(at: "a")
            events.append(.balance(VenueBalance(asset: asset, total: total, locked: locked)))
        }
        return events
    }

    private static func account(_ update: JSONValue) throws(MessageError) -> [VenueEvent] {
        var events: [VenueEvent] = []
        if let list = update.member("B") {
            var rows = try list.rows()
            while let row = rows.next() {
                let asset = try row.name(at: "a")
                let total = Money(try row.amount(at: "wb"))
                events.append(.balance(VenueBalance(asset: asset, total: total, locked: nil)))
            }
        }
        if let list = update.member("P") {
            var rows = try list.rows()
            while let row = rows.next() {
                var position = VenuePosition(
                    symbol: try row.name(at: "s"),
                    quantity: Quantity(try row.amount(at: "pa")),
                    entryPrice: Price(try row.size(at: "ep")),
                    isHedge: try row.optionalText(at: "ps") != "BOTH"
                )
                if try row.optional("mt") != nil {
                    position.marginMode = try row.word(at: "mt", BinanceOrders.marginModes)
                }
                events.append(.position(position))
            }
        }
        return events
    }

    private static func configuration(_ event: JSONValue) throws(MessageError) -> [VenueEvent] {
        guard let change = event.member("ac") else { return [] }
        var mode = VenueAccountMode()
        if let leverage = try change.optional("l") {
            mode.leverage = Decimal(Int(try leverage.count("l")))
        }
        return [.mode(symbol: try change.name(at: "s"), mode)]
    }
}
