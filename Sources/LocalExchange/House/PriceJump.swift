public import Exchange
public import Trading

/// A price that jumps at once, and stays where it lands: a market that was overtaken by news.
public struct PriceJump: Hashable, Sendable {
    /// Where the market is.
    public var venue: VenueMarket
    /// Its symbol.
    public var symbol: String
    /// How far, below zero for down: a multiple of its tick.
    public var distance: Price

    /// Makes a jump.
    public init(venue: VenueMarket, symbol: String, distance: Price) {
        self.venue = venue
        self.symbol = symbol
        self.distance = distance
    }
}

// What a market does that jumps.
extension LocalHouse {
    /// Whether the price of a market can jump by a distance now.
    ///
    /// Only what a source drives can, while it trades and its book is in step; and no jump leads to
    /// less than a third or more than three times of the price that the market began with, so that
    /// many of them lead nowhere absurd. What clients alone put into a book stays where they put
    /// it: nobody but they could move it.
    public func canJump(_ market: Int, by distance: Price = .zero) -> Bool {
        guard let source = sources[market], source.feed.isInStep, markets[market].listing.isTrading,
            let bid = source.feed.book.bestBid?.price, let ask = source.feed.book.bestAsk?.price
        else { return false }
        let (first, three) = (markets[market].day.open, Decimal(3))
        return first.isPositive && (bid + distance).times(three, .down) >= first
            && ask + distance <= first.times(three, .down)
    }

    /// Lets the price of a market jump: the book and all that its source tells from now on.
    ///
    /// Orders that rest in its way are filled at their limits. Then somebody trades at the new best
    /// price, so that what waits for a trigger in between is met, and the mark follows.
    ///
    /// - Returns: Whether it did; a market that ``canJump(_:by:)`` says no of stays as it is.
    @discardableResult
    public func jump(_ market: Int, by distance: Price, at now: Timestamp) -> Bool {
        guard canJump(market, by: distance), let source = sources[market] else { return false }
        source.jump(by: distance)
        touch(market)
        bookChanged(market, at: now)
        let taker: Side = distance.isNegative ? .sell : .buy
        let book = source.feed.book
        if let best = taker == .buy ? book.bestAsk : book.bestBid {
            trade(
                PublicTrade(price: best.price, quantity: best.quantity, taker: taker, time: now),
                market,
                at: now
            )
        }
        shiftMark(market, by: distance, at: now)
        return true
    }
}
