internal import Exchange
internal import JSON
internal import Trading

// What can be traded on spot.
extension BinanceSpotFront {
    static let orderTypes = [
        "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT",
        "TAKE_PROFIT_LIMIT",
    ]

    /// The highest price that orders may have.
    static var maximumPrice: Price { Price(Decimal(1_000_000)) }
    /// How many orders may be open in a market.
    static var maximumOrders: Int { 200 }

    func exchangeInfo(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let symbols: JSONText
        switch try desk.each(ask, symbolInfo) {
        case .list(let list): symbols = .list(list)
        case let one: symbols = .list([one])
        }
        return .object([
            ("timezone", .text("UTC")),
            ("serverTime", .time(ask.now)),
            ("rateLimits", desk.allLimits),
            ("exchangeFilters", .list([])),
            ("symbols", symbols),
        ])
    }

    private func symbolInfo(_ market: Int) -> JSONText {
        let listing = desk.house.markets[market].listing
        let eight = JSONText.integer(8)
        let yes = JSONText.flag(true)
        let no = JSONText.flag(false)
        return .object([
            ("symbol", .text(listing.symbol)),
            ("status", .text(listing.isTrading ? "TRADING" : "BREAK")),
            ("baseAsset", .text(listing.base)),
            ("baseAssetPrecision", eight),
            ("quoteAsset", .text(listing.quote)),
            ("quotePrecision", eight),
            ("quoteAssetPrecision", eight),
            ("baseCommissionPrecision", eight),
            ("quoteCommissionPrecision", eight),
            ("orderTypes", .list(Self.orderTypes.map { .text($0) })),
            ("icebergAllowed", no),
            ("ocoAllowed", no),
            ("otoAllowed", no),
            ("opoAllowed", no),
            ("quoteOrderQtyMarketAllowed", yes),
            ("allowTrailingStop", no),
            ("cancelReplaceAllowed", yes),
            ("amendAllowed", yes),
            ("pegInstructionsAllowed", no),
            ("isSpotTradingAllowed", yes),
            ("isMarginTradingAllowed", no),
            ("filters", .list(filters(listing))),
            ("permissions", .list([])),
            ("permissionSets", .list([.list([.text("SPOT")])])),
            ("defaultSelfTradePreventionMode", .text("EXPIRE_MAKER")),
            ("allowedSelfTradePreventionModes", .list(Self.preventions.map { .text($0) })),
        ])
    }

    /// An account never trades with itself here, so that every mode does the same.
    static let preventions = ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT", "NONE"]

    private func filters(_ listing: VenueInstrument) -> [JSONText] {
        let filters = listing.filters
        let most = listing.maximumMarketQuantity ?? filters.maximumQuantity
        return [
            .object([
                ("filterType", .text("PRICE_FILTER")), ("minPrice", filters.priceTick.eight),
                ("maxPrice", Self.maximumPrice.eight), ("tickSize", filters.priceTick.eight),
            ]),
            .object([
                ("filterType", .text("LOT_SIZE")), ("minQty", filters.minimumQuantity.eight),
                ("maxQty", filters.maximumQuantity.eight),
                ("stepSize", filters.quantityStep.eight),
            ]),
            .object([
                ("filterType", .text("MARKET_LOT_SIZE")), ("minQty", Quantity.zero.eight),
                ("maxQty", most.eight), ("stepSize", Quantity.zero.eight),
            ]),
            .object([
                ("filterType", .text("NOTIONAL")), ("minNotional", filters.minimumNotional.eight),
                ("applyMinToMarket", .flag(true)), ("maxNotional", .text("9000000.00000000")),
                ("applyMaxToMarket", .flag(false)), ("avgPriceMins", .integer(5)),
            ]),
            .object([
                ("filterType", .text("MAX_NUM_ORDERS")),
                ("maxNumOrders", .count(Self.maximumOrders)),
            ]),
            .object([
                ("filterType", .text("MAX_NUM_ALGO_ORDERS")),
                ("maxNumAlgoOrders", .count(listing.maximumStops ?? Self.maximumStops)),
            ]),
        ]
    }

    /// How many conditional orders may be open where the market does not say.
    static var maximumStops: Int { 5 }
}
