internal import Exchange
internal import Network
internal import Projections
internal import Trading

// What other threads told.
extension LiveWorld {
    func take(_ note: LiveNote) {
        switch note {
        case .answered(let place, let ticket, let outcome):
            // What only the start asked may be answered late.
            guard desks.indices.contains(place) else { return }
            if let answer = desks[place].take(ticket, outcome) { take(answer) }
            shareBan(of: place)
        case .fault(let fault): add(.fault(fault))
        case .trouble(let text): remark(text)
        }
    }

    /// What Bybit lets nothing of an address pass for holds in both of its markets.
    private func shareBan(of place: Int) {
        guard desks[place].market.isBybit else { return }
        let end = desks[place].budget.isHeldUntil
        for desk in desks where desk.market.isBybit { desk.hold(until: end) }
    }

    func take(_ answered: VenueDesk.Answered) {
        switch answered.purpose {
        case .request(let order, let kind): add(.change(order, kind, answered.answer))
        case .lookUp(let order): take(lookUp: order, answered)
        case .lookUpEnded(let order, let askedAt):
            take(lookUpEnded: order, askedAt: askedAt, answered)
        case .fills(let instrument): take(fills: instrument, answered)
        case .instruments: take(listing: answered)
        case .survey(let ticket): take(survey: ticket, answered)
        case .start: told.append(answered)
        case .listenKey: take(listenKey: answered)
        case .lastLook(let order): take(lastLook: order, answered)
        case .clock: break
        }
    }

    private func take(lookUp order: OrderID, _ answered: VenueDesk.Answered) {
        let askedAt = answered.askedAt
        switch answered.answer {
        case .yes(.orders(let found, _)):
            if let match = found.first {
                add(.order(match, order, askedAt: askedAt))
                return lookAtChild(of: order, match, answered.call)
            }
            // Bybit tells of the newest that ended here, and of the others there.
            lookAmongEnded(order, askedAt: askedAt)
        case .no(let refusal):
            // What ended long ago is forgotten, or told to be archived.
            guard refusal.isOfGoneOrder, !lookAtPlainOne(order, answered.call) else { return }
            lookAmongEnded(order, askedAt: askedAt)
        case .yes, .unknown: break
        }
    }

    /// Asks what became of the order that a triggered stop became on USD-M: it has the stop's name
    /// among the plain ones, and alone tells its fills and its end.
    private func lookAtChild(of order: OrderID, _ found: VenueOrder, _ call: VenueCall) {
        if found.becameOrder != nil { _ = lookAtPlainOne(order, call) }
    }

    /// Asks for the plain order of a stop on USD-M, which outlives it.
    ///
    /// - Returns: Whether there may be one and it was not asked for.
    private func lookAtPlainOne(_ order: OrderID, _ call: VenueCall) -> Bool {
        guard case .order(var name) = call, name.isConditional, let named = names[order],
            desk(of: named.instrument).market == .binanceFutures
        else { return false }
        name.isConditional = false
        desk(of: named.instrument).ask(.order(name), for: .lookUp(order), .protective)
        return true
    }

    /// Looks through a page of what ended.
    private func take(
        lookUpEnded order: OrderID,
        askedAt: Int64,
        _ answered: VenueDesk.Answered
    ) {
        guard case .yes(.orders(let found, let next)) = answered.answer, let named = names[order]
        else { return }
        if let match = found.first(where: { $0.clientID == named.name.clientID }) {
            return add(.order(match, order, askedAt: askedAt))
        }
        guard let next, case .orderHistory(let symbol, let from, let to, _) = answered.call
        else { return add(.absence(order, askedAt: askedAt)) }
        desk(of: named.instrument).ask(
            .orderHistory(symbol: symbol, from: from, to: to, page: next),
            for: .lookUpEnded(order, askedAt: askedAt),
            .protective
        )
    }

    /// Looks for an order among all that work: a venue may not tell of a single one that is old.
    private func take(lastLook order: OrderID, _ answered: VenueDesk.Answered) {
        guard case .yes(.orders(let found, let next)) = answered.answer, let named = names[order]
        else { return }
        if let match = found.first(where: { $0.clientID == named.name.clientID }) {
            return add(.order(match, order, askedAt: answered.askedAt))
        }
        guard let next, case .openOrders(let symbol, _) = answered.call else {
            return add(.gone(order))
        }
        let call = VenueCall.openOrders(symbol: symbol, page: next)
        desk(of: named.instrument).ask(call, for: .lastLook(order), .protective)
    }

    private func take(fills instrument: InstrumentID, _ answered: VenueDesk.Answered) {
        guard case .yes(.executions(let fills, let next)) = answered.answer else {
            // The order that lacks them is looked at again, and they are asked for again.
            remark("\(instruments[Int(instrument.rawValue)].symbol): no fills: \(answered.answer)")
            return
        }
        for fill in fills { take(fill, in: instrument) }
        let desk = desk(of: instrument)
        switch answered.call {
        case .executions(let symbol, let from, let to, _):
            guard let next else { return }
            let call = VenueCall.executions(symbol: symbol, from: from, to: to, page: next)
            desk.ask(call, for: .fills(instrument))
        case .orderExecutions(let question):
            guard let more = question.following(next, at: desk.market) else { return }
            desk.ask(.orderExecutions(more), for: .fills(instrument))
        default: break
        }
    }

    /// Takes a fill of an order, and has a person look at what the venue did by itself.
    func take(_ fill: VenueExecution, in instrument: InstrumentID) {
        switch fill.kind {
        case .trade:
            let owner = owner(fill.clientID ?? "", fill.venueOrder, in: instrument)
            if owner == nil, strangers.insert(unique(fill.id, in: instrument)).inserted {
                // It may have closed what we hold.
                comparison.suspectOthers(at: time)
            }
            add(.fill(fill, owner))
        case .funding: break
        case .liquidation, .deleveraging, .other:
            guard strangers.insert(unique(fill.id, in: instrument)).inserted else { return }
            comparison.suspectOthers(at: time)
            let text =
                "\(fill.symbol): the venue itself (\(fill.kind.name)) \(fill.side.name)s "
                + "\(fill.quantity) at \(fill.price); it is compared with the account, look at that"
            emit(.errorRecorded(ErrorRecorded(severity: .alarm, text: text)))
        }
    }

    /// Takes a message of a private stream.
    func take(_ text: [UInt8], _ place: Int) {
        let events: [VenueEvent]
        do throws(MessageError) {
            events = try desks[place].events(in: text.span)
        } catch {
            return missMessage(place, error)
        }
        for event in events {
            switch event {
            case .order(let found):
                guard let instrument = instrument(found.symbol, at: place) else {
                    meet(found, at: place)
                    continue
                }
                guard let id = owner(found.clientID, found.venueOrder, in: instrument) else {
                    meet(found, at: place)
                    continue
                }
                add(.order(found, id, askedAt: nil))
            case .execution(let fill):
                guard let instrument = instrument(fill.symbol, at: place) else { continue }
                take(fill, in: instrument)
            case .unreadable(let error): missMessage(place, error)
            case .position, .balance, .mode: break
            case .subscribed:
                confirmStream(of: place)
                hear(place)
            case .refused(let text): renewStream(of: place, "the venue refuses it: \(text)")
            case .ends: renewStream(of: place, "the venue ends it")
            }
        }
    }

    /// After a private stream came back nothing is taken for granted: every order of ours is
    /// looked up, and what was filled meanwhile is asked for.
    func reload(_ place: Int) {
        // Filters change while a venue is away.
        askForListing(of: place)
        comparison.hasten(to: time + TimeSpan(seconds: 5))
        for order in names.keys.sorted() {
            guard let named = names[order],
                instruments[Int(named.instrument.rawValue)].desk == place
            else { continue }
            // All at once, they leave room for stops; those in doubt are looked up beside this.
            look(order, .ordinary)
        }
        for instrument in instruments where instrument.desk == place {
            askForFills(
                instrument.id,
                since: desk(of: instrument.id).now - TimeSpan(seconds: 3600)
            )
        }
    }

    /// Tells a person something; of an order in the chain of its deal.
    func remark(_ text: String, of order: Order? = nil) {
        let trace = order.map { TraceID($0.deal.rawValue) } ?? .none
        observer.log(RunMessage(time: time, severity: .warning, text: text, trace: trace))
    }

    // MARK: Rescue

    func lookAtAll() {
        for place in desks.indices { reload(place) }
    }
}
