internal import Exchange
internal import Projections
internal import Trading

// What venues say becomes reports.
extension LiveWorld {
    /// Compares a finding with what is known, and tells what is new.
    func weigh(_ finding: Finding, _ state: borrowing TradingState) {
        switch finding {
        case .order(let found, let id, let askedAt):
            guard let known = state.order(id) else { return }
            weigh(found, over: known, askedAt, remembered: state.fillsRememberedSince)
        case .fill(let fill, let id): book(fill, id, state)
        case .change(let id, let kind, let answer):
            // What was put away has ended and needs no answer any more.
            guard let known = state.orders[id] else { return }
            weigh(answer, to: kind, of: known)
        case .absence(let id, let askedAt):
            guard let known = state.orders[id] else { return }
            weighAbsence(of: known, askedAt)
        case .gone(let id):
            // It may have been seen meanwhile.
            guard let known = state.orders[id], tracked[id]?.absences ?? 0 >= Self.leastAbsences
            else { return }
            conclude(absenceOf: known)
        case .fault(let fault): emit(.marketFaulted(fault))
        }
    }

    private func weigh(
        _ found: VenueOrder,
        over known: Order,
        _ askedAt: Int64?,
        remembered: Timestamp
    ) {
        let instrument = known.terms.instrument
        _ = own(found.venueOrder, in: instrument, is: known.id)
        // Of one that became another order only that one tells whether it is still there.
        if found.becameOrder == nil { tracked[known.id]?.absences = 0 }
        if let child = found.becameOrder, own(child, in: instrument, is: known.id) {
            // Its fills came before its name, and were taken for somebody else's.
            askForFills(of: known, found, remembered: remembered)
        }
        if isBackAlive(found, known) {
            comparison.hasten(to: time + .second)
        }
        let evidence = OrderEvidence(found, over: known)
        for body in evidence.reports { report(body, known.id) }
        if evidence.lacksFills {
            askForFills(of: known, found, remembered: remembered)
            if tracked[known.id] == nil {
                track(known.id, known.request, lookAfter: TimeSpan(seconds: 2))
            }
            // Until they are booked, whatever becomes of this answer.
            tracked[known.id]?.filled = found.filled
            return
        }
        guard let askedAt else { return }
        // Of one that became another order only that one tells its fills.
        if found.becameOrder == nil { answered.insert(known.id) }
        conclude(found, known, askedAt, evidence)
    }

    /// Whether the venue says that an order works which ended here long enough ago for that to be
    /// no message that was late.
    private func isBackAlive(_ found: VenueOrder, _ known: Order) -> Bool {
        !known.isLive && !found.status.isTerminal && found.becameOrder == nil
            && time - known.changedAt >= TimeSpan(seconds: 5)
    }

    /// A query shows the order as it is.
    ///
    /// A cancel that is not seen after two looks is asked for anew: late or twice, it does what was
    /// wanted. An amendment that is still under way would undo the one that is asked for next: it
    /// did not happen only where the order is as it was after the receive window had closed.
    private func conclude(
        _ found: VenueOrder,
        _ known: Order,
        _ askedAt: Int64,
        _ evidence: OrderEvidence
    ) {
        if known.isUnknown, known.isLive {
            resolved(known, "the venue knows it as \(found.status.name)")
        }
        guard evidence.reports.isEmpty, known.isLive, !found.status.isTerminal,
            let entry = tracked[known.id], entry.looks > 1,
            !desk(of: known.terms.instrument).holds(known.request, of: known.id)
        else { return }
        switch known.request {
        case .cancel: report(.cancelRejected(.other), known.id)
        case .amend where askedAt - entry.leftAt >= provenAbsence.nanoseconds:
            report(.amendRejected(.other), known.id)
        default: break
        }
    }

    private func resolved(_ known: Order, _ evidence: String) {
        emit(.outcomeResolved(OutcomeResolved(order: known.id, evidence: evidence)))
    }

    private func weigh(_ answer: VenueAnswer, to kind: RequestKind, of known: Order) {
        switch answer {
        case .yes(.accepted(let venueOrder, _)):
            let instrument = known.terms.instrument
            if kind == .place { _ = own(venueOrder ?? .none, in: instrument, is: known.id) }
            // An amendment or a cancel is told done by the stream, or by a look. So is Bybit's
            // placement: it acknowledges before the matching engine has seen the order.
            guard kind == .place, !desk(of: instrument).market.isBybit else {
                tracked[known.id]?.nextLook = time + .second
                return
            }
            if known.status == .pending {
                report(.accepted(venueOrder: venueOrder ?? .none), known.id)
            }
        case .yes: break
        case .no(let refusal):
            let reason: RejectionReason
            if case .order(let given) = refusal.reason { reason = given } else { reason = .other }
            let words = "\(kind.name) refused: \(refusal.code) \(refusal.text)"
            remark("order \(known.id): \(words)", of: known)
            if kind != .cancel { suspectRules(reason) }
            switch kind {
            case .place: if known.status == .pending { report(.rejected(reason), known.id) }
            case .cancel, .amend:
                let isGone = reason == .unknownOrder || reason == .alreadyEnded
                guard isGone else {
                    report(
                        kind == .cancel ? .cancelRejected(reason) : .amendRejected(reason),
                        known.id
                    )
                    return
                }
                // It has ended: how, only the venue can tell.
                look(known.id)
            case .none: break
            }
        case .unknown(let doubt):
            let words = "\(kind.name) is open: \(doubt.code) \(doubt.text)"
            remark("order \(known.id): \(words)", of: known)
            // What a stream has told of it meanwhile is proven.
            if !known.isUnknown, known.isLive, known.request == kind {
                emit(
                    .outcomeUnknown(
                        OutcomeUnknown(order: known.id, request: kind, why: doubt.text)
                    )
                )
            }
            tracked[known.id]?.nextLook = time + TimeSpan(milliseconds: 500)
        }
    }

    /// The venue did not know the order when it was asked.
    ///
    /// Of a new one this proves that it never came only where it was asked after the receive window
    /// had closed for certain, counted from when the placement last left, and when it was said more
    /// than once: a venue may be behind its own answers. Two questions within a second are one. One
    /// that worked has ended then if it is not among what works either, and has no fill that is not
    /// booked: what was filled is remembered longest.
    private func weighAbsence(of known: Order, _ askedAt: Int64) {
        guard known.isLive else { return }
        if tracked[known.id] == nil {
            track(known.id, known.request, lookAfter: TimeSpan(seconds: 2))
        }
        guard var entry = tracked[known.id], askedAt >= entry.absentAt + Self.absenceSpacing
        else { return }
        // They come before it is asked for the third time.
        if entry.absences == 0 { askForFills(of: known) }
        entry.absences += 1
        entry.absentAt = askedAt
        tracked[known.id] = entry
        guard entry.absences >= Self.leastAbsences,
            askedAt - entry.leftAt >= provenAbsence.nanoseconds
        else { return }
        if known.status == .pending { return conclude(absenceOf: known) }
        // USD-M tells of none that was placed 90 days ago, whether it works or not.
        let instrument = known.terms.instrument
        let symbol = instruments[Int(instrument.rawValue)].symbol
        let call = VenueCall.openOrders(symbol: symbol, page: .first)
        desk(of: instrument).ask(call, for: .lastLook(known.id), .protective)
    }

    /// How often a venue says that it does not know an order until that proves something.
    private static let leastAbsences = 3

    private func conclude(absenceOf known: Order) {
        guard known.isLive else { return }
        let symbol = instruments[Int(known.terms.instrument.rawValue)].symbol
        let evidence = AbsenceEvidence(known, of: symbol, "asked three times")
        for event in evidence.events { emit(event) }
        report(evidence.report, known.id)
        tracked[known.id] = nil
    }

    /// How far apart two questions count as two, in nanoseconds: what waited while nothing passed
    /// leaves at once, and a venue that is behind is behind for all of it.
    private static let absenceSpacing: Int64 = 1_000_000_000

    private func book(_ fill: VenueExecution, _ id: OrderID?, _ state: borrowing TradingState) {
        if id == nil, let rescue = fill.clientID.flatMap(RescueOrderID.init),
            !state.hasBooked(fill.id)
        {
            meetRescue(rescue)
        }
        guard let id, let known = state.order(id) else { return }
        let market = desk(of: known.terms.instrument).market
        guard let evidence = FillEvidence(fill, of: known, at: market, state) else { return }
        if let asset = evidence.newAsset { emit(.balanceAdjusted(asset)) }
        for body in evidence.reports { report(body, id) }
    }

    // MARK: Asking

    /// Asks for the fills of an order that the venue told of, if it did.
    ///
    /// Since when, the venue tells by its own clock; ours may have been set since, so that without
    /// it the age of the intent is taken, and an hour more. What is older than what the window of
    /// an instrument tells is asked for by the order.
    private func askForFills(
        of known: Order,
        _ found: VenueOrder? = nil,
        remembered: Timestamp = .never
    ) {
        let instrument = known.terms.instrument
        let desk = desk(of: instrument)
        let age = time - known.intendedAt + TimeSpan(seconds: 3600)
        let made = found?.made ?? desk.now - age
        guard let found, made < desk.now - SurveyWindow.usual else {
            return askForFills(instrument, since: made)
        }
        // A stop that became another order says nothing of when that one was filled.
        let changed = found.becameOrder == nil ? found.changed : nil
        let question = OrderExecutions(
            symbol: found.symbol,
            of: found.becameOrder ?? found.venueOrder,
            since: known.filled.isPositive ? max(made, remembered) : made,
            changed: changed ?? desk.now
        )
        desk.ask(.orderExecutions(question), for: .fills(instrument))
    }

    /// Asks for fills since a moment of the venue's clock.
    func askForFills(_ instrument: InstrumentID, since: Timestamp) {
        let desk = desk(of: instrument)
        // Binance tells at most 24 hours at once; an order that is older is asked for by its id.
        let earliest = desk.now - SurveyWindow.usual
        desk.ask(
            .executions(
                symbol: instruments[Int(instrument.rawValue)].symbol,
                from: max(since - TimeSpan(seconds: 60), earliest),
                to: desk.now + TimeSpan(seconds: 60),
                page: .first
            ),
            for: .fills(instrument)
        )
    }

    /// Asks for what ended since an order was intended, where it was not known among what worked
    /// when that was asked.
    func lookAmongEnded(_ order: OrderID, askedAt: Int64) {
        guard let named = names[order], desk(of: named.instrument).market.isBybit else {
            return add(.absence(order, askedAt: askedAt))
        }
        let desk = desk(of: named.instrument)
        desk.ask(
            .orderHistory(
                symbol: named.name.symbol,
                from: desk.now - Self.historyStretch,
                to: desk.now + TimeSpan(seconds: 60),
                page: .first
            ),
            for: .lookUpEnded(order, askedAt: askedAt),
            .protective
        )
    }

    /// Bybit tells of seven days at once.
    private static var historyStretch: TimeSpan { TimeSpan(seconds: 6 * 86_400) }

    func look(_ order: OrderID, _ priority: RequestPriority = .protective) {
        guard let named = names[order] else { return }
        let desk = desk(of: named.instrument)
        // What has not left yet cannot be there, and its absence would prove nothing.
        if desk.holds(.place, of: order) { return tellHeld(order) }
        if desk.ask(.order(named.name), for: .lookUp(order), priority) {
            tracked[order]?.looks += 1
        }
    }

    /// How often each stop that works is looked up.
    private static var stopLookInterval: TimeSpan { TimeSpan(seconds: 60) }

    private func tellHeld(_ order: OrderID) {
        guard tracked[order]?.isToldHeld == false else { return }
        tracked[order]?.isToldHeld = true
        remark("order \(order) has not left yet: the venue's limits or a circuit breaker hold it")
    }

    /// Looks after every order whose last request is not answered for good, of which fills are
    /// missing or that has to end by itself, and forgets the names of those that have ended.
    ///
    /// A message that a stop has ended may be lost on a stream that is sound otherwise, and the
    /// position is bare until that is known: stops are looked up every minute.
    func lookUp(_ state: borrowing TradingState) {
        if time >= nextStopLook {
            nextStopLook = time + Self.stopLookInterval
            for order in state.orders.ordered
            where order.isLive && order.role == .stop && tracked[order.id] == nil {
                look(order.id)
            }
        }
        forgetOld(state)
        for id in names.keys.sorted() where tracked[id] == nil && state.order(id)?.isLive != true {
            names[id] = nil
            answered.remove(id)
        }
        for order in state.orders.ordered
        where order.isLive && order.endsByItself && tracked[order.id] == nil {
            track(order.id, order.request, lookAfter: TimeSpan(seconds: 3))
        }
        for id in tracked.keys.sorted() {
            guard let known = state.order(id), let entry = tracked[id] else {
                tracked[id] = nil
                continue
            }
            let isAnswered =
                known.request == .none && !known.isUnknown && entry.absences == 0
                && !known.endsByItself
            let lacksFills = known.filled < entry.filled
            if !lacksFills && (!known.isLive || isAnswered) {
                tracked[id] = nil
                continue
            }
            if lacksFills { tellLacking(known) }
            guard time >= entry.nextLook, var entry = tracked[id] else { continue }
            entry.ask(at: time, monotonic: clock.monotonic(), proof: provenAbsence)
            tracked[id] = entry
            // What the venue says of the order tells since when; its fills are asked for then.
            look(id)
        }
    }
}
