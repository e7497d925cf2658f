import TestSupport
import Testing
import Trading

/// A book kept as a dictionary and sorted anew for every question.
private struct NaiveBook {
    let capacity: Int
    var levels: [Side: [Price: Quantity]] = [.buy: [:], .sell: [:]]

    func sorted(_ side: Side) -> [BookLevel] {
        (levels[side] ?? [:]).map { BookLevel(price: $0.key, quantity: $0.value) }
            .sorted { side == .buy ? $0.price > $1.price : $0.price < $1.price }
    }

    mutating func set(_ side: Side, _ level: BookLevel) {
        levels[side]?[level.price] = level.quantity.isZero ? nil : level.quantity
        for worst in sorted(side).dropFirst(capacity) { levels[side]?[worst.price] = nil }
    }
}

@Suite
struct `The order book` {
    @Test(arguments: [1, 2, 3, 7, 50], [UInt64(41), 42, 43])
    func `agrees with a dictionary, up to its capacity and beyond`(capacity: Int, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var book = OrderBook(capacity: capacity)
        var naive = NaiveBook(capacity: capacity)
        for step in 0..<1500 {
            let side: Side = random.chance(50) ? .buy : .sell
            let level = BookLevel(
                price: Price(Decimal(random.int(1...(capacity * 3)))),
                quantity: Quantity(Decimal(random.chance(30) ? 0 : random.int(1...9)))
            )
            book.set(side, level)
            naive.set(side, level)
            if random.chance(1) {
                book.removeAll()
                naive.levels = [.buy: [:], .sell: [:]]
            }
            let text = "seed \(seed), capacity \(capacity), step \(step): \(side) \(level)"
            for side in Side.allCases {
                let held = (0..<book.count(side)).map { book.level(side, $0) }
                if held != naive.sorted(side) {
                    Issue.record("\(text): \(held), not \(naive.sorted(side))")
                    return
                }
            }
            let bid = naive.sorted(.buy).first
            let ask = naive.sorted(.sell).first
            #expect(book.bestBid == bid && book.bestAsk == ask, "\(text)")
            let isCrossed = if let bid, let ask { bid.price >= ask.price } else { false }
            #expect(book.isCrossed == isCrossed, "\(text)")
        }
    }

    @Test func `a full side lets the worst level go for a better one only`() {
        var book = OrderBook(capacity: 2)
        func level(_ price: Int) -> BookLevel {
            BookLevel(price: Price(Decimal(price)), quantity: Quantity(.one))
        }
        for price in [10, 12, 11] { book.set(.sell, level(price)) }
        #expect((0..<book.count(.sell)).map { book.level(.sell, $0) } == [level(10), level(11)])
        book.set(.sell, level(13))
        #expect(book.count(.sell) == 2)
        book.set(.sell, BookLevel(price: Price(Decimal(99)), quantity: .zero))
        #expect(book.count(.sell) == 2)
    }
}
