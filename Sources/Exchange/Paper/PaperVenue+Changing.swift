public import Trading

extension PaperVenue {
    mutating func cancel(_ id: OrderID, of account: Int, at time: Timestamp) {
        switch accounts[account].history.place(of: id) {
        case .working(let market):
            end(market, id, .cancelled)
            report(.cancelled, of: id, to: account, at: time)
        case .ended:
            report(.cancelRejected(.alreadyEnded), of: id, to: account, at: time)
        case nil:
            report(.cancelRejected(.unknownOrder), of: id, to: account, at: time)
        }
    }

    /// Changes an order's quantity (of the whole order, filled part included), limit and trigger.
    ///
    /// - A quantity that is already filled ends the order as cancelled.
    /// - A smaller quantity at the same price keeps the place in the queue; all else goes last.
    /// - A new limit that crosses the book takes from it; of a post-only order it is refused.
    /// - What is refused leaves the order as it was.
    mutating func amend(
        _ id: OrderID,
        _ change: OrderChange,
        of account: Int,
        at time: Timestamp,
        book: OrderBook?
    ) {
        guard let place = accounts[account].history.place(of: id) else {
            report(.amendRejected(.unknownOrder), of: id, to: account, at: time)
            return
        }
        guard case .working(let market) = place, let index = markets[market].index(of: id) else {
            report(.amendRejected(.alreadyEnded), of: id, to: account, at: time)
            return
        }
        settleFunding(market, at: time)
        let old = markets[market].orders[index]
        let quantity = change.quantity
        if quantity <= old.filled {
            end(market, id, .cancelled)
            report(.cancelled, of: id, to: account, at: time)
            return
        }
        var terms = old.terms
        terms.quantity = quantity
        if terms.type == .limit {
            terms.price = change.price
        } else {
            terms.trigger = change.trigger
        }
        let pieces = markets[market].walk(terms, quantity - old.filled, in: book, taker: account)
        if let reason = amendRefusal(of: terms, old, market, pieces, book: book) {
            report(.amendRejected(reason), of: id, to: account, at: time)
            return
        }
        let keepsPlace = terms.price == old.terms.price && quantity <= old.terms.quantity
        markets[market].orders[index].terms = terms
        let seat = PaperSeat(account: account, market: market)
        markets[market].orders[index].opening = opening(terms, seat, quantity - old.filled)
        if !keepsPlace { markets[market].orders[index].priority = nextPriority() }
        unlock(market, index)
        let free = accounts[account].ledger.free(reservedAsset(market, terms.side))
        relock(market, index, atMost: free)
        report(
            .amended(quantity: quantity, price: terms.price, trigger: terms.trigger),
            of: id,
            to: account,
            at: time
        )
        take(market, id, pieces, at: time)
    }

    private func amendRefusal(
        of terms: OrderTerms,
        _ old: PaperOrder,
        _ market: Int,
        _ pieces: [PaperMarket.Piece],
        book: OrderBook?
    ) -> RejectionReason? {
        // It waits only for a book and is past changing; a cancel still reaches it.
        if old.isTriggered { return .other }
        if let reason = filterRefusal(of: terms, market, pieces) { return reason }
        if terms.type == .stopMarket,
            markets[market].meets(terms.side, trigger: terms.trigger, in: book)
        {
            return .wouldTrigger
        }
        if terms.timeInForce == .postOnly, !pieces.isEmpty { return .wouldTake }
        let free =
            accounts[old.owner].ledger.free(reservedAsset(market, terms.side)) + old.locked
        let seat = PaperSeat(account: old.owner, market: market)
        return requirement(terms, seat, terms.quantity - old.filled, pieces) > free
            ? .insufficientBalance : nil
    }

    /// Ends an order by the venue's rules, where it is still working.
    mutating func expire(
        _ market: Int,
        _ id: OrderID,
        _ reason: RejectionReason,
        at time: Timestamp
    ) {
        guard let index = markets[market].index(of: id) else { return }
        let owner = markets[market].orders[index].owner
        end(market, id, .expired, reason)
        report(.expired(reason), of: id, to: owner, at: time)
    }

    /// Takes an order from the working ones and gives back what it locked.
    mutating func end(
        _ market: Int,
        _ id: OrderID,
        _ status: OrderStatus,
        _ reason: RejectionReason? = nil
    ) {
        guard let index = markets[market].index(of: id) else { return }
        unlock(market, index)
        var order = markets[market].orders.remove(at: index)
        order.status = status
        order.reason = reason
        accounts[order.owner].history.ended(order)
    }
}

extension PaperVenue {
    /// Sets the leverage of an account in an instrument: for what is opened from now on.
    ///
    /// - Returns: `false` for an unknown instrument or a leverage below one.
    public mutating func setLeverage(
        _ leverage: Decimal,
        in instrument: InstrumentID,
        of account: PaperAccountID
    ) -> Bool {
        guard let market = market(instrument), leverage >= .one else { return false }
        accounts[Int(account.rawValue)].leverages[market] = leverage
        return true
    }

    /// The leverage of an account in an instrument; `nil` for an unknown one.
    public func leverage(in instrument: InstrumentID, of account: PaperAccountID) -> Decimal? {
        market(instrument).map { market in
            leverage(PaperSeat(account: Int(account.rawValue), market: market))
        }
    }

    /// Holds a part of what is free back, for a purpose of the caller's.
    ///
    /// - Returns: `false` where less is free; then nothing is held.
    public mutating func hold(
        _ amount: Money,
        of asset: AssetID,
        of account: PaperAccountID
    ) -> Bool {
        let place = Int(account.rawValue)
        guard accounts[place].ledger.free(asset) >= amount else { return false }
        accounts[place].ledger.lock(amount, of: asset)
        return true
    }

    /// Gives back what ``hold(_:of:of:)`` held.
    public mutating func release(_ amount: Money, of asset: AssetID, of account: PaperAccountID) {
        accounts[Int(account.rawValue)].ledger.lock(-amount, of: asset)
    }
}

/// What an order should be from now on.
struct OrderChange {
    var quantity: Quantity
    var price: Price
    var trigger: Price
}
