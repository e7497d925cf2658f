import Projections
import Trading

extension Engine {
    /// The venue bore a loss that the account could not: the balance is what the venue says.
    ///
    /// The loss stays in the results; that somebody else paid it is no profit.
    func covered(
        _ instrument: InstrumentID,
        _ amount: Money,
        _ report: UInt64,
        _ turn: inout Turn
    ) {
        let rules = turn.state.instrument(instrument)
        let seen = turn.emit(
            .reportSetAside(
                ReportSetAside(
                    order: OrderID(0),
                    report: report,
                    why: "the venue bore \(amount) of a loss"
                )
            )
        )
        guard let rules else { return }
        let asset = turn.state.assets[Int(rules.quote.rawValue)].name
        turn.emit(
            .balanceAdjusted(
                BalanceAdjusted(asset: asset, amount: amount, reason: "loss borne by the venue")
            ),
            cause: seen
        )
        turn.emit(
            .errorRecorded(
                ErrorRecorded(
                    severity: .alarm,
                    text: "\(rules.name) lost \(amount) \(asset) more than the account had free"
                )
            ),
            cause: seen
        )
    }
}
