internal import Exchange
internal import JSON
internal import Trading

// The messages of market streams.
extension BinanceDesk {
    func trade(_ noted: LocalTrade, _ market: Int, at now: Timestamp) -> JSONText {
        .object([
            ("e", .text("trade")),
            ("E", .time(now)),
            ("s", .text(symbol(market))),
            ("t", .id(noted.number)),
            ("p", text(noted.trade.price, market)),
            ("q", text(noted.trade.quantity, market)),
            ("T", .time(noted.trade.time)),
            ("X", isSpot ? nil : .text("MARKET")),
            ("m", .flag(noted.trade.taker == .sell)),
            ("M", isSpot ? .flag(true) : nil),
        ])
    }

    func aggregateTrade(_ noted: LocalTrade, _ market: Int, at now: Timestamp) -> JSONText {
        .object(
            [
                ("e", .text("aggTrade")), ("E", .time(now)), ("s", .text(symbol(market))),
            ] + aggregate(noted, market)
        )
    }

    func topOfBook(
        _ book: BinanceBook,
        _ bid: BookLevel,
        _ ask: BookLevel,
        _ market: Int,
        at now: Timestamp
    ) -> JSONText {
        .object([
            ("e", isSpot ? nil : .text("bookTicker")),
            ("u", .integer(book.lastUpdate)),
            ("s", .text(symbol(market))),
            ("b", text(bid.price, market)),
            ("B", text(bid.quantity, market)),
            ("a", text(ask.price, market)),
            ("A", text(ask.quantity, market)),
            ("T", isSpot ? nil : .time(now)),
            ("E", isSpot ? nil : .time(now)),
        ])
    }

    func ticker(_ market: Int, at now: Timestamp) -> JSONText {
        let day = BinanceDay(house.markets[market], at: now)
        look(market)
        let bid = books[market]?.bids.first
        let ask = books[market]?.asks.first
        return .object([
            ("e", .text("24hrTicker")),
            ("E", .time(now)),
            ("s", .text(symbol(market))),
            ("p", text(day.change, market)),
            ("P", .text(day.changePercent)),
            ("w", text(day.average, market)),
            ("x", isSpot ? text(day.open, market) : nil),
            ("c", text(day.last, market)),
            ("Q", text(day.lastQuantity, market)),
            ("b", isSpot ? text(bid?.price ?? .zero, market) : nil),
            ("B", isSpot ? text(bid?.quantity ?? .zero, market) : nil),
            ("a", isSpot ? text(ask?.price ?? .zero, market) : nil),
            ("A", isSpot ? text(ask?.quantity ?? .zero, market) : nil),
            ("o", text(day.open, market)),
            ("h", text(day.high, market)),
            ("l", text(day.low, market)),
            ("v", text(day.volume, market)),
            ("q", text(day.turnover)),
            ("O", .time(day.opened)),
            ("C", .time(now)),
            ("F", .integer(day.firstID)),
            ("L", .integer(day.lastID)),
            ("n", .integer(day.count)),
        ])
    }

    func miniTicker(_ market: Int, at now: Timestamp) -> JSONText {
        let day = BinanceDay(house.markets[market], at: now)
        return .object([
            ("e", .text("24hrMiniTicker")),
            ("E", .time(now)),
            ("s", .text(symbol(market))),
            ("c", text(day.last, market)),
            ("o", text(day.open, market)),
            ("h", text(day.high, market)),
            ("l", text(day.low, market)),
            ("v", text(day.volume, market)),
            ("q", text(day.turnover)),
        ])
    }

    /// The candle of the last trade; `nil` before the first one.
    func kline(_ name: String, _ market: Int, at now: Timestamp) -> JSONText? {
        guard let interval = BinanceInterval(name), let last = house.markets[market].trades.last
        else { return nil }
        let start = interval.start(of: last.trade.time)
        let trades = house.markets[market].trades.filter { $0.trade.time >= start }
        guard let candle = BinanceCandle.candles(of: trades, interval).last else { return nil }
        return .object([
            ("e", .text("kline")),
            ("E", .time(now)),
            ("s", .text(symbol(market))),
            (
                "k",
                .object([
                    ("t", .time(candle.start)),
                    ("T", .integer(candle.end.milliseconds - 1)),
                    ("s", .text(symbol(market))),
                    ("i", .text(name)),
                    ("f", .id(candle.firstID)),
                    ("L", .id(candle.lastID)),
                    ("o", text(candle.open, market)),
                    ("c", text(candle.close, market)),
                    ("h", text(candle.high, market)),
                    ("l", text(candle.low, market)),
                    ("v", text(candle.volume, market)),
                    ("n", .count(candle.count)),
                    ("x", .flag(now >= candle.end)),
                    ("q", text(candle.turnover)),
                    ("V", text(candle.bought, market)),
                    ("Q", text(candle.boughtTurnover)),
                    ("B", .text("0")),
                ])
            ),
        ])
    }

    /// The index is taken to be the mark: there is one market of each contract here.
    func markPrice(_ mark: MarkPrice, _ market: Int, at now: Timestamp) -> JSONText {
        .object([
            ("e", .text("markPriceUpdate")),
            ("E", .time(now)),
            ("s", .text(symbol(market))),
            ("p", mark.price.eight),
            ("i", mark.price.eight),
            ("P", mark.price.eight),
            ("r", .text(mark.fundingRate.cut(to: 8))),
            ("T", .time(mark.nextFunding)),
        ])
    }
}
