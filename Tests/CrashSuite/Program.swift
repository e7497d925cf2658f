import Platform
import SuiteSupport

/// The programs that are started: the shipped ones, the suite itself, and what comes between them
/// and their files.
struct Program: Sendable {
    /// The engine, as it is shipped.
    let engine: String
    /// The tool, as it is shipped.
    let tool: String
    /// This program.
    let suite: String
    /// The shared object that kills a program from within, lets a call fail, or records all.
    let preload: String

    /// The programs that lie beside the running one.
    static func beside() throws -> Program {
        let directory = FileSystem.parent(of: try CurrentProcess.executablePath())
        return Program(
            engine: directory + "/holdfast",
            tool: directory + "/journalctl",
            suite: directory + "/CrashSuite",
            preload: directory + "/libInterpose.so"
        )
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - words: Its path and its arguments.
    ///   - environment: Variables that are set for it, as `NAME=VALUE`.
    ///   - output: The file that gets its standard output.
    ///   - messages: The file that its standard error is added to.
    ///   - timeLimit: Seconds after which it is killed.
    /// - Returns: The process.
    /// - Throws: `PlatformError` where it cannot be started.
    func start(
        _ words: [String],
        environment: [String] = [],
        output: String,
        messages: String,
        timeLimit: Int? = nil
    ) throws -> RunningChild {
        try Launch.start(
            words,
            environment: environment,
            output: output,
            messages: messages,
            timeLimit: timeLimit
        )
    }

    /// The environment of a program that dies at a call; 0 only counts.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - after: Part of the path of the directory with whose making the count begins.
    ///   - count: A file that gets the number of calls where the program ends by itself.
    /// - Returns: The variables.
    func dying(at call: Int, after: String? = nil, count: String? = nil) -> [String] {
        ["LD_PRELOAD=\(preload)", "INTERPOSE=die", "DIE_AT_CALL=\(call)"]
            + (count.map { ["DIE_AT_COUNT=\($0)"] } ?? [])
            + (after.map { ["DIE_AT_AFTER=\($0)"] } ?? [])
    }

    /// The environment of a program whose calls are recorded.
    func recording(to trace: String, below root: String, breakage: String? = nil) -> [String] {
        [
            "LD_PRELOAD=\(preload)", "INTERPOSE=record", "RECORD_TRACE=\(trace)",
            "RECORD_ROOT=\(root)",
        ] + (breakage.map { ["RECORD_BREAK=\($0)"] } ?? [])
    }

    /// Starts the engine in a place; its summary goes to a file there.
    func start(_ place: Place) throws -> RunningChild {
        try start([engine] + place.run(), output: place.summary, messages: place.messages)
    }

    /// Runs the engine to its end.
    func finish(_ place: Place) throws -> Outcome {
        let ending = try start(place).wait()
        guard ending == .exited(0) else {
            throw SuiteFailure("the engine ended with \(ending): \(place.lastMessages)")
        }
        return try Outcome(of: place)
    }
}
