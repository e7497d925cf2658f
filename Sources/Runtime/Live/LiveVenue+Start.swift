internal import Exchange
internal import Network
internal import Trading

// What is read of a venue before anything is written or sent.
extension LiveVenue {
    /// What a start tells, for a person.
    enum StartNote {
        /// Something that was found in order.
        case found(String)
        /// Something that could not be found out, and is allowed here.
        case warning(String)
    }

    /// Reads clock, permissions of the key, filters and the account's mode, and refuses what would
    /// trade otherwise than configured.
    ///
    /// - Parameters:
    ///   - plan: What is to be traded.
    ///   - isBegun: Whether the journal was begun before: what is open in it is seen to whatever
    ///     the venue has changed, and only nothing new is opened.
    ///   - say: Takes what was found.
    /// - Throws: ``RunFailure`` that says what to change.
    func check(_ plan: RunPlan, isBegun: Bool, say: (StartNote) throws -> Void) throws {
        try learnClocks()
        try askAhead(whatIsChecked(plan))
        for desk in desks {
            try meet(desk, say)
            try checkInstruments(of: desk, isBegun, say)
        }
        guard credentials != nil else { return }
        // Bybit has one margin mode for the whole account. Of what it lists no more a venue tells
        // no mode.
        var margin: MarginMode?
        for contract in contracts(of: plan) where !isGone(contract.place) {
            if margin == nil, contract.desk.market.isBybit {
                margin = try marginMode(of: contract)
            }
            try checkMode(contract, margin, isBegun, say)
        }
    }

    /// Refuses a start with a new journal; tells a person where one goes on.
    private func object(
        _ failure: RunFailure,
        _ isBegun: Bool,
        _ say: (StartNote) throws -> Void
    ) throws {
        guard isBegun else { throw failure }
        try say(.warning("\(failure)"))
    }

    /// What a check asks first of each desk and contract; further pages follow from the answers.
    private func whatIsChecked(_ plan: RunPlan) throws -> [Surveyor.Question] {
        var questions: [Surveyor.Question] = []
        for (number, desk) in desks.enumerated() {
            if credentials != nil {
                let teller = self.number(of: try keyTeller(for: desk))
                questions.append(Surveyor.Question(desk: teller, call: .keyPermissions))
            }
            questions.append(Surveyor.Question(desk: number, call: .instruments(page: .first)))
        }
        guard credentials != nil else { return questions }
        let contracts = contracts(of: plan)
        if let contract = contracts.first(where: \.desk.market.isBybit) {
            let call = VenueCall.marginMode(symbol: contract.symbol)
            questions.append(Surveyor.Question(desk: number(of: contract.desk), call: call))
        }
        for contract in contracts {
            let (number, symbol) = (number(of: contract.desk), contract.symbol)
            questions.append(Surveyor.Question(desk: number, call: .accountMode(symbol: symbol)))
        }
        return questions
    }

    /// Tells how the venue's clock stands, and what the key may do where there is one.
    func meet(_ desk: VenueDesk, _ say: (StartNote) throws -> Void) throws {
        let ours = Timestamp(nanoseconds: clock.wall())
        if let told = desk.clock.estimate(at: clock.monotonic()) {
            let milliseconds = (desk.now - ours).nanoseconds / 1_000_000
            let doubt = told.uncertainty.nanoseconds / 1_000_000 + 1
            try say(
                .found(
                    "\(desk.market.name): the venue's clock is \(milliseconds) ms ahead of ours, "
                        + "give or take \(doubt) ms"
                )
            )
        }
        if credentials != nil { try checkKey(desk, say) }
    }

    // MARK: The key

    private func checkKey(_ desk: VenueDesk, _ say: (StartNote) throws -> Void) throws {
        let facts: VenueFacts
        do {
            facts = try answer(to: .keyPermissions, keyTeller(for: desk))
        } catch let failure as RunFailure where settings.isTestnet {
            try say(.warning("\(desk.market.name) does not say what the key may do: \(failure)"))
            return
        }
        guard case .key(let key) = facts else { return }
        if key.mayTrade(in: desk.market) == false {
            throw RunFailure(refusing: "the key may not trade at \(desk.market.name)")
        }
        if key.mayWithdraw == true {
            let what = "the key may withdraw from \(desk.market.name)"
            guard settings.isTestnet else {
                throw RunFailure(refusing: "\(what): make one that cannot")
            }
            try say(.warning("\(what); with real money it would be refused"))
        } else {
            try say(.found("\(desk.market.name): the key may trade and not withdraw"))
        }
    }

    // MARK: Instruments

    private func checkInstruments(
        of desk: VenueDesk,
        _ isBegun: Bool,
        _ say: (StartNote) throws -> Void
    ) throws {
        let listed = try listing(of: desk)
        for (place, instrument) in instruments.enumerated()
        where desks[instrument.desk] === desk {
            let name = "\(instrument.symbol) at \(desk.market.name)"
            let found = listed[instrument.symbol]
            let rules = found.map { instrument.listed.rules(from: $0) }
            self.rules[place] = .some(rules)
            guard let found, let rules else {
                try object(RunFailure(refusing: "there is no \(name)"), isBegun, say)
                continue
            }
            if rules.differences.isEmpty {
                try say(.found("\(name): filters as the venue has them"))
            } else {
                let failure = RunFailure(
                    refusing: "\(name) is configured otherwise than the venue has it: "
                        + rules.differences.map(\.text).joined(separator: "; ")
                )
                try object(failure, isBegun, say)
            }
            do {
                try chooseStop(place, found, name)
            } catch {
                try object(error, isBegun, say)
            }
        }
    }

    func listing(of desk: VenueDesk) throws -> [String: VenueInstrument] {
        var listed: [String: VenueInstrument] = [:]
        var page = VenuePage.first
        while true {
            guard
                case .instruments(let some, let next) = try answer(
                    to: .instruments(page: page),
                    desk
                )
            else { return listed }
            for instrument in some { listed[instrument.symbol] = instrument }
            // A venue that gives the same mark again would be asked for ever.
            guard let next, next != page, !some.isEmpty else { return listed }
            page = next
        }
    }

    /// Takes the stop that the venue has for a symbol: many of Binance's have none but the one that
    /// becomes a limit order.
    func chooseStop(
        _ place: Int,
        _ found: VenueInstrument,
        _ name: String
    ) throws(RunFailure) {
        switch instruments[place].stop {
        case .market where found.stops.contains(.market): break
        case .reserving where found.stops.contains(.reserving): break
        case _ where found.stops.contains(.limit): instruments[place].stop = .limit(.zero)
        default: throw RunFailure(refusing: "\(name) has no protective stop that can be used")
        }
    }

    // MARK: The account

    /// A contract that the configuration trades.
    struct Contract {
        let place: Int
        let symbol: String
        let desk: VenueDesk
        let wanted: MarginTerms
    }

    /// The contracts of a plan.
    func contracts(of plan: RunPlan) -> [Contract] {
        instruments.enumerated().compactMap { place, live in
            guard desks[live.desk].market.market == .perpetual else { return nil }
            return Contract(
                place: place,
                symbol: live.symbol,
                desk: desks[live.desk],
                wanted: plan.instruments[place].margin
            )
        }
    }

    /// Reads how the account stands in a contract.
    ///
    /// - Parameters:
    ///   - contract: The contract.
    ///   - known: The account's margin mode; `nil` where it was not read.
    /// - Returns: Each of its terms, beside what is wanted.
    /// - Throws: ``RunFailure`` where the venue does not tell it.
    func terms(of contract: Contract, _ known: MarginMode? = nil) throws -> [AccountTerm] {
        let (symbol, desk) = (contract.symbol, contract.desk)
        guard case .mode(let mode) = try answer(to: .accountMode(symbol: symbol), desk) else {
            throw RunFailure("\(desk.market.name) does not tell the mode of \(symbol)")
        }
        return AccountTerm.all(
            of: symbol,
            isHedge: mode.isHedge,
            try mode.marginMode ?? known ?? marginMode(of: contract),
            leverage: mode.leverage,
            wanted: contract.wanted
        )
    }

    private func marginMode(of contract: Contract) throws -> MarginMode? {
        let call = VenueCall.marginMode(symbol: contract.symbol)
        guard case .mode(let account) = try answer(to: call, contract.desk) else { return nil }
        return account.marginMode
    }

    private func checkMode(
        _ contract: Contract,
        _ margin: MarginMode?,
        _ isBegun: Bool,
        _ say: (StartNote) throws -> Void
    ) throws {
        let terms = try terms(of: contract, margin)
        let (symbol, market) = (contract.symbol, contract.desk.market.name)
        modes[contract.place] = terms.filter(\.differs).map(\.words)
        if let wrong = terms.first(where: \.differs) {
            let failure = RunFailure(refusing: wrong.refusal(of: symbol, at: market))
            return try object(failure, isBegun, say)
        }
        let words = terms.map(\.words).joined(separator: ", ")
        try say(.found("\(symbol) at \(market): \(words)"))
    }
}
