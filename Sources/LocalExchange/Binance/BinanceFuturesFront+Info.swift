internal import Exchange
internal import JSON
internal import Trading

// What can be traded on USD-M, and its fair prices.
extension BinanceFuturesFront {
    static let orderTypes = [
        "LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET",
    ]
    static var maximumPrice: Price { Price(Decimal(1_000_000)) }
    static var maximumOrders: Int { 200 }
    /// How many conditional orders may wait where the market does not say.
    static var maximumStops: Int { 10 }

    func exchangeInfo(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        var assets: [JSONText] = []
        var seen: Set<String> = []
        for market in desk.markets {
            let code = desk.house.markets[market].listing.settle
            guard seen.insert(code).inserted else { continue }
            assets.append(
                .object([
                    ("asset", .text(code)), ("marginAvailable", .flag(true)),
                    ("autoAssetExchange", .text("-10000")),
                ])
            )
        }
        return .object([
            ("timezone", .text("UTC")),
            ("serverTime", .time(ask.now)),
            ("futuresType", .text("U_MARGINED")),
            ("rateLimits", desk.allLimits),
            ("exchangeFilters", .list([])),
            ("assets", .list(assets)),
            ("symbols", .list(desk.markets.map(symbolInfo))),
        ])
    }

    private func symbolInfo(_ market: Int) -> JSONText {
        let listing = desk.house.markets[market].listing
        return .object([
            ("symbol", .text(listing.symbol)),
            ("pair", .text(listing.symbol)),
            ("contractType", .text("PERPETUAL")),
            ("deliveryDate", .integer(4_133_404_800_000)),
            ("onboardDate", .integer(1_569_398_400_000)),
            ("status", .text(listing.isTrading ? "TRADING" : "BREAK")),
            ("maintMarginPercent", .text("2.5000")),
            ("requiredMarginPercent", .text("5.0000")),
            ("baseAsset", .text(listing.base)),
            ("quoteAsset", .text(listing.quote)),
            ("marginAsset", .text(listing.settle)),
            ("pricePrecision", .count(desk.pricePlaces(market))),
            ("quantityPrecision", .count(desk.quantityPlaces(market))),
            ("baseAssetPrecision", .integer(8)),
            ("quotePrecision", .integer(8)),
            ("underlyingType", .text("COIN")),
            ("underlyingSubType", .list([])),
            ("settlePlan", .integer(0)),
            ("triggerProtect", .text("0.0500")),
            ("liquidationFee", .text("0.012500")),
            ("marketTakeBound", .text("0.05")),
            ("filters", .list(filters(listing))),
            ("orderTypes", .list(Self.orderTypes.map { .text($0) })),
            ("timeInForce", .list(["GTC", "IOC", "FOK", "GTX"].map { .text($0) })),
        ])
    }

    private func filters(_ listing: VenueInstrument) -> [JSONText] {
        let filters = listing.filters
        let most = listing.maximumMarketQuantity ?? filters.maximumQuantity
        let step = filters.quantityStep.short
        return [
            .object([
                ("filterType", .text("PRICE_FILTER")), ("minPrice", filters.priceTick.short),
                ("maxPrice", Self.maximumPrice.short), ("tickSize", filters.priceTick.short),
            ]),
            .object([
                ("filterType", .text("LOT_SIZE")), ("minQty", filters.minimumQuantity.short),
                ("maxQty", filters.maximumQuantity.short), ("stepSize", step),
            ]),
            .object([
                ("filterType", .text("MARKET_LOT_SIZE")),
                ("minQty", filters.minimumQuantity.short), ("maxQty", most.short),
                ("stepSize", step),
            ]),
            .object([
                ("filterType", .text("MAX_NUM_ORDERS")), ("limit", .count(Self.maximumOrders)),
            ]),
            .object([
                ("filterType", .text("MAX_NUM_ALGO_ORDERS")),
                ("limit", .count(listing.maximumStops ?? Self.maximumStops)),
            ]),
            .object([
                ("filterType", .text("MIN_NOTIONAL")),
                ("notional", filters.minimumNotional.short),
            ]),
        ]
    }

    // MARK: Fair prices

    /// The index is taken to be the mark: there is one market of each contract here.
    func premiumIndex(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        try desk.each(ask) { market in
            let mark = desk.house.markets[market].mark
            let price = (mark?.price ?? .zero).eight
            return .object([
                ("symbol", .text(desk.symbol(market))),
                ("markPrice", price),
                ("indexPrice", price),
                ("estimatedSettlePrice", price),
                ("lastFundingRate", .text((mark?.fundingRate ?? .zero).cut(to: 8))),
                ("interestRate", .text("0.00010000")),
                ("nextFundingTime", .time(mark?.nextFunding ?? .never)),
                ("time", .time(mark?.time ?? ask.now)),
            ])
        }
    }

    func fundingRates(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.marketIfNamed(ask)
        let start = try ask.parameters.integer("startTime") ?? 0
        let end = try ask.parameters.integer("endTime") ?? .max
        let limit = try ask.parameters.limit(100, 1000)
        let chosen = fundings.filter { funding in
            let time = funding.mark.nextFunding.milliseconds
            return (market ?? funding.market) == funding.market && time >= start && time <= end
        }
        return .list(
            chosen.suffix(limit).map { funding in
                .object([
                    ("symbol", .text(desk.symbol(funding.market))),
                    ("fundingTime", .time(funding.mark.nextFunding)),
                    ("fundingRate", .text(funding.mark.fundingRate.cut(to: 8))),
                    ("markPrice", funding.mark.price.eight),
                ])
            }
        )
    }

    func fundingInfo(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        .list(
            desk.markets.map { market in
                .object([
                    ("symbol", .text(desk.symbol(market))),
                    ("adjustedFundingRateCap", .text("0.02000000")),
                    ("adjustedFundingRateFloor", .text("-0.02000000")),
                    ("fundingIntervalHours", .integer(8)),
                    ("disclaimer", .flag(false)),
                ])
            }
        )
    }
}

extension BinanceDesk {
    /// The limits of orders, without what is used of them.
    var orderTerms: JSONText {
        guard case .list(let all) = allLimits else { return .list([]) }
        return .list(Array(all.dropFirst()))
    }
}
