internal import Trading

/// Depth events that wait for a snapshot, oldest first, in two flat arrays.
struct DepthBuffer: Sendable {
    struct Event: Sendable {
        var first: Int64
        var last: Int64
        var previous: Int64
        /// Where its levels begin: first those that buy, then those that sell.
        var start: Int
        var bids: Int
        var asks: Int
    }

    private(set) var events: [Event] = []
    private(set) var levels: [BookLevel] = []
    private let maximumEvents: Int
    private let maximumLevels: Int

    init(maximumEvents: Int, maximumLevels: Int) {
        invariant(maximumEvents > 1, "a depth buffer holds two events at least")
        self.maximumEvents = maximumEvents
        self.maximumLevels = maximumLevels
    }

    /// Appends an event.
    ///
    /// - Returns: The last update of the newest event that was let go to make room, if any.
    mutating func append(_ message: MarketMessage) -> Int64? {
        var dropped: Int64?
        let count = message.bids.count + message.asks.count
        while !events.isEmpty,
            events.count >= maximumEvents || levels.count + count > maximumLevels
        {
            // Half at a time, so that a full buffer does not move for every event.
            let half = (events.count + 1) / 2
            dropped = events[half - 1].last
            removeFirst(half)
        }
        events.append(
            Event(
                first: message.firstUpdate,
                last: message.lastUpdate,
                previous: message.previousUpdate,
                start: levels.count,
                bids: message.bids.count,
                asks: message.asks.count
            )
        )
        levels.append(contentsOf: message.bids)
        levels.append(contentsOf: message.asks)
        return dropped
    }

    mutating func removeFirst(_ count: Int) {
        guard count > 0 else { return }
        let start = count < events.count ? events[count].start : levels.count
        events.removeFirst(count)
        levels.removeFirst(start)
        for index in events.indices { events[index].start -= start }
    }

    mutating func removeAll() {
        events.removeAll(keepingCapacity: true)
        levels.removeAll(keepingCapacity: true)
    }
}
