internal import Trading

/// What one column of a chart gathers.
protocol ColumnCell: Sendable {
    /// Takes in what a later cell gathered.
    mutating func absorb(_ later: Self)
}

/// A series over time in a bounded number of columns, however long it is.
///
/// Columns are as narrow as they can be: where there would be too many, neighbours merge and all
/// become twice as wide. Nothing has to be known of the series before it begins.
struct TimeColumns<Cell: ColumnCell>: Sendable {
    /// A column with something in it.
    struct Column: Sendable {
        fileprivate(set) var place: Int64
        /// The moment of the first thing in it.
        let time: Timestamp
        fileprivate(set) var cell: Cell
    }

    /// The columns that hold something, in the order of time.
    private(set) var columns: [Column] = []
    private let limit: Int
    private var origin: Int64 = 0
    /// A column is two to this power of nanoseconds wide.
    private var width: Int64 = 0

    /// Makes a series of at most `limit` columns.
    init(limit: Int = 500) { self.limit = limit }

    /// Adds what comes next; time does not go back.
    mutating func add(_ cell: Cell, at time: Timestamp) {
        if columns.isEmpty { origin = time.nanoseconds }
        let place = (time.nanoseconds &- origin) >> width
        if let last = columns.last, last.place >= place {
            columns[columns.count - 1].cell.absorb(cell)
            return
        }
        columns.append(Column(place: place, time: time, cell: cell))
        while columns.count > limit { widen() }
    }

    private mutating func widen() {
        width += 1
        var wider: [Column] = []
        for var column in columns {
            column.place >>= 1
            if wider.last?.place == column.place {
                wider[wider.count - 1].cell.absorb(column.cell)
            } else {
                wider.append(column)
            }
        }
        columns = wider
    }
}

/// The first, the lowest, the highest and the last point of a column: what a line through all of
/// them would show at that width.
struct Extremes<Value: Comparable & Sendable>: ColumnCell {
    /// A value at a moment.
    struct Point: Sendable {
        let time: Timestamp
        let value: Value
    }

    private let first: Point
    private var lowest: Point
    private var highest: Point
    private var last: Point

    init(_ value: Value, at time: Timestamp) {
        first = Point(time: time, value: value)
        lowest = first
        highest = first
        last = first
    }

    mutating func absorb(_ later: Extremes) {
        if later.lowest.value < lowest.value { lowest = later.lowest }
        if later.highest.value > highest.value { highest = later.highest }
        last = later.last
    }

    /// The points in the order of time, each once.
    fileprivate var points: [Point] {
        let isLowFirst = lowest.time <= highest.time
        let inner = isLowFirst ? [lowest, highest] : [highest, lowest]
        var points = [first]
        for point in inner + [last] {
            let before = points[points.count - 1]
            if point.time != before.time || point.value != before.value { points.append(point) }
        }
        return points
    }
}

/// A line over time, thinned to at most about 2,000 points that keep its extremes.
struct ThinLine<Value: Comparable & Sendable>: Sendable {
    private var columns = TimeColumns<Extremes<Value>>()
    /// How many points it was made of.
    private(set) var count = 0

    /// Adds the next point.
    mutating func add(_ value: Value, at time: Timestamp) {
        count += 1
        columns.add(Extremes(value, at: time), at: time)
    }

    /// The points to draw.
    var points: [Extremes<Value>.Point] { columns.columns.flatMap(\.cell.points) }
}

/// The result with what is open, at the last known prices.
struct OpenResult: Comparable, Sendable {
    let amount: Money
    /// Whether a deal holds something; otherwise the amount is the realised one.
    let isOpen: Bool

    static func < (left: OpenResult, right: OpenResult) -> Bool { left.amount < right.amount }
}

/// Gains and losses of a column, each summed.
struct Results: ColumnCell {
    private(set) var gains = Money.zero
    private(set) var losses = Money.zero
    private(set) var deals = 1

    init(_ profit: Money) { if profit.isNegative { losses = profit } else { gains = profit } }

    mutating func absorb(_ later: Results) {
        gains += later.gains
        losses += later.losses
        deals += later.deals
    }
}

/// How often something happened in a column.
struct Occurrences: ColumnCell {
    private(set) var count = 1
    mutating func absorb(_ later: Occurrences) { count += later.count }
}

/// How long the commits of a column took.
struct CommitTimes: ColumnCell {
    private(set) var times: DurationHistogram
    init(_ times: DurationHistogram) { self.times = times }
    mutating func absorb(_ later: CommitTimes) { times.add(later.times) }
}
