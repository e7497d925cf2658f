/// A trade of the generated market.
struct GeneratedTrade {
    let id: UInt64
    let level: GeneratedLevel
    /// The side that rested in the book.
    let maker: BookSide
}

/// The book and the crowd around it: who adds, who cancels, who takes.
///
/// Quantities are in lots. All decisions come from the mood and the seeded generator.
struct GeneratedVenue {
    private static let firstUpdateID: UInt64 = 7_000_000_000
    private static let firstTradeID: UInt64 = 90_000_000
    private static let startTick = 10_000
    private static let startLevels = 400
    private static let largestLevel: Int64 = 150_000
    private static let mostLevelsWalked = 12

    private(set) var book: GeneratedBook
    private var trades: [GeneratedTrade] = []
    private var nextTradeID = firstTradeID
    private var lastPublishedID: UInt64
    private var lastTop: [Int64] = []

    init(_ random: inout SplitMix64) {
        book = GeneratedBook(around: Self.startTick, quantity: 20_000, updateID: Self.firstUpdateID)
        for distance in 2...Self.startLevels where !random.chance(80) {
            book.set(.bid, at: Self.startTick - distance, to: random.draw(4_000...60_000))
            book.set(.ask, at: Self.startTick + distance, to: random.draw(4_000...60_000))
        }
        // Everything up to here is older than the first depth message.
        _ = book.takeChanges(.bid)
        _ = book.takeChanges(.ask)
        lastPublishedID = book.updateID
    }

    // MARK: What happened since it was last asked

    mutating func takeTrades() -> [GeneratedTrade] {
        defer { trades.removeAll(keepingCapacity: true) }
        return trades
    }

    mutating func takeTopIfChanged() -> (bid: GeneratedLevel, ask: GeneratedLevel)? {
        let bid = GeneratedLevel(tick: book.bestBid, quantity: book.quantity(at: book.bestBid))
        let ask = GeneratedLevel(tick: book.bestAsk, quantity: book.quantity(at: book.bestAsk))
        let top = [Int64(bid.tick), bid.quantity, Int64(ask.tick), ask.quantity]
        guard top != lastTop else { return nil }
        lastTop = top
        return (bid, ask)
    }

    mutating func takeUpdateIDs() -> ClosedRange<UInt64>? {
        guard book.updateID > lastPublishedID else { return nil }
        defer { lastPublishedID = book.updateID }
        return (lastPublishedID + 1)...book.updateID
    }

    mutating func takeChanges(_ side: BookSide) -> [GeneratedLevel] { book.takeChanges(side) }

    // MARK: What the crowd does

    /// Somebody takes from the book.
    ///
    /// - Returns: how many ticks the best price on that side moved, negative for falling prices.
    mutating func take(_ mood: MarketMood, _ random: inout SplitMix64) -> Int {
        let gap = mood.fairPrice - middle
        let lean = mood.pressure / 5 + min(max(gap / 10, -300), 300)
        let maker: BookSide = random.chance(500 + lean) ? .ask : .bid
        let size =
            random.chance(60) ? random.draw(10_000...90_000) : random.draw(20...6_000)
        let before = book.best(maker)
        take(size, from: maker)
        return book.best(maker) - before
    }

    /// Somebody adds to the book or cancels from it.
    mutating func make(_ mood: MarketMood, _ random: inout SplitMix64) {
        let favoured = random.chance(500 + mood.pressure * 45 / 100)
        if random.chance(560) {
            add(favoured ? .bid : .ask, mood, &random)
        } else {
            cancel(favoured ? .ask : .bid, mood, &random)
        }
    }

    /// Fills the depth of the book, which trades near the top would use up.
    mutating func deepen(_ mood: MarketMood, _ random: inout SplitMix64) {
        for side in [BookSide.bid, .ask] where random.chance(600) {
            let tick = book.best(side) + side.inward * Int(random.draw(3...350))
            if book.isEmpty(side, at: tick) {
                book.set(side, at: tick, to: random.draw(4_000...60_000))
            } else if random.chance(150) {
                book.set(side, at: tick, to: 0)
            }
        }
    }

    /// Moves the best price that the fair price has left behind by one level.
    ///
    /// - Returns: false when the fair price lies between the best prices or close by.
    mutating func follow(_ mood: MarketMood, _ random: inout SplitMix64) -> Bool {
        guard abs(mood.fairPrice - middle) > 2_000 else { return false }
        let stale: BookSide = mood.fairPrice > middle ? .ask : .bid
        if random.chance(400) {
            take(book.quantity(at: book.best(stale)), from: stale)
        } else {
            book.set(stale, at: book.best(stale), to: 0)
        }
        return true
    }

    /// Makers step in until the spread is no wider than `widest`.
    mutating func narrow(to widest: Int, _ mood: MarketMood, _ random: inout SplitMix64) {
        while book.spread > widest {
            let side: BookSide = mood.fairPrice > middle ? .bid : .ask
            let step = Int(random.draw(1...Int64(widest)))
            let tick = book.best(side.opposite) + side.opposite.inward * -step
            book.set(side, at: tick, to: size(for: side, mood, &random))
        }
    }

    /// In thousandths of a tick.
    private var middle: Int64 { Int64(book.bestBid + book.bestAsk) * 500 }

    private mutating func take(_ size: Int64, from maker: BookSide) {
        var left = size
        var levels = 0
        while left > 0 && levels < Self.mostLevelsWalked {
            let tick = book.best(maker)
            let taken = min(left, book.quantity(at: tick))
            let level = GeneratedLevel(tick: tick, quantity: taken)
            trades.append(GeneratedTrade(id: nextTradeID, level: level, maker: maker))
            nextTradeID += 1
            book.set(maker, at: tick, to: book.quantity(at: tick) - taken)
            left -= taken
            levels += 1
        }
    }

    private mutating func add(
        _ side: BookSide,
        _ mood: MarketMood,
        _ random: inout SplitMix64
    ) {
        let improves = book.spread > 1 && random.chance(120)
        let tick = improves ? book.best(side) - side.inward : tickNearTop(side, &random)
        let resting = improves ? 0 : book.quantity(at: tick)
        let wanted = resting + size(for: side, mood, &random)
        book.set(side, at: tick, to: min(wanted, Self.largestLevel))
    }

    private mutating func cancel(
        _ side: BookSide,
        _ mood: MarketMood,
        _ random: inout SplitMix64
    ) {
        let tick = tickNearTop(side, &random)
        let resting = book.quantity(at: tick)
        let keeps = mood.regime == .thinBook ? random.draw(0...80) : random.draw(0...700)
        book.set(side, at: tick, to: random.chance(250) ? 0 : resting * keeps / 1_000)
    }

    /// Each level is about four fifths as likely as the one before it.
    private func tickNearTop(_ side: BookSide, _ random: inout SplitMix64) -> Int {
        var distance = 0
        while distance < 30 && random.chance(800) { distance += 1 }
        return book.best(side) + side.inward * distance
    }

    /// Pressure makes one side's orders larger and the other's smaller; a thin book shrinks all.
    private func size(
        for side: BookSide,
        _ mood: MarketMood,
        _ random: inout SplitMix64
    ) -> Int64 {
        let push = side == .bid ? mood.pressure : -mood.pressure
        let usual: ClosedRange<Int64> = mood.regime == .thinBook ? 100...1_500 : 2_000...24_000
        return random.draw(usual) * (1_000 + push) / 1_000 + 1
    }
}
