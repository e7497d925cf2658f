internal import Projections
internal import Trading

/// How everything of ours stood when a survey began.
///
/// Answers are not of the moment at which they are compared: what has changed meanwhile is left for
/// the next survey.
struct SurveyMarks: Hashable {
    private var balances: [AssetState] = []
    private var instruments: [[UInt64]] = []

    init() {}

    init(_ state: borrowing TradingState) {
        balances = state.assets
        var changes: [[UInt64]] = state.instruments.map { held in
            let quantity = UInt128(bitPattern: held.position.quantity.value.units)
            return [
                UInt64(truncatingIfNeeded: quantity), UInt64(truncatingIfNeeded: quantity >> 64),
            ]
        }
        for order in state.orders.ordered {
            let place = Int(order.terms.instrument.rawValue)
            let moment = UInt64(bitPattern: order.changedAt.nanoseconds)
            changes[place] += [order.id.rawValue, moment, UInt64(order.status.rawValue)]
        }
        instruments = changes
    }

    /// Notes in a survey what has changed since then.
    func compare(with state: borrowing TradingState, _ survey: inout VenueSurvey) {
        let now = SurveyMarks(state)
        for place in survey.parts.indices {
            let id = Int(survey.parts[place].instrument.rawValue)
            survey.parts[place].isMoved =
                id >= instruments.count || instruments[id] != now.instruments[id]
        }
        survey.areBalancesMoved = balances != now.balances
    }
}
