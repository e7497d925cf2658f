internal import Exchange
internal import Trading

/// Reads what a client wants placed, strictly: nothing that is missing is made up.
struct BybitPlacement {
    var wish: LocalWish
    var notes: BybitOrderNotes

    /// Reads the parameters of an order in a market.
    init(
        _ asked: BybitParameters,
        market place: Int,
        of market: LocalMarket,
        closable: Quantity,
        best: Price?
    ) throws(BybitError) {
        let isSpot = market.venue == .bybitSpot
        guard let side = Side(bybit: try asked.required("side")) else {
            throw isSpot ? BybitError(170117, "Invalid side.") : .parameter("side")
        }
        let type = try Self.type(asked, isSpot: isSpot)
        let timeInForce = try Self.timeInForce(asked, type, isSpot: isSpot)
        guard try asked.integer("positionIdx") ?? 0 == 0 else {
            throw BybitError(10001, "position idx not match position mode")
        }
        let rules = BybitRules(market)
        notes = BybitOrderNotes()
        notes.closeOnTrigger = try asked.flag("closeOnTrigger") ?? false
        wish = LocalWish(
            market: place,
            clientID: try Self.link(asked),
            side: side,
            type: type,
            timeInForce: timeInForce,
            isReduceOnly: try asked.flag("reduceOnly") ?? notes.closeOnTrigger,
            quantity: .zero
        )
        // Spot does not know these flags, and clients send them all the same.
        if isSpot {
            wish.isReduceOnly = false
            notes.closeOnTrigger = false
        }
        if isSpot, try asked.integer("isLeverage") == 1 {
            throw BybitError(170227, "This feature is not supported.")
        }
        if type == .limit {
            guard let price = try asked.decimal("price") else {
                throw BybitError(10001, "params error: price is required")
            }
            wish.price = Price(price)
            try rules.check(wish.price)
        }
        try readTrigger(asked, market, rules)
        try readQuantity(asked, market, rules, closable: closable)
        try Self.checkStops(asked, market)
        notes.takeProfit = try asked.decimal("takeProfit").flatMap(Self.stop)
        notes.stopLoss = try asked.decimal("stopLoss").flatMap(Self.stop)
        if wish.isReduceOnly, notes.takeProfit != nil || notes.stopLoss != nil {
            throw BybitError(10001, "params error: reduceOnly order can't set tp/sl")
        }
        notes.lastPrice = market.lastPrice
        if type == .market {
            notes.protection = best.map { Self.protection($0, side, market.listing.filters) }
        }
    }

    private static func stop(_ value: Decimal) -> Price? {
        value == .zero ? nil : Price(value)
    }

    /// Checks the stops that come with an order: those of the whole position only.
    static func checkStops(
        _ asked: BybitParameters,
        _ market: LocalMarket
    ) throws(BybitError) {
        for key in ["takeProfit", "stopLoss"] {
            guard let value = try asked.decimal(key), value != .zero else { continue }
            guard market.venue == .bybitLinear else {
                throw BybitError(170227, "This feature is not supported.")
            }
            try BybitRules(market).check(Price(value))
        }
        for key in ["tpslMode", "tpOrderType", "slOrderType"] {
            guard let word = try asked.text(key) else { continue }
            guard word == (key == "tpslMode" ? "Full" : "Market") else { throw .parameter(key) }
        }
    }

    private static func type(
        _ asked: BybitParameters,
        isSpot: Bool
    ) throws(BybitError) -> OrderType {
        switch try asked.required("orderType") {
        case "Market": return .market
        case "Limit": return .limit
        default:
            throw isSpot ? BybitError(170116, "Invalid orderType.") : .parameter("orderType")
        }
    }

    /// Market orders are immediate or cancelled, whatever they say.
    private static func timeInForce(
        _ asked: BybitParameters,
        _ type: OrderType,
        isSpot: Bool
    ) throws(BybitError) -> TimeInForce {
        if type == .market { return .immediateOrCancel }
        guard let word = try asked.text("timeInForce") else { return .goodTillCancelled }
        guard let found = TimeInForce(bybit: word) else {
            throw isSpot ? BybitError(170115, "Invalid timeInForce.") : .parameter("timeInForce")
        }
        return found
    }

    private static func link(_ asked: BybitParameters) throws(BybitError) -> String {
        guard let link = try asked.text("orderLinkId") else { return "" }
        guard link.utf8.count <= 36 else {
            throw BybitError(10001, "order link id is longer than 36")
        }
        let isPlain = link.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
            default: false
            }
        }
        guard isPlain else { throw .parameter("orderLinkId") }
        return link
    }

    private mutating func readTrigger(
        _ asked: BybitParameters,
        _ market: LocalMarket,
        _ rules: BybitRules
    ) throws(BybitError) {
        let isSpot = market.venue == .bybitSpot
        let filter = try asked.text("orderFilter")
        guard let price = try asked.decimal("triggerPrice").map({ Price($0) }), !price.isZero
        else {
            if let filter, filter != "Order" {
                throw isSpot
                    ? BybitError(170203, "Please enter the TP/SL price.")
                    : .parameter("triggerPrice")
            }
            return
        }
        try rules.check(price)
        let rises: Bool
        if isSpot {
            guard let filter = BybitOrderNotes.Filter(rawValue: filter ?? "Order"),
                filter != .order
            else { throw BybitError(170202, "Invalid orderFilter parameter.") }
            notes.filter = filter
            notes.stopType = filter == .stop ? "Stop" : "tpslOrder"
            rises = price >= market.lastPrice ?? .zero
        } else {
            notes.filter = .stop
            notes.stopType = "Stop"
            switch try asked.integer("triggerDirection") {
            case 1: rises = true
            case 2: rises = false
            default: throw BybitError(10001, "params error: triggerDirection invalid")
            }
        }
        notes.triggerBy = try asked.text("triggerBy") ?? "LastPrice"
        guard let watch = LocalTrigger.Watch(bybit: notes.triggerBy) else {
            throw .parameter("triggerBy")
        }
        wish.trigger = LocalTrigger(
            price: price,
            rises: rises,
            reserves: notes.filter == .takeProfit,
            watch: watch
        )
    }

    /// Reads how much: of a spot market buy it is an amount of the quote unless said otherwise.
    private mutating func readQuantity(
        _ asked: BybitParameters,
        _ market: LocalMarket,
        _ rules: BybitRules,
        closable: Quantity
    ) throws(BybitError) {
        guard let amount = try asked.decimal("qty") else {
            throw BybitError(10001, "params error: qty is required")
        }
        let isMarket = wish.type == .market
        if market.venue == .bybitSpot, isMarket {
            let usual = wish.side == .buy ? "quoteCoin" : "baseCoin"
            notes.marketUnit = try asked.text("marketUnit") ?? usual
            guard ["quoteCoin", "baseCoin"].contains(notes.marketUnit) else {
                throw .parameter("marketUnit")
            }
            if notes.marketUnit == "quoteCoin" {
                guard amount != .zero else {
                    throw BybitError(170140, "Order value exceeded lower limit.")
                }
                notes.asked = amount
                wish.quoteQuantity = Money(amount)
                return
            }
        }
        wish.quantity = Quantity(amount)
        if wish.quantity.isZero, wish.isReduceOnly, notes.closeOnTrigger {
            guard closable.isPositive else {
                throw BybitRefusal.placing(.reduceOnly, isSpot: false)
            }
            wish.quantity = min(closable, market.listing.filters.maximumQuantity)
        }
        try rules.check(wish.quantity, isMarket: isMarket)
    }

    /// The limit that the venue turns a market order into: five percent beyond the best price.
    private static func protection(
        _ best: Price,
        _ side: Side,
        _ filters: InstrumentFilters
    ) -> Price {
        let factor = Decimal(units: Decimal.unitsPerOne / 100 * (side == .buy ? 105 : 95))
        return filters.onGrid(best.times(factor, .down), .down)
    }
}

extension LocalTrigger.Watch {
    /// Reads the venue's word; the index price here is the mark price.
    init?(bybit word: String) {
        switch word {
        case "LastPrice": self = .lastPrice
        case "MarkPrice", "IndexPrice": self = .markPrice
        default: return nil
        }
    }
}
