public import Projections
public import Trading

extension Engine {
    /// Takes what an operator corrects, and lets the deal concerned go on from it.
    ///
    /// - Parameters:
    ///   - made: The correction with the figures that the operator saw.
    ///   - turn: The turn; nothing is decided in it where the correction is refused.
    /// - Returns: The place of the correction in the journal.
    /// - Throws: `CorrectionRefusal`: stale where the figures have moved since.
    public func correct(
        _ made: CorrectionMade,
        _ turn: inout Turn
    ) throws(CorrectionRefusal) -> SequenceNumber {
        try turn.state.check(made.correction)
        let deal = turn.state.deal(of: made.correction)
        let sequence = turn.emit(.correctionMade(made), trace: TraceID(deal.rawValue))
        if let text = turn.state.unprotected(after: made.correction) {
            turn.emit(
                .errorRecorded(ErrorRecorded(severity: .alarm, text: text)),
                trace: TraceID(deal.rawValue),
                cause: sequence
            )
        }
        tend(deal, &turn)
        return sequence
    }
}
