import Projections
import Trading

extension Engine {
    /// Brings a deal as far forward as what is known allows.
    ///
    /// Asking twice changes nothing.
    func tend(_ id: DealID, _ turn: inout Turn) {
        guard let deal = turn.state.deals[id],
            let rules = turn.state.instrument(deal.instrument)
        else { return }
        switch deal.status {
        case .opening: tendOpening(deal, &turn)
        case .open: tendOpen(deal, rules, &turn)
        case .closing: tendClosing(deal, rules, &turn)
        case .closed: break
        }
    }

    private func tendOpening(_ deal: Deal, _ turn: inout Turn) {
        if deal.entryQuantity.isPositive {
            turn.emit(
                .dealMoved(DealMoved(deal: deal.id, status: .open, reason: .entryFilled)),
                trace: TraceID(deal.id.rawValue),
                cause: SequenceNumber(deal.entry.rawValue)
            )
            return tend(deal.id, &turn)
        }
        guard let entry = turn.state.orders[deal.entry] else { return }
        if entry.isLive {
            cancelUnwanted(entry, &turn)
        } else {
            close(deal, .entryNotFilled, &turn)
        }
    }

    private func tendOpen(_ deal: Deal, _ rules: Instrument, _ turn: inout Turn) {
        let longest = plans[Int(deal.instrument.rawValue)].maximumHolding
        if let longest, turn.time - deal.openedAt >= longest {
            giveUp(deal, .timeLimit, cause: SequenceNumber(deal.id.rawValue), &turn)
            return
        }
        let entry = turn.state.orders[deal.entry]
        if let entry, entry.isLive { cancelUnwanted(entry, &turn) }
        let isEntryOver = !(entry?.isLive ?? false)
        let trigger = stopTrigger(of: deal, rules)
        if isEntryOver && isDust(deal.held, rules, at: trigger.price) {
            // What no stop can protect and is worth selling is sold.
            let price = markets[Int(deal.instrument.rawValue)].exitPrice(of: deal.side)
            if price.isPositive, !isDust(deal.held, rules, at: price) {
                giveUp(deal, .unprotected, cause: SequenceNumber(deal.id.rawValue), &turn)
                return
            }
            finish(deal, reasonOfEnd(deal, trigger.isTrailing, turn.state), &turn)
            return
        }
        tellIfBare(deal, rules, &turn)
        if let reason = protect(deal, rules, &turn) {
            giveUp(deal, reason, cause: SequenceNumber(deal.stop.rawValue), &turn)
            return
        }
        placeTarget(deal, rules, &turn)
    }

    /// Rests the target at the venue, where it may rest beside the stop, and keeps its size.
    private func placeTarget(_ deal: Deal, _ rules: Instrument, _ turn: inout Turn) {
        let plan = plans[Int(deal.instrument.rawValue)]
        guard plan.takeProfitRests, let fraction = plan.takeProfitFraction,
            rules.market == .perpetual
        else { return }
        let quantity = rules.filters.cut(deal.held)
        let rounding: Rounding = deal.side == .buy ? .up : .down
        let price = rules.filters.onGrid(
            target(deal.entryPrice, fraction, deal.side),
            rounding
        )
        if isDust(deal.held, rules, at: price) { return }
        guard let resting = turn.state.orders[deal.target] else {
            let terms = OrderTerms(
                instrument: deal.instrument,
                side: deal.side.opposite,
                type: .limit,
                timeInForce: .goodTillCancelled,
                isReduceOnly: true,
                quantity: quantity,
                price: price
            )
            intend(
                terms,
                as: .takeProfit,
                for: deal.id,
                cause: SequenceNumber(deal.id.rawValue),
                &turn
            )
            return
        }
        let whole = resting.filled + quantity
        guard resting.isLive, resting.request == .none,
            resting.terms.quantity != whole || resting.terms.price != price,
            turn.time - resting.changedAt >= .second || resting.rejection == nil
        else { return }
        turn.emit(
            .amendIntended(
                AmendIntended(order: resting.id, quantity: whole, price: price, trigger: .zero)
            ),
            trace: TraceID(deal.id.rawValue),
            cause: SequenceNumber(resting.id.rawValue)
        )
        turn.request(.amend(resting.id, quantity: whole, price: price, trigger: .zero))
    }

    /// Which of its orders ended a deal that holds nothing any more.
    private func reasonOfEnd(
        _ deal: Deal,
        _ isTrailing: Bool,
        _ state: borrowing TradingState
    ) -> DealReason {
        let isStopped = state.orders[deal.stop]?.filled.isPositive ?? false
        let isOnTarget = state.orders[deal.target]?.filled.isPositive ?? false
        if !isStopped {
            if isOnTarget { return .takeProfit }
            // A fee never takes half of what was bought: the rest was corrected away.
            return deal.held + deal.held < deal.entryQuantity ? .operatorDecision : .entryNotFilled
        }
        return isTrailing ? .trailingStop : .stopLoss
    }

    /// Begins to close a deal.
    func giveUp(_ deal: Deal, _ reason: DealReason, cause: SequenceNumber, _ turn: inout Turn) {
        turn.emit(
            .dealMoved(DealMoved(deal: deal.id, status: .closing, reason: reason)),
            trace: TraceID(deal.id.rawValue),
            cause: cause
        )
        tend(deal.id, &turn)
    }

    private func tendClosing(_ deal: Deal, _ rules: Instrument, _ turn: inout Turn) {
        for id in [deal.entry, deal.target] { cancel(id, deal, &turn) }
        // On spot the stop holds what is to be sold; elsewhere it protects until the end.
        if rules.market == .spot {
            cancel(deal.stop, deal, &turn)
            if turn.state.orders[deal.stop]?.isLive ?? false {
                return tellIfBare(deal, rules, &turn)
            }
        }
        let price = markets[Int(deal.instrument.rawValue)].exitPrice(of: deal.side)
        if isDust(deal.held, rules, at: price.isPositive ? price : deal.entryPrice) {
            let isLittle = isDust(deal.held, rules, at: deal.entryPrice)
            if isLittle || turn.time - deal.movedAt >= Self.longestWorthless {
                if !(turn.state.orders[deal.entry]?.isLive ?? false) {
                    if !isLittle { tellWorthless(deal, rules, &turn) }
                    finish(deal, deal.reason, &turn)
                }
                return
            }
        }
        // Of exits that fail a person is told below.
        if deal.failures < Self.exitFailureLimit { tellIfBare(deal, rules, &turn) }
        let last = turn.state.orders[deal.exit]
        if let last {
            if last.isLive { return }
            let pause = Self.pause(afterExitFailures: deal.failures)
            if turn.time - last.changedAt < pause && last.rejection != nil { return }
        }
        if deal.failures == Self.exitFailureLimit && last?.rejection != nil {
            turn.emit(
                .errorRecorded(
                    ErrorRecorded(
                        severity: .alarm,
                        text: "deal \(deal.id) in \(rules.name) cannot be closed: "
                            + (last?.rejection?.name ?? "no reason")
                    )
                ),
                trace: TraceID(deal.id.rawValue)
            )
        }
        let terms = OrderTerms(
            instrument: deal.instrument,
            side: deal.side.opposite,
            type: .market,
            timeInForce: .immediateOrCancel,
            isReduceOnly: rules.market == .perpetual,
            quantity: rules.filters.cut(deal.held)
        )
        intend(terms, as: .exit, for: deal.id, cause: SequenceNumber(deal.id.rawValue), &turn)
    }

    /// How long a deal is tried to be sold at a price at which the venue takes no order for it: in
    /// a crash the best bid may be far away for a moment.
    private static var longestWorthless: TimeSpan { TimeSpan(seconds: 60) }

    private func tellWorthless(_ deal: Deal, _ rules: Instrument, _ turn: inout Turn) {
        let text =
            "deal \(deal.id) in \(rules.name): \(deal.held) bought at \(deal.entryPrice) are worth "
            + "less than the least order and are left as they are"
        callOnce(text, deal, &turn)
    }

    /// How long after an exit failed it is tried again: a second, and once a person was called,
    /// twice as long each time, half a minute at most.
    ///
    /// What the account does not hold any more cannot be sold, however often it is asked for.
    private static func pause(afterExitFailures failures: UInt16) -> TimeSpan {
        let beyond = Int64(failures) - Int64(exitFailureLimit)
        return TimeSpan(seconds: min(30, 1 << min(max(0, beyond), 5)))
    }

    /// How often in a row an exit may fail before an alarm; it is tried again all the same.
    private static var exitFailureLimit: UInt16 { 5 }

    /// Ends a deal that holds nothing any more, once none of its orders lives.
    private func finish(_ deal: Deal, _ reason: DealReason, _ turn: inout Turn) {
        var isDone = true
        for id in [deal.entry, deal.stop, deal.target, deal.exit] {
            guard let order = turn.state.orders[id], order.isLive else { continue }
            isDone = false
            if order.role != .exit { cancel(id, deal, &turn) }
        }
        if isDone { close(deal, reason, &turn) }
    }

    private func close(_ deal: Deal, _ reason: DealReason, _ turn: inout Turn) {
        turn.emit(
            .dealClosed(
                DealClosed(
                    deal: deal.id,
                    reason: reason,
                    profit: deal.profit,
                    dust: deal.held
                )
            ),
            trace: TraceID(deal.id.rawValue),
            cause: SequenceNumber(deal.id.rawValue)
        )
    }

    /// Cancels a stop that would sell what is not held.
    func unprotect(_ deal: Deal, _ turn: inout Turn) { cancel(deal.stop, deal, &turn) }

    /// Cancels an entry that has rested for too long, or rests while nothing is to be opened.
    private func cancelUnwanted(_ entry: Order, _ turn: inout Turn) {
        guard let deal = turn.state.deals[entry.deal],
            let rules = turn.state.instrument(deal.instrument)
        else { return }
        let timeout = plans[Int(deal.instrument.rawValue)].entry.timeout
        let status = turn.state.status
        let isHalted = status == .paused || status == .error
        if isHalted || turn.time - entry.intendedAt >= timeout
            || turn.state.block(on: rules) != nil
        {
            cancel(entry.id, deal, &turn)
        }
    }

    /// Cancels every entry that works.
    func cancelEntries(_ turn: inout Turn) {
        for deal in Array(turn.state.deals.ordered) { cancel(deal.entry, deal, &turn) }
    }

    /// Cancels a live order of a deal that the venue has answered for.
    func cancel(_ id: OrderID, _ deal: Deal, _ turn: inout Turn) {
        guard let order = turn.state.orders[id], order.isLive, order.request == .none,
            order.status != .pending,
            !order.isTriggered || isLeftUnfilled(order, at: turn.time)
        else { return }
        // A cancel that was refused is tried again after a second, when a report is overdue.
        if order.refused == .cancel, turn.time - order.changedAt < .second { return }
        turn.emit(
            .cancelIntended(CancelIntended(order: id)),
            trace: TraceID(deal.id.rawValue),
            cause: SequenceNumber(id.rawValue)
        )
        turn.request(.cancel(id))
    }
}
