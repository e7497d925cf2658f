import Trading

extension TradingState {
    func slot(of instrument: InstrumentID) throws(Misfit) -> Int {
        let place = Int(instrument.rawValue)
        guard place < instruments.count else { throw Misfit("instrument \(instrument) is unknown") }
        return place
    }

    mutating func intend(_ payload: OrderIntended) throws(Misfit) {
        let place = try slot(of: payload.terms.instrument)
        guard deals.contains(payload.deal) else { throw Misfit("deal \(payload.deal) is not open") }
        try requireBounds(payload.terms, payload.deal)
        let id = OrderID(head)
        var replaced = OrderID(0)
        deals.update(payload.deal) { deal in
            switch payload.role {
            case .entry: deal.entry = id
            case .stop:
                replaced = deal.stop
                deal.stop = id
            case .takeProfit:
                replaced = deal.target
                deal.target = id
            case .exit:
                replaced = deal.exit
                deal.exit = id
            }
        }
        let order = Order(
            id: id,
            deal: payload.deal,
            role: payload.role,
            terms: payload.terms,
            status: .pending,
            request: .place,
            isUnknown: false,
            isTriggered: false,
            filled: .zero,
            cost: .zero,
            intendedAt: time,
            changedAt: time,
            epoch: epoch,
            venueOrder: .none,
            rejection: nil,
            refused: .none
        )
        orders.insert(order, under: id)
        archive(replaced)
        metrics.orders += 1
        countRequest()
        let name = instruments[place].nameWord
        outcome.link(.orderIntended, time) { hash in
            hash.word(name)
            hash.word(UInt64(payload.role.rawValue))
            hash.add(payload.terms)
        }
    }

    /// Checks what is asked for, at its limit and at the prices that its deal saw.
    @inline(__always)
    private func requireBounds(_ terms: OrderTerms, _ deal: DealID) throws(Misfit) {
        guard let slot = deals.slot(of: deal) else {
            guard terms.isWithinBounds(at: .zero) else { throw Misfit.tooLarge }
            return
        }
        let evidence = deals.slab[slot].evidence
        guard terms.isWithinBounds(at: evidence.ask), terms.isWithinBounds(at: evidence.bid) else {
            throw Misfit.tooLarge
        }
    }

    private mutating func countRequest() {
        requestTimes.append(time)
        while let oldest = requestTimes.first, time - oldest > risk.orderRateWindow {
            requestTimes.removeFirst()
        }
    }

    /// Changes an order that must be there; gives its place in ``orders``.
    @inline(__always) @discardableResult
    private mutating func change(
        _ id: OrderID,
        report: UInt64 = 0,
        _ change: (inout Order) -> Void
    ) throws(Misfit) -> Int {
        see(report: report)
        guard let slot = orders.slot(of: id) else { throw Misfit("order \(id) is not live") }
        orders.slab[slot].changedAt = time
        change(&orders.slab[slot])
        return slot
    }

    mutating func accept(_ payload: OrderAccepted) throws(Misfit) {
        let slot = try change(payload.order, report: payload.report) { order in
            if order.status == .pending { order.status = .placed }
            order.venueOrder = payload.venueOrder
            order.answered(.place)
            if order.role == .stop || order.role == .exit { order.rejection = nil }
        }
        protectionHolds(slot)
        link(.orderAccepted, slot)
    }

    mutating func intendCancel(_ payload: CancelIntended) throws(Misfit) {
        let slot = try change(payload.order) { order in order.request = .cancel }
        link(.cancelIntended, slot)
    }

    mutating func intendAmend(_ payload: AmendIntended) throws(Misfit) {
        try change(payload.order) { order in order.request = .amend }
        outcome.link(.amendIntended, time) { hash in
            hash.wide(payload.quantity.value.units)
            hash.wide(payload.price.value.units)
            hash.wide(payload.trigger.value.units)
        }
    }

    mutating func amend(_ payload: OrderAmended) throws(Misfit) {
        let slot = try change(payload.order, report: payload.report) { order in
            order.terms.quantity = payload.quantity
            order.terms.price = payload.price
            order.terms.trigger = payload.trigger
            order.rejection = nil
            order.refused = .none
            order.answered(.amend)
        }
        try requireBounds(orders.slab[slot].terms, orders.slab[slot].deal)
        protectionHolds(slot)
        link(.orderAmended, slot)
    }

    /// An accepted stop protects.
    ///
    /// An accepted exit proves nothing yet: it may expire at once.
    @inline(__always)
    private mutating func protectionHolds(_ slot: Int) {
        guard orders.slab[slot].role == .stop else { return }
        deals.update(orders.slab[slot].deal) { deal in deal.failures = 0 }
    }

    mutating func trigger(_ payload: OrderTriggered) throws(Misfit) {
        let slot = try change(payload.order, report: payload.report) { order in
            order.isTriggered = true
        }
        link(.orderTriggered, slot)
    }

    /// The venue said no to a cancel or an amend: the order stands as it was.
    mutating func refuse(_ refusal: VenueRefusal) throws(Misfit) {
        see(report: refusal.report)
        // The order may have ended while the request was under way, and be put away since.
        guard let order = orders[refusal.order] else { return }
        try change(refusal.order) { order in
            order.rejection = refusal.reason
            order.refused = order.request
            order.request = .none
            order.isUnknown = false
        }
        guard order.role == .stop || order.role == .exit else { return }
        deals.update(order.deal) { deal in deal.failures &+= 1 }
    }

    mutating func refuse(_ payload: OrderRefused) throws(Misfit) {
        let place = try slot(of: payload.terms.instrument)
        instruments[place].quietSince = time
        instruments[place].refusedAt = time
        metrics.refusals += 1
    }

    mutating func end(_ refusal: VenueRefusal, as status: OrderStatus) throws(Misfit) {
        if orders.contains(refusal.order) {
            try change(refusal.order) { order in order.rejection = refusal.reason }
        }
        try end(refusal.order, as: status, report: refusal.report)
    }

    /// Ends an order.
    ///
    /// What the venue proves is booked whatever the machine says, but a terminal order keeps its
    /// status.
    mutating func end(_ id: OrderID, as status: OrderStatus, report: UInt64) throws(Misfit) {
        let slot = try change(id, report: report) { order in
            if order.status.canBecome(status) { order.status = status }
            order.request = .none
            order.isUnknown = false
        }
        let (role, deal) = (orders.slab[slot].role, orders.slab[slot].deal)
        let isFailure =
            status == .rejected || (status == .expired && orders.slab[slot].filled.isZero)
        if isFailure && (role == .stop || role == .exit) {
            deals.update(deal) { deal in deal.failures &+= 1 }
        }
        link(status == .cancelled ? .orderCancelled : .orderExpired, slot)
        if !deals.contains(deal) { archive(id) }
    }

    mutating func markUnknown(_ payload: OutcomeUnknown) throws(Misfit) {
        try change(payload.order) { order in order.isUnknown = true }
    }

    mutating func resolve(_ payload: OutcomeResolved) throws(Misfit) {
        try change(payload.order) { order in order.isUnknown = false }
    }

    /// Puts an ended order away, where it stays for ``TradingState/retention``.
    mutating func archive(_ id: OrderID) {
        guard let slot = orders.slot(of: id), orders.slab[slot].status.isTerminal else { return }
        closedOrders.append(ClosedOrder(order: orders.slab[slot], at: time))
        orders.remove(id)
        while let oldest = closedOrders.first?.at, time - oldest > Self.retention {
            closedOrders.removeFirst()
        }
    }

    /// Chains what became of the order at a place in ``orders``.
    @inline(__always)
    private mutating func link(_ kind: EventKind, _ slot: Int) {
        let order = orders.slab[slot]
        let name = instruments[Int(order.terms.instrument.rawValue)].nameWord
        outcome.link(kind, time) { hash in
            hash.word(name)
            hash.word(UInt64(order.role.rawValue) << 8 | UInt64(order.status.rawValue))
            hash.add(order.terms)
        }
    }
}

extension Order {
    /// The venue answered a request of `kind`.
    fileprivate mutating func answered(_ kind: RequestKind) {
        if request == kind { request = .none }
        isUnknown = false
    }
}

extension SipHash {
    @inline(__always)
    mutating func add(_ terms: OrderTerms) {
        word(
            UInt64(terms.side.rawValue) | UInt64(terms.type.rawValue) << 8
                | UInt64(terms.timeInForce.rawValue) << 16 | (terms.isReduceOnly ? 1 << 24 : 0)
        )
        wide(terms.quantity.value.units)
        wide(terms.price.value.units)
        wide(terms.trigger.value.units)
    }
}
