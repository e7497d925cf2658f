import Trading

extension TradingState {
    mutating func open(_ payload: DealOpened) throws(Misfit) {
        let place = try slot(of: payload.instrument)
        guard instruments[place].deal == .none else {
            throw Misfit("instrument \(payload.instrument) already has a deal")
        }
        guard payload.evidence.isWithinBounds else { throw Misfit.tooLarge }
        let id = DealID(head)
        deals.insert(
            Deal(
                id: id,
                instrument: payload.instrument,
                side: payload.side,
                status: .opening,
                reason: .none,
                evidence: payload.evidence,
                openedAt: time,
                movedAt: time,
                entry: OrderID(0),
                stop: OrderID(0),
                target: OrderID(0),
                exit: OrderID(0),
                held: .zero,
                entryQuantity: .zero,
                entryCost: .zero,
                profit: .zero,
                peak: .zero,
                peakAt: .never,
                failures: 0
            ),
            under: id
        )
        instruments[place].deal = id
        instruments[place].position.status = .opening
        metrics.openedDeals += 1
        let name = instruments[place].nameWord
        outcome.link(.dealOpened, time) { hash in
            hash.word(name)
            hash.word(UInt64(payload.side.rawValue))
            hash.wide(payload.evidence.score.units)
        }
    }

    mutating func move(_ payload: DealMoved) throws(Misfit) {
        guard let deal = deals[payload.deal] else {
            throw Misfit("deal \(payload.deal) is not open")
        }
        guard deal.status.canBecome(payload.status), payload.status != .closed else {
            throw Misfit("a deal does not go from \(deal.status.name) to \(payload.status.name)")
        }
        let now = time
        deals.update(payload.deal) { deal in
            deal.status = payload.status
            deal.reason = payload.reason
            deal.movedAt = now
            deal.failures = 0
        }
        let place = Int(deal.instrument.rawValue)
        instruments[place].position.status = payload.status
        linkDeal(.dealMoved, at: place, payload.status, payload.reason, .zero)
    }

    mutating func movePeak(_ payload: PeakMoved) throws(Misfit) {
        guard payload.peak.isWithinBounds else { throw Misfit.tooLarge }
        let now = time
        guard
            deals.update(
                payload.deal,
                { deal in
                    deal.peak = payload.peak
                    deal.peakAt = now
                }
            )
        else { throw Misfit("deal \(payload.deal) is not open") }
    }

    mutating func close(_ payload: DealClosed) throws(Misfit) {
        guard let deal = deals.remove(payload.deal) else {
            throw Misfit("deal \(payload.deal) is not open")
        }
        let place = Int(deal.instrument.rawValue)
        instruments[place].deal = .none
        instruments[place].position.status = .closed
        instruments[place].quietSince = time
        if deal.entryQuantity.isZero {
            metrics.abandonedDeals += 1
        } else {
            metrics.closedDeals += 1
            if payload.profit.isPositive { metrics.profitableDeals += 1 }
            metrics.heldNanoseconds &+= (time - deal.openedAt).nanoseconds
            metrics.reasons[Int(payload.reason.rawValue)] += 1
        }
        for order in [deal.entry, deal.stop, deal.target, deal.exit] { archive(order) }
        linkDeal(.dealClosed, at: place, .closed, payload.reason, payload.profit)
    }

    private mutating func linkDeal(
        _ kind: EventKind,
        at place: Int,
        _ status: DealStatus,
        _ reason: DealReason,
        _ profit: Money
    ) {
        let name = instruments[place].nameWord
        outcome.link(kind, time) { hash in
            hash.word(name)
            hash.word(UInt64(status.rawValue) << 8 | UInt64(reason.rawValue))
            hash.wide(profit.value.units)
        }
    }
}
