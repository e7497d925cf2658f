import Platform
import SuiteSupport

/// Examines one share of the crash states of a recording, in a process that may die of one.
struct StateWorker {
    /// The first word of a process that is a worker.
    static let argument = "__states"

    let task: StateTask
    let share: Int
    let shares: Int
    /// The first state that is wanted.
    let from: Int
    /// The directory of this worker: the state at hand, counts, and what was found.
    let room: WorkerRoom

    /// A worker as its arguments say.
    init(_ words: [String]) throws {
        guard words.count == 5, let share = Int(words[1]), let shares = Int(words[2]),
            let from = Int(words[3])
        else { throw SuiteFailure("the arguments of a worker are not understood") }
        task = try StateTask.read(words[0])
        self.share = share
        self.shares = shares
        self.from = from
        room = WorkerRoom(words[4])
    }

    /// The arguments of the process that continues at a state.
    static func words(task: String, share: Int, of shares: Int, from: Int, room: String) -> [String]
    {
        [argument, task, "\(share)", "\(shares)", "\(from)", room]
    }

    /// Examines everything, then says that it is done.
    func run() throws {
        let model = try task.model()
        let chain = task.chain.merging(Promises.chain(model.trace)) { $1 }
        let judge = self.judge(chain)
        let file = try File(path: room.counts, mode: .create)
        var counts = StateCounts()
        let walk = StateWalk(bounds: task.bounds(share: share, of: shares))
        _ = try walk.run(model, task.promises()) { number, model, point, choice, promises in
            if number < from { return }
            counts.number = number
            try file.write(counts.encoded.span, at: 0)
            let tree = DiskTree(model, point, choice)
            let verdict = try examine(tree, &counts) { try judge($0, promises, number) }
            counts.states += 1
            let isTornSector = choice.tear?.isBelowSector == true
            if isTornSector { counts.tornSectors += 1 }
            guard let verdict else { return }
            switch verdict.kind {
            // A disk that tears a sector is not what is promised for; it must not lose silently.
            case .corrupt where isTornSector, .refused where isTornSector:
                counts.refusedTornSectors += 1
                return
            case .lost: counts.lost += 1
            case .corrupt: counts.corrupt += 1
            case .refused: counts.refused += 1
            }
            try tell(
                "\(task.scenario), state \(number), after \(promises.sequence) was acknowledged: "
                    + "\(verdict.kind): \(verdict) \(choice)",
                counts
            )
        }
        counts.isDone = 1
        try file.write(counts.encoded.span, at: 0)
    }

    /// What judges a state: its directory, what was promised, its number.
    private func judge(
        _ chain: [UInt64: String]
    ) -> (String, Promises, Int) throws -> Bool {
        if task.rule != .script {
            let judge = ShippedJudge(task, chain: chain)
            return { try judge.judge($0, $1, number: $2) }
        }
        let judge = StateJudge(
            journal: task.journal,
            state: task.state,
            segmentLimit: task.segmentLimit,
            chain: chain
        )
        return { top, promises, _ in try judge.judge(top, promises) }
    }

    private func examine(
        _ tree: DiskTree,
        _ counts: inout StateCounts,
        _ judge: (String) throws -> Bool
    ) throws -> StateJudge.Verdict? {
        let top = room.directory + "/state"
        try tree.write(to: top)
        do {
            if try !judge(top) { counts.withoutJournal += 1 }
            return nil
        } catch let verdict as StateJudge.Verdict {
            return verdict
        }
    }

    /// Writes down the first findings; the rest is only counted.
    private func tell(_ text: String, _ counts: StateCounts) throws {
        guard counts.failures <= 10 else { return }
        try room.tell(text)
    }
}
