internal import Exchange
internal import Network
internal import Trading

/// Asks one market of a venue, within its limits, and knows what each answer belongs to.
///
/// Belongs to the engine's thread. A change is handed in only after its intent is durable; what is
/// handed in leaves as soon as budget and breaker let it, protective calls first. A call of which
/// no byte left is sent again, a question also where the answer proves nothing; a change whose
/// answer proves nothing is never sent again.
final class VenueDesk {
    /// What a call is for.
    enum Purpose: Hashable, Sendable {
        /// A change of an order of ours.
        case request(OrderID, RequestKind)
        /// What became of an order of ours.
        case lookUp(OrderID)
        /// Fills of ours in an instrument since a moment.
        case fills(InstrumentID)
        /// The venue's clock.
        case clock
        /// What can be traded, and how.
        case instruments
        /// The listen key of the private stream.
        case listenKey
        /// What ended, when an order of ours was not among what worked: that question left at
        /// `askedAt`.
        case lookUpEnded(OrderID, askedAt: Int64)
        /// All that works in the instrument of an order that counts as ended if it is not among it.
        case lastLook(OrderID)
        /// A question of the running comparison, by its number.
        case survey(UInt64)
        /// Something that whoever asked waits for by name.
        case start(String)
    }

    /// An answer with what it belongs to.
    struct Answered {
        var market: VenueMarket
        var purpose: Purpose
        var call: VenueCall
        var answer: VenueAnswer
        /// When the question left, in nanoseconds of the monotonic clock.
        var askedAt: Int64
    }

    /// What came of an attempt to send what waits.
    struct Pumped {
        /// What can never be sent, answered.
        var answered: [Answered] = []
        /// The orders of which a request has left.
        var departed: [OrderID] = []
        /// The time of the venue at which it is worth trying again; `nil` where nothing waits.
        var next: Timestamp?
        /// The time of the venue at which its limits let through what they hold back; `nil` where
        /// they hold nothing back.
        var limited: Timestamp?
    }

    struct Waiting {
        var call: VenueCall
        var purpose: Purpose
        var priority: RequestPriority
        var notBefore: Timestamp
        var attempts: Int

        /// Whether it protects what is held: it does not wait until others have found out whether
        /// an endpoint works.
        var passesBreakers: Bool { priority == .protective && call.isChange }

        /// What it does that is more than taking something away.
        var risk: (order: OrderID, kind: RequestKind)? {
            guard case .request(let order, let kind) = purpose, kind != .cancel else { return nil }
            return (order, kind)
        }
    }

    private struct Open {
        var waiting: Waiting
        /// `nil` where it went past a breaker that is open.
        var pass: CircuitBreaker.Pass?
        var leftAt: Int64
    }

    /// The market.
    let market: VenueMarket
    private let adapter: any VenueAdapter
    private let client: any HTTPSender
    /// The machine's clocks; ``clock`` is what they say of the venue's.
    let machine: RunClock
    private let post: @Sendable (UInt64, HTTPOutcome) -> Void
    var budget: RequestBudget
    var breakers: CircuitBreakers
    var clock = ClockOffset()
    /// The key of the private stream, where it wants one and has it.
    var listenKey: String?
    /// The key that the private stream was opened with last.
    private var openedKey: String?
    var waiting: [Waiting] = []
    private var open: [UInt64: Open] = [:]
    private var lastTicket: UInt64 = 0

    /// By how much the time between two requests may shrink on their way.
    static let slack = TimeSpan(milliseconds: 50)

    init(
        _ adapter: any VenueAdapter,
        _ client: any HTTPSender,
        breakers: CircuitBreaker.Settings,
        machine: RunClock = .machine,
        post: @escaping @Sendable (UInt64, HTTPOutcome) -> Void
    ) {
        market = adapter.market
        self.adapter = adapter
        self.client = client
        self.machine = machine
        self.post = post
        budget = RequestBudget(
            VenueLimits.of(adapter.market),
            slack: Self.slack
        )
        self.breakers = CircuitBreakers(breakers)
    }

    /// The venue's time as well as it is known; ours before it was ever told.
    var now: Timestamp {
        clock.venueTime(at: machine.monotonic()) ?? Timestamp(nanoseconds: machine.wall())
    }

    /// How many calls wait or are under way.
    var load: Int { waiting.count + open.count }

    /// How each of its circuit breakers stands, by the name of market and endpoint.
    var breakerStandings: [(name: String, standing: String)] {
        let moment = now
        return breakers.status(at: moment).map { endpoint, status in
            let state =
                switch status.state {
                case .closed: "closed"
                case .open(let until): "open until \(until)"
                case .halfOpen: "half-open"
                }
            let counts = "\(status.failures) failures, opened \(status.openings) times"
            return ("\(market.name)/\(endpoint)", "\(state), \(counts)")
        }
    }

    /// Closes the breaker of a name by hand, or all.
    ///
    /// - Returns: Whether it is one of ours.
    func closeBreaker(_ name: String?) -> Bool {
        guard let name else {
            breakers.reset()
            return true
        }
        guard let endpoint = VenueEndpoint.allCases.first(where: { "\(market.name)/\($0)" == name })
        else { return false }
        breakers.reset(endpoint)
        return true
    }

    /// The private stream, signed for an opening now; `nil` where it cannot be opened yet.
    func privateStream() -> PrivateStream? {
        openedKey = listenKey
        do throws(VenueCallFault) {
            return try adapter.privateStream(at: now, listenKey: listenKey)
        } catch {
            return nil
        }
    }

    /// What a message of the private stream tells.
    func events(in message: Span<UInt8>) throws(MessageError) -> [VenueEvent] {
        try adapter.events(in: message)
    }

    /// Whether the key of the private stream is another one than it was opened with.
    var hasNewListenKey: Bool { openedKey != nil && listenKey != openedKey }

    /// Hands a call in; a question that waits here already is not asked twice.
    ///
    /// While a venue lets nothing pass the same would be asked again and again, and all of it would
    /// leave at once when it does.
    ///
    /// - Returns: Whether it is one more.
    @discardableResult
    func ask(
        _ call: VenueCall,
        for purpose: Purpose,
        _ priority: RequestPriority = .ordinary
    ) -> Bool {
        if !call.isChange,
            let place = waiting.firstIndex(where: { $0.purpose == purpose && $0.call == call })
        {
            if priority == .protective { waiting[place].priority = priority }
            return false
        }
        waiting.append(
            Waiting(call: call, purpose: purpose, priority: priority, notBefore: now, attempts: 0)
        )
        return true
    }

    /// Whether something is asked for a purpose, and not answered.
    func isAsking(_ purpose: Purpose) -> Bool {
        waiting.contains { $0.purpose == purpose }
            || open.values.contains { $0.waiting.purpose == purpose }
    }

    /// Whether a change is not answered.
    var isChanging: Bool {
        waiting.contains(where: \.call.isChange)
            || open.values.contains(where: \.waiting.call.isChange)
    }

    /// Lets nothing pass before a moment of the venue's clock.
    func hold(until moment: Timestamp) { budget.holdAll(until: moment) }

    /// Whether a request for an order still waits here, and has never left or was turned away.
    func holds(_ kind: RequestKind, of order: OrderID) -> Bool {
        waiting.contains { $0.purpose == .request(order, kind) }
    }

    /// Whether anything waits here.
    var isHolding: Bool { !waiting.isEmpty }

    /// The orders whose placements wait here and have not left, or were turned away.
    var heldPlacements: [OrderID] {
        waiting.compactMap { entry in
            if case .request(let order, .place) = entry.purpose { order } else { nil }
        }
    }

    /// Whether a placement or an amendment waits here, and has not left or was turned away.
    var holdsRisk: Bool { waiting.contains { $0.risk != nil } }

    /// Takes back every placement and amendment that still waits here: none will ever leave.
    ///
    /// - Returns: Their orders, in the order in which they were handed in.
    func withdrawRisk() -> [(order: OrderID, kind: RequestKind)] {
        let taken = waiting.compactMap(\.risk)
        waiting.removeAll { $0.risk != nil }
        return taken
    }

    /// Takes back the placement of an order that still waits here: it will never leave.
    ///
    /// - Returns: Whether there was one.
    func withdrawPlacement(of order: OrderID) -> Bool {
        withdraw(.request(order, .place))
    }

    /// Takes back what still waits here for a purpose: it will never leave.
    ///
    /// - Returns: Whether there was something.
    func withdraw(_ purpose: Purpose) -> Bool {
        let before = waiting.count
        waiting.removeAll { $0.purpose == purpose }
        return waiting.count < before
    }

    /// Sends what may be sent.
    func pump() -> Pumped {
        var pumped = Pumped()
        let moment = now
        var left: [Waiting] = []
        // What protects does not wait behind questions, nor those behind what can wait.
        let protective = waiting.filter { $0.priority == .protective }
        let ordered =
            protective.filter(\.call.isChange) + protective.filter { !$0.call.isChange }
            + waiting.filter { $0.priority == .ordinary }
        for entry in ordered {
            switch send(entry, at: moment) {
            case .sent:
                if case .request(let order, _) = entry.purpose { pumped.departed.append(order) }
            case .later(let time, let isLimit):
                pumped.next = pumped.next.map { min($0, time) } ?? time
                if isLimit { pumped.limited = pumped.limited.map { min($0, time) } ?? time }
                left.append(entry)
            case .never(let answer):
                pumped.answered.append(answered(entry, answer, at: machine.monotonic()))
            }
        }
        waiting = left
        return pumped
    }

    private func answered(_ entry: Waiting, _ answer: VenueAnswer, at moment: Int64) -> Answered {
        Answered(
            market: market,
            purpose: entry.purpose,
            call: entry.call,
            answer: answer,
            askedAt: moment
        )
    }

    private enum Sending {
        case sent
        case later(Timestamp, isLimit: Bool = false)
        case never(VenueAnswer)
    }

    private func send(_ entry: Waiting, at moment: Timestamp) -> Sending {
        if entry.notBefore > moment { return .later(entry.notBefore) }
        let endpoint = entry.call.endpoint
        let charges = VenueLimits.charges(for: entry.call, in: market)
        switch budget.permission(for: charges, entry.priority, at: moment) {
        case .now: break
        case .notBefore(let time): return .later(time, isLimit: true)
        case .never: return .never(Self.notSent("it costs more than the venue's limits hold"))
        }
        var pass: CircuitBreaker.Pass?
        switch breakers.admit(endpoint, at: moment) {
        case .pass(let admitted): pass = admitted
        case .refused where entry.passesBreakers: break
        case .refused(let until): return .later(until ?? moment + .second)
        }
        let request: HTTPRequest
        do throws(VenueCallFault) {
            request = try adapter.request(for: entry.call, at: moment)
        } catch {
            if let pass { breakers.record(.notSent, endpoint, of: pass, at: moment) }
            return .never(Self.notSent("\(error)"))
        }
        _ = budget.take(charges, entry.priority, at: moment)
        lastTicket += 1
        let ticket = lastTicket
        open[ticket] = Open(waiting: entry, pass: pass, leftAt: machine.monotonic())
        client.dispatch(request) { [post] outcome in post(ticket, outcome) }
        return .sent
    }

    private static func notSent(_ why: String) -> VenueAnswer {
        .no(CallRefusal(reason: .malformed, code: 0, text: "not sent: \(why)"))
    }

    /// Takes what came of a request.
    ///
    /// - Returns: The answer; `nil` where the call is tried again.
    func take(_ ticket: UInt64, _ outcome: HTTPOutcome) -> Answered? {
        guard let asked = open.removeValue(forKey: ticket) else { return nil }
        let entry = asked.waiting
        let moment = now
        var response: HTTPResponse?
        var hasLeft = true
        switch outcome.result {
        case .success(let found): response = found
        case .failure(let failure): hasLeft = failure.mayHaveLeft
        }
        let answer = adapter.answer(to: entry.call, response, at: moment)
        if let pass = asked.pass {
            breakers.record(answer.breakerOutcome, entry.call.endpoint, of: pass, at: moment)
        }
        learn(from: answer, to: entry.call, outcome, leftAt: asked.leftAt)
        if let again = retry(entry, answer, hasLeft: hasLeft, at: moment) {
            waiting.append(again)
            return nil
        }
        return answered(entry, answer, at: asked.leftAt)
    }
}
