import FoundationEssentials
import Journal
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
    /// What shipped programs are held to; see ``StateRule``.
    var rule = StateRule.script
    /// The arguments of the tool that is recorded, to be given again; empty for other programs.
    var words: [String] = []
    /// Every so many states the tool's command is given again.
    var repeating = 1
    var ends = Ends()
    /// Batches that the baseline holds already, and what was promised of them.
    var chain: [UInt64: String] = [:]
    var promised: Promised?
    var limit: Int
    var stride: Int
    var offset: Int
    var seed: UInt64

    /// Where the journal ends, or its backup: before, if there is one, and after.
    struct Ends: Codable {
        var old: End?
        var new: End?
    }

    /// The end of a journal.
    struct End: Codable, Hashable {
        var sequence: UInt64
        /// A hash of the batch, or of the state.
        var hash: String
    }

    /// The backup, below the root.
    static let backup = "backup"

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
            state: root + "/" + state,
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

extension StateTask.End {
    /// The end that a head tells of.
    init(_ head: Head) { self.init(sequence: head.sequence, hash: "\(head.chainHash)") }
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
