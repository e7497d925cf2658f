internal import Exchange
internal import JSON
internal import Trading

// What a new order on spot must be like.
extension BinanceSpotFront {
    /// What an order of a type must name, and what it is.
    private struct Kind {
        let type: OrderType
        var needs: [String]
        var isConditional = false
        var isPostOnly = false
    }

    private static let kinds: [String: Kind] = [
        "LIMIT": Kind(type: .limit, needs: ["timeInForce", "quantity", "price"]),
        "MARKET": Kind(type: .market, needs: []),
        "LIMIT_MAKER": Kind(type: .limit, needs: ["quantity", "price"], isPostOnly: true),
        "STOP_LOSS": Kind(type: .market, needs: ["quantity", "stopPrice"], isConditional: true),
        "TAKE_PROFIT": Kind(type: .market, needs: ["quantity", "stopPrice"], isConditional: true),
        "STOP_LOSS_LIMIT": Kind(
            type: .limit,
            needs: ["timeInForce", "quantity", "price", "stopPrice"],
            isConditional: true
        ),
        "TAKE_PROFIT_LIMIT": Kind(
            type: .limit,
            needs: ["timeInForce", "quantity", "price", "stopPrice"],
            isConditional: true
        ),
    ]

    /// The order that is asked for.
    func wish(_ ask: BinanceAsk) throws(BinanceError) -> LocalWish {
        let parameters = ask.parameters
        let market = try desk.market(ask)
        let side = try BinanceDesk.side(parameters)
        let word = try parameters.required("type")
        guard let kind = Self.kinds[word] else { throw .badOrderType }
        try checkNames(parameters, kind)
        let price = Price(try amount("price", parameters) ?? .zero)
        let quote = try amount("quoteOrderQty", parameters)
        var wish = LocalWish(
            market: market,
            clientID: "",
            side: side,
            type: kind.type,
            timeInForce: try timeInForce(parameters, kind),
            quantity: Quantity(try amount("quantity", parameters) ?? .zero),
            quoteQuantity: quote.map { Money($0) },
            price: price
        )
        if kind.isConditional {
            let isStop = word.hasPrefix("STOP_LOSS")
            wish.trigger = LocalTrigger(
                price: Price(try amount("stopPrice", parameters) ?? .zero),
                rises: isStop == (side == .buy),
                reserves: true
            )
        }
        try check(wish)
        try checkCounts(wish, ask.account)
        wish.clientID = try desk.clientID(
            "newClientOrderId",
            ask,
            in: market,
            duplicate: .duplicateOrder
        )
        return wish
    }

    private func checkNames(_ parameters: BinanceParameters, _ kind: Kind) throws(BinanceError) {
        for name in kind.needs { _ = try parameters.required(name) }
        for name in ["price", "stopPrice", "timeInForce"]
        where !kind.needs.contains(name) && parameters.text(name) != nil {
            throw .notNeeded(name)
        }
        for name in ["icebergQty", "trailingDelta", "pegPriceType"]
        where parameters.text(name) != nil {
            throw .invalid(name)
        }
        let mode = "selfTradePreventionMode"
        _ = try parameters.word(mode, of: Self.preventions, .invalid(mode))
        let answer = "newOrderRespType"
        _ = try parameters.word(answer, of: ["ACK", "RESULT", "FULL"], .invalid(answer))
        let quote = parameters.text("quoteOrderQty")
        if kind.needs.isEmpty {
            guard (quote == nil) != (parameters.text("quantity") == nil) else {
                throw quote == nil ? .missing("quantity") : .notNeeded("quoteOrderQty")
            }
        } else if quote != nil {
            throw .notNeeded("quoteOrderQty")
        }
    }

    private func timeInForce(_ parameters: BinanceParameters, _ kind: Kind) throws(BinanceError)
        -> TimeInForce
    {
        if kind.isPostOnly { return .postOnly }
        switch parameters.text("timeInForce") {
        case nil, "GTC": return .goodTillCancelled
        case "IOC": return .immediateOrCancel
        case "FOK": return .fillOrKill
        default: throw .badTimeInForce
        }
    }

    /// A number of at most eight decimals.
    func amount(_ name: String, _ parameters: BinanceParameters) throws(BinanceError) -> Decimal? {
        guard let value = try parameters.decimal(name) else { return nil }
        guard value.places <= 8 else {
            throw BinanceError(-1111, "Parameter '\(name)' has too much precision.")
        }
        return value
    }

    /// The filters of the market, each in the venue's words.
    private func check(_ wish: LocalWish) throws(BinanceError) {
        let market = desk.house.markets[wish.market]
        let filters = market.instrument.filters
        guard market.listing.isTrading else { throw .marketClosed }
        for price in [wish.trigger?.price, wish.type == .limit ? wish.price : nil] {
            guard let price else { continue }
            let isOnGrid = price.value.isMultiple(of: filters.priceTick.value)
            guard price.isPositive, isOnGrid, price <= Self.maximumPrice else {
                throw .filter("PRICE_FILTER")
            }
        }
        if let amount = wish.quoteQuantity {
            guard amount >= filters.minimumNotional, amount.isPositive else {
                throw .filter("NOTIONAL")
            }
            return
        }
        let quantity = wish.quantity
        guard quantity.isPositive, quantity >= filters.minimumQuantity,
            quantity <= filters.maximumQuantity,
            quantity.value.isMultiple(of: filters.quantityStep.value)
        else { throw .filter("LOT_SIZE") }
        if wish.type == .market, let most = market.listing.maximumMarketQuantity, quantity > most {
            throw .filter("MARKET_LOT_SIZE")
        }
        let reference = wish.type == .limit ? wish.price : wish.trigger?.price ?? market.lastPrice
        if let reference, quantity.notional(at: reference, .halfEven) < filters.minimumNotional {
            throw .filter("NOTIONAL")
        }
    }

    private func checkCounts(_ wish: LocalWish, _ account: Int) throws(BinanceError) {
        let open = desk.house.orders(of: account, in: wish.market).filter(\.isOpen)
        if open.count >= Self.maximumOrders { throw .filter("MAX_NUM_ORDERS") }
        let most = desk.house.markets[wish.market].listing.maximumStops ?? Self.maximumStops
        if wish.trigger != nil, open.count(where: \.isUntriggered) >= most {
            throw .filter("MAX_NUM_ALGO_ORDERS")
        }
    }

    /// The matching model's refusals in the venue's words.
    static func error(_ reason: RejectionReason) -> BinanceError {
        switch reason {
        case .insufficientBalance: .insufficientBalance
        case .belowMinimum: .filter("NOTIONAL")
        case .aboveMaximum, .offGrid: .filter("LOT_SIZE")
        case .wouldTake: .wouldTake
        case .wouldTrigger: .wouldTrigger
        case .duplicate: .duplicateOrder
        case .unknownInstrument: .badSymbol
        case .unknownOrder, .alreadyEnded: .unknownOrder
        case .wouldNotFill, .noLiquidity, .reduceOnly, .other: .marketClosed
        }
    }
}
