internal import Exchange
internal import Projections
internal import Trading

// The engine compares with the venue while it runs, and never waits for it.
extension LiveWorld {
    /// Begins, ends and gives up what is due of the running comparison.
    func compareNowAndThen(_ state: borrowing TradingState) {
        if let given = comparison.giveUp(at: time) {
            _ = desks[given.question.desk].withdraw(.survey(given.ticket))
            askNextOfSurvey()
        }
        for event in comparison.conclude(state, at: time) { emit(event) }
        guard comparison.isDue(at: time) else { return }
        let lead = desks.first.map { $0.now - time } ?? .zero
        // A start may not have been told what has ended.
        let isTold = begun.allSatisfy { state.comparedUntil >= $0 }
        let surveyor = Surveyor(
            instruments,
            desks.map(\.market),
            receiveWindow: receiveWindow,
            state,
            now: time,
            lead: lead,
            readsHistory: !isTold,
            rules: surveyedRules
        )
        comparison.begin(surveyor, at: time)
        askNextOfSurvey()
    }

    private func askNextOfSurvey() {
        guard let question = comparison.question else { return }
        desks[question.desk].ask(question.call, for: .survey(comparison.ticket))
    }

    /// Takes the answer to a question of the survey, which proves what every answer proves.
    func take(survey ticket: UInt64, _ answered: VenueDesk.Answered) {
        guard let question = comparison.question,
            comparison.take(answered.answer, to: ticket, at: time)
        else { return }
        learn(from: answered, at: question.desk)
        askNextOfSurvey()
    }

    /// Takes what the survey of a start tells of our orders and their fills as if a stream had told
    /// it, so that a stop that is gone is placed anew at once.
    func learn(from survey: VenueSurvey, _ state: borrowing TradingState) {
        for part in survey.parts {
            for fill in part.newFills(copy state) { take(fill, in: part.instrument) }
            for id in part.looked.keys.sorted() {
                guard case .found(let order) = part.looked[id] else { continue }
                add(.order(order, id, askedAt: nil))
            }
        }
    }

    private func learn(from answered: VenueDesk.Answered, at desk: Int) {
        switch (answered.call, answered.answer) {
        case (.order(let name), .yes(.orders(let found, _))):
            guard let order = found.first, order.clientID == name.clientID,
                let instrument = instrument(name.symbol, at: desk),
                let id = owner(order.clientID, order.venueOrder, in: instrument)
            else { return }
            add(.order(order, id, askedAt: answered.askedAt))
        case (.openOrders, .yes(.orders(let found, _))):
            // A list tells of orders that are not ours as well, and of ours what a stream does.
            for order in found {
                guard let instrument = instrument(order.symbol, at: desk),
                    let id = owner(order.clientID, order.venueOrder, in: instrument)
                else { continue }
                add(.order(order, id, askedAt: nil))
            }
        case (.executions(let symbol, _, _, _), .yes(.executions(let fills, _))):
            guard let instrument = instrument(symbol, at: desk) else { return }
            for fill in fills { take(fill, in: instrument) }
        case (.orderExecutions(let question), .yes(.executions(let fills, _))):
            guard let instrument = instrument(question.symbol, at: desk) else { return }
            for fill in fills { take(fill, in: instrument) }
        default: break
        }
    }
}
