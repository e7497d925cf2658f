internal import Trading

extension PaperVenue {
    mutating func cancel(_ id: OrderID, at time: Timestamp) {
        switch history.place(of: id) {
        case .working(let market):
            end(market, id, .cancelled)
            report(.cancelled, of: id, at: time)
        case .ended:
            report(.cancelRejected(.alreadyEnded), of: id, at: time)
        case nil:
            report(.cancelRejected(.unknownOrder), of: id, at: time)
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
        _ quantity: Quantity,
        price: Price,
        trigger: Price,
        at time: Timestamp,
        book: OrderBook?
    ) {
        guard let place = history.place(of: id) else {
            report(.amendRejected(.unknownOrder), of: id, at: time)
            return
        }
        guard case .working(let market) = place, let index = markets[market].index(of: id) else {
            report(.amendRejected(.alreadyEnded), of: id, at: time)
            return
        }
        settleFunding(market, at: time)
        let old = markets[market].orders[index]
        if quantity <= old.filled {
            end(market, id, .cancelled)
            report(.cancelled, of: id, at: time)
            return
        }
        var terms = old.terms
        terms.quantity = quantity
        if terms.type == .limit { terms.price = price } else { terms.trigger = trigger }
        let pieces = markets[market].walk(terms, quantity - old.filled, in: book)
        if let reason = amendRefusal(of: terms, old, market, pieces, book: book) {
            report(.amendRejected(reason), of: id, at: time)
            return
        }
        let keepsPlace = terms.price == old.terms.price && quantity <= old.terms.quantity
        markets[market].orders[index].terms = terms
        markets[market].orders[index].opening = opening(terms, market, quantity - old.filled)
        if !keepsPlace { markets[market].orders[index].priority = nextPriority() }
        unlock(market, index)
        relock(market, index, atMost: ledger.free(reservedAsset(market, terms.side)))
        report(
            .amended(quantity: quantity, price: terms.price, trigger: terms.trigger),
            of: id,
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
        let free = ledger.free(reservedAsset(market, terms.side)) + old.locked
        return requirement(terms, market, terms.quantity - old.filled, pieces) > free
            ? .insufficientBalance : nil
    }

    /// Ends an order by the venue's rules, where it is still working.
    mutating func expire(
        _ market: Int,
        _ id: OrderID,
        _ reason: RejectionReason,
        at time: Timestamp
    ) {
        guard markets[market].index(of: id) != nil else { return }
        end(market, id, .expired, reason)
        report(.expired(reason), of: id, at: time)
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
        history.ended(order)
    }
}
