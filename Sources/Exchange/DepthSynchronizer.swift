public import Trading

/// The rules by which depth events follow on each other.
public enum DepthRules: UInt8, Sendable, CaseIterable {
    /// Binance's: events join a snapshot that is asked for apart.
    case binance
    /// Bybit's: the stream itself begins with a snapshot, and begins anew with every other one.
    case bybit
}

/// Keeps an order book in step with depth events and snapshots.
///
/// Each event changes the book from one update to another, and a snapshot is the book at one
/// update. Which event follows on which is known only by these numbers, and Binance's markets
/// differ:
///
/// | | spot | perpetual (USD-M) |
/// |---|---|---|
/// | an event is old when | u ≤ reached | behind a snapshot: u < reached; else u ≤ reached |
/// | first event behind a snapshot | U ≤ reached + 1 ≤ u | U ≤ reached ≤ u, or pu = reached |
/// | each later event | U ≤ reached + 1 | pu = reached |
///
/// On Bybit every event of a stream of one depth has u = reached + 1, and a snapshot replaces
/// the book whatever its number is: after a restart of the venue it is 1. Nothing waits for a
/// snapshot there, because none can be asked for: who loses the book subscribes anew.
///
/// `pu = reached` behind a snapshot is not in Binance's text, but it proves that nothing lies
/// between. Events that arrive before a snapshot wait for it in a bounded buffer. An event that
/// does not follow, or one that leaves the book crossed, loses the book: it is then empty until
/// the next snapshot, which has to join the events that have come since.
///
/// A full book lets its worst level go, and the venue does not tell it again when better ones
/// are taken. From the best level that was let go on, the book may therefore have holes: that
/// price is the horizon. A book whose best price lies behind it is lost.
public struct DepthSynchronizer: Sendable {
    /// What an event or a snapshot did.
    public enum Outcome: Hashable, Sendable {
        /// The book is in step and changed.
        case changed
        /// The event waits for a snapshot.
        case held
        /// The book is ahead of the event or the snapshot, or waits for a snapshot that will
        /// bring what the event does: it was not used.
        case stale
        /// The book was in step and is lost.
        case lost(MarketFault)
        /// The book was not in step, and is not now.
        case refused(MarketFault)
    }

    /// How far the book is.
    public enum State: Hashable, Sendable {
        /// Nothing is known: a snapshot is awaited, and the book is empty.
        case waiting
        /// The book is that of a snapshot; no event followed yet.
        case snapshot
        /// The book followed at least one event.
        case following
    }

    /// The market, which says the rules on Binance.
    public let market: Market
    /// Whose rules apply.
    public let rules: DepthRules
    /// The book; empty unless ``isInStep``.
    public private(set) var book: OrderBook
    /// How far the book is.
    public private(set) var state = State.waiting
    /// The last update in the book.
    public private(set) var reached: Int64 = 0

    private var buffer: DepthBuffer
    private var bidHorizon: Price?
    private var askHorizon: Price?

    /// Makes a synchronizer that waits for a snapshot.
    ///
    /// - Parameters:
    ///   - market: Spot or perpetual.
    ///   - rules: Whose rules apply.
    ///   - capacity: How many levels of each side are held, at least 1.
    ///   - maximumEvents: How many events wait for a snapshot at most, at least 2.
    ///   - maximumLevels: How many levels these events have at most.
    public init(
        market: Market,
        rules: DepthRules = .binance,
        capacity: Int,
        maximumEvents: Int = 1024,
        maximumLevels: Int = 65_536
    ) {
        self.market = market
        self.rules = rules
        book = OrderBook(capacity: capacity)
        buffer = DepthBuffer(maximumEvents: maximumEvents, maximumLevels: maximumLevels)
    }

    /// Whether the book is what the venue's was at update ``reached``.
    public var isInStep: Bool { state != .waiting }

    /// The price from which on a side may have holes; `nil` where it has none but the venue's.
    public func horizon(_ side: Side) -> Price? { side == .buy ? bidHorizon : askHorizon }

    /// How many levels from the best one are without holes.
    public func certainLevels(_ side: Side, atMost limit: Int) -> Int {
        let count = min(limit, book.count(side))
        guard let horizon = horizon(side) else { return count }
        var certain = 0
        while certain < count, book.level(side, certain).price.isBetter(than: horizon, side) {
            certain += 1
        }
        return certain
    }

    /// How many events wait for a snapshot.
    public var heldEvents: Int { buffer.events.count }

    /// Takes a depth event.
    public mutating func take(update message: MarketMessage) -> Outcome {
        guard state != .waiting else { return rules == .bybit ? .stale : hold(message) }
        let first = message.firstUpdate
        let last = message.lastUpdate
        let previous = message.previousUpdate
        if isStale(last) { return .stale }
        guard follows(first: first, last: last, previous: previous) else {
            let fault = gap(first: rules == .bybit ? last : first, previous: previous)
            lose()
            if rules == .binance { _ = buffer.append(message) }
            return .lost(fault)
        }
        for level in message.bids { set(.buy, level) }
        for level in message.asks { set(.sell, level) }
        if let kind = defect() {
            let fault = MarketFault(kind: kind, expected: reached, found: last)
            lose()
            return .lost(fault)
        }
        reached = last
        state = .following
        return .changed
    }

    /// Moves the book by a difference of prices; what comes must be told in the new prices.
    ///
    /// The book must be in step: what waits for a snapshot has the old prices.
    mutating func shiftPrices(by difference: Price) {
        invariant(isInStep, "a book that is not there cannot jump")
        book.shiftPrices(by: difference)
        bidHorizon = bidHorizon.map { $0 + difference }
        askHorizon = askHorizon.map { $0 + difference }
    }

    /// Takes a snapshot.
    public mutating func take(snapshot message: MarketMessage) -> Outcome {
        let update = message.lastUpdate
        if rules == .binance && isInStep && update <= reached { return .stale }
        let wasInStep = isInStep
        load(message)
        if let kind = defect() {
            let fault = MarketFault(kind: kind, expected: reached, found: update)
            lose()
            return wasInStep ? .lost(fault) : .refused(fault)
        }
        reached = update
        state = .snapshot
        guard let fault = catchUp() else { return .changed }
        lose()
        return wasInStep ? .lost(fault) : .refused(fault)
    }
}

extension DepthSynchronizer {
    private func isStale(_ last: Int64) -> Bool {
        // On Bybit nothing comes twice: a number that is too low tells that another stream began.
        if rules == .bybit { return false }
        // An event that ends where a USD-M snapshot ends is the first one to be applied.
        return market == .perpetual && state == .snapshot ? last < reached : last <= reached
    }

    private func follows(first: Int64, last: Int64, previous: Int64) -> Bool {
        if rules == .bybit { return last > reached && last == next }
        switch (market, state) {
        case (.spot, _):
            return first <= reached + 1 && last > reached
        case (.perpetual, .snapshot):
            return first <= reached && last >= reached || previous == reached
        case (.perpetual, _):
            return previous == reached
        }
    }

    /// The update behind the last one; a number that nothing can follow stays as it is.
    private var next: Int64 { reached == .max ? .max : reached + 1 }

    private func gap(first: Int64, previous: Int64) -> MarketFault {
        if rules == .bybit || market == .spot {
            return MarketFault(kind: .gap, expected: next, found: first)
        }
        return MarketFault(kind: .gap, expected: reached, found: previous)
    }

    private mutating func hold(_ message: MarketMessage) -> Outcome {
        guard let dropped = buffer.append(message) else { return .held }
        return .refused(MarketFault(kind: .bufferFull, expected: 0, found: dropped))
    }

    private mutating func lose() {
        forget()
        state = .waiting
        reached = 0
    }

    private mutating func forget() {
        book.removeAll()
        bidHorizon = nil
        askHorizon = nil
    }

    /// Makes the book that of a snapshot.
    private mutating func load(_ message: MarketMessage) {
        forget()
        // The worst first, so that each level goes to the end of what the book holds.
        for level in message.bids.reversed() { set(.buy, level) }
        for level in message.asks.reversed() { set(.sell, level) }
    }

    private mutating func set(_ side: Side, _ level: BookLevel) {
        let count = book.count(side)
        guard count == book.capacity else { return book.set(side, level) }
        let worst = book.level(side, count - 1).price
        book.set(side, level)
        guard book.count(side) == count, !level.quantity.isZero else { return }
        if worst.isBetter(than: level.price, side) {
            narrow(side, to: level.price)
        } else if book.level(side, count - 1).price != worst {
            narrow(side, to: worst)
        }
    }

    private mutating func narrow(_ side: Side, to price: Price) {
        if let horizon = horizon(side), !price.isBetter(than: horizon, side) { return }
        if side == .buy { bidHorizon = price } else { askHorizon = price }
    }

    /// Why the book cannot be used; `nil` where it can.
    private func defect() -> MarketFault.Kind? {
        if book.isCrossed { return .crossed }
        for side in [Side.buy, .sell] where horizon(side) != nil {
            if certainLevels(side, atMost: 1) == 0 { return .outOfSight }
        }
        return nil
    }

    /// Applies the events that waited for the snapshot just loaded.
    ///
    /// - Returns: Why the book could not follow, in which case it has to be given up; the events
    ///   that a later snapshot could join stay.
    private mutating func catchUp() -> MarketFault? {
        var index = 0
        while index < buffer.events.count, isStale(buffer.events[index].last) { index += 1 }
        while index < buffer.events.count {
            let event = buffer.events[index]
            if isStale(event.last) {
                index += 1
                continue
            }
            guard follows(first: event.first, last: event.last, previous: event.previous) else {
                let isFirst = state == .snapshot
                let fault =
                    isFirst
                    ? MarketFault(
                        kind: .snapshotTooOld,
                        expected: market == .spot ? event.first : event.previous,
                        found: reached
                    )
                    : gap(first: event.first, previous: event.previous)
                buffer.removeFirst(index)
                return fault
            }
            let middle = event.start + event.bids
            for place in event.start..<middle { set(.buy, buffer.levels[place]) }
            for place in middle..<middle + event.asks { set(.sell, buffer.levels[place]) }
            index += 1
            if let kind = defect() {
                buffer.removeFirst(index)
                return MarketFault(kind: kind, expected: reached, found: event.last)
            }
            reached = event.last
            state = .following
        }
        buffer.removeAll()
        return nil
    }
}

extension Price {
    /// Whether this is nearer to the best price of a side than `other`.
    @inline(__always)
    fileprivate func isBetter(than other: Price, _ side: Side) -> Bool {
        side == .buy ? self > other : self < other
    }
}
