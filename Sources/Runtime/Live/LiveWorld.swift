internal import Engine
internal import Exchange
internal import Network
internal import Projections
internal import Trading

/// Live venues, as the loop sees them.
///
/// What the world has to say is drained from the inbox and kept in order until the engine has
/// taken it: evidence first, then the tick, then what markets have become. Evidence is compared
/// with the state at the moment it is taken, so what was booked meanwhile is not told twice.
final class LiveWorld: WaitingWorld {
    /// Something a venue said that may prove something of an order.
    enum Finding {
        /// An order as the venue describes it; `askedAt` where it was asked for.
        case order(VenueOrder, OrderID, askedAt: Int64?)
        /// A fill.
        case fill(VenueExecution, OrderID?)
        /// The answer to a change.
        case change(OrderID, RequestKind, VenueAnswer)
        /// The venue did not know an order when it was asked.
        case absence(OrderID, askedAt: Int64)
        /// It was not among what works either.
        case gone(OrderID)
        /// What a market broke.
        case fault(MarketFaulted)
    }

    /// An order as the venue is asked about it.
    struct Named {
        var name: VenueOrderName
        var instrument: InstrumentID
        var terms: OrderTerms
    }

    private(set) var instruments: [LiveInstrument]
    let desks: [VenueDesk]
    private let inbox: Inbox
    private let streams: PrivateStreams
    let observer: RunObserver
    let clock: RunClock
    private var steady: SteadyTime

    private(set) var time: Timestamp
    private(set) var progress: [InputProgress]
    private(set) var remarks: [String] = []

    private var findings: [Finding] = []
    /// What a finding came to and the engine has not taken yet.
    private var bodies: [(order: OrderID, body: VenueReport.Body)] = []
    private var events: [Event] = []
    private var slices: [MarketSlice] = []
    private var nextTick: Timestamp
    /// Whether everything was looked after before the tick that is due.
    private var hasLooked = false
    private var nextTimeQuestion: Timestamp
    private var nextListenKey: Timestamp
    var nextListing: Timestamp
    /// When the stops that work are looked up the next time.
    var nextStopLook: Timestamp
    /// What the venue asks, by the instrument's place, as it was told; `nil` of what it does not
    /// list.
    var rules: Surveyor.Rules = [:]
    /// The instruments of ours on the pages of a listing that were read, by desk.
    var listed: [Int: Set<Int>] = [:]
    /// Fills that were none of our orders', which a person was told of.
    var strangers: Set<VenueID> = []
    /// The draws of other engines that were seen.
    var engines: Set<String> = []
    private var lastReport: UInt64
    var comparison: RunningComparison
    /// Each order of ours that works, so that it can be cancelled and looked up.
    var names: [OrderID: Named] = [:]
    var tracked: [OrderID: Tracked] = [:]
    /// Our orders by the venue's ids: lists of fills tell no other, and a triggered order becomes
    /// one with an id of its own.
    var owners: [VenueID: OrderID] = [:]
    private let clientID: (OrderID) -> String
    /// Whether a start of this journal made a name: a copy of it has our mark and another draw.
    let isOurs: (ClientOrderID) -> Bool
    let receiveWindow: TimeSpan
    /// When this start began, by the clock of the venue of each desk as it was known then.
    let begun: [Timestamp]
    /// What holds, or holds no more, that the engine is to be told.
    var conditions: [(condition: Condition, isActive: Bool)] = []
    /// Whether what the private stream of each desk tells is heard.
    var hearings: [Hearing]
    /// Whether the engine was told that something is not heard.
    var isDeafTold = false
    /// When orders are looked up the next time of which nothing is heard.
    var nextDeafLook: Timestamp
    /// Orders of ours that the venue was asked about and of which no fill is missing.
    var answered: Set<OrderID> = []
    /// Answers to what somebody else than the world asked for.
    var told: [VenueDesk.Answered] = []
    /// How long an entry may be held back before it is taken back.
    var longestHeld = TimeSpan(seconds: 10)
    /// Whether the engine is about to stop: nothing more is opened.
    var isLeaving = false
    /// Whether nothing but cancels may leave; asked before what waits at a desk does.
    var mayOnlyCancel: () -> Bool = { false }
    /// Takes an order of rescue that this world does not know, of which something is not booked.
    var meetRescue: (RescueOrderID) -> Void = { _ in }
    /// How long after a placement left a venue that does not know it never will: until the receive
    /// window has closed for certain, and as much again for its clock and its queues.
    let provenAbsence: TimeSpan

    init(
        _ instruments: [LiveInstrument],
        _ desks: [VenueDesk],
        _ inbox: Inbox,
        _ streams: PrivateStreams,
        _ observer: RunObserver,
        clock: RunClock = .machine,
        receiveWindow: TimeSpan,
        over state: TradingState,
        sources: [SourceID],
        named rename: @escaping (OrderID) -> String? = { _ in nil }
    ) {
        self.instruments = instruments
        self.desks = desks
        self.inbox = inbox
        self.streams = streams
        self.observer = observer
        provenAbsence = max(TimeSpan(nanoseconds: receiveWindow.nanoseconds * 2), Self.leastDoubt)
        self.clock = clock
        steady = SteadyTime(clock, notBefore: state.time)
        time = steady.now()
        comparison = RunningComparison(at: time)
        self.receiveWindow = receiveWindow
        nextTick = time + .second
        nextTimeQuestion = time + Self.timeInterval
        nextListenKey = time + Self.listenKeyInterval
        nextListing = time + Self.listingInterval
        nextStopLook = time + TimeSpan(seconds: 30)
        nextDeafLook = time
        let time = time
        hearings = desks.map { _ in Hearing(at: time) }
        lastReport = state.lastReport
        // Counting goes on where the last mark stands.
        progress = sources.map { source in
            let known = state.sources[Int(source.rawValue)]
            return InputProgress(source: source, line: known.line, time: known.time)
        }
        let (tag, epoch, epochs) = (state.tag, state.epoch, state.epochs)
        isOurs = { id in
            id.tag == tag && epochs.contains { $0.epoch == id.epoch && $0.draw == id.draw }
        }
        begun = desks.map(\.now)
        let draw = state.epochs.last?.draw ?? ""
        clientID = { order in
            rename(order)
                ?? "\(ClientOrderID(tag: tag, epoch: epoch, draw: draw, order: order))"
        }
        follow(state)
        for order in state.orders.ordered {
            guard let id = rename(order.id) ?? state.clientOrderID(of: order)?.description
            else { continue }
            name(order.id, order.terms, id)
            _ = own(order.venueOrder, in: order.terms.instrument, is: order.id)
        }
    }

    private func name(_ order: OrderID, _ terms: OrderTerms, _ clientID: String) {
        let name = VenueOrderName(
            symbol: instruments[Int(terms.instrument.rawValue)].symbol,
            clientID: clientID,
            isConditional: terms.type == .stopMarket,
            stop: instruments[Int(terms.instrument.rawValue)].stop
        )
        names[order] = Named(name: name, instrument: terms.instrument, terms: terms)
    }

    /// Asks of orders what the state asks.
    func follow(_ state: TradingState) {
        for place in instruments.indices where place < state.instruments.count {
            follow(state.instruments[place].instrument.filters, place)
        }
    }

    /// Asks something else of orders in an instrument.
    func follow(_ filters: InstrumentFilters, _ place: Int) { instruments[place].filters = filters }

    func desk(of instrument: InstrumentID) -> VenueDesk {
        desks[instruments[Int(instrument.rawValue)].desk]
    }

    // MARK: Requests

    /// A request may arrive as soon as it leaves.
    func arrival(of moment: Timestamp) -> Timestamp { moment }

    func send(_ request: VenueRequest, decidedAt moment: Timestamp) {
        let kind: RequestKind
        let call: VenueCall
        let instrument: InstrumentID
        switch request {
        case .place(let order, let terms):
            kind = .place
            instrument = terms.instrument
            name(order, terms, clientID(order))
            guard let named = names[order] else { return }
            let stop = instruments[Int(instrument.rawValue)].stop(for: terms)
            call = .place(VenuePlacement(name: named.name, terms: terms, stop: stop))
        case .cancel(let order):
            kind = .cancel
            guard let named = named(order) else { return }
            instrument = named.instrument
            if desk(of: instrument).withdrawPlacement(of: order) {
                return noteNeverSent(order)
            }
            call = .cancel(named.name)
        case .amend(let order, let quantity, let price, let trigger):
            kind = .amend
            guard let named = named(order) else { return }
            instrument = named.instrument
            let change = VenueAmendment(
                quantity: quantity,
                price: price,
                trigger: trigger,
                side: named.terms.side
            )
            call = .amend(named.name, change)
        }
        track(request.order, kind, lookAfter: TimeSpan(seconds: 3))
        let desk = desk(of: instrument)
        let isProtective = request.isProtective(in: desk.market.market)
        desk.ask(call, for: .request(request.order, kind), isProtective ? .protective : .ordinary)
    }

    private func named(_ order: OrderID) -> Named? {
        if let named = names[order] { return named }
        // Its epoch is too old to be named: nobody can ask the venue about it.
        findings.append(
            .change(
                order,
                .cancel,
                .no(CallRefusal(reason: .order(.unknownOrder), code: 0, text: "not named"))
            )
        )
        return nil
    }

    func track(_ order: OrderID, _ kind: RequestKind, lookAfter pause: TimeSpan) {
        tracked[order] = Tracked(
            request: kind,
            nextLook: now + pause,
            pause: TimeSpan(milliseconds: 500),
            leftAt: clock.monotonic()
        )
    }

    /// What was asked before a request left proves nothing of it, also where it left before and
    /// was turned away.
    private func noteDeparture(of order: OrderID) {
        tracked[order]?.leftAt = clock.monotonic()
        tracked[order]?.absences = 0
        tracked[order]?.absentAt = -Int64.max / 2
    }

    /// The least time for which the absence of an order proves nothing.
    private static let leastDoubt = TimeSpan(seconds: 10)

    private var now: Timestamp { steady.now() }

    // MARK: What happens next

    /// Waits until something is there or a tick is due, and takes it in.
    func wait() {
        if desks.contains(where: \.holdsRisk), mayOnlyCancel() { withholdWaiting() }
        var deadline = nextTick - now
        for desk in desks {
            let pumped = desk.pump()
            for order in pumped.departed { noteDeparture(of: order) }
            for answer in pumped.answered { take(answer) }
            if let next = pumped.next { deadline = min(deadline, next - desk.now) }
        }
        let isIdle =
            findings.isEmpty && bodies.isEmpty && slices.isEmpty && conditions.isEmpty
        let patience = isIdle ? max(0, deadline.nanoseconds) : 0
        streams.service(until: clock.monotonic() + patience)
        time = max(time, now)
        for news in streams.take() { take(news) }
        let (notes, fresh) = inbox.take()
        for note in notes { take(note) }
        for slice in fresh {
            let market = instruments[Int(slice.instrument.rawValue)].desk
            progress[market].line += 1
            progress[market].time = time
            slices.append(slice)
        }
    }

    /// The next step; `nil` where the engine has taken all there is.
    func next(_ state: borrowing TradingState) -> WorldStep? {
        withdrawHeld(state)
        while bodies.isEmpty && events.isEmpty && !findings.isEmpty {
            weigh(findings.removeFirst(), state)
        }
        if !events.isEmpty {
            defer { events = [] }
            return WorldStep(events: events)
        }
        if !conditions.isEmpty {
            let (condition, isActive) = conditions.removeFirst()
            return WorldStep(input: .condition(condition, isActive: isActive))
        }
        if !bodies.isEmpty {
            let (order, body) = bodies.removeFirst()
            lastReport = max(lastReport, state.lastReport) + 1
            let report = VenueReport(id: lastReport, order: order, time: time, body: body)
            return WorldStep(input: .report(report))
        }
        if time >= nextTick {
            if !hasLooked {
                hasLooked = true
                tendHearing()
                lookUp(state)
                lookWhileDeaf(state)
                compareNowAndThen(state)
                askNowAndThen()
                // What a comparison came to is true of this state, and of no later one.
                if !events.isEmpty { return next(state) }
            }
            hasLooked = false
            nextTick = time + .second
            return WorldStep(input: .tick)
        }
        if isLeaving { slices.removeAll() }
        guard !slices.isEmpty else { return nil }
        return WorldStep(input: .market(slices.removeFirst()))
    }

    /// How often each venue is asked for its time: clocks drift apart.
    private static var timeInterval: TimeSpan { TimeSpan(seconds: 60) }

    private func askNowAndThen() {
        if time >= nextTimeQuestion {
            nextTimeQuestion = time + Self.timeInterval
            for desk in desks { desk.ask(.serverTime, for: .clock) }
        }
        if time >= nextListing {
            for place in desks.indices { askForListing(of: place) }
        }
        guard time >= nextListenKey else { return }
        nextListenKey = time + Self.listenKeyInterval
        for desk in desks where desk.market.wantsListenKey {
            desk.ask(
                desk.listenKey.map { .listenKey(.renew($0)) } ?? .listenKey(.make),
                for: .listenKey
            )
        }
    }

    /// How often each venue is asked for its instruments: filters change, symbols stop to trade.
    static var listingInterval: TimeSpan { TimeSpan(seconds: 10 * 60) }

    /// A listen key ends an hour after it was last asked for.
    private static var listenKeyInterval: TimeSpan { TimeSpan(seconds: 20 * 60) }

    /// Opens the private stream of a desk anew.
    func renewStream(of desk: Int, _ why: String) { streams.renew(desk: desk, why) }

    /// The stream of a desk tells everything from now on.
    func confirmStream(of desk: Int) { streams.confirm(desk: desk) }

    /// Reports something to the engine.
    func report(_ body: VenueReport.Body, _ order: OrderID) { bodies.append((order, body)) }

    /// Has an event written before the reports that follow from the same finding.
    func emit(_ event: Event) { events.append(event) }

    func add(_ finding: Finding) { findings.append(finding) }

    /// Notes which order of ours a venue's id means.
    ///
    /// - Returns: Whether this was not known.
    func own(_ venueOrder: VenueID, in instrument: InstrumentID, is id: OrderID) -> Bool {
        guard venueOrder != .none else { return false }
        return owners.updateValue(id, forKey: unique(venueOrder, in: instrument)) == nil
    }

    func unique(_ id: VenueID, in instrument: InstrumentID) -> VenueID {
        desk(of: instrument).market.unique(id, in: instrument)
    }
}
