package import Projections
package import Trading

/// Why an entry may not leave, with the limit and what it would have become.
package struct RiskVerdict: Hashable, Sendable {
    package let refusal: Refusal
    package let limit: Decimal
    package let actual: Decimal
    /// Whether the engine must pause until a person looks.
    package let pauses: Bool
}

/// Judges entries.
///
/// Exits, cancels and protection never pass here: they take risk away.
///
/// A limit may be reached, not passed; losses end entries when they reach their limit.
package enum RiskGate {
    /// The first limit that an entry breaks.
    ///
    /// - Parameters:
    ///   - terms: The entry.
    ///   - price: What its quantity is counted at: the limit, or the best price it would meet.
    ///   - state: What is held, asked for and allowed.
    ///   - now: The stamped time.
    /// - Returns: The refusal; `nil` where the entry may leave.
    package static func verdict(
        on terms: OrderTerms,
        at price: Price,
        in state: TradingState,
        now: Timestamp
    ) -> RiskVerdict? {
        guard state.status == .running else { return no(.notRunning, .zero, .zero) }
        guard price.isPositive, let instrument = state.instrument(terms.instrument) else {
            return no(.noReferencePrice, .zero, .zero)
        }
        if let block = state.block(on: instrument) {
            return no(.openCase, .zero, block.figure)
        }
        if instrument.market == .spot && terms.side == .sell {
            return no(.wouldShortSpot, .zero, terms.quantity.value)
        }
        let notional = terms.quantity.notional(at: price, .up)
        return losses(in: state, now: now) ?? rate(in: state, now: now)
            ?? size(of: terms, notional, instrument, in: state)
            ?? exposure(with: notional, of: instrument, in: state)
            ?? balance(for: notional, of: instrument, in: state)
    }

    /// Whether the price of an entry is too far from the last trusted one.
    ///
    /// - Parameters:
    ///   - price: The limit, or the best price that the entry would meet.
    ///   - reference: The last trusted price.
    ///   - band: How far it may be, as a fraction of the reference.
    /// - Returns: The refusal, with the band and the distance; `nil` where the entry may leave.
    package static func verdict(
        on price: Price,
        reference: Price,
        band: Decimal
    ) -> RiskVerdict? {
        guard reference.isPositive else { return no(.noReferencePrice, .zero, .zero) }
        let distance = price > reference ? price - reference : reference - price
        let fraction = distance.value.divided(by: reference.value, .up)
        return fraction > band ? no(.priceBand, band, fraction) : nil
    }

    private static func losses(in state: TradingState, now: Timestamp) -> RiskVerdict? {
        let loss = -state.metrics.profit(ofDayOf: now)
        if state.risk.maximumDailyLoss.isPositive, loss >= state.risk.maximumDailyLoss {
            return no(.dailyLoss, state.risk.maximumDailyLoss.value, loss.value)
        }
        let drawdown = state.metrics.drawdown
        if state.risk.maximumDrawdown.isPositive, drawdown >= state.risk.maximumDrawdown {
            return no(.drawdown, state.risk.maximumDrawdown.value, drawdown.value, pauses: true)
        }
        return nil
    }

    /// How many orders were placed within the window of the limit on their rate.
    ///
    /// Where a stop cannot be changed in place, another takes its place whenever it is to follow:
    /// as little a new order as an amendment, and not counted either.
    package static func recentOrders(in state: TradingState, now: Timestamp) -> Int {
        var recent = 0
        for time in state.requestTimes.ordered.reversed() {
            if now - time > state.risk.orderRateWindow { break }
            recent += 1
        }
        return recent - movedStops(in: state, now: now)
    }

    /// How many stops took the place of an earlier one of their deal within the window; that was
    /// put away then, and is still there.
    private static func movedStops(in state: TradingState, now: Timestamp) -> Int {
        let window = state.risk.orderRateWindow
        var stops = state.orders.ordered.filter { $0.role == .stop }
        for closed in state.closedOrders.ordered.reversed() {
            if now - closed.at > window { break }
            if closed.order.role == .stop { stops.append(closed.order) }
        }
        var first: [DealID: OrderID] = [:]
        for stop in stops { first[stop.deal] = min(first[stop.deal] ?? stop.id, stop.id) }
        return stops.count { stop in
            first[stop.deal] != stop.id && now - stop.intendedAt <= window
        }
    }

    private static func rate(in state: TradingState, now: Timestamp) -> RiskVerdict? {
        // Those that count are no more than all: mostly there is nothing to look through.
        guard state.requestTimes.count >= state.risk.maximumOrderRate else { return nil }
        let recent = recentOrders(in: state, now: now)
        guard recent >= state.risk.maximumOrderRate else { return nil }
        return no(
            .orderRate,
            Decimal(state.risk.maximumOrderRate),
            Decimal(recent + 1),
            pauses: true
        )
    }

    private static func size(
        of terms: OrderTerms,
        _ notional: Money,
        _ instrument: Instrument,
        in state: TradingState
    ) -> RiskVerdict? {
        let filters = instrument.filters
        if terms.quantity < filters.minimumQuantity {
            return no(.orderTooSmall, filters.minimumQuantity.value, terms.quantity.value)
        }
        let smallest = max(filters.minimumNotional, state.risk.minimumOrderSize)
        if notional < smallest { return no(.orderTooSmall, smallest.value, notional.value) }
        return nil
    }

    private static func exposure(
        with notional: Money,
        of instrument: Instrument,
        in state: TradingState
    ) -> RiskVerdict? {
        let open = state.deals.count
        if open >= state.risk.maximumOpenDeals {
            return no(
                .tooManyOpenDeals,
                Decimal(state.risk.maximumOpenDeals),
                Decimal(open + 1)
            )
        }
        let held = state.instruments[Int(instrument.id.rawValue)].position.cost + notional
        if held > state.risk.maximumPositionSize {
            return no(.positionTooLarge, state.risk.maximumPositionSize.value, held.value)
        }
        let exposure = state.exposure + notional
        if exposure > state.risk.maximumExposure {
            return no(.exposureTooLarge, state.risk.maximumExposure.value, exposure.value)
        }
        return nil
    }

    private static func balance(
        for notional: Money,
        of instrument: Instrument,
        in state: TradingState
    ) -> RiskVerdict? {
        let available = state.available(instrument.quote)
        let margin = Money(notional.value.divided(by: instrument.margin.leverage, .up))
        let fee = notional.times(instrument.fees.taker, .up)
        let needed = instrument.market == .spot ? notional : margin + fee
        if needed > available {
            return no(.insufficientBalance, available.value, needed.value)
        }
        return nil
    }

    private static func no(
        _ refusal: Refusal,
        _ limit: Decimal,
        _ actual: Decimal,
        pauses: Bool = false
    ) -> RiskVerdict {
        RiskVerdict(refusal: refusal, limit: limit, actual: actual, pauses: pauses)
    }
}
