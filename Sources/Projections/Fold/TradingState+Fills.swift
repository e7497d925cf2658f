import Trading

extension TradingState {
    /// Books a fill: order, position, balances, deal.
    ///
    /// A fact that the venue proves is never refused; the same execution is booked once.
    mutating func fill(_ payload: OrderFilled) throws(Misfit) {
        see(report: payload.report)
        let execution = payload.execution
        guard remember(execution.id) else { return }
        let (side, deal, instrument) = try place(of: payload.order)
        let place = try slot(of: instrument)
        guard execution.isWithinBounds else { throw Misfit.tooLarge }
        let cost = execution.quantity.notional(at: execution.price, .halfEven)
        bookOrder(payload.order, execution, cost: cost)
        let profit = try book(execution, side, at: place)
        metrics.fills += 1
        bookDeal(deal, side, execution, cost: cost, profit: profit, at: place)
        try requireBounds(at: place, deal, execution.feeAsset)
        if let slot = orders.slot(of: payload.order), !orders.slab[slot].isSound {
            throw Misfit.tooLarge
        }
        chain(.orderFilled, execution, at: place)
        if !deals.contains(deal) { archive(payload.order) }
    }

    /// Checks what was changed by a booking, after it.
    ///
    /// What was within bounds before and took in what is within bounds has not overflowed.
    @inline(__always)
    private func requireBounds(
        at place: Int,
        _ deal: DealID,
        _ feeAsset: AssetID? = nil
    ) throws(Misfit) {
        let base = Int(instruments[place].instrument.base.rawValue)
        let quote = Int(instruments[place].instrument.quote.rawValue)
        var isSound =
            instruments[place].position.isSound && metrics.isSound
            && assets[base].balance.isWithinBounds && assets[quote].balance.isWithinBounds
        if let feeAsset { isSound = isSound && balance(feeAsset).isWithinBounds }
        if let slot = deals.slot(of: deal) { isSound = isSound && deals.slab[slot].isSound }
        guard isSound else { throw Misfit.tooLarge }
    }

    /// What an order is about, live or put away.
    @inline(__always)
    private func place(
        of id: OrderID
    ) throws(Misfit) -> (side: Side, deal: DealID, instrument: InstrumentID) {
        if let slot = orders.slot(of: id) {
            let terms = orders.slab[slot].terms
            return (terms.side, orders.slab[slot].deal, terms.instrument)
        }
        guard let known = order(id) else { throw Misfit("order \(id) is unknown") }
        return (known.terms.side, known.deal, known.terms.instrument)
    }

    @inline(__always)
    private mutating func bookOrder(_ id: OrderID, _ execution: Execution, cost: Money) {
        let now = time
        let isKept = orders.update(id) { order in
            order.filled += execution.quantity
            order.cost += cost
            order.changedAt = now
            order.isUnknown = false
            if order.request == .place { order.request = .none }
            let isWhole = order.filled >= order.terms.quantity
            let next = isWhole ? OrderStatus.filled : .partiallyFilled
            if order.status.canBecome(next) { order.status = next }
            if isWhole { order.request = .none }
        }
        if isKept { return }
        // Ended and put away: it keeps its status and is filled all the same.
        closedOrders.updateLast(where: { $0.order.id == id }) { closed in
            closed.order.filled += execution.quantity
            closed.order.cost += cost
            closed.order.changedAt = now
        }
    }

    /// Whether an execution is new; it is then remembered.
    private mutating func remember(_ id: VenueID) -> Bool {
        guard executionIDs.insert(id) else { return false }
        executions.append(SeenExecution(id: id, at: time))
        while let oldest = executions.first, time - oldest.at > Self.retention,
            comparedUntil == .never || oldest.at < comparedUntil - Self.comparisonOverlap
        {
            executionIDs.remove(oldest.id)
            executions.removeFirst()
        }
        return true
    }

    /// Books position and balances; gives what the fill realised, fees in the quote asset taken
    /// off.
    private mutating func book(
        _ execution: Execution,
        _ side: Side,
        at place: Int
    ) throws(Misfit) -> Money {
        let instrument = instruments[place].instrument
        guard Int(execution.feeAsset.rawValue) < assets.count else {
            throw Misfit("asset \(execution.feeAsset) is unknown")
        }
        let realised = instruments[place].position.book(
            side,
            execution.quantity,
            at: execution.price
        )
        if instrument.market == .spot {
            let base = Money(side.signed(execution.quantity).value)
            assets[Int(instrument.base.rawValue)].balance += base
            // Off the grid the amount may not come out even; the venue then rounds against us.
            let rounding: Rounding = side == .buy ? .up : .down
            let paid = execution.quantity.notional(at: execution.price, rounding)
            assets[Int(instrument.quote.rawValue)].balance += side == .buy ? -paid : paid
        } else {
            assets[Int(instrument.quote.rawValue)].balance += realised
        }
        assets[Int(execution.feeAsset.rawValue)].balance -= execution.fee
        var profit = realised
        if execution.feeAsset == instrument.quote {
            profit -= execution.fee
            metrics.fees += execution.fee
        } else if execution.feeAsset == instrument.base && instrument.market == .spot {
            // The fee made what we hold smaller; its cost stays, so the average price carries it.
            instruments[place].position.quantity -= Quantity(execution.fee.value)
            metrics.fees += Money(execution.fee.value.times(execution.price.value, .halfEven))
        }
        if !profit.isZero { metrics.realise(profit, at: time) }
        return profit
    }

    private mutating func bookDeal(
        _ id: DealID,
        _ side: Side,
        _ execution: Execution,
        cost: Money,
        profit: Money,
        at place: Int
    ) {
        let instrument = instruments[place].instrument
        let position = instruments[place].position
        let takenInBase =
            execution.feeAsset == instrument.base && instrument.market == .spot
            ? Quantity(execution.fee.value) : .zero
        deals.update(id) { deal in
            deal.profit += profit
            if side == deal.side {
                // The first fill takes what earlier deals left as dust into this one; what they
                // left on the other side it has used up.
                deal.held =
                    deal.entryQuantity.isZero
                    ? max(.zero, deal.side.signed(position.quantity))
                    : deal.held + execution.quantity - takenInBase
                deal.entryQuantity += execution.quantity
                deal.entryCost += cost
            } else {
                deal.held -= execution.quantity
                deal.failures = 0
                if takenInBase.isPositive { deal.held -= takenInBase }
            }
        }
    }

    /// Chains a fill and what it left.
    private mutating func chain(_ kind: EventKind, _ execution: Execution, at place: Int) {
        let held = instruments[place]
        let base = balance(held.instrument.base).value.units
        let quote = balance(held.instrument.quote).value.units
        outcome.link(kind, time) { hash in
            hash.word(held.nameWord)
            hash.wide(execution.price.value.units)
            hash.wide(execution.quantity.value.units)
            hash.wide(execution.fee.value.units)
            hash.word(UInt64(execution.liquidity.rawValue))
            hash.wide(base)
            hash.wide(quote)
        }
    }

    mutating func liquidate(_ payload: PositionLiquidated) throws(Misfit) {
        see(report: payload.report)
        guard remember(payload.execution.id) else { return }
        let place = try slot(of: payload.instrument)
        let execution = payload.execution
        guard execution.isWithinBounds else { throw Misfit.tooLarge }
        let profit = try book(execution, payload.side, at: place)
        metrics.fills += 1
        deals.update(instruments[place].deal) { deal in
            deal.profit += profit
            deal.held -= execution.quantity
        }
        try requireBounds(at: place, instruments[place].deal, execution.feeAsset)
        chain(.positionLiquidated, execution, at: place)
    }

    mutating func settle(_ payload: FundingSettled) throws(Misfit) {
        see(report: payload.report)
        // What a report tells has no evidence but its number.
        if payload.evidence != .none, !remember(payload.evidence) { return }
        let place = try slot(of: payload.instrument)
        guard payload.amount.isWithinBounds else { throw Misfit.tooLarge }
        let held = instruments[place]
        assets[Int(held.instrument.quote.rawValue)].balance += payload.amount
        metrics.funding += payload.amount
        metrics.realise(payload.amount, at: time)
        deals.update(held.deal) { deal in deal.profit += payload.amount }
        try requireBounds(at: place, held.deal)
        outcome.link(.fundingSettled, time) { hash in
            hash.word(held.nameWord)
            hash.wide(payload.amount.value.units)
        }
    }

    mutating func list(_ payload: InstrumentListed) throws(Misfit) {
        let base = try asset(named: payload.base)
        let quote = try asset(named: payload.quote)
        let instrument = Instrument(
            id: payload.id,
            symbol: payload.symbol,
            market: payload.market,
            base: base,
            quote: quote,
            filters: payload.filters,
            fees: payload.fees,
            margin: payload.margin
        )
        let place = Int(payload.id.rawValue)
        if place < instruments.count {
            guard instruments[place].instrument.name == instrument.name else {
                throw Misfit("instrument \(payload.id) is another one")
            }
            instruments[place].instrument = instrument
        } else {
            guard place == instruments.count else {
                throw Misfit("instrument \(instruments.count) was expected, not \(payload.id)")
            }
            instruments.append(
                InstrumentState(
                    instrument: instrument,
                    nameWord: OutcomeChain.word(of: instrument.name)
                )
            )
        }
    }

    /// The number of an asset, which is given with its first appearance.
    mutating func asset(named name: String) throws(Misfit) -> AssetID {
        if let place = assets.firstIndex(where: { $0.name == name }) {
            return AssetID(UInt16(place))
        }
        guard assets.count <= UInt16.max else { throw Misfit("there are too many assets") }
        assets.append(AssetState(name: name, balance: .zero))
        return AssetID(UInt16(assets.count - 1))
    }

    mutating func adjust(_ payload: BalanceAdjusted) throws(Misfit) {
        try adjust(payload.asset, by: payload.amount, .balanceAdjusted)
    }

    private mutating func adjust(
        _ name: String,
        by amount: Money,
        _ kind: EventKind
    ) throws(Misfit) {
        let asset = try asset(named: name)
        guard amount.isWithinBounds else { throw Misfit.tooLarge }
        assets[Int(asset.rawValue)].balance += amount
        let balance = assets[Int(asset.rawValue)].balance
        guard balance.isWithinBounds else { throw Misfit.tooLarge }
        outcome.link(kind, time) { hash in
            hash.word(OutcomeChain.word(of: name))
            hash.wide(amount.value.units)
            hash.wide(balance.value.units)
        }
    }

    /// Takes what is ours of an entry of the venue's log, each once.
    mutating func book(_ payload: AccountEntryBooked) throws(Misfit) {
        guard assets.contains(where: { $0.name == payload.asset }) || payload.amount.isZero else {
            throw Misfit("nothing of \(payload.asset) is ours")
        }
        guard remember(payload.evidence), !payload.amount.isZero else { return }
        try adjust(payload.asset, by: payload.amount, .accountEntryBooked)
    }
}
