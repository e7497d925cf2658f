import Engine
import Projections
import TestSupport
import Testing
import Trading

/// A table of what the engine is told and what it decides, in words.
///
/// Steps take no time but `tick N` and `wait N`, which take N seconds (a tick is told, a wait is
/// not). Market: `book 99 x 3, 98 x 1 | 101 x 1`, `quote 99 | 101`, `lost`. Reports on the newest
/// order of a role: `entry accepted`, `stop filled 1 @ 95 [fee 0.1 BTC] [id 7]`, `stop triggered`,
/// `stop cancelled`, `stop amended`, `stop rejected other`, `exit expired noLiquidity`,
/// `entry cancel-rejected alreadyEnded`, `stop amend-rejected wouldTrigger`; `again` repeats the
/// report before. Others: `funding -1`, `liquidated sell 1 @ 50`, `signal s1 BTCUSDT buy 70 at 5`,
/// `kill on`, `disk off`.
///
/// The answer is what was decided, not what was only booked; every intent must come with the one
/// request that it is for, and every event must survive its codec.
struct EngineScenario {
    private(set) var engine: Engine
    private(set) var turn: Turn
    private(set) var now = moment(0)
    private var orders: [OrderRole: OrderID] = [:]
    private var asked: [OrderID: VenueRequest] = [:]
    private var report: UInt64 = 0
    private var execution: UInt128 = 0
    private var last: VenueReport?
    private let market: Market

    var state: TradingState { turn.state }
    /// The instrument's state.
    var held: InstrumentState { turn.state.instruments[0] }
    /// The deal that is open.
    var deal: Deal? { turn.state.deals[held.deal] }
    /// How many orders the venue was asked to place, whoever asked first.
    private(set) var requests: [VenueRequest] = []

    init(
        _ market: Market = .spot,
        risk: RiskParameters = CoreFixture.wideLimits,
        usdt: String = "10000",
        at time: Timestamp = moment(0),
        _ change: (inout InstrumentPlan) -> Void = { _ in }
    ) {
        var plan = CoreFixture.plan
        change(&plan)
        self.market = market
        now = time
        turn = CoreFixture.begun([CoreFixture.listing(market)], risk: risk, usdt: usdt, at: time)
        turn.clear()
        engine = Engine(plans: [plan])
    }

    /// The newest order of a role.
    func order(_ role: OrderRole) -> Order? { orders[role].flatMap { state.order($0) } }

    /// Does a step and compares what is decided.
    mutating func expect(
        _ step: String,
        _ expected: String...,
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(act(step) == expected, "\(step)", sourceLocation: location)
        checkRequests(location)
        turn.clear()
    }

    /// Does steps whose answers another test is about.
    mutating func given(_ steps: String..., at location: SourceLocation = #_sourceLocation) {
        for step in steps {
            _ = act(step)
            checkRequests(location)
            turn.clear()
        }
    }

    /// Tells the engine something of its own.
    mutating func tell(_ input: Input) -> [String] {
        turn.begin(at: now)
        engine.decide(input, &turn)
        for envelope in turn.events { note(envelope) }
        for request in turn.requests {
            asked[request.order] = request
            requests.append(request)
        }
        return turn.events.compactMap { inWords($0.event) }
    }

    /// Lets an operator correct something, and compares what is decided; a refusal is an answer.
    mutating func correct(
        _ make: (TradingState) throws -> Correction,
        _ expected: String...,
        at location: SourceLocation = #_sourceLocation
    ) {
        turn.begin(at: now)
        var answer: [String] = []
        do {
            let made = CorrectionMade(
                by: "ops",
                reason: "test",
                undoes: SequenceNumber(0),
                correction: try make(state)
            )
            _ = try engine.correct(made, &turn)
            for envelope in turn.events { note(envelope) }
            for request in turn.requests {
                asked[request.order] = request
                requests.append(request)
            }
            answer = turn.events.compactMap { inWords($0.event) }
        } catch {
            answer = ["no: \(error)"]
        }
        #expect(answer == expected, sourceLocation: location)
        checkRequests(location)
        turn.clear()
    }

    /// Adds a fact that another part of the program found.
    mutating func emit(_ event: Event) {
        turn.begin(at: now)
        turn.emit(event)
        turn.clear()
    }

    /// Lets a case block new risk; gives the block's event.
    mutating func block(_ reach: BlockReach, _ name: String) -> SequenceNumber {
        let scope = BlockScope(reach, name)
        emit(.riskBlocked(RiskBlocked(caseID: "P1", scope: scope, subject: name, seen: "0")))
        return state.head
    }

    /// Makes the next report's number this one.
    mutating func skipReports(to id: UInt64) { report = id - 1 }

    private mutating func act(_ step: String) -> [String] {
        let words = step.split(separator: " ").map(String.init)
        switch words[0] {
        case "book": return tell(.market(book(step.dropFirst(5))))
        case "quote", "lost": return tell(.market(slice(words)))
        case "tick":
            advance(words)
            return tell(.tick)
        case "wait":
            advance(words)
            return []
        case "signal": return tell(.signal(signal(words)))
        case "kill": return tell(.condition(.killSwitch, isActive: words[1] == "on"))
        case "disk": return tell(.condition(.diskSpace, isActive: words[1] == "on"))
        case "again":
            guard let last else { fatalError("no report before") }
            return tell(.report(last))
        default: return tell(.report(newReport(words)))
        }
    }

    private mutating func advance(_ words: [String]) {
        let seconds = number(words.count > 1 ? words[1] : "0")
        now = now + TimeSpan(nanoseconds: Int64(seconds.units / 1_000_000_000))
    }

    private func book(_ text: Substring) -> MarketSlice {
        var slice = MarketSlice(instrument: InstrumentID(0), depth: 5)
        slice.changes = .book
        let sides = text.split(separator: "|").map { side in
            side.split(separator: ",").map { level in
                let words = level.split(separator: " ")
                return BookLevel(price: price(words[0]), quantity: quantity(words[2]))
            }
        }
        slice.bids = sides[0]
        slice.asks = sides[1]
        return slice
    }

    private func slice(_ words: [String]) -> MarketSlice {
        var slice = MarketSlice(instrument: InstrumentID(0), depth: 5)
        guard words[0] == "quote" else {
            slice.changes = .bookLost
            return slice
        }
        slice.changes = .quote
        slice.quote = Quote(
            bid: BookLevel(price: price(words[1]), quantity: quantity("1")),
            ask: BookLevel(price: price(words[3]), quantity: quantity("1"))
        )
        return slice
    }

    private func signal(_ words: [String]) -> ScoredSignal {
        ScoredSignal(
            id: words[1],
            symbol: words[2],
            side: words[3] == "buy" ? .buy : .sell,
            score: number(words[4]),
            time: words.count > 6 ? moment(Int64(words[6]) ?? 0) : now
        )
    }

    private mutating func newReport(_ words: [String]) -> VenueReport {
        report += 1
        let made: VenueReport
        switch words[0] {
        case "funding":
            made = VenueReport(
                id: report,
                order: OrderID(0),
                time: now,
                body: .funding(
                    instrument: InstrumentID(0),
                    amount: money(words[1]),
                    rate: number("0.0001")
                )
            )
        case "liquidated":
            let side: Side = words[1] == "buy" ? .buy : .sell
            made = VenueReport(
                id: report,
                order: OrderID(0),
                time: now,
                body: .liquidated(
                    instrument: InstrumentID(0),
                    side: side,
                    filled(words.dropFirst())
                )
            )
        default:
            let id = OrderRole.named(words[0]).flatMap { orders[$0] } ?? OrderID(999_999)
            made = VenueReport(id: report, order: id, time: now, body: body(id, words))
        }
        last = made
        return made
    }

    private mutating func body(_ id: OrderID, _ words: [String]) -> VenueReport.Body {
        if words[1] == "filled" { return .filled(filled(words.dropFirst())) }
        let reason = RejectionReason.named(words.count > 2 ? words[2] : "other")
        switch words[1] {
        case "accepted": return .accepted(venueOrder: VenueID(UInt128(id.rawValue)))
        case "rejected": return .rejected(reason)
        case "cancelled": return .cancelled
        case "cancel-rejected": return .cancelRejected(reason)
        case "amended":
            guard case .amend(_, let quantity, let price, let trigger)? = asked[id] else {
                fatalError("no amend was asked for")
            }
            return .amended(quantity: quantity, price: price, trigger: trigger)
        case "amend-rejected": return .amendRejected(reason)
        case "triggered": return .triggered
        case "expired": return .expired(reason)
        default: fatalError("no such step: \(words)")
        }
    }

    /// `… 1 @ 95 [fee 0.1 BTC] [id 7]`; each execution has a name of its own unless one is given.
    private mutating func filled(_ words: ArraySlice<String>) -> Execution {
        let words = Array(words)
        func after(_ word: String, _ distance: Int) -> String? {
            words.firstIndex(of: word).map { words[$0 + distance] }
        }
        execution += 1
        return Execution(
            id: VenueID(after("id", 1).flatMap { UInt128($0) } ?? execution + 1000),
            price: price(words[3]),
            quantity: quantity(words[1]),
            fee: money(after("fee", 1) ?? "0"),
            feeAsset: AssetID(after("fee", 2) == "BTC" ? 0 : 1),
            liquidity: .taker
        )
    }

    private mutating func note(_ envelope: EventEnvelope) {
        guard case .orderIntended(let intent) = envelope.event else { return }
        orders[intent.role] = OrderID(envelope.sequence)
    }

    /// Every intent has its request, in order, and every event survives its codec.
    private func checkRequests(_ location: SourceLocation) {
        let intended = turn.events.compactMap { envelope -> VenueRequest? in
            switch envelope.event {
            case .orderIntended(let intent): .place(OrderID(envelope.sequence), intent.terms)
            case .cancelIntended(let intent): .cancel(intent.order)
            case .amendIntended(let intent):
                .amend(
                    intent.order,
                    quantity: intent.quantity,
                    price: intent.price,
                    trigger: intent.trigger
                )
            default: nil
            }
        }
        #expect(turn.requests == intended, sourceLocation: location)
        for envelope in turn.events {
            var writer = ByteWriter()
            envelope.event.encode(into: &writer)
            let bytes = writer.bytes
            let read = try? EventCodec().decode(
                kind: envelope.event.kind.rawValue,
                version: envelope.event.version,
                bytes.span
            )
            #expect(read == envelope.event, sourceLocation: location)
        }
    }
}
