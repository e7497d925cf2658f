public import Trading

/// Rebuilding the venue from what somebody else remembers of it.
///
/// For paper trading on live streams, where the past of the market is gone: the venue is opened
/// with the balances as they were, then given its positions, its working orders and the numbers
/// it had reached. The time away counts as no trading. Nothing is reported.
extension PaperVenue {
    /// Gives back a position, before the orders that may close it.
    ///
    /// - Parameters:
    ///   - instrument: A listed perpetual contract without a position.
    ///   - quantity: Positive when long, negative when short.
    ///   - entryCost: What the open part cost or brought.
    ///   - margin: What is held back for it, up to what is free.
    public mutating func restorePosition(
        in instrument: InstrumentID,
        quantity: Quantity,
        entryCost: Money,
        margin: Money
    ) {
        guard let market = market(instrument) else {
            invariant(false, "a restored position is in a listed instrument")
            return
        }
        let listed = markets[market].instrument
        invariant(listed.market == .perpetual, "only a perpetual contract has a position")
        invariant(markets[market].position.quantity.isZero, "a position is restored once")
        let held = max(min(margin, ledger.free(listed.quote)), .zero)
        markets[market].position.quantity = quantity
        markets[market].position.entryCost = entryCost
        markets[market].position.margin = held
        ledger.lock(held, of: listed.quote)
    }

    /// Gives back a working limit or stop order, in order of arrival.
    ///
    /// It locks what it must, up to what is free.
    ///
    /// - Parameters:
    ///   - id: Our name for it.
    ///   - venueOrder: The venue's name for it, larger than that of the order restored before.
    ///   - terms: What was asked, with the last amendment.
    ///   - filled: How much of it was filled.
    ///   - arrived: When it came to the venue.
    public mutating func restoreOrder(
        _ id: OrderID,
        venueOrder: VenueID,
        terms: OrderTerms,
        filled: Quantity,
        arrived: Timestamp
    ) {
        guard let market = market(terms.instrument) else {
            invariant(false, "a restored order is in a listed instrument")
            return
        }
        invariant(!hasSeen(id), "an order is restored once")
        invariant(terms.type != .market, "a market order does not work on")
        invariant(filled < terms.quantity, "a working order is not filled in full")
        var order = PaperOrder(id: id, venueOrder: venueOrder, terms: terms, arrived: arrived)
        order.filled = filled
        order.status = filled.isZero ? .placed : .partiallyFilled
        order.priority = nextPriority()
        order.opening = opening(terms, market, order.remaining)
        history.began(id, market: market)
        markets[market].orders.append(order)
        relock(
            market,
            markets[market].orders.count - 1,
            atMost: ledger.free(reservedAsset(market, terms.side))
        )
    }

    /// Goes on counting where the venue had come to, so that no number is given twice.
    ///
    /// - Parameters:
    ///   - reports: The highest report number seen.
    ///   - venueOrders: The highest of the venue's names for orders.
    ///   - executions: The highest of the venue's names for executions.
    public mutating func restoreNumbers(reports: UInt64, venueOrders: UInt64, executions: UInt64) {
        lastReport = max(lastReport, reports)
        lastVenueOrder = max(lastVenueOrder, venueOrders)
        lastExecution = max(lastExecution, executions)
    }
}
