import Platform
import SuiteSupport
import TestSupport
import Testing

@testable import CrashSuite

@Suite(.temporaryDirectory, .serialized)
struct `What a power cut leaves` {
    private let root = TemporaryDirectory.path

    /// Examines about so many states of a scenario.
    private func explore(
        _ scenario: StateScenario,
        states: Int,
        limit: Int = 64
    ) throws -> StateExplorer.Result {
        let program = try Program.beside()
        let room = StateRoom(directory: root + "/room", program: program)
        var task = try scenario.record(in: room)
        task.limit = limit
        task.seed = 7
        task.stride = max(1, try StateExplorer.count(task) / states)
        let explorer = StateExplorer(program: program, room: root + "/work", workers: 2)
        return try explorer.explore(task)
    }

    @Test(arguments: [
        "genesis", "genesis in new directories", "order life", "segment full", "snapshots",
    ])
    func `holds everything that was acknowledged`(name: String) throws {
        let result = try explore(StateScenario(script: name), states: 100)
        #expect(result.findings == [])
        #expect(!result.hasFailed)
        #expect(result.counts.states >= 100)
    }

    /// A scenario that a shipped program plays.
    private func shipped(_ name: String) throws -> StateScenario {
        let scenarios = try StateScenario.shipped(in: root + "/tapes", seed: 7)
        return try #require(scenarios.first { $0.name == name })
    }

    @Test(arguments: [
        "a run after a kill", "compaction with archives", "a later backup", "restore",
    ])
    func `is what a shipped program promised`(name: String) throws {
        let result = try explore(shipped(name), states: 30, limit: 8)
        #expect(result.findings == [])
        #expect(!result.hasFailed)
        #expect(result.counts.states >= 30)
    }

    @Test(arguments: [
        ("compaction with archives", "nodirsync:/archives"), ("restore", "nodirsync"),
    ])
    func `tells of a shipped program that is broken`(name: String, breakage: String) throws {
        var scenario = try shipped(name)
        scenario.breakage = breakage
        let result = try explore(scenario, states: 60, limit: 16)
        #expect(result.counts.lost + result.counts.corrupt > 0, "\(result.counts)")
    }

    @Test func `shows whose the copy beside a journal is, while a restore makes it`() throws {
        let room = StateRoom(directory: root + "/room", program: try Program.beside())
        let scenario = try shipped("restore after a killed one")
        var task = try scenario.record(in: room)
        task.limit = 8
        var states = 0
        let walk = StateWalk(bounds: task.bounds())
        _ = try walk.run(try task.model(), task.promises()) { _, model, point, choice, _ in
            if choice.tear != nil { return }
            let tree = DiskTree(model, point, choice)
            // Once the two have changed places the mark is in the journal.
            if tree.holds("journal/restoring") { return }
            let paths = tree.directories + tree.files.map(\.path)
            let isAnything = paths.contains { $0.hasPrefix("journal.restoring/") }
            states += isAnything ? 1 : 0
            #expect(!isAnything || tree.holds("journal.restoring/restoring"), "\(paths)")
        }
        #expect(states > 100)
    }

    @Test(arguments: [
        ("order life", "nosync"), ("order life", "nometasync"), ("segment full", "nodirsync"),
        ("eager", nil),
    ])
    func `tells of a writer that is broken on purpose`(name: String, breakage: String?) throws {
        let result = try explore(StateScenario(script: name, breakage: breakage), states: 100)
        #expect(result.counts.lost + result.counts.corrupt > 5)
    }
}

@Suite(.temporaryDirectory)
struct `The model of a disk` {
    private let root = TemporaryDirectory.path

    /// Everything that may be left of a file at the end of these calls, by its bytes.
    private func contents(_ calls: [Call], name: String = "a") throws -> Set<[UInt8]?> {
        let file = root + "/trace"
        let bytes = calls.flatMap(\.bytes)
        try File(path: file, mode: .replace).write(bytes.span, at: 0)
        var model = try DiskModel(Trace(file: file), root: "/r", baseline: nil)
        var found: Set<[UInt8]?> = []
        var chance = Chance(seed: 1)
        for record in model.trace.records { _ = try model.take(record) }
        let point = CrashPoint(model, isNew: false, isDurable: false)
        for choice in point.choices(limit: 1000, chance: &chance) {
            let tree = DiskTree(model, point, choice)
            found.insert(tree.files.first { $0.path == name }?.bytes)
        }
        return found
    }

    /// A call as the recorder writes it down.
    private struct Call {
        var kind: Trace.Record.Kind
        var path = ""
        var target = ""
        var descriptor = 3
        var number = 0
        var data: [UInt8] = []

        var bytes: [UInt8] {
            func integer(_ value: Int, _ width: Int) -> [UInt8] {
                (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            }
            let first = Array(path.utf8)
            let second = Array(target.utf8)
            return integer(32 + first.count + second.count + data.count, 4)
                + [kind.rawValue, 0] + integer(first.count, 2) + integer(descriptor, 4)
                + integer(second.count, 4) + integer(number, 8) + integer(data.count, 8)
                + first + second + data
        }
    }

    private let create = Call(kind: .open, path: "/r/a", number: 0x40)
    private let write = Call(kind: .write, data: [1, 2])
    private let sync = Call(kind: .sync)
    private let syncDirectory = [
        Call(kind: .open, path: "/r", descriptor: 4), Call(kind: .sync, descriptor: 4),
    ]

    @Test func `promises nothing before a sync`() throws {
        #expect(try contents([create, write]) == [nil, [], [0, 0], [1, 2]])
    }

    @Test func `keeps bytes, and not the name, when a file is synced`() throws {
        #expect(try contents([create, write, sync]) == [nil, [1, 2]])
        #expect(try contents([create, write, sync] + syncDirectory) == [[1, 2]])
        #expect(try contents([create, write] + syncDirectory) == [[], [0, 0], [1, 2]])
    }

    @Test func `lets a rename, and what was written before it, get lost apart`() throws {
        let rename = Call(kind: .rename, path: "/r/a", target: "/r/b")
        let begin = [create] + syncDirectory
        #expect(try contents(begin + [write, rename], name: "b") == [nil, [], [0, 0], [1, 2]])
        #expect(try contents(begin + [write, sync, rename], name: "b") == [nil, [1, 2]])
        let end = [rename] + syncDirectory
        #expect(try contents(begin + [write, sync] + end, name: "b") == [[1, 2]])
        #expect(try contents(begin + [write, sync] + end, name: "a") == [nil])
    }

    @Test func `exchanges two files at once, and forgets neither`() throws {
        let other = Call(kind: .open, path: "/r/b", descriptor: 5, number: 0x40)
        let begin = [create, write, sync, other] + syncDirectory
        let exchange = Call(kind: .exchange, path: "/r/a", target: "/r/b")
        #expect(try contents(begin + [exchange]) == [[1, 2], []])
        let end = begin + [exchange] + syncDirectory
        #expect(try contents(end) == [[]])
        #expect(try contents(end, name: "b") == [[1, 2]])
    }

    @Test func `shows one of several writes to the same place`() throws {
        let second = Call(kind: .write, data: [3, 4])
        let third = Call(kind: .write, data: [5, 6])
        let durable = [create, write, sync] + syncDirectory
        #expect(try contents(durable + [second, third]) == [[1, 2], [3, 4], [5, 6]])
    }

    @Test func `tears a write between sectors`() {
        #expect(CrashPoint.Tear.before(1).parts(of: 1024) == [0..<512])
        #expect(CrashPoint.Tear.without(1).parts(of: 1500) == [0..<512, 1024..<1500])
        #expect(CrashPoint.Tear.bytes(8).parts(of: 120) == [0..<8])
    }
}
