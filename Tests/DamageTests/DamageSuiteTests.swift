import Platform
import SuiteSupport
import TestSupport
import Testing

@testable import DamageSuite

@Suite struct `A damaged journal` {
    /// Examines about so many cases of a target.
    private func examine(
        _ target: Target,
        _ sample: Sample,
        cases: Int,
        in room: String
    ) throws -> DamageRun.Result {
        var task = DamageTask(name: "a test", sample: sample.directory, target: target)
        task.seed = 5
        task.flips = cases
        task.stride = max(1, try task.list().count / cases)
        let program = FileSystem.parent(of: try CurrentProcess.executablePath()) + "/DamageSuite"
        return try DamageRun(program: program, room: room + "/work").examine(task)
    }

    @Test func `is refused, or is as good as a whole one, whatever is damaged`() throws {
        // Hundreds of commits a case, each synced: in memory they take no time.
        let rooms = try Rooms("damage-tests")
        defer { #expect(throws: Never.self) { try rooms.remove() } }
        var recipe = Sample.Recipe()
        recipe.minutes = 3
        recipe.bytes = 80 << 10
        recipe.segmentLimit = 48 << 10
        recipe.snapshotInterval = "5s"
        recipe.snapshots = .older
        recipe.keepsCopies = true
        let sample = try Sample.make(recipe, in: rooms.quick + "/sample")
        #expect(try sample.tree().segments.count > 1)
        var sum = DamageCounts()
        let targets: [(target: Target, cases: Int)] = [
            (.random, 60), (.pages, 40), (.freeList, 20), (.snapshot, 15), (.witnesses, 15),
            (.stale, 30), (.older, 40),
        ]
        for (target, cases) in targets {
            let result = try examine(target, sample, cases: cases, in: rooms.quick)
            #expect(result.findings == [])
            #expect(!result.hasFailed)
            #expect(result.counts.cases >= cases, "\(target)")
            if target == .older { #expect(result.counts.byScan == result.counts.cases) }
            if target == .snapshot { #expect(result.counts.byVerification > 0) }
            if target == .witnesses { #expect(result.counts.warned > 0) }
            sum += result.counts
        }
        // Each way out is taken by some.
        #expect(sum.byScan > 0)
        #expect(sum.byVerification > 0)
        #expect(sum.harmless > 0)
        #expect(sum.written > 0)
    }
}

@Suite(.temporaryDirectory, .serialized)
struct `The judge of damages` {
    private let root = TemporaryDirectory.path

    @Test func `tells of a journal that is another, and of an older one that is let in`() throws {
        var recipe = Sample.Recipe()
        recipe.minutes = 1
        recipe.commits = 20
        recipe.keepsCopies = true
        let sample = try Sample.make(recipe, in: root + "/sample")
        let stage = try Stage(sample, in: root + "/stage")
        let judge = try DamageJudge(stage)
        #expect(judge.judge(DamageJudge.Care()).failure == nil)
        try stage.undo(.flip(path: stage.witness, byte: 0, bit: 0), isWritten: true)
        let other = DamageJudge(
            journal: stage.journal,
            state: stage.state,
            expected: Expectation(now: judge.expected.after, after: judge.expected.now)
        )
        #expect(other.judge(DamageJudge.Care()).failure != nil)
        try stage.undo(.flip(path: stage.witness, byte: 0, bit: 0), isWritten: true)
        // On a machine that knows nothing of the journal an older copy is as good as any.
        try stage.apply(.older(copy: 7, witness: .own))
        try FileSystem.removeTree(stage.state)
        var care = DamageJudge.Care()
        care.mustBeRefused = true
        #expect(judge.judge(care).failure != nil)
    }

    @Test(arguments: [
        "flip journal/witness 12 3", "cut a 512", "zero a 2", "swap a 0", "stale a 3 17",
        "older 3 newer", "older 1 none", "older 2 own",
    ])
    func `can do again what a text says`(text: String) throws {
        #expect(try "\(#require(Damage(text)))" == text)
        #expect(Damage(text + " x") == nil)
    }
}
