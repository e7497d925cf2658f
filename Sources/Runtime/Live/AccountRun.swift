internal import Exchange
internal import Trading

/// Shows how the account stands at the venue, and changes it when told.
public enum AccountRun {
    /// Shows for each contract what the venue has and what the configuration wants.
    ///
    /// - Parameters:
    ///   - plan: The plan; its journal is opened only where something is changed.
    ///   - applies: Whether what differs is changed: one at a time, each after its intent is
    ///     durable, until the venue refuses one or leaves it unknown.
    ///   - say: Takes a line about each thing.
    /// - Returns: Whether all is as the configuration wants it, at the end.
    /// - Throws: ``RunFailure``, `JournalError`, and what `say` throws.
    public static func run(
        _ plan: RunPlan,
        applies: Bool,
        say: (String) throws -> Void
    ) throws -> Bool {
        guard let live = plan.live, let settings = live.credentials else {
            throw RunFailure("the configuration has no account at a venue: it trades on paper")
        }
        let venue = try LiveVenue(plan, live, try CredentialsFile.read(settings))
        defer { venue.close() }
        let contracts = venue.contracts(of: plan)
        guard !contracts.isEmpty else {
            try say("no contract is configured, and spot has nothing to set")
            return true
        }
        try venue.learnClocks()
        for desk in venue.desks {
            try venue.meet(desk) { note in
                if case .warning(let text) = note { try say("warning: \(text)") }
            }
        }
        if try tell(contracts, venue, say) { return true }
        guard applies else {
            try say("--apply changes what differs")
            return false
        }
        guard live.localPort != nil || live.isTestnet else {
            throw RunFailure(
                refusing: "this version changes accounts of test networks and local exchanges, not "
                    + "yet where real money is: change it there by hand"
            )
        }
        let isDone = try change(contracts, venue, plan, say)
        try say("then:")
        do {
            return try tell(contracts, venue, say) && isDone
        } catch let failure as RunFailure {
            throw RunFailure(refusing: "how the account stands now is not known: \(failure)")
        }
    }

    /// - Returns: Whether nothing differs.
    private static func tell(
        _ contracts: [LiveVenue.Contract],
        _ venue: LiveVenue,
        _ say: (String) throws -> Void
    ) throws -> Bool {
        var isInOrder = true
        for contract in contracts {
            let terms = try venue.terms(of: contract)
            let words = terms.map(\.words).joined(separator: "; ")
            try say("\(contract.symbol) at \(contract.desk.market.name): \(words)")
            if terms.contains(where: \.differs) { isInOrder = false }
        }
        return isInOrder
    }

    /// - Returns: Whether the venue did all that was asked.
    private static func change(
        _ contracts: [LiveVenue.Contract],
        _ venue: LiveVenue,
        _ plan: RunPlan,
        _ say: (String) throws -> Void
    ) throws -> Bool {
        var journal = try AccountJournal(plan)
        do {
            for contract in contracts {
                // Read anew: a change for one contract may have been one of the whole account.
                for term in try venue.terms(of: contract) where term.differs {
                    guard try change(term, of: contract, venue, &journal, say) else {
                        try journal.end(.failed)
                        return false
                    }
                }
            }
        } catch let failure as RunFailure {
            try journal.end(.failed)
            throw failure
        }
        try journal.end(.completed)
        return true
    }

    /// - Returns: Whether the venue did it.
    private static func change(
        _ term: AccountTerm,
        of contract: LiveVenue.Contract,
        _ venue: LiveVenue,
        _ journal: inout AccountJournal,
        _ say: (String) throws -> Void
    ) throws -> Bool {
        let wanted = AccountSetting(
            market: contract.desk.market.name,
            symbol: contract.symbol,
            setting: term.setting,
            value: term.wants,
            phase: .intended,
            detail: "it is \(term.has ?? "not told")"
        )
        let intent = try journal.intend(wanted)
        let answer = venue.wait(for: term.call, contract.desk)
        let came = try journal.resolve(wanted, answer, of: intent)
        try say(
            "\(came.symbol): \(came.setting.name) to \(came.value): \(came.phase.name)"
                + (came.detail.isEmpty ? "" : ", \(came.detail)")
        )
        return came.phase == .done
    }
}
