internal import Engine
internal import Exchange
internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// Compares a journal with the venue.
public enum ReconcileRun {
    /// Says what reconciliation would do; nothing is written or changed.
    ///
    /// - Parameter plan: Names the journal, which may be in use, and the venue.
    /// - Returns: What differs, and what would be done about it.
    /// - Throws: ``RunFailure`` where there is no account to compare with or the venue does not
    ///   answer at all; `JournalError` and ``ReplayFailure`` where the journal cannot be read.
    public static func plan(_ plan: RunPlan) throws -> ReconciliationPlan {
        let state = try Replay.state(of: plan.journal)
        try require(plan, state)
        let venue = try venue(plan)
        defer { venue.close() }
        return try self.plan(state, venue).plan
    }

    /// How long after the first survey a plan is compared with a second, in nanoseconds.
    private static let settling: Int64 = 2_000_000_000

    /// Books what a plan said that would be booked, in an epoch of its own, if two surveys lead to
    /// the same plan; everything else stays as it is.
    ///
    /// - Parameters:
    ///   - plan: Names the journal, on which no engine may run, and the venue.
    ///   - id: The plan that a person has seen.
    /// - Returns: The plan that was carried out.
    /// - Throws: ``RunFailure`` where the world has moved, an engine runs, or the venue does not
    ///   answer; `JournalError`.
    public static func apply(_ plan: RunPlan, _ id: String) throws -> ReconciliationPlan {
        let venue = try venue(plan)
        defer { venue.close() }
        let writer: JournalWriter
        do throws(JournalError) {
            writer = try JournalWriter.open(plan.journal, options: plan.writerOptions)
        } catch {
            guard error.code == .locked else { throw error }
            throw RunFailure(
                refusing: "\(error.reason): a running engine compares by itself, and books the same"
            )
        }
        var found: (plan: ReconciliationPlan, events: [EventEnvelope])?
        var epoch = try ToolEpoch(writer, program: plan.program) { state in
            try require(plan, state)
            try self.plan(state, venue).plan.require(id)
            Clock.pause(nanoseconds: settling)
            let second = try self.plan(state, venue)
            try second.plan.require(id)
            guard !second.events.isEmpty else {
                throw RunFailure(refusing: "the plan \(id) books nothing")
            }
            found = second
        }
        guard let found else { throw RunFailure("the plan \(id) was not made") }
        let words = "plan \(id) of reconciliation: \(found.events.count) events"
        try epoch.append(.recoveryStepped(RecoveryStepped(step: 7, detail: words)))
        for envelope in found.events {
            let isNew = envelope.trace.rawValue == envelope.sequence.rawValue
            let trace = isNew ? .none : envelope.trace
            try epoch.append(envelope.event, trace: trace, cause: envelope.cause)
        }
        try epoch.end()
        return found.plan
    }

    private static func plan(
        _ state: TradingState,
        _ venue: LiveVenue
    ) throws -> (plan: ReconciliationPlan, events: [EventEnvelope]) {
        let survey = try venue.survey(state, rules: venue.readRules())
        let events = EvidenceBooking(state, survey, at: Timestamp(nanoseconds: Clock.wall()))
        let cases = Comparison(state, survey).found
        return (ReconciliationPlan(state, cases, events.turn), events.turn.events)
    }

    private static func venue(_ plan: RunPlan) throws -> LiveVenue {
        guard let live = plan.live, let settings = live.credentials else {
            throw RunFailure("the configuration has no account at a venue: it trades on paper")
        }
        return try LiveVenue(plan, live, try CredentialsFile.read(settings))
    }

    private static func require(_ plan: RunPlan, _ state: TradingState) throws {
        guard state.configurationHash == plan.configurationHash else {
            throw RunFailure(
                refusing: "\(plan.journal) was begun with another configuration; use that one"
            )
        }
    }
}
