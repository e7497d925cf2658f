import Engine
import Exchange
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

/// Something that happened while nobody looked, and the cases that it is found as.
struct ReconcileScenario: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let market: Market
    let expected: [CaseKind]
    let change: @Sendable (inout ReconcileScene) -> Void

    init(
        _ name: String,
        _ expected: [CaseKind],
        _ market: Market = .perpetual,
        _ change: @escaping @Sendable (inout ReconcileScene) -> Void
    ) {
        testDescription = name
        self.market = market
        self.expected = expected
        self.change = change
    }
}

@Suite struct `What differs between journal and venue` {
    static let all =
        OrderScenarios.unanswered + OrderScenarios.working + OrderScenarios.strangers
        + HoldingScenarios.fills + HoldingScenarios.holdings + HoldingScenarios.protection
        + HoldingScenarios.rules

    @Test(arguments: all)
    func `is found as what it is`(scenario: ReconcileScenario) {
        var scene = ReconcileScene(scenario.market)
        scenario.change(&scene)
        #expect(scene.kinds == scenario.expected)
    }

    @Test func `is of every kind in the catalogue`() {
        let found = Set(Self.all.flatMap(\.expected))
        // That there are too many is told where they become blocks, and what is too long ago by
        // what a survey reads.
        #expect(CaseKind.allCases.filter { !found.contains($0) } == [.tooMany, .tooLongAgo])
    }

    @Test func `is nothing where both agree`() {
        for market in [Market.spot, .perpetual] {
            var scene = ReconcileScene(market)
            #expect(scene.kinds == [])
            _ = scene.hold()
            #expect(scene.kinds == [])
        }
    }

    /// A start with hundreds of symbols would else raise as many alarms.
    @Test func `is one case where a venue leaves the same question open often`() {
        var scene = ReconcileScene()
        let silent = (market: "bybit-linear", question: "executions", why: "not sent in time")
        let other = (market: "bybit-linear", question: "positions", why: "not sent in time")
        scene.survey.unanswered = Array(repeating: silent, count: 400) + [other]
        let found = Comparison(scene.turn.state, scene.survey).found
        #expect(found.map(\.subject) == ["executions", "positions"])
        #expect(found.map(\.seen) == ["not sent in time", "not sent in time"])
        let places = ["executions, 400 times: not sent in time", "positions: not sent in time"]
        for (found, place) in zip(found, places) {
            #expect(found.sentence.hasSuffix("bybit-linear, \(place)"), "\(found.sentence)")
        }
    }

    /// A venue that had no time for the first survey has less for a second.
    @Test func `is looked at twice where something would follow, and not where it is silence`() {
        func asksAgain(_ change: (inout ReconcileScene) -> Void) -> Bool {
            var scene = ReconcileScene()
            _ = scene.hold()
            change(&scene)
            return Comparison(scene.turn.state, scene.survey).asksForAnotherLook
        }
        let silent = (market: "bybit-linear", question: "executions", why: "not sent in time")
        #expect(!asksAgain { _ in })
        #expect(asksAgain { $0.part.position = .zero })
        #expect(
            asksAgain { scene in
                scene.take("2")
                scene.part.position = .zero
            }
        )
        #expect(!asksAgain { $0.survey.unanswered = [silent] })
        #expect(
            asksAgain { scene in
                scene.survey.unanswered = [silent]
                scene.survey.balances?["USDT"] = .zero
            }
        )
    }

    /// Binance keeps eight decimals of what a fill brings, and the journal all of them.
    @Test func `is nothing where a spot market of Binance has rounded what fills brought`() {
        var scene = ReconcileScene(.spot)
        _ = scene.hold()
        func kinds(_ market: VenueMarket, _ asset: String, _ missing: String) -> [CaseKind] {
            var scene = scene
            scene.part.market = market
            scene.survey.balances?[asset, default: .zero] -= money(missing)
            return scene.kinds
        }
        #expect(kinds(.binanceSpot, "USDT", "0.00000001") == [])
        #expect(kinds(.binanceSpot, "USDT", "0.000000011") == [.balanceMissing])
        #expect(kinds(.bybitSpot, "USDT", "0.00000001") == [.balanceMissing])
        // What is bought has no more than its step, and fees are told exactly.
        #expect(kinds(.binanceSpot, "BTC", "0.00000001") == [.balanceMissing])
        let entry = scene.intend("entry buy 2 @ 90")
        scene.accept(entry)
        scene.fill(entry, "1", at: "90")
        scene.fill(entry, "1", at: "90")
        scene.settle()
        #expect(!kinds(.binanceSpot, "USDT", "0.00000003").contains(.balanceMissing))
        #expect(kinds(.binanceSpot, "USDT", "0.00000004").contains(.balanceMissing))
    }

    @Test func `blocks the scopes of what a person has to decide, and no others`() {
        var scene = ReconcileScene()
        _ = scene.hold()
        scene.part.position = .zero
        scene.survey.balances?["DOGE"] = money("5")
        let found = Comparison(scene.turn.state, scene.survey).found
        let plan = ReconciliationPlan(cases: found, head: scene.turn.state.head, time: .never)
        #expect(found.map(\.kind) == [.positionGone, .balanceForeign])
        #expect(plan.blocked == [.instrument("BTCUSDT")] && !plan.isInOrder)
    }
}
