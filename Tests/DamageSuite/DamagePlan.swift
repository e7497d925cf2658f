import Platform
import SuiteSupport

/// Which samples are made, and what is damaged in them.
struct DamagePlan {
    /// The directory in which samples are made.
    let samples: String
    var seed: UInt64 = 1
    var stride = 1
    /// How many bits of the journal of 1 MiB are flipped by chance.
    var flips = 1_000_000
    /// The only sample, or the only target, that is damaged; `nil` for all.
    var only: String?

    init(samples: String) { self.samples = samples }

    /// A step makes what it needs and gives the task; `nil` where it is not wanted.
    typealias Step = () throws -> DamageTask?

    /// The steps of a command.
    func steps(_ command: String) -> [Step] {
        switch command {
        case "flips": flipSteps
        case "pages": pageSteps
        default: rollbackSteps
        }
    }

    private var flipSteps: [Step] {
        [
            step("64 KiB, every bit", .small, .everyBit),
            step("snapshot, every bit", .snapshots, .snapshot),
            step("witnesses, every bit", .snapshots, .witnesses),
            step("lock files, every bit", .snapshots, .locks),
            step("free list, every bit", .medium, .freeList),
            step("1 MiB, bits by chance", .medium, .random),
            step("16 MiB, bits by chance", .large, .random),
        ]
    }

    private var pageSteps: [Step] {
        [
            step("64 KiB, cut, zeroed, swapped", .small, .pages),
            step("1 MiB, cut, zeroed, swapped", .medium, .pages),
            step("1,000 commits, stale pages", .history, .stale),
        ]
    }

    private var rollbackSteps: [Step] {
        [step("1,000 commits, older copies", .history, .older)]
    }

    /// The samples.
    enum Kind: String {
        /// One segment of 64 KiB and no snapshot: every bit is in the way of recovery.
        case small
        /// The same, as a clean stop leaves it.
        case snapshots
        /// 1 MiB in several segments, with snapshots of which none is at the head.
        case medium
        /// 16 MiB.
        case large
        /// 1,000 commits, with a copy after each.
        case history

        func recipe(seed: UInt64) -> Sample.Recipe {
            var recipe = Sample.Recipe()
            recipe.seed = seed
            switch self {
            case .small, .snapshots:
                recipe.bytes = 64 << 10
                recipe.snapshots = self == .small ? .none : .all
                recipe.minutes = 5
            case .medium:
                recipe.bytes = 1 << 20
                recipe.segmentLimit = 400 << 10
                recipe.minutes = 90
                recipe.snapshotInterval = "15m"
                recipe.batchLimit = 8
                recipe.snapshots = .older
            case .large:
                recipe.bytes = 16 << 20
                recipe.segmentLimit = 6 << 20
                recipe.minutes = 1000
                recipe.snapshotInterval = "1h"
                recipe.batchLimit = 8
                recipe.snapshots = .older
            case .history:
                recipe.commits = 1000
                recipe.keepsCopies = true
            }
            return recipe
        }
    }

    private func step(_ name: String, _ kind: Kind, _ target: Target) -> Step {
        {
            let names = [kind.rawValue, target.rawValue]
            if let only, !names.contains(only) { return nil }
            let directory = samples + "/" + kind.rawValue
            if try FileSystem.status(directory) == nil {
                _ = try Sample.make(kind.recipe(seed: seed), in: directory)
            }
            var task = DamageTask(name: name, sample: directory, target: target)
            task.seed = seed
            task.stride = target == .random ? 1 : stride
            task.flips = kind == .large ? max(1, flips / 50) : flips
            return task
        }
    }
}
