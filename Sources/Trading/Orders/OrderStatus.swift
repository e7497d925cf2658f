/// The seven states of an order.
///
/// The machine binds what we ask for, not what the venue proves: a fill with evidence is booked
/// even on a terminal order, whose status then stays.
public enum OrderStatus: UInt8, Sendable, CaseIterable {
    /// Intended and durable; the venue has not answered.
    case pending = 1
    /// Accepted by the venue and live.
    case placed = 2
    /// Live with a part filled.
    case partiallyFilled = 3
    /// Filled in full.
    case filled = 4
    /// Ended by a cancel, perhaps with a part filled.
    case cancelled = 5
    /// Refused by the venue.
    case rejected = 6
    /// Ended by the venue's own rules, as the rest of an IOC order.
    case expired = 7

    /// Whether nothing more is expected of the order.
    @inlinable
    public var isTerminal: Bool { rawValue >= OrderStatus.filled.rawValue }

    /// The word used in output.
    public var name: String {
        switch self {
        case .pending: "pending"
        case .placed: "placed"
        case .partiallyFilled: "partially filled"
        case .filled: "filled"
        case .cancelled: "cancelled"
        case .rejected: "rejected"
        case .expired: "expired"
        }
    }

    /// Whether an order may go from this state to `next`.
    @inlinable
    public func canBecome(_ next: OrderStatus) -> Bool {
        switch self {
        case .pending: next != .pending
        case .placed: next != .pending && next != .placed && next != .rejected
        case .partiallyFilled:
            next == .partiallyFilled || next == .filled || next == .cancelled || next == .expired
        case .filled, .cancelled, .rejected, .expired: false
        }
    }
}
