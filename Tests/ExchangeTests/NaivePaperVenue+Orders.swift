import Trading

extension NaivePaperVenue {
    func place(_ id: OrderID, _ terms: OrderTerms) {
        if refused.contains(id) || orders.contains(where: { $0.id == id }) {
            say(id, .rejected(.duplicate))
            return
        }
        if let reason = refusal(terms, terms.quantity.value.units, extra: 0) {
            refused.insert(id)
            say(id, .rejected(reason))
            return
        }
        accepted += 1
        queued += 1
        let order = Order(id, terms, queue: queued)
        say(id, .accepted(venueOrder: VenueID(UInt128(accepted))))
        // Not yet among the orders: what it locks itself does not stand in its way.
        defer { orders.append(order) }
        if terms.type == .stopMarket { return }
        let isGood = crosses(terms)
        if terms.timeInForce == .fillOrKill,
            offered(to: terms.side, while: isGood).map(\.left).reduce(0, +) < order.left
        {
            expire(order, .wouldNotFill)
            return
        }
        take(order, while: isGood)
        let rests = terms.timeInForce == .goodTillCancelled || terms.timeInForce == .postOnly
        if terms.type == .market || !rests { expire(order, .noLiquidity) }
    }

    /// Why terms are refused; `extra` is what the order already locks.
    func refusal(_ terms: OrderTerms, _ left: Int128, extra: Int128) -> RejectionReason? {
        let quantity = terms.quantity.value.units
        let filters = instrument.filters
        if quantity <= 0 { return .belowMinimum }
        if quantity % filters.quantityStep.value.units != 0 { return .offGrid }
        if quantity < filters.minimumQuantity.value.units { return .belowMinimum }
        if quantity > filters.maximumQuantity.value.units { return .aboveMaximum }
        let isGood = crosses(terms)
        let found = terms.type == .stopMarket ? [] : offered(to: terms.side, while: isGood)
        var price = terms.type == .limit ? terms.price.value.units : terms.trigger.value.units
        if terms.type == .market {
            guard let best = found.first else {
                return terms.isReduceOnly ? .reduceOnly : .noLiquidity
            }
            price = best.full.price
        } else if price <= 0 || price % filters.priceTick.value.units != 0 {
            return .offGrid
        }
        if Self.product(quantity, price) < filters.minimumNotional.value.units {
            return .belowMinimum
        }
        if terms.isReduceOnly { return .reduceOnly }
        if terms.type == .stopMarket, isMet(terms) { return .wouldTrigger }
        if terms.type == .limit, terms.timeInForce == .postOnly, !found.isEmpty {
            return .wouldTake
        }
        return cost(terms, left) > free(terms.side) + extra ? .insufficientBalance : nil
    }

    func cost(_ terms: OrderTerms, _ left: Int128) -> Int128 {
        if terms.side == .sell { return left }
        if terms.type == .limit { return Self.product(left, terms.price.value.units) }
        if terms.type == .stopMarket { return Self.product(left, terms.trigger.value.units) }
        var sum: Int128 = 0
        var wanted = left
        for (level, offered) in offered(to: .buy, while: { _ in true }) {
            sum += Self.product(min(wanted, offered), level.price)
            wanted -= min(wanted, offered)
        }
        return sum
    }

    func isMet(_ terms: OrderTerms) -> Bool {
        let trigger = terms.trigger.value.units
        if terms.side == .buy {
            guard let price = last ?? book?.bestAsk?.price.value.units else { return false }
            return price >= trigger
        }
        guard let price = last ?? book?.bestBid?.price.value.units else { return false }
        return price <= trigger
    }

    func cancel(_ id: OrderID) {
        guard let order = orders.first(where: { $0.id == id }) else {
            say(id, .cancelRejected(refused.contains(id) ? .alreadyEnded : .unknownOrder))
            return
        }
        if order.isOpen {
            order.isOpen = false
            say(id, .cancelled)
        } else {
            say(id, .cancelRejected(.alreadyEnded))
        }
    }

    func amend(_ id: OrderID, _ quantity: Quantity, _ price: Price, _ trigger: Price) {
        guard let order = orders.first(where: { $0.id == id }) else {
            say(id, .amendRejected(refused.contains(id) ? .alreadyEnded : .unknownOrder))
            return
        }
        guard order.isOpen else {
            say(id, .amendRejected(.alreadyEnded))
            return
        }
        if quantity.value.units <= order.filled {
            order.isOpen = false
            say(id, .cancelled)
            return
        }
        var terms = order.terms
        terms.quantity = quantity
        if terms.type == .limit { terms.price = price } else { terms.trigger = trigger }
        let locked = free(terms.side)
        order.isOpen = false
        let extra = free(terms.side) - locked
        order.isOpen = true
        let left = quantity.value.units - order.filled
        if let reason = order.waits ? .other : refusal(terms, left, extra: extra) {
            say(id, .amendRejected(reason))
            return
        }
        if terms.price != order.terms.price || quantity > order.terms.quantity {
            queued += 1
            order.queue = queued
        }
        order.terms = terms
        say(id, .amended(quantity: quantity, price: terms.price, trigger: terms.trigger))
        if terms.type == .limit { take(order, while: crosses(terms)) }
    }

    func resting(_ side: Side) -> [Order] {
        orders.filter { $0.isOpen && $0.terms.type == .limit && $0.terms.side == side }
            .sorted { left, right in
                if left.limit != right.limit {
                    return side == .buy ? left.limit > right.limit : left.limit < right.limit
                }
                return left.queue < right.queue
            }
    }

    func happened(_ trade: PublicTrade) {
        let price = trade.price.value.units
        last = price
        var left = trade.quantity.value.units
        for order in resting(.buy) where order.limit > price && left > 0 {
            let part = min(left, order.left)
            left -= part
            fill(order, part, order.limit, .maker)
        }
        for order in resting(.sell) where order.limit < price && left > 0 {
            let part = min(left, order.left)
            left -= part
            fill(order, part, order.limit, .maker)
        }
        for order in orders where order.isOpen && order.terms.type == .stopMarket && !order.waits {
            let trigger = order.terms.trigger.value.units
            guard order.isBuy ? price >= trigger : price <= trigger else { continue }
            order.waits = true
            say(order.id, .triggered)
            if book != nil { run(order) }
        }
    }

    func run(_ order: Order) {
        var terms = order.terms
        terms.type = .market
        order.isOpen = false
        let isPaid = cost(terms, order.left) <= free(order.terms.side)
        order.isOpen = true
        if !isPaid {
            expire(order, .insufficientBalance)
            return
        }
        take(order, while: { _ in true })
        expire(order, .noLiquidity)
    }

    func changed(_ book: OrderBook?) {
        self.book = book
        // A key names the level's quantity: what is not in the book as it was is forgotten.
        var kept: [String: Int128] = [:]
        for side in Side.allCases {
            for rank in 0..<(book?.count(side) ?? 0) {
                guard let level = book?.level(side, rank) else { continue }
                let key = Self.key(
                    side,
                    Level(price: level.price.value.units, quantity: level.quantity.value.units)
                )
                kept[key] = taken[key]
            }
        }
        taken = kept
        guard book != nil else { return }
        for order in orders where order.isOpen && order.waits { run(order) }
        for side in Side.allCases {
            for order in resting(side) {
                let found = offered(to: side) { order.isBuy ? $0 < order.limit : $0 > order.limit }
                var part: Int128 = 0
                for (level, left) in found where part < order.left {
                    let piece = min(left, order.left - part)
                    taken[Self.key(side.opposite, level), default: 0] += piece
                    part += piece
                }
                if part > 0 { fill(order, part, order.limit, .maker) }
            }
        }
    }
}
