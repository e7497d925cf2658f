internal import Platform

/// Has numbered cases examined by worker processes, which are replaced when a case kills them.
package struct WorkerPool<Counts: WorkerCounts> {
    /// A directory for what workers need; what is there is forgotten.
    let room: String
    let workers: Int

    /// What came of all shares.
    package struct Result {
        /// The sum of what the workers counted.
        package var counts = Counts()
        /// How often a case killed its worker.
        package var deaths = 0
        /// What was found, one a line.
        package var findings: [String] = []
        /// How long it took.
        package var nanoseconds: Int64 = 0

        /// Nothing yet.
        package init() {}

        /// Whether something was found wrong.
        package var hasFailed: Bool { deaths + counts.failures > 0 }
    }

    /// Makes a pool.
    package init(room: String, workers: Int) {
        self.room = room
        self.workers = workers
    }

    /// Has every share worked on to its end.
    ///
    /// - Parameters:
    ///   - words: The program and the arguments of the worker of a share, from a case on, in a
    ///     room.
    ///   - name: What to call a case in a message.
    /// - Returns: What came of it.
    /// - Throws: ``SuiteFailure`` where too many workers die.
    package func run(
        words: (_ share: Int, _ from: Int, _ room: WorkerRoom) -> [String],
        name: (_ number: Int) -> String
    ) throws -> Result {
        try FileSystem.removeTree(room)
        let begun = Clock.monotonic()
        var result = Result()
        func start(_ share: Int, from: Int) throws(PlatformError) -> RunningChild {
            let place = WorkerRoom("\(room)/\(share)")
            try FileSystem.removeTree(place.directory)
            try FileSystem.createDirectories(place.directory)
            let words = words(share, from, place)
            return try Launch.start(words, output: "/dev/null", messages: place.messages)
        }
        var running = try (0..<workers).map { share in
            (share: share, child: try start(share, from: 0))
        }
        while let next = running.first {
            running.removeFirst()
            let ending = next.child.wait()
            let place = WorkerRoom("\(room)/\(next.share)")
            let counts = try Counts(file: place.counts)
            result.counts += counts
            try result.findings += place.told()
            if counts.isDone == 1, ending == .exited(0) { continue }
            result.deaths += 1
            result.findings.append(
                "\(name(counts.number)): the worker ended with \(ending): "
                    + "\(try place.lastMessages())"
            )
            guard result.deaths < 50 else {
                throw SuiteFailure(
                    "too many workers died: \(result.findings.suffix(5).joined(separator: "; "))"
                )
            }
            let child = try start(next.share, from: counts.number + 1)
            running.append((share: next.share, child: child))
        }
        result.nanoseconds = Clock.monotonic() - begun
        try FileSystem.removeTree(room)
        return result
    }
}
