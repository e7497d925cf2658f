internal import Exchange
internal import Journal
internal import Platform
internal import Projections
public import Trading

/// What reconciliation would do.
public struct ReconciliationPlan: Sendable {
    /// The differences, in the order in which they were found.
    public var cases: [Discrepancy]
    /// The journal's last event that was read.
    public var head: SequenceNumber
    /// When the venue was asked.
    public var time: Timestamp

    /// Whether there is nothing that concerns what is ours.
    public var isInOrder: Bool { cases.allSatisfy { $0.action == .leave } }
    /// Where nothing new would be risked.
    public var blocked: [CaseScope] {
        var scopes: [CaseScope] = []
        for found in cases where found.action == .ask || found.action == .halt {
            if !scopes.contains(found.scope) { scopes.append(found.scope) }
        }
        return scopes
    }
}

/// Compares a journal with the venue.
public enum ReconcileRun {
    /// Says what reconciliation would do; nothing is written or changed.
    ///
    /// - Parameter plan: Names the journal, which may be in use, and the venue.
    /// - Returns: What differs, and what would be done about it.
    /// - Throws: ``RunFailure`` where there is no account to compare with or the venue does not
    ///   answer at all; `JournalError` and ``ReplayFailure`` where the journal cannot be read.
    public static func plan(_ plan: RunPlan) throws -> ReconciliationPlan {
        guard let live = plan.live, let settings = live.credentials else {
            throw RunFailure("the configuration has no account at a venue: it trades on paper")
        }
        let state = try ReconcileRun.state(plan)
        let venue = try LiveVenue(plan, live, try CredentialsFile.read(settings))
        defer { venue.close() }
        let time = Timestamp(nanoseconds: Clock.wall())
        let survey = try venue.survey(state, rules: venue.rules())
        return ReconciliationPlan(
            cases: Comparison(state, survey).found,
            head: state.head,
            time: time
        )
    }

    private static func state(_ plan: RunPlan) throws -> TradingState {
        let state = try Replay.state(of: plan.journal)
        guard state.configurationHash == plan.configurationHash else {
            throw RunFailure(
                refusing: "\(plan.journal) was begun with another configuration; use that one"
            )
        }
        return state
    }
}
