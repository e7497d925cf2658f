internal import Exchange
internal import Projections
internal import Trading

extension LiveVenue {
    /// Asks everything that reconciliation compares, and waits for it.
    ///
    /// - Parameters:
    ///   - state: Which orders of ours live.
    ///   - rules: What the venue asks of orders.
    ///   - modes: What of the account's mode is otherwise than configured; asked where it is `nil`.
    ///   - patience: What is not asked by then counts as not answered.
    /// - Returns: What the venue said.
    /// - Throws: ``RunFailure`` where it does not tell its time.
    func survey(
        _ state: TradingState,
        rules: Surveyor.Rules,
        modes: [Int: [String]]? = nil,
        patience: TimeSpan = TimeSpan(seconds: 600)
    ) throws -> VenueSurvey {
        let deadline = clock.monotonic() + patience.nanoseconds
        // Everything signed is in the venue's time.
        for desk in desks { _ = try answer(to: .serverTime, desk) }
        let stamped = Timestamp(nanoseconds: clock.wall())
        var surveyor = Surveyor(
            instruments,
            desks.map(\.market),
            receiveWindow: settings.receiveWindow,
            state,
            now: stamped,
            lead: desks.first.map { $0.now - stamped } ?? .zero,
            readsHistory: true,
            rules: rules,
            modes: modes
        )
        while let question = surveyor.next() {
            if clock.monotonic() < deadline {
                surveyor.take(wait(for: question.call, desks[question.desk]))
            } else {
                surveyor.miss("not asked in time")
            }
        }
        return surveyor.survey
    }

    /// Reads the venue's rules, and takes the stop that it has for each instrument.
    ///
    /// - Returns: How they differ from what is configured.
    /// - Throws: ``RunFailure`` where the venue does not tell them.
    func readRules() throws -> Surveyor.Rules {
        var rules: Surveyor.Rules = [:]
        for (number, desk) in desks.enumerated() {
            _ = try answer(to: .serverTime, desk)
            let listed = try listing(of: desk)
            for place in instruments.indices where instruments[place].desk == number {
                let live = instruments[place]
                let found = listed[live.symbol]
                rules[place] = .some(found.map { live.listed.rules(from: $0) })
                if let found {
                    try chooseStop(place, found, "\(live.symbol) at \(desk.market.name)")
                }
            }
        }
        return rules
    }
}
