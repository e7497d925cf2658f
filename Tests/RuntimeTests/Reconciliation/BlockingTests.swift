import Engine
import Exchange
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `What a comparison blocks` {
    /// What a comparison now makes of the blocks, folded; the events in words.
    private func compare(
        _ scene: inout ReconcileScene,
        _ told: inout Set<Blocking.Identity>
    ) -> [String] {
        let found = Comparison(scene.turn.state, scene.survey).found
        let blocking = Blocking(state: scene.turn.state, survey: scene.survey)
        return blocking.events(found, told: &told)
            .map { event in
                scene.turn.emit(event)
                return switch event {
                case .riskBlocked(let it): "\(it.caseID) blocks \(it.scope.name)"
                case .blockEnded(let it): it.end.name
                case .errorRecorded(let it): "alarm \(it.text.prefix { $0 != "," })"
                default: "\(event.kind)"
                }
            }
    }

    private func compare(_ scene: inout ReconcileScene) -> [String] {
        var told: Set<Blocking.Identity> = []
        return compare(&scene, &told)
    }

    @Test func `is what a person decides, until it is found no more`() {
        var scene = ReconcileScene()
        var told: Set<Blocking.Identity> = []
        _ = scene.hold()
        scene.part.position = .zero
        #expect(compare(&scene, &told) == ["P1 blocks BTCUSDT-PERP", "alarm P1"])
        #expect(compare(&scene, &told) == [])
        scene.part.position = quantity("2")
        #expect(compare(&scene, &told) == ["no longer found"])
        #expect(scene.turn.state.blocks.isEmpty)
    }

    @Test func `is told again by the next start, and blocks on`() {
        var scene = ReconcileScene()
        _ = scene.hold()
        scene.part.position = .zero
        _ = compare(&scene)
        #expect(compare(&scene) == ["alarm P1"])
        #expect(scene.turn.state.blocks.map(\.holds) == [true])
    }

    @Test func `is not blocked again while the same figures stand`() {
        var scene = ReconcileScene()
        var told: Set<Blocking.Identity> = []
        _ = scene.hold()
        scene.part.position = .zero
        _ = compare(&scene, &told)
        let release = BlockEnded(block: scene.turn.state.blocks[0].id, end: .released, by: "ops")
        scene.turn.emit(.blockEnded(release))
        #expect(compare(&scene, &told) == [])
        var later: Set<Blocking.Identity> = []
        #expect(compare(&scene, &later) == [])
        #expect(scene.turn.state.blocks.map(\.holds) == [false])
        scene.part.position = quantity("-1")
        #expect(
            compare(&scene, &told) == ["no longer found", "P4 blocks BTCUSDT-PERP", "alarm P4"]
        )
        scene.part.position = quantity("-2")
        #expect(compare(&scene, &told) == ["P4 blocks BTCUSDT-PERP", "alarm P4"])
    }

    @Test func `stays where the venue does not tell`() {
        var scene = ReconcileScene()
        _ = scene.hold()
        scene.part.position = .zero
        _ = compare(&scene)
        scene.part.position = nil
        scene.survey.unanswered = [("bybit-linear", "positions", "no answer")]
        #expect(compare(&scene) == ["V1 blocks perpetual", "alarm V1"])
        #expect(scene.turn.state.blocks.map(\.caseID) == ["P1", "V1"])
        scene.part.position = quantity("2")
        scene.survey.unanswered = []
        #expect(compare(&scene) == ["no longer found", "no longer found"])
    }

    @Test func `of rules stays where rules are not asked for`() {
        var scene = ReconcileScene()
        scene.part.differences = nil
        #expect(compare(&scene).first == "I1 blocks BTCUSDT-PERP")
        scene.part.differences = []
        scene.survey.hasRules = false
        #expect(compare(&scene) == [])
        scene.survey.hasRules = true
        #expect(compare(&scene) == ["no longer found"])
    }

    @Test func `of an asset ends only where every market tells`() {
        var scene = ReconcileScene()
        scene.survey.balances?["USDT"] = money("-1")
        #expect(compare(&scene).first == "B3 blocks USDT")
        scene.survey.balances = nil
        #expect(compare(&scene) == [])
        scene.survey.balances = ["USDT": money("10000")]
        #expect(compare(&scene) == ["no longer found"])
    }

    @Test func `does not stop what the engine mends, and only tells it`() {
        var scene = ReconcileScene()
        var told: Set<Blocking.Identity> = []
        let stop = scene.hold()
        scene.part.looked[stop] = .found(scene.order(stop, "cancelled"))
        #expect(compare(&scene, &told) == ["alarm S1"])
        #expect(compare(&scene, &told) == [])
        #expect(scene.turn.state.blocks.isEmpty)
    }

    @Test func `is the whole market where there is more than a state holds`() {
        var scene = ReconcileScene()
        scene.part.working = (1...200).map { scene.stranger("hf-abcd-1-copy-\($0)") }
        let events = compare(&scene)
        #expect(events.contains("V2 blocks perpetual"))
        #expect(scene.turn.state.blocks.count <= TradingState.blockCapacity)
        scene.part.working = []
        // A running engine does not look among what ended, so that it cannot say that it is over.
        _ = compare(&scene)
        #expect(!scene.turn.state.blocks.isEmpty)
        scene.survey.hasHistory = true
        _ = compare(&scene)
        #expect(scene.turn.state.blocks.isEmpty)
    }

    @Test func `never passes what a state holds, whatever stays and whatever comes`() {
        var scene = ReconcileScene()
        scene.part.working = (1...120).map { scene.stranger("hf-abcd-1-copy-\($0)") }
        _ = compare(&scene)
        // Others are found before those that the state holds.
        let held = scene.part.working
        scene.part.working = (1...400).map { scene.stranger("hf-abcd-1-twin-\($0)") } + held
        _ = compare(&scene)
        #expect(scene.turn.state.blocks.count <= TradingState.blockCapacity)
        #expect(scene.turn.state.blocks.contains { $0.caseID == "V2" })
    }
}
