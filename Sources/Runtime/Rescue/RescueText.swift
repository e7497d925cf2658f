internal import JSON
internal import Projections
internal import Trading

/// How rescue tells what it saw and did.
public enum RescueText {
    static func name(_ instrument: InstrumentID, _ state: TradingState) -> String {
        state.instrument(instrument)?.name ?? "instrument \(instrument)"
    }

    /// An event in words.
    static func words(_ event: Event, in state: TradingState) -> String {
        func on(_ order: OrderID) -> String {
            guard let known = state.order(order) else { return "order \(order)" }
            return "\(name(known.terms.instrument, state)) \(known.role.name)"
        }
        switch event {
        case .orderIntended(let it):
            return "\(name(it.terms.instrument, state)): \(it.terms.side.name) "
                + "\(it.terms.quantity) at the market"
        case .cancelIntended(let it): return "\(on(it.order)): cancel"
        case .orderAccepted(let it): return "\(on(it.order)): the venue took it"
        case .orderRejected(let it): return "\(on(it.refusal.order)): not taken by the venue"
        case .orderFilled(let it):
            let fill = it.execution
            return "\(on(it.order)): filled \(fill.quantity) at \(fill.price), fee \(fill.fee)"
        case .orderCancelled(let it): return "\(on(it.order)): cancelled"
        case .cancelRejected(let it):
            return "\(on(it.refusal.order)): cancel refused, \(it.refusal.reason.name)"
        case .orderAmended(let it): return "\(on(it.order)): amended"
        case .amendRejected(let it): return "\(on(it.refusal.order)): amendment refused"
        case .orderTriggered(let it): return "\(on(it.order)): triggered"
        case .orderExpired(let it):
            return "\(on(it.refusal.order)): ended by the venue, \(it.refusal.reason.name)"
        case .outcomeUnknown(let it): return "\(on(it.order)): unknown, \(it.why)"
        case .outcomeResolved(let it): return "\(on(it.order)): \(it.evidence)"
        case .errorRecorded(let it): return it.text
        default: return event.kind.name
        }
    }

    // MARK: Status

    /// The status for people.
    public static func words(_ status: RescueStatus) -> String {
        var lines = status.warnings.map { "! \($0)" }
        var rows = [["instrument", "ours", "cost", "exposure", "reserved", "deal", "stop"]]
        for part in status.parts {
            rows.append([
                part.name, "\(part.quantity)", "\(part.cost)", "\(part.exposure)",
                "\(part.reserved)", part.deal.isEmpty ? "-" : part.deal, part.protection,
            ])
        }
        lines += rows.count > 1 ? table(rows) : ["nothing is held and no deal is open"]
        for order in status.orders where order.isInDoubt {
            lines.append("in doubt: \(order.name), \(order.words)")
        }
        let working = status.orders.filter { !$0.isInDoubt }
        for order in working { lines.append("works: \(order.name), \(order.words)") }
        lines.append(
            "journal up to event \(status.head), \(status.time): exposure \(status.exposure), "
                + "\(status.orders.count - working.count) in doubt, "
                + "\(status.unprotected) unprotected"
        )
        return lines.joined(separator: "\n")
    }

    private static func table(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.indices.map { column -> String in
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                return (1...4).contains(column) ? gap + row[column] : row[column] + gap
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The status as one line of JSON.
    public static func json(_ status: RescueStatus) -> String {
        JSONText.object([
            ("head", .integer(Int64(clamping: status.head.rawValue))),
            ("time", .text("\(status.time)")),
            ("isReplayed", .flag(status.isReplayed)),
            ("isNewest", .flag(status.isNewest)),
            ("exposure", .text("\(status.exposure)")),
            ("unprotected", .integer(Int64(status.unprotected))),
            ("warnings", .list(status.warnings.map { .text($0) })),
            ("instruments", .list(status.parts.map(json))),
            ("orders", .list(status.orders.map(json))),
        ])
        .compact
    }

    private static func json(_ part: RescueStatus.Part) -> JSONText {
        .object([
            ("instrument", .text(part.name)), ("quantity", .text("\(part.quantity)")),
            ("cost", .text("\(part.cost)")), ("exposure", .text("\(part.exposure)")),
            ("reserved", .text("\(part.reserved)")),
            ("deal", part.deal.isEmpty ? nil : .text(part.deal)),
            ("protection", .text(part.protection)), ("isUnprotected", .flag(part.isUnprotected)),
        ])
    }

    private static func json(_ order: RescueStatus.Listed) -> JSONText {
        .object([
            ("name", .text(order.name)), ("words", .text(order.words)),
            ("isInDoubt", .flag(order.isInDoubt)),
        ])
    }

    // MARK: What was done

    /// What was done, for people.
    public static func words(_ outcome: RescueOutcome) -> String {
        var lines = outcome.notes.map { "! \($0)" }
        for part in outcome.parts {
            lines.append("\(part.name): ours was \(part.before), is \(part.after)")
        }
        let end = outcome.isDone ? "done" : "NOT EVERYTHING IS DONE"
        lines.append(
            "\(end): \(outcome.changes) changes sent, recorded in \(outcome.record)"
        )
        return lines.joined(separator: "\n")
    }

    /// What was done, as one line of JSON.
    public static func json(_ outcome: RescueOutcome) -> String {
        JSONText.object([
            ("isDone", .flag(outcome.isDone)),
            ("changes", .integer(Int64(outcome.changes))),
            ("record", .text(outcome.record)),
            ("notes", .list(outcome.notes.map { .text($0) })),
            (
                "instruments",
                .list(
                    outcome.parts.map { part in
                        .object([
                            ("instrument", .text(part.name)), ("before", .text("\(part.before)")),
                            ("after", .text("\(part.after)")),
                        ])
                    }
                )
            ),
        ])
        .compact
    }
}
