import Platform
import SuiteSupport
import TestSupport
import Testing

@testable import CrashSuite

@Suite(.temporaryDirectory, .serialized)
struct `A killed engine` {
    private let root = TemporaryDirectory.path

    @Test func `ends as one that nobody killed, wherever the kills hit`() throws {
        let seed: UInt64 = 20_261_121
        let scene = try Scene.generated(in: root, seed: seed, minutes: 2)
        var suite = RandomKills(program: try Program.beside(), seed: seed)
        let reference = try suite.reference(scene, in: root + "/reference")
        #expect(reference.outcome.fills > 0)
        for cycle in 0..<6 {
            try suite.run(cycle: cycle, reference, in: "\(root)/cycle-\(cycle)")
        }
        #expect(suite.figures.runs == 6, "seed \(seed)")
    }

    @Test func `ends so too when it dies between two writes, or within one`() throws {
        let scenario = try #require(Scenario.all(in: root, seed: 3).first)
        var suite = try ScenarioKills(scenario, try Program.beside(), in: root + "/stage")
        try #require(suite.calls > 100)
        #expect(suite.reference.fills > 0)
        // The first ones are genesis; the rest is spread over the run.
        let early = Array(stride(from: 1, to: 40, by: 6))
        for call in early + Array(stride(from: 40, to: suite.calls, by: suite.calls / 12)) {
            try suite.run(dyingAt: [call, call % 31 + 1])
        }
        #expect(suite.figures.runs > 15)
    }

    @Test func `is one of at least thirty scenarios, each with a name of its own`() throws {
        let names = try Scenario.all(in: root, seed: 1).map(\.name)
        #expect(names.count >= 30)
        #expect(Set(names).count == names.count)
    }

    @Test func `dies at the same moments for the same seed`() {
        let schedules = (0..<100).map { cycle in
            RandomKills.schedule(seed: 5, cycle: cycle, duration: 1_000_000_000)
        }
        let again = (0..<100).map { cycle in
            RandomKills.schedule(seed: 5, cycle: cycle, duration: 1_000_000_000)
        }
        #expect(schedules == again)
        #expect(Set(schedules).count == 100)
        #expect(schedules.contains { $0.count > 3 })
        #expect(schedules.joined().allSatisfy { $0 < 1_000_000_000 })
    }
}

@Suite(.temporaryDirectory, .serialized)
struct `A call that fails` {
    private let root = TemporaryDirectory.path

    @Test func `ends the engine with the right words, and nothing is lost`() throws {
        let scenario = try #require(Scenario.all(in: root, seed: 3).first)
        var suite = try ScenarioFaults(scenario, try Program.beside(), in: root + "/stage")
        var chance = Chance(seed: 1)
        for fault in CallFault.all { try suite.run(fault, stride: 149, chance: &chance) }
        #expect(suite.figures.ended > 10)
    }

    @Test(arguments: ["segment full", "snapshots"])
    func `loses nothing that a journal acknowledged`(name: String) throws {
        let scenario = StateScenario(script: name)
        var suite = try ScriptFaults(scenario, try Program.beside(), in: root + "/script")
        var chance = Chance(seed: 1)
        for fault in CallFault.all { try suite.run(fault, stride: 79, chance: &chance) }
        #expect(suite.figures.ended > 10)
    }

    @Test func `must be told of in words that fit`() {
        let full = CallFault(kind: "ENOSPC", lasts: true, words: ["No space left on device"])
        let once = CallFault(kind: "EIO", lasts: false, words: ["Input/output error"])
        #expect(full.complaint(about: "No space left on device: free some space") == nil)
        #expect(full.complaint(about: "No space left on device") != nil)
        #expect(full.complaint(about: "it went wrong; free some space") != nil)
        #expect(once.complaint(about: "Input/output error") == nil)
        #expect(once.complaint(about: "Input/output error: the disk is full") != nil)
    }
}
