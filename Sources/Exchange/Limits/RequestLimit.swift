public import Trading

/// How many requests a venue takes in a length of time.
public struct RequestLimit: Hashable, Sendable {
    /// Which limit it is.
    public var name: LimitName
    /// How much a window holds: requests, orders, or weight.
    public var count: Int
    /// The length of a window.
    public var window: TimeSpan
    /// Where windows begin.
    public var counting: Counting
    /// What only protective requests may use; never more than half of the count.
    public var reserve: Int

    /// Makes a limit.
    public init(
        _ name: LimitName,
        _ count: Int,
        per window: TimeSpan,
        _ counting: Counting,
        reserve: Int = 0
    ) {
        self.name = name
        self.count = count
        self.window = window
        self.counting = counting
        self.reserve = reserve
    }

    /// Where the windows begin in which a venue counts.
    public enum Counting: UInt8, Sendable, CaseIterable {
        /// Anywhere: every window of this length holds at most the count.
        case rolling
        /// At whole multiples of the length since 1970-01-01T00:00:00Z.
        case aligned
    }

    /// How much a request of this priority may fill the window up to.
    func allowance(_ priority: RequestPriority) -> Int {
        // Half of a limit that the venue cut down is still for everybody.
        priority == .protective ? count : count - min(max(0, reserve), count / 2)
    }
}

/// Names a limit of a venue.
public enum LimitName: Hashable, Sendable {
    /// Requests of one address.
    case address
    /// Weight of the requests of one address, on Binance.
    case weight
    /// Orders of one account in windows of this length, on Binance.
    case orders(TimeSpan)
    /// Requests of one account to one endpoint, on Bybit; no market where all markets share it.
    case endpoint(VenueEndpoint, VenueMarket?)
}

/// What a request of a venue is about, as far as limits and breakers tell requests apart.
public enum VenueEndpoint: UInt8, Sendable, CaseIterable {
    case place = 1
    case amend
    case cancel
    case silence
    case leverage
    case positionMode
    case marginMode
    case orders
    case history
    case executions
    case positions
    case balances
    case account
    case fees
    case key
    case market
    case listenKey
}

extension VenueCall {
    /// What it is about.
    public var endpoint: VenueEndpoint {
        switch self {
        case .place: .place
        case .amend: .amend
        case .cancel: .cancel
        case .cancelOnSilence: .silence
        case .setLeverage: .leverage
        case .setOneWayMode: .positionMode
        case .setMarginMode: .marginMode
        case .order, .openOrders: .orders
        case .orderHistory: .history
        case .executions, .orderExecutions: .executions
        case .positions: .positions
        case .balances: .balances
        case .accountMode, .marginMode, .entries: .account
        case .fees: .fees
        case .keyPermissions: .key
        case .instruments, .tickers, .serverTime, .book: .market
        case .listenKey: .listenKey
        }
    }
}

/// What a request takes from a limit.
public struct RequestCharge: Hashable, Sendable {
    /// The limit.
    public var name: LimitName
    /// How much.
    public var cost: Int

    /// Makes a charge.
    public init(_ name: LimitName, _ cost: Int = 1) {
        self.name = name
        self.cost = cost
    }
}

/// Who may use the reserve.
public enum RequestPriority: UInt8, Sendable, CaseIterable {
    /// Entries and questions.
    case ordinary
    /// Cancels, stops and exits.
    case protective
}

/// Whether a request may be sent.
public enum RequestPermission: Hashable, Sendable {
    /// At once.
    case now
    /// Then, if nothing else is sent before.
    case notBefore(Timestamp)
    /// Not at all: it costs more than a window holds, or it is charged to a limit that is not
    /// known here.
    case never
}
