import Digests
import Engine
import Exchange
import Network
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

/// A live world with one order of one instrument, at a venue that answers as a test wants it.
final class LiveScene {
    let venue: ScriptedVenue
    let world: LiveWorld
    let order: OrderID
    let terms: OrderTerms
    private(set) var turn: Turn
    /// What the engine was told.
    private(set) var reports: [VenueReport.Body] = []
    private(set) var events: [Event] = []
    private let client: HTTPClient
    private let streams: PrivateStreams

    /// Intends the order: a buy at the market, or a stop of a contract.
    init(
        _ market: VenueMarket = .binanceSpot,
        isStop: Bool = false,
        receiveWindow: TimeSpan = TimeSpan(seconds: 5),
        answers: @escaping ScriptedVenue.Answers = { _ in nil }
    ) throws {
        venue = try ScriptedVenue(answers)
        client = try HTTPClient(HTTPOptions(HTTPAddress("http://127.0.0.1:\(venue.port)")))
        let listing = CoreFixture.listing(market.market)
        terms = OrderTerms(
            instrument: listing.id,
            side: isStop ? .sell : .buy,
            type: isStop ? .stopMarket : .market,
            timeInForce: isStop ? .goodTillCancelled : .immediateOrCancel,
            isReduceOnly: isStop,
            quantity: quantity("1"),
            trigger: isStop ? price("90") : .zero
        )
        turn = CoreFixture.begun([listing], at: Timestamp(nanoseconds: Clock.wall()))
        let evidence = Evidence(
            strategy: 1,
            score: number("0.8"),
            bid: price("99"),
            ask: price("100")
        )
        turn.emit(
            .dealOpened(DealOpened(instrument: listing.id, side: .buy, evidence: evidence))
        )
        let deal = DealID(turn.state.head)
        let role: OrderRole = isStop ? .stop : .entry
        turn.emit(.orderIntended(OrderIntended(deal: deal, role: role, terms: terms)))
        order = OrderID(turn.state.head)
        streams = try PrivateStreams(WebSocketClient())
        let inbox = Inbox(instruments: 1, wake: streams.wake)
        let credentials = VenueCredentials(key: "key", secret: SecretBytes(count: 16))
        let desk = VenueDesk(
            market.adapter(credentials, window: receiveWindow),
            client,
            breakers: CircuitBreaker.Settings(threshold: 5, window: .second, coolDown: .second),
            post: { ticket, outcome in
                inbox.post(.answered(desk: 0, ticket: ticket, outcome))
            }
        )
        let live = LiveInstrument(
            id: listing.id,
            symbol: listing.symbol,
            desk: 0,
            stop: .market,
            listed: listing
        )
        world = LiveWorld(
            [live],
            [desk],
            inbox,
            streams,
            RunObserver(log: { _ in }, progress: { _ in }, isStopWanted: { false }),
            receiveWindow: receiveWindow,
            over: turn.state,
            sources: []
        )
    }

    /// Our name of the order.
    var clientID: String {
        turn.state.order(order).flatMap { turn.state.clientOrderID(of: $0) }?.description ?? ""
    }

    /// The answer of a venue that lets nothing pass for a second.
    static func turnedAway() -> (status: Int, body: String) {
        let end = Clock.wall() / 1_000_000 + 1000
        return (429, #"{"code":-1003,"msg":"Too many; IP banned until \#(end)."}"#)
    }

    /// When the order's placement last left.
    var leftAt: Int64? { world.tracked[order]?.leftAt }
    /// What a person was called for.
    var alarms: [String] {
        events.compactMap { event in
            guard case .errorRecorded(let error) = event, error.severity == .alarm else {
                return nil
            }
            return error.text
        }
    }

    /// Writes something to the journal.
    func emit(_ event: Event) { turn.emit(event) }

    /// Has the journal know that the venue took the order on.
    func accept() {
        turn.emit(
            .orderAccepted(OrderAccepted(order: order, report: 1, venueOrder: VenueID(28)))
        )
    }

    /// Hands the placement over, until it has reached the venue.
    func place() throws {
        world.send(.place(order, terms), decidedAt: turn.state.time)
        turn { !venue.requests.isEmpty }
        try #require(venue.requests.count == 1)
    }

    /// Lets time pass until something is so, ten seconds at most.
    func turn(until isReached: () -> Bool) {
        let end = Clock.monotonic() + 10_000_000_000
        while !isReached(), Clock.monotonic() < end {
            // The world would wait for its next tick.
            streams.wake()
            world.wait()
            venue.turn()
            take()
            Clock.pause(nanoseconds: 1_000_000)
        }
    }

    /// Takes what the world has to say.
    func take() {
        while let step = world.next(turn.state) {
            events += step.events
            if case .report(let report) = step.input { reports.append(report.body) }
        }
    }

    func close() {
        client.stop()
        streams.close()
    }
}

/// A venue that answers each request as it is told, or not at all.
final class ScriptedVenue: NetworkServerDelegate {
    /// The answer to a request, as status and body; `nil` for silence.
    typealias Answers = (HTTPRequest) -> (status: Int, body: String)?

    /// What it was asked, as `POST /api/v3/order`.
    private(set) var requests: [String] = []
    private let answers: Answers
    private let server: NetworkServer

    init(_ answers: @escaping Answers) throws {
        self.answers = answers
        server = try NetworkServer()
        server.delegate = self
    }

    var port: UInt16 { server.port }

    func turn() { server.service(until: Clock.monotonic()) }

    func received(_ request: HTTPRequest, from id: ConnectionID) {
        requests.append("\(request.method.rawValue) \(request.path)")
        guard let (status, body) = answers(request) else { return }
        server.answer(id, HTTPResponse(status: status, body: Array(body.utf8)))
    }

    func opened(_ id: ConnectionID, by request: HTTPRequest) {}
    func received(_ text: String, from id: ConnectionID) {}
    func closed(_ id: ConnectionID, _ ending: WebSocketEnding) {}
}
