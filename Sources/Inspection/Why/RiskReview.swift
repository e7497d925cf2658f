internal import Engine
internal import Projections
internal import Trading

/// One limit that an entry had to pass, with its figures.
struct RiskCheck: Hashable {
    /// The key in JSON.
    let key: String
    /// The words for people.
    let name: String
    /// The refusal that breaking it gives.
    let refusal: Refusal
    /// What is allowed at most, or at least; `nil` where there is no limit.
    let limit: Decimal?
    /// What it was without the entry; `nil` where that means nothing.
    let before: Decimal?
    /// What it would be with the entry; `nil` where it cannot be told.
    let after: Decimal?
    /// Whether it holds; `nil` where it cannot be told.
    let holds: Bool?
}

/// The judgement on an entry, made again from the state that it was made in.
///
/// The verdict is the risk gate's own; the figures beside it are what the gate compares.
struct RiskReview {
    /// What the engine was allowed to do.
    let status: BotStatus
    /// What the quantity is counted at; `nil` where the journal does not tell.
    let price: Price?
    /// What the entry is worth at that price.
    let notional: Money?
    /// The limits in the order in which they are judged.
    let checks: [RiskCheck]
    /// What the gate says now; `nil` where the entry may leave, or where it cannot be judged.
    let verdict: RiskVerdict?

    /// Judges an entry again.
    ///
    /// - Parameters:
    ///   - terms: The entry.
    ///   - price: What its quantity is counted at, if it is known.
    ///   - state: The state before the decision.
    ///   - now: The stamped time of the decision.
    init(_ terms: OrderTerms, at price: Price?, in state: TradingState, now: Timestamp) {
        status = state.status
        let notional = price.flatMap { Self.notional(of: terms, at: $0, in: state) }
        let price = notional == nil ? nil : price
        self.price = price
        self.notional = notional
        let figures = Figures(terms: terms, notional: notional, state: state, now: now)
        checks = figures.losses + figures.sizes + figures.holdings
        verdict = price.flatMap { RiskGate.verdict(on: terms, at: $0, in: state, now: now) }
    }
}

extension RiskReview {
    /// What an entry is worth; `nil` where that, or the fee for it, is no amount that a state may
    /// hold, which only a forged journal tells of.
    private static func notional(
        of terms: OrderTerms,
        at price: Price,
        in state: TradingState
    ) -> Money? {
        guard terms.isWithinBounds(at: price) else { return nil }
        let notional = terms.quantity.notional(at: price, .up)
        let taker = state.instrument(terms.instrument)?.fees.taker ?? .zero
        return notional.value.canMultiply(taker) ? notional : nil
    }
}

private struct Figures {
    let terms: OrderTerms
    let notional: Money?
    let state: TradingState
    let now: Timestamp

    private var risk: RiskParameters { state.risk }
    private var instrument: Instrument? { state.instrument(terms.instrument) }

    /// A limit that may be reached and not passed.
    private func most(
        _ key: String,
        _ name: String,
        _ refusal: Refusal,
        _ limit: Decimal,
        _ before: Decimal,
        adding more: Decimal?
    ) -> RiskCheck {
        let after = more.map { before + $0 }
        return RiskCheck(
            key: key,
            name: name,
            refusal: refusal,
            limit: limit,
            before: before,
            after: after,
            holds: after.map { $0 <= limit }
        )
    }

    /// A loss, which ends entries when it reaches its limit.
    private func loss(
        _ key: String,
        _ name: String,
        _ refusal: Refusal,
        _ limit: Money,
        _ value: Money
    ) -> RiskCheck {
        RiskCheck(
            key: key,
            name: name,
            refusal: refusal,
            limit: limit.isPositive ? limit.value : nil,
            before: value.value,
            after: nil,
            holds: !limit.isPositive || value < limit
        )
    }

    private func least(
        _ key: String,
        _ name: String,
        _ limit: Decimal,
        _ value: Decimal?
    ) -> RiskCheck {
        RiskCheck(
            key: key,
            name: name,
            refusal: .orderTooSmall,
            limit: limit,
            before: nil,
            after: value,
            holds: value.map { $0 >= limit }
        )
    }

    var losses: [RiskCheck] {
        [
            loss(
                "dailyLoss",
                "daily loss",
                .dailyLoss,
                risk.maximumDailyLoss,
                max(.zero, -state.metrics.profit(ofDayOf: now))
            ),
            loss("drawdown", "drawdown", .drawdown, risk.maximumDrawdown, state.metrics.drawdown),
            most(
                "orderRate",
                "orders in \(risk.orderRateWindow.words)",
                .orderRate,
                Decimal(risk.maximumOrderRate),
                Decimal(RiskGate.recentOrders(in: state, now: now)),
                adding: .one
            ),
        ]
    }

    var sizes: [RiskCheck] {
        guard let filters = instrument?.filters else { return [] }
        let smallest = max(filters.minimumNotional, risk.minimumOrderSize)
        return [
            least(
                "quantity",
                "quantity, at least",
                filters.minimumQuantity.value,
                terms.quantity.value
            ),
            least("orderSize", "order size, at least", smallest.value, notional?.value),
        ]
    }

    var holdings: [RiskCheck] {
        guard let instrument else { return [] }
        let held = state.instruments[Int(instrument.id.rawValue)].position.cost
        return [
            most(
                "openDeals",
                "open deals",
                .tooManyOpenDeals,
                Decimal(risk.maximumOpenDeals),
                Decimal(state.deals.count),
                adding: .one
            ),
            most(
                "positionSize",
                "position size",
                .positionTooLarge,
                risk.maximumPositionSize.value,
                held.value,
                adding: notional?.value
            ),
            most(
                "exposure",
                "exposure",
                .exposureTooLarge,
                risk.maximumExposure.value,
                state.exposure.value,
                adding: notional?.value
            ),
            balance(of: instrument),
        ]
    }

    private func balance(of instrument: Instrument) -> RiskCheck {
        let available = state.available(instrument.quote)
        let needed = notional.map { notional in
            guard instrument.market == .perpetual else { return notional }
            let margin = Money(notional.value.divided(by: instrument.margin.leverage, .up))
            return margin + notional.times(instrument.fees.taker, .up)
        }
        return RiskCheck(
            key: "balance",
            name: "available \(state.name(of: instrument.quote))",
            refusal: .insufficientBalance,
            limit: available.value,
            before: .zero,
            after: needed?.value,
            holds: needed.map { $0 <= available }
        )
    }
}
