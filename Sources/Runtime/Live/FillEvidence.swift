internal import Exchange
internal import Projections
internal import Trading

/// What a venue's description of a fill adds to the journal.
struct FillEvidence: Hashable {
    /// What is new, to be told in this order.
    let reports: [VenueReport.Body]
    /// The asset that its fee was charged in, which is to be made known first; `nil` where it is.
    let newAsset: BalanceAdjusted?

    /// Compares a fill with what is booked; `nil` where it is booked, or may be and is forgotten.
    init?(
        _ fill: VenueExecution,
        of known: Order,
        at market: VenueMarket,
        _ state: borrowing TradingState
    ) {
        let id = market.unique(fill.id, in: known.terms.instrument)
        if state.hasBooked(id) { return nil }
        // A clock that was set forward ages what is booked.
        if known.filled.isPositive, fill.time < state.fillsRememberedSince { return nil }
        var feeAsset = state.instrument(known.terms.instrument)?.quote ?? AssetID(0)
        var newAsset: BalanceAdjusted?
        if let name = fill.feeAsset {
            if let place = state.assets.firstIndex(where: { $0.name == name }) {
                feeAsset = AssetID(UInt16(place))
            } else {
                feeAsset = AssetID(UInt16(state.assets.count))
                let reason = "fees are charged in it"
                newAsset = BalanceAdjusted(asset: name, amount: .zero, reason: reason)
            }
        }
        self.newAsset = newAsset
        let execution = Execution(
            id: id,
            price: fill.price,
            quantity: fill.quantity,
            fee: fill.fee,
            feeAsset: feeAsset,
            liquidity: fill.liquidity
        )
        let isNew = known.status == .pending
        reports =
            (isNew ? [.accepted(venueOrder: fill.venueOrder)] : []) + [.filled(execution)]
    }
}

extension TradingState {
    /// Since when an id of a fill, or of an entry, tells whether it is booked.
    ///
    /// The journal forgets such ids a day before the last that it booked, and before the last
    /// complete comparison. One that it might have forgotten must not be booked again, however much
    /// of its order seems to be missing. Of an order of which nothing is booked nothing can be
    /// forgotten.
    var fillsRememberedSince: Timestamp {
        guard let last = executions.ordered.last else { return .never }
        let day = last.at - SurveyWindow.usual
        return comparedUntil == .never ? day : min(day, comparedUntil - SurveyWindow.overlap)
    }
}

/// What the proven absence of an order adds to the journal.
struct AbsenceEvidence: Hashable {
    /// What is to be written first.
    let events: [Event]
    /// How the order ended.
    let report: VenueReport.Body

    /// Tells the end of an order that still lives.
    ///
    /// A new one never came. One that worked has ended, and has no fill that is not booked: what
    /// was filled is remembered longest.
    init(_ known: Order, of symbol: String, _ how: String) {
        var events: [Event] = []
        if known.isUnknown {
            let evidence = "the venue does not know it, \(how)"
            events.append(.outcomeResolved(OutcomeResolved(order: known.id, evidence: evidence)))
        }
        if known.status == .pending {
            report = .rejected(.other)
        } else {
            let text =
                "order \(known.id) of \(symbol): the venue knows it no more, \(how); "
                + "it counts as cancelled"
            events.append(.errorRecorded(ErrorRecorded(severity: .alarm, text: text)))
            report = .cancelled
        }
        self.events = events
    }
}
