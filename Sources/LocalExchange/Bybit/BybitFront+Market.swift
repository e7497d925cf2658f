internal import Exchange
internal import JSON
internal import Trading

// What everybody may ask.
extension BybitFront {
    func time(_ now: Timestamp) -> BybitAnswer {
        BybitAnswer(
            .object([
                ("timeSecond", .text(String(now.nanoseconds / 1_000_000_000))),
                ("timeNano", .text(String(now.nanoseconds))),
            ])
        )
    }

    /// The market that a public question is about.
    private func market(_ asked: BybitParameters) throws(BybitError) -> Int {
        let category = try asked.category()
        let symbol = try asked.required("symbol")
        guard let venue = category.venue, let market = house.market(venue, symbol) else {
            throw BybitError(10001, "Not supported symbols")
        }
        return market
    }

    /// The markets of a category, of one symbol where it is named, in order of listing.
    func markets(
        _ category: BybitCategory,
        _ symbol: String?
    ) throws(BybitError) -> [Int] {
        let found = house.markets.indices.filter { market in
            house.markets[market].venue == category.venue
                && (symbol == nil || house.markets[market].listing.symbol == symbol)
        }
        if symbol != nil, found.isEmpty, category.venue != nil {
            throw BybitError(10001, "Not supported symbols")
        }
        return found
    }

    func instruments(_ asked: BybitParameters) throws(BybitError) -> BybitAnswer {
        let category = try asked.category()
        let status = try asked.text("status")
        let base = try asked.text("baseCoin")
        let limit = try asked.integer("limit", in: 1...1000, default: 500)
        var found = try markets(category, try asked.text("symbol")).filter { market in
            let listing = house.markets[market].listing
            return (status == nil || status == listing.bybitStatus)
                && (base == nil || base == listing.base)
        }
        var cursor = ""
        if !category.isSpot {
            let first = try BybitCursor.place(of: asked.text("cursor"))
            found = Array(found.dropFirst(first))
            if found.count > limit { cursor = "first%3D\(first + limit)%26" }
            found = Array(found.prefix(limit))
        }
        let list = JSONText.list(
            found.map { market in
                category.isSpot ? spotInstrument(market) : linearInstrument(market)
            }
        )
        return BybitAnswer(
            .object([
                ("category", .text(category.rawValue)), ("list", list),
                ("nextPageCursor", category.isSpot ? nil : .text(cursor)),
            ])
        )
    }

    func book(_ asked: BybitParameters, _ now: Timestamp) throws(BybitError) -> BybitAnswer {
        let market = try market(asked)
        let isSpot = house.markets[market].venue == .bybitSpot
        let limit = try asked.integer("limit", in: 1...1000, default: isSpot ? 1 : 25)
        let stream = bookStream(market, depth: 1000, at: now)
        let scale = boards[market].scale
        return BybitAnswer(
            .object([
                ("s", .text(house.markets[market].listing.symbol)),
                ("a", .list(stream.asks.prefix(limit).map(scale.pair))),
                ("b", .list(stream.bids.prefix(limit).map(scale.pair))),
                ("ts", .integer(now.milliseconds)), ("u", .integer(stream.update)),
                ("seq", .integer(stream.sequence)), ("cts", .integer(stream.changed.milliseconds)),
            ])
        )
    }

    func tickers(_ asked: BybitParameters) throws(BybitError) -> BybitAnswer {
        let category = try asked.category()
        let found = try markets(category, try asked.text("symbol"))
        let list = found.map { market in
            JSONText.object(tickerRow(market).map { ($0.key, .text($0.value)) })
        }
        return BybitAnswer(
            .object([("category", .text(category.rawValue)), ("list", .list(list))])
        )
    }

    func recentTrades(_ asked: BybitParameters) throws(BybitError) -> BybitAnswer {
        let market = try market(asked)
        let place = house.markets[market]
        let isSpot = place.venue == .bybitSpot
        let limit = try asked.integer("limit", in: 1...1000, default: isSpot ? 60 : 500)
        let board = boards[market]
        let list = place.trades.suffix(isSpot ? min(limit, 60) : limit).reversed().map { noted in
            JSONText.object([
                ("execId", .text(ids.trade(noted.number, of: market, in: place.venue))),
                ("symbol", .text(place.listing.symbol)),
                ("price", .text(board.scale.text(noted.trade.price))),
                ("size", .text(board.scale.text(noted.trade.quantity))),
                ("side", .text(noted.trade.taker.bybit)),
                ("time", noted.trade.time.millisecondText), ("isBlockTrade", .flag(false)),
                ("isRPITrade", .flag(false)),
                ("seq", .text(String(board.sequence(ofTrade: noted.number)))),
            ])
        }
        return BybitAnswer(
            .object([
                ("category", .text(BybitCategory(place.venue).rawValue)), ("list", .list(list)),
            ])
        )
    }

    func fundingHistory(_ asked: BybitParameters) throws(BybitError) -> BybitAnswer {
        let market = try market(asked)
        let limit = try asked.integer("limit", in: 1...200, default: 200)
        let start = try asked.moment("startTime")
        let end = try asked.moment("endTime")
        let symbol = house.markets[market].listing.symbol
        let found = boards[market].fundings.reversed().filter { funding in
            (start.map { funding.time >= $0 } ?? true) && (end.map { funding.time <= $0 } ?? true)
        }
        let list = found.prefix(limit).map { funding in
            JSONText.object([
                ("symbol", .text(symbol)), ("fundingRate", .text(funding.rate.description)),
                ("fundingRateTimestamp", funding.time.millisecondText),
            ])
        }
        return BybitAnswer(
            .object([
                ("category", .text(BybitCategory(house.markets[market].venue).rawValue)),
                ("list", .list(list)),
            ])
        )
    }
}

// MARK: Candles, of the trades that the house still has

extension BybitFront {
    private struct Candle {
        var start: Timestamp
        var open: Price
        var high: Price
        var low: Price
        var close: Price
        var volume = Quantity.zero
        var turnover = Money.zero
    }

    func candles(_ asked: BybitParameters) throws(BybitError) -> BybitAnswer {
        // The category has a default here, and only here.
        let category = try asked.text("category") == nil ? BybitCategory.linear : asked.category()
        let symbol = try asked.required("symbol")
        guard let venue = category.venue, let market = house.market(venue, symbol) else {
            throw BybitError(10001, "Not supported symbols")
        }
        let (span, shift) = try Self.interval(try asked.required("interval"))
        let limit = try asked.integer("limit", in: 1...1000, default: 200)
        let start = try asked.moment("start")
        let end = try asked.moment("end")
        var candles: [Candle] = []
        for noted in house.markets[market].trades {
            let trade = noted.trade
            let passed = trade.time.nanoseconds - shift.nanoseconds
            let begin = Timestamp(
                nanoseconds: passed - passed % span.nanoseconds + shift.nanoseconds
            )
            if candles.last?.start != begin {
                let price = trade.price
                candles.append(
                    Candle(start: begin, open: price, high: price, low: price, close: price)
                )
            }
            let last = candles.count - 1
            candles[last].high = max(candles[last].high, trade.price)
            candles[last].low = min(candles[last].low, trade.price)
            candles[last].close = trade.price
            candles[last].volume += trade.quantity
            candles[last].turnover = candles[last].turnover.addingUpToBound(
                trade.quantity.notional(at: trade.price, .halfEven)
            )
        }
        let found = candles.reversed().filter { candle in
            (start.map { candle.start >= $0 } ?? true) && (end.map { candle.start <= $0 } ?? true)
        }
        let scale = boards[market].scale
        let list = found.prefix(limit).map { candle in
            JSONText.list([
                candle.start.millisecondText, .text(scale.text(candle.open)),
                .text(scale.text(candle.high)), .text(scale.text(candle.low)),
                .text(scale.text(candle.close)), .text(scale.text(candle.volume)),
                .amount(candle.turnover),
            ])
        }
        return BybitAnswer(
            .object([
                ("symbol", .text(symbol)), ("category", .text(category.rawValue)),
                ("list", .list(list)),
            ])
        )
    }

    /// The length of an interval and where its grid begins after 1970.
    private static func interval(_ text: String) throws(BybitError) -> (TimeSpan, TimeSpan) {
        switch text {
        case "1", "3", "5", "15", "30", "60", "120", "240", "360", "720":
            return (TimeSpan(seconds: 60 * (Int64(text) ?? 1)), .zero)
        case "D": return (.day, .zero)
        // Weeks begin on Mondays, and 1970 began on a Thursday.
        case "W": return (TimeSpan(seconds: 7 * 86_400), TimeSpan(seconds: 4 * 86_400))
        default: throw .parameter("interval")
        }
    }
}
