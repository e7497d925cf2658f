public import Trading

/// What a feed has seen.
public struct MarketCounters: Hashable, Sendable {
    /// Depth events, whatever became of them.
    public var depthUpdates = 0
    /// Snapshots of the book, whatever became of them.
    public var depthSnapshots = 0
    /// Trades that took from the book.
    public var trades = 0
    /// Trades that did not, as an insurance fund's: not used.
    public var otherTrades = 0
    /// Best prices.
    public var quotes = 0
    /// Mark prices.
    public var marks = 0
    /// Messages of no use here.
    public var others = 0

    /// Depth events and snapshots that the book was ahead of.
    public var stale = 0
    /// Places where depth events were missing.
    public var gaps = 0
    /// How often buyers and sellers overlapped.
    public var crossed = 0
    /// How often the price moved to where a full book had let levels go.
    public var outOfSight = 0
    /// How often the book came in step by a snapshot after the first time.
    public var resyncs = 0
    /// Messages of another symbol or market.
    public var foreign = 0

    /// Nothing seen yet.
    public init() {}

    /// All messages.
    public var messages: Int {
        depthUpdates + depthSnapshots + trades + otherTrades + quotes + marks + others
    }
}

/// The market of one instrument: takes the venue's messages and says what changed.
///
/// Keeps the book in step and fills one slice again and again; nothing is allocated in the long
/// run. A message of another symbol or market is counted and not used.
public struct MarketFeed: Sendable {
    /// The instrument.
    public let instrument: InstrumentID
    /// The venue's symbol, in upper case.
    public let symbol: String
    /// The market, which says the rules of the book.
    public let market: Market
    /// How many levels a side a slice shows.
    public let depth: Int
    /// What the last message changed; its `MarketSlice/changes` say what of it is new.
    public private(set) var slice: MarketSlice
    /// What was seen so far.
    public private(set) var counters = MarketCounters()
    /// The newest faults, oldest first; at most ``maximumFaults``.
    public private(set) var faults: [MarketFault] = []
    /// Whether the book was ever in step.
    public private(set) var hasBeenInStep = false

    /// How many faults are kept.
    public static var maximumFaults: Int { 32 }

    private var depthSync: DepthSynchronizer
    private let symbolBytes: [UInt8]

    /// Makes a feed that has seen nothing.
    ///
    /// - Parameters:
    ///   - instrument: The instrument's number, which slices carry.
    ///   - symbol: The venue's symbol, as `BTCUSDT`.
    ///   - market: Spot or perpetual.
    ///   - rules: Whose rules the book follows.
    ///   - capacity: How many levels of each side the book holds, at least 1. A small book loses
    ///     sight when the price runs: with 500 levels BTCUSDT did within four minutes of a lively
    ///     market, with 2,000 in none of the recorded ones. More cost memory, 64 bytes each, and
    ///     no time worth naming: changes are near the best price.
    ///   - depth: How many levels of each side a slice shows at most, at least 1.
    public init(
        instrument: InstrumentID,
        symbol: String,
        market: Market,
        rules: DepthRules = .binance,
        capacity: Int = 4000,
        depth: Int = 20
    ) {
        invariant(depth > 0, "a slice shows at least one level")
        self.instrument = instrument
        self.symbol = symbol
        self.market = market
        self.depth = depth
        symbolBytes = Array(symbol.utf8)
        depthSync = DepthSynchronizer(market: market, rules: rules, capacity: capacity)
        slice = MarketSlice(instrument: instrument, depth: depth)
    }

    /// The book; empty unless ``isInStep``.
    ///
    /// To look at it is free. A copy that is kept makes the next event copy every level.
    public var book: OrderBook { depthSync.book }
    /// Whether the book is what the venue's was.
    public var isInStep: Bool { depthSync.isInStep }
    /// The last update in the book; 0 unless ``isInStep``.
    public var lastUpdate: Int64 { depthSync.reached }

    /// What a trader has to know when the book never came in step; `nil` where it did.
    public var neverInStep: String? {
        guard !hasBeenInStep else { return nil }
        let found =
            counters.depthSnapshots == 0
            ? "there was no snapshot of the book" : "no snapshot joined the depth events"
        return "\(symbol): the book never came in step, so nothing was traded: \(found)"
            + " among \(counters.messages) messages (\(counters.depthUpdates) depth events)"
    }

    /// Takes a message.
    ///
    /// - Returns: What is new in ``slice``; empty where the message changed nothing.
    @discardableResult
    public mutating func take(_ message: MarketMessage) -> MarketSlice.Changes {
        slice.changes = []
        guard isOurs(message) else {
            counters.foreign += 1
            note(MarketFault(kind: .wrongInstrument, expected: 0, found: 0))
            return []
        }
        switch message.kind {
        case .other: counters.others += 1
        case .depthUpdate:
            counters.depthUpdates += 1
            settle(depthSync.take(update: message))
        case .depthSnapshot:
            counters.depthSnapshots += 1
            let wasInStep = isInStep
            settle(depthSync.take(snapshot: message))
            if !wasInStep && isInStep {
                if hasBeenInStep { counters.resyncs += 1 }
                hasBeenInStep = true
            }
        case .trade: take(message.trade, isMarketTrade: message.isMarketTrade)
        case .quote:
            counters.quotes += 1
            slice.quote = message.quote
            slice.changes = .quote
        case .mark:
            counters.marks += 1
            slice.mark = message.mark
            slice.changes = .mark
        }
        return slice.changes
    }

    /// Moves the book, which must be in step, by a difference of prices, as if the market had
    /// jumped; what comes must be told in the new prices.
    ///
    /// A local exchange makes its markets jump so. What ``slice`` shows besides the book stays.
    package mutating func shiftPrices(by difference: Price) {
        depthSync.shiftPrices(by: difference)
        fillLevels()
        slice.changes = .book
    }

    /// Takes the faults, so that each is told once.
    public mutating func takeFaults() -> [MarketFault] {
        defer { faults.removeAll() }
        return faults
    }
}

extension MarketFeed {
    private func isOurs(_ message: MarketMessage) -> Bool {
        if let market = message.market, market != self.market { return false }
        // A snapshot names no symbol: it belongs to the tape it is on.
        return message.symbol.isEmpty || message.symbol == symbolBytes
            || message.kind == .other
    }

    private mutating func take(_ trade: PublicTrade, isMarketTrade: Bool) {
        guard isMarketTrade else {
            counters.otherTrades += 1
            return
        }
        counters.trades += 1
        slice.tradedQuantity = trade.quantity
        slice.tradeHigh = trade.price
        slice.tradeLow = trade.price
        slice.tradeLast = trade.price
        slice.changes = .trades
    }

    private mutating func settle(_ outcome: DepthSynchronizer.Outcome) {
        switch outcome {
        case .changed:
            fillLevels()
            slice.changes = .book
        case .held: break
        case .stale: counters.stale += 1
        case .lost(let fault):
            slice.bids.removeAll(keepingCapacity: true)
            slice.asks.removeAll(keepingCapacity: true)
            slice.changes = .bookLost
            note(fault)
        case .refused(let fault): note(fault)
        }
    }

    private mutating func fillLevels() {
        slice.bids.removeAll(keepingCapacity: true)
        slice.asks.removeAll(keepingCapacity: true)
        for rank in 0..<depthSync.certainLevels(.buy, atMost: depth) {
            slice.bids.append(depthSync.book.level(.buy, rank))
        }
        for rank in 0..<depthSync.certainLevels(.sell, atMost: depth) {
            slice.asks.append(depthSync.book.level(.sell, rank))
        }
    }

    private mutating func note(_ fault: MarketFault) {
        switch fault.kind {
        case .gap: counters.gaps += 1
        case .crossed: counters.crossed += 1
        case .outOfSight: counters.outOfSight += 1
        case .snapshotTooOld, .bufferFull, .wrongInstrument: break
        }
        if faults.count == Self.maximumFaults { faults.removeFirst() }
        faults.append(fault)
    }
}
