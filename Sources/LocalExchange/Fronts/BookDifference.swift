internal import Trading

/// What must be told so that a book becomes another one.
enum BookDifference {
    /// The levels that changed, with quantity zero where one is gone; both sides best first.
    static func between(_ before: [BookLevel], _ after: [BookLevel], _ side: Side) -> [BookLevel] {
        var changes: [BookLevel] = []
        var old = 0
        var new = 0
        func isBetter(_ one: Price, _ other: Price) -> Bool {
            side == .buy ? one > other : one < other
        }
        while old < before.count || new < after.count {
            if new == after.count
                || (old < before.count && isBetter(before[old].price, after[new].price))
            {
                changes.append(BookLevel(price: before[old].price, quantity: .zero))
                old += 1
            } else if old == before.count || isBetter(after[new].price, before[old].price) {
                changes.append(after[new])
                new += 1
            } else {
                if before[old] != after[new] { changes.append(after[new]) }
                old += 1
                new += 1
            }
        }
        return changes
    }
}
