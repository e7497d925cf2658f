/// The resting orders of an instrument, price by price, as far as the venue told.
///
/// Both sides are kept worst first, so that the best prices, where nearly all changes happen, are
/// at the end of the arrays. Of each side the best ``capacity`` levels are held.
public struct OrderBook: Sendable {
    /// How many levels a side holds at most.
    public let capacity: Int
    @usableFromInline var bidLevels: [BookLevel] = []
    @usableFromInline var askLevels: [BookLevel] = []

    /// Makes an empty book.
    public init(capacity: Int) {
        invariant(capacity > 0, "a book holds at least one level")
        self.capacity = capacity
        bidLevels.reserveCapacity(capacity + 1)
        askLevels.reserveCapacity(capacity + 1)
    }

    /// Forgets every level.
    public mutating func removeAll() {
        bidLevels.removeAll(keepingCapacity: true)
        askLevels.removeAll(keepingCapacity: true)
    }

    /// How many levels a side has.
    @inlinable
    public func count(_ side: Side) -> Int { side == .buy ? bidLevels.count : askLevels.count }

    /// The level at `rank` from the best, which is rank 0.
    @inlinable @inline(__always)
    public func level(_ side: Side, _ rank: Int) -> BookLevel {
        side == .buy
            ? bidLevels[bidLevels.count - 1 - rank] : askLevels[askLevels.count - 1 - rank]
    }

    /// The levels of a side, worst first.
    @inlinable
    public func levels(_ side: Side) -> [BookLevel] { side == .buy ? bidLevels : askLevels }

    /// The highest price somebody buys at.
    @inlinable
    public var bestBid: BookLevel? { bidLevels.last }
    /// The lowest price somebody sells at.
    @inlinable
    public var bestAsk: BookLevel? { askLevels.last }

    /// Whether buyers and sellers overlap, which a book that is in step never does.
    @inlinable
    public var isCrossed: Bool {
        guard let bid = bidLevels.last, let ask = askLevels.last else { return false }
        return bid.price >= ask.price
    }

    /// Moves every level by a difference of prices, as if the market had jumped: what would be at
    /// zero or below is left out.
    package mutating func shiftPrices(by difference: Price) {
        bidLevels = Self.shifted(bidLevels, by: difference)
        askLevels = Self.shifted(askLevels, by: difference)
    }

    private static func shifted(_ levels: [BookLevel], by difference: Price) -> [BookLevel] {
        levels.compactMap { level in
            let price = level.price + difference
            return price.isPositive ? BookLevel(price: price, quantity: level.quantity) : nil
        }
    }

    /// Sets, replaces or, with a quantity of zero, removes the level at a price.
    @inlinable
    public mutating func set(_ side: Side, _ level: BookLevel) {
        if side == .buy {
            Self.set(level, in: &bidLevels, worstFirst: { $0 < $1 }, capacity: capacity)
        } else {
            Self.set(level, in: &askLevels, worstFirst: { $0 > $1 }, capacity: capacity)
        }
    }

    @inlinable @inline(__always)
    static func set(
        _ level: BookLevel,
        in levels: inout [BookLevel],
        worstFirst: (Price, Price) -> Bool,
        capacity: Int
    ) {
        // Look near the best price first, then halve what is left.
        var low = 0
        var high = levels.count
        var stride = 4
        while high - stride > low {
            if worstFirst(levels[high - stride].price, level.price) {
                low = high - stride + 1
                break
            }
            high -= stride
            stride &*= 2
        }
        while low < high {
            let middle = (low &+ high) / 2
            if worstFirst(levels[middle].price, level.price) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        if low < levels.count && levels[low].price == level.price {
            if level.quantity.isZero {
                levels.remove(at: low)
            } else {
                levels[low].quantity = level.quantity
            }
        } else if !level.quantity.isZero {
            if levels.count < capacity {
                levels.insert(level, at: low)
            } else if low > 0 {
                // Full: the worst level makes room.
                for index in 1..<low { levels[index - 1] = levels[index] }
                levels[low - 1] = level
            }
        }
    }
}
