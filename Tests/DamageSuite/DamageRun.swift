import Platform
import SuiteSupport

/// Has tasks examined by workers, and prints a table of what came of them.
struct DamageRun {
    typealias Result = WorkerPool<DamageCounts>.Result

    /// The program whose processes work: this one.
    let program: String
    let room: String
    var workers = 2
    private(set) var hasFailed = false

    /// Makes a run.
    init(program: String, room: String) {
        self.program = program
        self.room = room
    }

    /// Examines a task to its end.
    func examine(_ task: DamageTask) throws -> Result {
        try FileSystem.removeTree(room)
        try FileSystem.createDirectories(room)
        let file = room + "/task"
        try task.write(to: file)
        let list = try task.list()
        let pool = WorkerPool<DamageCounts>(room: room + "/workers", workers: workers)
        let result = try pool.run(
            words: { share, from, room in
                [program]
                    + DamageWorker.words(
                        task: file,
                        share: share,
                        of: workers,
                        from: from,
                        room: room
                    )
            },
            name: { task.name(list[$0], $0) }
        )
        try FileSystem.removeTree(room)
        return result
    }

    /// Examines a task and tells what came of it.
    mutating func report(_ task: DamageTask) throws {
        let result = try examine(task)
        say(Self.row(task.name, Self.figures(result)))
        for finding in result.findings { say("  FAILED: " + finding) }
        if result.hasFailed { hasFailed = true }
    }

    /// Tells what the columns are.
    static func head() {
        say(
            row(
                "",
                [
                    "cases", "scan", "replay", "verify", "harmless", "warned", "written", "readers",
                    "wrong", "died", "s", "cases/s",
                ]
            )
        )
    }

    private static func figures(_ result: Result) -> [String] {
        let counts = result.counts
        let milliseconds = max(1, Int(result.nanoseconds / 1_000_000))
        return [
            counts.cases, counts.byScan, counts.byReplay, counts.byVerification, counts.harmless,
            counts.warned, counts.written, counts.silentReaders, counts.wrong, result.deaths,
            milliseconds / 1000, counts.cases * 1000 / milliseconds,
        ].map { "\($0)" }
    }

    private static func row(_ name: String, _ columns: [String]) -> String {
        name + String(repeating: " ", count: max(1, 34 - name.count))
            + columns.map { text in
                String(repeating: " ", count: max(1, 9 - text.count)) + text
            }.joined()
    }
}
