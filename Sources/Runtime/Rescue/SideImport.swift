internal import Engine
internal import Projections
internal import Trading

/// Books what side journals tell, as the journal's own events: evidence that came another way.
///
/// Idempotent by what is known: an execution that is booked and an order that has ended are left as
/// they are. What the state cannot take is told and left out.
struct SideImport {
    /// The orders of rescue, by their number in this state.
    private(set) var names: [OrderID: String]
    /// How many events were booked.
    private(set) var booked = 0
    private var ids: [String: OrderID] = [:]

    /// Goes on from orders of rescue that the state knows.
    init(names: [OrderID: String] = [:]) {
        self.names = names
        for (id, name) in names { ids[name] = id }
    }

    /// What stands in the journal about a side journal that was imported: how a start finds out
    /// that only its name is not changed yet.
    static func words(_ side: SideBeginning) -> String { "side journal \(side.name) of rescue" }

    /// Books all of a side journal.
    mutating func book(_ side: SideJournal, _ turn: inout Turn) {
        let step = RecoveryStepped(step: 6, detail: Self.words(side.beginning))
        turn.emit(.recoveryStepped(step))
        for event in side.events { book(event, &turn) }
    }

    private mutating func book(_ side: SideEvent, _ turn: inout Turn) {
        switch side.event {
        case .orderIntended(let intent): intend(side, intent, &turn)
        // Whether it was done, the venue told, or tells when it is asked again.
        case .cancelIntended: break
        case .outcomeUnknown(let unknown):
            guard let order = order(side, turn.state), order.isLive else { return }
            let event = OutcomeUnknown(order: order.id, request: unknown.request, why: unknown.why)
            emit(.outcomeUnknown(event), of: order, &turn)
        case .outcomeResolved(let resolved):
            guard let order = order(side, turn.state), order.isUnknown else { return }
            let event = OutcomeResolved(order: order.id, evidence: resolved.evidence)
            emit(.outcomeResolved(event), of: order, &turn)
        case .errorRecorded: emit(side.event, of: nil, &turn)
        default: report(side, &turn)
        }
    }

    // MARK: Orders

    private func order(_ side: SideEvent, _ state: borrowing TradingState) -> Order? {
        if let id = ids[side.order] { return state.order(id) }
        guard let name = ClientOrderID(side.order), name.tag == state.tag,
            let order = state.order(name.order),
            state.clientOrderID(of: order)?.description == side.order
        else { return nil }
        return order
    }

    private mutating func intend(_ side: SideEvent, _ intent: OrderIntended, _ turn: inout Turn) {
        guard ids[side.order] == nil else { return }
        guard let deal = Self.closingDeal(of: intent.terms, wanted: intent.deal, &turn) else {
            return leaveOut(side, "its instrument is not known", &turn)
        }
        var intent = intent
        intent.deal = deal
        guard let sequence = emit(.orderIntended(intent), trace: deal, SequenceNumber(0), &turn)
        else { return }
        ids[side.order] = OrderID(sequence)
        names[OrderID(sequence)] = side.order
    }

    /// The deal that an order which takes risk away works for: its own, or the one that is open in
    /// the instrument, or one that is opened for what no deal holds; it is being closed.
    static func closingDeal(
        of terms: OrderTerms,
        wanted: DealID = .none,
        _ turn: inout Turn
    ) -> DealID? {
        let place = Int(terms.instrument.rawValue)
        guard turn.state.instruments.indices.contains(place) else { return nil }
        var id = turn.state.instruments[place].deal
        if turn.state.deals[wanted]?.instrument == terms.instrument { id = wanted }
        if id == .none {
            let evidence = Evidence(strategy: 0, score: .zero, bid: .zero, ask: .zero)
            let opened = DealOpened(
                instrument: terms.instrument,
                side: terms.side.opposite,
                evidence: evidence
            )
            id = DealID(turn.emit(.dealOpened(opened)))
        }
        if let deal = turn.state.deals[id], deal.status != .closing {
            let moved = DealMoved(deal: id, status: .closing, reason: .operatorDecision)
            turn.emit(.dealMoved(moved), trace: TraceID(id.rawValue))
        }
        return id
    }

    // MARK: Reports

    private mutating func report(_ side: SideEvent, _ turn: inout Turn) {
        guard let known = order(side, turn.state) else {
            return leaveOut(side, "the order is not known", &turn)
        }
        guard let body = body(side, &turn) else { return }
        let report = VenueReport(
            id: turn.state.lastReport + 1,
            order: known.id,
            time: turn.time,
            body: body
        )
        guard let event = Engine.booking(of: report, on: known, turn.state) else { return }
        emit(event, of: known, &turn)
    }

    private mutating func body(_ side: SideEvent, _ turn: inout Turn) -> VenueReport.Body? {
        switch side.event {
        case .orderAccepted(let it): .accepted(venueOrder: it.venueOrder)
        case .orderRejected(let it): .rejected(it.refusal.reason)
        case .orderCancelled: .cancelled
        case .cancelRejected(let it): .cancelRejected(it.refusal.reason)
        case .orderAmended(let it):
            .amended(quantity: it.quantity, price: it.price, trigger: it.trigger)
        case .amendRejected(let it): .amendRejected(it.refusal.reason)
        case .orderTriggered: .triggered
        case .orderExpired(let it): .expired(it.refusal.reason)
        case .orderFilled(let it): .filled(execution(it.execution, side.feeAsset, &turn))
        default: nil
        }
    }

    private mutating func execution(
        _ execution: Execution,
        _ feeAsset: String,
        _ turn: inout Turn
    ) -> Execution {
        var execution = execution
        if !turn.state.assets.contains(where: { $0.name == feeAsset }) {
            let known = BalanceAdjusted(
                asset: feeAsset,
                amount: .zero,
                reason: "fees are charged in it"
            )
            emit(.balanceAdjusted(known), of: nil, &turn)
        }
        let place = turn.state.assets.firstIndex { $0.name == feeAsset } ?? 0
        execution.feeAsset = AssetID(UInt16(clamping: place))
        return execution
    }

    // MARK: Events

    private mutating func emit(_ event: Event, of order: Order?, _ turn: inout Turn) {
        let cause = SequenceNumber(order?.id.rawValue ?? 0)
        emit(event, trace: order?.deal ?? .none, cause, &turn)
    }

    /// Emits what the state can take; what a file says need not fit.
    @discardableResult
    private mutating func emit(
        _ event: Event,
        trace: DealID,
        _ cause: SequenceNumber,
        _ turn: inout Turn
    ) -> SequenceNumber? {
        var trial = turn.state
        let envelope = EventEnvelope(
            sequence: trial.head.next,
            time: turn.time,
            trace: TraceID(trace.rawValue),
            cause: cause,
            event: event
        )
        do throws(FoldFailure) {
            try trial.fold(envelope)
        } catch {
            tell("rescue's \(event.kind.name) is left out: \(error.reason)", &turn)
            return nil
        }
        booked += 1
        return turn.emit(event, trace: TraceID(trace.rawValue), cause: cause)
    }

    private func leaveOut(_ side: SideEvent, _ why: String, _ turn: inout Turn) {
        let what = "\(side.event.kind.name) of \(side.order)"
        tell("rescue's \(what) is left out: \(why): look at the account", &turn)
    }

    private func tell(_ text: String, _ turn: inout Turn) {
        turn.emit(.errorRecorded(ErrorRecorded(severity: .alarm, text: text)))
    }
}
