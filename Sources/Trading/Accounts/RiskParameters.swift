/// The limits that every entry passes.
///
/// Amounts are in the quote asset; zero switches a limit off where the field says so.
public struct RiskParameters: Hashable, Sendable {
    /// The most deals open at once.
    public var maximumOpenDeals: Int
    /// The most notional held in one instrument.
    public var maximumPositionSize: Money
    /// The most notional held and asked for in all instruments.
    public var maximumExposure: Money
    /// The least notional of an entry.
    public var minimumOrderSize: Money
    /// The realised loss of a UTC day at which entries end until the next; zero: no limit.
    public var maximumDailyLoss: Money
    /// The fall from the best realised result at which the engine pauses; zero: no limit.
    public var maximumDrawdown: Money
    /// The distance of the protective stop, as a fraction of the entry price.
    public var stopLossFraction: Decimal
    /// The most orders placed within ``orderRateWindow``, at which the engine pauses.
    public var maximumOrderRate: Int
    /// The window that requests are counted in.
    public var orderRateWindow: TimeSpan

    /// Makes the limits.
    public init(
        maximumOpenDeals: Int,
        maximumPositionSize: Money,
        maximumExposure: Money,
        minimumOrderSize: Money,
        maximumDailyLoss: Money,
        maximumDrawdown: Money,
        stopLossFraction: Decimal,
        maximumOrderRate: Int,
        orderRateWindow: TimeSpan
    ) {
        self.maximumOpenDeals = maximumOpenDeals
        self.maximumPositionSize = maximumPositionSize
        self.maximumExposure = maximumExposure
        self.minimumOrderSize = minimumOrderSize
        self.maximumDailyLoss = maximumDailyLoss
        self.maximumDrawdown = maximumDrawdown
        self.stopLossFraction = stopLossFraction
        self.maximumOrderRate = maximumOrderRate
        self.orderRateWindow = orderRateWindow
    }

    /// Limits that allow nothing: what holds until the configuration is journaled.
    public static var closed: RiskParameters {
        RiskParameters(
            maximumOpenDeals: 0,
            maximumPositionSize: .zero,
            maximumExposure: .zero,
            minimumOrderSize: .zero,
            maximumDailyLoss: .zero,
            maximumDrawdown: .zero,
            stopLossFraction: .zero,
            maximumOrderRate: 0,
            orderRateWindow: .second
        )
    }
}

/// Why the risk gate, or the engine itself, refused an order before it left.
public enum Refusal: UInt8, Sendable, CaseIterable {
    case notRunning = 1
    case tooManyOpenDeals = 2
    case positionTooLarge = 3
    case exposureTooLarge = 4
    case orderTooSmall = 5
    case dailyLoss = 6
    case drawdown = 7
    case orderRate = 8
    case insufficientBalance = 9
    case wouldShortSpot = 10
    case noReferencePrice = 11
    case diskSpace = 12
    case openCase = 13
    /// The price is too far from the last trusted one.
    case priceBand = 14

    /// The words used in output.
    public var name: String {
        switch self {
        case .notRunning: "not running"
        case .tooManyOpenDeals: "too many open deals"
        case .positionTooLarge: "position too large"
        case .exposureTooLarge: "exposure too large"
        case .orderTooSmall: "order too small"
        case .dailyLoss: "daily loss reached"
        case .drawdown: "drawdown reached"
        case .orderRate: "order rate reached"
        case .insufficientBalance: "insufficient balance"
        case .wouldShortSpot: "spot cannot be sold short"
        case .noReferencePrice: "no reference price"
        case .diskSpace: "disk space below the reserve"
        case .openCase: "blocked by an open case"
        case .priceBand: "price outside its band"
        }
    }
}

/// What the engine may do.
public enum BotStatus: UInt8, Sendable, CaseIterable {
    case running = 1
    /// Cancels, exits and protection go on; nothing is opened.
    case paused = 2
    case shutdown = 3
    /// As paused, for a reason that a person must look at.
    case error = 4

    /// The word used in output.
    public var name: String {
        switch self {
        case .running: "running"
        case .paused: "paused"
        case .shutdown: "shutdown"
        case .error: "error"
        }
    }
}
