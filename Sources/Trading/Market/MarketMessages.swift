/// A trade that the venue published.
public struct PublicTrade: Hashable, Sendable {
    /// In quote units for one base unit.
    public var price: Price
    /// In base units; positive.
    public var quantity: Quantity
    /// The side that took from the book.
    public var taker: Side
    /// The venue's time.
    public var time: Timestamp

    /// Makes a trade.
    @inlinable
    public init(price: Price, quantity: Quantity, taker: Side, time: Timestamp) {
        self.price = price
        self.quantity = quantity
        self.taker = taker
        self.time = time
    }
}

/// The best prices of a book.
public struct Quote: Hashable, Sendable {
    /// The best level that buys.
    public var bid: BookLevel
    /// The best level that sells.
    public var ask: BookLevel

    /// Makes a quote.
    @inlinable
    public init(bid: BookLevel, ask: BookLevel) {
        self.bid = bid
        self.ask = ask
    }
}

/// The venue's fair price of a perpetual contract, and the next funding.
public struct MarkPrice: Hashable, Sendable {
    /// In quote units for one base unit.
    public var price: Price
    /// The fraction of the notional that longs pay to shorts at ``nextFunding``.
    public var fundingRate: Decimal
    /// When funding is settled next.
    public var nextFunding: Timestamp
    /// The venue's time.
    public var time: Timestamp

    /// Makes a mark price.
    @inlinable
    public init(price: Price, fundingRate: Decimal, nextFunding: Timestamp, time: Timestamp) {
        self.price = price
        self.fundingRate = fundingRate
        self.nextFunding = nextFunding
        self.time = time
    }
}

/// What changed at the market of one instrument: the market input of the engine.
///
/// Where inputs wait unread, a later slice takes the place of an earlier one; what happened in
/// between is then in the trade fields.
public struct MarketSlice: Sendable {
    /// What a slice brings.
    public struct Changes: OptionSet, Sendable {
        /// The bits.
        public let rawValue: UInt8
        /// Makes a set of its bits.
        @inlinable
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// ``MarketSlice/bids`` and ``MarketSlice/asks`` are new.
        public static let book = Changes(rawValue: 1)
        /// ``MarketSlice/quote`` is new.
        public static let quote = Changes(rawValue: 2)
        /// There were trades.
        public static let trades = Changes(rawValue: 4)
        /// ``MarketSlice/mark`` is new.
        public static let mark = Changes(rawValue: 8)
        /// The book lost step with the venue: what was known of it no longer holds.
        public static let bookLost = Changes(rawValue: 16)
    }

    /// The instrument that the slice is about.
    public var instrument: InstrumentID
    /// What of the slice is new.
    public var changes: Changes
    /// The best levels that buy, best first.
    public var bids: [BookLevel]
    /// The best levels that sell, best first.
    public var asks: [BookLevel]
    /// The best prices; new with ``Changes/quote``.
    public var quote: Quote
    /// Volume, extremes and last price of the trades since the slice before.
    public var tradedQuantity: Quantity
    /// The highest price of these trades.
    public var tradeHigh: Price
    /// The lowest price of these trades.
    public var tradeLow: Price
    /// The price of the last of these trades.
    public var tradeLast: Price
    /// The venue's fair price; new with ``Changes/mark``.
    public var mark: MarkPrice

    /// Makes a slice that brings nothing yet, with room for `depth` levels a side.
    public init(instrument: InstrumentID, depth: Int) {
        self.instrument = instrument
        changes = []
        bids = []
        asks = []
        bids.reserveCapacity(depth)
        asks.reserveCapacity(depth)
        let nothing = BookLevel(price: .zero, quantity: .zero)
        quote = Quote(bid: nothing, ask: nothing)
        tradedQuantity = .zero
        tradeHigh = .zero
        tradeLow = .zero
        tradeLast = .zero
        mark = MarkPrice(price: .zero, fundingRate: .zero, nextFunding: .never, time: .never)
    }
}

extension MarketSlice {
    /// Takes a later slice in, so that one stands for both: the book and the prices are the later
    /// ones, and trades are added up.
    public mutating func absorb(_ later: MarketSlice) {
        invariant(later.instrument == instrument, "a slice takes in those of its instrument")
        if later.changes.contains(.book) || later.changes.contains(.bookLost) {
            bids = later.bids
            asks = later.asks
            changes.subtract([.book, .bookLost])
        }
        if later.changes.contains(.quote) { quote = later.quote }
        if later.changes.contains(.mark) { mark = later.mark }
        if later.changes.contains(.trades) {
            let isFirst = !changes.contains(.trades)
            tradedQuantity = isFirst ? later.tradedQuantity : tradedQuantity + later.tradedQuantity
            tradeHigh = isFirst ? later.tradeHigh : max(tradeHigh, later.tradeHigh)
            tradeLow = isFirst ? later.tradeLow : min(tradeLow, later.tradeLow)
            tradeLast = later.tradeLast
        }
        changes.formUnion(later.changes)
    }
}
