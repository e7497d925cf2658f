internal import Exchange
public import Trading

/// What became of a request at once.
public enum LocalOutcome: Hashable, Sendable {
    /// It was done; the order as it is after it.
    case done(LocalOrder)
    /// It was refused, and nothing has changed.
    case refused(RejectionReason)
}

extension LocalHouse {
    /// Places an order.
    ///
    /// An order that is refused leaves no trace; `record(refused:_:of:at:)` makes one where the
    /// venue shows such orders.
    public func place(_ wish: LocalWish, of account: Int, at now: Timestamp) -> LocalOutcome {
        var wish = wish
        if let amount = wish.quoteQuantity {
            wish.quantity = quantity(of: wish, for: amount)
            guard wish.quantity.isPositive else { return .refused(.belowMinimum) }
        }
        lastOrder += 1
        let order = LocalOrder(number: lastOrder, account: account, wish: wish, made: now)
        if wish.trigger != nil { return placeConditional(order) }
        add(order)
        return submit(order.number, at: now)
    }

    /// Remembers an order that was refused, and tells of it; where the venue accepts such an order
    /// and lets it expire, as that.
    public func record(
        refused wish: LocalWish,
        _ reason: RejectionReason,
        of account: Int,
        isExpired: Bool = false,
        at now: Timestamp
    ) -> LocalOrder {
        lastOrder += 1
        var order = LocalOrder(number: lastOrder, account: account, wish: wish, made: now)
        order.isUntriggered = false
        if isExpired { events.append(.order(order, .accepted)) }
        order.status = isExpired ? .expired : .rejected
        order.reason = reason
        add(order)
        events.append(.order(order, isExpired ? .expired : .rejected))
        return order
    }

    /// Takes back an order that ended at once without a fill, for a venue that refuses such an
    /// order where the matching model lets it expire: it leaves no trace.
    public func retract(_ number: UInt64) {
        guard let order = orders[number], !order.isOpen, order.filled.isZero else { return }
        remove(number)
        events.removeAll { event in
            guard case .order(let told, _) = event else { return false }
            return told.number == number
        }
    }

    /// Cancels an order.
    public func cancel(_ number: UInt64, at now: Timestamp) -> LocalOutcome {
        guard let order = orders[number] else { return .refused(.unknownOrder) }
        guard order.isOpen else { return .refused(.alreadyEnded) }
        if order.isUntriggered {
            endConditional(number, .cancelled, nil, at: now)
        } else {
            let account = PaperAccountID(UInt32(order.account))
            venue.receive(.cancel(OrderID(number)), of: account, at: now, book: nil)
            absorb(at: now)
        }
        return orders[number].map { .done($0) } ?? .refused(.unknownOrder)
    }

    /// Changes quantity (of the whole order), limit or trigger of an order, and its client's id
    /// where the venue gives it another one.
    public func amend(
        _ number: UInt64,
        quantity: Quantity,
        price: Price,
        trigger: Price,
        clientID: String? = nil,
        at now: Timestamp
    ) -> LocalOutcome {
        guard let before = orders[number] else { return .refused(.unknownOrder) }
        guard before.isOpen else { return .refused(.alreadyEnded) }
        var order = before
        if let clientID { order.wish.clientID = clientID }
        orders[number] = order
        let outcome = amend(order, quantity, price: price, trigger: trigger, at: now)
        if case .refused = outcome { orders[number]?.wish.clientID = before.wish.clientID }
        return outcome
    }

    private func amend(
        _ order: LocalOrder,
        _ quantity: Quantity,
        price: Price,
        trigger: Price,
        at now: Timestamp
    ) -> LocalOutcome {
        let number = order.number
        if order.isUntriggered {
            return amendConditional(order, quantity, price: price, trigger: trigger, at: now)
        }
        let request = VenueRequest.amend(
            OrderID(number),
            quantity: quantity,
            price: price,
            trigger: .zero
        )
        let account = PaperAccountID(UInt32(order.account))
        refusal = nil
        venue.receive(request, of: account, at: now, book: book(order.wish.market))
        absorb(at: now)
        if let refusal { return .refused(refusal) }
        self.trigger(order.wish.market, at: now)
        return orders[number].map { .done($0) } ?? .refused(.unknownOrder)
    }

    /// Hands an order to the matching model.
    func submit(_ number: UInt64, at now: Timestamp) -> LocalOutcome {
        guard let order = orders[number] else { return .refused(.unknownOrder) }
        let wish = order.wish
        let terms = OrderTerms(
            instrument: markets[wish.market].instrument.id,
            side: wish.side,
            type: wish.type,
            timeInForce: wish.timeInForce,
            isReduceOnly: wish.isReduceOnly,
            quantity: wish.quantity,
            price: wish.type == .limit ? wish.price : .zero
        )
        let account = PaperAccountID(UInt32(order.account))
        refusal = nil
        venue.receive(
            .place(OrderID(number), terms),
            of: account,
            at: now,
            book: book(wish.market)
        )
        absorb(at: now)
        if let refusal { return .refused(refusal) }
        trigger(wish.market, at: now)
        return orders[number].map { .done($0) } ?? .refused(.unknownOrder)
    }

    func add(_ order: LocalOrder) {
        orders[order.number] = order
        orderNumbers.append(order.number)
        guard orderNumbers.count > 2 * Self.remembered else { return }
        // Half of what is remembered is cut at once, so that this costs nothing on average.
        var excess = orderNumbers.count - Self.remembered
        orderNumbers.removeAll { number in
            guard excess > 0, orders[number]?.isOpen != true else { return false }
            excess -= 1
            orders[number] = nil
            return true
        }
    }

    func remove(_ number: UInt64) {
        orders[number] = nil
        if orderNumbers.last == number {
            orderNumbers.removeLast()
        } else {
            orderNumbers.removeAll { $0 == number }
        }
    }

    /// How much of the base an amount of the quote buys or comes from, on the grid.
    private func quantity(of wish: LocalWish, for amount: Money) -> Quantity {
        var left = amount
        var quantity = Quantity.zero
        for level in levels(wish.side.opposite, of: wish.market, atMost: 1000) {
            let worth = level.quantity.notional(at: level.price, .up)
            if worth >= left {
                quantity += Quantity(left.value.divided(by: level.price.value, .down))
                break
            }
            quantity += level.quantity
            left -= worth
        }
        return markets[wish.market].instrument.filters.cut(quantity)
    }
}
