public import Trading

/// A venue that trades on paper: a deterministic matching model over a recorded order book.
///
/// A plain value without files, threads, clock or chance. The caller says what arrives and when,
/// adds latency on both ways, and takes the reports. The same calls give the same reports, bit
/// for bit; nothing depends on the numbers that orders carry.
///
/// The model, where a recording leaves a choice:
/// - The recorded book is not changed by our fills. What we took of a level is remembered until
///   the level has another quantity, so that nothing is taken twice.
/// - A resting order is filled, as maker and at its limit, by trades strictly beyond its price, up
///   to their quantity, and by a book that moves across it. A trade at its price fills nothing:
///   our place in the queue is not known, and the last place is the safe guess.
/// - Where the book is not in step (`nil`), market orders are rejected, limit orders rest, and a
///   stop that is triggered waits for the next book that is.
/// - Orders of one account do not meet each other. Those of different accounts do: an arriving
///   order takes from the recorded book and from the resting orders of others, best price first.
///   Should a maker's margin not hold what the taker took, the venue bears the difference.
/// - A reduce-only order stays when its position ends. Whenever it would fill more than the
///   position allows, it fills that much and its rest expires.
public struct PaperVenue: Sendable {
    /// How many ended orders, and how many executions, are remembered: the newest.
    ///
    /// An older one is unknown to every query, and its id would be accepted again.
    public static let remembered = 10_000

    /// The reports that were not taken yet, oldest first.
    public private(set) var reports: [VenueReport] = []

    var accounts: [PaperAccount] = []
    var markets: [PaperMarket] = []
    /// Whom each of the reports is for.
    private var addressees: [PaperAccountID] = []
    private var marketIndex: [InstrumentID: Int] = [:]
    var lastReport: UInt64 = 0
    var lastVenueOrder: UInt64 = 0
    var lastExecution: UInt64 = 0
    private var lastPriority: UInt64 = 0

    /// Opens the venue with its first account.
    ///
    /// - Parameters:
    ///   - instruments: What can be traded from the start.
    ///   - balances: What the account holds; anything else is zero.
    public init(instruments: [Instrument], balances: [PaperBalance]) {
        for instrument in instruments { list(instrument) }
        open(balances)
    }

    /// Opens another account; its order ids may not be those of another account.
    @discardableResult
    public mutating func open(_ balances: [PaperBalance]) -> PaperAccountID {
        var account = PaperAccount(
            ledger: PaperLedger(balances),
            history: PaperHistory(capacity: Self.remembered)
        )
        for market in markets {
            account.positions.append(PaperPosition(market.instrument))
            account.leverages.append(nil)
        }
        accounts.append(account)
        return PaperAccountID(UInt32(accounts.count - 1))
    }

    /// Lists an instrument, or gives a listed one new filters, fees and margin terms.
    ///
    /// Orders and positions stay as they are; new terms are for what comes.
    public mutating func list(_ instrument: Instrument) {
        invariant(instrument.margin.leverage >= .one, "leverage is at least one")
        if let index = marketIndex[instrument.id] {
            invariant(
                markets[index].instrument.market == instrument.market,
                "an instrument keeps its kind of market"
            )
            markets[index].instrument = instrument
        } else {
            marketIndex[instrument.id] = markets.count
            markets.append(PaperMarket(instrument))
            for account in accounts.indices {
                accounts[account].positions.append(PaperPosition(instrument))
                accounts[account].leverages.append(nil)
            }
        }
    }

    /// Gives the reports since the last call, oldest first.
    public mutating func takeReports() -> [VenueReport] {
        guard !reports.isEmpty else { return [] }
        let taken = reports
        reports = []
        addressees.removeAll(keepingCapacity: true)
        return taken
    }

    /// Gives the reports since the last call with the accounts they are for, oldest first.
    public mutating func takeAddressedReports() -> [(PaperAccountID, VenueReport)] {
        let taken = zip(addressees, reports).map { ($0, $1) }
        _ = takeReports()
        return taken
    }

    func market(_ instrument: InstrumentID) -> Int? { marketIndex[instrument] }

    mutating func report(
        _ body: VenueReport.Body,
        of order: OrderID,
        to account: Int,
        at time: Timestamp
    ) {
        lastReport += 1
        addressees.append(PaperAccountID(UInt32(account)))
        reports.append(VenueReport(id: lastReport, order: order, time: time, body: body))
    }

    mutating func nextVenueOrder() -> VenueID {
        lastVenueOrder += 1
        return VenueID(UInt128(lastVenueOrder))
    }

    mutating func nextExecution() -> VenueID {
        lastExecution += 1
        return VenueID(UInt128(lastExecution))
    }

    mutating func nextPriority() -> UInt64 {
        lastPriority += 1
        return lastPriority
    }
}

// MARK: What happens

extension PaperVenue {
    /// A request comes to the venue.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - account: Who asks.
    ///   - time: When it comes: the latency of its way is already in it.
    ///   - book: The instrument's book at that time; `nil` where it is not in step.
    public mutating func receive(
        _ request: VenueRequest,
        of account: PaperAccountID = .first,
        at time: Timestamp,
        book: OrderBook?
    ) {
        let account = Int(account.rawValue)
        switch request {
        case .place(let order, let terms):
            place(order, terms, of: account, at: time, book: book)
        case .cancel(let order):
            cancel(order, of: account, at: time)
        case .amend(let order, let quantity, let price, let trigger):
            let changed = OrderChange(quantity: quantity, price: price, trigger: trigger)
            amend(order, changed, of: account, at: time, book: book)
        }
    }

    /// A trade was published: resting orders that it passed are filled, then the stops that it
    /// met go to the book, each in order of arrival.
    public mutating func tradeHappened(
        _ trade: PublicTrade,
        in instrument: InstrumentID,
        at time: Timestamp,
        book: OrderBook?
    ) {
        guard let market = market(instrument) else { return }
        settleFunding(market, at: time)
        markets[market].lastTrade = trade.price
        guard !markets[market].orders.isEmpty else { return }
        fillPassed(market, by: trade, at: time)
        triggerStops(market, by: trade, at: time, book: book)
    }

    /// The book changed, came into step or, with `nil`, lost it.
    public mutating func bookChanged(
        in instrument: InstrumentID,
        at time: Timestamp,
        book: OrderBook?
    ) {
        guard let market = market(instrument) else { return }
        settleFunding(market, at: time)
        markets[market].taken.forget(changedIn: book)
        guard let book, !markets[market].orders.isEmpty else { return }
        runTriggered(market, at: time, book: book)
        fillCrossed(market, at: time, book: book)
    }

    /// A mark price was published: funding that is due is settled, then a position without
    /// margin left is liquidated.
    public mutating func markPriceChanged(
        _ mark: MarkPrice,
        in instrument: InstrumentID,
        at time: Timestamp,
        book: OrderBook?
    ) {
        guard let market = market(instrument) else { return }
        settleFunding(market, at: time, next: mark)
        markets[market].mark = mark
        liquidateWhereDue(market, at: time, book: book)
    }
}

// MARK: Queries: they take no time and change nothing

extension PaperVenue {
    /// An order by our name for it; `nil` when the venue does not know it (any more).
    public func order(_ id: OrderID, of account: PaperAccountID = .first) -> PaperOrder? {
        let history = accounts[Int(account.rawValue)].history
        switch history.place(of: id) {
        case .working(let market): return markets[market].orders.first { $0.id == id }
        case .ended(let slot): return history.endedOrder(slot: slot)
        case nil: return nil
        }
    }

    /// The instrument a request is about, whose book ``receive(_:of:at:book:)`` wants.
    ///
    /// `nil` for a cancel or an amendment of an order the venue does not know.
    public func instrument(
        of request: VenueRequest,
        of account: PaperAccountID = .first
    ) -> InstrumentID? {
        if case .place(_, let terms) = request { return terms.instrument }
        return order(request.order, of: account)?.terms.instrument
    }

    /// Whether the venue remembers an order of this name.
    public func hasSeen(_ id: OrderID, of account: PaperAccountID = .first) -> Bool {
        accounts[Int(account.rawValue)].history.place(of: id) != nil
    }

    /// The working orders of all accounts and instruments, in order of arrival.
    public var openOrders: [PaperOrder] {
        markets.flatMap(\.orders).sorted { $0.venueOrder < $1.venueOrder }
    }

    /// The newest executions of all orders and of liquidations, oldest first.
    public var executions: [PaperExecution] { executions(of: .first) }

    /// The newest executions of an account, oldest first.
    public func executions(of account: PaperAccountID) -> [PaperExecution] {
        accounts[Int(account.rawValue)].history.newestExecutions
    }

    /// The balances, in order of the assets' numbers.
    public var balances: [PaperBalance] { balances(of: .first) }

    /// The balances of an account, in order of the assets' numbers.
    public func balances(of account: PaperAccountID) -> [PaperBalance] {
        accounts[Int(account.rawValue)].ledger.balances
    }

    /// What is held of an asset.
    public func balance(_ asset: AssetID, of account: PaperAccountID = .first) -> PaperBalance {
        accounts[Int(account.rawValue)].ledger.balance(asset)
    }

    /// The positions in which something is held, in order of the instruments' listing.
    public var positions: [PaperPosition] { positions(of: .first) }

    /// The positions of an account in which something is held, in order of listing.
    public func positions(of account: PaperAccountID) -> [PaperPosition] {
        accounts[Int(account.rawValue)].positions.filter { !$0.quantity.isZero }
    }

    /// The position in an instrument; `nil` when nothing is held.
    public func position(
        _ instrument: InstrumentID,
        of account: PaperAccountID = .first
    ) -> PaperPosition? {
        guard let market = market(instrument) else { return nil }
        let position = accounts[Int(account.rawValue)].positions[market]
        return position.quantity.isZero ? nil : position
    }
}
