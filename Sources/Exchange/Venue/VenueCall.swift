public import Trading

/// What a venue is asked, in our words.
///
/// Calls that change something leave only after the event that intends them is durable
/// (``isChange``); questions need none.
public enum VenueCall: Hashable, Sendable {
    // MARK: Changes
    /// Place an order.
    case place(VenuePlacement)
    /// Cancel an order.
    case cancel(VenueOrderName)
    /// Replace quantity, limit or trigger of a working order.
    case amend(VenueOrderName, VenueAmendment)
    /// Have the venue cancel what rests when we are silent for this long; zero turns it off.
    case cancelOnSilence(symbol: String, after: TimeSpan)
    /// Set the leverage of a contract.
    case setLeverage(symbol: String, Decimal)
    /// Turn hedge mode off: one position per contract.
    case setOneWayMode(symbol: String)
    /// Set the margin mode of a contract, or of the account where the venue has no other.
    case setMarginMode(symbol: String, MarginMode)

    // MARK: Questions
    /// One order by our id.
    case order(VenueOrderName)
    /// What works, conditional orders included.
    case openOrders(symbol: String?, page: VenuePage)
    /// Orders that ended, newest first where the venue lets us choose.
    case orderHistory(symbol: String, from: Timestamp, to: Timestamp, page: VenuePage)
    /// Our fills.
    case executions(symbol: String, from: Timestamp, to: Timestamp, page: VenuePage)
    /// The fills of one order of ours, however old they are.
    case orderExecutions(OrderExecutions)
    /// Positions in contracts.
    case positions(symbol: String?)
    /// What the account holds.
    case balances
    /// What has changed the account's balances, of every symbol.
    case entries(from: Timestamp, to: Timestamp, page: VenuePage)
    /// What can be traded, with its filters.
    case instruments(page: VenuePage)
    /// Prices and a day's turnover of everything that is traded.
    case tickers
    /// What trading costs us.
    case fees(symbol: String)
    /// The venue's clock.
    case serverTime
    /// What the key may do.
    case keyPermissions
    /// Position mode and leverage, and the margin mode where the same answer tells it.
    case accountMode(symbol: String)
    /// The margin mode, where ``accountMode(symbol:)`` does not tell it.
    case marginMode(symbol: String)
    /// The book, at most `depth` levels a side.
    case book(symbol: String, depth: Int)
    /// A listen key, for streams that want one: made, or kept alive.
    case listenKey(ListenKeyUse)

    /// What is done with a listen key.
    public enum ListenKeyUse: Hashable, Sendable {
        case make
        case renew(String)
    }

    /// Whether it changes anything at the venue, and so needs a durable intent.
    public var isChange: Bool {
        switch self {
        case .place, .cancel, .amend, .cancelOnSilence, .setLeverage, .setOneWayMode,
            .setMarginMode:
            true
        case .order, .openOrders, .orderHistory, .executions, .orderExecutions, .positions,
            .balances, .entries, .instruments, .tickers, .fees, .serverTime, .keyPermissions,
            .accountMode, .marginMode, .book, .listenKey:
            false
        }
    }
}

/// Where the next page of an answer begins.
public enum VenuePage: Hashable, Sendable {
    /// At the start.
    case first
    /// Behind this mark, exactly as the venue gave it (Bybit's cursor, percent-encoding included;
    /// Binance's lowest id).
    case after(String)
}

/// How margin is held.
public enum MarginMode: UInt8, Sendable, CaseIterable {
    /// Each position has its own, and loses no more than it.
    case isolated = 1
    /// All positions share the account.
    case cross = 2
}

/// An order as a venue is asked about it.
public struct VenueOrderName: Hashable, Sendable {
    /// The venue's symbol, as `BTCUSDT`.
    public var symbol: String
    /// Our id: at most 36 of `[A-Za-z0-9-_]`.
    public var clientID: String
    /// Whether it is a conditional order, which some venues keep apart (USD-M: algo orders; Bybit
    /// spot: another order filter).
    public var isConditional: Bool
    /// What kind of stop it is, where ``isConditional``: Bybit spot finds each kind by its own
    /// filter.
    public var stop: StopForm

    /// Names an order.
    public init(
        symbol: String,
        clientID: String,
        isConditional: Bool,
        stop: StopForm = .market
    ) {
        self.symbol = symbol
        self.clientID = clientID
        self.isConditional = isConditional
        self.stop = stop
    }
}

/// What a stop becomes at the venue.
public enum StopForm: Hashable, Sendable {
    /// A conditional market order that holds nothing back until it is triggered.
    case market
    /// A conditional limit order: the only stop that many Binance spot symbols have.
    case limit(Price)
    /// Bybit spot's `tpslOrder`: a market stop that holds its assets back from the start.
    case reserving
}

/// An order to place.
public struct VenuePlacement: Hashable, Sendable {
    /// Symbol and our id.
    public var name: VenueOrderName
    /// What is asked, quantised already; its instrument is not looked at.
    public var terms: OrderTerms
    /// What a stop becomes; not looked at for other orders.
    public var stop: StopForm

    /// Makes a placement.
    public init(name: VenueOrderName, terms: OrderTerms, stop: StopForm = .market) {
        self.name = name
        self.terms = terms
        self.stop = stop
    }
}

/// What a working order should be from now on.
public struct VenueAmendment: Hashable, Sendable {
    /// The quantity of the whole order, filled part included.
    public var quantity: Quantity
    /// The limit; zero where the order has none.
    public var price: Price
    /// The trigger; zero where the order has none.
    public var trigger: Price
    /// The side of the order: some venues want it told again.
    public var side: Side

    /// Makes an amendment.
    public init(quantity: Quantity, price: Price, trigger: Price, side: Side) {
        self.quantity = quantity
        self.price = price
        self.trigger = trigger
        self.side = side
    }
}
