internal import Exchange
internal import JSON
internal import Trading

// What a new order on USD-M must be like.
extension BinanceFuturesFront {
    /// The order that is asked for at `/order`.
    func wish(_ ask: BinanceAsk) throws(BinanceError) -> LocalWish {
        let parameters = ask.parameters
        let market = try desk.market(ask)
        let side = try BinanceDesk.side(parameters)
        let type: OrderType
        switch try parameters.required("type") {
        case "LIMIT": type = .limit
        case "MARKET": type = .market
        case "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET":
            throw BinanceError(
                -4120,
                "Order type not supported for this endpoint."
                    + " Please use the Algo Order API endpoints instead."
            )
        default: throw .badOrderType
        }
        if type == .limit { _ = try parameters.required("timeInForce") }
        _ = try parameters.required("quantity")
        for name in ["stopPrice", "closePosition", "activationPrice", "callbackRate"]
        where ![nil, "false"].contains(parameters.text(name)?.lowercased()) {
            throw .notNeeded(name)
        }
        var wish = try common(ask, market, side, type)
        try checkSize(wish)
        try checkCounts(wish, ask.account)
        wish.clientID = try desk.clientID(
            "newClientOrderId",
            ask,
            in: market,
            duplicate: Self.duplicateOrder
        )
        return wish
    }

    /// The conditional order that is asked for at `/algoOrder`.
    func algoWish(_ ask: BinanceAsk) throws(BinanceError) -> LocalWish {
        let parameters = ask.parameters
        guard try parameters.required("algoType") == "CONDITIONAL" else {
            throw .invalid("algoType")
        }
        let market = try desk.market(ask)
        let side = try BinanceDesk.side(parameters)
        let word = try parameters.required("type")
        guard Self.orderTypes.dropFirst(2).contains(word) else { throw .badOrderType }
        let isMarket = word.hasSuffix("_MARKET")
        var wish = try common(ask, market, side, isMarket ? .market : .limit)
        _ = try parameters.required("triggerPrice")
        let trigger = Price(try parameters.decimal("triggerPrice") ?? .zero)
        try check(trigger, market)
        let isStop = word.hasPrefix("STOP")
        wish.trigger = LocalTrigger(
            price: trigger,
            rises: isStop == (side == .buy),
            becomesAnother: true
        )
        if try parameters.flag("closePosition") == true {
            guard isMarket else { throw .invalid("closePosition") }
            guard parameters.text("quantity") == nil else { throw .notNeeded("quantity") }
            guard parameters.text("reduceOnly") == nil else { throw .notNeeded("reduceOnly") }
            wish.closesPosition = true
            wish.isReduceOnly = true
        } else {
            _ = try parameters.required("quantity")
            try checkSize(wish)
        }
        try checkCounts(wish, ask.account)
        wish.clientID = try desk.clientID(
            "clientAlgoId",
            ask,
            in: market,
            duplicate: Self.duplicateOrder
        )
        return wish
    }

    private func common(_ ask: BinanceAsk, _ market: Int, _ side: Side, _ type: OrderType)
        throws(BinanceError) -> LocalWish
    {
        let parameters = ask.parameters
        guard desk.house.markets[market].listing.isTrading else {
            throw BinanceError(-4140, "Invalid symbol status for opening position.")
        }
        if let leg = parameters.text("positionSide"), leg != "BOTH" {
            throw BinanceError(-4061, "Order's position side does not match user's setting.")
        }
        for name in ["priceMatch", "activatePrice", "callbackRate", "goodTillDate"] {
            guard [nil, "NONE", "0"].contains(parameters.text(name)) else { throw .invalid(name) }
        }
        if try parameters.flag("priceProtect") == true { throw .invalid("priceProtect") }
        let mode = "selfTradePreventionMode"
        _ = try parameters.word(mode, of: Self.preventions, .invalid(mode))
        let source = "workingType"
        _ = try parameters.word(source, of: ["CONTRACT_PRICE"], .invalid(source))
        let answer = "newOrderRespType"
        _ = try parameters.word(answer, of: ["ACK", "RESULT"], .invalid(answer))
        var price = Price.zero
        if type == .limit {
            _ = try parameters.required("price")
            price = Price(try parameters.decimal("price") ?? .zero)
            try check(price, market)
        } else if ![nil, "0"].contains(parameters.text("price")) {
            throw .notNeeded("price")
        }
        return LocalWish(
            market: market,
            clientID: "",
            side: side,
            type: type,
            timeInForce: try timeInForce(parameters, type),
            isReduceOnly: try parameters.flag("reduceOnly") ?? false,
            quantity: try quantity(parameters, market),
            price: price
        )
    }

    /// An account never trades with itself here, so that every mode does the same.
    static let preventions = ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "NONE"]

    private func timeInForce(_ parameters: BinanceParameters, _ type: OrderType)
        throws(BinanceError) -> TimeInForce
    {
        if type == .market { return .goodTillCancelled }
        switch parameters.text("timeInForce") {
        case nil, "GTC": return .goodTillCancelled
        case "IOC": return .immediateOrCancel
        case "FOK": return .fillOrKill
        case "GTX": return .postOnly
        default: throw .badTimeInForce
        }
    }

    func quantity(_ parameters: BinanceParameters, _ market: Int) throws(BinanceError) -> Quantity {
        let value = try parameters.decimal("quantity") ?? .zero
        guard value.places <= desk.quantityPlaces(market) else { throw Self.tooPrecise }
        return Quantity(value)
    }

    func check(_ price: Price, _ market: Int) throws(BinanceError) {
        let tick = desk.house.markets[market].instrument.filters.priceTick
        guard price.value.places <= desk.pricePlaces(market) else { throw Self.tooPrecise }
        guard price.isPositive else { throw BinanceError(-4001, "Price less than 0.") }
        guard price <= Self.maximumPrice else {
            throw BinanceError(-4002, "Price greater than max price.")
        }
        guard price.value.isMultiple(of: tick.value) else {
            throw BinanceError(-4014, "Price not increased by tick size.")
        }
    }

    /// Size and worth of an order.
    func checkSize(_ wish: LocalWish) throws(BinanceError) {
        let market = desk.house.markets[wish.market]
        let filters = market.instrument.filters
        let quantity = wish.quantity
        guard quantity.isPositive else {
            throw BinanceError(-4003, "Quantity less than or equal to zero.")
        }
        guard quantity >= filters.minimumQuantity else {
            throw BinanceError(-4004, "Quantity less than min quantity.")
        }
        let most = wish.type == .market ? market.listing.maximumMarketQuantity : nil
        guard quantity <= most ?? filters.maximumQuantity else {
            throw BinanceError(-4005, "Quantity greater than max quantity.")
        }
        guard quantity.value.isMultiple(of: filters.quantityStep.value) else {
            throw BinanceError(-4023, "Qty not increased by step size.")
        }
        let reference = wish.type == .limit ? wish.price : wish.trigger?.price ?? market.lastPrice
        if !wish.isReduceOnly, let reference,
            quantity.notional(at: reference, .halfEven) < filters.minimumNotional
        {
            let what =
                "Order's notional must be no smaller than \(filters.minimumNotional)"
                + " (unless you choose reduce only)."
            throw BinanceError(-4164, what)
        }
    }

    private func checkCounts(_ wish: LocalWish, _ account: Int) throws(BinanceError) {
        let open = desk.house.orders(of: account, in: wish.market).filter(\.isOpen)
        let waiting = open.count(where: \.isUntriggered)
        if wish.trigger == nil {
            guard open.count - waiting < Self.maximumOrders else {
                throw BinanceError(-2025, "Reach max open order limit.")
            }
            return
        }
        let most = desk.house.markets[wish.market].listing.maximumStops ?? Self.maximumStops
        guard waiting < most else { throw BinanceError(-4045, "Reach max stop order limit.") }
    }

    // MARK: Refusals

    static let duplicateOrder = BinanceError(-4116, "ClientOrderId is duplicated.")
    static let tooPrecise = BinanceError(
        -1111,
        "Precision is over the maximum defined for this asset."
    )
    static let wouldNotFill = BinanceError(
        -5021,
        "Due to the order could not be filled immediately, the FOK order has been rejected."
            + " The order will not be recorded in the order history"
    )
    static let wouldTake = BinanceError(
        -5022,
        "Due to the order could not be executed as maker, the Post Only order will be rejected."
            + " The order will not be recorded in the order history"
    )

    /// The matching model's refusals in the venue's words.
    static func error(_ reason: RejectionReason) -> BinanceError {
        switch reason {
        case .insufficientBalance: BinanceError(-2019, "Margin is insufficient.")
        case .belowMinimum: BinanceError(-4004, "Quantity less than min quantity.")
        case .aboveMaximum: BinanceError(-4005, "Quantity greater than max quantity.")
        case .offGrid: BinanceError(-4014, "Price not increased by tick size.")
        case .wouldTake: wouldTake
        case .wouldNotFill: wouldNotFill
        case .wouldTrigger: BinanceError(-2021, "Order would immediately trigger.")
        case .duplicate: duplicateOrder
        case .reduceOnly: BinanceError(-2022, "ReduceOnly Order is rejected.")
        case .unknownInstrument: .badSymbol
        case .unknownOrder, .alreadyEnded: .unknownOrder
        case .noLiquidity, .other:
            BinanceError(
                -4131,
                "The counterparty's best price does not meet the PERCENT_PRICE filter limit."
            )
        }
    }
}
