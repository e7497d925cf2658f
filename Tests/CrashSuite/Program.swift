import FoundationEssentials
import Platform

/// The programs that are started: the engine, and what kills it from within.
struct Program: Sendable {
    /// The engine, as it is shipped.
    let engine: String
    /// The shared object that dies at the Nth call.
    let preload: String

    /// The programs that lie beside the running one.
    static func beside() throws -> Program {
        let directory = FileSystem.parent(of: try CurrentProcess.executablePath())
        return Program(
            engine: directory + "/holdfast",
            preload: directory + "/libDieAtCall.so"
        )
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
        var words = [engine, "run", "--config", place.configuration, "--journal", place.journal]
        for tape in place.scene.tapes { words += ["--tape", tape] }
        words.append("--json")
        if let dieAt {
            words =
                [
                    "env", "LD_PRELOAD=\(preload)", "DIE_AT_CALL=\(dieAt)",
                    "DIE_AT_COUNT=\(place.callCount)",
                ] + (after.map { ["DIE_AT_AFTER=\($0)"] } ?? []) + words
        }
        // The shell gives way to the program: the id stays, and so does what the kill hits.
        let script = "out=$1; err=$2; shift 2; exec \"$@\" >\"$out\" 2>>\"$err\""
        return try ChildProcess.start(
            "/bin/sh",
            arguments: ["-c", script, "sh", place.summary, place.messages] + words
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
