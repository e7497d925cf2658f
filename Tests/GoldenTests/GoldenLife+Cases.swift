import TestSupport
import Trading

// What reconciliation finds and explains.
extension GoldenLife {
    static let entry = Event.accountEntryBooked(
        AccountEntryBooked(
            evidence: VenueID(1),
            entry: .transfer,
            word: "TRANSFER",
            asset: "USDT",
            whole: money("-9"),
            amount: money("-1")
        )
    )

    static let compared = Event.comparisonCompleted(
        ComparisonCompleted(until: Timestamp(nanoseconds: 1_700_000_000_000_000_000))
    )

    static func block(_ caseID: String, _ reach: BlockReach, _ name: String, _ seen: String)
        -> Event
    {
        let scope = BlockScope(reach, name)
        return .riskBlocked(RiskBlocked(caseID: caseID, scope: scope, subject: "it", seen: seen))
    }
}
