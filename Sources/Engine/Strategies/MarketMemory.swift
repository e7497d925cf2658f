public import Trading

/// What the market last showed of one instrument: a fold over market inputs and nothing else.
public struct MarketMemory: Sendable {
    /// Whether the book is in step with the venue; nothing is decided while it is not.
    package private(set) var isInStep = false
    /// The best prices.
    package private(set) var bid = BookLevel(price: .zero, quantity: .zero)
    package private(set) var ask = BookLevel(price: .zero, quantity: .zero)
    /// What buyers and sellers hold within the depth of the strategy.
    package private(set) var bidVolume = Quantity.zero
    package private(set) var askVolume = Quantity.zero
    /// When the market last said anything.
    package private(set) var seenAt = Timestamp.never

    /// The middle of the best prices as it was last held for a second, and the one that may become
    /// it; a price that stands for a moment is not trusted.
    private var settledMiddle = Price.zero
    private var freshMiddle = Price.zero
    private var freshAt = Timestamp.never
    /// The venue's fair price of a contract, and when it was told last.
    private var mark = Price.zero
    private var markAt = Timestamp.never

    /// How long a middle must have stood to be trusted.
    private static let settling = TimeSpan.second
    /// How long a mark holds: venues tell it every second.
    private static let longestMark = TimeSpan(seconds: 10)

    /// How long a market may be silent until what it showed is not traded on any more.
    public static let longestSilence = TimeSpan(seconds: 300)

    private let depth: Int

    init(strategy: StrategyPlan) {
        switch strategy {
        case .imbalance(let plan): depth = plan.depth
        case .signals: depth = 1
        }
    }

    mutating func follow(_ slice: borrowing MarketSlice, at time: Timestamp) {
        seenAt = time
        let changes = slice.changes
        if changes.contains(.bookLost) { isInStep = false }
        if changes.contains(.mark) {
            mark = slice.mark.price
            markAt = time
        }
        if changes.contains(.book) {
            guard let bid = slice.bids.first, let ask = slice.asks.first else {
                isInStep = false
                return
            }
            isInStep = true
            self.bid = bid
            self.ask = ask
            bidVolume = Self.volume(of: slice.bids, depth)
            askVolume = Self.volume(of: slice.asks, depth)
        }
        // The quote stream is ahead of the depth stream, which is sent in steps.
        if changes.contains(.quote) {
            bid = slice.quote.bid
            ask = slice.quote.ask
        }
        if isInStep { settle(at: time) }
    }

    private mutating func settle(at time: Timestamp) {
        let isFirst = freshAt == .never
        guard isFirst || time - freshAt >= Self.settling else { return }
        let sum = bid.price.value + ask.price.value
        let middle = Price(sum.divided(by: Decimal(2), .halfEven))
        settledMiddle = isFirst ? middle : freshMiddle
        freshMiddle = middle
        freshAt = time
    }

    /// The last trusted price: the mark of a contract while it is told, else the middle of the best
    /// prices as it stood a second ago or longer.
    func reference(at now: Timestamp) -> Price {
        markAt != .never && now - markAt <= Self.longestMark ? mark : settledMiddle
    }

    private static func volume(of levels: [BookLevel], _ depth: Int) -> Quantity {
        var volume = Quantity.zero
        for rank in 0..<min(depth, levels.count) { volume += levels[rank].quantity }
        return volume
    }

    /// The price at which a deal on `side` could be given up now.
    func exitPrice(of side: Side) -> Price { side == .buy ? bid.price : ask.price }
    /// The price at which a deal on `side` could be entered now.
    func entryPrice(of side: Side) -> Price { side == .buy ? ask.price : bid.price }
}

/// What a strategy wants.
struct Proposal {
    let side: Side
    /// The value it decided on.
    let score: Decimal
}

extension ImbalancePlan {
    /// What the book says: buy where buyers hold at least the buy threshold of the cluster, sell
    /// where they hold at most the sell threshold, and nothing while the heavier side is thin.
    func proposal(_ market: MarketMemory) -> Proposal? {
        let total = market.bidVolume + market.askVolume
        guard total.isPositive, max(market.bidVolume, market.askVolume) >= minimumClusterVolume
        else { return nil }
        if market.bidVolume >= total.times(buyThreshold, .up) {
            return Proposal(side: .buy, score: share(market.bidVolume, of: total))
        }
        if market.bidVolume <= total.times(sellThreshold, .down) {
            return Proposal(side: .sell, score: share(market.bidVolume, of: total))
        }
        return nil
    }

    private func share(_ part: Quantity, of total: Quantity) -> Decimal {
        part.value.divided(by: total.value, .halfEven)
    }
}
