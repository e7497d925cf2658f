public import Trading

/// Something the engine is told.
///
/// Replies to its requests come back this way too.
public enum Input: Sendable {
    /// The market moved.
    case market(MarketSlice)
    /// The venue reports on an order or on the account.
    case report(VenueReport)
    /// A scored signal arrived.
    case signal(ScoredSignal)
    /// A second of stamped time passed.
    case tick
    /// Something outside the market holds, or holds no longer.
    case condition(Condition, isActive: Bool)
    /// The engine is about to stop: what rests to open something is cancelled, for nobody would
    /// protect what it fills.
    case leaving
}

/// A condition that pauses the engine while it holds.
public enum Condition: UInt8, Sendable {
    /// The operator's kill switch.
    case killSwitch = 1
    /// The disk has less room than the reserve.
    case diskSpace = 2
    /// The venue differs from the journal: told by starts of the past, which paused the engine as
    /// a whole; a start today ends it, and blocks by scope.
    case reconciliation = 3
    /// Orders come to the account that another engine must have placed.
    case secondEngine = 4
    /// An operator paused it, by command or signal.
    case pausedByHand = 6
    /// Rescue acted at the venue beside this engine.
    case rescue = 5
    /// The venue's private stream tells nothing of our orders.
    case privateStream = 7

    /// The words used as the reason of the pause.
    public var name: String {
        switch self {
        case .killSwitch: "kill switch"
        case .pausedByHand: "paused by hand"
        case .diskSpace: "disk space below the reserve"
        case .reconciliation: "the venue differs from the journal"
        case .secondEngine: "another engine trades on this account"
        case .rescue: "rescue acted beside the engine"
        case .privateStream: "the private stream tells nothing"
        }
    }
}

/// A trading idea from outside, with a score.
public struct ScoredSignal: Hashable, Sendable {
    /// Unique for its sender; the same id is acted on once.
    public var id: String
    /// The instrument's symbol or name.
    public var symbol: String
    /// Whether to buy or to sell.
    public var side: Side
    /// 0 to 100.
    public var score: Decimal
    /// When it was made.
    public var time: Timestamp
    /// What its sender says of it.
    public var note: String

    /// Makes a signal.
    public init(
        id: String,
        symbol: String,
        side: Side,
        score: Decimal,
        time: Timestamp,
        note: String = ""
    ) {
        self.id = id
        self.symbol = symbol
        self.side = side
        self.score = score
        self.time = time
        self.note = note
    }
}
