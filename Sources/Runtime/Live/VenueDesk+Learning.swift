internal import Exchange
internal import Network
internal import Trading

// What answers teach a desk: of the venue's clock, of its limits, and of what is to be tried again.
extension VenueDesk {
    /// How often a call of which no byte left, or a question, is tried.
    private static let mostAttempts = 5
    /// How often a change is that a firewall turns away: what it does not like it never does.
    private static let mostForbidden = 2

    /// The call as it is tried again; `nil` where the answer stands.
    func retry(
        _ entry: Waiting,
        _ answer: VenueAnswer,
        hasLeft: Bool,
        at moment: Timestamp
    ) -> Waiting? {
        var again = entry
        switch answer {
        case .yes: return nil
        case .no(let refusal):
            again.attempts += 1
            switch refusal.reason {
            // It was not looked at, so that the same call may be made again, no earlier than the
            // budget lets it. A stop that the venue has no time for is not refused, however often.
            case .limited(let until):
                let isForbidden = refusal.code == 403
                let most = isForbidden ? Self.mostForbidden : Self.mostAttempts
                let isWaiting = entry.call.isChange && !isForbidden
                guard isWaiting || again.attempts < most else { return nil }
                again.notBefore = max(until ?? moment, moment + Self.leastPause)
                return again
            case .clock:
                ask(.serverTime, for: .clock, .protective)
            case .order, .access, .maintenance, .malformed: return nil
            }
        case .unknown:
            again.attempts += 1
            guard !hasLeft || !entry.call.isChange else { return nil }
        }
        again.notBefore = moment + TimeSpan(milliseconds: 250 << Int64(min(entry.attempts, 4)))
        return again.attempts < Self.mostAttempts ? again : nil
    }

    /// How long what was not looked at waits at least.
    private static let leastPause = TimeSpan.second

    /// The venue's time is told for the first time: what was counted and waits by the machine's
    /// clock, which may be wrong by any amount, counts and waits by the venue's.
    private func setClock(by step: TimeSpan) {
        budget = RequestBudget(VenueLimits.of(market), slack: Self.slack)
        let charges = VenueLimits.charges(for: .serverTime, in: market)
        _ = budget.take(charges, .protective, at: now)
        breakers.reset()
        for place in waiting.indices { waiting[place].notBefore = waiting[place].notBefore + step }
    }

    /// Learns from an answer.
    func learn(
        from answer: VenueAnswer,
        to call: VenueCall,
        _ outcome: HTTPOutcome,
        leftAt: Int64
    ) {
        let before = now
        let isFirst = clock.estimate(at: machine.monotonic()) == nil
        if case .yes(.time(let told)) = answer, let sent = outcome.moments.sent,
            let answered = outcome.moments.answered
        {
            clock.add(
                sent: sent,
                answered: answered,
                venue: told,
                resolution: TimeSpan(milliseconds: 1)
            )
            if isFirst { setClock(by: now - before) }
        }
        if case .yes(.listenKey(let key)) = answer { listenKey = key }
        guard case .success(let response) = outcome.result else { return }
        count(response, leftAt: leftAt)
        if case .no(let refusal) = answer, case .limited(let until) = refusal.reason {
            hold(refusal, until.flatMap { $0 > now ? $0 : nil }, call, status: response.status)
        }
    }

    /// Takes over what the venue has counted: others may share our address.
    ///
    /// A count of the minute before says nothing of this one.
    private func count(_ response: HTTPResponse, leftAt: Int64) {
        guard let used = VenueLimits.usedWeight(in: response) else { return }
        let left = now - TimeSpan(nanoseconds: machine.monotonic() - leftAt)
        let minute: Int64 = 60_000_000_000
        guard left.nanoseconds / minute == now.nanoseconds / minute else { return }
        budget.correct(.weight, used: used, at: now)
    }

    /// Lets nothing pass of what the venue has no time for.
    private func hold(
        _ refusal: CallRefusal,
        _ until: Timestamp?,
        _ call: VenueCall,
        status: Int
    ) {
        switch refusal.reach {
        // It comes again by itself.
        case .call: break
        case .orders: budget.holdOrders(until: until ?? now + TimeSpan(seconds: 10))
        case .everything:
            let limits = VenueLimits.of(market)
            if budget.refused(status: status, bannedUntil: until, by: limits, at: now) == nil {
                budget.holdAll(until: until ?? now + .second)
            }
        }
    }
}
