internal import Exchange
internal import JSON
internal import Trading

// What both markets answer to questions about the market; where they differ, by ``isSpot``.
extension BinanceDesk {
    /// Looks at the book of a market, which numbers its changes.
    func look(_ market: Int) {
        guard books[market]?.seen != house.changes[market] else { return }
        books[market]?.seen = house.changes[market]
        books[market]?.look(
            bids: house.levels(.buy, of: market, atMost: BinanceBook.depth),
            asks: house.levels(.sell, of: market, atMost: BinanceBook.depth)
        )
    }

    func depth(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try market(ask)
        let limit = try ask.parameters.limit(isSpot ? 100 : 500, isSpot ? 5000 : 1000)
        look(market)
        if !isSpot { books[market]?.separateSnapshot() }
        guard let book = books[market] else { throw .badSymbol }
        let time: JSONText? = isSpot ? nil : .time(ask.now)
        return .object([
            ("lastUpdateId", .integer(book.lastUpdate)),
            ("E", time),
            ("T", time),
            ("bids", levels(book.bids.prefix(limit), market)),
            ("asks", levels(book.asks.prefix(limit), market)),
        ])
    }

    func levels(_ levels: some Sequence<BookLevel>, _ market: Int) -> JSONText {
        .levels(Array(levels), { text($0, market) }, { text($0, market) })
    }

    // MARK: Trades

    func trades(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try market(ask)
        let limit = try ask.parameters.limit(500, 1000)
        let trades = try chosen(house.markets[market].trades, ask)
        return .list(
            trades.suffix(limit).map { noted in
                let trade = noted.trade
                let worth = trade.quantity.notional(at: trade.price, .halfEven)
                return .object([
                    ("id", .id(noted.number)),
                    ("price", text(trade.price, market)),
                    ("qty", text(trade.quantity, market)),
                    ("quoteQty", text(worth)),
                    ("time", .time(trade.time)),
                    ("isBuyerMaker", .flag(trade.taker == .sell)),
                    ("isBestMatch", isSpot ? .flag(true) : nil),
                ])
            }
        )
    }

    func aggregateTrades(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try market(ask)
        let limit = try ask.parameters.limit(500, 1000)
        let trades = try chosen(house.markets[market].trades, ask)
        return .list(trades.suffix(limit).map { .object(aggregate($0, market)) })
    }

    /// Every trade is an aggregate of its own.
    func aggregate(_ noted: LocalTrade, _ market: Int) -> [(key: String, value: JSONText?)] {
        [
            ("a", .id(noted.number)),
            ("p", text(noted.trade.price, market)),
            ("q", text(noted.trade.quantity, market)),
            ("f", .id(noted.number)),
            ("l", .id(noted.number)),
            ("T", .time(noted.trade.time)),
            ("m", .flag(noted.trade.taker == .sell)),
            ("M", isSpot ? .flag(true) : nil),
        ]
    }

    private func chosen(_ trades: [LocalTrade], _ ask: BinanceAsk) throws(BinanceError)
        -> [LocalTrade]
    {
        let from = try ask.parameters.integer("fromId")
        let start = try ask.parameters.integer("startTime")
        let end = try ask.parameters.integer("endTime")
        return trades.filter { noted in
            let time = noted.trade.time.milliseconds
            return Int64(noted.number) >= from ?? 0 && time >= start ?? 0
                && time <= end ?? .max
        }
    }

    // MARK: Candles

    func klines(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try market(ask)
        let name = try ask.parameters.required("interval")
        guard let interval = BinanceInterval(name) else { throw .badInterval }
        let limit = try ask.parameters.limit(500, isSpot ? 1000 : 1500)
        let trades = try chosen(house.markets[market].trades, ask)
        return .list(
            BinanceCandle.candles(of: trades, interval).suffix(limit).map { candle in
                .list([
                    .time(candle.start),
                    text(candle.open, market),
                    text(candle.high, market),
                    text(candle.low, market),
                    text(candle.close, market),
                    text(candle.volume, market),
                    .integer(candle.end.milliseconds - 1),
                    text(candle.turnover),
                    .count(candle.count),
                    text(candle.bought, market),
                    text(candle.boughtTurnover),
                    .text("0"),
                ])
            }
        )
    }

    // MARK: Tickers

    func dayTicker(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let isMini = isSpot && ask.parameters.text("type") == "MINI"
        return try each(ask) { market in dayTicker(market, isMini: isMini, at: ask.now) }
    }

    private func dayTicker(_ market: Int, isMini: Bool, at now: Timestamp) -> JSONText {
        let day = BinanceDay(house.markets[market], at: now)
        let isFull = isSpot && !isMini
        look(market)
        let bid = books[market]?.bids.first
        let ask = books[market]?.asks.first
        return .object([
            ("symbol", .text(symbol(market))),
            ("priceChange", isMini ? nil : text(day.change, market)),
            ("priceChangePercent", isMini ? nil : .text(day.changePercent)),
            ("weightedAvgPrice", isMini ? nil : text(day.average, market)),
            ("prevClosePrice", isFull ? text(day.open, market) : nil),
            ("lastPrice", text(day.last, market)),
            ("lastQty", isMini ? nil : text(day.lastQuantity, market)),
            ("bidPrice", isFull ? text(bid?.price ?? .zero, market) : nil),
            ("bidQty", isFull ? text(bid?.quantity ?? .zero, market) : nil),
            ("askPrice", isFull ? text(ask?.price ?? .zero, market) : nil),
            ("askQty", isFull ? text(ask?.quantity ?? .zero, market) : nil),
            ("openPrice", text(day.open, market)),
            ("highPrice", text(day.high, market)),
            ("lowPrice", text(day.low, market)),
            ("volume", text(day.volume, market)),
            ("quoteVolume", text(day.turnover)),
            ("openTime", .time(day.opened)),
            ("closeTime", .time(now)),
            ("firstId", .integer(day.firstID)),
            ("lastId", .integer(day.lastID)),
            ("count", .integer(day.count)),
        ])
    }

    func priceTicker(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        try each(ask) { market in
            .object([
                ("symbol", .text(symbol(market))),
                ("price", text(house.markets[market].lastPrice ?? .zero, market)),
                ("time", isSpot ? nil : .time(ask.now)),
            ])
        }
    }

    func bookTicker(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        try each(ask) { market in
            look(market)
            let bid = books[market]?.bids.first
            let best = books[market]?.asks.first
            return .object([
                ("lastUpdateId", isSpot ? nil : .integer(books[market]?.lastUpdate ?? 0)),
                ("symbol", .text(symbol(market))),
                ("bidPrice", text(bid?.price ?? .zero, market)),
                ("bidQty", text(bid?.quantity ?? .zero, market)),
                ("askPrice", text(best?.price ?? .zero, market)),
                ("askQty", text(best?.quantity ?? .zero, market)),
                ("time", isSpot ? nil : .time(ask.now)),
            ])
        }
    }

    func averagePrice(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try market(ask)
        let begin = ask.now.milliseconds - 300_000
        let trades = house.markets[market].trades.filter { $0.trade.time.milliseconds >= begin }
        var quantity = Quantity.zero
        var worth = Money.zero
        for noted in trades {
            quantity += noted.trade.quantity
            worth += noted.trade.quantity.notional(at: noted.trade.price, .halfEven)
        }
        let average =
            quantity.isZero
            ? house.markets[market].lastPrice ?? .zero
            : Price(worth.value.divided(by: quantity.value, .halfEven))
        let last = house.markets[market].trades.last?.trade.time ?? ask.now
        return .object([
            ("mins", .integer(5)), ("price", average.eight), ("closeTime", .time(last)),
        ])
    }
}
