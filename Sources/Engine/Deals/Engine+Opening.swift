import Projections
import Trading

extension Engine {
    /// Looks for a new deal where none is open.
    func look(at instrument: InstrumentID, _ turn: inout Turn) {
        let place = Int(instrument.rawValue)
        guard case .imbalance(let plan) = plans[place].strategy,
            let proposal = plan.proposal(markets[place])
        else { return }
        let isShort = proposal.side == .sell
        guard !isShort || mayShort(instrument, turn.state), isRested(instrument, turn) else {
            return
        }
        propose(proposal, in: instrument, trace: .none, cause: SequenceNumber(0), &turn)
    }

    /// Whether a sell signal may open a deal.
    func mayShort(_ instrument: InstrumentID, _ state: TradingState) -> Bool {
        plans[Int(instrument.rawValue)].allowsShort
            && state.instrument(instrument)?.market == .perpetual
    }

    /// Whether the pause after the last deal is over, and a second since the last refusal.
    func isRested(_ instrument: InstrumentID, _ turn: borrowing Turn) -> Bool {
        let place = Int(instrument.rawValue)
        let held = turn.state.instruments[place]
        return turn.time - held.quietSince >= plans[place].cooldown
            && turn.time - held.refusedAt >= .second
    }

    /// Turns a proposal into a deal, or into a refusal with its reason.
    func propose(
        _ proposal: Proposal,
        in instrument: InstrumentID,
        trace: TraceID,
        cause: SequenceNumber,
        _ turn: inout Turn
    ) {
        guard let rules = turn.state.instrument(instrument) else { return }
        let place = Int(instrument.rawValue)
        let price = markets[place].entryPrice(of: proposal.side)
        guard let terms = entry(proposal.side, rules, at: price) else { return }
        let counted = terms.price.isPositive ? terms.price : price
        let verdict =
            RiskGate.verdict(on: terms, at: counted, in: turn.state, now: turn.time)
            ?? plans[place].priceBand.flatMap { band in
                let reference = markets[place].reference(at: turn.time)
                return RiskGate.verdict(on: counted, reference: reference, band: band)
            } ?? verdict(onStopOf: terms, rules, at: counted)
        if let verdict {
            refuse(terms, verdict, trace: trace, cause: cause, &turn)
            return
        }
        let evidence = Evidence(
            strategy: plans[place].strategy.number,
            score: proposal.score,
            bid: markets[place].bid.price,
            ask: markets[place].ask.price
        )
        let opened = turn.emit(
            .dealOpened(
                DealOpened(instrument: instrument, side: proposal.side, evidence: evidence)
            ),
            trace: trace,
            cause: cause
        )
        intend(terms, as: .entry, for: DealID(opened), cause: opened, &turn)
    }

    /// Whether the venue would take the stop of an entry: what it is worth at its trigger, less
    /// the fee, may be below the least order, and the position would have to be sold at once.
    private func verdict(
        onStopOf terms: OrderTerms,
        _ rules: Instrument,
        at price: Price
    ) -> RiskVerdict? {
        guard rules.market == .spot else { return nil }
        let distance = price.times(plans[Int(rules.id.rawValue)].stopLossFraction, .down)
        let trigger = rules.filters.onGrid(price - distance, .up)
        let fee = terms.quantity.value.times(rules.fees.taker, .up)
        let kept = Quantity(terms.quantity.value - fee)
        guard isDust(kept, rules, at: trigger) else { return nil }
        let isTooFew = rules.filters.cut(kept) < rules.filters.minimumQuantity
        let worth = rules.filters.cut(kept).notional(at: trigger, .down)
        return RiskVerdict(
            refusal: .orderTooSmall,
            limit: isTooFew
                ? rules.filters.minimumQuantity.value : rules.filters.minimumNotional.value,
            actual: isTooFew ? rules.filters.cut(kept).value : worth.value,
            pauses: false
        )
    }

    private func refuse(
        _ terms: OrderTerms,
        _ verdict: RiskVerdict,
        trace: TraceID,
        cause: SequenceNumber,
        _ turn: inout Turn
    ) {
        let refused = turn.emit(
            .orderRefused(
                OrderRefused(
                    role: .entry,
                    terms: terms,
                    refusal: verdict.refusal,
                    limit: verdict.limit,
                    actual: verdict.actual
                )
            ),
            trace: trace,
            cause: cause
        )
        guard verdict.pauses else { return }
        let reason = verdict.refusal.name
        turn.emit(
            .errorRecorded(ErrorRecorded(severity: .alarm, text: "paused: \(reason)")),
            cause: refused
        )
        turn.emit(
            .botStatusChanged(BotStatusChanged(status: .paused, reason: reason)),
            cause: refused
        )
    }

    /// The terms of an entry, cut to the venue's grid; `nil` where there is no price to size it
    /// with.
    private func entry(_ side: Side, _ rules: Instrument, at price: Price) -> OrderTerms? {
        guard price.isPositive else { return nil }
        let plan = plans[Int(rules.id.rawValue)]
        var limit = Price.zero
        if plan.entry.type == .limit {
            let market = markets[Int(rules.id.rawValue)]
            let own = side == .buy ? market.bid.price : market.ask.price
            let offset = Price(
                rules.filters.priceTick.value.times(Decimal(plan.entry.offsetTicks), .down)
            )
            limit = rules.filters.onGrid(side == .buy ? own + offset : own - offset, .down)
            guard limit.isPositive else { return nil }
        }
        let sizing = limit.isPositive ? limit : price
        let notional = plan.orderNotional.times(plan.sizeMultiplier, .down)
        // At a price next to nothing the quotient would be beyond every number.
        let most = rules.filters.maximumQuantity
        let quantity =
            most.notional(at: sizing, .down) <= notional
            ? most : Quantity(notional.value.divided(by: sizing.value, .down))
        return OrderTerms(
            instrument: rules.id,
            side: side,
            type: plan.entry.type,
            timeInForce: plan.entry.timeInForce,
            quantity: rules.filters.cut(quantity),
            price: limit
        )
    }

    /// Intends an order and asks for it to be sent.
    @discardableResult
    func intend(
        _ terms: OrderTerms,
        as role: OrderRole,
        for deal: DealID,
        cause: SequenceNumber,
        _ turn: inout Turn
    ) -> OrderID {
        let intended = turn.emit(
            .orderIntended(OrderIntended(deal: deal, role: role, terms: terms)),
            trace: TraceID(deal.rawValue),
            cause: cause
        )
        let order = OrderID(intended)
        turn.request(.place(order, terms))
        return order
    }

    /// Judges a scored signal and acts on it.
    func decide(on signal: ScoredSignal, _ turn: inout Turn) {
        let listed = turn.state.instruments.firstIndex { held in
            held.instrument.symbol == signal.symbol || held.instrument.name == signal.symbol
        }
        let verdict = judge(signal, listed, turn)
        let received = turn.emit(
            .signalReceived(
                SignalReceived(
                    id: signal.id,
                    symbol: signal.symbol,
                    side: signal.side,
                    score: signal.score,
                    time: signal.time,
                    verdict: verdict,
                    note: signal.note
                )
            )
        )
        guard verdict == .accepted, let place = listed else { return }
        let instrument = turn.state.instruments[place]
        let trace = TraceID(received.rawValue)
        if let deal = turn.state.deals[instrument.deal] {
            giveUp(deal, .signal, cause: received, &turn)
        } else {
            let proposal = Proposal(side: signal.side, score: signal.score)
            propose(
                proposal,
                in: instrument.instrument.id,
                trace: trace,
                cause: received,
                &turn
            )
        }
    }

    private func judge(
        _ signal: ScoredSignal,
        _ listed: Int?,
        _ turn: borrowing Turn
    ) -> SignalVerdict {
        let state = turn.state
        if let seen = state.seen(
            id: signal.id,
            symbol: signal.symbol,
            made: signal.time,
            at: turn.time
        ) {
            return seen.id == signal.id ? .duplicate : .sameMoment
        }
        guard let place = listed, case .signals(let plan) = plans[place].strategy else {
            return .unknownSymbol
        }
        guard turn.time - signal.time <= plan.longestAge else { return .stale }
        guard signal.score >= plan.threshold else { return .belowThreshold }
        let held = state.instruments[place]
        guard markets[place].isInStep,
            turn.time - markets[place].seenAt <= MarketMemory.longestSilence
        else { return .notActionable }
        if let deal = state.deals[held.deal] {
            // The opposite of what is held gives it up; the same again changes nothing.
            let mayClose = deal.status == .open && deal.side != signal.side
            return mayClose ? .accepted : .notActionable
        }
        let isShort = signal.side == .sell
        guard !isShort || mayShort(held.instrument.id, state) else { return .notActionable }
        return isRested(held.instrument.id, turn) ? .accepted : .notActionable
    }
}
