internal import Exchange
internal import JSON
internal import Trading

/// A book of one depth as its stream has told it: all who listen get the same numbers.
///
/// The numbers of the updates are contiguous, and begin far from one: one would say that the
/// service was restarted.
struct BybitBookStream {
    let depth: Int
    private(set) var update: Int64
    private(set) var sequence: Int64
    private(set) var bids: [BookLevel]
    private(set) var asks: [BookLevel]
    private(set) var changed: Timestamp
    /// When it was last compared with the book.
    var pushed: Timestamp
    /// The count of what had happened in the market then.
    var seen: UInt64?
    /// When it last told anything.
    var told: Timestamp

    static let depths = [1, 50, 200, 1000]

    /// How long the venue waits between two updates.
    var interval: TimeSpan {
        switch depth {
        case 1: TimeSpan(milliseconds: 10)
        case 50: TimeSpan(milliseconds: 20)
        case 200: TimeSpan(milliseconds: 100)
        default: TimeSpan(milliseconds: 200)
        }
    }

    /// How long an unchanged best level is kept to itself.
    static let repeatedAfter = TimeSpan(seconds: 3)

    init(depth: Int, bids: [BookLevel], asks: [BookLevel], _ sequence: Int64, at now: Timestamp) {
        self.depth = depth
        self.bids = bids
        self.asks = asks
        self.sequence = sequence
        update = 18_521_287 + Int64(depth)
        changed = now
        pushed = now
        told = now
    }

    /// Takes the book as it is now.
    ///
    /// - Returns: What has changed since, a quantity of zero for what is gone; `nil` for nothing.
    mutating func take(
        bids: [BookLevel],
        asks: [BookLevel],
        _ sequence: Int64,
        at now: Timestamp
    ) -> (bids: [BookLevel], asks: [BookLevel])? {
        let changes = (
            bids: BookDifference.between(self.bids, bids, .buy),
            asks: BookDifference.between(self.asks, asks, .sell)
        )
        guard !changes.bids.isEmpty || !changes.asks.isEmpty else { return nil }
        self.bids = bids
        self.asks = asks
        self.sequence = sequence
        update += 1
        changed = now
        return changes
    }

    /// A message of the stream.
    func message(
        _ type: String,
        bids: [BookLevel],
        asks: [BookLevel],
        symbol: String,
        scale: BybitScale,
        at now: Timestamp
    ) -> JSONText {
        func pairs(_ levels: [BookLevel]) -> JSONText {
            .list(
                levels.map { level in
                    level.quantity.isZero
                        ? .list([.text(scale.text(level.price)), .text("0")]) : scale.pair(level)
                }
            )
        }
        return .object([
            ("topic", .text("orderbook.\(depth).\(symbol)")), ("ts", .integer(now.milliseconds)),
            ("type", .text(type)),
            (
                "data",
                .object([
                    ("s", .text(symbol)), ("b", pairs(bids)), ("a", pairs(asks)),
                    ("u", .integer(update)), ("seq", .integer(sequence)),
                ])
            ),
            ("cts", .integer(changed.milliseconds)),
        ])
    }
}
