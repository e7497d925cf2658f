import Digests
import Engine
import Exchange
import Network
import Platform
import Synchronization
import TestSupport
import Testing
import Trading

@testable import Runtime

/// A way to a venue on which answers wait until enough was asked, and the latest comes first.
private final class HeldConnections: VenueConnections, HTTPSender {
    private typealias Held = (request: HTTPRequest, completion: @Sendable (HTTPOutcome) -> Void)
    private let held = Mutex<[Held]>([])
    private let enough: Int
    private let answers: @Sendable (HTTPRequest) -> HTTPResponse?

    /// - Parameters:
    ///   - enough: How many questions are answered together.
    ///   - answers: The answer to each; `nil` where the connection is refused.
    init(_ enough: Int, _ answers: @escaping @Sendable (HTTPRequest) -> HTTPResponse?) {
        self.enough = enough
        self.answers = answers
    }

    func dispatch(
        _ request: HTTPRequest,
        completion: @escaping @Sendable (HTTPOutcome) -> Void
    ) {
        let due = held.withLock { held -> [Held] in
            held.append((request, completion))
            guard held.count >= enough else { return [] }
            defer { held = [] }
            return held.reversed()
        }
        for (request, completion) in due {
            let now = Clock.monotonic()
            let moments = HTTPMoments(asked: now, sent: now, answered: now, ended: now)
            let response = answers(request) ?? HTTPResponse(status: 403)
            completion(HTTPOutcome(result: .success(response), moments: moments))
        }
    }

    func stop() {}
    func sender(to address: HTTPAddress) throws -> any HTTPSender { self }
    func sockets() throws -> any WebSocketDialer { try WebSocketClient() }
    func follow(_ plan: MarketStreamPlan, into inbox: Inbox) throws -> any MarketFollowing {
        throw RunFailure("no stream is followed here")
    }
}

@Suite struct `Asking a venue` {
    private static let symbols = (1...5).map { "S\($0)USDT" }

    private func venue(_ connections: HeldConnections) throws -> LiveVenue {
        let plan = try RunPlan(try Sample.parse(Sample.spot), journal: "", tapes: [], program: "")
        let settings = LiveSettings(
            kind: .binance,
            isTestnet: true,
            localPort: 1,
            credentials: nil,
            receiveWindow: TimeSpan(seconds: 5),
            breakers: CircuitBreaker.Settings(threshold: 99, window: .second, coolDown: .second)
        )
        let credentials = VenueCredentials(key: "key", secret: SecretBytes(count: 16))
        var surroundings = RunSurroundings.machine
        surroundings.connections = connections
        return try LiveVenue(plan, settings, credentials, surroundings)
    }

    private var questions: [Surveyor.Question] {
        Self.symbols.map { symbol in
            Surveyor.Question(desk: 0, call: .openOrders(symbol: symbol, page: .first))
        }
    }

    /// One after the other they would wait for each other for ever.
    @Test(.timeLimit(.minutes(1)))
    func `sends all questions before the first answer, and gives answers in their order`() throws {
        let connections = HeldConnections(Self.symbols.count) { request in
            let name = Self.symbols.first { request.query.contains($0) } ?? "?"
            let row = """
                [{"symbol":"\(name)","orderId":99,"clientOrderId":"c","price":"1","origQty":"1",\
                "executedQty":"0","cummulativeQuoteQty":"0","status":"NEW","timeInForce":"GTC",\
                "type":"LIMIT","side":"BUY","stopPrice":"0","time":1,"updateTime":1,\
                "isWorking":true}]
                """
            return HTTPResponse(status: 200, body: Array(row.utf8))
        }
        let live = try venue(connections)
        defer { live.close() }
        let told = live.answers(to: questions).map { answer -> String? in
            if case .yes(.orders(let orders, _)) = answer { orders.first?.symbol } else { nil }
        }
        #expect(told == Self.symbols)
    }

    @Test(.timeLimit(.minutes(1)))
    func `does not lose the other answers where one question is refused`() throws {
        let connections = HeldConnections(Self.symbols.count) { request in
            if request.query.contains("S3USDT") {
                let text = #"{"code":-1121,"msg":"Invalid symbol."}"#
                return HTTPResponse(status: 400, body: Array(text.utf8))
            }
            return HTTPResponse(status: 200, body: Array("[]".utf8))
        }
        let live = try venue(connections)
        defer { live.close() }
        let isTold = live.answers(to: questions).map { answer in
            if case .yes = answer { true } else { false }
        }
        #expect(isTold == [true, true, false, true, true])
    }

    @Test(.timeLimit(.minutes(1)))
    func `keeps what was asked ahead for whoever asks it`() throws {
        let asked = Mutex(0)
        let connections = HeldConnections(1) { _ in
            asked.withLock { $0 += 1 }
            return HTTPResponse(status: 200, body: Array("[]".utf8))
        }
        let live = try venue(connections)
        defer { live.close() }
        live.askAhead(questions)
        for question in questions {
            guard case .yes = live.wait(for: question.call, live.desks[0]) else {
                Issue.record("\(question)")
                return
            }
        }
        #expect(asked.withLock { $0 } == 5)
        _ = live.wait(for: questions[0].call, live.desks[0])
        #expect(asked.withLock { $0 } == 6)
    }
}
