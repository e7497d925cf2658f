import Trading

extension TradingState {
    /// Puts an operator's figures in the place of those that were there.
    ///
    /// Nothing else moves: no result is booked, no time of change, no count of failures, so that
    /// the opposite correction restores the state. What follows from the new figures is the
    /// engine's to decide. An event that is passed over changes nothing; replay does that.
    mutating func correct(_ payload: CorrectionMade) throws(Misfit) {
        switch payload.correction {
        case .balance(let asset, _, let after): try correct(asset, after)
        case .position(let id, let deal, _, let after): try correct(id, deal, after)
        case .order(let id, _, let after): try correct(id, after)
        case .deal(let id, _, let after): try correct(id, after)
        case .skip: break
        }
    }

    private mutating func correct(_ name: String, _ balance: Money) throws(Misfit) {
        let asset = try asset(named: name)
        guard balance.isWithinBounds else { throw Misfit.tooLarge }
        assets[Int(asset.rawValue)].balance = balance
        outcome.link(.correctionMade, time) { hash in
            hash.word(OutcomeChain.word(of: name))
            hash.wide(balance.value.units)
        }
    }

    private mutating func correct(
        _ id: InstrumentID,
        _ deal: DealID,
        _ figures: Correction.PositionFigures
    ) throws(Misfit) {
        let place = try slot(of: id)
        if deal != .none, !deals.update(deal, { $0.held = figures.held }) {
            throw Misfit("deal \(deal) is not open")
        }
        instruments[place].position.quantity = figures.quantity
        instruments[place].position.cost = figures.cost
        guard instruments[place].position.isSound, figures.held.isWithinBounds else {
            throw Misfit.tooLarge
        }
        let name = instruments[place].nameWord
        outcome.link(.correctionMade, time) { hash in
            hash.word(name)
            for amount in [figures.quantity, figures.held] { hash.wide(amount.value.units) }
            hash.wide(figures.cost.value.units)
        }
    }

    private mutating func correct(
        _ id: OrderID,
        _ figures: Correction.OrderFigures
    ) throws(Misfit) {
        guard let order = order(id) else { throw Misfit("order \(id) is unknown") }
        guard figures.filled.isWithinBounds, figures.cost.isWithinBounds else {
            throw Misfit.tooLarge
        }
        if !orders.update(id, { $0.take(figures) }) {
            closedOrders.updateLast(where: { $0.order.id == id }) { $0.order.take(figures) }
        }
        let name = instruments[try slot(of: order.terms.instrument)].nameWord
        outcome.link(.correctionMade, time) { hash in
            hash.word(name)
            hash.word(UInt64(order.role.rawValue) << 8 | UInt64(figures.status.rawValue))
            hash.add(order.terms)
            hash.wide(figures.filled.value.units)
            hash.wide(figures.cost.value.units)
        }
        if !deals.contains(order.deal) { archive(id) }
    }

    private mutating func correct(
        _ id: DealID,
        _ figures: Correction.DealFigures
    ) throws(Misfit) {
        guard deals.contains(id) else { throw Misfit("deal \(id) is not open") }
        deals.update(id) { deal in
            deal.held = figures.held
            deal.entryQuantity = figures.entryQuantity
            deal.entryCost = figures.entryCost
            deal.profit = figures.profit
        }
        guard let deal = deals[id], deal.isSound else { throw Misfit.tooLarge }
        let name = instruments[try slot(of: deal.instrument)].nameWord
        outcome.link(.correctionMade, time) { hash in
            hash.word(name)
            for amount in [figures.held, figures.entryQuantity] { hash.wide(amount.value.units) }
            for amount in [figures.entryCost, figures.profit] { hash.wide(amount.value.units) }
        }
    }
}

extension Order {
    /// What a correction may change, as it is.
    var figures: Correction.OrderFigures {
        Correction.OrderFigures(
            status: status,
            request: request,
            isUnknown: isUnknown,
            filled: filled,
            cost: cost
        )
    }

    fileprivate mutating func take(_ figures: Correction.OrderFigures) {
        status = figures.status
        request = figures.request
        isUnknown = figures.isUnknown
        filled = figures.filled
        cost = figures.cost
    }
}

extension Deal {
    /// What a correction may change, as it is.
    var figures: Correction.DealFigures {
        Correction.DealFigures(
            held: held,
            entryQuantity: entryQuantity,
            entryCost: entryCost,
            profit: profit
        )
    }
}

extension InstrumentState {
    /// What a correction may change, as it is.
    func figures(_ open: Deal?) -> Correction.PositionFigures {
        Correction.PositionFigures(
            quantity: position.quantity,
            cost: position.cost,
            held: open?.held ?? .zero
        )
    }
}
