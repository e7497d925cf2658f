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

    /// A fill that was made while nobody looked says nothing of what a person withdrew.
    @Test func `of missing money stays where it could not be told`() throws {
        var scene = ReconcileScene()
        _ = scene.hold()
        let entry = scene.turn.state.orders.ordered.first { $0.role == .entry }?.venueOrder
        let whole = scene.survey.balances?["USDT"] ?? .zero
        scene.survey.balances?["USDT"] = whole - money("1000")
        #expect(compare(&scene).first == "B1 blocks USDT")
        let quiet = scene
        scene.part.fills = [scene.row(9, of: try #require(entry).rawValue)]
        scene.part.position = quantity("3")
        #expect(!compare(&scene).contains("no longer found"))
        scene = quiet
        scene.take("1")
        scene.part.position = quantity("1")
        #expect(!compare(&scene).contains("no longer found"))
        scene = quiet
        scene.part.fills = nil
        #expect(!compare(&scene).contains("no longer found"))
        scene = quiet
        scene.survey.balances?["USDT"] = whole
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
        scene.survey.hasHistory = true
        _ = compare(&scene)
        // What tells of another engine is for a person to release.
        let left = scene.turn.state.blocks
        #expect(!left.isEmpty && left.allSatisfy { $0.caseID == "O18" })
        for block in left {
            let release = BlockEnded(block: block.id, end: .released, by: "ops", reason: "off")
            scene.turn.emit(.blockEnded(release))
        }
        scene.survey.hasHistory = false
        _ = compare(&scene)
        #expect(scene.turn.state.blocks.count == left.count)
        scene.survey.hasHistory = true
        _ = compare(&scene)
        #expect(scene.turn.state.blocks.isEmpty)
    }

    // MARK: What is compared for good

    /// Whether a comparison of a scene would be the last that has to read so far back.
    private func completes(
        _ scene: ReconcileScene,
        _ change: (inout VenueSurvey) -> Void = { _ in }
    ) -> Bool {
        var survey = scene.survey
        survey.hasHistory = true
        let now = moment(10 * 86_400)
        survey.window = SurveyWindow(scene.turn.state, at: now)
        change(&survey)
        let found = Comparison(scene.turn.state, survey).found
        let completion = Blocking(state: scene.turn.state, survey: survey).completion(found)
        if let completion {
            #expect(completion == .comparisonCompleted(ComparisonCompleted(until: now)))
        }
        return completion != nil
    }

    @Test func `is all where every question was answered and nothing is left to be booked`() throws
    {
        var scene = ReconcileScene()
        _ = scene.hold()
        let last = ComparisonCompleted(until: moment(86_400))
        scene.turn.emit(.comparisonCompleted(last))
        #expect(completes(scene))
        #expect(!completes(scene) { $0.unanswered = [("bybit-linear", "entries", "silence")] })
        #expect(!completes(scene) { $0.hasHistory = false })
        // Where something moved, nothing was compared: only where nothing is new is nothing missed.
        #expect(completes(scene) { $0.parts[0].isMoved = true })
        let others = scene.row(78, of: 6)
        #expect(completes(scene) { $0.parts[0].fills = [others] })
        #expect(
            !completes(scene) {
                $0.parts[0].fills = [others]
                $0.parts[0].isMoved = true
            }
        )
        var charged = scene
        charged.charge(.transfer, "-2")
        #expect(completes(scene) { $0.areBalancesMoved = true })
        #expect(!completes(charged) { $0.areBalancesMoved = true })
        #expect(!completes(charged))
        // An order that was placed meanwhile hides what funding and transfers are, balances or not.
        #expect(!completes(charged) { $0.parts[0].isMoved = true })
        var funded = scene
        funded.charge(.funding, "0.0002")
        #expect(!completes(funded) { $0.parts[0].isMoved = true })
        #expect(!completes(scene) { $0.window = nil })
        // What others closed, and funding, is explained once all fills are booked.
        let entry = try #require(
            scene.turn.state.orders.ordered.first { $0.role == .entry }
        )
        #expect(
            !completes(scene) { $0.parts[0].fills = [scene.row(77, of: entry.venueOrder.rawValue)] }
        )
        // What still stands is found again, however late.
        scene.part.position = .zero
        #expect(completes(scene))
        // The next survey reads as far back as this one.
        let now = ComparisonCompleted(until: moment(10 * 86_400 - 600))
        scene.turn.emit(.comparisonCompleted(now))
        #expect(completes(scene) { $0.parts[0].isMoved = true })
        #expect(completes(scene) { $0.hasHistory = false })
    }

    /// Otherwise the second start would find nothing, and open something new.
    @Test func `is not all while an unknown start blocks, until a person releases it`() {
        var scene = ReconcileScene()
        scene.survey.hasHistory = true
        let stranger = scene.stranger("hf-abcd-1-copy-5")
        scene.part.ended = [stranger]
        #expect(!completes(scene))
        #expect(compare(&scene).first == "O18 blocks perpetual")
        #expect(!completes(scene))
        // A running engine does not look among what ended.
        scene.part.ended = []
        #expect(!completes(scene) { $0.hasHistory = false })
        scene.part.ended = [stranger]
        let id = scene.turn.state.blocks[0].id
        scene.turn.emit(
            .blockEnded(BlockEnded(block: id, end: .released, by: "ops", reason: "off"))
        )
        #expect(completes(scene))
        scene.part.ended += [scene.stranger("hf-abcd-1-twin-7")]
        #expect(!completes(scene))
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
