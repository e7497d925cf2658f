public import Trading

/// A market of a venue: what one set of paths, rules and order ids belongs to.
public enum VenueMarket: UInt8, Sendable, CaseIterable {
    /// Bybit v5, category `spot`.
    case bybitSpot = 1
    /// Bybit v5, category `linear`: contracts settled in USDT; those in USDC are listed there as
    /// well, and are not traded.
    case bybitLinear = 2
    /// Binance spot, `/api/v3`.
    case binanceSpot = 3
    /// Binance USD-M futures, `/fapi/v1`.
    case binanceFutures = 4

    /// The name used in configuration and output, as `bybit-linear`.
    public var name: String {
        switch self {
        case .bybitSpot: "bybit-spot"
        case .bybitLinear: "bybit-linear"
        case .binanceSpot: "binance-spot"
        case .binanceFutures: "binance-futures"
        }
    }

    /// What is traded there.
    public var market: Market {
        switch self {
        case .bybitSpot, .binanceSpot: .spot
        case .bybitLinear, .binanceFutures: .perpetual
        }
    }

    /// Whether it is Bybit's.
    public var isBybit: Bool { self == .bybitSpot || self == .bybitLinear }
}
