public import Exchange

/// What a local exchange is opened with.
public struct LocalExchangePlan {
    /// Who may trade, and where.
    public var accounts: [(wallet: LocalWallet, account: LocalAccount)]
    /// The markets to open.
    public var markets: [LocalMarketPlan]
    /// Trouble made on purpose.
    public var faults: [FaultRule]
    /// What ids are made from: the same seed and the same calls give the same bytes.
    public var seed: UInt64

    /// Makes a plan.
    public init(
        accounts: [(wallet: LocalWallet, account: LocalAccount)],
        markets: [LocalMarketPlan],
        faults: [FaultRule],
        seed: UInt64
    ) {
        self.accounts = accounts
        self.markets = markets
        self.faults = faults
        self.seed = seed
    }
}

/// Markets that share what an account holds.
public enum LocalWallet: String, Sendable, CaseIterable {
    /// Bybit's unified account: spot and linear.
    case bybit
    /// Binance's spot account.
    case binanceSpot = "binance-spot"
    /// Binance's USD-M account.
    case binanceFutures = "binance-futures"

    /// The wallet that a market settles in.
    public init(_ market: VenueMarket) {
        switch market {
        case .bybitSpot, .bybitLinear: self = .bybit
        case .binanceSpot: self = .binanceSpot
        case .binanceFutures: self = .binanceFutures
        }
    }
}
