/// What kind of market an instrument trades on.
public enum Market: UInt8, Sendable, CaseIterable {
    /// Base asset against quote asset, settled at once.
    case spot = 1
    /// A linear perpetual contract, margined and settled in the quote asset.
    case perpetual = 2

    /// The word used in configuration and output.
    public var name: String {
        switch self {
        case .spot: "spot"
        case .perpetual: "perpetual"
        }
    }
}

/// What a venue accepts for one instrument.
public struct InstrumentFilters: Hashable, Sendable {
    /// Prices are multiples of this; positive.
    public var priceTick: Price
    /// Quantities are multiples of this; positive.
    public var quantityStep: Quantity
    /// The smallest quantity of an order.
    public var minimumQuantity: Quantity
    /// The largest quantity of an order.
    public var maximumQuantity: Quantity
    /// The smallest price times quantity of an order that is not reduce-only.
    public var minimumNotional: Money

    /// Makes the filters of an instrument.
    public init(
        priceTick: Price,
        quantityStep: Quantity,
        minimumQuantity: Quantity,
        maximumQuantity: Quantity,
        minimumNotional: Money
    ) {
        self.priceTick = priceTick
        self.quantityStep = quantityStep
        self.minimumQuantity = minimumQuantity
        self.maximumQuantity = maximumQuantity
        self.minimumNotional = minimumNotional
    }

    /// The quantity cut down to what an order can carry: toward less risk.
    public func cut(_ quantity: Quantity) -> Quantity {
        let stepped = Quantity(quantity.value.rounded(toMultipleOf: quantityStep.value, .down))
        return min(stepped, maximumQuantity)
    }

    /// The nearest price on the grid in the direction of `rounding`.
    public func onGrid(_ price: Price, _ rounding: Rounding) -> Price {
        Price(price.value.rounded(toMultipleOf: priceTick.value, rounding))
    }
}

/// What trading costs: fractions of the notional.
public struct FeeSchedule: Hashable, Sendable {
    /// For orders that rested in the book; may be negative (a rebate).
    public var maker: Decimal
    /// For orders that took from the book.
    public var taker: Decimal

    /// Makes a schedule.
    public init(maker: Decimal, taker: Decimal) {
        self.maker = maker
        self.taker = taker
    }
}

/// How a position of a perpetual contract is margined (isolated, one-way).
public struct MarginTerms: Hashable, Sendable {
    /// Notional for one unit of margin; at least one.
    public var leverage: Decimal
    /// The fraction of the notional below which the venue liquidates.
    public var maintenanceRate: Decimal

    /// Makes the terms.
    public init(leverage: Decimal, maintenanceRate: Decimal) {
        self.leverage = leverage
        self.maintenanceRate = maintenanceRate
    }

    /// Terms of a spot market: everything is paid in full.
    public static var unlevered: MarginTerms {
        MarginTerms(leverage: .one, maintenanceRate: .zero)
    }
}

/// Something that can be traded, with the rules it trades by.
public struct Instrument: Hashable, Sendable {
    /// Its number in this journal.
    public var id: InstrumentID
    /// The venue's symbol, as `BTCUSDT`.
    public var symbol: String
    /// Spot or perpetual.
    public var market: Market
    /// What is bought and sold.
    public var base: AssetID
    /// What it is paid, margined and settled in.
    public var quote: AssetID
    /// What the venue accepts.
    public var filters: InstrumentFilters
    /// What trading costs.
    public var fees: FeeSchedule
    /// How a position is margined.
    public var margin: MarginTerms

    /// Makes an instrument.
    public init(
        id: InstrumentID,
        symbol: String,
        market: Market,
        base: AssetID,
        quote: AssetID,
        filters: InstrumentFilters,
        fees: FeeSchedule,
        margin: MarginTerms
    ) {
        self.id = id
        self.symbol = symbol
        self.market = market
        self.base = base
        self.quote = quote
        self.filters = filters
        self.fees = fees
        self.margin = margin
    }

    /// The name people use: the symbol, with `-PERP` behind it on a perpetual market.
    public var name: String { market == .spot ? symbol : symbol + "-PERP" }
}
