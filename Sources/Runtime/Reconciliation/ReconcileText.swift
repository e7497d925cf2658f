internal import JSON
internal import Trading

/// How a plan is told to people and to programs.
public enum ReconcileText {
    /// The plan in lines for people.
    public static func words(_ plan: ReconciliationPlan) -> String {
        var lines = plan.cases.map { found -> String in
            let subject = found.subject == found.scope.name ? "" : ": \(found.subject)"
            return "\(found.kind.rawValue) \(found.action.rawValue): \(found.kind.entry.seen)\n"
                + "  \(found.scope.name)\(subject)\(found.count)\n  \(found.seen)"
        }
        if !plan.proposed.isEmpty {
            lines.append("to be booked by --apply \(plan.id):")
            lines += plan.proposed.map { "  \($0)" }
        }
        let counts = CaseAction.allCases.compactMap { action -> String? in
            let count = plan.cases.count { $0.action == action }
            return count == 0 ? nil : "\(count) to \(action.rawValue)"
        }
        let summary =
            plan.cases.isEmpty
            ? "nothing differs"
            : "\(plan.cases.count) \(plan.cases.count == 1 ? "case" : "cases"): "
                + counts.joined(separator: ", ")
        lines.append("journal up to event \(plan.head), venue at \(plan.time): \(summary)")
        if !plan.blocked.isEmpty {
            let names = plan.blocked.map(\.name).joined(separator: "; ")
            lines.append("nothing new would be risked: \(names)")
        }
        return lines.joined(separator: "\n")
    }

    /// What a plan booked.
    public static func booked(_ plan: ReconciliationPlan) -> String {
        (["\(plan.proposed.count) events by plan \(plan.id):"] + plan.proposed.map { "  \($0)" })
            .joined(separator: "\n")
    }

    /// The plan as one line of JSON.
    public static func json(_ plan: ReconciliationPlan) -> String {
        let cases = plan.cases.map { found in
            JSONText.object([
                ("case", .text(found.kind.rawValue)),
                ("action", .text(found.action.rawValue)),
                ("scope", .text(found.scope.name)),
                ("subject", .text(found.subject)),
                ("seen", .text(found.seen)),
                ("times", .integer(Int64(found.times))),
                ("meaning", .text(found.kind.entry.meaning)),
                ("evidence", .text(found.kind.entry.evidence)),
            ])
        }
        return JSONText.object([
            ("head", .integer(Int64(clamping: plan.head.rawValue))),
            ("time", .text("\(plan.time)")),
            ("plan", .text(plan.id)),
            ("inOrder", .flag(plan.isInOrder)),
            ("blocked", .list(plan.blocked.map { .text($0.name) })),
            ("cases", .list(cases)),
            ("events", .list(plan.proposed.map { .text($0) })),
        ])
        .compact
    }

    /// The catalogue as the table of `docs/reconciliation.md`.
    public static var catalogue: String {
        let rows = CaseKind.allCases.map { kind in
            let entry = kind.entry
            return "| \(kind.rawValue) | \(entry.seen) | \(entry.meaning) | \(entry.evidence) "
                + "| \(entry.action.rawValue) |"
        }
        return (["| id | seen | it means | evidence | action |", "|---|---|---|---|---|"] + rows)
            .joined(separator: "\n")
    }
}
