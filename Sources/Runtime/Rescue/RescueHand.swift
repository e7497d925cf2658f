internal import Engine
internal import Exchange
internal import Platform
internal import Projections
internal import Trading

/// Takes risk away at the venue until it is done or its time is over.
///
/// Design note: like the engine's loop, on one thread: what the venue says is booked, then it is
/// decided what is next, then all of that is made durable, and only then does it leave. What the
/// venue says is weighed by the same world that the engine has; nothing is sent twice.
final class RescueHand {
    /// What is to be done.
    enum Goal: Hashable {
        /// Cancel what works: stops of what is held only where told so.
        case cancel(includesStops: Bool)
        /// Cancel what opens, and close what is ours.
        case flatten
        /// Cancel what works and is no stop: what is held is not known.
        case withdraw
        /// Find out how orders stand: all, or those that rescue placed before; nothing is changed.
        case look(isOfAll: Bool)

        var changesNothing: Bool {
            if case .look = self { return true }
            return false
        }
    }

    let goal: Goal
    let venue: LiveVenue
    let book: RescueBook
    let world: LiveWorld
    /// Whether the state is made of intents and answers alone, so that what was forgotten is not in
    /// it: then only what a deal holds on its own side is closed.
    let isPartial: Bool
    private let say: (String) -> Void
    /// Whether nothing had to be given up.
    private(set) var hasDoneAll = true
    /// What the venue has of an instrument beyond what is ours; less than zero where it has less.
    var excess: [InstrumentID: Quantity] = [:]
    private var asked: Set<InstrumentID> = []
    private var lookedAt: [OrderID: Timestamp] = [:]
    private var requests: [VenueRequest] = []
    /// What is said of them, once they are durable.
    private var announcements: [String] = []
    /// What was told once.
    private var remarks: Set<String> = []
    /// How often an exit was refused, by instrument.
    private var refusals: [InstrumentID: Int] = [:]

    init(
        _ goal: Goal,
        _ venue: LiveVenue,
        _ book: RescueBook,
        receiveWindow: TimeSpan,
        isPartial: Bool = false,
        say: @escaping (String) -> Void
    ) {
        self.goal = goal
        self.venue = venue
        self.book = book
        self.isPartial = isPartial
        self.say = say
        let observer = RunObserver(
            log: { say($0.text) },
            progress: { _ in },
            isStopWanted: { false }
        )
        world = LiveWorld(
            venue.instruments,
            venue.desks,
            venue.inbox,
            venue.streams,
            observer,
            receiveWindow: receiveWindow,
            over: book.state,
            sources: [],
            named: { [book] in book.clientID($0) }
        )
    }

    /// Acts until all is done.
    ///
    /// - Parameter patience: How long it may take.
    /// - Returns: Whether it is done.
    /// - Throws: What stood in the way of recording: nothing more was sent then.
    func act(patience: TimeSpan) throws -> Bool {
        let end = Clock.monotonic() + patience.nanoseconds
        lookUpUnanswered()
        while Clock.monotonic() < end { if try advance() { return true } }
        return false
    }

    /// Has every request without an answer looked up.
    func lookUpUnanswered() {
        for order in book.state.orders.ordered where order.isLive && order.request != .none {
            world.track(order.id, order.request, lookAfter: .zero)
        }
    }

    /// Decides, sends what was decided, and waits for what comes of it.
    ///
    /// - Returns: Whether all is done.
    func advance() throws -> Bool {
        let isDone = try decide()
        try settle()
        if isDone { return true }
        world.wait()
        book.begin()
        takeNews()
        return false
    }

    /// Books what the venue said.
    private func takeNews() {
        while let step = world.next(book.state) {
            for event in step.events { take(event) }
            if case .report(let report) = step.input { take(report) }
        }
        for answer in world.told { take(answer) }
        world.told = []
    }

    private func take(_ event: Event) {
        let order: OrderID? =
            switch event {
            case .outcomeUnknown(let unknown): unknown.order
            case .outcomeResolved(let resolved): resolved.order
            default: nil
            }
        guard let known = order.flatMap(book.state.order) else {
            book.emit(event)
            return
        }
        book.emit(event, of: known.deal, cause: SequenceNumber(known.id.rawValue))
    }

    private func take(_ report: VenueReport) {
        guard let order = book.state.order(report.order),
            let event = Engine.booking(of: report, on: order, book.state)
        else { return }
        book.emit(event, of: order.deal, cause: SequenceNumber(order.id.rawValue))
        say(words(event))
        switch event {
        case .orderRejected, .orderExpired:
            guard order.role == .exit else { return }
            refusals[order.terms.instrument, default: 0] += 1
            // Perhaps the stop was met meanwhile: that must be known before the next one.
            for other in book.state.orders.ordered
            where other.terms.instrument == order.terms.instrument {
                world.answered.remove(other.id)
            }
            excess[order.terms.instrument] = nil
        case .orderFilled: refusals[order.terms.instrument] = nil
        default: break
        }
    }

    private func words(_ event: Event) -> String { RescueText.words(event, in: book.state) }

    /// Everything that was decided becomes durable; then it leaves.
    private func settle() throws {
        try book.commit()
        for request in requests { world.send(request, decidedAt: book.turn.time) }
        for text in announcements { say(text) }
        (requests, announcements) = ([], [])
    }

    // MARK: Deciding

    private func decide() throws -> Bool {
        var isDone = true
        for place in book.state.instruments.indices {
            if try !step(InstrumentID(UInt16(place))) { isDone = false }
        }
        return isDone
    }

    /// Brings one instrument forward.
    ///
    /// - Returns: Whether nothing is left to do.
    private func step(_ instrument: InstrumentID) throws -> Bool {
        let live = book.state.orders.ordered.filter {
            $0.isLive && $0.terms.instrument == instrument
        }
        // What is held is not known before every order that may have been filled has ended.
        let mayHold =
            !book.state.instruments[Int(instrument.rawValue)].position.quantity.isZero
            || live.contains { $0.terms.type != .stopMarket }
        let unwanted = live.filter { isUnwanted($0, mayHold: mayHold) }
        for order in unwanted { cancel(order) }
        let waits = live.filter { unwanted.contains($0) || isInDoubt($0) }
        for order in waits { look(order) }
        guard waits.isEmpty else { return false }
        return goal == .flatten ? close(instrument) : true
    }

    /// Whether it is not known how an order stands, all its fills included.
    private func isInDoubt(_ order: Order) -> Bool {
        switch goal {
        case .cancel, .withdraw: return order.isUnknown || order.request != .none
        case .flatten, .look: break
        }
        if goal == .look(isOfAll: false), book.names[order.id] == nil { return false }
        return order.isUnknown || order.request != .none || !world.answered.contains(order.id)
    }

    private func isUnwanted(_ order: Order, mayHold: Bool) -> Bool {
        let isStop = order.terms.type == .stopMarket
        switch goal {
        case .look: return false
        case .withdraw: return !isStop
        case .cancel(let includesStops):
            return !isStop || includesStops || !mayHold
        case .flatten:
            let isSpot = book.state.instrument(order.terms.instrument)?.market == .spot
            // Elsewhere the stop protects until nothing is held.
            return !isStop || isSpot || !mayHold
        }
    }

    /// Cancels an order that the venue has taken on.
    private func cancel(_ order: Order) {
        guard !goal.changesNothing, order.request == .none, order.status != .pending,
            !order.isTriggered || world.answered.contains(order.id), order.terms.type != .market
        else { return }
        if order.refused == .cancel, book.turn.time - order.changedAt < .second { return }
        book.emit(
            .cancelIntended(CancelIntended(order: order.id)),
            of: order.deal,
            cause: SequenceNumber(order.id.rawValue)
        )
        requests.append(.cancel(order.id))
        let name = RescueText.name(order.terms.instrument, book.state)
        announcements.append(
            "\(name): cancel \(order.role.name) \(book.clientID(order.id) ?? "\(order.id)")"
        )
    }

    /// Asks for an order, once in a while.
    private func look(_ order: Order) {
        let now = book.turn.time
        guard order.status != .pending, now - (lookedAt[order.id] ?? .never) >= .second,
            world.desk(of: order.terms.instrument).load < 40
        else { return }
        lookedAt[order.id] = now
        world.look(order.id)
    }

    // MARK: Closing

    /// Closes what is ours of an instrument, of which nothing is in doubt.
    private func close(_ instrument: InstrumentID) -> Bool {
        let held = book.state.instruments[Int(instrument.rawValue)]
        let rules = held.instrument
        let live = book.state.orders.ordered.filter {
            $0.isLive && $0.terms.instrument == instrument
        }
        let size = RescueSize(held, deal: book.state.deals[held.deal], isPartial: isPartial)
        guard size.wanted.isPositive else {
            if let why = size.why { giveUp("\(rules.name): \(why)") }
            // A stop never outlives its position.
            for order in live { cancel(order) }
            guard live.isEmpty else {
                for order in live { look(order) }
                return false
            }
            finish(held)
            return true
        }
        guard let excess = excess[instrument] else {
            askForHolding(of: instrument, rules)
            return false
        }
        let most = max(.zero, size.wanted + min(.zero, excess))
        let quantity = rules.filters.cut(most)
        guard !size.isDust(quantity, rules) else {
            let ours = "\(size.wanted) is ours by our fills"
            giveUp("\(rules.name): the venue has less than that: \(ours), and \(most) is there")
            return true
        }
        if refusals[instrument, default: 0] >= Self.mostRefusals {
            giveUp("\(rules.name): the venue refused the exit \(Self.mostRefusals) times")
            return true
        }
        let last = book.state.orders[book.state.deals[held.deal]?.exit ?? OrderID(0)]
        if let last, last.rejection != nil, book.turn.time - last.changedAt < .second {
            return false
        }
        place(quantity, size.side, rules)
        return false
    }

    /// How often in a row an exit may be refused before a person has to look.
    private static let mostRefusals = 5

    private func place(_ quantity: Quantity, _ side: Side, _ rules: Instrument) {
        let terms = OrderTerms(
            instrument: rules.id,
            side: side,
            type: .market,
            timeInForce: .immediateOrCancel,
            isReduceOnly: rules.market == .perpetual,
            quantity: quantity
        )
        guard let deal = book.change({ SideImport.closingDeal(of: terms, &$0) }) else { return }
        let intent = OrderIntended(deal: deal, role: .exit, terms: terms)
        let order = OrderID(
            book.emit(.orderIntended(intent), of: deal, cause: SequenceNumber(deal.rawValue))
        )
        requests.append(.place(order, terms))
        excess[rules.id] = nil
        let name = book.clientID(order) ?? "\(order)"
        announcements.append("\(rules.name): \(side.name) \(quantity) at the market, \(name)")
    }

    /// Ends the deal of an instrument of which nothing is held or works.
    private func finish(_ held: InstrumentState) {
        guard let deal = book.state.deals[held.deal] else { return }
        let closed = DealClosed(
            deal: deal.id,
            reason: deal.status == .opening ? .entryNotFilled : .operatorDecision,
            profit: deal.profit,
            dust: deal.held
        )
        book.emit(.dealClosed(closed), of: deal.id, cause: SequenceNumber(deal.id.rawValue))
        if !held.position.quantity.isZero {
            remark("\(held.instrument.name): \(held.position.quantity) is left as dust")
        }
    }

    /// Tells that something cannot be done.
    private func giveUp(_ text: String) {
        hasDoneAll = false
        remark(text)
    }

    /// Tells something once.
    func remark(_ text: String) {
        guard remarks.insert(text).inserted else { return }
        say(text)
    }

    /// What a person has to know.
    var notes: [String] { remarks.sorted() }

    // MARK: What the venue has

    private func askForHolding(of instrument: InstrumentID, _ rules: Instrument) {
        guard asked.insert(instrument).inserted else { return }
        let call: VenueCall =
            rules.market == .spot ? .balances : .positions(symbol: rules.symbol)
        world.desk(of: instrument).ask(call, for: .start("holding \(instrument)"), .protective)
    }

    private func take(_ answer: VenueDesk.Answered) {
        let place = asked.first { answer.purpose == .start("holding \($0)") }
        guard let instrument = place else { return }
        asked.remove(instrument)
        let held = book.state.instruments[Int(instrument.rawValue)]
        let ours = held.position.quantity
        switch answer.answer {
        case .yes(.positions(let rows)):
            let theirs = rows.filter { $0.symbol == held.instrument.symbol }
                .reduce(Quantity.zero) { $0 + $1.quantity }
            excess[instrument] = ours.isNegative ? ours - theirs : theirs - ours
        case .yes(.balances(let rows)):
            let name = book.state.assets[Int(held.instrument.base.rawValue)].name
            let theirs = rows.first { $0.asset == name }?.total ?? .zero
            excess[instrument] = Quantity(theirs.value) - ours
        default: say("\(held.instrument.name): what the venue has is not told")
        }
    }
}
