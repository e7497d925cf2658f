import Exchange
import Network
import TestSupport
import Testing
import Trading

@Suite struct `A circuit breaker` {
    /// What happens at a second, and what the breaker says to a request then.
    ///
    /// `ok`, `bad` and `unsent` ask and give the outcome at once; `ask` asks and keeps the pass;
    /// `late ok` and `late bad` give the outcome of the oldest pass that is kept.
    private typealias Line = (second: Int64, action: String, admission: String, state: String)

    @Test(
        arguments: [
            (
                "it opens at the third failure within ten seconds and closes by one answer",
                [
                    (0, "bad", "pass", "closed"), (1, "ok", "pass", "closed"),
                    (2, "bad", "pass", "closed"), (3, "bad", "pass", "open 8"),
                    (4, "ask", "until 8", "open 8"), (7, "ask", "until 8", "open 8"),
                    (8, "ok", "probe", "closed"), (8, "bad", "pass", "closed"),
                    (9, "bad", "pass", "closed"),
                ]
            ),
            (
                "a failure counts for ten seconds",
                [
                    (0, "bad", "pass", "closed"), (1, "bad", "pass", "closed"),
                    (10, "bad", "pass", "closed"), (11, "bad", "pass", "closed"),
                    (12, "bad", "pass", "open 17"),
                ]
            ),
            (
                "half-open lets one pass, and its failure opens again",
                [
                    (0, "bad", "pass", "closed"), (0, "bad", "pass", "closed"),
                    (0, "bad", "pass", "open 5"), (5, "ask", "probe", "half-open"),
                    (6, "ask", "wait", "half-open"), (60, "ask", "wait", "half-open"),
                    (61, "late bad", "", "open 66"), (65, "ask", "until 66", "open 66"),
                    (66, "ok", "probe", "closed"),
                ]
            ),
            (
                "a probe that was not sent lets another find out",
                [
                    (0, "bad", "pass", "closed"), (0, "bad", "pass", "closed"),
                    (0, "bad", "pass", "open 5"), (5, "unsent", "probe", "open 5"),
                    (5, "ask", "probe", "half-open"), (6, "late ok", "", "closed"),
                ]
            ),
            (
                "what passed before it opened changes nothing afterwards",
                [
                    (0, "ask", "pass", "closed"), (0, "ask", "pass", "closed"),
                    (0, "ask", "pass", "closed"), (1, "bad", "pass", "closed"),
                    (1, "bad", "pass", "closed"), (1, "bad", "pass", "open 6"),
                    (2, "late ok", "", "open 6"), (2, "late bad", "", "open 6"),
                    (6, "ask", "probe", "half-open"), (6, "late ok", "", "half-open"),
                    (7, "late ok", "", "closed"),
                ]
            ),
            (
                "a hand closes it and forgets",
                [
                    (0, "bad", "pass", "closed"), (0, "bad", "pass", "closed"),
                    (0, "bad", "pass", "open 5"), (1, "reset", "", "closed"),
                    (1, "bad", "pass", "closed"), (1, "bad", "pass", "closed"),
                    (1, "ok", "pass", "closed"), (1, "bad", "pass", "open 6"),
                ]
            ),
            (
                "what was not sent is no failure",
                [
                    (0, "unsent", "pass", "closed"), (0, "unsent", "pass", "closed"),
                    (0, "unsent", "pass", "closed"), (0, "unsent", "pass", "closed"),
                ]
            ),
        ] as [(String, [(Int64, String, String, String)])]
    )
    func `goes through its states`(story: String, lines: [(Int64, String, String, String)]) {
        var breaker = CircuitBreaker(
            .init(threshold: 3, window: TimeSpan(seconds: 10), coolDown: TimeSpan(seconds: 5))
        )
        var kept: [CircuitBreaker.Pass] = []
        for (number, line) in lines.enumerated() {
            let now = Timestamp(nanoseconds: line.0 * 1_000_000_000)
            var admission = ""
            switch line.1 {
            case "late ok": breaker.record(.answered, of: kept.removeFirst(), at: now)
            case "late bad": breaker.record(.failed, of: kept.removeFirst(), at: now)
            case "reset": breaker.reset()
            default:
                switch breaker.admit(at: now) {
                case .refused(let until):
                    admission = until.map { "until \($0.nanoseconds / 1_000_000_000)" } ?? "wait"
                case .pass(let pass):
                    admission = pass.isProbe ? "probe" : "pass"
                    switch line.1 {
                    case "ok": breaker.record(.answered, of: pass, at: now)
                    case "bad": breaker.record(.failed, of: pass, at: now)
                    case "unsent": breaker.record(.notSent, of: pass, at: now)
                    default: kept.append(pass)
                    }
                }
            }
            #expect(admission == line.2, "\(story), line \(number)")
            #expect(word(breaker.state) == line.3, "\(story), line \(number)")
        }
    }

    @Test func `opens and admits at the very nanosecond`() {
        var breaker = CircuitBreaker(.init(threshold: 1, window: .second, coolDown: .second))
        guard case .pass(let pass) = breaker.admit(at: moment(7)) else {
            Issue.record("closed, it lets pass")
            return
        }
        breaker.record(.failed, of: pass, at: moment(7))
        let end = moment(1_000_000_007)
        #expect(breaker.admit(at: moment(1_000_000_006)) == .refused(until: end))
        guard case .pass = breaker.admit(at: end) else {
            Issue.record("after the cool-down it lets pass")
            return
        }
        #expect(breaker.status(at: end).openings == 1)
    }

    @Test func `tells how many failures still count`() {
        var breaker = CircuitBreaker(.init(threshold: 3, window: .second, coolDown: .second))
        for now in [0, 400_000_000] as [Int64] {
            if case .pass(let pass) = breaker.admit(at: moment(now)) {
                breaker.record(.failed, of: pass, at: moment(now))
            }
        }
        #expect(breaker.status(at: moment(999_999_999)).failures == 2)
        #expect(breaker.status(at: moment(1_000_000_000)).failures == 1)
        #expect(breaker.status(at: moment(1_400_000_000)).failures == 0)
    }

    @Test func `of one endpoint does not stop the others`() {
        var breakers = CircuitBreakers(.init(threshold: 1, window: .second, coolDown: .second))
        if case .pass(let pass) = breakers.admit(.place, at: moment(0)) {
            breakers.record(.failed, .place, of: pass, at: moment(0))
        }
        #expect(breakers.admit(.place, at: moment(1)) == .refused(until: moment(1_000_000_000)))
        guard case .pass = breakers.admit(.cancel, at: moment(1)) else {
            Issue.record("cancels go on")
            return
        }
        #expect(breakers.status(at: moment(1)).map(\.endpoint) == VenueEndpoint.allCases)
        #expect(breakers.status(at: moment(1)).filter { $0.status.state != .closed }.count == 1)
        breakers.reset(.cancel)
        #expect(breakers.admit(.place, at: moment(1)) == .refused(until: moment(1_000_000_000)))
        breakers.reset()
        #expect(breakers.status(at: moment(1)).allSatisfy { $0.status.state == .closed })
    }

    @Test func `takes a definitive no for an answer`() {
        let no = VenueAnswer.no(Exchange::CallRefusal(reason: .maintenance, code: 1, text: ""))
        #expect(no.breakerOutcome == .answered)
        #expect(VenueAnswer.yes(.done).breakerOutcome == .answered)
        for cause in VenueDoubt.Cause.allCases {
            let doubt = VenueAnswer.unknown(VenueDoubt(cause: cause, code: 0, text: ""))
            #expect(doubt.breakerOutcome == (cause == .duplicate ? .answered : .failed))
        }
    }

    @Test func `learns nothing from what we ended ourselves`() {
        let own: Set<HTTPFailure.Cause> = [.malformedRequest, .cancelled, .stopped]
        for cause in HTTPFailure.Cause.allCases {
            let failure = HTTPFailure(request: "", stage: .connecting, cause: cause)
            #expect(failure.breakerOutcome == (own.contains(cause) ? .notSent : .failed))
        }
    }

    private func word(_ state: CircuitBreaker.State) -> String {
        switch state {
        case .closed: "closed"
        case .open(let until): "open \(until.nanoseconds / 1_000_000_000)"
        case .halfOpen: "half-open"
        }
    }

    private func moment(_ nanoseconds: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds) }
}
