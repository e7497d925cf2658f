internal import Exchange
internal import Trading

// How whoever waits for answers asks: a start, a check, a plan of reconciliation, rescue.
extension LiveVenue {
    /// How long the venue may tell nothing of what was asked.
    private static let patience: Int64 = 20_000_000_000
    /// How long what its limits hold back may wait as well: a window of Binance, and what is asked
    /// after it.
    private static let longestHold: Int64 = 90_000_000_000

    /// The number of the desk that is asked about the key alone; no other has it.
    private static let keyTellerNumber = -1

    /// Asks one thing, and waits for the answer.
    ///
    /// - Throws: ``RunFailure`` where the venue says no, or nothing in time.
    func answer(to call: VenueCall, _ desk: VenueDesk) throws -> VenueFacts {
        let word = String("\(call)".prefix { $0 != "(" })
        switch wait(for: call, desk) {
        case .yes(let facts): return facts
        case .no(let refusal):
            throw RunFailure(
                refusing: "\(desk.market.name) refuses \(word): \(refusal.code) \(refusal.text)"
            )
        case .unknown(let doubt):
            throw RunFailure(
                "\(desk.market.name) does not answer \(word): \(doubt.code) \(doubt.text)"
            )
        }
    }

    /// Hands a call in, and waits for what comes of it: a change only after its intent is durable.
    ///
    /// What was asked ahead is not asked again. What has not left in time is taken back, and never
    /// leaves.
    func wait(for call: VenueCall, _ desk: VenueDesk) -> VenueAnswer {
        let question = Surveyor.Question(desk: number(of: desk), call: call)
        if let answer = answersAhead.removeValue(forKey: question) { return answer }
        return answers(to: [question])[0]
    }

    /// Asks at once what will be asked one by one, and keeps the answers until then.
    ///
    /// For questions that do not depend on one another's answers.
    func askAhead(_ questions: [Surveyor.Question]) {
        for (question, answer) in zip(questions, answers(to: questions)) {
            answersAhead[question] = answer
        }
    }

    /// Asks every venue for its time: everything signed is in that.
    ///
    /// - Throws: ``RunFailure`` where one does not tell it.
    func learnClocks() throws {
        askAhead(desks.indices.map { Surveyor.Question(desk: $0, call: .serverTime) })
        for desk in desks { _ = try answer(to: .serverTime, desk) }
    }

    /// Asks what does not depend on one another's answers as fast as the venues' limits let it, and
    /// waits for all answers.
    ///
    /// - Parameters:
    ///   - questions: The most urgent first, each once.
    ///   - deadline: What has no answer by then, in nanoseconds of the monotonic clock, counts as
    ///     not answered.
    /// - Returns: What came of each, in the order of the questions.
    func answers(
        to questions: [Surveyor.Question],
        until deadline: Int64 = .max
    ) -> [VenueAnswer] {
        let begun = clock.monotonic()
        let last = min(deadline, begun + Self.longestHold)
        var end = min(last, begun + Self.patience)
        var came: [Surveyor.Question: VenueAnswer] = [:]
        for question in questions {
            guard let desk = desk(question.desk) else { continue }
            let purpose = VenueDesk.Purpose.start("\(question.call)")
            desk.ask(question.call, for: purpose, Self.priority(of: question.call))
            times.count(question.call, in: desk.market)
        }
        let asked = Set(questions.map(\.desk)).sorted()
        while came.count < questions.count, clock.monotonic() < end {
            var answered: [(desk: Int, VenueDesk.Answered)] = []
            let turned = clock.monotonic()
            var isHeld = false
            for number in asked {
                guard let pumped = desk(number)?.pump() else { continue }
                answered += pumped.answered.map { (number, $0) }
                isHeld = isHeld || pumped.limited != nil
                // A ban that is longer is no reason to wait.
                if let free = pumped.limited, let now = desk(number)?.now,
                    clock.monotonic() + (free - now).nanoseconds < last
                {
                    end = min(last, clock.monotonic() + Self.patience)
                }
            }
            streams.service(until: clock.monotonic() + (answered.isEmpty ? 20_000_000 : 0))
            if isHeld { times.held += clock.monotonic() - turned }
            for case .answered(let number, let ticket, let outcome) in inbox.take().notes {
                if let done = desk(number)?.take(ticket, outcome) {
                    answered.append((number, done))
                }
            }
            // A late answer to something else is nobody's.
            for (number, done) in answered where done.purpose == .start("\(done.call)") {
                came[Surveyor.Question(desk: number, call: done.call)] = done.answer
                end = min(last, clock.monotonic() + Self.patience)
            }
        }
        return questions.map { came[$0] ?? giveUp($0) }
    }

    /// What there is one of for every symbol leaves room for the stops that are placed next.
    private static func priority(of call: VenueCall) -> RequestPriority {
        switch call.endpoint {
        case .history, .executions, .positions, .account: .ordinary
        default: .protective
        }
    }

    private func giveUp(_ question: Surveyor.Question) -> VenueAnswer {
        if desk(question.desk)?.withdraw(.start("\(question.call)")) == true {
            let text = "not sent in time"
            return .no(CallRefusal(reason: .limited(until: nil), code: 0, text: text))
        }
        return .unknown(VenueDoubt(cause: .silence, code: 0, text: "no answer in time"))
    }

    /// Who tells what the key may do: the host of spot does for both of Binance's markets.
    func keyTeller(for desk: VenueDesk) throws -> VenueDesk {
        guard desk.market == .binanceFutures else { return desk }
        if let keyTeller { return keyTeller }
        let teller = try openDesk(of: .binanceSpot, as: Self.keyTellerNumber)
        keyTeller = teller
        return teller
    }

    func number(of desk: VenueDesk) -> Int {
        desks.firstIndex { $0 === desk } ?? Self.keyTellerNumber
    }

    private func desk(_ number: Int) -> VenueDesk? {
        number == Self.keyTellerNumber ? keyTeller : desks[number]
    }
}
