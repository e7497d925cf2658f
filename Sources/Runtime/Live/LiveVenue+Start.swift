internal import Exchange
internal import Network
internal import Platform
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

    /// How long the venue may take to answer a question of the start.
    private static let patience: Int64 = 20_000_000_000

    /// Asks one thing, and waits for the answer.
    ///
    /// - Throws: ``RunFailure`` where the venue says no, or nothing in time.
    func answer(to call: VenueCall, _ desk: VenueDesk) throws -> VenueFacts {
        let end = Clock.monotonic() + Self.patience
        let name = "\(call)"
        let word = String(name.prefix { $0 != "(" })
        desk.ask(call, for: .start(name), .protective)
        while Clock.monotonic() < end {
            var answered = desk.pump().answered
            streams.service(until: Clock.monotonic() + 20_000_000)
            for case .answered(_, let ticket, let outcome) in inbox.take().notes {
                if let done = desk.take(ticket, outcome) { answered.append(done) }
            }
            for done in answered where done.purpose == .start(name) {
                switch done.answer {
                case .yes(let facts): return facts
                case .no(let refusal):
                    throw RunFailure(
                        refusing: "\(desk.market.name) refuses \(word): "
                            + "\(refusal.code) \(refusal.text)"
                    )
                case .unknown(let doubt):
                    throw RunFailure(
                        "\(desk.market.name) does not answer \(word): "
                            + "\(doubt.code) \(doubt.text)"
                    )
                }
            }
        }
        throw RunFailure("\(desk.market.name) does not answer \(word) in time")
    }

    /// Reads clock, permissions of the key, filters and the account's mode, and refuses what would
    /// trade otherwise than configured.
    ///
    /// - Throws: ``RunFailure`` that says what to change.
    func check(_ plan: RunPlan, say: (StartNote) throws -> Void) throws {
        for desk in desks {
            _ = try answer(to: .serverTime, desk)
            let ours = Timestamp(nanoseconds: Clock.wall())
            if let told = desk.clock.estimate(at: Clock.monotonic()) {
                let milliseconds = (desk.now - ours).nanoseconds / 1_000_000
                let doubt = told.uncertainty.nanoseconds / 1_000_000 + 1
                try say(
                    .found(
                        "\(desk.market.name): the venue's clock is \(milliseconds) ms ahead of "
                            + "ours, give or take \(doubt) ms"
                    )
                )
            }
            if credentials != nil { try checkKey(desk, say) }
            try checkInstruments(of: desk, plan, say)
        }
        for (place, instrument) in instruments.enumerated()
        where credentials != nil && desks[instrument.desk].market.market == .perpetual {
            try checkMode(instrument.symbol, plan.instruments[place].margin, say)
        }
    }

    // MARK: The key

    private func checkKey(_ desk: VenueDesk, _ say: (StartNote) throws -> Void) throws {
        // What a key may do is told by the host of spot for both of Binance's markets.
        let teller =
            desk.market == .binanceFutures ? try openDesk(of: .binanceSpot, as: -1) : desk
        let facts: VenueFacts
        do {
            facts = try answer(to: .keyPermissions, teller)
        } catch let failure as RunFailure where settings.isTestnet {
            try say(.warning("\(desk.market.name) does not say what the key may do: \(failure)"))
            return
        }
        guard case .key(let key) = facts else { return }
        if key.mayTrade == false {
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
        _ plan: RunPlan,
        _ say: (StartNote) throws -> Void
    ) throws {
        let listed = try listing(of: desk)
        for (place, instrument) in instruments.enumerated()
        where desks[instrument.desk] === desk {
            let name = "\(instrument.symbol) at \(desk.market.name)"
            guard let found = listed[instrument.symbol] else {
                throw RunFailure(refusing: "there is no \(name)")
            }
            guard found.isTrading else { throw RunFailure(refusing: "\(name) does not trade now") }
            let differences = plan.instruments[place].differences(from: found)
            guard differences.isEmpty else {
                throw RunFailure(
                    refusing: "\(name) is configured otherwise than the venue has it: "
                        + differences.joined(separator: "; ")
                )
            }
            try chooseStop(place, found, name)
            try say(.found("\(name): filters as the venue has them"))
        }
    }

    private func listing(of desk: VenueDesk) throws -> [String: VenueInstrument] {
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
            guard let next, !some.isEmpty else { return listed }
            page = next
        }
    }

    /// Takes the stop that the venue has for a symbol: many of Binance's have none but the one that
    /// becomes a limit order.
    private func chooseStop(_ place: Int, _ found: VenueInstrument, _ name: String) throws {
        switch instruments[place].stop {
        case .market where found.stops.contains(.market): break
        case .reserving where found.stops.contains(.reserving): break
        case _ where found.stops.contains(.limit): instruments[place].stop = .limit(.zero)
        default: throw RunFailure(refusing: "\(name) has no protective stop that can be used")
        }
    }

    // MARK: The account

    private func checkMode(
        _ symbol: String,
        _ terms: MarginTerms,
        _ say: (StartNote) throws -> Void
    ) throws {
        guard let instrument = instruments.first(where: { $0.symbol == symbol }) else { return }
        let desk = desks[instrument.desk]
        let name = desk.market.name
        guard case .mode(var mode) = try answer(to: .accountMode(symbol: symbol), desk)
        else { return }
        if mode.marginMode == nil,
            case .mode(let account) = try answer(to: .marginMode(symbol: symbol), desk)
        {
            mode.marginMode = account.marginMode
        }
        if mode.isHedge == true {
            throw RunFailure(
                refusing: "\(name) is in hedge mode; the engine trades one position per contract: "
                    + "change the account to one-way mode"
            )
        }
        if mode.marginMode == .cross {
            throw RunFailure(
                refusing: "\(symbol) has cross margin at \(name), and the limits count what each "
                    + "position can lose: change it to isolated margin"
            )
        }
        if let leverage = mode.leverage, leverage != terms.leverage {
            throw RunFailure(
                refusing: "\(symbol) has leverage \(leverage) at \(name) and \(terms.leverage) in "
                    + "the configuration: change one of them"
            )
        }
        try say(.found("\(symbol) at \(name): one-way, isolated, leverage \(terms.leverage)"))
    }
}

extension InstrumentListed {
    /// What the venue would refuse, though the configuration allows it.
    fileprivate func differences(from found: VenueInstrument) -> [String] {
        var all: [String] = []
        let theirs = found.filters
        func note(_ key: String, _ ours: Decimal, _ word: String, _ limit: Decimal) {
            all.append("filters.\(key) is \(ours), \(word) \(limit)")
        }
        let grid = [
            ("priceTick", filters.priceTick.value, theirs.priceTick.value),
            ("quantityStep", filters.quantityStep.value, theirs.quantityStep.value),
        ]
        for (key, ours, their) in grid where their > .zero && !ours.isMultiple(of: their) {
            note(key, ours, "expected a multiple of", their)
        }
        let least = [
            (
                "minimumQuantity", filters.minimumQuantity.value, theirs.minimumQuantity.value
            ),
            (
                "minimumNotional", filters.minimumNotional.value, theirs.minimumNotional.value
            ),
        ]
        for (key, ours, their) in least where ours < their {
            note(key, ours, "expected at least", their)
        }
        if filters.maximumQuantity > theirs.maximumQuantity {
            note(
                "maximumQuantity",
                filters.maximumQuantity.value,
                "expected at most",
                theirs.maximumQuantity.value
            )
        }
        if base != found.base { all.append("base is \(base), expected \(found.base)") }
        if quote != found.quote { all.append("quote is \(quote), expected \(found.quote)") }
        return all
    }
}
