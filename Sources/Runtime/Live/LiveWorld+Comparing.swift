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
        let surveyor = Surveyor(
            instruments,
            desks.map(\.market),
            receiveWindow: receiveWindow,
            state,
            now: time,
            lead: desks.first.map { $0.now - time } ?? .zero,
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

    private func learn(from answered: VenueDesk.Answered, at desk: Int) {
        switch (answered.call, answered.answer) {
        case (.order(let name), .yes(.orders(let found, _))):
            // A list of what works is not used: it tells of orders that are not ours as well.
            guard let order = found.first, order.clientID == name.clientID,
                let instrument = instrument(name.symbol, at: desk),
                let id = owner(order.clientID, order.venueOrder, in: instrument)
            else { return }
            add(.order(order, id, isAnswer: true))
        case (.executions(let symbol, _, _, _), .yes(.executions(let fills, _))):
            guard let instrument = instrument(symbol, at: desk) else { return }
            for fill in fills { take(fill, in: instrument) }
        default: break
        }
    }
}
