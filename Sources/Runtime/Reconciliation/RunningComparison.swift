internal import Exchange
internal import Projections
internal import Trading

/// The comparison of a running engine: what it asks next, and what it has found.
///
/// A value that never waits. Its questions go out one after the other beside everything else, and
/// when all are answered it lets what the streams still have to tell arrive before it compares. A
/// case that appears is not believed before a second survey has found it too.
struct RunningComparison {
    private enum Phase {
        case idle
        case asking(Surveyor)
        case settling(VenueSurvey, until: Timestamp)
    }

    private var phase = Phase.idle
    private var pace = ComparisonPace()
    /// When the next one begins.
    private(set) var next: Timestamp
    /// When one is wanted, said since the last began.
    private var wanted: Timestamp?
    /// The number of the question under way; zero before the first.
    private(set) var ticket: UInt64 = 0
    private(set) var question: Surveyor.Question?
    private var askedAt = Timestamp.never
    private var beganAt = Timestamp.never
    private var questions: Int64 = 0
    /// What the first of two surveys found, and the fills with which others closed something.
    private var first: (cases: [Discrepancy], reductions: Set<VenueID>)?
    /// What a person was told of.
    var told: Set<Blocking.Identity> = []

    /// How long a question may wait for its answer.
    private static let patience = TimeSpan(seconds: 60)
    /// How long after the last answer it is compared.
    private static let settling = TimeSpan(seconds: 2)
    /// How soon the second of two surveys follows.
    private static let confirming = TimeSpan(seconds: 5)
    /// What a question takes where no limit holds it back, generously.
    private static let usualAnswer = TimeSpan(seconds: 1)

    init(at time: Timestamp) { next = time + ComparisonPace.usual }

    /// Whether a survey is to begin.
    func isDue(at time: Timestamp) -> Bool {
        if case .idle = phase { time >= next } else { false }
    }

    /// Brings the next comparison forward, because something may have been missed.
    mutating func hasten(to moment: Timestamp) {
        next = min(next, moment)
        wanted = min(wanted ?? moment, moment)
    }

    /// Brings it forward because others trade in what we hold: once a minute, however often.
    mutating func suspectOthers(at time: Timestamp) {
        hasten(to: max(time + Self.confirming, beganAt + ComparisonPace.shortest))
    }

    /// Begins a survey.
    mutating func begin(_ surveyor: Surveyor, at time: Timestamp) {
        beganAt = time
        questions = 0
        wanted = nil
        advance(surveyor, at: time)
    }

    /// Takes an answer to the question under way; one to another question is late and is not used.
    ///
    /// - Returns: Whether it was used.
    mutating func take(_ answer: VenueAnswer, to ticket: UInt64, at time: Timestamp) -> Bool {
        guard ticket == self.ticket, question != nil, case .asking(var surveyor) = phase else {
            return false
        }
        surveyor.take(answer)
        advance(surveyor, at: time)
        return true
    }

    /// Gives a question up that has waited too long.
    ///
    /// - Returns: The question, which is to be withdrawn.
    mutating func giveUp(at time: Timestamp) -> (question: Surveyor.Question, ticket: UInt64)? {
        guard case .asking(var surveyor) = phase, let given = question,
            time - askedAt >= Self.patience
        else { return nil }
        let number = ticket
        surveyor.take(.unknown(VenueDoubt(cause: .silence, code: 0, text: "no answer in time")))
        advance(surveyor, at: time)
        return (given, number)
    }

    private mutating func advance(_ surveyor: Surveyor, at time: Timestamp) {
        var surveyor = surveyor
        question = surveyor.next()
        guard question != nil else {
            phase = .settling(surveyor.survey, until: time + Self.settling)
            return
        }
        phase = .asking(surveyor)
        ticket += 1
        questions += 1
        askedAt = time
    }

    /// Compares, where all is answered and has settled.
    ///
    /// - Returns: What is to be written; empty where nothing has changed, or has to be confirmed.
    mutating func conclude(_ state: borrowing TradingState, at time: Timestamp) -> [Event] {
        guard case .settling(var survey, let until) = phase, time >= until else { return [] }
        phase = .idle
        survey.marks.compare(with: state, &survey)
        let comparison = Comparison(copy state, survey)
        let found = comparison.found
        let reductions = comparison.reductions
        // What moved the money is told apart once all that was traded is booked.
        let money =
            reductions.events.isEmpty ? MoneyEvidence(copy state, survey).events : []
        let blocking = Blocking(state: copy state, survey: survey)
        let usual = Self.usualAnswer.nanoseconds * questions + Self.settling.nanoseconds
        let isSlow = (time - beganAt).nanoseconds > usual
        var events: [Event] = []
        var isEventful = !survey.unanswered.isEmpty || found.contains { $0.action == .apply }
        if let first {
            self.first = nil
            let confirmed = confirmed(found, first.cases, state)
            events = reductions.events(foundBefore: first.reductions) + money
            events += blocking.events(confirmed, told: &told)
            // What was not confirmed is worth another look as well.
            isEventful = true
        } else {
            var wouldTell = told
            if !reductions.events.isEmpty || !money.isEmpty
                || !blocking.events(found, told: &wouldTell).isEmpty
            {
                first = (found, reductions.ids)
                next = time + Self.confirming
                return []
            }
            told = wouldTell
        }
        if let completion = blocking.completion(found) { events.append(completion) }
        pace.note(isEventful: isEventful, isBudgetShort: isSlow)
        let following = time + pace.pause
        next = min(following, wanted ?? following)
        return events
    }

    /// What both surveys have found, and what is known and only one of them has not found.
    private func confirmed(
        _ second: [Discrepancy],
        _ first: [Discrepancy],
        _ state: borrowing TradingState
    ) -> [Discrepancy] {
        let before = Set(first.map(\.identity))
        let now = Set(second.map(\.identity))
        let blocked = Set(state.blocks.map { [$0.caseID, $0.subject] })
        func isKnown(_ found: Discrepancy) -> Bool {
            told.contains(found.identity) || blocked.contains([found.kind.rawValue, found.subject])
        }
        return second.filter { before.contains($0.identity) || isKnown($0) }
            + first.filter { !now.contains($0.identity) && isKnown($0) }
    }
}
