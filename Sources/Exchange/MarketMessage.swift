public import Trading

/// A message of a public market stream, decoded.
///
/// Made once and filled again and again, so that decoding allocates nothing in the long run.
/// ``kind`` says which of the other fields hold; the rest is left over from messages before.
public struct MarketMessage: Sendable {
    /// What a message brings.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// Something that is of no use here, as a reply or a stream that is not known.
        case other
        /// Changes of the book.
        case depthUpdate
        /// The whole book, as far as it was asked for.
        case depthSnapshot
        /// One trade.
        case trade
        /// The best prices.
        case quote
        /// The fair price and the next funding.
        case mark
    }

    /// What this message brings.
    public internal(set) var kind = Kind.other
    /// The market it comes from, where the message tells.
    public internal(set) var market: Market?
    /// The symbol in upper case, UTF-8; empty where the message does not tell, as a snapshot.
    public internal(set) var symbol: [UInt8] = []
    /// The venue's time; `Timestamp/never` where the message does not tell.
    public internal(set) var time = Timestamp.never

    /// The first update of a depth event (`U`).
    public internal(set) var firstUpdate: Int64 = 0
    /// The last update of a depth event (`u`), a snapshot (`lastUpdateId`) or a quote (`u`).
    public internal(set) var lastUpdate: Int64 = 0
    /// The last update of the depth event before (`pu`); only on a perpetual market.
    public internal(set) var previousUpdate: Int64 = 0
    /// Changed or, in a snapshot, resting levels that buy.
    public internal(set) var bids: [BookLevel] = []
    /// Changed or, in a snapshot, resting levels that sell.
    public internal(set) var asks: [BookLevel] = []

    /// The trade.
    public internal(set) var trade = PublicTrade(
        price: .zero,
        quantity: .zero,
        taker: .buy,
        time: .never
    )
    /// Whether the trade took from the book; an insurance fund's or a liquidation's need not.
    public internal(set) var isMarketTrade = true
    /// The best prices.
    public internal(set) var quote = Quote(
        bid: BookLevel(price: .zero, quantity: .zero),
        ask: BookLevel(price: .zero, quantity: .zero)
    )
    /// The fair price.
    public internal(set) var mark = MarkPrice(
        price: .zero,
        fundingRate: .zero,
        nextFunding: .never,
        time: .never
    )

    /// Makes a message that brings nothing yet.
    public init() {}

    /// The highest price in it; zero where there is none.
    public var highestPrice: Price {
        switch kind {
        case .other: .zero
        case .depthUpdate, .depthSnapshot: max(Self.highest(bids), Self.highest(asks))
        case .trade: trade.price
        case .quote: max(quote.bid.price, quote.ask.price)
        case .mark: mark.price
        }
    }

    private static func highest(_ levels: [BookLevel]) -> Price {
        var highest = Price.zero
        for level in levels where level.price > highest { highest = level.price }
        return highest
    }

    /// Multiplies every price by `factor`, so that a generated market can be at any height.
    ///
    /// The factor is a whole number, so nothing is rounded.
    public mutating func scalePrices(by factor: Int64) {
        func scaled(_ price: Price) -> Price {
            Price(units: price.value.units * Int128(factor))
        }
        switch kind {
        case .other: break
        case .depthUpdate, .depthSnapshot:
            for index in bids.indices { bids[index].price = scaled(bids[index].price) }
            for index in asks.indices { asks[index].price = scaled(asks[index].price) }
        case .trade: trade.price = scaled(trade.price)
        case .quote:
            quote.bid.price = scaled(quote.bid.price)
            quote.ask.price = scaled(quote.ask.price)
        case .mark: mark.price = scaled(mark.price)
        }
    }

    /// Adds a difference to every price, so that a market can have jumped.
    ///
    /// Levels at zero or below are left out, and a message of which nothing else is left brings
    /// nothing.
    package mutating func shiftPrices(by difference: Price) {
        switch kind {
        case .other: break
        case .depthUpdate, .depthSnapshot:
            for index in bids.indices { bids[index].price += difference }
            for index in asks.indices { asks[index].price += difference }
            bids.removeAll { !$0.price.isPositive }
            asks.removeAll { !$0.price.isPositive }
        case .trade:
            trade.price += difference
            if !trade.price.isPositive { kind = .other }
        case .quote:
            quote.bid.price += difference
            quote.ask.price += difference
            if !quote.bid.price.isPositive { kind = .other }
        case .mark:
            mark.price += difference
            if !mark.price.isPositive { kind = .other }
        }
    }

    /// Makes this message bring nothing.
    mutating func clear() {
        kind = .other
        market = nil
        symbol.removeAll(keepingCapacity: true)
        time = .never
    }
}
