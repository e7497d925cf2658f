internal import Exchange
internal import Trading

// Orders that wait for a trade at their trigger.
extension LocalHouse {
    func placeConditional(_ order: LocalOrder) -> LocalOutcome {
        var order = order
        if let reason = conditionalRefusal(of: order.wish) { return .refused(reason) }
        if order.wish.trigger?.reserves == true {
            let (amount, asset) = reservation(of: order)
            let account = PaperAccountID(UInt32(order.account))
            guard venue.hold(amount, of: asset, of: account) else {
                return .refused(.insufficientBalance)
            }
            order.held = amount
            events.append(.balances(account: order.account, assets: [asset]))
        }
        add(order)
        conditional[order.wish.market].append(order.number)
        happenings &+= 1
        events.append(.order(order, .accepted))
        return .done(order)
    }

    /// Why a conditional order is refused before its trigger is waited for.
    private func conditionalRefusal(of wish: LocalWish) -> RejectionReason? {
        guard let trigger = wish.trigger else { return nil }
        let market = markets[wish.market]
        let filters = market.instrument.filters
        if !wish.closesPosition {
            guard wish.quantity.isPositive else { return .belowMinimum }
            guard wish.quantity.value.isMultiple(of: filters.quantityStep.value) else {
                return .offGrid
            }
            if wish.quantity < filters.minimumQuantity { return .belowMinimum }
            if wish.quantity > filters.maximumQuantity { return .aboveMaximum }
        }
        for price in [trigger.price] + (wish.type == .limit ? [wish.price] : []) {
            guard price.isPositive, price.value.isMultiple(of: filters.priceTick.value) else {
                return .offGrid
            }
        }
        return trigger.isMet(by: market) ? .wouldTrigger : nil
    }

    private func reservation(of order: LocalOrder) -> (Money, AssetID) {
        let wish = order.wish
        let instrument = markets[wish.market].instrument
        if wish.side == .sell { return (Money(wish.quantity.value), instrument.base) }
        let price = wish.type == .limit ? wish.price : wish.trigger?.price ?? .zero
        return (wish.quantity.notional(at: price, .up), instrument.quote)
    }

    private func release(_ number: UInt64) {
        guard let order = orders[number], order.held.isPositive else { return }
        let (_, asset) = reservation(of: order)
        venue.release(order.held, of: asset, of: PaperAccountID(UInt32(order.account)))
        orders[number]?.held = .zero
        events.append(.balances(account: order.account, assets: [asset]))
    }

    /// Ends an order that waits for its trigger.
    func endConditional(
        _ number: UInt64,
        _ status: OrderStatus,
        _ reason: RejectionReason?,
        at now: Timestamp
    ) {
        release(number)
        guard var order = orders[number] else { return }
        conditional[order.wish.market].removeAll { $0 == number }
        order.status = status
        order.reason = reason
        order.changed = now
        orders[number] = order
        happenings &+= 1
        events.append(.order(order, status == .cancelled ? .cancelled : .rejected))
    }

    func amendConditional(
        _ order: LocalOrder,
        _ quantity: Quantity,
        price: Price,
        trigger: Price,
        at now: Timestamp
    ) -> LocalOutcome {
        var changed = order
        changed.wish.quantity = quantity
        changed.wish.price = price
        changed.wish.trigger?.price = trigger
        changed.changed = now
        if let reason = conditionalRefusal(of: changed.wish) { return .refused(reason) }
        if order.held.isPositive {
            let account = PaperAccountID(UInt32(order.account))
            let (_, asset) = reservation(of: order)
            let (amount, _) = reservation(of: changed)
            venue.release(order.held, of: asset, of: account)
            guard venue.hold(amount, of: asset, of: account) else {
                // What was just given back is still there.
                _ = venue.hold(order.held, of: asset, of: account)
                return .refused(.insufficientBalance)
            }
            changed.held = amount
        }
        orders[order.number] = changed
        happenings &+= 1
        events.append(.order(changed, .amended))
        return .done(changed)
    }

    /// Lets the orders that the market met go to the book, oldest first; their own trades may meet
    /// others.
    func trigger(_ market: Int, at now: Timestamp) {
        while let number = conditional[market].first(where: { number in
            orders[number]?.wish.trigger?.isMet(by: markets[market]) == true
        }) {
            fire(number, market, at: now)
        }
    }

    private func fire(_ number: UInt64, _ market: Int, at now: Timestamp) {
        conditional[market].removeAll { $0 == number }
        release(number)
        guard var order = orders[number], let trigger = order.wish.trigger else { return }
        order.isUntriggered = false
        order.changed = now
        order.triggered = now
        // A stop that closes what is held takes its quantity from there.
        let held = position(of: order.account, in: market).quantity
        if order.wish.closesPosition { order.wish.quantity = held.magnitude }
        if trigger.closesPosition {
            let closes = order.wish.side == .sell ? held.isPositive : held.isNegative
            if closes { order.wish.quantity = held.magnitude }
        }
        var child = order
        if trigger.becomesAnother {
            lastOrder += 1
            var wish = order.wish
            wish.trigger = nil
            child = LocalOrder(number: lastOrder, account: order.account, wish: wish, made: now)
            child.origin = number
            add(child)
            order.became = child.number
            order.status = .filled
        }
        orders[number] = order
        happenings &+= 1
        events.append(.order(order, .triggered))
        if case .refused(let reason) = submit(child.number, at: now) {
            // The trigger was met, so the order is there and must be seen to end.
            child.status = .rejected
            child.reason = reason
            add(child)
            happenings &+= 1
            events.append(.order(child, .rejected))
        }
    }
}
