import FoundationEssentials
import Platform

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
    /// - Returns: The process.
    /// - Throws: `PlatformError` where it cannot be started.
    func start(
        _ words: [String],
        environment: [String] = [],
        output: String,
        messages: String
    ) throws -> RunningChild {
        // The shell gives way to the program: the id stays, and so does what a signal hits.
        let script = "out=$1; err=$2; shift 2; exec \"$@\" >\"$out\" 2>>\"$err\""
        let setting = environment.isEmpty ? [] : ["env"] + environment
        return try ChildProcess.start(
            "/bin/sh",
            arguments: ["-c", script, "sh", output, messages] + setting + words
        )
    }

    /// The environment of a program that dies at a call; 0 only counts.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - after: Part of the path of the directory with whose making the count begins.
    ///   - count: A file that gets the number of calls where the program ends by itself.
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
    ///
    /// - Parameters:
    ///   - place: Where it runs.
    ///   - dieAt: The call at which it dies; 0 only counts calls, `nil` preloads nothing.
    ///   - after: Part of the path of the directory with whose making the count begins.
    /// - Returns: The process.
    /// - Throws: `PlatformError` where it cannot be started.
    func start(
        _ place: Place,
        dieAt: Int? = nil,
        after: String? = nil
    ) throws -> RunningChild {
        try start(
            [engine] + place.run,
            environment: dieAt.map { dying(at: $0, after: after, count: place.callCount) } ?? [],
            output: place.summary,
            messages: place.messages
        )
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

/// A directory in which one engine lives and dies.
struct Place {
    let directory: String
    let scene: Scene

    var configuration: String { directory + "/run.json5" }
    var journal: String { directory + "/journal" }
    var state: String { directory + "/state" }
    var summary: String { directory + "/summary.json" }
    var messages: String { directory + "/messages" }
    var callCount: String { directory + "/calls" }

    /// The arguments of the engine that trades here.
    var run: [String] {
        ["run", "--config", configuration, "--journal", journal, "--json"]
            + scene.tapes.flatMap { ["--tape", $0] }
    }

    /// Makes the directory with the configuration in it, and nothing else.
    init(_ directory: String, _ scene: Scene) throws {
        self.directory = directory
        self.scene = scene
        try FileSystem.removeTree(directory)
        try FileSystem.createDirectories(directory)
        let text = Array(scene.configuration.utf8)
        try File(path: configuration, mode: .createNew).write(text.span, at: 0)
    }

    /// What the engine complained of last.
    var lastMessages: String {
        do {
            let text = String(decoding: try FileSystem.read(messages), as: UTF8.self)
            return text.split(separator: "\n").suffix(3).joined(separator: "; ")
        } catch {
            return "it said nothing"
        }
    }

    /// How many calls the engine counted before it ended.
    func countedCalls() throws -> Int {
        let text = String(decoding: try FileSystem.read(callCount), as: UTF8.self)
        return Int(text.filter(\.isNumber)) ?? 0
    }

    /// Forgets the directory.
    func remove() throws { try FileSystem.removeTree(directory) }
}

/// What must be the same, however often a run was killed.
struct Outcome: Hashable, Decodable {
    var orders: Int
    var fills: Int
    var deals: Int
    var closedDeals: Int
    var openDeals: Int
    var closedBy: [String: Int]
    var pnl: String
    var fees: String
    var funding: String
    var maxDrawdown: String
    var refusals: Int
    var balances: [String: String]
    var time: String
    var outcomeHash: String
}

/// What a summary says of the journal it ended with.
struct JournalEnd: Decodable {
    var head: UInt64
    var stateHash: String
}

extension Outcome {
    /// The outcome that the summary of a place tells.
    init(of place: Place) throws { self = try Summary.read(place) }

    /// Names what differs, for a person.
    func difference(from reference: Outcome) -> String? {
        if self == reference { return nil }
        return "it ended with \(self), the run that was never killed with \(reference)"
    }
}

/// The line of JSON that a run ends with.
enum Summary {
    static func read<Part: Decodable>(_ place: Place) throws -> Part {
        let bytes = try FileSystem.read(place.summary)
        return try JSONDecoder().decode(Part.self, from: Data(bytes))
    }
}

/// What went wrong, for a person.
struct SuiteFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
