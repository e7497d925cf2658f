import Projections
import Trading

extension Workload {
    /// One step in the life of a deal.
    mutating func advance(_ slot: inout Slot, _ place: Int) -> Event {
        slot.price += draw(below: 41) - 20
        switch slot.stage {
        case .intendEntry, .intendStop, .intendExit: return intend(&slot, place)
        case .acceptEntry, .acceptStop, .acceptExit: return accept(&slot)
        case .fillEntry, .fillExit, .fillStop: return fill(&slot, place)
        case .live, .intendAmend, .answerAmend: return follow(&slot)
        case .cancelStop: return cancelled(&slot)
        case .moveOpen: return move(&slot, .open, .entryFilled, then: .fillEntry)
        case .moveClosing: return move(&slot, .closing, .signal, then: .intendExit)
        case .close, .abandon, .idle: return close(&slot)
        }
    }

    private mutating func intend(_ slot: inout Slot, _ place: Int) -> Event {
        let isEntry = slot.stage == .intendEntry
        let isStop = slot.stage == .intendStop
        slot.order = OrderID(state.head.next)
        if isStop { slot.stop = slot.order }
        if isEntry { slot.rest = 100 + draw(below: 900) }
        let held = state.deals[slot.deal].map { Int($0.held.value.units / 1_000_000_000_000_000) }
        let steps = isEntry ? slot.rest : max(1, held ?? 1)
        slot.rest = steps
        slot.trigger = isStop ? slot.price - 5000 : 0
        let terms = OrderTerms(
            instrument: InstrumentID(UInt16(place)),
            side: isEntry ? .buy : .sell,
            type: isStop ? .stopMarket : isEntry ? .limit : .market,
            timeInForce: isEntry ? .goodTillCancelled : .immediateOrCancel,
            isReduceOnly: !isEntry && place % 2 == 1,
            quantity: Self.quantity(steps),
            price: isEntry ? Self.price(slot.price) : .zero,
            trigger: Self.price(slot.trigger)
        )
        let role: OrderRole = isEntry ? .entry : isStop ? .stop : .exit
        slot.stage = isEntry ? .acceptEntry : isStop ? .acceptStop : .acceptExit
        return .orderIntended(OrderIntended(deal: slot.deal, role: role, terms: terms))
    }

    private mutating func accept(_ slot: inout Slot) -> Event {
        if slot.stage == .acceptEntry, roll(4) {
            slot.stage = .abandon
            let refusal = VenueRefusal(
                order: slot.order,
                report: nextReport(),
                reason: .insufficientBalance
            )
            return .orderRejected(OrderRejected(refusal: refusal))
        }
        switch slot.stage {
        case .acceptEntry: slot.stage = .fillEntry
        case .acceptStop: slot.stage = .live
        default: slot.stage = .fillExit
        }
        let report = nextReport()
        return .orderAccepted(
            OrderAccepted(
                order: slot.order,
                report: report,
                venueOrder: VenueID(UInt128(report) + 9_000_000_000)
            )
        )
    }

    private mutating func fill(_ slot: inout Slot, _ place: Int) -> Event {
        let steps = slot.rest > 2 && roll(50) ? 1 + draw(below: slot.rest - 1) : slot.rest
        let isFirst = state.deals[slot.deal]?.status == .opening
        slot.rest -= steps
        switch slot.stage {
        case .fillEntry where isFirst: slot.stage = .moveOpen
        case .fillEntry: if slot.rest == 0 { slot.stage = .intendStop }
        default: if slot.rest == 0 { slot.stage = .close }
        }
        let report = nextReport()
        // Half of the venues number their executions, half draw them.
        let isNumbered = place % 2 == 0
        let id = isNumbered ? UInt128(report) : UInt128(word()) << 64 | UInt128(word())
        let price = Self.price(slot.price)
        let quantity = Self.quantity(steps)
        let fee = quantity.notional(at: price, .halfEven)
            .times(Decimal(units: 1_000_000_000_000_000), .up)
        return .orderFilled(
            OrderFilled(
                order: slot.order,
                report: report,
                execution: Execution(
                    id: VenueID(id),
                    price: price,
                    quantity: quantity,
                    fee: fee,
                    // The quote asset comes second, behind the first instrument's base asset.
                    feeAsset: AssetID(1),
                    liquidity: .taker
                )
            )
        )
    }

    private mutating func move(
        _ slot: inout Slot,
        _ status: DealStatus,
        _ reason: DealReason,
        then stage: Stage
    ) -> Event {
        slot.stage = stage == .fillEntry && slot.rest == 0 ? .intendStop : stage
        return .dealMoved(DealMoved(deal: slot.deal, status: status, reason: reason))
    }

    /// A protected deal: its peak moves and the stop after it, until something ends it.
    private mutating func follow(_ slot: inout Slot) -> Event {
        switch slot.stage {
        case .intendAmend:
            slot.stage = .answerAmend
            slot.trigger += 10
            return .amendIntended(
                AmendIntended(
                    order: slot.stop,
                    quantity: Self.quantity(slot.rest),
                    price: .zero,
                    trigger: Self.price(slot.trigger)
                )
            )
        case .answerAmend: return answerAmend(&slot)
        default: break
        }
        slot.amends += 1
        if slot.amends < 4 || roll(50) {
            slot.stage = .intendAmend
            return .peakMoved(PeakMoved(deal: slot.deal, peak: Self.price(slot.price)))
        }
        if roll(30) {
            slot.stage = .fillStop
            return .orderTriggered(OrderTriggered(order: slot.stop, report: nextReport()))
        }
        slot.stage = .cancelStop
        return .cancelIntended(CancelIntended(order: slot.stop))
    }

    private mutating func answerAmend(_ slot: inout Slot) -> Event {
        slot.stage = .live
        let report = nextReport()
        if roll(3) {
            let refusal = VenueRefusal(order: slot.stop, report: report, reason: .other)
            return .amendRejected(AmendRejected(refusal: refusal))
        }
        return .orderAmended(
            OrderAmended(
                order: slot.stop,
                report: report,
                quantity: Self.quantity(slot.rest),
                price: .zero,
                trigger: Self.price(slot.trigger)
            )
        )
    }

    private mutating func cancelled(_ slot: inout Slot) -> Event {
        slot.stage = .moveClosing
        return .orderCancelled(OrderCancelled(order: slot.stop, report: nextReport()))
    }

    private mutating func close(_ slot: inout Slot) -> Event {
        let isAbandoned = slot.stage == .abandon
        slot.stage = .idle
        let deal = state.deals[slot.deal]
        return .dealClosed(
            DealClosed(
                deal: slot.deal,
                reason: isAbandoned ? .entryNotFilled : deal?.reason ?? .signal,
                profit: deal?.profit ?? .zero,
                dust: .zero
            )
        )
    }
}
