internal import Exchange
internal import Projections
internal import Trading

/// What follows from what a venue asks of orders now: the engine asks it too.
///
/// A pure function of state and survey; where both agree it is nothing.
struct RuleEvidence {
    /// What is to be booked.
    let events: [Event]

    init(_ state: TradingState, _ survey: VenueSurvey) {
        events = survey.parts.compactMap { part in
            guard let wanted = part.filters, let known = state.instrument(part.instrument),
                known.filters != wanted
            else { return nil }
            return .instrumentListed(
                InstrumentListed(
                    id: known.id,
                    symbol: known.symbol,
                    market: known.market,
                    base: state.assets[Int(known.base.rawValue)].name,
                    quote: state.assets[Int(known.quote.rawValue)].name,
                    filters: wanted,
                    fees: known.fees,
                    margin: known.margin
                )
            )
        }
    }
}
