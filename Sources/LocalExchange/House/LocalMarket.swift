public import Exchange
public import Trading

/// A market to open.
public struct LocalMarketPlan {
    /// Where it is.
    public var venue: VenueMarket
    /// What clients are told of it.
    public var listing: VenueInstrument
    /// What trading costs.
    public var fees: FeeSchedule
    /// Where the book comes from.
    public var source: BookSource.Plan

    /// Makes a plan.
    public init(
        venue: VenueMarket,
        listing: VenueInstrument,
        fees: FeeSchedule,
        source: BookSource.Plan
    ) {
        self.venue = venue
        self.listing = listing
        self.fees = fees
        self.source = source
    }
}

/// A market of the local exchange.
public struct LocalMarket {
    /// Where it is.
    public let venue: VenueMarket
    /// What clients are told of it.
    public internal(set) var listing: VenueInstrument
    /// What the matching model goes by.
    public internal(set) var instrument: Instrument
    /// The newest public trades, oldest first; at most ``maximumTrades``.
    public internal(set) var trades: [LocalTrade] = []
    /// The fair price; `nil` before the first trade and on spot.
    public internal(set) var mark: MarkPrice?
    /// The day so far, which begins with the exchange.
    public internal(set) var day = Day()
    var tradeCount: UInt64 = 0

    /// How many trades are kept.
    public static var maximumTrades: Int { 1000 }

    /// Prices and volume since the exchange began.
    public struct Day: Sendable {
        /// The first price; zero before the first trade, as all of these.
        public var open = Price.zero
        /// The highest price.
        public var high = Price.zero
        /// The lowest price.
        public var low = Price.zero
        /// What was traded in base units.
        public var volume = Quantity.zero
        /// What was traded in quote units.
        public var turnover = Money.zero
    }

    init(_ plan: LocalMarketPlan, number: Int, _ assets: inout AssetNames) {
        venue = plan.venue
        listing = plan.listing
        instrument = Instrument(
            id: InstrumentID(UInt16(number)),
            symbol: plan.listing.symbol,
            market: plan.venue.market,
            base: assets.number(of: plan.listing.base),
            quote: assets.number(of: plan.listing.quote),
            filters: plan.listing.filters,
            fees: plan.fees,
            margin: plan.venue.market == .spot
                ? .unlevered
                : MarginTerms(
                    leverage: min(Decimal(10), plan.listing.maximumLeverage ?? Decimal(10)),
                    maintenanceRate: Decimal(units: Decimal.unitsPerOne / 200)
                )
        )
    }

    /// The price of the last trade; `nil` before the first one.
    public var lastPrice: Price? { trades.last?.trade.price }

    /// Notes a public trade.
    mutating func note(_ trade: PublicTrade) -> LocalTrade {
        tradeCount += 1
        let noted = LocalTrade(number: tradeCount, trade: trade)
        if trades.count == Self.maximumTrades { trades.removeFirst(Self.maximumTrades / 2) }
        trades.append(noted)
        if day.open.isZero {
            day.open = trade.price
            day.high = trade.price
            day.low = trade.price
        }
        day.high = max(day.high, trade.price)
        day.low = min(day.low, trade.price)
        day.volume += trade.quantity
        day.turnover = day.turnover.addingUpToBound(
            trade.quantity.notional(at: trade.price, .halfEven)
        )
        return noted
    }
}
