import FoundationEssentials
import Platform
import SuiteSupport

/// What a worker is to examine, as it is handed over in a file.
struct StateTask: Codable {
    var scenario: String
    /// The directory that was recorded, the copy of it from before, and the trace.
    var root: String
    var baseline: String?
    var trace: String
    /// The journal and its state directory, below the root.
    var journal: String
    var state: String
    var segmentLimit: Int
    var isWitnessed: Bool
    /// Batches that the baseline holds already, and what was promised of them.
    var chain: [UInt64: String] = [:]
    var promised: Promised?
    var limit: Int
    var stride: Int
    var offset: Int
    var seed: UInt64

    /// What was promised before the trace began.
    struct Promised: Codable {
        var sequence: UInt64
        var epoch: UInt32
        var snapshot: UInt64
    }

    /// Reads a task from a file.
    static func read(_ file: String) throws -> StateTask {
        try JSONDecoder().decode(StateTask.self, from: Data(try FileSystem.read(file)))
    }

    /// Writes the task to a file.
    func write(to file: String) throws {
        let bytes = Array(try JSONEncoder().encode(self))
        let target = try File(path: file, mode: .replace)
        try target.write(bytes.span, at: 0)
    }

    /// The disk before the first call.
    func model() throws -> DiskModel {
        try DiskModel(Trace(file: trace), root: root, baseline: baseline)
    }

    /// What is promised before the first call.
    func promises() -> Promises {
        Promises(
            isWitnessed ? .witnesses : .marks,
            journal: root + "/" + journal,
            promised: promised
        )
    }

    /// The bounds of a walk over its states, or over one share of several.
    func bounds(share: Int = 0, of shares: Int = 1) -> StateWalk.Bounds {
        StateWalk.Bounds(
            limit: limit,
            stride: stride * shares,
            offset: offset + stride * share,
            seed: seed
        )
    }
}

/// What a worker has found so far, in a file that outlives it.
struct StateCounts: WorkerCounts {
    /// The state that is being examined.
    var number = 0
    var states = 0
    /// States without a journal, where none was acknowledged.
    var withoutJournal = 0
    /// States with a sector written in part that were refused: beyond what disks do.
    var refusedTornSectors = 0
    var tornSectors = 0
    var lost = 0
    var corrupt = 0
    var refused = 0
    var isDone = 0

    static var fields: [WritableKeyPath<StateCounts, Int>] {
        [
            \.number, \.states, \.withoutJournal, \.refusedTornSectors, \.tornSectors, \.lost,
            \.corrupt, \.refused, \.isDone,
        ]
    }

    /// How many states were found wrong.
    var failures: Int { lost + corrupt + refused }
}
