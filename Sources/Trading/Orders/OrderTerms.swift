/// Buy or sell.
public enum Side: UInt8, Sendable, CaseIterable {
    case buy = 1
    case sell = 2

    /// The other side.
    @inlinable
    public var opposite: Side { self == .buy ? .sell : .buy }
    /// The word used in output.
    public var name: String { self == .buy ? "buy" : "sell" }
    /// A quantity with the sign of its effect on a position.
    @inlinable
    public func signed(_ quantity: Quantity) -> Quantity { self == .buy ? quantity : -quantity }
}

/// How an order meets the book.
public enum OrderType: UInt8, Sendable, CaseIterable {
    /// Takes what is there.
    case market = 1
    /// Takes or rests at a price or better.
    case limit = 2
    /// Waits at the venue for a trade at or beyond its trigger, then becomes a market order.
    case stopMarket = 3

    /// The word used in output.
    public var name: String {
        switch self {
        case .market: "market"
        case .limit: "limit"
        case .stopMarket: "stop-market"
        }
    }
}

/// How long an order lives.
public enum TimeInForce: UInt8, Sendable, CaseIterable {
    /// Until it is filled or cancelled.
    case goodTillCancelled = 1
    /// Fills what it can at once; the rest expires.
    case immediateOrCancel = 2
    /// Fills in full at once, or not at all.
    case fillOrKill = 3
    /// Rests, or is rejected where it would take.
    case postOnly = 4

    /// The word used in configuration and output.
    public var name: String {
        switch self {
        case .goodTillCancelled: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        case .postOnly: "post-only"
        }
    }
}

/// What an order is for.
public enum OrderRole: UInt8, Sendable, CaseIterable {
    /// Opens a deal.
    case entry = 1
    /// Protects an open position at the venue.
    case stop = 2
    /// Takes profit by resting at the venue.
    case takeProfit = 3
    /// Closes a deal.
    case exit = 4

    /// The word used in output.
    public var name: String {
        switch self {
        case .entry: "entry"
        case .stop: "stop"
        case .takeProfit: "take-profit"
        case .exit: "exit"
        }
    }
}

/// What we ask of the venue.
public struct OrderTerms: Hashable, Sendable {
    /// What is traded.
    public var instrument: InstrumentID
    /// Buy or sell.
    public var side: Side
    /// How it meets the book.
    public var type: OrderType
    /// How long it lives.
    public var timeInForce: TimeInForce
    /// Whether the venue must refuse to grow or turn a position with it.
    public var isReduceOnly: Bool
    /// In base units; positive.
    public var quantity: Quantity
    /// The limit; zero for market and stop orders.
    public var price: Price
    /// The trigger of a stop; zero for others.
    public var trigger: Price

    /// Makes the terms of an order.
    public init(
        instrument: InstrumentID,
        side: Side,
        type: OrderType,
        timeInForce: TimeInForce,
        isReduceOnly: Bool = false,
        quantity: Quantity,
        price: Price = .zero,
        trigger: Price = .zero
    ) {
        self.instrument = instrument
        self.side = side
        self.type = type
        self.timeInForce = timeInForce
        self.isReduceOnly = isReduceOnly
        self.quantity = quantity
        self.price = price
        self.trigger = trigger
    }
}
