/// What a scan does.
public enum ScanOperation: UInt8, Sendable, CaseIterable {
    /// Ranks the pairs of a market by their turnover.
    case marketScan = 1

    /// The word used in output.
    public var name: String {
        switch self {
        case .marketScan: "market scan"
        }
    }
}

/// Where a scan stands.
public enum ScanStatus: UInt8, Sendable, CaseIterable {
    /// It goes on, or was interrupted and will.
    case running = 1
    /// Every item was looked at.
    case completed = 2
    /// It was given up; a message says why.
    case failed = 3

    /// The word used in output.
    public var name: String {
        switch self {
        case .running: "running"
        case .completed: "completed"
        case .failed: "failed"
        }
    }
}

/// How far a scan has come: what a start after a kill goes on from.
public struct ScanCheckpointed: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.scanCheckpointed
    /// The most pairs that one checkpoint holds, and that a scan keeps.
    public static let mostPairs = 100
    /// The scan; none in its first checkpoint, which names it.
    public var scan: ScanID
    /// What it does.
    public var operation: ScanOperation
    /// What it looks at: the same again is the same scan.
    public var subject: String
    /// Where it stands.
    public var status: ScanStatus
    /// The last item that was looked at, in the order of the scan; empty before the first.
    public var cursor: String
    /// How many items were looked at.
    public var processed: UInt64
    /// How many items there are.
    public var total: UInt64
    /// Why it failed; empty otherwise.
    public var message: String
    /// Of the items since the checkpoint before the best; at most ``mostPairs``.
    public var found: [ScannedPair]

    /// Makes the payload.
    public init(
        scan: ScanID,
        operation: ScanOperation = .marketScan,
        subject: String,
        status: ScanStatus = .running,
        cursor: String,
        processed: UInt64,
        total: UInt64,
        message: String = "",
        found: [ScannedPair] = []
    ) {
        self.scan = scan
        self.operation = operation
        self.subject = subject
        self.status = status
        self.cursor = cursor
        self.processed = processed
        self.total = total
        self.message = message
        self.found = found
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(scan)
        writer.choice(operation)
        writer.text(subject)
        writer.choice(status)
        writer.text(cursor)
        writer.integer(processed)
        writer.integer(total)
        writer.text(message)
        writer.integer(UInt32(found.count))
        for pair in found { pair.encode(into: &writer) }
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        scan = reader.identifier()
        operation = reader.choice(.marketScan)
        subject = reader.text()
        status = reader.choice(.failed)
        cursor = reader.text()
        processed = reader.uint64()
        total = reader.uint64()
        message = reader.text()
        found = []
        let count = reader.uint32()
        if count > Self.mostPairs || processed > total {
            reader.markDamaged()
            return
        }
        for _ in 0..<count { found.append(ScannedPair(from: &reader)) }
    }
}

/// What a scan found out about a pair.
public struct ScannedPair: Hashable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// What it is priced in.
    public var quote: String
    /// What was traded in 24 hours, in quote units.
    public var turnover: Money
    /// The same in the asset that pairs are compared in; `nil` where no rate is known.
    public var value: Money?
    /// The best price that buys; zero where there is none.
    public var bid: Price
    /// The best price that sells; zero where there is none.
    public var ask: Price
    /// What rests near the middle; `nil` where the venue gave no book.
    public var depth: MarketDepth?

    /// Makes a pair.
    public init(
        symbol: String,
        quote: String,
        turnover: Money,
        value: Money?,
        bid: Price,
        ask: Price,
        depth: MarketDepth?
    ) {
        self.symbol = symbol
        self.quote = quote
        self.turnover = turnover
        self.value = value
        self.bid = bid
        self.ask = ask
        self.depth = depth
    }

    /// Whether this pair ranks before another: by value; what has none is behind, by quote asset
    /// and turnover; then by symbol.
    public func ranks(before other: ScannedPair) -> Bool {
        switch (value, other.value) {
        case (let mine?, let its?): if mine != its { return mine > its }
        case (.some, nil): return true
        case (nil, .some): return false
        case (nil, nil):
            if quote != other.quote { return quote < other.quote }
            if turnover != other.turnover { return turnover > other.turnover }
        }
        return symbol < other.symbol
    }

    /// Writes the pair.
    public func encode(into writer: inout ByteWriter) {
        writer.text(symbol)
        writer.text(quote)
        writer.amount(turnover)
        writer.bool(value != nil)
        writer.amount(value ?? .zero)
        writer.amount(bid)
        writer.amount(ask)
        writer.bool(depth != nil)
        writer.amount(depth?.bids ?? .zero)
        writer.amount(depth?.asks ?? .zero)
    }

    /// Reads a pair; amounts are from zero to `Decimal.bound`.
    public init(from reader: inout ByteReader) {
        symbol = reader.text()
        quote = reader.text()
        turnover = reader.amount()
        let isValued = reader.bool()
        let value: Money = reader.amount()
        bid = reader.amount()
        ask = reader.amount()
        let isMeasured = reader.bool()
        let depth = MarketDepth(bids: reader.amount(), asks: reader.amount())
        self.value = isValued ? value : nil
        self.depth = isMeasured ? depth : nil
        let amounts = [
            turnover.value, value.value, bid.value, ask.value, depth.bids.value, depth.asks.value,
        ]
        let isSound = amounts.allSatisfy { $0 >= .zero && $0.isWithinBounds }
        let isPlain = (isValued || value.isZero) && (isMeasured || depth == .none)
        if !isSound || !isPlain { reader.markDamaged() }
    }
}

/// What rests near the middle of a book, in quote units.
public struct MarketDepth: Hashable, Sendable {
    /// What buys.
    public var bids: Money
    /// What sells.
    public var asks: Money

    /// Makes a depth.
    public init(bids: Money, asks: Money) {
        self.bids = bids
        self.asks = asks
    }

    /// An empty book.
    public static var none: MarketDepth { MarketDepth(bids: .zero, asks: .zero) }
}
