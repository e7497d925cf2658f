import Platform
import SuiteSupport
import Synchronization

/// Examines one share of a task, in a process that may die of a case.
struct DamageWorker {
    /// The first word of a process that is a worker.
    static let argument = "__damage"
    /// Seconds after which a case counts as hanging.
    static let timeLimit = 60
    /// One case in so many is looked at in full.
    static let full = 16

    let task: DamageTask
    let share: Int
    let shares: Int
    /// The first case that is wanted.
    let from: Int
    let room: WorkerRoom

    /// A worker as its arguments say.
    init(_ words: [String]) throws {
        guard words.count == 5, let share = Int(words[1]), let shares = Int(words[2]),
            let from = Int(words[3])
        else { throw SuiteFailure("the arguments of a worker are not understood") }
        task = try DamageTask.read(words[0])
        self.share = share
        self.shares = shares
        self.from = from
        room = WorkerRoom(words[4])
    }

    /// The arguments of the process that continues at a case.
    static func words(
        task: String,
        share: Int,
        of shares: Int,
        from: Int,
        room: WorkerRoom
    ) -> [String] {
        [argument, task, "\(share)", "\(shares)", "\(from)", room.directory]
    }

    /// Examines everything, then says that it is done.
    func run() throws {
        let stage = try Stage(Sample(directory: task.sample), in: room.directory + "/stage")
        let judge = try DamageJudge(stage)
        let list = try task.list()
        let file = try File(path: room.counts, mode: .create)
        let watchdog = Watchdog(seconds: Self.timeLimit)
        var counts = DamageCounts()
        var done = 0
        let begin = Int(task.seed % UInt64(task.stride)) + share * task.stride
        for number in stride(from: begin, to: list.count, by: shares * task.stride)
        where number >= from {
            counts.number = number
            try file.write(counts.encoded.span, at: 0)
            watchdog.restart()
            let damage = list[number]
            try stage.apply(damage)
            let verdict = judge.judge(care(for: damage, done, stage))
            try stage.undo(damage, isWritten: verdict.isWritten)
            counts.add(verdict)
            if let failure = verdict.failure, counts.wrong <= 10 {
                try room.tell("\(task.name(damage, number)): \(failure)")
            }
            done += 1
            if done % 1000 == 0 { try stage.requireWhole() }
        }
        try stage.requireWhole()
        counts.isDone = 1
        try file.write(counts.encoded.span, at: 0)
    }

    private func care(for damage: Damage, _ done: Int, _ stage: Stage) -> DamageJudge.Care {
        var care = DamageJudge.Care()
        care.mustBeRefused = damage.mustBeRefused
        care.isFull = task.target == .pages || task.target == .older || done % Self.full == 0
        if !care.isFull, stage.isSealed(damage) { care.putAfter = { try stage.putAfter() } }
        return care
    }
}

/// Ends the process where a case takes too long.
final class Watchdog: Sendable {
    private let begun = Atomic<Int64>(Clock.monotonic())

    /// Watches from now on, for the life of the process.
    init(seconds: Int) {
        Task.detached { [self] in
            while true {
                Clock.pause(nanoseconds: 1_000_000_000)
                let limit = Int64(seconds) * 1_000_000_000
                guard Clock.monotonic() - begun.load(ordering: .relaxed) > limit else { continue }
                CurrentProcess.exit(124)
            }
        }
    }

    /// Begins to count again.
    func restart() { begun.store(Clock.monotonic(), ordering: .relaxed) }
}
