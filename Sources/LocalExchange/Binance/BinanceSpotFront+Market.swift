internal import Exchange
internal import JSON
internal import Trading

// What anybody may ask.
extension BinanceSpotFront {
    /// The answer to a public call; `nil` for another.
    func publicAnswer(
        _ call: String,
        _ parameters: BinanceParameters,
        at now: Timestamp
    ) throws(BinanceError) -> JSONText? {
        switch call {
        case "GET /api/v3/ping": return .object([])
        case "GET /api/v3/time": return .object([("serverTime", milliseconds(now))])
        case "GET /api/v3/exchangeInfo": return try exchangeInfo(parameters, at: now)
        case "GET /api/v3/depth":
            let limit = min(try parameters.integer("limit") ?? 100, 1000)
            return depth(try market(parameters), Int(limit), at: now)
        case "GET /api/v3/trades":
            let limit = min(try parameters.integer("limit") ?? 500, 1000)
            let trades = house.markets[try market(parameters)].trades.suffix(Int(limit))
            return .list(trades.map(trade))
        case "GET /api/v3/aggTrades":
            let limit = min(try parameters.integer("limit") ?? 500, 1000)
            let trades = house.markets[try market(parameters)].trades.suffix(Int(limit))
            return .list(trades.map(aggregate))
        case "GET /api/v3/avgPrice":
            let last = house.markets[try market(parameters)].lastPrice ?? .zero
            return .object([
                ("mins", .integer(5)), ("price", text(last)), ("closeTime", milliseconds(now)),
            ])
        case "GET /api/v3/ticker/24hr": return try tickers(parameters) { dayTicker($0, at: now) }
        case "GET /api/v3/ticker/price":
            return try tickers(parameters) { market in
                .object([
                    ("symbol", .text(house.markets[market].listing.symbol)),
                    ("price", text(house.markets[market].lastPrice ?? .zero)),
                ])
            }
        case "GET /api/v3/ticker/bookTicker":
            return try tickers(parameters) { market in
                .object([("symbol", .text(house.markets[market].listing.symbol))] + best(market))
            }
        default: return nil
        }
    }

    func text(_ amount: some Amount) -> JSONText { .text(amount.value.text(places: 8)) }

    /// One symbol, several in a list, or all.
    private func tickers(
        _ parameters: BinanceParameters,
        _ ticker: (Int) -> JSONText
    ) throws(BinanceError) -> JSONText {
        if parameters.text("symbol") != nil { return ticker(try market(parameters)) }
        return .list(try chosen(parameters).map(ticker))
    }

    private func chosen(_ parameters: BinanceParameters) throws(BinanceError) -> [Int] {
        guard let list = parameters.text("symbols") else {
            return Array(house.markets.indices)
        }
        var chosen: [Int] = []
        for name in list.split(whereSeparator: { "[]\",".contains($0) }) {
            guard let market = house.market(.binanceSpot, name) else { throw .symbol }
            chosen.append(market)
        }
        return chosen
    }

    private func exchangeInfo(
        _ parameters: BinanceParameters,
        at now: Timestamp
    ) throws(BinanceError) -> JSONText {
        let markets =
            parameters.text("symbol") != nil ? [try market(parameters)] : try chosen(parameters)
        func limit(_ type: String, _ interval: String, _ count: Int64, _ limit: Int64) -> JSONText {
            .object([
                ("rateLimitType", .text(type)), ("interval", .text(interval)),
                ("intervalNum", .integer(count)), ("limit", .integer(limit)),
            ])
        }
        return .object([
            ("timezone", .text("UTC")), ("serverTime", milliseconds(now)),
            (
                "rateLimits",
                .list([
                    limit("REQUEST_WEIGHT", "MINUTE", 1, 6000), limit("ORDERS", "SECOND", 10, 100),
                    limit("ORDERS", "DAY", 1, 200_000),
                ])
            ),
            ("exchangeFilters", .list([])),
            ("symbols", .list(markets.map(symbol))),
        ])
    }

    private func symbol(_ market: Int) -> JSONText {
        let listing = house.markets[market].listing
        let types = [
            "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT",
            "TAKE_PROFIT_LIMIT",
        ]
        func words(_ list: [String]) -> JSONText { .list(list.map { .text($0) }) }
        return .object([
            ("symbol", .text(listing.symbol)), ("status", .text("TRADING")),
            ("baseAsset", .text(listing.base)), ("baseAssetPrecision", .integer(8)),
            ("quoteAsset", .text(listing.quote)), ("quotePrecision", .integer(8)),
            ("quoteAssetPrecision", .integer(8)), ("baseCommissionPrecision", .integer(8)),
            ("quoteCommissionPrecision", .integer(8)), ("orderTypes", words(types)),
            ("icebergAllowed", .flag(false)), ("ocoAllowed", .flag(false)),
            ("otoAllowed", .flag(false)), ("opoAllowed", .flag(false)),
            ("quoteOrderQtyMarketAllowed", .flag(true)), ("allowTrailingStop", .flag(false)),
            ("cancelReplaceAllowed", .flag(false)), ("amendAllowed", .flag(false)),
            ("pegInstructionsAllowed", .flag(false)), ("isSpotTradingAllowed", .flag(true)),
            ("isMarginTradingAllowed", .flag(false)), ("filters", filters(listing)),
            ("permissions", .list([])), ("permissionSets", .list([words(["SPOT"])])),
            ("defaultSelfTradePreventionMode", .text("NONE")),
            ("allowedSelfTradePreventionModes", words(["NONE"])),
        ])
    }

    private func filters(_ listing: VenueInstrument) -> JSONText {
        let filters = listing.filters
        return .list([
            .object([
                ("filterType", .text("PRICE_FILTER")), ("minPrice", text(filters.priceTick)),
                ("maxPrice", .text("1000000.00000000")), ("tickSize", text(filters.priceTick)),
            ]),
            .object([
                ("filterType", .text("LOT_SIZE")), ("minQty", text(filters.minimumQuantity)),
                ("maxQty", text(filters.maximumQuantity)), ("stepSize", text(filters.quantityStep)),
            ]),
            .object([
                ("filterType", .text("MARKET_LOT_SIZE")), ("minQty", .text("0.00000000")),
                ("maxQty", text(filters.maximumQuantity)), ("stepSize", .text("0.00000000")),
            ]),
            .object([
                ("filterType", .text("NOTIONAL")), ("minNotional", text(filters.minimumNotional)),
                ("applyMinToMarket", .flag(true)), ("maxNotional", .text("9000000.00000000")),
                ("applyMaxToMarket", .flag(false)), ("avgPriceMins", .integer(5)),
            ]),
            .object([
                ("filterType", .text("MAX_NUM_ALGO_ORDERS")), ("maxNumAlgoOrders", .integer(5)),
            ]),
        ])
    }

    private func depth(_ market: Int, _ limit: Int, at now: Timestamp) -> JSONText {
        // What the answer shows is what the streams have told, up to the number it names.
        pushBook(market, at: now)
        let book = books[market]
        return .object([
            ("lastUpdateId", .integer(book.lastUpdate)),
            ("bids", levels(book.bids.prefix(limit))), ("asks", levels(book.asks.prefix(limit))),
        ])
    }

    func levels(_ levels: some Sequence<BookLevel>) -> JSONText {
        .list(levels.map { .list([text($0.price), text($0.quantity)]) })
    }

    private func trade(_ trade: LocalTrade) -> JSONText {
        let it = trade.trade
        return .object([
            ("id", .integer(Int64(trade.number))), ("price", text(it.price)),
            ("qty", text(it.quantity)),
            ("quoteQty", text(it.quantity.notional(at: it.price, .halfEven))),
            ("time", milliseconds(it.time)), ("isBuyerMaker", .flag(it.taker == .sell)),
            ("isBestMatch", .flag(true)),
        ])
    }

    /// A trade as the list of aggregate trades has it; each stands for itself.
    private func aggregate(_ trade: LocalTrade) -> JSONText {
        let it = trade.trade
        let number = JSONText.integer(Int64(trade.number))
        return .object([
            ("a", number), ("p", text(it.price)), ("q", text(it.quantity)), ("f", number),
            ("l", number), ("T", milliseconds(it.time)), ("m", .flag(it.taker == .sell)),
            ("M", .flag(true)),
        ])
    }

    /// The best prices of a market.
    private func best(_ market: Int) -> [(key: String, value: JSONText?)] {
        let nothing = BookLevel(price: .zero, quantity: .zero)
        let bid = house.levels(.buy, of: market, atMost: 1).first ?? nothing
        let ask = house.levels(.sell, of: market, atMost: 1).first ?? nothing
        return [
            ("bidPrice", text(bid.price)), ("bidQty", text(bid.quantity)),
            ("askPrice", text(ask.price)), ("askQty", text(ask.quantity)),
        ]
    }

    private func dayTicker(_ market: Int, at now: Timestamp) -> JSONText {
        let it = house.markets[market]
        let last = it.lastPrice ?? .zero
        let change = last - it.day.open
        let percent =
            it.day.open.isZero
            ? Decimal.zero
            : change.value.divided(by: it.day.open.value, .halfEven).times(Decimal(100), .halfEven)
        return .object(
            [
                ("symbol", .text(it.listing.symbol)), ("priceChange", text(change)),
                ("priceChangePercent", .text(percent.text(places: 3))),
                ("weightedAvgPrice", text(last)), ("prevClosePrice", text(it.day.open)),
                ("lastPrice", text(last)),
                ("lastQty", text(it.trades.last?.trade.quantity ?? .zero)),
            ] + best(market) + [
                ("openPrice", text(it.day.open)), ("highPrice", text(it.day.high)),
                ("lowPrice", text(it.day.low)), ("volume", text(it.day.volume)),
                ("quoteVolume", text(it.day.turnover)),
                ("openTime", .integer(now.nanoseconds / 1_000_000 - 86_400_000)),
                ("closeTime", milliseconds(now)),
                ("firstId", .integer(Int64(it.trades.first?.number ?? 0))),
                ("lastId", .integer(Int64(it.trades.last?.number ?? 0))),
                ("count", .integer(Int64(it.trades.count))),
            ]
        )
    }
}
