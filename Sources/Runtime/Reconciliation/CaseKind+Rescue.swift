extension CaseKind {
    /// What rescue did and no side journal explains.
    var rescue: CaseEntry {
        switch self {
        case .rescueOrder:
            CaseEntry(
                seen: "an order of rescue works, and no side journal explains it",
                meaning: "rescue acted without a record, or its record is not imported",
                evidence: "rescue's mark and the journal's tag in the id",
                action: .ask
            )
        default:
            CaseEntry(
                seen: "a fill is of an order of rescue, and no side journal explains it",
                meaning: "rescue acted without a record, or its record is not imported",
                evidence: "rescue's mark and the journal's tag in the id of the order",
                action: .ask
            )
        }
    }
}
