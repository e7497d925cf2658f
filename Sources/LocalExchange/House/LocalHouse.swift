public import Exchange
public import Trading

/// Markets that share one wallet for each account: Bybit's unified account, Binance spot, or
/// Binance USD-M.
///
/// Speaks our words; what it is asked and what it tells is translated by the front of its venue.
/// It has no clock: whoever asks tells the time, which never goes back. The same calls give the
/// same events.
public final class LocalHouse {
    /// The markets, in the order of their plans.
    public internal(set) var markets: [LocalMarket] = []
    /// The accounts, in the order of the file.
    public let accounts: [LocalAccount]
    /// The codes of assets.
    public internal(set) var assets = AssetNames()
    /// What has happened and was not taken yet, oldest first.
    var events: [LocalEvent] = []
    /// How often something has happened to an order or in an account.
    public internal(set) var happenings: UInt64 = 0
    /// How often something has happened in a market that its book or ticker may show.
    private(set) var changes: [UInt64] = []

    var venue: PaperVenue
    var sources: [BookSource?] = []
    /// Orders by number: all that work, and the newest that ended.
    var orders: [UInt64: LocalOrder] = [:]
    /// The numbers of orders, oldest first.
    var orderNumbers: [UInt64] = []
    /// What waits for a trigger, by market.
    var conditional: [[UInt64]] = []
    /// The newest executions, oldest first.
    public internal(set) var executions: [LocalExecution] = []
    /// Each account's position in each market, kept to tell what closing brought.
    var positions: [[PaperPosition]] = []
    var lastOrder: UInt64 = 0
    var lastExecution: UInt64 = 0
    var nextMark = Timestamp.never
    /// Why the request at hand was refused; `nil` where it was not.
    var refusal: RejectionReason?
    private let emptyBook = OrderBook(capacity: 1)

    /// How many ended orders and how many executions are kept.
    public static var remembered: Int { PaperVenue.remembered }

    /// Opens a house.
    ///
    /// - Throws: `TapeError` where the tape of a market cannot be read.
    public init(markets plans: [LocalMarketPlan], accounts: [LocalAccount]) throws(TapeError) {
        self.accounts = accounts
        var assets = AssetNames()
        var markets: [LocalMarket] = []
        for (number, plan) in plans.enumerated() {
            markets.append(LocalMarket(plan, number: number, &assets))
        }
        var wallets: [[PaperBalance]] = []
        for account in accounts {
            wallets.append(
                account.balances.map { balance in
                    PaperBalance(asset: assets.number(of: balance.asset), total: balance.total)
                }
            )
        }
        let instruments = markets.map(\.instrument)
        // The venue is opened with one account; without any there is nobody to trade.
        venue = PaperVenue(instruments: instruments, balances: wallets.first ?? [])
        for wallet in wallets.dropFirst() { venue.open(wallet) }
        self.assets = assets
        self.markets = markets
        changes = markets.map { _ in 0 }
        conditional = markets.map { _ in [] }
        positions = accounts.map { _ in instruments.map { PaperPosition($0) } }
        for (plan, market) in zip(plans, markets) {
            sources.append(try BookSource(plan.source, for: market.instrument))
        }
    }

    /// The place of the market of this venue and symbol; `nil` for an unknown one.
    public func market(_ venue: VenueMarket, _ symbol: some StringProtocol) -> Int? {
        markets.firstIndex { $0.venue == venue && $0.listing.symbol == symbol }
    }

    /// The place of the account with this key; `nil` for an unknown one.
    public func account(key: some StringProtocol) -> Int? {
        accounts.firstIndex { $0.key == key }
    }

    /// What has happened since the last call, oldest first.
    public func takeEvents() -> [LocalEvent] {
        defer { events = [] }
        return events
    }

    /// The recorded part of a book; of a market that only clients drive, an empty one.
    func book(_ market: Int) -> OrderBook? {
        guard let source = sources[market] else { return emptyBook }
        return source.feed.isInStep ? source.feed.book : nil
    }
}

// MARK: Time

extension LocalHouse {
    /// Lets everything happen that is due at `now`, in order of time.
    ///
    /// - Returns: What the sources said that could not be used, for a log.
    @discardableResult
    public func advance(to now: Timestamp) -> [TapeError] {
        var faults: [TapeError] = []
        for market in markets.indices {
            guard let source = sources[market] else { continue }
            guard markets[market].listing.isTrading else {
                source.resume(at: now)
                continue
            }
            var isDue = true
            while isDue {
                do {
                    guard let time = try source.advance(to: now) else {
                        isDue = false
                        continue
                    }
                    take(source.decoder.message, market, at: time)
                } catch {
                    faults.append(error)
                }
            }
        }
        if now >= nextMark {
            nextMark = now + .second
            for market in markets.indices { setMark(market, at: now) }
        }
        return faults
    }

    /// Notes that book or ticker of a market may show something else.
    func touch(_ market: Int) { changes[market] &+= 1 }

    private func take(_ message: MarketMessage, _ market: Int, at time: Timestamp) {
        touch(market)
        switch message.kind {
        case .depthUpdate, .depthSnapshot: bookChanged(market, at: time)
        case .trade where message.isMarketTrade:
            var trade = message.trade
            trade.time = time
            self.trade(trade, market, at: time)
        case .mark:
            setMark(market, message.mark.price, rate: message.mark.fundingRate, at: time)
        case .trade, .quote, .other: break
        }
    }

    /// The recorded part of a book is another one now.
    func bookChanged(_ market: Int, at time: Timestamp) {
        venue.bookChanged(in: markets[market].instrument.id, at: time, book: book(market))
        absorb(at: time)
    }

    /// A trade happened in the recorded part of a market.
    func trade(_ trade: PublicTrade, _ market: Int, at time: Timestamp) {
        let id = markets[market].instrument.id
        venue.tradeHappened(trade, in: id, at: time, book: book(market))
        publish(trade, market)
        absorb(at: time)
        trigger(market, at: time)
    }

    /// Lets the mark price follow a jump, at once also where its source tells it now and then.
    func shiftMark(_ market: Int, by distance: Price, at now: Timestamp) {
        guard let mark = markets[market].mark, let source = sources[market],
            source.feed.counters.marks > 0
        else { return setMark(market, at: now) }
        let price = mark.price + distance
        if price.isPositive { setMark(market, price, rate: mark.fundingRate, at: now) }
    }

    /// The mark price of a market whose source tells none is its last price.
    private func setMark(_ market: Int, at now: Timestamp) {
        guard markets[market].venue.market == .perpetual, let last = markets[market].lastPrice,
            sources[market]?.feed.counters.marks ?? 0 == 0
        else { return }
        setMark(market, last, rate: Self.usualFundingRate, at: now)
    }

    private func setMark(_ market: Int, _ price: Price, rate: Decimal, at now: Timestamp) {
        let eightHours = TimeSpan.second.nanoseconds * 28_800
        let next = Timestamp(nanoseconds: (now.nanoseconds / eightHours + 1) * eightHours)
        let mark = MarkPrice(
            price: price,
            fundingRate: rate,
            nextFunding: next,
            time: now
        )
        let before = markets[market].mark
        if before?.price != price || before?.nextFunding != next || before?.fundingRate != rate {
            touch(market)
        }
        markets[market].mark = mark
        let id = markets[market].instrument.id
        venue.markPriceChanged(mark, in: id, at: now, book: book(market))
        absorb(at: now)
        trigger(market, at: now)
    }

    /// 0.01 % in eight hours, as most contracts have it most of the time.
    private static let usualFundingRate = Decimal(units: Decimal.unitsPerOne / 10_000)

    func publish(_ trade: PublicTrade, _ market: Int) {
        touch(market)
        let noted = markets[market].note(trade)
        events.append(.trade(market: market, noted))
    }
}
