internal import Exchange
internal import Journal
internal import Projections
internal import Trading

/// Where changes of an account are written before they leave, and what came of them.
struct AccountJournal {
    private var epoch: ToolEpoch
    /// What a venue says may be long.
    private static let longestDetail = 500

    /// Opens the journal of a plan, or makes it where there is none.
    ///
    /// - Throws: ``RunFailure`` where an engine writes it, or it is another's; `JournalError`.
    init(_ plan: RunPlan) throws {
        let program = plan.program
        let writer: JournalWriter
        do {
            writer = try ToolEpoch.open(plan.journal, plan.writerOptions, for: "account")
        } catch let error as JournalError {
            guard error.code == .missing else { throw error }
            epoch = try ToolEpoch(
                making: plan.journal,
                plan.writerOptions,
                for: .live,
                program: program
            )
            return
        }
        epoch = try ToolEpoch(writer, program: program) { state in
            guard state.mode != .tape else {
                throw RunFailure(
                    refusing: "\(plan.journal) was made for tapes; name another with --journal"
                )
            }
            guard ["", plan.configurationHash].contains(state.configurationHash) else {
                throw RunFailure(
                    refusing: "\(plan.journal) was begun with another configuration; use that "
                        + "one, or name another journal with --journal"
                )
            }
        }
    }

    /// Writes that a setting is about to be changed; durable when this returns.
    ///
    /// - Returns: The place of the intent.
    /// - Throws: `JournalError`, after which nothing may be sent.
    mutating func intend(_ change: AccountSetting) throws -> SequenceNumber {
        let sequence = try epoch.append(.accountSetting(change))
        try epoch.commit()
        return sequence
    }

    /// Writes what came of an intent; durable when this returns.
    mutating func resolve(
        _ change: AccountSetting,
        _ answer: VenueAnswer,
        of intent: SequenceNumber
    ) throws -> AccountSetting {
        var change = change
        (change.phase, change.detail) =
            switch answer {
            case .yes: (.done, "")
            case .no(let no): (.refused, Self.detail(no.code, no.text))
            case .unknown(let doubt): (.unknown, Self.detail(doubt.code, doubt.text))
            }
        let trace = TraceID(intent.rawValue)
        try epoch.append(.accountSetting(change), trace: trace, cause: intent)
        try epoch.commit()
        return change
    }

    private static func detail(_ code: Int, _ text: String) -> String {
        String((code == 0 ? text : "\(code) \(text)").prefix(longestDetail))
    }

    /// Ends the epoch in order.
    mutating func end(_ reason: StopReason) throws { try epoch.end(reason) }
}
