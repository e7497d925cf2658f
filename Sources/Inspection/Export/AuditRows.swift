internal import Journal
internal import Projections
internal import SQLite
internal import Trading

/// Writes who decided what and why, what went wrong, and the starts of the engine.
final class AuditRows {
    private let insertAudit: Statement
    private let insertError: Statement
    private let insertEpoch: Statement
    private let touchEpoch: Statement
    private let endEpoch: Statement
    private var clock = ExportTime()
    /// The program of the epoch at hand; `nil` where that began before the first event.
    private var program: String? = "holdfast"
    /// The epoch at hand; zero before the first that is seen to begin.
    private var epoch = Epoch(0)
    /// Whether that began before the first event, so that not all of its commits are known.
    private var isPart = false
    /// How long its commits took.
    private var commits = DurationHistogram()
    /// What was read of the event at hand before it was folded.
    private var decision: Decision?
    private var fault: Fault?

    init(_ database: Database) throws(SQLiteError) {
        insertAudit = try database.prepare(ExportSchema.audit.insertion)
        insertError = try database.prepare(ExportSchema.errors.insertion)
        insertEpoch = try database.prepare(ExportSchema.epochs.insertion)
        touchEpoch = try database.prepare(
            """
            UPDATE epochs SET last_event = ?2, commits = ?3, commit_median_ns = ?4,
                commit_p99_ns = ?5, commit_longest_ns = ?6
            WHERE epoch = ?1
            """
        )
        endEpoch = try database.prepare(
            "UPDATE epochs SET stop = ?2, ended_at = ?3, ended_ns = ?4 WHERE epoch = ?1"
        )
    }

    /// Writes the epoch that began before the journal's first event, as far as it is known.
    func begin(_ state: TradingState) throws(SQLiteError) {
        program = nil
        guard let record = state.epochs.last, !state.isStoppedCleanly else { return }
        epoch = record.epoch
        isPart = true
        var row = Array(repeating: SQLiteValue.null, count: ExportSchema.epochs.columns.count)
        row[0] = .count(record.epoch.rawValue)
        for (place, column) in ExportSchema.epochs.columns.enumerated()
        where column.name == "draw" && !record.draw.isEmpty { row[place] = .text(record.draw) }
        try insertEpoch.run(row)
    }

    /// Takes an event that is about to be folded: names come from the state before it.
    func prepare(_ seen: ExportedEvent, _ state: TradingState) {
        // The engine journals its version alone, tools their name too.
        if case .epochBegan(let began) = seen.event {
            program = began.program.contains(" ") ? began.program : "holdfast \(began.program)"
        }
        decision = Decision(seen, state, program: program)
        fault = Fault(seen, state)
    }

    /// Takes the same event once it is folded.
    func take(_ seen: ExportedEvent, _ state: TradingState) throws(SQLiteError) {
        if case .epochBegan(let began) = seen.event { try begin(began, seen) }
        if let decision {
            let moment = [seen.sequence] + clock.columns(seen.time)
            try insertAudit.run(
                moment + [
                    seen.epoch, .optional(decision.who), .text(seen.event.kind.name),
                    .text(decision.why), .optional(decision.subject),
                    .text(decision.parameters.json),
                ]
            )
        }
        if let fault {
            let moment = [seen.sequence] + clock.columns(seen.time)
            try insertError.run(
                moment + [
                    seen.epoch, .text(fault.severity.name), .text(seen.event.kind.name),
                    .text(fault.text), seen.symbol(state),
                    .number(seen.subject.order?.rawValue), .number(seen.subject.deal?.rawValue),
                ]
            )
        }
        if case .commitsTimed(let timed) = seen.event { commits.add(timed.times) }
        if case .epochEnded(let ended) = seen.event {
            try endEpoch.run([seen.epoch, .text(ended.reason.name)] + clock.columns(seen.time))
        }
    }

    private func begin(_ began: EpochBegan, _ seen: ExportedEvent) throws(SQLiteError) {
        if began.previousStop == .unclean {
            try endEpoch.run([.count(epoch.rawValue), .text("unclean"), .null, .null])
        }
        try touch(seen.envelope.sequence.rawValue - 1)
        commits = DurationHistogram()
        epoch = began.epoch
        isPart = false
        let row: [SQLiteValue] = [
            .count(began.epoch.rawValue), .text(began.program), .count(began.process),
            .text(began.draw), .text(began.previousStop.name),
        ]
        let moment = clock.columns(seen.time)
        let rest: [SQLiteValue] = [.null, .null, .null, seen.sequence, seen.sequence]
        let none = [SQLiteValue](repeating: .null, count: 4)
        try insertEpoch.run(row + moment + rest + none)
    }

    private func touch(_ last: UInt64) throws(SQLiteError) {
        let isTimed = commits.count > 0 && !isPart
        try touchEpoch.run([
            .count(epoch.rawValue), .count(last), isPart ? .null : .count(commits.count),
            isTimed ? .integer(commits.median.nanoseconds) : .null,
            isTimed ? .integer(commits.percentile99.nanoseconds) : .null,
            isTimed ? .integer(commits.longest.nanoseconds) : .null,
        ])
    }

    /// Ends the newest epoch with the last event there is.
    func finish(_ state: TradingState) throws(SQLiteError) { try touch(state.head.rawValue) }
}

/// A decision of a person or a policy.
private struct Decision {
    /// Who decided; `nil` where it was a program that is not known.
    let who: String?
    let why: String
    let subject: String?
    let parameters: Document

    init?(_ seen: ExportedEvent, _ state: TradingState, program: String?) {
        var who = program
        var why = ""
        var subject: String?
        switch seen.event {
        case .journalBegan, .epochBegan, .sourceAttached, .configurationApplied,
            .instrumentListed, .riskParametersChanged:
            why = EventWords(state: state).text(seen.envelope)
        case .checkpointSigned, .segmentsRemoved:
            why = EventWords(state: state).text(seen.envelope)
        case .journalRestored(let it): (who, why) = (it.by, it.reason)
        case .correctionMade(let it):
            (who, why) = (it.by, it.reason)
            subject = Self.subject(of: it.correction, state)
        case .epochEnded(let it): why = it.reason.name
        case .recoveryStepped(let it): why = it.detail
        case .stateHashed(let it):
            guard it.isSnapshot else { return nil }
            why = "snapshot"
        case .botStatusChanged(let it): (who, why) = Self.status(it, program)
        case .balanceAdjusted(let it):
            why = it.reason
            subject = it.asset
        case .accountEntryBooked(let it): (who, why, subject) = ("venue", it.words, it.asset)
        case .riskBlocked(let it):
            (who, why, subject) = ("reconciliation", it.words, it.scope.name)
        case .blockEnded(let it):
            who = it.by.isEmpty ? "reconciliation" : it.by
            why = it.words(state)
        case .orderRefused(let it):
            who = "risk gate"
            why = it.refusal.name
            subject = state.name(of: it.terms.instrument)
        case .dealOpened(let it):
            who = "strategy"
            why = it.evidence.words
            subject = "deal \(seen.envelope.sequence)"
        case .dealMoved(let it):
            guard it.status == .closing else { return nil }
            switch it.reason {
            case .liquidation: who = "venue"
            case .unprotected: break  // the engine gives up what it cannot protect
            default: who = "strategy"
            }
            why = it.reason.name
            subject = "deal \(it.deal)"
        case .dealClosed(let it):
            why = it.reason.name
            subject = "deal \(it.deal)"
        default: return nil
        }
        self.who = who
        self.why = why
        self.subject = subject
        parameters = EventDocument(state: state).payload(seen.envelope)
    }

    private static func subject(of correction: Correction, _ state: TradingState) -> String {
        switch correction {
        case .balance(let asset, _, _): asset
        case .position(let id, _, _, _): state.name(of: id)
        case .order(let id, _, _): "order \(id)"
        case .deal(let id, _, _): "deal \(id)"
        case .skip(let sequence, _): "event \(sequence)"
        }
    }

    /// Who changed the status: a person names himself in the reason, with a name that holds no
    /// colon before a space.
    private static func status(
        _ change: BotStatusChanged,
        _ program: String?
    ) -> (who: String?, why: String) {
        let start = "resumed by "
        guard change.reason.hasPrefix(start), let colon = change.reason.firstRange(of: ": ") else {
            let isLimit = Refusal.allCases.contains { $0.name == change.reason }
            return (isLimit ? "risk gate" : program, change.reason)
        }
        let name = change.reason[..<colon.lowerBound].dropFirst(start.count)
        return (String(name), String(change.reason[colon.upperBound...]))
    }
}

/// Something that went wrong.
private struct Fault {
    let severity: Severity
    let text: String

    init?(_ seen: ExportedEvent, _ state: TradingState) {
        switch seen.event {
        case .errorRecorded(let it):
            severity = it.severity
            text = it.text
            return
        case .epochBegan(let it):
            guard it.previousStop == .unclean else { return nil }
            severity = .error
            text = "the stop before epoch \(it.epoch) was unclean"
            return
        case .positionLiquidated: severity = .alarm
        case .orderRejected, .outcomeUnknown: severity = .error
        case .journalRestored(let it):
            guard it.lostUpTo.rawValue > 0 else { return nil }
            severity = .error
        case .orderRefused, .cancelRejected, .amendRejected, .reportSetAside, .marketFaulted:
            severity = .warning
        default: return nil
        }
        text = EventWords(state: state).text(seen.envelope)
    }
}
