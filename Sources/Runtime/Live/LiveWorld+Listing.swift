internal import Exchange
internal import Trading

// What the venues ask of orders: it changes while an engine runs, and is followed.
extension LiveWorld {
    /// Asks a desk for its instruments.
    func askForListing(of place: Int) {
        nextListing = time + Self.listingInterval
        desks[place].ask(.instruments(page: .first), for: .instruments)
    }

    /// Reads the venue's rules soon where it refused what fits those that are known.
    func suspectRules(_ reason: RejectionReason) {
        switch reason {
        case .belowMinimum, .aboveMaximum, .offGrid, .unknownInstrument, .other: break
        case .insufficientBalance, .wouldTake, .wouldNotFill, .noLiquidity, .reduceOnly,
            .unknownOrder, .alreadyEnded, .wouldTrigger, .duplicate:
            return
        }
        let lastAsked = nextListing - Self.listingInterval
        if time - lastAsked >= TimeSpan(seconds: 30) { nextListing = time }
    }

    /// Takes a page of a venue's instruments.
    func take(listing answered: VenueDesk.Answered) {
        guard case .yes(.instruments(let found, let next)) = answered.answer,
            let desk = desks.firstIndex(where: { $0.market == answered.market })
        else { return }
        if answered.call == .instruments(page: .first) { listed[desk] = [] }
        for (place, instrument) in instruments.enumerated() where instrument.desk == desk {
            guard let now = found.first(where: { $0.symbol == instrument.symbol }) else { continue }
            listed[desk, default: []].insert(place)
            meet(instrument.listed.rules(from: now), place)
        }
        if let next, !found.isEmpty {
            desks[desk].ask(.instruments(page: next), for: .instruments)
            return
        }
        // Bybit lists only what trades.
        for (place, instrument) in instruments.enumerated()
        where instrument.desk == desk && listed[desk]?.contains(place) != true {
            meet(nil, place)
        }
    }

    /// Follows what the venue asks of orders, and calls a person where something else differs than
    /// before.
    ///
    /// The venue refuses what does not fit: a stop on another grid as well.
    private func meet(_ found: FoundRules?, _ place: Int) {
        if let filters = found?.filters, filters != instruments[place].filters {
            follow(filters, place)
            emit(.instrumentListed(instruments[place].listed.under(filters)))
        }
        let before = rules[place].map { Set(($0?.differences ?? [.gone]).map(\.key)) } ?? []
        rules[place] = .some(found)
        let differences = found?.differences ?? [.gone]
        guard Set(differences.map(\.key)) != before else { return }
        let instrument = instruments[place]
        let name = "\(instrument.symbol) at \(desks[instrument.desk].market.name)"
        let words = differences.map(\.text).joined(separator: "; ")
        let text =
            differences.isEmpty
            ? "\(name) is as configured again"
            : "\(name) is configured otherwise than the venue has it now: \(words)"
        let severity: Severity = differences.isEmpty ? .warning : .alarm
        emit(.errorRecorded(ErrorRecorded(severity: severity, text: text)))
    }

    /// How the venues' rules differ, as their lists were read last; `nil` before all were.
    var surveyedRules: Surveyor.Rules? {
        guard desks.indices.allSatisfy({ listed[$0] != nil }) else { return nil }
        return rules
    }
}

extension InstrumentDifference {
    /// The venue lists it no more.
    static var gone: InstrumentDifference {
        InstrumentDifference(
            matter: .status,
            key: "listing",
            text: "the venue lists it no more"
        )
    }
}
