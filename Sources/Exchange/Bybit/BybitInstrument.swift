internal import JSON
internal import Trading

// Instruments, prices and books (docs/v5/market/instrument, tickers, orderbook).

extension VenueInstrument {
    /// Reads an instrument of one of our markets.
    init(bybit row: JSONValue, isSpot: Bool) throws(MessageError) {
        let lot = try row.object(at: "lotSizeFilter")
        let quote = try row.name(at: "quoteCoin")
        let market = isSpot ? "maxMarketOrderQty" as StaticString : "maxMktOrderQty"
        self.init(
            symbol: try row.name(at: "symbol"),
            base: try row.name(at: "baseCoin"),
            quote: quote,
            settle: isSpot ? quote : try row.name(at: "settleCoin"),
            isTrading: try row.name(at: "status") == "Trading",
            isPerpetual: isSpot ? false : try row.name(at: "contractType") == "LinearPerpetual",
            filters: InstrumentFilters(
                priceTick: Price(
                    try row.object(at: "priceFilter").decimal(at: "tickSize", .positive)
                ),
                quantityStep: Quantity(
                    try lot.decimal(at: isSpot ? "basePrecision" : "qtyStep", .positive)
                ),
                minimumQuantity: Quantity(try lot.decimal(at: "minOrderQty", .notNegative)),
                maximumQuantity: try Self.maximum(lot),
                minimumNotional: Money(
                    try lot.decimal(
                        at: isSpot ? "minOrderAmt" : "minNotionalValue",
                        .notNegative
                    )
                )
            )
        )
        maximumMarketQuantity = try lot.optionalDecimal(at: market, .notNegative).map(
            Quantity.init
        )
        // A spot stop that reserves holds its assets back: the one that does not is the better.
        stops = isSpot ? [.market, .reserving] : [.market]
        // Conditional orders of an account for each symbol (docs/v5/order/create-order).
        maximumStops = isSpot ? 30 : 10
        isSettledInSessions = !isSpot && settle != "USDT"
        if !isSpot {
            maximumLeverage = try row.object(at: "leverageFilter").decimal(
                at: "maxLeverage",
                .positive
            )
        }
    }

    /// Spot has come to tell limit and market orders apart, and still has the key of before.
    private static func maximum(_ lot: JSONValue) throws(MessageError) -> Quantity {
        if let limit = try lot.optionalDecimal(at: "maxLimitOrderQty", .notNegative) {
            return Quantity(limit)
        }
        return Quantity(try lot.decimal(at: "maxOrderQty", .notNegative))
    }
}

extension VenueTicker {
    /// Reads the prices of a symbol.
    init(bybit row: JSONValue) throws(MessageError) {
        self.init(
            symbol: try row.name(at: "symbol"),
            last: Price(try row.decimal(at: "lastPrice", .notNegative)),
            bid: Price(try row.optionalDecimal(at: "bid1Price", .notNegative) ?? .zero),
            ask: Price(try row.optionalDecimal(at: "ask1Price", .notNegative) ?? .zero),
            turnover: try row.money(at: "turnover24h")
        )
    }
}

extension VenueBook {
    /// Reads a book, and refuses one that is not in order or of another symbol.
    ///
    /// Its update is that of the stream of 1,000 levels: no other stream can be joined to it.
    init(bybit result: JSONValue, symbol: String) throws(MessageError) {
        guard try result.name(at: "s") == symbol else {
            throw .outOfRange(key: "s", rule: "expected the book of \(symbol)")
        }
        var bids: [BookLevel] = []
        var asks: [BookLevel] = []
        try result.required("b").levels("b", into: &bids)
        try result.required("a").levels("a", into: &asks)
        self.init(
            symbol: symbol,
            lastUpdate: try result.required("u").count("u"),
            bids: bids,
            asks: asks
        )
        time = try result.required("ts").time("ts")
        try requireOrder(at: "b")
    }
}
