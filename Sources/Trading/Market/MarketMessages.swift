/// A trade that the venue published.
public struct PublicTrade: Hashable, Sendable {
    public var price: Price
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
    public var bid: BookLevel
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
    public var price: Price
    /// The fraction of the notional that longs pay to shorts at ``nextFunding``.
    public var fundingRate: Decimal
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
        public let rawValue: UInt8
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

    public var instrument: InstrumentID
    public var changes: Changes
    /// The best levels that buy, best first.
    public var bids: [BookLevel]
    /// The best levels that sell, best first.
    public var asks: [BookLevel]
    public var quote: Quote
    /// Volume, extremes and last price of the trades since the slice before.
    public var tradedQuantity: Quantity
    public var tradeHigh: Price
    public var tradeLow: Price
    public var tradeLast: Price
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
