import Projections
import Trading

extension Engine {
    /// Follows an open deal with the market: target, strategy and peak.
    func follow(_ deal: Deal, _ turn: inout Turn) {
        let place = Int(deal.instrument.rawValue)
        let plan = plans[place]
        let price = markets[place].exitPrice(of: deal.side)
        guard price.isPositive, deal.held.isPositive else { return }
        let entry = deal.entryPrice
        // A target that does not rest at the venue, or no longer, is watched here.
        let rests = turn.state.orders[deal.target]?.isLive ?? false
        if let fraction = plan.takeProfitFraction, !rests,
            !isBetter(target(entry, fraction, deal.side), than: price, for: deal.side)
        {
            giveUp(deal, .takeProfit, cause: SequenceNumber(deal.id.rawValue), &turn)
            return
        }
        if case .imbalance(let imbalance) = plan.strategy, imbalance.closesOnOpposite,
            let proposal = imbalance.proposal(markets[place]), proposal.side != deal.side
        {
            giveUp(deal, .signal, cause: SequenceNumber(deal.id.rawValue), &turn)
            return
        }
        if let trailing = plan.trailing { trail(deal, trailing, price, entry, &turn) }
    }

    /// Moves the peak, and with it the stop, where price, step and interval allow.
    private func trail(
        _ deal: Deal,
        _ plan: TrailingPlan,
        _ price: Price,
        _ entry: Price,
        _ turn: inout Turn
    ) {
        if deal.peak.isZero {
            let activation = target(entry, plan.activation, deal.side)
            if isBetter(activation, than: price, for: deal.side) { return }
        } else {
            let step = entry.times(plan.minimumStep, .up)
            let needed = deal.side == .buy ? deal.peak + step : deal.peak - step
            if price == deal.peak || isBetter(needed, than: price, for: deal.side) { return }
            if turn.time - deal.peakAt < plan.minimumInterval { return }
        }
        turn.emit(
            .peakMoved(PeakMoved(deal: deal.id, peak: price)),
            trace: TraceID(deal.id.rawValue),
            cause: SequenceNumber(deal.id.rawValue)
        )
        tend(deal.id, &turn)
    }

    /// A price `fraction` beyond `entry` in the direction of profit.
    func target(_ entry: Price, _ fraction: Decimal, _ side: Side) -> Price {
        let distance = entry.times(fraction, .up)
        return side == .buy ? entry + distance : entry - distance
    }

    /// Whether `left` is more profitable than `right` for a deal on `side`.
    func isBetter(_ left: Price, than right: Price, for side: Side) -> Bool {
        side == .buy ? left > right : left < right
    }

    /// Where the protective stop of a deal belongs, and whether it follows the peak.
    func stopTrigger(of deal: Deal, _ rules: Instrument) -> (price: Price, isTrailing: Bool) {
        let plan = plans[Int(deal.instrument.rawValue)]
        let entry = deal.entryPrice
        let distance = entry.times(plan.stopLossFraction, .down)
        let first = deal.side == .buy ? entry - distance : entry + distance
        // Rounding toward the entry keeps the loss at or below what was configured.
        let rounding: Rounding = deal.side == .buy ? .up : .down
        let initial = rules.filters.onGrid(first, rounding)
        guard let trailing = plan.trailing, deal.peak.isPositive else { return (initial, false) }
        let callback = deal.peak.times(trailing.callback, .down)
        let followed = deal.side == .buy ? deal.peak - callback : deal.peak + callback
        let trailed = rules.filters.onGrid(followed, rounding)
        return isBetter(trailed, than: initial, for: deal.side)
            ? (trailed, true) : (initial, false)
    }

    /// Whether a quantity is too small to be sold or protected.
    func isDust(_ quantity: Quantity, _ rules: Instrument, at price: Price) -> Bool {
        let cut = rules.filters.cut(quantity)
        if cut < rules.filters.minimumQuantity || !cut.isPositive { return true }
        // Orders that only reduce are free of the least notional on perpetual markets.
        return rules.market == .spot
            && cut.notional(at: price, .down) < rules.filters.minimumNotional
    }

    /// Keeps a live stop of the right size and trigger at the venue.
    ///
    /// Gives the reason to give the deal up where that is not possible, and `nil` elsewhere.
    func protect(_ deal: Deal, _ rules: Instrument, _ turn: inout Turn) -> DealReason? {
        let wanted = stopTrigger(of: deal, rules)
        guard !isDust(deal.held, rules, at: wanted.price) else {
            unprotect(deal, &turn)
            return nil
        }
        // No one stop covers it: the venue takes less at once than when it was bought.
        guard deal.held <= rules.filters.maximumQuantity else { return alarm(deal, &turn) }
        let quantity = rules.filters.cut(deal.held)
        let reason: DealReason = wanted.isTrailing ? .trailingStop : .stopLoss
        guard let stop = turn.state.orders[deal.stop], stop.isLive else {
            return placeStop(deal, rules, quantity, wanted.price, reason, &turn)
        }
        if isLeftUnfilled(stop, at: turn.time) || isPassed(stop, deal, at: turn.time) {
            return reason
        }
        if stop.isTriggered || stop.request != .none { return nil }
        let whole = stop.filled + quantity
        if stop.terms.trigger == wanted.price && stop.terms.quantity == whole { return nil }
        // The price is already beyond where the stop belongs.
        if stop.rejection == .wouldTrigger { return reason }
        if deal.failures > 0 {
            if deal.failures >= Self.failureLimit { return alarm(deal, &turn) }
            if turn.time - stop.changedAt < .second { return nil }
        }
        guard plans[Int(deal.instrument.rawValue)].amendsStops else {
            cancel(stop.id, deal, &turn)
            return nil
        }
        turn.emit(
            .amendIntended(
                AmendIntended(
                    order: stop.id,
                    quantity: whole,
                    price: .zero,
                    trigger: wanted.price
                )
            ),
            trace: TraceID(deal.id.rawValue),
            cause: SequenceNumber(stop.id.rawValue)
        )
        turn.request(.amend(stop.id, quantity: whole, price: .zero, trigger: wanted.price))
        return nil
    }

    private func placeStop(
        _ deal: Deal,
        _ rules: Instrument,
        _ quantity: Quantity,
        _ trigger: Price,
        _ reason: DealReason,
        _ turn: inout Turn
    ) -> DealReason? {
        if let last = turn.state.orders[deal.stop] {
            // It was met and filled what it could; what is left must go too.
            if last.isTriggered || last.rejection == .wouldTrigger { return reason }
            if deal.failures >= Self.failureLimit { return alarm(deal, &turn) }
            if deal.failures > 0, turn.time - last.changedAt < .second { return nil }
        }
        let place = Int(deal.instrument.rawValue)
        if plans[place].stopsFacePrice,
            isPast(trigger, at: markets[place].exitPrice(of: deal.side), deal.side)
        {
            return reason
        }
        let terms = OrderTerms(
            instrument: deal.instrument,
            side: deal.side.opposite,
            type: .stopMarket,
            timeInForce: .goodTillCancelled,
            isReduceOnly: rules.market == .perpetual,
            quantity: quantity,
            trigger: trigger
        )
        intend(terms, as: .stop, for: deal.id, cause: SequenceNumber(deal.id.rawValue), &turn)
        return nil
    }

    /// Whether a stop was met and has not been filled since: it is an order like any other by now,
    /// which the price may have left behind, and protects nothing.
    func isLeftUnfilled(_ stop: Order, at time: Timestamp) -> Bool {
        stop.isLive && stop.isTriggered && time - stop.changedAt >= Self.longestTriggered
    }

    /// How long what a stop became may wait for its fill.
    private static var longestTriggered: TimeSpan { TimeSpan(seconds: 5) }

    /// Whether a stop should have been met for a second or longer and was not, where the venue may
    /// have taken it for one that waits on the other side.
    private func isPassed(_ stop: Order, _ deal: Deal, at time: Timestamp) -> Bool {
        let place = Int(deal.instrument.rawValue)
        guard plans[place].stopsFacePrice, markets[place].isInStep, stop.status != .pending,
            stop.request == .none, !stop.isTriggered
        else { return false }
        let trigger = stop.terms.trigger
        guard isPast(trigger, at: markets[place].exitPrice(of: deal.side), deal.side) else {
            return false
        }
        return time - markets[place].seenAt >= .second
            || isPast(trigger, at: markets[place].reference(at: time), deal.side)
    }

    /// Whether a price that is known is where a stop of a deal on `side` is met, or beyond.
    private func isPast(_ trigger: Price, at price: Price, _ side: Side) -> Bool {
        price.isPositive && !isBetter(price, than: trigger, for: side)
    }

    /// Calls a person where what is held has had no stop for a while, because the venue does not
    /// answer or lets nothing pass: once for each stop that is waited for, and once where it is
    /// being closed.
    func tellIfBare(_ deal: Deal, _ rules: Instrument, _ turn: inout Turn) {
        let stop = turn.state.orders[deal.stop]
        guard turn.time - waits(deal, turn.state, at: turn.time) >= Self.longestBare else { return }
        var covered = Quantity.zero
        // One whose cancel is under way may be gone already.
        if let stop, stop.isLive, stop.status != .pending, stop.request != .cancel,
            !isLeftUnfilled(stop, at: turn.time)
        {
            // What was filled just now is asked for in this turn: nothing is waited for yet.
            if deal.status == .open, stop.request == .none, deal.failures == 0 { return }
            covered = stop.rest
        }
        let held = rules.filters.cut(deal.held)
        guard held > covered else { return }
        let seconds = Self.longestBare.nanoseconds / 1_000_000_000
        // Exits follow one another; a person is called once for all of them.
        let waitedFor =
            deal.status == .closing ? "an exit" : stop.map { "order \($0.id)" } ?? "a stop"
        let text =
            "deal \(deal.id) in \(rules.name): \(held) are held and \(covered) are sure to be "
            + "protected for \(seconds) s, waiting for \(waitedFor)"
        callOnce(text, deal, &turn)
    }

    /// Calls a person about a deal, where the same was not said before.
    func callOnce(_ text: String, _ deal: Deal, _ turn: inout Turn) {
        if turn.state.errors.ordered.contains(where: { $0.text == text }) { return }
        turn.emit(
            .errorRecorded(ErrorRecorded(severity: .alarm, text: text)),
            trace: TraceID(deal.id.rawValue)
        )
    }

    /// Since when a deal waits for its stop, or for its end.
    ///
    /// A stop that is placed anew because the one before was lost does not begin the wait anew;
    /// one that takes the place of a stop which worked does.
    private func waits(
        _ deal: Deal,
        _ state: borrowing TradingState,
        at time: Timestamp
    ) -> Timestamp {
        var since = deal.movedAt
        if deal.status == .closing { return since }
        func take(_ order: Order) {
            guard order.deal == deal.id, order.role == .stop, order.venueOrder != .none else {
                return
            }
            since = max(since, order.changedAt)
        }
        for order in state.orders.ordered { take(order) }
        // One that has given way is put away; what was so longer ago changes nothing.
        for closed in state.closedOrders.ordered.reversed() {
            if time - closed.at >= Self.longestBare { break }
            take(closed.order)
        }
        return since
    }

    /// How long a position may wait for its stop before a person is called.
    private static var longestBare: TimeSpan { TimeSpan(seconds: 30) }

    /// How often in a row the venue may refuse protection before the deal is given up.
    static var failureLimit: UInt16 { 3 }

    private func alarm(_ deal: Deal, _ turn: inout Turn) -> DealReason {
        let name = turn.state.instrument(deal.instrument)?.name ?? "\(deal.instrument)"
        turn.emit(
            .errorRecorded(
                ErrorRecorded(
                    severity: .alarm,
                    text: "deal \(deal.id) in \(name) cannot be protected and is given up"
                )
            ),
            trace: TraceID(deal.id.rawValue)
        )
        return .unprotected
    }
}
