public import Trading

/// An order as a venue describes it.
///
/// What a message does not tell is `nil`; nothing is filled in.
public struct VenueOrder: Hashable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// The venue's id.
    public var venueOrder: VenueID
    /// The id the order was placed with, ours or another's; empty for none.
    public var clientID: String
    /// The side.
    public var side: Side
    /// `nil` for a type that we do not place.
    public var type: OrderType?
    /// `nil` where it is not told or not one of ours.
    public var timeInForce: TimeInForce?
    /// Whether it may only reduce a position.
    public var isReduceOnly: Bool
    /// The quantity of the whole order in base units; zero where the venue counts it in quote
    /// units, as it may another's market order.
    public var quantity: Quantity
    /// The limit; zero for none.
    public var price: Price
    /// The trigger; zero for none.
    public var trigger: Price
    /// How much is filled.
    public var filled: Quantity
    /// What the filled part is worth in quote units, where told.
    public var filledValue: Money?
    /// Where it stands.
    public var status: OrderStatus
    /// Whether it waits for its trigger.
    public var isUntriggered: Bool
    /// The order that a triggered conditional order became, where the venue makes another one.
    public var becameOrder: VenueID?
    /// Why it ended, where it was not filled.
    public var reason: RejectionReason?
    /// The venue's own word for ``reason``; empty for none.
    public var reasonText: String
    /// When it was made; `nil` where not told.
    public var made: Timestamp?
    /// When it last changed; `nil` where not told.
    public var changed: Timestamp?

    /// Makes an order of which only the identity is known yet.
    public init(symbol: String, venueOrder: VenueID, clientID: String, side: Side) {
        self.symbol = symbol
        self.venueOrder = venueOrder
        self.clientID = clientID
        self.side = side
        isReduceOnly = false
        quantity = .zero
        price = .zero
        trigger = .zero
        filled = .zero
        status = .placed
        isUntriggered = false
        reasonText = ""
    }
}

/// A fill of ours as a venue describes it.
public struct VenueExecution: Hashable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// The venue's id of the fill; unique within the symbol (Binance) or at all (Bybit).
    public var id: VenueID
    /// The venue's id of the order.
    public var venueOrder: VenueID
    /// Our id of the order; `nil` where the message does not tell (Binance's trade lists).
    public var clientID: String?
    /// The side.
    public var side: Side
    /// In quote units for one base unit.
    public var price: Price
    /// In base units.
    public var quantity: Quantity
    /// What was charged; negative for a rebate.
    public var fee: Money
    /// The asset of the fee; `nil` where the message does not tell.
    public var feeAsset: String?
    /// Whether it took from the book.
    public var liquidity: Liquidity
    /// The venue's time.
    public var time: Timestamp
    /// What kind of fill it is.
    public var kind: Kind

    /// What may move a position.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// A trade of an order of the account.
        case trade
        /// The venue closed a position for want of margin.
        case liquidation
        /// The venue closed a position against a profitable one.
        case deleveraging
        /// Funding: no quantity moves.
        case funding
        /// Delivery, settlement, transfer of a position: looked at by a person.
        case other

        /// The word used in messages.
        public var name: String {
            switch self {
            case .trade: "trade"
            case .liquidation: "liquidation"
            case .deleveraging: "deleveraging"
            case .funding: "funding"
            case .other: "delivery, settlement or the like"
            }
        }
    }

    /// Makes an execution.
    public init(
        symbol: String,
        id: VenueID,
        venueOrder: VenueID,
        clientID: String?,
        side: Side,
        price: Price,
        quantity: Quantity,
        fee: Money,
        feeAsset: String?,
        liquidity: Liquidity,
        time: Timestamp,
        kind: Kind
    ) {
        self.symbol = symbol
        self.id = id
        self.venueOrder = venueOrder
        self.clientID = clientID
        self.side = side
        self.price = price
        self.quantity = quantity
        self.fee = fee
        self.feeAsset = feeAsset
        self.liquidity = liquidity
        self.time = time
        self.kind = kind
    }
}

/// A position as a venue describes it.
public struct VenuePosition: Hashable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// Positive when long, negative when short.
    public var quantity: Quantity
    /// The average price of entry; zero without a position.
    public var entryPrice: Price
    /// Whether it is one leg of hedge mode.
    public var isHedge: Bool
    /// `nil` where not told.
    public var leverage: Decimal?
    /// `nil` where not told.
    public var marginMode: MarginMode?
    /// Where the venue would liquidate; `nil` for nowhere or not told.
    public var liquidationPrice: Price?
    /// The venue's time.
    public var time: Timestamp?

    /// Makes a position.
    public init(symbol: String, quantity: Quantity, entryPrice: Price, isHedge: Bool) {
        self.symbol = symbol
        self.quantity = quantity
        self.entryPrice = entryPrice
        self.isHedge = isHedge
    }
}

/// A balance as a venue describes it.
public struct VenueBalance: Hashable, Sendable {
    /// The venue's code of the asset.
    public var asset: String
    /// All of it, locked or not, without unrealised results.
    ///
    /// Rounded down to the 18 decimals that `Decimal` holds.
    public var total: Money
    /// What orders and positions hold back; `nil` where not told.
    public var locked: Money?

    /// Makes a balance.
    public init(asset: String, total: Money, locked: Money?) {
        self.asset = asset
        self.total = total
        self.locked = locked
    }
}

/// What can be traded, as a venue describes it.
public struct VenueInstrument: Hashable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// What is traded.
    public var base: String
    /// What it is priced in.
    public var quote: String
    /// What results are paid in; the quote asset on spot.
    public var settle: String
    /// Whether orders are taken now.
    public var isTrading: Bool
    /// A perpetual contract, rather than one that is delivered; `false` on spot.
    public var isPerpetual: Bool
    /// The grid and the limits of its orders.
    public var filters: InstrumentFilters
    /// The highest quantity of a market order; `nil` where it has no limit of its own.
    public var maximumMarketQuantity: Quantity?
    /// The stops it offers, best first.
    public var stops: [StopOffer]
    /// How many stops may work at once; `nil` where not told.
    public var maximumStops: Int?
    /// The highest leverage; `nil` on spot.
    public var maximumLeverage: Decimal?
    /// Whether what an open position has made is paid several times a day, as Bybit does where
    /// results are paid in USDC.
    public var isSettledInSessions = false

    /// A kind of stop.
    public enum StopOffer: UInt8, Sendable, CaseIterable {
        case market
        case limit
        case reserving
    }

    /// Makes an instrument.
    public init(
        symbol: String,
        base: String,
        quote: String,
        settle: String,
        isTrading: Bool,
        isPerpetual: Bool,
        filters: InstrumentFilters
    ) {
        self.symbol = symbol
        self.base = base
        self.quote = quote
        self.settle = settle
        self.isTrading = isTrading
        self.isPerpetual = isPerpetual
        self.filters = filters
        stops = []
    }
}

/// Prices and turnover of one symbol.
public struct VenueTicker: Hashable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// The price of the last trade.
    public var last: Price
    /// The best price that buys; zero where the side is empty or not told.
    public var bid: Price
    /// The best price that sells; zero where the side is empty or not told.
    public var ask: Price
    /// What was traded in 24 hours, in quote units.
    public var turnover: Money

    /// Makes a ticker.
    public init(symbol: String, last: Price, bid: Price, ask: Price, turnover: Money) {
        self.symbol = symbol
        self.last = last
        self.bid = bid
        self.ask = ask
        self.turnover = turnover
    }
}

/// What a key may do; `nil` where the venue does not say.
public struct VenueKey: Hashable, Sendable {
    /// Place and cancel orders in the market of the host that tells it.
    public var mayTrade: Bool?
    /// Place and cancel orders of contracts, where a host of another market tells it: that of
    /// Binance's spot does for USD-M.
    public var mayTradeFutures: Bool?
    /// Withdraw: a key that no engine should have.
    public var mayWithdraw: Bool?
    /// Whether it is bound to addresses.
    public var isBoundToAddresses: Bool?
    /// When it ends.
    public var expires: Timestamp?

    /// Makes a key of which nothing is known.
    public init() {}

    /// Whether it may place and cancel orders in a market; `nil` where that is not told.
    public func mayTrade(in market: VenueMarket) -> Bool? {
        market == .binanceFutures ? mayTradeFutures : mayTrade
    }
}

/// How the account is set up for a contract; `nil` where the answer does not say.
public struct VenueAccountMode: Hashable, Sendable {
    /// Two positions per contract.
    public var isHedge: Bool?
    /// How margin is held.
    public var marginMode: MarginMode?
    /// Notional for one unit of margin.
    public var leverage: Decimal?

    /// Makes a mode of which nothing is known.
    public init() {}
}

/// The book as one answer gives it, best levels first.
public struct VenueBook: Hashable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// The venue's number of its last change.
    public var lastUpdate: Int64
    /// What buys, the highest price first.
    public var bids: [BookLevel]
    /// What sells, the lowest price first.
    public var asks: [BookLevel]
    /// The venue's time.
    public var time: Timestamp?

    /// Makes a book.
    public init(symbol: String, lastUpdate: Int64, bids: [BookLevel], asks: [BookLevel]) {
        self.symbol = symbol
        self.lastUpdate = lastUpdate
        self.bids = bids
        self.asks = asks
    }
}
