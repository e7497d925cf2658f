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

/// Rescue with two bitcoins to close, at a spot venue that does as a test wants it.
final class RescueScene {
    let venue: ScriptedVenue
    let hand: RescueHand
    let book: RescueBook
    /// What was recorded.
    private(set) var lines: [String] = []
    /// What was said.
    var said: [String] { box.said }
    /// What each placement asked for.
    var placed: [String] { box.placed }
    private let live: LiveVenue
    private let box: Box

    /// What the venue has and was asked.
    final class Box {
        var placed: [String] = []
        var said: [String] = []
        /// What the account holds before anything is sold.
        var held = Decimal(2)
        /// How the first placement is answered.
        var answer = (status: 200, body: #"{"orderId":99,"clientOrderId":"NAME"}"#)
        /// How often the venue does not know the order that it took.
        var misses = 0
        /// Whether it cannot be recorded.
        var isRecordBroken = false
        /// How much the venue sold.
        var sold: Decimal { placed.isEmpty ? .zero : min(held, Decimal(2)) }

        func answer(to request: HTTPRequest) -> (status: Int, body: String)? {
            // What is asked about is named in every answer.
            let pair = request.query.split(separator: "&").first { $0.contains("lientOrderId=") }
            let name = pair?.split(separator: "=").last.map { String($0) } ?? ""
            return body(of: request).map { ($0.status, $0.body.replacing("NAME", with: name)) }
        }

        private func body(of request: HTTPRequest) -> (status: Int, body: String)? {
            switch (request.method, request.path) {
            case (.post, "/api/v3/order"):
                placed.append(request.target)
                return answer
            case (.get, "/api/v3/order") where misses > 0:
                misses -= 1
                return (400, #"{"code":-2013,"msg":"Order does not exist."}"#)
            case (.get, "/api/v3/order"):
                return (
                    200,
                    """
                    {"symbol":"BTCUSDT","orderId":99,"clientOrderId":"NAME","price":"0",\
                    "origQty":"\(sold)","executedQty":"\(sold)","cummulativeQuoteQty":"1",\
                    "status":"FILLED","timeInForce":"GTC","type":"MARKET","side":"SELL",\
                    "stopPrice":"0","time":1,"updateTime":1}
                    """
                )
            case (.get, "/api/v3/myTrades"):
                return (
                    200,
                    """
                    [{"symbol":"BTCUSDT","id":28,"orderId":99,"price":"100","qty":"\(sold)",\
                    "commission":"0.1","commissionAsset":"USDT","time":1,"isBuyer":false,\
                    "isMaker":false}]
                    """
                )
            case (.get, "/api/v3/account"):
                let free = held - sold
                return (200, #"{"balances":[{"asset":"BTC","free":"\#(free)","locked":"0"}]}"#)
            case (.get, "/api/v3/time"): return (200, #"{"serverTime":1764261234000}"#)
            default: return nil
            }
        }
    }

    struct Broken: Error {}

    init(_ goal: RescueHand.Goal = .flatten, _ change: (Box) -> Void = { _ in }) throws {
        var scene = ReconcileScene(.spot)
        let entry = scene.intend("entry buy 2")
        scene.accept(entry)
        scene.fill(entry, "2")
        let box = Box()
        change(box)
        self.box = box
        venue = try ScriptedVenue { box.answer(to: $0) }
        let plan = try RunPlan(try Sample.parse(Sample.spot), journal: "", tapes: [], program: "")
        let settings = LiveSettings(
            kind: .binance,
            isTestnet: true,
            localPort: Int(venue.port),
            credentials: nil,
            receiveWindow: TimeSpan(seconds: 5),
            breakers: CircuitBreaker.Settings(threshold: 9, window: .second, coolDown: .second)
        )
        let credentials = VenueCredentials(key: "key", secret: SecretBytes(count: 16))
        live = try LiveVenue(plan, settings, credentials)
        let side = SideJournal(SideSample.beginning, at: scene.turn.time)
        var record: (String) -> Void = { _ in }
        book = RescueBook(
            scene.turn.state,
            names: [:],
            .printed(side) { line in
                if box.isRecordBroken { throw Broken() }
                record(line)
            }
        )
        hand = RescueHand(
            goal,
            live,
            book,
            receiveWindow: TimeSpan(seconds: 5),
            say: { box.said.append($0) }
        )
        record = { [unowned self] in self.lines.append($0) }
    }

    /// Lets rescue act until it is done, twenty seconds at most.
    func act() throws -> Bool {
        let end = Clock.monotonic() + 20_000_000_000
        hand.lookUpUnanswered()
        while Clock.monotonic() < end {
            // The world would wait for its next tick.
            live.streams.wake()
            if try hand.advance() { return true }
            venue.turn()
            Clock.pause(nanoseconds: 1_000_000)
        }
        return false
    }

    /// Sends what was handed over, and lets the venue take it.
    func send() {
        for _ in 0..<50 {
            for desk in live.desks { _ = desk.pump() }
            venue.turn()
            Clock.pause(nanoseconds: 1_000_000)
        }
    }

    var position: Quantity { book.state.instruments[0].position.quantity }

    func close() { live.close() }
}

@Suite struct `A rescue that closes what is ours` {
    @Test func `sells what our fills bought, and nothing else`() throws {
        let scene = try RescueScene { $0.held = Decimal(5) }
        defer { scene.close() }
        #expect(try scene.act())
        #expect(scene.position.isZero && scene.hand.hasDoneAll)
        #expect(scene.placed.count == 1)
        #expect(scene.placed.allSatisfy { $0.contains("quantity=2&") })
        #expect(scene.placed.allSatisfy { $0.contains("newClientOrderId=hr-tagg-draw-") })
        #expect(scene.book.state.deals.isEmpty)
    }

    @Test func `sells no more than the venue has, and says so`() throws {
        let scene = try RescueScene { $0.held = Decimal(1) }
        defer { scene.close() }
        #expect(try scene.act())
        #expect(scene.placed.count == 1)
        #expect(scene.placed.allSatisfy { $0.contains("quantity=1&") })
        #expect(scene.position == quantity("1") && !scene.hand.hasDoneAll)
        #expect(scene.hand.notes.contains { $0.contains("the venue has less") })
    }

    @Test func `sends an exit once where its outcome is unknown, and looks it up`() throws {
        let scene = try RescueScene { box in
            (box.answer, box.held, box.misses) = ((504, ""), Decimal(5), 2)
        }
        defer { scene.close() }
        #expect(try scene.act())
        #expect(scene.placed.count == 1 && scene.position.isZero)
        #expect(scene.lines.contains { $0.contains(#""kind":"outcomeUnknown""#) })
    }

    @Test func `sends nothing whose intent cannot be recorded`() throws {
        let scene = try RescueScene { $0.isRecordBroken = true }
        defer { scene.close() }
        #expect(throws: RescueScene.Broken.self) { try scene.act() }
        scene.send()
        #expect(scene.placed.isEmpty)
        // Nor does it say so, or count it.
        #expect(!scene.said.contains { $0.contains("at the market") })
        #expect(scene.book.changes == 0)
        #expect(RescueStatus(scene.book.durable).unprotected == 1)
    }

    @Test func `sells nothing where it is not known what is held`() throws {
        let scene = try RescueScene(.withdraw) { $0.held = Decimal(5) }
        defer { scene.close() }
        #expect(try scene.act())
        #expect(scene.placed.isEmpty && scene.position == quantity("2"))
    }

    @Test func `records what another start can import`() throws {
        let scene = try RescueScene()
        defer { scene.close() }
        #expect(try scene.act())
        let text = scene.lines.joined(separator: "\n") + "\n"
        let side = try SideJournal(Array(text.utf8))
        #expect(SideJournal.open(of: [side]).isEmpty)
        var fresh = ReconcileScene(.spot)
        let entry = fresh.intend("entry buy 2")
        fresh.accept(entry)
        fresh.fill(entry, "2")
        var importing = SideImport()
        importing.book(side, &fresh.turn)
        #expect(fresh.turn.state.instruments[0].position.quantity == scene.position)
        #expect(fresh.turn.state.assets == scene.book.state.assets)
    }
}
