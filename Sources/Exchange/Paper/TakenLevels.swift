internal import Trading

/// What our own orders took from the recorded book, which does not change by it.
///
/// Without this, two orders that meet the same book state would both be filled by the same
/// quantity. What was taken of a level is remembered until that level has another quantity.
struct TakenLevels: Sendable {
    private struct Entry: Sendable {
        var side: Side
        var level: BookLevel
        var taken: Quantity
    }

    private var entries: [Entry] = []

    /// What is left of a level of `side`.
    func left(of level: BookLevel, _ side: Side) -> Quantity {
        for entry in entries where entry.side == side && entry.level == level {
            return level.quantity - entry.taken
        }
        return level.quantity
    }

    /// Notes that `quantity` was taken of a level of `side`.
    mutating func take(_ quantity: Quantity, of level: BookLevel, _ side: Side) {
        for index in entries.indices
        where entries[index].side == side && entries[index].level.price == level.price {
            if entries[index].level == level {
                entries[index].taken += quantity
            } else {
                entries[index].level = level
                entries[index].taken = quantity
            }
            return
        }
        entries.append(Entry(side: side, level: level, taken: quantity))
    }

    /// Forgets what was taken of levels that are no longer as they were.
    mutating func forget(changedIn book: OrderBook?) {
        guard !entries.isEmpty else { return }
        guard let book else {
            entries.removeAll()
            return
        }
        entries.removeAll { entry in
            Self.quantity(in: book, entry.side, at: entry.level.price) != entry.level.quantity
        }
    }

    private static func quantity(in book: OrderBook, _ side: Side, at price: Price) -> Quantity? {
        var low = 0
        var high = book.count(side)
        while low < high {
            let middle = (low + high) / 2
            let level = book.level(side, middle)
            if level.price == price { return level.quantity }
            let isBetter = side == .buy ? level.price > price : level.price < price
            if isBetter { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
