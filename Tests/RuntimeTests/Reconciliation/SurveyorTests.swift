import Engine
import Exchange
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `A survey of a venue` {
    private var scene = ReconcileScene()
    private let first: OrderID
    private let second: OrderID
    private let stop: OrderID

    init() {
        first = scene.intend("entry buy 2 @ 90")
        second = scene.intend("entry buy 2 @ 91")
        stop = scene.intend("stop sell 2 at 80")
        for order in [first, second, stop] { scene.accept(order) }
    }

    private func surveyor(_ market: VenueMarket, instruments: Int = 1) -> Surveyor {
        let listing = CoreFixture.listing(.perpetual)
        let live = (0..<instruments).map { place in
            LiveInstrument(
                id: InstrumentID(UInt16(place)),
                symbol: place == 0 ? "BTCUSDT" : "S\(place)USDT",
                desk: 0,
                stop: .market,
                listed: listing
            )
        }
        return Surveyor(
            live,
            [market],
            receiveWindow: TimeSpan(seconds: 5),
            scene.turn.state,
            now: moment(1000),
            readsHistory: true,
            rules: nil
        )
    }

    /// Answers round after round, and gives what each asked, by the first word.
    private func survey(
        _ surveyor: inout Surveyor,
        _ answer: (VenueCall) -> VenueAnswer?
    ) -> [[VenueCall]] {
        var rounds: [[VenueCall]] = []
        while surveyor.next() != nil, rounds.count < 60 {
            let questions = surveyor.questions()
            rounds.append(questions.map(\.call))
            for question in questions {
                surveyor.take(answer(question.call) ?? usual(question.call))
            }
        }
        return rounds
    }

    private func usual(_ call: VenueCall) -> VenueAnswer {
        switch call {
        case .serverTime: .yes(.time(moment(1000)))
        case .balances: .yes(.balances([]))
        case .entries: .yes(.entries([], next: nil))
        case .executions, .orderExecutions: .yes(.executions([], next: nil))
        case .positions: .yes(.positions([]))
        default: .yes(.orders([], next: nil))
        }
    }

    private func isOrder(_ call: VenueCall) -> Bool {
        if case .order = call { true } else { false }
    }

    private func names(_ calls: [VenueCall]) -> [String] {
        calls.compactMap { if case .order(let name) = $0 { name.clientID } else { nil } }
    }

    @Test func `asks about those orders alone that no list tells of`() {
        var surveyor = surveyor(.bybitLinear)
        let working = scene.order(first, "placed")
        let ended = scene.order(second, "cancelled")
        let rounds = survey(&surveyor) { call in
            switch call {
            case .openOrders: .yes(.orders([working], next: nil))
            case .orderHistory: .yes(.orders([ended], next: nil))
            default: nil
            }
        }
        #expect(names(rounds[1]) == [scene.name(stop), scene.name(second)])
        // What ended was told of meanwhile; only the stop is looked for there.
        let histories = rounds.joined().filter {
            if case .orderHistory = $0 { true } else { false }
        }
        #expect(histories.count == 2)
        let looked = surveyor.survey.parts[0].looked
        #expect(looked[first] == .found(working) && looked[second] == .found(ended))
        #expect(looked[stop] == .absent(isProven: true))
    }

    @Test func `asks about orders in doubt first, and about stops before others`() {
        var scene = scene
        let doubtful = scene.intend("entry buy 2 @ 92")
        var suite = self
        suite.scene = scene
        var surveyor = suite.surveyor(.binanceSpot)
        let rounds = suite.survey(&surveyor) { _ in nil }
        let wanted = [doubtful, stop, first, second].map { scene.name($0) }
        #expect(names(rounds[1]) == wanted)
        guard case .order = rounds[1].first else {
            Issue.record("other questions come before the orders")
            return
        }
    }

    @Test func `reads every page of a list before it asks about an order`() {
        var surveyor = surveyor(.bybitLinear)
        let orders = [first, second, stop].map { scene.order($0, "placed") }
        let rounds = survey(&surveyor) { call in
            guard case .openOrders(_, let page) = call else { return nil }
            return switch page {
            case .first: .yes(.orders([orders[0]], next: .after("1")))
            case .after("1"): .yes(.orders([orders[1]], next: .after("2")))
            default: .yes(.orders([orders[2]], next: nil))
            }
        }
        #expect(!rounds.joined().contains(where: isOrder))
        #expect(surveyor.survey.parts[0].looked.count == 3)
    }

    @Test func `asks about each order where a list is not told`() {
        var surveyor = surveyor(.bybitLinear)
        let rounds = survey(&surveyor) { call in
            guard case .openOrders = call else { return nil }
            return .unknown(VenueDoubt(cause: .silence, code: 0, text: "no answer in time"))
        }
        #expect(rounds.joined().filter(isOrder).count == 3)
        #expect(surveyor.survey.unanswered.count == 1)
    }

    /// It has the stop's name, and would tell that the stop has met its trigger and is gone.
    @Test func `does not take the order that a stop became for the stop`() {
        var surveyor = surveyor(.binanceFutures)
        let plain = scene.order(stop, "placed", isTriggered: true)
        let filled = scene.order(stop, "filled", filled: "2", isTriggered: true)
        let rounds = survey(&surveyor) { call in
            switch call {
            case .openOrders: .yes(.orders([plain], next: nil))
            case .orderHistory: .yes(.orders([filled], next: nil))
            default: nil
            }
        }
        #expect(names(rounds[1]).contains(scene.name(stop)))
    }

    @Test func `reads the log to its end before it asks for balances`() {
        var surveyor = surveyor(.bybitLinear)
        let rounds = survey(&surveyor) { call in
            guard case .entries(_, _, let page) = call, page == .first else { return nil }
            return .yes(.entries([], next: .after("1")))
        }
        #expect(rounds.firstIndex { $0.contains(.balances) } == 3)
    }

    /// Where a venue's limits do not let all through in time, what is held is known.
    @Test func `asks about what is ours before what may be opened`() {
        var surveyed = SurveyedScene(["XRPUSDT", "ETHUSDT", "BTCUSDT", "SOLUSDT"])
        _ = surveyed.scene.intend("entry buy 2 @ 90")
        let (calls, survey) = surveyed.surveyed()
        let fills = calls.compactMap { call -> String? in
            if case .executions(let symbol, _, _, _) = call { symbol } else { nil }
        }
        let wanted = ["BTCUSDT", "XRPUSDT", "ETHUSDT", "SOLUSDT"]
        #expect(fills == wanted)
        let histories = calls.compactMap { call -> String? in
            if case .orderHistory(let symbol, _, _, _) = call { symbol } else { nil }
        }
        #expect(histories.prefix(4) == wanted[...])
        #expect(survey.parts.map(\.instrument) == surveyed.instruments.map(\.id))
    }

    @Test func `asks for all that works at once where that costs less`() {
        func lists(_ market: VenueMarket, _ instruments: Int) -> Int {
            var surveyor = surveyor(market, instruments: instruments)
            let calls = surveyor.questions().map(\.call)
            return calls.filter { if case .openOrders = $0 { true } else { false } }.count
        }
        #expect(lists(.bybitLinear, 1) == 1 && lists(.bybitLinear, 2) == 1)
        #expect(lists(.binanceFutures, 40) == 40 && lists(.binanceFutures, 41) == 1)
        #expect(lists(.binanceSpot, 11) == 11 && lists(.binanceSpot, 12) == 1)
    }

    private func fills(_ calls: [VenueCall]) -> [OrderExecutions] {
        calls.compactMap { if case .orderExecutions(let asked) = $0 { asked } else { nil } }
    }

    /// An engine that was away for a weekend finds its stop met, and its fills in no list.
    @Test(arguments: [VenueMarket.binanceSpot, .binanceFutures, .bybitLinear])
    func `asks for those fills by the order that the window does not tell`(market: VenueMarket) {
        var surveyor = surveyor(market)
        let met = scene.order(stop, "filled", filled: "2", isTriggered: true)
        let row = scene.row(7, of: met.venueOrder.rawValue)
        let rounds = survey(&surveyor) { call in
            switch call {
            case .order(let name) where name.clientID == scene.name(stop):
                .yes(.orders([met], next: nil))
            case .openOrders:
                .yes(.orders([first, second].map { scene.order($0, "placed") }, next: nil))
            case .orderExecutions: .yes(.executions([row, row], next: nil))
            default: nil
            }
        }
        // Of one fill of the two nothing is told, and one is told twice.
        let asked = fills(Array(rounds.joined()))
        #expect(asked.count == (market == .binanceSpot ? 1 : 31))
        #expect(asked.allSatisfy { $0.venueOrder == met.venueOrder })
        #expect(fills(rounds.last ?? []).count == 1)
        let new = surveyor.survey.parts[0].newFills(scene.turn.state)
        #expect(new == [row])
    }

    /// What may be booked and forgotten must not be booked again.
    @Test func `asks for no fills that the journal may have forgotten`() {
        var scene = scene
        scene.fill(first, "1", at: "90")
        let booked = scene.turn.state.time
        var suite = self
        suite.scene = scene
        var surveyor = suite.surveyor(.bybitLinear)
        var further = scene.order(first, "filled", filled: "2")
        further.made = booked - TimeSpan(seconds: 50 * 86_400)
        let rounds = suite.survey(&surveyor) { call in
            switch call {
            case .order(let name) where name.clientID == scene.name(first):
                .yes(.orders([further], next: nil))
            default: nil
            }
        }
        let asked = suite.fills(Array(rounds.joined()))
        let since = booked - SurveyWindow.usual - TimeSpan(seconds: 60)
        #expect(asked.count == 1 && asked.first?.since == since)
        // Of an order of which nothing is booked nothing can be forgotten.
        var other = suite.surveyor(.bybitLinear)
        var whole = scene.order(second, "filled", filled: "2")
        whole.made = further.made
        let all = suite.survey(&other) { call in
            switch call {
            case .order(let name) where name.clientID == scene.name(second):
                .yes(.orders([whole], next: nil))
            default: nil
            }
        }
        let made = whole.made.map { $0 - TimeSpan(seconds: 60) }
        #expect(suite.fills(Array(all.joined())).last?.since == made)
    }

    /// A row that the window tells is not asked for by its order.
    @Test(arguments: [(1, 1), (2, 0)])
    func `asks no further once all is told that an order counts`(told: Int, questions: Int) {
        var surveyor = surveyor(.bybitLinear)
        let met = scene.order(stop, "filled", filled: "2", isTriggered: true)
        let rows = [7, 8].map { scene.row($0, of: met.venueOrder.rawValue) }
        let rounds = survey(&surveyor) { call in
            switch call {
            case .order(let name) where name.clientID == scene.name(stop):
                .yes(.orders([met], next: nil))
            case .executions: .yes(.executions(Array(rows.prefix(told)), next: nil))
            case .orderExecutions: .yes(.executions(rows, next: nil))
            default: nil
            }
        }
        #expect(fills(Array(rounds.joined())).count == questions)
        #expect(surveyor.survey.parts[0].newFills(scene.turn.state) == rows)
    }

    @Test func `knows no fills where those of an order are not told`() {
        var surveyor = surveyor(.bybitLinear)
        let met = scene.order(stop, "filled", filled: "2", isTriggered: true)
        _ = survey(&surveyor) { call in
            switch call {
            case .order(let name) where name.clientID == scene.name(stop):
                .yes(.orders([met], next: nil))
            case .orderExecutions:
                .unknown(VenueDoubt(cause: .silence, code: 0, text: "no answer in time"))
            default: nil
            }
        }
        #expect(surveyor.survey.parts[0].fills == nil)
        #expect(surveyor.survey.unanswered.map(\.question) == ["orderExecutions"])
        // A code of zero is none.
        #expect(surveyor.survey.unanswered.map(\.why) == ["no answer in time"])
    }
}
