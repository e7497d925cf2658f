import Engine
import Projections
import TestSupport
import Testing
import Trading

@Suite struct `The engine's memory` {
    /// A new engine that only observed goes on as the one that decided all along.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `is a fold over its inputs`(seed: UInt64) {
        var history = RandomHistory(seed: seed)
        for _ in 0..<300 { history.step() }
        var fresh = Engine(plans: RandomHistory.plans)
        for entry in history.inputs { fresh.observe(entry.input, at: entry.time) }
        var turn = Turn(state: history.turn.state)
        let consumed = history.inputs.count
        let written = history.events.count
        for _ in 0..<200 { history.step() }
        for entry in history.inputs[consumed...] {
            turn.begin(at: entry.time)
            fresh.decide(entry.input, &turn)
        }
        #expect(turn.events == Array(history.events[written...]), "seed \(seed)")
        #expect(turn.state.canonical == history.turn.state.canonical, "seed \(seed)")
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `asks for nothing twice at one time`(seed: UInt64) {
        var history = RandomHistory(seed: seed)
        for step in 0..<300 {
            history.step()
            var engine = history.engine
            var turn = history.turn
            engine.decide(.tick, &turn)
            turn.clear()
            engine.decide(.tick, &turn)
            #expect(turn.events.isEmpty, "seed \(seed), step \(step)")
        }
    }
}
