public import Trading

/// What the engine does with one instrument.
///
/// All values come from configuration.
public struct InstrumentPlan: Hashable, Sendable {
    /// What opens and turns deals.
    public var strategy: StrategyPlan
    /// The notional of an entry in the quote asset, before the multiplier.
    public var orderNotional: Money
    /// What sizes are multiplied by.
    public var sizeMultiplier: Decimal
    /// How a deal is entered.
    public var entry: EntryPlan
    /// The distance of the protective stop, as a fraction of the entry price.
    public var stopLossFraction: Decimal
    /// The distance of the target, as a fraction of the entry price; `nil` for none.
    public var takeProfitFraction: Decimal?
    /// Whether the target rests at the venue; only where a stop may rest beside it.
    public var takeProfitRests: Bool
    /// How the stop follows the price; `nil` where it stays.
    public var trailing: TrailingPlan?
    /// The longest holding time; `nil` for none.
    public var maximumHolding: TimeSpan?
    /// The pause after a deal ended or an entry was refused.
    public var cooldown: TimeSpan
    /// Whether a sell signal opens a short deal; never on spot.
    public var allowsShort: Bool
    /// How far the price of an entry may be from the last trusted one, as a fraction of that.
    ///
    /// `nil` for no limit.
    public var priceBand: Decimal?
    /// Whether the venue changes a stop in place; where not, it is cancelled and placed anew.
    public var amendsStops = true
    /// Whether the venue takes the direction of a stop from where the price is when it comes: one
    /// that comes too late waits for the price to return, and protects nothing.
    public var stopsFacePrice = false

    /// Makes a plan.
    public init(
        strategy: StrategyPlan,
        orderNotional: Money,
        sizeMultiplier: Decimal,
        entry: EntryPlan,
        stopLossFraction: Decimal,
        takeProfitFraction: Decimal?,
        takeProfitRests: Bool,
        trailing: TrailingPlan?,
        maximumHolding: TimeSpan?,
        cooldown: TimeSpan,
        allowsShort: Bool,
        priceBand: Decimal? = nil
    ) {
        self.strategy = strategy
        self.orderNotional = orderNotional
        self.sizeMultiplier = sizeMultiplier
        self.entry = entry
        self.stopLossFraction = stopLossFraction
        self.takeProfitFraction = takeProfitFraction
        self.takeProfitRests = takeProfitRests
        self.trailing = trailing
        self.maximumHolding = maximumHolding
        self.cooldown = cooldown
        self.allowsShort = allowsShort
        self.priceBand = priceBand
    }
}

/// The strategy of an instrument.
public enum StrategyPlan: Hashable, Sendable {
    case imbalance(ImbalancePlan)
    case signals(SignalPlan)

    /// Its number in the evidence of a deal.
    public var number: UInt8 {
        switch self {
        case .imbalance: 1
        case .signals: 2
        }
    }
}

/// How the imbalance of the book is read.
public struct ImbalancePlan: Hashable, Sendable {
    /// How many levels of each side count.
    public var depth: Int
    /// The share of the buyers at or above which to buy.
    public var buyThreshold: Decimal
    /// The share of the buyers at or below which to sell.
    public var sellThreshold: Decimal
    /// The least quantity on the heavier side, in base units.
    public var minimumClusterVolume: Quantity
    /// Whether the opposite signal closes a deal.
    public var closesOnOpposite: Bool

    /// Makes a plan.
    public init(
        depth: Int,
        buyThreshold: Decimal,
        sellThreshold: Decimal,
        minimumClusterVolume: Quantity,
        closesOnOpposite: Bool
    ) {
        self.depth = depth
        self.buyThreshold = buyThreshold
        self.sellThreshold = sellThreshold
        self.minimumClusterVolume = minimumClusterVolume
        self.closesOnOpposite = closesOnOpposite
    }
}

/// How scored signals are read.
public struct SignalPlan: Hashable, Sendable {
    /// The least score to act on.
    public var threshold: Decimal
    /// How long after a signal was made it may come; later it is stale.
    public var longestAge: TimeSpan

    /// The age that holds where none is configured.
    public static let usualAge = TimeSpan(seconds: 60)

    /// Makes a plan.
    public init(threshold: Decimal, longestAge: TimeSpan = Self.usualAge) {
        self.threshold = threshold
        self.longestAge = longestAge
    }
}

/// How a deal is entered.
public struct EntryPlan: Hashable, Sendable {
    /// Market or limit.
    public var type: OrderType
    /// How long the entry lives at the venue.
    public var timeInForce: TimeInForce
    /// For a limit: ticks from the best price of our own side, positive toward the other side.
    public var offsetTicks: Int
    /// How long an entry may rest before its rest is cancelled.
    public var timeout: TimeSpan

    /// Makes a plan.
    public init(type: OrderType, timeInForce: TimeInForce, offsetTicks: Int, timeout: TimeSpan) {
        self.type = type
        self.timeInForce = timeInForce
        self.offsetTicks = offsetTicks
        self.timeout = timeout
    }
}

/// How the protective stop follows the price.
///
/// Fractions are of the entry price, but for the callback, which is of the peak.
public struct TrailingPlan: Hashable, Sendable {
    /// The gain at which the stop begins to follow.
    public var activation: Decimal
    /// The distance of the stop from the peak.
    public var callback: Decimal
    /// The least move of the peak that moves the stop.
    public var minimumStep: Decimal
    /// The least time between two moves.
    public var minimumInterval: TimeSpan

    /// Makes a plan.
    public init(
        activation: Decimal,
        callback: Decimal,
        minimumStep: Decimal,
        minimumInterval: TimeSpan
    ) {
        self.activation = activation
        self.callback = callback
        self.minimumStep = minimumStep
        self.minimumInterval = minimumInterval
    }
}

extension InstrumentPlan {
    /// How many levels of each side the strategy looks at.
    public var bookDepth: Int {
        switch strategy {
        case .imbalance(let plan): plan.depth
        case .signals: 1
        }
    }
}
