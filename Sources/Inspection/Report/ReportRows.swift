internal import Projections
internal import Trading

/// A deal as the report tells it, from its opening to its end.
struct DealRow: Sendable {
    let id: DealID
    let instrument: InstrumentID
    let symbol: String
    let isLong: Bool
    let evidence: Evidence
    let openedAt: Timestamp
    /// When its entry was first filled, and when it was last sold out of.
    var enteredAt: Timestamp?
    var leftAt: Timestamp?
    /// The average of the entry; zero before the first fill.
    var entryPrice = Price.zero
    var entryQuantity = Quantity.zero
    var exitQuantity = Quantity.zero
    var exitCost = Money.zero
    /// What its fills cost in fees, in the quote asset.
    var fees = Money.zero
    var fills = 0
    /// Where its stop was, and from when on.
    private(set) var stops: [(time: Timestamp, price: Price)] = []
    var peak = Price.zero
    /// When it ended; `nil` while it is open.
    var endedAt: Timestamp?
    var reason = DealReason.none
    /// The result, so far where it is open.
    var profit = Money.zero

    /// How many moves of a stop are drawn.
    private static let stopLimit = 40

    init(_ deal: Deal, symbol: String) {
        id = deal.id
        instrument = deal.instrument
        self.symbol = symbol
        isLong = deal.side == .buy
        evidence = deal.evidence
        openedAt = deal.openedAt
        take(deal)
    }

    init(_ opened: DealOpened, _ id: DealID, at time: Timestamp, symbol: String) {
        self.id = id
        instrument = opened.instrument
        self.symbol = symbol
        isLong = opened.side == .buy
        evidence = opened.evidence
        openedAt = time
    }

    /// Takes what the state knows of it.
    mutating func take(_ deal: Deal) {
        entryPrice = deal.entryPrice
        entryQuantity = deal.entryQuantity
        profit = deal.profit
        peak = deal.peak
        reason = deal.reason
    }

    /// Notes where the stop is from now on; of very many moves the first ones and the newest stay.
    mutating func moveStop(to price: Price, at time: Timestamp) {
        if stops.count >= Self.stopLimit { stops.removeLast() }
        stops.append((time, price))
    }

    /// The average of the exits; `nil` before the first.
    var exitPrice: Price? {
        exitQuantity.isPositive
            ? Price(exitCost.value.divided(by: exitQuantity.value, .halfEven)) : nil
    }

    /// How long it held something; `nil` where it never did or still does.
    var held: TimeSpan? { endedAt.map { $0 - openedAt } }
}

/// A fill.
struct FillRow: Sendable {
    let sequence: SequenceNumber
    let time: Timestamp
    let instrument: InstrumentID
    let symbol: String
    /// What the order was for; `nil` for the venue's own order of a liquidation.
    let role: OrderRole?
    let side: Side
    let execution: Execution
    let feeAsset: String
    let notional: Money
    let deal: DealID
}

/// An order that was refused before it left.
struct RefusalRow: Sendable {
    let sequence: SequenceNumber
    let time: Timestamp
    let symbol: String
    let refused: OrderRefused
}

/// What happened, in words: for errors, an operator's hand and the venue's refusals.
struct NoteRow: Sendable {
    let sequence: SequenceNumber
    let time: Timestamp
    let label: String
    let text: String
}

/// A request whose outcome was not known for a while.
struct UnknownRow: Sendable {
    let sequence: SequenceNumber
    let time: Timestamp
    let order: OrderID
    let what: String
    let why: String
    /// When and by what it was known again.
    var resolvedAt: Timestamp?
    var evidence: String?
}

/// One start of the engine or of a tool.
struct EpochRow: Sendable {
    let epoch: Epoch
    let began: Timestamp
    let first: SequenceNumber
    let program: String
    var last: SequenceNumber
    var lastTime: Timestamp
    /// How it ended; `nil` while that is not known.
    var stop: String?
    var isUnclean = false
    var commits: DurationHistogram?
}

/// A time in which the engine opened nothing.
struct PauseRow: Sendable {
    let from: Timestamp
    var to: Timestamp?
}

/// How deals ended that had the same reason.
struct ReasonSum: Sendable {
    var deals = 0
    var wins = 0
    var profit = Money.zero

    mutating func add(_ result: Money) {
        deals += 1
        if result.isPositive { wins += 1 }
        profit += result
    }
}
