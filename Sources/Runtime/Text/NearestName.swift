/// The name most like a mistyped one.
enum NearestName {
    /// The nearest of `names`, where one is near enough to be meant.
    static func to(_ word: String, among names: [String]) -> String? {
        var best: (name: String, distance: Int)?
        for name in names.sorted() {
            let distance = distance(Array(word.lowercased().utf8), Array(name.lowercased().utf8))
            guard distance <= max(1, min(word.utf8.count, name.utf8.count) * 2 / 5) else {
                continue
            }
            if best.map({ distance < $0.distance }) ?? true { best = (name, distance) }
        }
        return best?.name
    }

    /// How many bytes to insert, remove, replace or swap with their neighbour.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var older: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isEqual = left[row] == right[column]
                var cost = min(
                    previous[column] + (isEqual ? 0 : 1),
                    previous[column + 1] + 1,
                    current[column] + 1
                )
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    cost = min(cost, older[column - 1] + 1)
                }
                current.append(cost)
            }
            older = previous
            previous = current
        }
        return previous[right.count]
    }
}
