public import Network
public import Trading

/// The limits of a venue, as data.
///
/// Sources, read on 2026-07-24 and before: [BD] bybit-exchange/docs `docs/v5/rate-limit`; [BN]
/// binance/binance-spot-api-docs `rest-api.md`, `web-socket-api.md` (how intervals are counted) and
/// `CHANGELOG.md`; [SDK] the docstrings of binance-sdk-derivatives-trading-usds-futures 18.1.0;
/// [FAQ] "Rate Limits on Binance Futures". Reserves are ours. What a venue says in its headers or
/// in its exchange information goes before these numbers.
public struct VenueLimits: Hashable, Sendable {
    /// The limits that share one budget.
    public var limits: [RequestLimit]
    /// How long to send nothing after a status that names no time itself.
    public var penalties: [Int: TimeSpan]
    /// The markets whose requests are charged to it.
    public var markets: [VenueMarket]

    /// The limits that the requests of a market are charged to: one budget for all that share them.
    public static func of(_ market: VenueMarket) -> VenueLimits {
        switch market {
        case .bybitSpot, .bybitLinear: bybit
        case .binanceSpot: binanceSpot
        case .binanceFutures: binanceFutures
        }
    }

    // Half of what may be placed is kept: an entry leaves room for the stop that follows it.

    /// Bybit v5: requests of an address in 5 s, and of an account to an endpoint in a second.
    ///
    /// A 403 lasts "at least 10 minutes" [BD]; for 429 no time is told, so it is ours.
    public static let bybit = VenueLimits(
        limits: [
            RequestLimit(
                .address,
                600,
                per: TimeSpan(seconds: 5),
                .rolling,
                reserve: 100
            )
        ]
            + perSecond(.place, .bybitLinear, 10, reserve: 5)
            + perSecond(.amend, .bybitLinear, 10, reserve: 3)
            + perSecond(.cancel, .bybitLinear, 10, reserve: 3)
            + perSecond(.place, .bybitSpot, 20, reserve: 10)
            + perSecond(.amend, .bybitSpot, 10, reserve: 3)
            + perSecond(.cancel, .bybitSpot, 20, reserve: 6)
            + perSecond(.silence, nil, 5)
            + perSecond(.leverage, nil, 10)
            + perSecond(.positionMode, nil, 10)
            + perSecond(.marginMode, nil, 5)
            + perSecond(.orders, nil, 50, reserve: 10)
            + perSecond(.history, nil, 50, reserve: 10)
            + perSecond(.executions, nil, 50, reserve: 10)
            + perSecond(.positions, nil, 50, reserve: 10)
            + perSecond(.balances, nil, 50, reserve: 10)
            + perSecond(.account, nil, 50)
            + perSecond(.fees, nil, 5)
            + perSecond(.key, nil, 10),
        penalties: [403: TimeSpan(seconds: 600), 429: TimeSpan(seconds: 10)],
        markets: [.bybitSpot, .bybitLinear]
    )

    /// Binance spot: weight of an address in a minute, orders of an account in 10 s and a day.
    ///
    /// The order counts are the lower ones of those the documents show; weight and raw requests
    /// are of `CHANGELOG.md`. A ban lasts 2 minutes to 3 days [BN]; without `Retry-After` a 429
    /// lasts a window, and the time after a 403 of the firewall is ours.
    public static let binanceSpot = VenueLimits(
        limits: [
            RequestLimit(.weight, 6_000, per: TimeSpan(seconds: 60), .aligned, reserve: 600),
            RequestLimit(.address, 300_000, per: TimeSpan(seconds: 300), .aligned, reserve: 3_000),
            RequestLimit(.orders(tenSeconds), 50, per: tenSeconds, .aligned, reserve: 25),
            RequestLimit(.orders(.day), 160_000, per: .day, .aligned, reserve: 2_000),
        ],
        penalties: binancePenalties,
        markets: [.binanceSpot]
    )

    /// Binance USD-M: weight of an address in a minute, orders of an account in 10 s and a minute.
    ///
    /// [FAQ] gives the counts; how windows are counted is documented for spot alone.
    public static let binanceFutures = VenueLimits(
        limits: [
            RequestLimit(.weight, 2_400, per: TimeSpan(seconds: 60), .aligned, reserve: 240),
            RequestLimit(.orders(tenSeconds), 300, per: tenSeconds, .aligned, reserve: 150),
            RequestLimit(.orders(minute), 1_200, per: minute, .aligned, reserve: 600),
        ],
        penalties: binancePenalties,
        markets: [.binanceFutures]
    )

    private static let tenSeconds = TimeSpan(seconds: 10)
    private static let minute = TimeSpan(seconds: 60)
    private static let binancePenalties = [
        429: minute, 418: TimeSpan(seconds: 120), 403: TimeSpan(seconds: 300),
    ]

    private static func perSecond(
        _ endpoint: VenueEndpoint,
        _ market: VenueMarket?,
        _ count: Int,
        reserve: Int = 0
    ) -> [RequestLimit] {
        let name = LimitName.endpoint(endpoint, market)
        return [RequestLimit(name, count, per: .second, .rolling, reserve: reserve)]
    }
}

extension VenueLimits {
    /// How much weight Binance has counted of an address in this minute, as an answer's header
    /// tells; `nil` where it does not.
    public static func usedWeight(in response: HTTPResponse) -> Int? {
        response.header("X-MBX-USED-WEIGHT-1M").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// What one request that asks `call` of a market costs.
    public static func charges(for call: VenueCall, in market: VenueMarket) -> [RequestCharge] {
        switch market {
        case .bybitSpot, .bybitLinear: bybitCharges(call.endpoint, market)
        case .binanceSpot: spotCharges(call)
        case .binanceFutures: futuresCharges(call)
        }
    }

    private static func bybitCharges(
        _ endpoint: VenueEndpoint,
        _ market: VenueMarket
    ) -> [RequestCharge] {
        switch endpoint {
        case .place, .amend, .cancel:
            [RequestCharge(.address), RequestCharge(.endpoint(endpoint, market))]
        case .market, .listenKey: [RequestCharge(.address)]
        default: [RequestCharge(.address), RequestCharge(.endpoint(endpoint, nil))]
        }
    }

    /// [BN] "Weight" and "Unfilled Order Count" of each endpoint.
    ///
    /// An order that succeeds costs no weight since 2026-04-02, one that fails costs 1. An amend
    /// costs as much as the dearer of its two ways, keeping priority or replacing.
    private static func spotCharges(_ call: VenueCall) -> [RequestCharge] {
        let weight =
            switch call {
            case .place, .cancel, .serverTime, .listenKey, .keyPermissions: 1
            case .cancelOnSilence, .setLeverage, .setOneWayMode, .setMarginMode, .positions: 1
            case .amend, .order: 4
            case .openOrders(let symbol, _): symbol == nil ? 80 : 6
            case .orderExecutions: 5
            case .orderHistory, .executions, .balances, .instruments, .fees, .accountMode,
                .marginMode, .entries:
                20
            case .tickers: 80
            case .book(_, let depth):
                depth <= 100 ? 5 : depth <= 500 ? 25 : depth <= 1_000 ? 50 : 250
            }
        let orders = [RequestCharge(.orders(tenSeconds)), RequestCharge(.orders(.day))]
        let base = [RequestCharge(.weight, weight), RequestCharge(.address)]
        return call.endpoint == .place || call.endpoint == .amend ? base + orders : base
    }

    /// [SDK] "Weight" of each endpoint; the mode of positions is the dearest of the account.
    private static func futuresCharges(_ call: VenueCall) -> [RequestCharge] {
        let weight =
            switch call {
            case .place, .amend: 0
            case .cancel, .order, .setLeverage, .setMarginMode, .setOneWayMode: 1
            case .serverTime, .instruments, .listenKey, .keyPermissions: 1
            case .cancelOnSilence: 10
            case .openOrders(let symbol, _): symbol == nil ? 40 : 1
            case .orderHistory, .executions, .orderExecutions, .balances, .positions: 5
            case .fees: 20
            case .accountMode, .marginMode, .entries: 30
            case .tickers: 40
            case .book(_, let depth):
                depth <= 50 ? 2 : depth <= 100 ? 5 : depth <= 500 ? 10 : 20
            }
        if weight > 0 { return [RequestCharge(.weight, weight)] }
        return [RequestCharge(.orders(tenSeconds)), RequestCharge(.orders(minute))]
    }
}

extension RequestBudget {
    /// Begins with the limits of a venue.
    public init(_ venue: VenueLimits, slack: TimeSpan) { self.init(venue.limits, slack: slack) }

    /// Sends nothing for a while after a status that says so: 429, 418 or 403.
    ///
    /// Binance answers 429 for too many orders, too: then ``RequestBudget/holdOrders(until:)``
    /// instead, so that cancels go on.
    ///
    /// - Parameters:
    ///   - status: The status; others hold nothing.
    ///   - retryAfter: What `Retry-After` says; `nil` where it is absent.
    ///   - bannedUntil: What the venue's words say, as Binance's `banned until`.
    ///   - venue: Its penalties count where neither is told.
    ///   - now: When the answer came.
    /// - Returns: Until when nothing passes; `nil` where the status holds nothing.
    @discardableResult
    public mutating func refused(
        status: Int,
        retryAfter: TimeSpan? = nil,
        bannedUntil: Timestamp? = nil,
        by venue: VenueLimits,
        at now: Timestamp
    ) -> Timestamp? {
        guard let penalty = venue.penalties[status] else { return nil }
        let told = [retryAfter.map { now + $0 }, bannedUntil].compactMap { $0 }.max()
        holdAll(until: told ?? now + penalty)
        return isHeldUntil
    }
}
