internal import Projections
internal import Trading

extension ReportGatherer {
    /// Takes what tells of deals, orders and fills.
    func takeTrade(_ envelope: EventEnvelope, _ state: TradingState, isWithin: Bool) {
        let time = envelope.time
        switch envelope.event {
        case .dealOpened(let it):
            let id = DealID(envelope.sequence)
            let symbol = state.name(of: it.instrument)
            openDeals[id] = DealRow(it, id, at: time, symbol: symbol)
            see(
                it.evidence.bid,
                it.evidence.ask,
                of: it.instrument,
                state,
                at: time,
                isWithin: isWithin
            )
        case .peakMoved(let it):
            guard let deal = state.deals[it.deal] else { return }
            openDeals[it.deal]?.peak = it.peak
            see(it.peak, it.peak, of: deal.instrument, state, at: time, isWithin: isWithin)
        case .orderIntended(let it):
            if it.role == .stop { openDeals[it.deal]?.moveStop(to: it.terms.trigger, at: time) }
            seeUse()
        case .orderAmended(let it):
            guard let order = state.orders[it.order], order.role == .stop else { return }
            openDeals[order.deal]?.moveStop(to: it.trigger, at: time)
        case .orderFilled(let it): take(it, envelope, state, isWithin: isWithin)
        case .positionLiquidated(let it): take(it, envelope, state, isWithin: isWithin)
        case .dealClosed(let it): close(it, envelope, state, isWithin: isWithin)
        default: takeRefusal(envelope, state, isWithin: isWithin)
        }
    }

    private func take(
        _ filled: OrderFilled,
        _ envelope: EventEnvelope,
        _ state: TradingState,
        isWithin: Bool
    ) {
        // The same execution is booked once.
        guard !state.hasBooked(filled.execution.id), let order = state.order(filled.order) else {
            return
        }
        book(
            fill(
                filled.execution,
                envelope,
                state,
                order.terms.instrument,
                (order.role, order.terms.side, order.deal)
            ),
            state,
            isWithin: isWithin
        )
    }

    private func take(
        _ liquidated: PositionLiquidated,
        _ envelope: EventEnvelope,
        _ state: TradingState,
        isWithin: Bool
    ) {
        guard !state.hasBooked(liquidated.execution.id) else { return }
        let held = state.instruments.first { $0.instrument.id == liquidated.instrument }
        book(
            fill(
                liquidated.execution,
                envelope,
                state,
                liquidated.instrument,
                (nil, liquidated.side, held?.deal ?? .none)
            ),
            state,
            isWithin: isWithin
        )
    }

    private func fill(
        _ execution: Execution,
        _ envelope: EventEnvelope,
        _ state: TradingState,
        _ instrument: InstrumentID,
        _ order: (role: OrderRole?, side: Side, deal: DealID)
    ) -> FillRow {
        FillRow(
            sequence: envelope.sequence,
            time: envelope.time,
            instrument: instrument,
            symbol: state.name(of: instrument),
            role: order.role,
            side: order.side,
            execution: execution,
            feeAsset: state.name(of: execution.feeAsset),
            notional: Self.notional(execution.quantity, execution.price) ?? .zero,
            deal: order.deal
        )
    }

    private func book(_ fill: FillRow, _ state: TradingState, isWithin: Bool) {
        seeUse()
        let price = fill.execution.price
        see(price, price, of: fill.instrument, state, at: fill.time, isWithin: isWithin)
        let fee = feeInQuote(fill, state)
        if var deal = openDeals[fill.deal] {
            deal.fills += 1
            deal.fees += fee
            if (fill.side == .buy) == deal.isLong {
                deal.enteredAt = deal.enteredAt ?? fill.time
            } else {
                deal.leftAt = fill.time
                deal.exitQuantity += fill.execution.quantity
                deal.exitCost += fill.notional
            }
            openDeals[fill.deal] = deal
        }
        guard isWithin else { return }
        fills.add(fill)
        follow(fill.instrument, state) { $0.add(fill, fee: fee) }
    }

    /// The fee as the engine's metrics count it: one in the base asset at the price of its fill.
    private func feeInQuote(_ fill: FillRow, _ state: TradingState) -> Money {
        guard let instrument = state.instrument(fill.instrument) else { return .zero }
        let execution = fill.execution
        if execution.feeAsset == instrument.quote { return execution.fee }
        guard execution.feeAsset == instrument.base, instrument.market == .spot else {
            return .zero
        }
        return Self.notional(Quantity(execution.fee.value), execution.price) ?? .zero
    }

    private func close(
        _ closed: DealClosed,
        _ envelope: EventEnvelope,
        _ state: TradingState,
        isWithin: Bool
    ) {
        guard var row = openDeals.removeValue(forKey: closed.deal),
            let deal = state.deals[closed.deal]
        else { return }
        row.take(deal)
        row.endedAt = envelope.time
        row.reason = closed.reason
        row.profit = closed.profit
        guard isWithin, row.entryQuantity.isPositive else { return }
        put(on: .deal, at: envelope.time)
        deals.add(row)
        best.add(row)
        worst.add(row)
        let place = Int(closed.reason.rawValue)
        if place < reasons.count { reasons[place].add(closed.profit) }
        follow(row.instrument, state) { $0.add(row) }
    }

    /// Takes what was refused, here or at the venue, and signals.
    func takeRefusal(_ envelope: EventEnvelope, _ state: TradingState, isWithin: Bool) {
        guard isWithin else { return }
        switch envelope.event {
        case .orderRefused(let it):
            refusalCounts[Int(it.refusal.rawValue)] += 1
            put(on: .refusal, at: envelope.time)
            refusals.add(
                RefusalRow(
                    sequence: envelope.sequence,
                    time: envelope.time,
                    symbol: state.name(of: it.terms.instrument),
                    refused: it
                )
            )
        case .orderRejected, .cancelRejected, .amendRejected:
            venueRefusals.add(note(envelope, state, envelope.event.kind.name))
        case .signalReceived(let it):
            signals.received += 1
            if it.verdict == .accepted { signals.accepted += 1 }
        default: break
        }
    }

    /// The event in words.
    func note(_ envelope: EventEnvelope, _ state: TradingState, _ label: String) -> NoteRow {
        NoteRow(
            sequence: envelope.sequence,
            time: envelope.time,
            label: label,
            text: EventWords(state: state).text(envelope)
        )
    }
}
