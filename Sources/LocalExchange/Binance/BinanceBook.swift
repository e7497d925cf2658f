internal import Trading

/// A book as the venue numbers its changes.
///
/// It looks at the levels whenever somebody could see them: each look that finds other levels
/// than the last one moves the number of the last update on. A stream of changes tells, once per
/// period, every price that was touched since it told last with what rests there now; a price that
/// was changed and changed back is told too, because a snapshot in between has shown it.
struct BinanceBook {
    /// The number of the last update.
    private(set) var lastUpdate: Int64 = 1_000_000_000
    /// What buys, best first.
    private(set) var bids: [BookLevel] = []
    /// What sells, best first.
    private(set) var asks: [BookLevel] = []
    /// The count of what had happened in the market when it last looked.
    var seen: UInt64?
    /// By the period of their stream, in milliseconds.
    private var streams: [Int: Stream] = [:]
    /// How far a change moves the number, and how far behind the last event the next one begins.
    private let step: Int64
    private let gap: Int64

    /// How many levels are seen.
    static let depth = 5000

    /// What a stream has yet to tell.
    private struct Stream {
        var sent: Int64
        var bids: Set<Price> = []
        var asks: Set<Price> = []
    }

    /// What a stream tells.
    struct Change {
        let first: Int64
        let last: Int64
        let previous: Int64
        let bids: [BookLevel]
        let asks: [BookLevel]
    }

    init(step: Int64, gap: Int64) {
        self.step = step
        self.gap = gap
    }

    /// Looks at the levels.
    mutating func look(bids newBids: [BookLevel], asks newAsks: [BookLevel]) {
        let changedBids = Self.changes(bids, newBids) { $0 > $1 }
        let changedAsks = Self.changes(asks, newAsks) { $0 < $1 }
        bids = newBids
        asks = newAsks
        let count = changedBids.count + changedAsks.count
        guard count > 0 else { return }
        lastUpdate += step * Int64(count)
        for speed in streams.keys {
            streams[speed]?.bids.formUnion(changedBids)
            streams[speed]?.asks.formUnion(changedAsks)
        }
    }

    /// Moves the number on where a stream has told it already.
    ///
    /// The rules of USD-M want a snapshot to lie within an event, so that one between two events
    /// would join none.
    mutating func separateSnapshot() {
        guard streams.values.contains(where: { $0.sent == lastUpdate }) else { return }
        lastUpdate += step
    }

    /// Begins a stream, unless there is one of this speed.
    mutating func begin(_ speed: Int) {
        if streams[speed] == nil { streams[speed] = Stream(sent: lastUpdate) }
    }

    /// Ends all streams but those of these speeds.
    mutating func keep(_ speeds: Set<Int>) {
        streams = streams.filter { speeds.contains($0.key) }
    }

    /// What a stream tells now; `nil` where nothing has changed.
    mutating func take(_ speed: Int) -> Change? {
        guard let stream = streams[speed], stream.sent < lastUpdate else { return nil }
        streams[speed] = Stream(sent: lastUpdate)
        return Change(
            first: stream.sent + gap,
            last: lastUpdate,
            previous: stream.sent,
            bids: Self.now(stream.bids.sorted { $0 > $1 }, in: bids),
            asks: Self.now(stream.asks.sorted { $0 < $1 }, in: asks)
        )
    }

    /// The prices at which two sides differ.
    private static func changes(
        _ old: [BookLevel],
        _ new: [BookLevel],
        isBetter: (Price, Price) -> Bool
    ) -> [Price] {
        var changed: [Price] = []
        var place = 0
        for level in new {
            while place < old.count, isBetter(old[place].price, level.price) {
                changed.append(old[place].price)
                place += 1
            }
            if place < old.count, old[place].price == level.price {
                if old[place].quantity != level.quantity { changed.append(level.price) }
                place += 1
            } else {
                changed.append(level.price)
            }
        }
        return changed + old[place...].map(\.price)
    }

    /// What rests at these prices, both lists best first; zero where nothing does.
    private static func now(_ prices: [Price], in levels: [BookLevel]) -> [BookLevel] {
        let wanted = Set(prices)
        var found: [Price: Quantity] = [:]
        for level in levels where wanted.contains(level.price) {
            found[level.price] = level.quantity
        }
        return prices.map { BookLevel(price: $0, quantity: found[$0] ?? .zero) }
    }
}
