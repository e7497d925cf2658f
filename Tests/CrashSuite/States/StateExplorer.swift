import Platform

/// Has all crash states of a recording examined by workers, which are replaced when they die.
struct StateExplorer {
    let program: Program
    /// A directory for what workers need.
    let room: String
    let workers: Int

    /// What came of a recording.
    struct Result {
        var counts = StateCounts()
        /// How often a state killed its worker.
        var deaths = 0
        var findings: [String] = []
        var nanoseconds: Int64 = 0

        var hasFailed: Bool { deaths + counts.failures > 0 }
    }

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
        let begun = Clock.monotonic()
        var result = Result()
        var running = try (0..<workers).map { share in
            (share: share, child: try start(file, share, from: 0))
        }
        while let next = running.first {
            running.removeFirst()
            let ending = next.child.wait()
            let place = "\(room)/\(next.share)"
            let counts = try StateCounts(file: StateWorker.counts(in: place))
            result.counts += counts
            try result.findings += findings(in: place)
            if counts.isDone == 1, ending == .exited(0) { continue }
            result.deaths += 1
            result.findings.append(
                "\(task.scenario), state \(counts.number): the worker ended with \(ending): "
                    + "\(try messages(in: place))"
            )
            guard result.deaths < 50 else { throw SuiteFailure("too many workers died") }
            let child = try start(file, next.share, from: counts.number + 1)
            running.append((share: next.share, child: child))
        }
        result.nanoseconds = Clock.monotonic() - begun
        try FileSystem.removeTree(room)
        return result
    }

    private func start(_ task: String, _ share: Int, from: Int) throws -> RunningChild {
        let place = "\(room)/\(share)"
        try FileSystem.removeTree(place)
        try FileSystem.createDirectories(place)
        let words = StateWorker.words(
            task: task,
            share: share,
            of: workers,
            from: from,
            room: place
        )
        return try program.start(
            [program.suite] + words,
            output: "/dev/null",
            messages: place + "/messages"
        )
    }

    private func findings(in place: String) throws -> [String] {
        let file = StateWorker.findings(in: place)
        guard try FileSystem.status(file) != nil else { return [] }
        let text = String(decoding: try FileSystem.read(file), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    private func messages(in place: String) throws -> String {
        String(decoding: try FileSystem.read(place + "/messages").suffix(400), as: UTF8.self)
    }
}
