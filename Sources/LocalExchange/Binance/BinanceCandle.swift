internal import Trading

/// What was traded in an interval.
struct BinanceCandle {
    /// When it began.
    let start: Timestamp
    /// When the next one begins.
    let end: Timestamp
    let open: Price
    private(set) var high: Price
    private(set) var low: Price
    private(set) var close: Price
    private(set) var volume = Quantity.zero
    private(set) var turnover = Money.zero
    /// What takers bought.
    private(set) var bought = Quantity.zero
    private(set) var boughtTurnover = Money.zero
    private(set) var count = 0
    let firstID: UInt64
    private(set) var lastID: UInt64

    /// Begins with the first trade, which is not counted yet.
    private init(_ first: LocalTrade, from start: Timestamp, _ span: TimeSpan) {
        self.start = start
        end = start + span
        open = first.trade.price
        high = open
        low = open
        close = open
        firstID = first.number
        lastID = first.number
    }

    private mutating func add(_ noted: LocalTrade) {
        let trade = noted.trade
        let worth = trade.quantity.notional(at: trade.price, .halfEven)
        high = max(high, trade.price)
        low = min(low, trade.price)
        close = trade.price
        volume += trade.quantity
        turnover = turnover.addingUpToBound(worth)
        if trade.taker == .buy {
            bought += trade.quantity
            boughtTurnover = boughtTurnover.addingUpToBound(worth)
        }
        count += 1
        lastID = noted.number
    }

    /// The candles of trades, oldest first; none for an interval without a trade.
    static func candles(of trades: [LocalTrade], _ interval: BinanceInterval) -> [BinanceCandle] {
        var candles: [BinanceCandle] = []
        for noted in trades {
            let start = interval.start(of: noted.trade.time)
            if candles.last?.start != start {
                candles.append(BinanceCandle(noted, from: start, interval.span))
            }
            candles[candles.count - 1].add(noted)
        }
        return candles
    }
}

/// The day of a market, which begins with the exchange.
struct BinanceDay {
    let open: Price
    let high: Price
    let low: Price
    let last: Price
    let lastQuantity: Quantity
    let volume: Quantity
    let turnover: Money
    let opened: Timestamp
    /// The number of the first trade; -1 without one, as the venue has it.
    let firstID: Int64
    let lastID: Int64
    let count: Int64

    init(_ market: LocalMarket, at now: Timestamp) {
        open = market.day.open
        high = market.day.high
        low = market.day.low
        last = market.lastPrice ?? .zero
        lastQuantity = market.trades.last?.trade.quantity ?? .zero
        volume = market.day.volume
        turnover = market.day.turnover
        opened = Timestamp(nanoseconds: now.nanoseconds - TimeSpan.day.nanoseconds)
        count = Int64(market.tradeCount)
        firstID = count == 0 ? -1 : 1
        lastID = count == 0 ? -1 : count
    }

    var change: Price { last - open }

    var changePercent: String {
        guard !open.isZero else { return "0.000" }
        return change.value.scaled(by: Decimal(100), over: open.value, .halfEven).text(places: 3)
    }

    var average: Price {
        volume.isZero ? .zero : Price(turnover.value.divided(by: volume.value, .halfEven))
    }
}
