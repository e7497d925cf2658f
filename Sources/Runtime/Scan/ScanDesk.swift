internal import Exchange
internal import Network
internal import Platform
internal import Trading

/// Asks a venue what a scan wants to know, within its limits, without a key.
final class ScanDesk {
    private let client: HTTPClient
    private let desk: VenueDesk
    private let answers = Postbox<(ticket: UInt64, outcome: HTTPOutcome)>()
    private let patience: TimeSpan
    private let isStopWanted: () -> Bool
    /// When the venue last answered anything, by the monotonic clock.
    private var heardAt = Clock.monotonic()

    /// How long it is waited before it is looked again whether something came, in nanoseconds:
    /// little beside what an answer takes.
    private static let glance: Int64 = 500_000

    /// Why nothing more is asked.
    enum Failure: Error {
        /// A person wants it to end.
        case stopped
        /// The venue does not say what is needed; in words.
        case unanswered(String)
    }

    init(_ plan: ScanPlan, isStopWanted: @escaping () -> Bool) throws {
        client = try HTTPClient(HTTPOptions(HTTPAddress(plan.hosts.rest)))
        patience = plan.patience
        self.isStopWanted = isStopWanted
        desk = VenueDesk(
            plan.market.adapter(nil, window: TimeSpan(seconds: 5)),
            client,
            breakers: CircuitBreaker.Settings(
                threshold: 5,
                window: TimeSpan(seconds: 10),
                coolDown: plan.coolDown
            ),
            post: { [answers] ticket, outcome in answers.put((ticket, outcome)) }
        )
    }

    /// Closes the connections.
    func close() { client.stop() }

    /// Hands a question in; what comes of it has its name.
    func ask(_ call: VenueCall, name: String) { desk.ask(call, for: .start(name)) }

    /// Waits until something is answered.
    ///
    /// A question whose answer proves nothing is asked again, until the venue has answered nothing
    /// for as long as the patience lasts.
    func wait() throws(Failure) -> [(name: String, answer: VenueAnswer)] {
        while true {
            if isStopWanted() { throw .stopped }
            var answered = desk.pump().answered
            for (ticket, outcome) in answers.take() {
                if let done = desk.take(ticket, outcome) { answered.append(done) }
            }
            var known: [(name: String, answer: VenueAnswer)] = []
            for done in answered {
                if let answer = try settle(done) { known.append(answer) }
            }
            if !known.isEmpty { return known }
            Clock.pause(nanoseconds: Self.glance)
        }
    }

    /// The answer with its name; `nil` where it is asked for again.
    private func settle(
        _ done: VenueDesk.Answered
    ) throws(Failure) -> (name: String, answer: VenueAnswer)? {
        guard case .start(let name) = done.purpose else { return nil }
        let now = Clock.monotonic()
        if case .unknown(let doubt) = done.answer {
            guard now - heardAt < patience.nanoseconds else {
                throw .unanswered("\(desk.market.name) does not answer: \(doubt.text)")
            }
            ask(done.call, name: name)
            return nil
        }
        heardAt = now
        return (name, done.answer)
    }

    /// Asks one question, and waits for what it brings.
    func facts(_ call: VenueCall, name: String) throws(Failure) -> VenueFacts {
        ask(call, name: name)
        while true {
            for answered in try wait() where answered.name == name {
                if case .yes(let facts) = answered.answer { return facts }
                throw .unanswered(Self.words(name, answered.answer))
            }
        }
    }

    /// What a venue said instead of an answer, in words.
    static func words(_ name: String, _ answer: VenueAnswer) -> String {
        switch answer {
        case .no(let refusal): "\(name) is refused: \(refusal.code) \(refusal.text)"
        case .unknown(let doubt): "\(name) is not answered: \(doubt.code) \(doubt.text)"
        case .yes: "\(name) is answered with something else"
        }
    }
}
