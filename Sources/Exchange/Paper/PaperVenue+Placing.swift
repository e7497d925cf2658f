internal import Trading

extension PaperVenue {
    mutating func place(
        _ id: OrderID,
        _ terms: OrderTerms,
        of account: Int,
        at time: Timestamp,
        book: OrderBook?
    ) {
        guard accounts[account].history.place(of: id) == nil else {
            // The order that already bears the id is left as it is.
            report(.rejected(.duplicate), of: id, to: account, at: time)
            return
        }
        guard let market = market(terms.instrument) else {
            reject(id, terms, .unknownInstrument, of: account, at: time)
            return
        }
        settleFunding(market, at: time)
        let pieces = markets[market].walk(terms, terms.quantity, in: book, taker: account)
        let seat = PaperSeat(account: account, market: market)
        if let reason = refusal(of: terms, seat, pieces, book: book) {
            reject(id, terms, reason, of: account, at: time)
            return
        }
        var order = PaperOrder(
            id: id,
            of: account,
            venueOrder: nextVenueOrder(),
            terms: terms,
            arrived: time
        )
        order.priority = nextPriority()
        order.opening = opening(terms, seat, terms.quantity)
        report(.accepted(venueOrder: order.venueOrder), of: id, to: account, at: time)
        accounts[account].history.began(id, market: market)
        markets[market].orders.append(order)
        relock(
            market,
            markets[market].orders.count - 1,
            atMost: accounts[account].ledger.free(reservedAsset(market, terms.side))
        )
        meet(market, id, terms, pieces, at: time)
    }

    /// Takes an order that was accepted to the book.
    private mutating func meet(
        _ market: Int,
        _ id: OrderID,
        _ terms: OrderTerms,
        _ pieces: [PaperMarket.Piece],
        at time: Timestamp
    ) {
        if terms.type == .stopMarket { return }
        if terms.timeInForce == .fillOrKill, pieces.quantity < terms.quantity {
            expire(market, id, .wouldNotFill, at: time)
            return
        }
        take(market, id, pieces, at: time)
        let mayRest =
            terms.type == .limit
            && (terms.timeInForce == .goodTillCancelled || terms.timeInForce == .postOnly)
        if !mayRest { expire(market, id, .noLiquidity, at: time) }
    }

    /// Why an arriving order is refused, in the order in which the venue looks.
    private func refusal(
        of terms: OrderTerms,
        _ seat: PaperSeat,
        _ pieces: [PaperMarket.Piece],
        book: OrderBook?
    ) -> RejectionReason? {
        let market = seat.market
        if let reason = filterRefusal(of: terms, market, pieces) { return reason }
        if terms.isReduceOnly, let reason = reduceOnlyRefusal(of: terms, seat) { return reason }
        switch terms.type {
        case .market:
            if pieces.isEmpty { return .noLiquidity }
        case .limit:
            if terms.timeInForce == .postOnly, !pieces.isEmpty { return .wouldTake }
        case .stopMarket:
            if markets[market].meets(terms.side, trigger: terms.trigger, in: book) {
                return .wouldTrigger
            }
        }
        let free = accounts[seat.account].ledger.free(reservedAsset(market, terms.side))
        return requirement(terms, seat, terms.quantity, pieces) > free
            ? .insufficientBalance : nil
    }

    /// Why a reduce-only order is refused: it needs a position, and spot does not know the flag.
    private func reduceOnlyRefusal(of terms: OrderTerms, _ seat: PaperSeat) -> RejectionReason? {
        guard markets[seat.market].instrument.market == .perpetual else { return .reduceOnly }
        let closable = position(seat).closable(by: terms.side)
        if !closable.isPositive { return .reduceOnly }
        // All or nothing cannot be cut to the position.
        let isAllOrNothing = terms.type != .stopMarket && terms.timeInForce == .fillOrKill
        return isAllOrNothing && closable < terms.quantity ? .reduceOnly : nil
    }

    /// Why the instrument's filters refuse these terms.
    ///
    /// The minimum notional is taken at the limit, at the trigger of a stop, and at the best price
    /// a market order meets. Stops and reduce-only orders on a perpetual market are exempt: a
    /// remainder too small to open must still be closable.
    func filterRefusal(
        of terms: OrderTerms,
        _ market: Int,
        _ pieces: [PaperMarket.Piece]
    ) -> RejectionReason? {
        let instrument = markets[market].instrument
        let filters = instrument.filters
        if !terms.quantity.isPositive { return .belowMinimum }
        if !terms.quantity.value.isMultiple(of: filters.quantityStep.value) { return .offGrid }
        if terms.quantity < filters.minimumQuantity { return .belowMinimum }
        if terms.quantity > filters.maximumQuantity { return .aboveMaximum }
        let price: Price
        switch terms.type {
        case .market:
            // Without a level there is no price to judge by; there is nothing to take either.
            guard let best = pieces.first else { return nil }
            price = best.level.price
        case .limit, .stopMarket:
            price = terms.type == .limit ? terms.price : terms.trigger
            guard price.isPositive, price.value.isMultiple(of: filters.priceTick.value) else {
                return .offGrid
            }
        }
        let isExempt =
            instrument.market == .perpetual && (terms.isReduceOnly || terms.type == .stopMarket)
        if isExempt { return nil }
        return terms.quantity.notional(at: price, .halfEven) < filters.minimumNotional
            ? .belowMinimum : nil
    }

    private mutating func reject(
        _ id: OrderID,
        _ terms: OrderTerms,
        _ reason: RejectionReason,
        of account: Int,
        at time: Timestamp
    ) {
        var order = PaperOrder(
            id: id,
            of: account,
            venueOrder: .none,
            terms: terms,
            arrived: time
        )
        order.status = .rejected
        order.reason = reason
        accounts[account].history.ended(order)
        report(.rejected(reason), of: id, to: account, at: time)
    }
}

extension PaperMarket {
    /// What an order of these terms takes at once; nothing for a stop.
    func walk(
        _ terms: OrderTerms,
        _ quantity: Quantity,
        in book: OrderBook?,
        taker: Int
    ) -> [Piece] {
        switch terms.type {
        case .market: walk(terms.side, quantity, .everything, in: book, taker: taker)
        case .limit: walk(terms.side, quantity, .upTo(terms.price), in: book, taker: taker)
        case .stopMarket: []
        }
    }
}
