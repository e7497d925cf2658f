import Platform
import SuiteSupport

/// Has all crash states of a recording examined by workers, which are replaced when they die.
struct StateExplorer {
    let program: Program
    /// A directory for what workers need.
    let room: String
    let workers: Int

    /// What came of a recording.
    typealias Result = WorkerPool<StateCounts>.Result

    /// How many states a task has.
    static func count(_ task: StateTask) throws -> Int {
        var bounds = task.bounds()
        bounds.stride = 1
        bounds.offset = -1
        return try StateWalk(bounds: bounds).run(task.model(), task.promises()) { _, _, _, _, _ in }
    }

    /// Examines a task to its end.
    func explore(_ task: StateTask) throws -> Result {
        try FileSystem.removeTree(room)
        try FileSystem.createDirectories(room)
        let file = room + "/task"
        try task.write(to: file)
        let pool = WorkerPool<StateCounts>(room: room + "/workers", workers: workers)
        let result = try pool.run(
            words: { share, from, room in
                [program.suite]
                    + StateWorker.words(
                        task: file,
                        share: share,
                        of: workers,
                        from: from,
                        room: room.directory
                    )
            },
            name: { "\(task.scenario), state \($0)" }
        )
        try FileSystem.removeTree(room)
        return result
    }
}
