public import Trading

/// A venue that goes on where another one ended, as after a restart: what its account had is taken
/// over from whoever remembers it.
extension PaperVenue {
    /// Takes over a position that the first account held.
    ///
    /// - Parameters:
    ///   - instrument: A listed contract in which nothing is held.
    ///   - quantity: Positive when long, negative when short.
    ///   - entryCost: What it cost or brought at entry.
    public mutating func resume(
        _ instrument: InstrumentID,
        quantity: Quantity,
        entryCost: Money
    ) {
        guard let market = market(instrument), !quantity.isZero else { return }
        invariant(accounts[0].positions[market].quantity.isZero, "a position is taken over once")
        let leverage = leverage(PaperSeat(account: 0, market: market))
        let quote = markets[market].instrument.quote
        // What is free may be less than it was: the rest is not covered, as after a loss.
        let margin = min(
            PaperPosition.margin(of: entryCost, leverage: leverage),
            max(accounts[0].ledger.free(quote), .zero)
        )
        accounts[0].positions[market].resume(quantity, entryCost, margin, leverage)
        accounts[0].ledger.lock(margin, of: quote)
    }

    /// Takes over an order of the first account that worked.
    ///
    /// - Parameters:
    ///   - id: Our name for it, which this venue does not know.
    ///   - terms: What was asked, as amended since.
    ///   - filled: How much of it is filled.
    ///   - isTriggered: Whether a stop has met its trigger.
    ///   - time: When it is taken over.
    public mutating func resume(
        _ id: OrderID,
        _ terms: OrderTerms,
        filled: Quantity,
        isTriggered: Bool,
        at time: Timestamp
    ) {
        guard let market = market(terms.instrument) else { return }
        invariant(accounts[0].history.place(of: id) == nil, "an order is taken over once")
        var order = PaperOrder(
            id: id,
            of: 0,
            venueOrder: nextVenueOrder(),
            terms: terms,
            arrived: time
        )
        let seat = PaperSeat(account: 0, market: market)
        order.filled = filled
        order.status = filled.isPositive ? .partiallyFilled : .placed
        order.isTriggered = isTriggered
        order.priority = nextPriority()
        order.opening = opening(terms, seat, order.remaining)
        accounts[0].history.began(id, market: market)
        markets[market].orders.append(order)
        relock(
            market,
            markets[market].orders.count - 1,
            atMost: accounts[0].ledger.free(reservedAsset(market, terms.side))
        )
    }

    /// Reports that a request of the first account was refused, which never came to this venue.
    public mutating func refuse(_ request: RequestKind, of order: OrderID, at time: Timestamp) {
        switch request {
        case .place: report(.rejected(.other), of: order, to: 0, at: time)
        case .cancel: report(.cancelRejected(.other), of: order, to: 0, at: time)
        case .amend: report(.amendRejected(.other), of: order, to: 0, at: time)
        case .none: break
        }
    }

    /// Counts reports, orders and fills on from numbers that were not given before.
    ///
    /// - Parameters:
    ///   - report: The last report that was taken.
    ///   - epoch: The number of this start: ids of venue orders and fills begin with it.
    public mutating func count(onFrom report: UInt64, in epoch: UInt32) {
        lastReport = max(lastReport, report)
        let first = UInt64(epoch) << 32
        lastVenueOrder = max(lastVenueOrder, first)
        lastExecution = max(lastExecution, first)
    }
}

extension PaperPosition {
    fileprivate mutating func resume(
        _ quantity: Quantity,
        _ entryCost: Money,
        _ margin: Money,
        _ leverage: Decimal
    ) {
        self.quantity = quantity
        self.entryCost = entryCost
        self.margin = margin
        self.leverage = leverage
    }
}
