internal import Exchange
internal import Platform
internal import Projections
internal import Trading

/// The venue that rescue acts at, and what it asks there before and after.
struct RescueRoom {
    let plan: RunPlan
    let venue: LiveVenue
    private let view: RescueView
    private let settings: LiveSettings

    /// Opens the connections, and learns each venue's clock; a key is all that it takes.
    ///
    /// - Throws: ``RunFailure`` where there is no account, or the venue does not answer.
    init(_ plan: RunPlan, _ view: RescueView) throws {
        guard let live = plan.live, let credentials = live.credentials else {
            throw RunFailure("the configuration has no account at a venue: it trades on paper")
        }
        try view.requireConfiguration(plan)
        self.plan = plan
        self.view = view
        settings = live
        venue = try LiveVenue(plan, live, try CredentialsFile.read(credentials))
        try venue.learnClocks()
    }

    func hand(
        _ goal: RescueHand.Goal,
        _ book: RescueBook,
        isPartial: Bool = false,
        _ say: @escaping (String) -> Void
    ) -> RescueHand {
        RescueHand(
            goal,
            venue,
            book,
            receiveWindow: settings.receiveWindow,
            isPartial: isPartial,
            say: say
        )
    }

    /// A record that is only told.
    func printed(_ say: @escaping (String) throws -> Void) -> RescueBook.Target {
        RescueRecord.printed(view, plan, say)
    }

    // MARK: What works at the venue

    /// An order of ours at the venue, by its name, that does not live in the journal.
    private struct Stray {
        let order: VenueOrder
        let instrument: LiveInstrument
    }

    /// What works in an instrument; `nil` where the venue does not tell.
    private func working(_ live: LiveInstrument) throws -> [VenueOrder]? {
        var all: [VenueOrder] = []
        var page = VenuePage.first
        for _ in 0..<50 {
            let call = VenueCall.openOrders(symbol: live.symbol, page: page)
            guard case .yes(.orders(let some, let next)) = venue.wait(for: call, desk(live)) else {
                return nil
            }
            all += some
            guard let next, next != page, !some.isEmpty else { return all }
            page = next
        }
        return nil
    }

    private func desk(_ live: LiveInstrument) -> VenueDesk { venue.desks[live.desk] }

    /// Whether a name is of the journal or of rescue beside it; a start that the journal does not
    /// know is another copy's.
    private func isOurs(_ name: String, _ state: TradingState) -> Bool {
        if let id = RescueOrderID(name) { return id.tag == state.tag }
        guard let id = ClientOrderID(name), id.tag == state.tag else { return false }
        return state.epochs.contains { $0.epoch == id.epoch && $0.draw == id.draw }
    }

    private func isLive(_ name: String, _ book: RescueBook) -> Bool {
        book.state.orders.ordered.contains { $0.isLive && book.clientID($0.id) == name }
    }

    /// Cancels orders of ours that work at the venue and do not live in the journal; a stop only
    /// where the goal touches any.
    ///
    /// - Returns: Whether all are gone.
    func cancelStrays(
        _ goal: RescueHand.Goal,
        _ book: RescueBook,
        _ say: (String) -> Void,
        _ notes: inout [String]
    ) throws -> Bool {
        var isDone = true
        for live in venue.instruments {
            guard let orders = try working(live) else {
                notes.append("\(live.symbol): the venue does not tell what works there")
                isDone = false
                continue
            }
            for order in orders {
                guard isOurs(order.clientID, book.state) else {
                    if let id = ClientOrderID(order.clientID), id.tag == book.state.tag {
                        notes.append(
                            "\(live.symbol): \(order.clientID) is of a start that this journal "
                                + "does not know: another copy's, not touched"
                        )
                    }
                    continue
                }
                guard !isLive(order.clientID, book) else { continue }
                if goal == .withdraw, order.isUntriggered { continue }
                if try !cancel(Stray(order: order, instrument: live), book, say) { isDone = false }
            }
        }
        return isDone
    }

    /// Cancels an order that no order of the state stands for: words intend it.
    private func cancel(_ stray: Stray, _ book: RescueBook, _ say: (String) -> Void) throws -> Bool
    {
        let (order, live) = (stray.order, stray.instrument)
        let what =
            "\(live.symbol): \(order.clientID) works at the venue, \(order.side.name) "
            + "\(order.quantity), and not in the journal"
        book.emit(
            .errorRecorded(ErrorRecorded(severity: .alarm, text: "rescue cancels: \(what)"))
        )
        try book.commit()
        say("\(what): cancel")
        let name = VenueOrderName(
            symbol: live.symbol,
            clientID: order.clientID,
            isConditional: order.isUntriggered,
            stop: live.stop
        )
        let answer = venue.wait(for: .cancel(name), desk(live))
        if case .yes = answer { return true }
        if case .no(let refusal) = answer, refusal.isOfGoneOrder { return true }
        say("\(live.symbol): \(order.clientID): \(answer)")
        return false
    }

    // MARK: Afterwards

    /// Asks the venue whether it is as it should be.
    ///
    /// - Returns: Whether nothing of ours is there that should not be.
    func confirm(
        _ goal: RescueHand.Goal,
        _ book: RescueBook,
        _ notes: inout [String]
    ) throws -> Bool {
        var isDone = true
        for live in venue.instruments {
            guard let orders = try working(live) else {
                notes.append("\(live.symbol): the venue does not tell what still works there")
                isDone = false
                continue
            }
            let keepsStops = [.cancel(includesStops: false), .withdraw].contains(goal)
            for order in orders where isOurs(order.clientID, book.state) {
                if keepsStops && order.isUntriggered { continue }
                notes.append("\(live.symbol): \(order.clientID) of ours still works at the venue")
                isDone = false
            }
            let place = Int(live.id.rawValue)
            guard goal == .flatten, place < book.state.instruments.count,
                desk(live).market.market == .perpetual,
                case .yes(.positions(let rows)) = venue.wait(
                    for: .positions(symbol: live.symbol),
                    desk(live)
                )
            else { continue }
            let theirs = rows.filter { $0.symbol == live.symbol }
                .reduce(Quantity.zero) { $0 + $1.quantity }
            let rest = theirs - book.state.instruments[place].position.quantity
            if !rest.isZero {
                notes.append("\(live.symbol): \(rest) at the venue is not ours, and is left alone")
            }
        }
        return isDone
    }
}
