import Platform
import Runtime
import SuiteSupport

/// `CrashSuite states`: everything that a power cut may leave, at every moment of several lives of
/// a journal.
struct CrashStates {
    /// How many states are examined; `nil` for all.
    let wanted: Int?
    let seed: UInt64
    /// How many states a moment gives at most.
    let limit: Int
    /// The only scenario that is examined; `nil` for all.
    let only: String?

    private let program: Program
    private let rooms: Rooms

    init(_ arguments: ParsedArguments) throws {
        let states = arguments.integer("states") ?? 0
        wanted = states == 0 ? nil : states
        seed = UInt64(arguments.integer("seed") ?? 1)
        limit = arguments.integer("limit") ?? 1024
        only = arguments.text("scenario")
        program = try Program.beside()
        rooms = try Rooms("crash")
    }

    /// Examines the states of all scenarios.
    func run() throws {
        var tasks: [(task: StateTask, count: Int)] = []
        let scenarios =
            try StateScenario.scripted()
            + StateScenario.shipped(in: rooms.quick + "/tapes", seed: seed)
        for scenario in scenarios where only == nil || scenario.name == only {
            let room = StateRoom(directory: "\(rooms.quick)/\(tasks.count)", program: program)
            var task = try scenario.record(in: room)
            task.limit = limit
            task.seed = seed
            tasks.append((task, try StateExplorer.count(task)))
        }
        let explorer = StateExplorer(program: program, room: rooms.quick + "/work", workers: 2)
        var total = StateExplorer.Result()
        say(Self.row("scenario", ["calls", "of states", "examined", "wrong", "s", "states/s"]))
        for index in tasks.indices {
            var (task, count) = tasks[index]
            if let wanted {
                task.stride = max(1, (count * tasks.count + wanted - 1) / wanted)
                task.offset = Int(seed % UInt64(task.stride))
            }
            let result = try explorer.explore(task)
            let calls = try Trace(file: task.trace).records.count
            say(Self.row(task.scenario, ["\(calls)", "\(count)"] + Self.figures(result)))
            for finding in result.findings { say("  " + finding) }
            total.counts += result.counts
            total.deaths += result.deaths
            total.nanoseconds += result.nanoseconds
        }
        say(Self.row("all", ["", ""] + Self.figures(total)))
        say(
            "crash-states: seed \(seed): \(total.counts.states) states, of which "
                + "\(total.counts.withoutJournal) lawfully without a journal; lost: "
                + "\(total.counts.lost), corrupt: \(total.counts.corrupt), refused: "
                + "\(total.counts.refused), killed the worker: \(total.deaths)"
        )
        say(
            "crash-states: beyond what disks do, a sector written in part: "
                + "\(total.counts.tornSectors) states, of which "
                + "\(total.counts.refusedTornSectors) were refused and none lost anything"
        )
        guard !total.hasFailed else {
            throw SuiteFailure("crash states were lost or refused; seed \(seed)")
        }
        try rooms.remove()
    }

    private static func figures(_ result: StateExplorer.Result) -> [String] {
        let seconds = max(1, result.nanoseconds / 1_000_000_000)
        return [
            "\(result.counts.states)", "\(result.counts.failures + result.deaths)", "\(seconds)",
            "\(result.counts.states / Int(seconds))",
        ]
    }

    private static func row(_ name: String, _ columns: [String]) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(1, width - text.count)) + text
        }
        return name + String(repeating: " ", count: max(1, 32 - name.count))
            + columns.map { padded($0, 10) }.joined()
    }
}

extension CrashStates {
    /// `CrashSuite controls`: writers that are broken on purpose, and that the states must tell of.
    static func runControls(_ arguments: ParsedArguments) throws {
        let seed = UInt64(arguments.integer("seed") ?? 1)
        let program = try Program.beside()
        let rooms = try Rooms("crash")
        let lives = try StateScenario.shipped(in: rooms.quick + "/tapes", seed: seed)
        let controls = [
            ("order life", "nosync", "LMDB does not sync (MDB_NOSYNC)"),
            ("order life", "nometasync", "LMDB does not sync its meta page (MDB_NOMETASYNC)"),
            ("segment full", "nodirsync", "directories are not synced"),
            ("genesis", "nodirsync", "directories are not synced"),
            ("eager", nil, "acknowledged before the commit"),
            ("a run", "nosync", "LMDB does not sync (MDB_NOSYNC)"),
            ("compaction without a copy", "nodirsync", "directories are not synced"),
            ("compaction with archives", "nodirsync", "directories are not synced"),
            (
                "compaction with archives", "nodirsync:/archives",
                "directories of archives are not synced"
            ),
            ("a first backup", "nodirsync", "directories are not synced"),
            ("a later backup", "nodirsync", "directories are not synced"),
            ("restore", "nodirsync", "directories are not synced"),
            ("upgrade: journal of version 1", "nosync", "LMDB does not sync (MDB_NOSYNC)"),
        ]
        var missed: [String] = []
        for (script, breakage, meaning) in controls {
            var scenario = lives.first { $0.name == script } ?? StateScenario(script: script)
            scenario.breakage = breakage
            let room = StateRoom(directory: rooms.quick + "/control", program: program)
            var task = try scenario.record(in: room)
            task.limit = 64
            task.seed = seed
            task.stride = max(1, try StateExplorer.count(task) / 4000)
            let explorer = StateExplorer(program: program, room: rooms.quick + "/work", workers: 2)
            let result = try explorer.explore(task)
            say(
                "control: \(script), \(meaning): of \(result.counts.states) states lost "
                    + "\(result.counts.lost), corrupt \(result.counts.corrupt), refused "
                    + "\(result.counts.refused), killed the worker \(result.deaths)"
            )
            if !result.hasFailed { missed.append("\(script), \(meaning)") }
        }
        try rooms.remove()
        guard missed.isEmpty else {
            throw SuiteFailure("not noticed: \(missed.joined(separator: "; ")); seed \(seed)")
        }
        say("controls: every broken writer was noticed")
    }
}

extension StateScenario {
    /// The scenarios that scripts of the suite play.
    static func scripted() throws -> [StateScenario] {
        let scripts = [
            "genesis", "genesis in new directories", "order life", "group commit",
            "long batches", "witnesses synced", "segment full", "snapshots",
            "clean stop and new epoch",
        ]
        var found = scripts.map { StateScenario(script: $0) }
        var leftovers = StateScenario(script: "after a kill")
        leftovers.segmentLimit = 32 << 10
        leftovers.prepare = { room in
            let segment = "/journal/segments/"
            try room.kill(room.script("segment full"), at: 3, after: segment)
            let snapshot = room.top + "/journal/snapshots/00000000000000000003.snapshot.new"
            try File(path: snapshot, mode: .createNew).write([1, 2, 3].span, at: 0)
        }
        found.append(leftovers)
        return found
    }
}
