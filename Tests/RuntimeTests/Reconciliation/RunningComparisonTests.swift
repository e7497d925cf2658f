import Engine
import Exchange
import Network
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

/// A running comparison beside an engine, at a venue that says what the scene's survey says.
struct ComparingScene {
    var scene = ReconcileScene()
    var comparison: RunningComparison
    private(set) var time: Timestamp
    /// What the comparison had written, in words.
    private(set) var told: [String] = []
    /// When each complete comparison began.
    private(set) var completed: [Timestamp] = []
    private(set) var asked: [VenueCall] = []
    /// Whether the venue answers.
    var isSilent = false
    /// Does something to the journal once everything was asked.
    var meanwhile: ((inout ReconcileScene) -> Void)?
    private let instruments: [LiveInstrument]

    init() {
        time = moment(1000)
        comparison = RunningComparison(at: time)
        let listing = CoreFixture.listing(.perpetual)
        instruments = [
            LiveInstrument(
                id: listing.id,
                symbol: "BTCUSDT",
                desk: 0,
                stop: .market,
                listed: listing
            )
        ]
        _ = scene.hold()
    }

    /// Lets time pass, a second at a time, as the world does.
    mutating func pass(_ seconds: Int) {
        for _ in 0..<seconds {
            time = time + .second
            scene.turn.begin(at: time)
            if comparison.giveUp(at: time) == nil, !isSilent { answerAll() }
            for event in comparison.conclude(scene.turn.state, at: time) {
                scene.turn.emit(event)
                note(event)
            }
            guard comparison.isDue(at: time) else { continue }
            let surveyor = Surveyor(
                instruments,
                [.bybitLinear],
                receiveWindow: TimeSpan(seconds: 5),
                scene.turn.state,
                now: time,
                rules: nil
            )
            comparison.begin(surveyor, at: time)
            if !isSilent { answerAll() }
            meanwhile?(&scene)
        }
    }

    private mutating func note(_ event: Event) {
        switch event {
        case .riskBlocked(let it): told.append("\(it.caseID) blocks")
        case .blockEnded: told.append("ends")
        case .comparisonCompleted(let it): completed.append(it.until)
        case .errorRecorded(let it): told.append("alarm \(it.text.prefix { $0 != "," })")
        default: told.append("\(event.kind)")
        }
    }

    private mutating func answerAll() {
        while let question = comparison.question {
            asked.append(question.call)
            _ = comparison.take(answer(question.call), to: comparison.ticket, at: time)
        }
    }

    private func answer(_ call: VenueCall) -> VenueAnswer {
        switch call {
        case .serverTime: return .yes(.time(time))
        case .balances:
            let balances = (scene.survey.balances ?? [:]).sorted { $0.key < $1.key }
                .map { VenueBalance(asset: $0.key, total: $0.value, locked: nil) }
            return .yes(.balances(balances))
        case .entries: return .yes(.entries(scene.survey.entries ?? [], next: nil))
        case .openOrders: return .yes(.orders(scene.part.working, next: nil))
        case .executions: return .yes(.executions(scene.part.fills ?? [], next: nil))
        case .positions:
            let position = VenuePosition(
                symbol: "BTCUSDT",
                quantity: scene.part.position ?? .zero,
                entryPrice: price("100"),
                isHedge: false
            )
            return .yes(.positions([position]))
        case .order(let name):
            let found = scene.part.looked.values.compactMap { looked -> VenueOrder? in
                if case .found(let order) = looked, order.clientID == name.clientID {
                    order
                } else {
                    nil
                }
            }
            return .yes(.orders(found, next: nil))
        default: return .yes(.orders([], next: nil))
        }
    }
}

@Suite struct `A running comparison` {
    /// Each ten minutes, with a moment for what it asks.
    private static let round = 610

    @Test func `asks every ten minutes and finds nothing where both agree`() {
        var scene = ComparingScene()
        scene.pass(599)
        #expect(scene.asked.isEmpty)
        scene.pass(11)
        #expect(scene.asked.count == 7 && scene.told.isEmpty)
        scene.pass(Self.round)
        #expect(scene.asked.count == 14 && scene.told.isEmpty)
        #expect(scene.completed == [moment(1600), moment(2202)])
        #expect(scene.scene.turn.state.comparedUntil == moment(2202))
    }

    @Test func `is complete once two surveys were one, and every question was answered`() {
        var scene = ComparingScene()
        scene.scene.part.position = .zero
        scene.pass(602)
        #expect(scene.completed.isEmpty)
        scene.pass(10)
        #expect(scene.completed == [moment(1607)])
        scene.isSilent = true
        scene.pass(600)
        #expect(scene.completed == [moment(1607)])
    }

    @Test func `blocks what two surveys found, and not what one did`() {
        var scene = ComparingScene()
        scene.scene.part.position = .zero
        scene.pass(602)
        #expect(scene.asked.count == 7 && scene.told.isEmpty)
        scene.pass(10)
        #expect(scene.asked.count == 14 && scene.told == ["P1 blocks", "alarm P1"])
        var other = ComparingScene()
        other.scene.part.position = .zero
        other.pass(602)
        other.scene.part.position = quantity("2")
        other.pass(20)
        #expect(other.asked.count == 14 && other.told.isEmpty)
        // It looks again soon.
        other.pass(60)
        #expect(other.asked.count == 21)
    }

    @Test func `ends what two surveys do not find any more`() {
        var scene = ComparingScene()
        scene.scene.part.position = .zero
        scene.pass(620)
        scene.scene.part.position = quantity("2")
        scene.pass(53)
        #expect(scene.told == ["P1 blocks", "alarm P1"])
        scene.pass(20)
        #expect(scene.told == ["P1 blocks", "alarm P1", "ends"])
        #expect(scene.scene.turn.state.blocks.isEmpty)
    }

    @Test func `leaves what changed meanwhile for the next one`() {
        var scene = ComparingScene()
        scene.scene.part.position = .zero
        scene.meanwhile = { scene in
            let stop = scene.turn.state.orders.ordered.first { $0.role == .stop }?.id
            guard let stop else { return }
            scene.turn.emit(.cancelIntended(CancelIntended(order: stop)))
        }
        scene.pass(3000)
        #expect(scene.asked.count >= 28 && scene.told.isEmpty)
        scene.meanwhile = nil
        scene.pass(1300)
        #expect(scene.told == ["P1 blocks", "alarm P1"])
    }

    @Test func `blocks a market that does not answer, until it answers again`() {
        var scene = ComparingScene()
        scene.isSilent = true
        scene.pass(600 + 2 * 200)
        #expect(scene.told.contains("V1 blocks"))
        #expect(scene.scene.turn.state.blocks.allSatisfy { $0.scope.name == "perpetual" })
        let count = scene.told.count
        scene.isSilent = false
        scene.pass(90)
        #expect(Set(scene.told.dropFirst(count)) == ["ends"])
        #expect(scene.scene.turn.state.blocks.isEmpty)
    }

    @Test func `books funding that two surveys found, and never twice`() {
        var scene = ComparingScene()
        scene.scene.charge(.funding, "-1.5")
        scene.pass(602)
        #expect(scene.told.isEmpty)
        scene.pass(10)
        #expect(scene.told == ["fundingSettled"])
        let state = scene.scene.turn.state
        #expect(state.assets.first { $0.name == "USDT" }?.balance == money("9998.5"))
        scene.pass(2000)
        #expect(scene.told == ["fundingSettled"])
    }

    /// A stop that is met between two answers looks like somebody else's closing.
    @Test func `books what others closed only once two surveys found it`() {
        var scene = ComparingScene()
        scene.scene.survey.balances?["USDT", default: .zero] -= money("100")
        scene.pass(602)
        scene.scene.take("2")
        scene.scene.part.position = .zero
        scene.pass(10)
        #expect(!scene.told.contains("positionLiquidated"), "\(scene.told)")
        #expect(scene.scene.turn.state.instruments[0].position.quantity == quantity("2"))
        scene.pass(90)
        #expect(scene.told.contains("positionLiquidated"), "\(scene.told)")
        #expect(scene.scene.turn.state.instruments[0].position.quantity.isZero)
    }

    @Test func `uses no answer to another question than the one under way`() {
        var scene = ComparingScene()
        scene.isSilent = true
        scene.pass(600)
        let late = scene.comparison.ticket
        scene.pass(60)
        #expect(scene.comparison.ticket == late + 1)
        let isLate = scene.comparison.take(.yes(.time(moment(1))), to: late, at: scene.time)
        let isRight = scene.comparison.take(.yes(.balances([])), to: late + 1, at: scene.time)
        #expect(!isLate && isRight)
    }

    @Test func `comes sooner after something was found, and later while limits are short`() {
        var pace = ComparisonPace()
        pace.note(isEventful: true, isBudgetShort: true)
        #expect(pace.pause == ComparisonPace.shortest)
        var pauses: [Int64] = []
        for _ in 0..<7 {
            pace.note(isEventful: false, isBudgetShort: true)
            pauses.append(pace.pause.nanoseconds / 1_000_000_000)
        }
        #expect(pauses == [120, 240, 480, 600, 1200, 1800, 1800])
        pace.note(isEventful: false, isBudgetShort: false)
        #expect(pace.pause == ComparisonPace.usual)
    }

    @Test func `is brought forward, and never put off`() {
        var comparison = RunningComparison(at: moment(0))
        comparison.hasten(to: moment(5))
        comparison.hasten(to: moment(9))
        #expect(!comparison.isDue(at: moment(4)) && comparison.isDue(at: moment(5)))
    }

    @Test func `that is wanted during another follows it`() {
        var scene = ComparingScene()
        scene.pass(600)
        scene.comparison.hasten(to: scene.time + TimeSpan(seconds: 5))
        scene.pass(10)
        #expect(scene.asked.count == 14)
    }

    /// A frame of a fill may be lost on a stream that is well.
    @Test func `has a fill booked that no stream told`() throws {
        let row = """
            {"symbol":"BTCUSDT","id":5,"orderId":28,"side":"BUY","price":"100","qty":"1",\
            "commission":"0","commissionAsset":"USDT","time":1700000000000,"maker":false,\
            "buyer":true,"positionSide":"BOTH","realizedPnl":"0"}
            """
        let scene = try LiveScene(.binanceFutures) { request in
            switch request.path {
            case "/fapi/v1/userTrades": (200, "[\(row)]")
            case "/fapi/v1/time": (200, "{\"serverTime\":\(Clock.wall() / 1_000_000)}")
            default: (200, "[]")
            }
        }
        defer { scene.close() }
        scene.accept()
        let world = scene.world
        _ = world.own(VenueID(28), in: InstrumentID(0), is: scene.order)
        world.comparison.hasten(to: world.time)
        scene.turn { !scene.reports.isEmpty }
        let isFill = scene.reports.contains { report in
            if case .filled(let fill) = report { fill.quantity == quantity("1") } else { false }
        }
        #expect(isFill, "\(scene.reports)")
    }
}
