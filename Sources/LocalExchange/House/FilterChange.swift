public import Exchange
public import Trading

/// What a market asks of orders from now on; what is `nil` stays as it is.
public struct FilterChange: Hashable, Sendable {
    /// Where the market is.
    public var venue: VenueMarket
    /// Its symbol.
    public var symbol: String
    /// Prices are multiples of this; positive.
    public var priceTick: Price?
    /// Quantities are multiples of this; positive.
    public var quantityStep: Quantity?
    /// The smallest quantity of an order.
    public var minimumQuantity: Quantity?
    /// The largest quantity of an order.
    public var maximumQuantity: Quantity?
    /// The smallest price times quantity of an order.
    public var minimumNotional: Money?
    /// Whether orders are taken; while not, its source stands still.
    public var isTrading: Bool?

    /// Makes a change that changes nothing yet.
    public init(venue: VenueMarket, symbol: String) {
        self.venue = venue
        self.symbol = symbol
    }

    /// The filters with what is changed.
    func applied(to filters: InstrumentFilters) -> InstrumentFilters {
        InstrumentFilters(
            priceTick: priceTick ?? filters.priceTick,
            quantityStep: quantityStep ?? filters.quantityStep,
            minimumQuantity: minimumQuantity ?? filters.minimumQuantity,
            maximumQuantity: maximumQuantity ?? filters.maximumQuantity,
            minimumNotional: minimumNotional ?? filters.minimumNotional
        )
    }
}

// What a venue does to what stands and to what was.
extension LocalHouse {
    /// Gives a market other filters; orders and books stand as they are.
    func change(_ market: Int, by change: FilterChange) {
        let filters = change.applied(to: markets[market].listing.filters)
        markets[market].listing.filters = filters
        markets[market].instrument.filters = filters
        if let isTrading = change.isTrading { markets[market].listing.isTrading = isTrading }
        venue.list(markets[market].instrument)
        // Texts are written to the grid.
        touch(market)
    }

    /// Closes the position of an account in a contract, as if its margin were used up.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public func liquidate(_ account: Int, in market: Int, at now: Timestamp) -> Bool {
        let isDone = venue.liquidate(
            PaperAccountID(UInt32(account)),
            in: markets[market].instrument.id,
            at: now,
            book: book(market)
        )
        absorb(at: now)
        return isDone
    }

    /// Lets every order that has ended have ended this much longer ago than it did: how long a
    /// venue remembers it is a rule of the venue's.
    func age(by span: TimeSpan) {
        for number in orderNumbers where orders[number]?.isOpen == false {
            let aged = orders[number]?.aged ?? .zero
            orders[number]?.aged = aged + span
        }
    }
}
