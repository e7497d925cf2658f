internal import JSON
internal import Trading

/// What the user-data streams tell.
enum BinanceEvents {
    /// Reads a message; the parser's memory is used again for the next one.
    static func read(
        _ message: Span<UInt8>,
        with parser: inout JSONParser,
        isSpot: Bool
    ) throws(MessageError) -> [VenueEvent] {
        let root: JSONValue
        do throws(JSONError) {
            root = try parser.parse(message)
        } catch {
            throw .notJSON(error)
        }
        return try read(root, isSpot: isSpot)
    }

    private static func read(
        _ root: JSONValue,
        isSpot: Bool
    ) throws(MessageError) -> [VenueEvent] {
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
        case "executionReport": return try report(event, isSpot: true)
        case "ORDER_TRADE_UPDATE": return try report(try event.object(at: "o"), isSpot: false)
        case "ALGO_UPDATE": return [.order(try algo(event))]
        case "outboundAccountPosition": return try balances(event)
        case "ACCOUNT_UPDATE": return try account(event)
        case "ACCOUNT_CONFIG_UPDATE": return try configuration(event)
        case "listenKeyExpired", "eventStreamTerminated", "serverShutdown": return [.ends]
        default: return []
        }
    }

    /// An order, and with it a fill: spot's executionReport and USD-M's ORDER_TRADE_UPDATE share
    /// their letters.
    private static func report(
        _ row: JSONValue,
        isSpot: Bool
    ) throws(MessageError) -> [VenueEvent] {
        let order = try order(row)
        switch try row.text(at: "x") {
        // What the venue closes itself is calculated, not traded.
        case "TRADE", "CALCULATED": break
        default: return [.order(order)]
        }
        // An order may end by an event that is called a trade and trades nothing.
        guard try row.size(at: "l") > .zero else { return [.order(order)] }
        return [.execution(try fill(row, of: order, isSpot: isSpot)), .order(order)]
    }

    private static func order(_ row: JSONValue) throws(MessageError) -> VenueOrder {
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
        let isTrailing = try row.optional("d") != nil
        order.type = isTrailing ? nil : BinanceOrders.type(first.isEmpty ? now : first)
        order.timeInForce = BinanceOrders.timeInForce(try row.optionalText(at: "f"), now)
        order.quantity = Quantity(try row.size(at: "q"))
        order.price = Price(try row.size(at: "p"))
        order.trigger = try row.trigger(at: row.member("P") == nil ? "sp" : "P", order.type)
        order.filled = Quantity(try row.size(at: "z"))
        order.filledValue = try row.optionalMoney(at: "Z")
        order.status = try status(row, order)
        order.isReduceOnly = try row.optionalTruth(at: "R") ?? false
        // USD-M does not tell; there an order changes its type when it is triggered.
        let isWorking = try row.optionalTruth(at: "w") ?? (BinanceOrders.type(now) != .stopMarket)
        order.isUntriggered = order.type == .stopMarket && order.status == .placed && !isWorking
        order.reason = BinanceOrders.reason(order)
        let reason = try row.optionalText(at: "r")
        order.reasonText = reason == "NONE" ? "" : reason
        order.changed = try row.optionalMoment(at: "T")
        return order
    }

    /// The status; an order of the insurance fund or of deleveraging tells it by what is filled.
    private static func status(
        _ row: JSONValue,
        _ order: VenueOrder
    ) throws(MessageError) -> OrderStatus {
        switch try row.text(at: "X") {
        case "NEW_INSURANCE", "NEW_ADL":
            guard order.filled > .zero else { return .placed }
            return order.filled < order.quantity ? .partiallyFilled : .filled
        default: return try row.word(at: "X", BinanceOrders.statuses)
        }
    }

    private static func fill(
        _ row: JSONValue,
        of order: VenueOrder,
        isSpot: Bool
    ) throws(MessageError) -> VenueExecution {
        let asset = try row.optionalText(at: "N")
        // USD-M leaves both out where nothing is charged.
        let fee = try isSpot || !asset.isEmpty ? row.money(at: "n") : row.optionalMoney(at: "n")
        guard fee == nil || fee == .zero || !asset.isEmpty else { throw .missing(key: "N") }
        let fill = VenueExecution(
            symbol: order.symbol,
            id: try row.identity(at: "t"),
            venueOrder: order.venueOrder,
            clientID: order.clientID,
            side: order.side,
            price: Price(try row.decimal(at: "L", .positive)),
            quantity: try row.traded(at: "l"),
            fee: fee ?? .zero,
            feeAsset: asset.isEmpty ? nil : asset,
            liquidity: try row.truth(at: "m") ? .maker : .taker,
            time: try row.moment(at: "T"),
            kind: kind(order.clientID)
        )
        try fill.requireSound()
        return fill
    }

    /// What the venue closes itself comes as orders with names of their own.
    private static func kind(_ clientID: String) -> VenueExecution.Kind {
        if clientID.hasPrefix("autoclose-") { return .liquidation }
        if clientID.hasPrefix("adl_autoclose") { return .deleveraging }
        let isEnd =
            clientID.hasPrefix("settlement_autoclose-") || clientID.hasPrefix("delivery_autoclose-")
        return isEnd ? .other : .trade
    }

    private static func algo(_ event: JSONValue) throws(MessageError) -> VenueOrder {
        let row = try event.object(at: "o")
        var order = VenueOrder(
            symbol: try row.name(at: "s"),
            venueOrder: try row.identity(at: "aid"),
            clientID: try row.text(at: "caid"),
            side: try row.word(at: "S", BinanceOrders.sides)
        )
        order.type = BinanceOrders.type(try row.text(at: "o"))
        order.timeInForce = BinanceOrders.timeInForce(try row.optionalText(at: "f"), "")
        order.isReduceOnly = try row.optionalTruth(at: "R") ?? false
        order.quantity = Quantity(try row.size(at: "q"))
        order.price = Price(try row.optionalDecimal(at: "p", .notNegative) ?? .zero)
        order.trigger = try row.trigger(at: "tp", order.type)
        let word = try row.text(at: "X")
        order.status = try row.word(at: "X", BinanceOrders.algoStatuses)
        order.isUntriggered = word == "NEW"
        if !(try row.optionalText(at: "ai")).isEmpty {
            order.becameOrder = try row.identity(at: "ai")
        }
        order.reason = order.status.isTerminal && order.status != .cancelled ? .other : nil
        order.reasonText = try row.optionalText(at: "rm")
        order.changed = try event.optionalMoment(at: "T")
        return order
    }

    private static func balances(_ event: JSONValue) throws(MessageError) -> [VenueEvent] {
        guard let list = event.member("B") else { throw .missing(key: "B") }
        var events: [VenueEvent] = []
        var rows = try list.rows()
        while let row = rows.next() {
            let free = Money(try row.size(at: "f"))
            let locked = Money(try row.size(at: "l"))
            let asset = try row.name(at: "a")
            let total = try free.adding(locked, at: "l")
            events.append(.balance(VenueBalance(asset: asset, total: total, locked: locked)))
        }
        return events
    }

    private static func account(_ event: JSONValue) throws(MessageError) -> [VenueEvent] {
        let update = try event.object(at: "a")
        var events: [VenueEvent] = []
        if let list = update.member("B") {
            var rows = try list.rows()
            while let row = rows.next() {
                let asset = try row.name(at: "a")
                let total = try row.money(at: "wb")
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
                    isHedge: try row.isHedge(at: "ps")
                )
                if row.member("mt") != nil { position.marginMode = try row.marginMode(at: "mt") }
                position.time = try event.optionalMoment(at: "T")
                events.append(.position(position))
            }
        }
        return events
    }

    private static func configuration(_ event: JSONValue) throws(MessageError) -> [VenueEvent] {
        // The other kind, `ai`, is of the account's assets.
        guard let change = event.member("ac") else { return [] }
        var mode = VenueAccountMode()
        mode.leverage = Decimal(Int(try change.number(at: "l")))
        return [.mode(symbol: try change.name(at: "s"), mode)]
    }
}
