import Platform
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
        let program = try Program.beside()
        let scene = try Scene.generated(in: root, seed: 3, minutes: 2)
        let reference = try program.finish(try Place(root + "/reference", scene))
        var suite = EveryCall(program: program, scene: scene, reference: reference)
        let count = try suite.countCalls(in: root + "/count")
        try #require(count > 100)
        // The first ones are genesis; the rest is spread over the run.
        let early = Array(stride(from: 1, to: 40, by: 6))
        for call in early + Array(stride(from: 40, to: count, by: count / 16)) {
            _ = try suite.run(dyingAt: [call, call % 31 + 1], in: "\(root)/call-\(call)")
        }
        #expect(suite.figures.runs > 15)
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
