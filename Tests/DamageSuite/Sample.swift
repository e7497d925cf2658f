import Journal
import Platform
import Runtime
import SuiteSupport

/// A journal that the engine made by trading the generated market, with its state directory and,
/// where they are wanted, copies of it as it was after each commit.
struct Sample {
    /// What a sample is to be like.
    struct Recipe {
        var seed: UInt64 = 1
        var minutes = 30
        /// The engine is stopped once the segments have so many bytes, or after so many commits.
        var bytes = Int.max
        var commits = Int.max
        var segmentLimit = 1 << 30
        var batchLimit = 64
        /// Each records a hash, which replay compares: what costs most in a long journal.
        var snapshotInterval = "1m"
        var snapshots = Snapshots.all
        /// Whether a copy is kept of the journal after each commit.
        var keepsCopies = false

        /// Which snapshots stay.
        enum Snapshots {
            case all
            /// All but the one at the head, so that recovery has something to replay.
            case older
            case none
        }
    }

    let directory: String

    var journal: String { directory + "/journal" }
    var state: String { directory + "/state" }
    private var copies: String { directory + "/copies" }

    /// The directory of an older copy; the first is 1.
    func copy(_ number: Int) -> String { "\(copies)/\(number)" }

    /// How many older copies there are.
    func copyCount() throws -> Int {
        guard try FileSystem.status(copies) != nil else { return 0 }
        return try FileSystem.list(copies).count
    }

    /// Journal and state directory, with all their bytes.
    func tree() throws -> FileTree {
        try FileTree(of: directory, below: ["journal", "state"])
    }

    /// Has the engine trade until there is enough.
    static func make(_ recipe: Recipe, in directory: String) throws -> Sample {
        let sample = Sample(directory: directory)
        try FileSystem.removeTree(directory)
        try FileSystem.createDirectories(directory)
        let tape = directory + "/tape.gz"
        _ = try GeneratedTape.write(to: tape, seed: recipe.seed, minutes: recipe.minutes)
        var settings = SceneSettings()
        settings.batchLimit = recipe.batchLimit
        settings.snapshotInterval = recipe.snapshotInterval
        settings.logDirectory = nil
        let configuration = directory + "/run.json5"
        try File(path: configuration, mode: .replace).write(Array(settings.text.utf8).span, at: 0)
        var plan = try RunPlan(
            try Configuration(readingFrom: configuration),
            journal: sample.journal,
            tapes: [tape],
            program: "damage suite"
        )
        plan.segmentLimit = recipe.segmentLimit
        plan.stateDirectory = sample.state
        try sample.trade(plan, recipe)
        try sample.dropSnapshots(recipe.snapshots)
        return sample
    }

    private func trade(_ plan: RunPlan, _ recipe: Recipe) throws {
        var commits = 0
        var witness: [UInt8] = []
        var failure: (any Error)?
        let observer = RunObserver(
            log: { _ in },
            progress: { _ in },
            isStopWanted: {
                do {
                    let now = try FileSystem.read(journal + "/witness")
                    guard now != witness else { return false }
                    witness = now
                    commits += 1
                    if recipe.keepsCopies { try keepCopy(commits) }
                    return try commits >= recipe.commits || segmentBytes() >= recipe.bytes
                } catch {
                    failure = error
                    return true
                }
            }
        )
        _ = try TapeRun.run(plan, observer)
        if let failure { throw failure }
        guard try commits >= recipe.commits || segmentBytes() >= recipe.bytes else {
            throw SuiteFailure("the market of \(recipe.minutes) minutes is too short")
        }
    }

    /// The lock files stay out: to open and close one here would let go of the engine's locks.
    private func keepCopy(_ number: Int) throws {
        try FileTree(of: journal) { $0 != "lock.mdb" && $0 != "writer.lock" }
            .write(to: copy(number))
    }

    private func segmentBytes() throws -> Int {
        try FileSystem.list(journal + "/segments").reduce(0) { sum, name in
            try sum + (FileSystem.status("\(journal)/segments/\(name)/data.mdb")?.size ?? 0)
        }
    }

    private func dropSnapshots(_ wanted: Recipe.Snapshots) throws {
        let directory = journal + "/snapshots"
        let names = try FileSystem.list(directory)
        let dropped =
            switch wanted {
            case .all: names.suffix(0)
            case .older: names.suffix(1)
            case .none: names.suffix(names.count)
            }
        for name in dropped { try FileSystem.removeFile("\(directory)/\(name)") }
    }
}
