internal import Exchange
internal import Projections
internal import Trading

/// What fills of others prove of a position of ours that is smaller than the journal says: its
/// owner has closed it by hand, or the venue has.
///
/// Only what explains the difference to the last unit is believed: since the deal opened, others
/// have done nothing in the instrument but close, and what is left is what the venue has. Where the
/// owner trades in the same instrument for himself, a person decides.
struct ReductionEvidence {
    /// Fills that took a part of a position of ours.
    struct Reduction {
        var part: VenueSurvey.Part
        var fills: [VenueExecution]
        /// What they take, signed as fills are.
        var taken: Quantity
        /// Whether fills of ours are to be booked before.
        var isEarly: Bool

        /// The ids of the fills, which are unique.
        var ids: Set<VenueID> { Set(fills.map { part.unique($0.id) }) }
    }

    /// What was found, instrument by instrument.
    private(set) var reductions: [Reduction] = []
    private let state: TradingState
    private let survey: VenueSurvey

    init(_ state: TradingState, _ survey: VenueSurvey) {
        self.state = state
        self.survey = survey
        for part in survey.parts {
            if let found = reduction(of: part) { reductions.append(found) }
        }
    }

    /// What is found in an instrument; `nil` where nothing is.
    func reduction(in instrument: InstrumentID) -> Reduction? {
        reductions.first { $0.part.instrument == instrument }
    }

    // MARK: What is found

    private func reduction(of part: VenueSurvey.Part) -> Reduction? {
        let held = state.instruments[Int(part.instrument.rawValue)]
        guard !part.isMoved, !part.isHedge, !part.looked.values.contains(.unanswered),
            let (fills, unbooked) = newFills(part)
        else { return nil }
        let position = held.position.quantity + (unbooked ?? .zero)
        guard !position.isZero, part.market.market == .perpetual || unbooked == nil else {
            return nil
        }
        let closing: Side = position.isNegative ? .buy : .sell
        let quote = state.assets[Int(held.instrument.quote.rawValue)].name
        guard !fills.isEmpty,
            fills.allSatisfy({ $0.side == closing && ($0.feeAsset ?? quote) == quote })
        else { return nil }
        let taken = fills.reduce(Quantity.zero) { $0 + $1.side.signed($1.quantity) }
        guard taken.magnitude <= position.magnitude, isLeft(position + taken, taken, held, part)
        else { return nil }
        return Reduction(part: part, fills: fills, taken: taken, isEarly: unbooked != nil)
    }

    /// Whether the venue has what would be left.
    private func isLeft(
        _ rest: Quantity,
        _ taken: Quantity,
        _ held: InstrumentState,
        _ part: VenueSurvey.Part
    ) -> Bool {
        guard part.market.market == .spot else { return part.position == rest }
        // Coins of the owner's own and ours are told apart by nothing: ours are gone only where
        // less is there than was ours.
        guard let balances = survey.balances, !survey.areBalancesMoved else { return false }
        let asset = state.assets[Int(held.instrument.base.rawValue)]
        let theirs = balances[asset.name] ?? .zero
        return theirs.value == asset.balance.value + taken.value
            && theirs.value < held.position.quantity.value
    }

    /// What others have traded since the deal opened and is not booked, oldest first, and what
    /// fills of ours that are not booked add up to; `nil` where that is not known, or is not all
    /// that happened.
    private func newFills(
        _ part: VenueSurvey.Part
    ) -> (others: [VenueExecution], unbooked: Quantity?)? {
        guard let all = part.fills else { return nil }
        let owners = SurveyOwners(state, part)
        let deal = state.instruments[Int(part.instrument.rawValue)].deal
        let opened = all.filter { owners.order(of: $0, state)?.deal == deal }.map(\.time).min()
        var fills: [VenueExecution] = []
        var unbooked: Quantity?
        for fill in part.newFills(state) where fill.kind != .funding {
            if fill.kind == .trade, owners.order(of: fill, state) != nil {
                unbooked = (unbooked ?? .zero) + fill.side.signed(fill.quantity)
                continue
            }
            guard part.rescueOrder(of: fill) == nil, SurveyOwners.clientID(of: fill, state) == nil
            else { return nil }
            if let opened, fill.time < opened { continue }
            guard fill.kind != .other else { return nil }
            fills.append(fill)
        }
        return (fills, unbooked)
    }

    // MARK: What follows

    /// What is to be booked: each fill, and that a deal of which nothing is left is over.
    var events: [Event] { reductions.flatMap { events(of: $0) } }

    /// What is to be booked of what an earlier survey has found as well.
    ///
    /// Answers are not of one moment: between two of them a stop of ours may have been met, of
    /// which only the next survey tells that it is ours.
    func events(foundBefore: Set<VenueID>) -> [Event] {
        reductions.filter { $0.ids.isSubset(of: foundBefore) }.flatMap { events(of: $0) }
    }

    /// The fills of all of them, by ids that are unique.
    var ids: Set<VenueID> { reductions.reduce([]) { $0.union($1.ids) } }

    private func events(of reduction: Reduction) -> [Event] {
        guard !reduction.isEarly else { return [] }
        return reduction.fills.map { booked($0, reduction.part) } + ended(reduction)
    }

    private func booked(_ fill: VenueExecution, _ part: VenueSurvey.Part) -> Event {
        let quote = state.instruments[Int(part.instrument.rawValue)].instrument.quote
        return .positionLiquidated(
            PositionLiquidated(
                instrument: part.instrument,
                side: fill.side,
                execution: Execution(
                    id: part.unique(fill.id),
                    price: fill.price,
                    quantity: fill.quantity,
                    fee: fill.fee,
                    feeAsset: quote,
                    liquidity: fill.liquidity
                ),
                report: 0,
                by: fill.liquidator
            )
        )
    }

    private func ended(_ reduction: Reduction) -> [Event] {
        let held = state.instruments[Int(reduction.part.instrument.rawValue)]
        guard (held.position.quantity + reduction.taken).isZero,
            let deal = state.deals[held.deal], deal.status.canBecome(.closing)
        else { return [] }
        let isMargin = reduction.fills.contains { $0.liquidator == .margin }
        return [
            .dealMoved(
                DealMoved(
                    deal: deal.id,
                    status: .closing,
                    reason: isMargin ? .liquidation : .closedByOthers
                )
            )
        ]
    }
}

extension VenueExecution {
    /// Who made it, if it closed a position of ours and no order of ours did.
    fileprivate var liquidator: Liquidator {
        switch kind {
        case .liquidation: .margin
        case .deleveraging: .deleveraging
        case .trade, .funding, .other: .others
        }
    }
}
