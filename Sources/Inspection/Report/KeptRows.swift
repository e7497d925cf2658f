/// The newest rows of a table that may be long.
struct Newest<Row: Sendable>: Sendable {
    /// How many rows there were in all.
    private(set) var total = 0
    private let limit: Int
    private var kept: [Row] = []

    /// Keeps `limit` rows.
    init(_ limit: Int) { self.limit = limit }

    /// Adds a row.
    mutating func add(_ row: Row) {
        total += 1
        kept.append(row)
        // Twice the room, so that the old ones leave rarely and together.
        if kept.count >= 2 * limit { kept.removeFirst(kept.count - limit) }
    }

    /// Changes the newest row, where there is one.
    mutating func updateLast(_ change: (inout Row) -> Void) {
        if !kept.isEmpty { change(&kept[kept.count - 1]) }
    }

    /// The newest row.
    var last: Row? { kept.last }

    /// The rows kept, oldest first.
    var rows: ArraySlice<Row> { kept.suffix(limit) }
}

/// The rows that come first by a measure, of many.
struct Foremost<Row: Sendable>: Sendable {
    /// How many rows there were in all.
    private(set) var total = 0
    private let limit: Int
    private let isBefore: @Sendable (Row, Row) -> Bool
    private var kept: [Row] = []

    /// Keeps the `limit` rows that come first by `isBefore`.
    init(_ limit: Int, by isBefore: @escaping @Sendable (Row, Row) -> Bool) {
        self.limit = limit
        self.isBefore = isBefore
    }

    /// Adds a row.
    mutating func add(_ row: Row) {
        total += 1
        kept.append(row)
        if kept.count >= 2 * limit { kept = rows }
    }

    /// The rows kept, the foremost first.
    var rows: [Row] { Array(kept.sorted(by: isBefore).prefix(limit)) }
}
