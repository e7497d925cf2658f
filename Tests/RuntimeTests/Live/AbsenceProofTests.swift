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

@Suite struct `An order that a venue does not know` {
    private static func seconds(_ count: Int64) -> Int64 { count * 1_000_000_000 }

    @Test(arguments: [(5, 10), (1, 10), (30, 60)])
    func `is proven absent by a question asked after the receive window has closed for certain`(
        window: Int64,
        proof: Int64
    ) throws {
        let scene = try Scene(receiveWindow: TimeSpan(seconds: window))
        defer { scene.close() }
        try scene.place()
        let left = try #require(scene.leftAt)
        for _ in 0..<4 { scene.findAbsent(askedAt: left + Self.seconds(proof) - 1) }
        #expect(scene.rejections == 0)
        scene.findAbsent(askedAt: left + Self.seconds(proof))
        #expect(scene.rejections == 1)
    }

    @Test func `is not proven absent by being missed once or twice`() throws {
        let scene = try Scene()
        defer { scene.close() }
        try scene.place()
        let left = try #require(scene.leftAt)
        for expected in [0, 0, 1] {
            scene.findAbsent(askedAt: left + Self.seconds(20))
            #expect(scene.rejections == expected)
        }
    }

    /// The venue turned it away and forgot it; what left again a second later may yet arrive.
    @Test func `is looked for anew when it leaves again`() throws {
        let scene = try Scene(turnsAway: 1)
        defer { scene.close() }
        try scene.place()
        let first = try #require(scene.leftAt)
        for _ in 0..<3 { scene.findAbsent(askedAt: first + Self.seconds(9)) }
        scene.turn { scene.server.requests == 2 }
        let second = try #require(scene.leftAt)
        #expect(second > first)
        scene.findAbsent(askedAt: first + Self.seconds(10))
        #expect(scene.rejections == 0)
        for _ in 0..<2 { scene.findAbsent(askedAt: second + Self.seconds(10)) }
        #expect(scene.rejections == 1)
    }
}

/// A live world with one order, at a venue that turns requests away or says nothing.
private final class Scene {
    let server: SilentVenue
    private let client: HTTPClient
    private let streams: PrivateStreams
    private let world: LiveWorld
    private var turn: Turn
    private let order: OrderID
    private let terms: OrderTerms
    private(set) var rejections = 0

    init(receiveWindow: TimeSpan = TimeSpan(seconds: 5), turnsAway: Int = 0) throws {
        server = try SilentVenue(turnsAway: turnsAway)
        client = try HTTPClient(HTTPOptions(HTTPAddress("http://127.0.0.1:\(server.port)")))
        let listing = CoreFixture.listing(.spot)
        turn = CoreFixture.begun([listing], at: Timestamp(nanoseconds: Clock.wall()))
        terms = OrderTerms(
            instrument: listing.id,
            side: .buy,
            type: .market,
            timeInForce: .immediateOrCancel,
            quantity: quantity("1")
        )
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
        turn.emit(.orderIntended(OrderIntended(deal: deal, role: .entry, terms: terms)))
        order = OrderID(turn.state.head)
        streams = try PrivateStreams(authorities: WebSocketClient.systemAuthorities)
        let inbox = Inbox(instruments: 1, wake: streams.wake)
        let credentials = VenueCredentials(key: "key", secret: SecretBytes(count: 16))
        let desk = VenueDesk(
            BinanceAdapter(.binanceSpot, credentials, window: receiveWindow),
            client,
            breakers: CircuitBreaker.Settings(threshold: 5, window: .second, coolDown: .second),
            post: { ticket, outcome in
                inbox.post(.answered(desk: 0, ticket: ticket, outcome))
            }
        )
        world = LiveWorld(
            [
                LiveInstrument(
                    id: listing.id,
                    symbol: listing.symbol,
                    desk: 0,
                    stop: .market,
                    listed: listing
                )
            ],
            [desk],
            inbox,
            streams,
            RunObserver(log: { _ in }, progress: { _ in }, isStopWanted: { false }),
            receiveWindow: receiveWindow,
            over: turn.state,
            sources: []
        )
    }

    /// When the order's placement last left.
    var leftAt: Int64? { world.tracked[order]?.leftAt }

    /// Hands the placement over, until it has reached the venue.
    func place() throws {
        world.send(.place(order, terms), decidedAt: turn.state.time)
        turn { server.requests == 1 }
        try #require(server.requests == 1)
    }

    /// Lets time pass until something is so, ten seconds at most.
    func turn(until isReached: () -> Bool) {
        let end = Clock.monotonic() + 10_000_000_000
        while !isReached(), Clock.monotonic() < end {
            // The world would wait for its next tick.
            streams.wake()
            world.wait()
            server.turn()
            Clock.pause(nanoseconds: 1_000_000)
            take()
        }
    }

    /// Lets the venue say that it does not know the order.
    func findAbsent(askedAt: Int64) {
        world.add(.absence(order, askedAt: askedAt))
        take()
    }

    private func take() {
        while let step = world.next(turn.state) {
            if case .report(let report) = step.input, case .rejected = report.body {
                rejections += 1
            }
        }
    }

    func close() {
        client.stop()
        streams.close()
    }
}

/// Turns some requests away, and answers no other.
private final class SilentVenue: NetworkServerDelegate {
    private(set) var requests = 0
    private let turnsAway: Int
    private let server: NetworkServer

    init(turnsAway: Int) throws {
        self.turnsAway = turnsAway
        server = try NetworkServer()
        server.delegate = self
    }

    var port: UInt16 { server.port }

    func turn() { server.service(until: Clock.monotonic()) }

    func received(_ request: HTTPRequest, from id: ConnectionID) {
        guard request.path == "/api/v3/order", request.method == .post else { return }
        requests += 1
        guard requests <= turnsAway else { return }
        let words = #"{"code":-1015,"msg":"Too many new orders."}"#
        server.answer(id, HTTPResponse(status: 429, body: Array(words.utf8)))
    }

    func opened(_ id: ConnectionID, by request: HTTPRequest) {}
    func received(_ text: String, from id: ConnectionID) {}
    func closed(_ id: ConnectionID, _ ending: WebSocketEnding) {}
}
