public import Projections
public import Trading

extension Engine {
    /// The venue reports: a fact, booked whatever was expected; then its deal goes on.
    func decide(on report: VenueReport, _ turn: inout Turn) {
        if case .liquidated(let instrument, let side, let execution) = report.body,
            report.id > turn.state.lastReport, turn.state.instrument(instrument) != nil
        {
            return liquidated(instrument, side, execution, report.id, &turn)
        }
        if let deal = book(report, &turn) { tend(deal, &turn) }
    }

    /// Books what the venue reports on an order, or of money, and decides nothing.
    ///
    /// - Parameters:
    ///   - report: The report; its number is above those of the journal, or nothing is booked.
    ///   - turn: The turn.
    /// - Returns: The open deal that goes on from it; `nil` where there is none.
    package func book(_ report: VenueReport, _ turn: inout Turn) -> DealID? {
        // The same report comes again after a reconnect or a restart.
        if report.id <= turn.state.lastReport { return nil }
        switch report.body {
        case .funding(let instrument, _, _) where turn.state.instrument(instrument) == nil,
            .liquidated(let instrument, _, _) where turn.state.instrument(instrument) == nil:
            setAside(report, "instrument \(instrument)", &turn)
            return nil
        case .funding(let instrument, let amount, let rate):
            turn.emit(
                .fundingSettled(
                    FundingSettled(
                        instrument: instrument,
                        amount: amount,
                        rate: rate,
                        report: report.id
                    )
                )
            )
            return nil
        case .covered(let instrument, let amount):
            covered(instrument, amount, report.id, &turn)
            return nil
        default: return bookOnOrder(report, &turn)
        }
    }

    private func bookOnOrder(_ report: VenueReport, _ turn: inout Turn) -> DealID? {
        guard let order = turn.state.order(report.order) else {
            setAside(report, "order \(report.order)", &turn)
            return nil
        }
        guard let event = Self.booking(of: report, on: order, turn.state) else {
            turn.emit(
                .reportSetAside(
                    ReportSetAside(
                        order: order.id,
                        report: report.id,
                        why: "nothing new is in it"
                    )
                ),
                trace: TraceID(order.deal.rawValue),
                cause: SequenceNumber(order.id.rawValue)
            )
            return nil
        }
        var isFill = false
        var isOverfill = false
        if case .filled(let execution) = report.body {
            isFill = true
            isOverfill = order.filled + execution.quantity > order.terms.quantity
        }
        turn.emit(
            event,
            trace: TraceID(order.deal.rawValue),
            cause: SequenceNumber(order.id.rawValue)
        )
        if isOverfill { overfilled(order, &turn) }
        guard turn.state.deals.contains(order.deal) else {
            if isFill { filledLate(order, &turn) }
            return nil
        }
        return order.deal
    }

    /// Keeps a report on something that is not known, and calls for a person.
    private func setAside(_ report: VenueReport, _ what: String, _ turn: inout Turn) {
        turn.emit(
            .reportSetAside(
                ReportSetAside(
                    order: report.order,
                    report: report.id,
                    why: "the \(what.prefix { $0 != " " }) is not known"
                )
            )
        )
        turn.emit(
            .errorRecorded(
                ErrorRecorded(
                    severity: .alarm,
                    text: "the venue reports on \(what), which is not known"
                )
            )
        )
    }

    /// What a report of an order says as an event.
    ///
    /// - Parameters:
    ///   - report: What the venue says.
    ///   - order: The order it is about, as it is known.
    ///   - state: What is known.
    /// - Returns: The event; `nil` where the order is past it.
    public static func booking(
        of report: VenueReport,
        on order: Order,
        _ state: borrowing TradingState
    ) -> Event? {
        let isKept = state.orders.contains(order.id)
        let id = order.id
        func refusal(_ reason: RejectionReason) -> VenueRefusal {
            VenueRefusal(order: id, report: report.id, reason: reason)
        }
        switch report.body {
        case .filled(let execution):
            if state.hasBooked(execution.id) { return nil }
            return .orderFilled(
                OrderFilled(order: id, report: report.id, execution: execution)
            )
        case .cancelRejected(let reason):
            return .cancelRejected(CancelRejected(refusal: refusal(reason)))
        case .amendRejected(let reason):
            return .amendRejected(AmendRejected(refusal: refusal(reason)))
        default: break
        }
        guard isKept, order.isLive else { return nil }
        switch report.body {
        case .accepted(let venueOrder):
            return .orderAccepted(
                OrderAccepted(order: id, report: report.id, venueOrder: venueOrder)
            )
        case .rejected(let reason): return .orderRejected(OrderRejected(refusal: refusal(reason)))
        case .cancelled: return .orderCancelled(OrderCancelled(order: id, report: report.id))
        case .amended(let quantity, let price, let trigger):
            return .orderAmended(
                OrderAmended(
                    order: id,
                    report: report.id,
                    quantity: quantity,
                    price: price,
                    trigger: trigger
                )
            )
        case .triggered: return .orderTriggered(OrderTriggered(order: id, report: report.id))
        case .expired(let reason): return .orderExpired(OrderExpired(refusal: refusal(reason)))
        default: return nil
        }
    }

    /// A fill came after its deal was closed: what it bought or sold has no stop.
    private func filledLate(_ order: Order, _ turn: inout Turn) {
        let name = turn.state.instrument(order.terms.instrument)?.name ?? ""
        turn.emit(
            .errorRecorded(
                ErrorRecorded(
                    severity: .alarm,
                    text: "order \(order.id) in \(name) was filled after its deal was closed: "
                        + "what it left is not protected"
                )
            ),
            trace: TraceID(order.deal.rawValue),
            cause: SequenceNumber(order.id.rawValue)
        )
    }

    private func overfilled(_ order: Order, _ turn: inout Turn) {
        turn.emit(
            .errorRecorded(
                ErrorRecorded(
                    severity: .alarm,
                    text: "order \(order.id) was filled beyond its quantity"
                )
            ),
            trace: TraceID(order.deal.rawValue),
            cause: SequenceNumber(order.id.rawValue)
        )
    }

    private func liquidated(
        _ instrument: InstrumentID,
        _ side: Side,
        _ execution: Execution,
        _ report: UInt64,
        _ turn: inout Turn
    ) {
        if turn.state.hasBooked(execution.id) {
            turn.emit(
                .reportSetAside(
                    ReportSetAside(order: OrderID(0), report: report, why: "booked before")
                )
            )
            return
        }
        let deal = turn.state.instruments[Int(instrument.rawValue)].deal
        let booked = turn.emit(
            .positionLiquidated(
                PositionLiquidated(
                    instrument: instrument,
                    side: side,
                    execution: execution,
                    report: report
                )
            ),
            trace: TraceID(deal.rawValue)
        )
        let name = turn.state.instrument(instrument)?.name ?? "\(instrument)"
        turn.emit(
            .errorRecorded(
                ErrorRecorded(severity: .alarm, text: "\(name) was liquidated by the venue")
            ),
            trace: TraceID(deal.rawValue),
            cause: booked
        )
        guard let open = turn.state.deals[deal] else { return }
        if open.status == .closing {
            tend(deal, &turn)
        } else {
            giveUp(open, .liquidation, cause: booked, &turn)
        }
    }
}
