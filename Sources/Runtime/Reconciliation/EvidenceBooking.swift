package import Engine
internal import Exchange
package import Projections
package import Trading

/// Books what the answers of a survey prove, as a running engine would, and decides nothing.
///
/// A pure function of state, survey and time. What it books has the venue's own ids, so that the
/// same evidence adds nothing a second time.
package struct EvidenceBooking {
    /// What follows, and the state that it leads to.
    package private(set) var turn: Turn
    private let survey: VenueSurvey
    private let engine = Engine(plans: [])

    /// Books everything.
    package init(_ state: TradingState, _ survey: VenueSurvey, at time: Timestamp) {
        turn = Turn(state: state)
        turn.begin(at: time)
        self.survey = survey
        for event in RuleEvidence(state, survey).events { turn.emit(event) }
        for part in survey.parts where !part.isMoved { book(part) }
        for event in ReductionEvidence(turn.state, survey).events { turn.emit(event) }
        for event in MoneyEvidence(turn.state, survey).events { turn.emit(event) }
    }

    private mutating func book(_ part: VenueSurvey.Part) {
        let owners = SurveyOwners(turn.state, part)
        let orders = part.looked.keys.sorted()
        // That it was taken on, changed and met comes before its fills, and its end after them.
        for id in orders { weigh(part.looked[id], id) }
        let isSilent = part.looked.values.contains(.unanswered)
        var isWhole = part.fills != nil
        for fill in part.newFills(turn.state) where fill.kind == .trade {
            if let known = owners.order(of: fill, turn.state) {
                book(fill, known, part)
            } else if isSilent {
                // It may be of an order of which nothing was told: what a contract has made depends
                // on the order in which it was traded, so that later fills wait as well.
                isWhole = false
                break
            }
        }
        for id in orders {
            weigh(part.looked[id], id)
            if isWhole, part.looked[id] == .absent(isProven: true) { end(id, part) }
        }
    }

    private mutating func weigh(_ looked: VenueSurvey.Looked?, _ id: OrderID) {
        guard case .found(let theirs) = looked, let known = turn.state.order(id) else { return }
        let evidence = OrderEvidence(theirs, over: known)
        if known.isUnknown, known.isLive, !evidence.reports.isEmpty {
            let words = "the venue knows it as \(theirs.status.name)"
            emit(.outcomeResolved(OutcomeResolved(order: id, evidence: words)), known)
        }
        for body in evidence.reports { report(body, id) }
    }

    private mutating func book(
        _ fill: VenueExecution,
        _ known: Order,
        _ part: VenueSurvey.Part
    ) {
        guard let evidence = FillEvidence(fill, of: known, at: part.market, turn.state) else {
            return
        }
        if let asset = evidence.newAsset { emit(.balanceAdjusted(asset), known) }
        for body in evidence.reports { report(body, known.id) }
    }

    private mutating func end(_ id: OrderID, _ part: VenueSurvey.Part) {
        guard let known = turn.state.orders[id], known.isLive else { return }
        let evidence = AbsenceEvidence(known, of: part.name, "asked by its id")
        for event in evidence.events { emit(event, known) }
        report(evidence.report, id)
    }

    private mutating func emit(_ event: Event, _ order: Order) {
        turn.emit(
            event,
            trace: TraceID(order.deal.rawValue),
            cause: SequenceNumber(order.id.rawValue)
        )
    }

    private mutating func report(_ body: VenueReport.Body, _ order: OrderID) {
        let number = turn.state.lastReport + 1
        let report = VenueReport(id: number, order: order, time: turn.time, body: body)
        _ = engine.book(report, &turn)
    }
}
