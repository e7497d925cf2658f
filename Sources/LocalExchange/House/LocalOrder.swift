public import Trading

/// What makes a conditional order live.
public struct LocalTrigger: Hashable, Sendable {
    /// What the price is compared with.
    public enum Watch: UInt8, Sendable {
        /// The price of the last trade.
        case lastPrice
        /// The mark price; of a market without one, nothing.
        case markPrice
    }

    /// The price that does it.
    public var price: Price
    /// Whether the market must rise to it, rather than fall.
    public var rises: Bool
    /// Whether assets are held back from the start.
    public var reserves: Bool
    /// Whether a triggered order becomes another one, with an id of its own.
    public var becomesAnother: Bool
    /// What the price is compared with.
    public var watch: Watch
    /// Whether it is for all of the position, however large that is when it is met.
    public var closesPosition: Bool

    /// Makes a trigger.
    public init(
        price: Price,
        rises: Bool,
        reserves: Bool = false,
        becomesAnother: Bool = false,
        watch: Watch = .lastPrice,
        closesPosition: Bool = false
    ) {
        self.price = price
        self.rises = rises
        self.reserves = reserves
        self.becomesAnother = becomesAnother
        self.watch = watch
        self.closesPosition = closesPosition
    }

    /// Whether a market does it as it is now.
    func isMet(by market: LocalMarket) -> Bool {
        guard let now = watch == .lastPrice ? market.lastPrice : market.mark?.price else {
            return false
        }
        return rises ? now >= price : now <= price
    }
}

/// An order that a client asks for.
public struct LocalWish: Hashable, Sendable {
    /// The place of the market in the house.
    public var market: Int
    /// The client's id; empty for none.
    public var clientID: String
    /// The side.
    public var side: Side
    /// Market or limit; what a conditional order becomes.
    public var type: OrderType
    /// How long it stands.
    public var timeInForce: TimeInForce
    /// Whether it may only reduce a position.
    public var isReduceOnly: Bool
    /// In base units; zero where ``quoteQuantity`` says it.
    public var quantity: Quantity
    /// What a market order may spend or should bring, in quote units.
    public var quoteQuantity: Money?
    /// The limit; zero for none.
    public var price: Price
    /// What makes it live; `nil` for at once.
    public var trigger: LocalTrigger?
    /// Whether it closes all of the position there is when it is triggered; ``quantity`` is zero
    /// until then.
    public var closesPosition = false

    /// Makes a wish.
    public init(
        market: Int,
        clientID: String,
        side: Side,
        type: OrderType,
        timeInForce: TimeInForce,
        isReduceOnly: Bool = false,
        quantity: Quantity,
        quoteQuantity: Money? = nil,
        price: Price = .zero,
        trigger: LocalTrigger? = nil
    ) {
        self.market = market
        self.clientID = clientID
        self.side = side
        self.type = type
        self.timeInForce = timeInForce
        self.isReduceOnly = isReduceOnly
        self.quantity = quantity
        self.quoteQuantity = quoteQuantity
        self.price = price
        self.trigger = trigger
    }
}

/// An order at the local exchange, working or ended.
public struct LocalOrder: Hashable, Sendable {
    /// Its number: grows with every order of the house, from 1.
    public let number: UInt64
    /// The place of its account.
    public let account: Int
    /// What was asked, with the last amendment.
    public internal(set) var wish: LocalWish
    /// Where it stands; a conditional order that waits is `OrderStatus.placed`.
    public internal(set) var status: OrderStatus
    /// Whether it waits for its trigger.
    public internal(set) var isUntriggered: Bool
    /// The order that it became when it was triggered.
    public internal(set) var became: UInt64?
    /// The conditional order that became this one.
    public internal(set) var origin: UInt64?
    /// When it was triggered; `nil` before that.
    public internal(set) var triggered: Timestamp?
    /// How much is filled.
    public internal(set) var filled: Quantity
    /// What the filled part is worth in quote units.
    public internal(set) var filledValue: Money
    /// The sum of its fees.
    public internal(set) var fee: Money
    /// What the fees were charged in; `nil` without a fill.
    public internal(set) var feeAsset: String?
    /// Why it was rejected or expired.
    public internal(set) var reason: RejectionReason?
    /// When it came.
    public let made: Timestamp
    /// When it last changed.
    public internal(set) var changed: Timestamp
    /// How much longer ago it is than it was, once a script of trouble has let time pass for what
    /// the venue remembers.
    public internal(set) var aged = TimeSpan.zero
    /// What is held back for it while it waits for its trigger.
    var held: Money

    init(number: UInt64, account: Int, wish: LocalWish, made: Timestamp) {
        self.number = number
        self.account = account
        self.wish = wish
        status = .placed
        isUntriggered = wish.trigger != nil
        filled = .zero
        filledValue = .zero
        fee = .zero
        self.made = made
        changed = made
        held = .zero
    }

    /// Whether it works or waits for its trigger.
    public var isOpen: Bool { !status.isTerminal }

    /// What is still to be filled.
    public var remaining: Quantity { wish.quantity - filled }

    /// The average price of its fills; zero without one.
    public var averagePrice: Price {
        filled.isZero ? .zero : Price(filledValue.value.divided(by: filled.value, .halfEven))
    }
}

/// A fill of a client's order, or of a liquidation.
public struct LocalExecution: Hashable, Sendable {
    /// Its number: grows with every execution of the house, from 1.
    public let number: UInt64
    /// The order; 0 for a liquidation.
    public let order: UInt64
    /// The place of its account.
    public let account: Int
    /// The place of its market.
    public let market: Int
    /// The side that was traded on.
    public let side: Side
    /// In quote units for one base unit.
    public let price: Price
    /// In base units.
    public let quantity: Quantity
    /// What was charged; negative for a rebate.
    public let fee: Money
    /// What it was charged in.
    public let feeAsset: String
    /// Whether it was taken by another.
    public let isMaker: Bool
    /// What closing brought, before fees; zero on spot.
    public let realised: Money
    /// When.
    public let time: Timestamp
}

/// A public trade.
public struct LocalTrade: Hashable, Sendable {
    /// Its number in its market, from 1.
    public let number: UInt64
    /// What was traded.
    public let trade: PublicTrade
}
