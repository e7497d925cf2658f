internal import Exchange
internal import Trading

/// A pair that is to be looked at.
struct ScanItem: Hashable {
    let quote: String
    let symbol: String
    let ticker: VenueTicker?

    /// Where the scan stands after it.
    var cursor: String { "\(quote) \(symbol)" }

    /// Whether it comes behind a cursor: by quote asset, then by symbol.
    func isBehind(_ cursor: String) -> Bool {
        guard !cursor.isEmpty else { return true }
        let parts = cursor.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return true }
        return (parts[0], parts[1]) < (quote, symbol)
    }

    /// The pairs of a market that trade now, in the order of a scan; of contracts the perpetual
    /// ones, because others end.
    static func list(
        _ instruments: [VenueInstrument],
        _ tickers: [String: VenueTicker],
        in market: VenueMarket
    ) -> [ScanItem] {
        var seen: Set<String> = []
        return
            instruments
            .filter { $0.isTrading && (market.market == .spot || $0.isPerpetual) }
            // Pages may overlap where something is listed meanwhile.
            .filter { seen.insert($0.symbol).inserted }
            .map { ScanItem(quote: $0.quote, symbol: $0.symbol, ticker: tickers[$0.symbol]) }
            .sorted { ($0.quote, $0.symbol) < ($1.quote, $1.symbol) }
    }

    /// What was found out about it; `nil` where the venue tells no turnover that can be believed.
    ///
    /// - Parameters:
    ///   - book: Its book; `nil` where the venue gave none.
    ///   - rate: What one unit of its quote asset is worth; `nil` where that is not known.
    /// - Returns: The pair.
    func pair(_ book: VenueBook?, rate: Decimal?) -> ScannedPair? {
        guard let ticker, ticker.turnover.isWithinBounds, !ticker.turnover.isNegative else {
            return nil
        }
        return ScannedPair(
            symbol: symbol,
            quote: quote,
            turnover: ticker.turnover,
            value: rate.flatMap { ticker.turnover.worth($0) },
            bid: bounded(told(ticker.bid) ?? book?.bids.first?.price),
            ask: bounded(told(ticker.ask) ?? book?.asks.first?.price),
            depth: book.flatMap { $0.depth(within: ScanPlan.nearness) }
        )
    }

    private func told(_ price: Price?) -> Price? { price.flatMap { $0.isZero ? nil : $0 } }

    private func bounded(_ price: Price?) -> Price {
        price.flatMap { $0.isWithinBounds && !$0.isNegative ? $0 : nil } ?? .zero
    }
}

extension Money {
    /// The amount at a rate; `nil` where that is beyond what a state holds.
    fileprivate func worth(_ rate: Decimal) -> Money? {
        guard rate == .one || value.canMultiply(rate) else { return nil }
        let worth = times(rate, .halfEven)
        return worth.isWithinBounds ? worth : nil
    }
}

extension VenueBook {
    /// What rests no farther from the middle than a share of its price, where a side is empty from
    /// the best price of the other; `nil` where the figures are beyond what a state holds.
    func depth(within nearness: Decimal) -> MarketDepth? {
        guard let best = bids.first ?? asks.first else { return MarketDepth.none }
        let low = bids.first?.price ?? best.price
        let high = asks.first?.price ?? best.price
        guard low.isWithinBounds, high.isWithinBounds else { return nil }
        let middle = (low.value + high.value).divided(by: Decimal(2), .halfEven)
        let span = middle.times(nearness, .up)
        guard let buys = worth(bids.prefix(while: { $0.price.value >= middle - span })),
            let sells = worth(asks.prefix(while: { $0.price.value <= middle + span }))
        else { return nil }
        return MarketDepth(bids: buys, asks: sells)
    }

    private func worth(_ levels: some Sequence<BookLevel>) -> Money? {
        var sum = Money.zero
        for level in levels {
            guard !level.quantity.isNegative, level.quantity.canMultiply(level.price) else {
                return nil
            }
            sum += level.quantity.notional(at: level.price, .down)
            guard sum.isWithinBounds else { return nil }
        }
        return sum
    }
}

/// What one unit of each quote asset is worth in the asset that turnovers are compared in.
struct ScanRates {
    private let asset: String
    private var rates: [String: Decimal] = [:]

    /// Takes the prices of the pairs that lead directly from one to the other.
    init(_ asset: String, _ instruments: [VenueInstrument], _ tickers: [String: VenueTicker]) {
        self.asset = asset
        for instrument in instruments where instrument.isTrading {
            guard let last = tickers[instrument.symbol]?.last.value, last > .zero,
                last.isWithinBounds
            else { continue }
            if instrument.quote == asset {
                rates[instrument.base] = rates[instrument.base] ?? last
            }
            if instrument.base == asset, last >= Self.least {
                let rate = Decimal.one.divided(by: last, .halfEven)
                rates[instrument.quote] = rates[instrument.quote] ?? rate
            }
        }
    }

    /// Below this a price has no reciprocal of use.
    private static let least = Decimal(units: 1_000_000)

    /// The rate of a quote asset; `nil` where no pair leads to it.
    func rate(of quote: String) -> Decimal? { quote == asset ? .one : rates[quote] }
}
