/// The four states of a deal, and of the position it holds.
public enum DealStatus: UInt8, Sendable, CaseIterable {
    /// The entry was intended; nothing is held.
    case opening = 1
    /// Something is held.
    case open = 2
    /// What is held is being given up.
    case closing = 3
    /// Nothing is held and no order lives.
    case closed = 4

    /// The word used in output.
    public var name: String {
        switch self {
        case .opening: "opening"
        case .open: "open"
        case .closing: "closing"
        case .closed: "closed"
        }
    }

    /// Whether a deal may go from this state to `next`.
    @inlinable
    public func canBecome(_ next: DealStatus) -> Bool {
        switch self {
        case .opening: next == .open || next == .closing || next == .closed
        case .open: next == .closing || next == .closed
        case .closing: next == .closed
        case .closed: false
        }
    }
}

/// Why a deal moved.
public enum DealReason: UInt8, Sendable, CaseIterable {
    case none = 0
    /// The first fill of the entry.
    case entryFilled = 1
    /// The entry ended without a fill.
    case entryNotFilled = 2
    /// The protective stop, where it was first placed.
    case stopLoss = 3
    /// The target was reached.
    case takeProfit = 4
    /// The protective stop, after it had followed the price.
    case trailingStop = 5
    /// The strategy turned.
    case signal = 6
    /// The longest holding time passed.
    case timeLimit = 7
    /// The venue closed the position for want of margin.
    case liquidation = 8
    /// No protective stop could be placed.
    case unprotected = 9
    /// The operator, or a limit that closes positions.
    case operatorDecision = 10
    /// The owner of the account closed the position by hand, or the venue against another one.
    case closedByOthers = 11

    /// The words used in output.
    public var name: String {
        switch self {
        case .none: "none"
        case .entryFilled: "entry filled"
        case .entryNotFilled: "entry not filled"
        case .stopLoss: "stop loss"
        case .takeProfit: "take profit"
        case .trailingStop: "trailing stop"
        case .signal: "signal"
        case .timeLimit: "time limit"
        case .liquidation: "liquidation"
        case .unprotected: "unprotected"
        case .operatorDecision: "operator"
        case .closedByOthers: "others"
        }
    }
}
