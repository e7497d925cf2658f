/// A side of the book.
enum BookSide {
    case bid
    case ask

    var opposite: BookSide { self == .bid ? .ask : .bid }

    /// The direction, in ticks, from the best price into the book.
    var inward: Int { self == .bid ? -1 : 1 }
}

/// The whole book of the generated market, one quantity per tick, and what changed since the last
/// depth message.
///
/// One array serves both sides: up to `bestBid` its quantities are bids, from `bestAsk` on they are
/// asks, and between the two there is nothing. So the book cannot be crossed by construction.
struct GeneratedBook {
    /// Ticks the book can hold; the market's mood keeps the price far from both ends.
    static let tickCount = 40_000

    private(set) var bestBid: Int
    private(set) var bestAsk: Int
    private(set) var updateID: UInt64
    private var quantities = [Int64](repeating: 0, count: tickCount)
    private var changedBids = ChangedTicks()
    private var changedAsks = ChangedTicks()

    /// Begins with one bid and one ask around `tick`.
    init(around tick: Int, quantity: Int64, updateID: UInt64) {
        bestBid = tick - 1
        bestAsk = tick + 1
        self.updateID = updateID
        quantities[bestBid] = quantity
        quantities[bestAsk] = quantity
    }

    var spread: Int { bestAsk - bestBid }

    func best(_ side: BookSide) -> Int { side == .bid ? bestBid : bestAsk }

    func quantity(at tick: Int) -> Int64 { quantities[tick] }

    func isEmpty(_ side: BookSide, at tick: Int) -> Bool { quantity(side, at: tick) == 0 }

    private func quantity(_ side: BookSide, at tick: Int) -> Int64 {
        let isOnSide = side == .bid ? tick <= bestBid : tick >= bestAsk
        return isOnSide ? quantities[tick] : 0
    }

    /// Sets the quantity of one level, which must not lie on or beyond the other side's best.
    mutating func set(_ side: BookSide, at tick: Int, to quantity: Int64) {
        guard self.quantity(side, at: tick) != quantity else { return }
        quantities[tick] = quantity
        updateID += 1
        switch side {
        case .bid:
            bestBid = max(bestBid, tick)
            while quantities[bestBid] == 0 { bestBid -= 1 }
            changedBids.insert(tick)
        case .ask:
            bestAsk = min(bestAsk, tick)
            while quantities[bestAsk] == 0 { bestAsk += 1 }
            changedAsks.insert(tick)
        }
    }

    /// The levels of a side from the best inward.
    func levels(_ side: BookSide, limit: Int) -> [GeneratedLevel] {
        let end = side == .bid ? -1 : Self.tickCount
        var found: [GeneratedLevel] = []
        for tick in stride(from: best(side), to: end, by: side.inward) where found.count < limit {
            guard quantities[tick] > 0 else { continue }
            found.append(GeneratedLevel(tick: tick, quantity: quantities[tick]))
        }
        return found
    }

    /// Takes the levels that changed since the last call, from the best inward, gone ones as zero.
    mutating func takeChanges(_ side: BookSide) -> [GeneratedLevel] {
        let ascending = side == .bid ? changedBids.takeAscending() : changedAsks.takeAscending()
        let levels = ascending.map { GeneratedLevel(tick: $0, quantity: quantity(side, at: $0)) }
        return side == .bid ? levels.reversed() : levels
    }
}

/// A price and what rests there.
struct GeneratedLevel {
    let tick: Int
    let quantity: Int64
}

/// The ticks of one side that changed, each once.
private struct ChangedTicks {
    private var isChanged = [Bool](repeating: false, count: GeneratedBook.tickCount)
    private var ticks: [Int] = []

    mutating func insert(_ tick: Int) {
        guard !isChanged[tick] else { return }
        isChanged[tick] = true
        ticks.append(tick)
    }

    mutating func takeAscending() -> [Int] {
        let taken = ticks.sorted()
        for tick in taken { isChanged[tick] = false }
        ticks.removeAll(keepingCapacity: true)
        return taken
    }
}
