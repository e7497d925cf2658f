internal import Exchange
internal import Trading

// Placing an order.
extension BybitFront {
    /// Places an order.
    ///
    /// What the venue finds out only at the book is accepted first and ends right after.
    func place(_ call: BybitCall) throws(BybitError) -> LocalOrder {
        let asked = call.parameters
        let category = try asked.category()
        let symbol = try asked.required("symbol")
        guard let venue = category.venue, let market = house.market(venue, symbol) else {
            throw category.isSpot
                ? BybitError(170121, "Invalid symbol.")
                : BybitError(10001, "params error: symbol invalid \(symbol)")
        }
        let place = house.markets[market]
        guard place.listing.isTrading else {
            throw category.isSpot
                ? BybitError(170151, "The trading pair is not open yet")
                : BybitError(110074, "This contract is not live")
        }
        let held = house.position(of: call.account, in: market).quantity
        let side = Side(bybit: try asked.text("side") ?? "") ?? .buy
        let closes = side == .buy ? held.isNegative : held.isPositive
        let placement = try BybitPlacement(
            asked,
            market: market,
            of: place,
            closable: closes ? held.magnitude : .zero,
            best: house.levels(side.opposite, of: market, atMost: 1).first?.price
                ?? place.lastPrice
        )
        let link = BybitLink(
            account: call.account,
            venue: venue,
            text: placement.wish.clientID
        )
        if !link.text.isEmpty, let taken = links[link], house.order(taken) != nil {
            throw BybitRefusal.placing(.duplicate, isSpot: category.isSpot)
        }
        try checkCount(placement, call.account, market)
        let order = try submit(placement, call)
        if !link.text.isEmpty { links[link] = order.number }
        return house.order(order.number) ?? order
    }

    private func submit(
        _ placement: BybitPlacement,
        _ call: BybitCall
    ) throws(BybitError) -> LocalOrder {
        let wish = placement.wish
        // The number is the next one, and what is kept must be there when events are told.
        switch house.place(wish, of: call.account, at: call.now) {
        case .done(let order):
            notes[order.number] = placement.notes
            forgetOldNotes()
            return order
        case .refused(let reason):
            guard BybitRefusal.isAsynchronous(reason) else {
                let trigger = wish.trigger?.price ?? .zero
                throw BybitRules(house.markets[wish.market]).refusal(
                    reason,
                    trigger,
                    wish.trigger
                )
            }
            let order = house.record(
                refused: wish,
                reason,
                of: call.account,
                at: call.now
            )
            notes[order.number] = placement.notes
            return order
        }
    }

    /// Refuses what would be too many orders for one market.
    private func checkCount(
        _ placement: BybitPlacement,
        _ account: Int,
        _ market: Int
    ) throws(BybitError) {
        let isSpot = house.markets[market].venue == .bybitSpot
        let isStop = placement.wish.trigger != nil
        let count = house.orders(of: account, in: market).count { order in
            order.isOpen && order.isUntriggered == isStop
        }
        let most = isStop ? house.markets[market].listing.maximumStops ?? (isSpot ? 30 : 10) : 500
        guard count >= most else { return }
        if isSpot { throw BybitError(170005, "Too many new orders; current limit is \(most).") }
        throw isStop
            ? BybitError(110009, "The number of stop orders exceeds the maximum allowable limit.")
            : BybitError(110020, "Not allowed to have more than 500 active orders.")
    }

    /// Drops what is kept of orders that the house has forgotten.
    private func forgetOldNotes() {
        guard notes.count > 4 * LocalHouse.remembered else { return }
        notes = notes.filter { house.order($0.key) != nil }
        links = links.filter { house.order($0.value) != nil }
    }
}
