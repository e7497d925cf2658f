import Inspection
import Journal
import Platform
import Projections
import Runtime
import Trading

/// Judges what is left of the work of a shipped program.
struct ShippedJudge {
    typealias Verdict = StateJudge.Verdict

    let task: StateTask
    let judge: StateJudge

    init(_ task: StateTask, chain: [UInt64: String]) {
        self.task = task
        judge = StateJudge(
            journal: task.journal,
            state: task.state,
            segmentLimit: task.segmentLimit,
            chain: chain,
            removals: .ofEvents
        )
    }

    /// Judges the state in a directory.
    ///
    /// - Parameters:
    ///   - top: The directory.
    ///   - promises: What was promised.
    ///   - number: The number of the state, which tells whether the command is given again.
    /// - Returns: Whether there is a journal.
    /// - Throws: `StateJudge.Verdict`.
    func judge(_ top: String, _ promises: Promises, number: Int) throws -> Bool {
        try relocateArchives(top)
        let isRepeated = !task.words.isEmpty && isChosen(number)
        switch task.rule {
        case .backup: return try judgeBackup(top, promises, isRepeated)
        case .restore: return try judgeRestore(top, promises, isRepeated)
        case .script, .program, .removal, .archiving:
            return try judge.judge(top, promises) { head in
                if promises.hasAnswered, let end = task.ends.new, end != StateTask.End(head) {
                    throw Verdict(.lost, "it ends at \(head.sequence), after the answer")
                }
                let directory = top + "/" + task.journal
                try replay(directory, head)
                guard isRepeated else { return head }
                try give(task.words, top)
                let next = try judge.verify(directory, top)
                try replay(directory, next)
                return next
            }
        }
    }

    /// Whether the command is given again after this state; neighbours differ by little, so that
    /// every Nth would always be of the same kind.
    private func isChosen(_ number: Int) -> Bool {
        let mixed = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
        return (mixed >> 40) % UInt64(max(1, task.repeating)) == 0
    }

    /// Lets the journal name the archives of the state as those that it was recorded beside.
    private func relocateArchives(_ top: String) throws {
        let file = top + "/" + task.journal + "/archives"
        guard try FileSystem.status(file) != nil else { return }
        let text = String(decoding: try FileSystem.read(file), as: UTF8.self)
        let moved = Array(text.replacing(task.root + "/", with: top + "/").utf8)
        try File(path: file, mode: .replace).write(moved.span, at: 0)
    }

    /// Replays a journal from its newest snapshot, as a start does, and from its beginning.
    private func replay(_ directory: String, _ head: Head) throws {
        do {
            let reader = try JournalReader.open(directory)
            let store = SnapshotStore(directory: directory, journalID: reader.journalID)
            let resumed = try end(Replay(snapshotOf: store, comparing: .all), reader)
            let whole = try end(beginning(reader, store), reader)
            guard whole == resumed, whole.sequence == head.sequence else {
                throw Verdict(
                    .corrupt,
                    "replay ends at \(whole.sequence) and, from a snapshot, at "
                        + "\(resumed.sequence), not in the same state at \(head.sequence)"
                )
            }
        } catch let error as JournalError {
            throw Verdict(.lost, "replay: \(error)")
        } catch let error as ReplayFailure {
            throw Verdict(.lost, "\(error)")
        }
    }

    /// What the history begins with: nothing, or the snapshot that stands where it was cut.
    private func beginning(_ reader: JournalReader, _ store: SnapshotStore) throws -> Replay {
        let first = try reader.firstSequence()
        if first == 1 || task.rule.keepsAll { return Replay(comparing: .all) }
        return try Replay(snapshotOf: store, notBeyond: first - 1, comparing: .all)
    }

    /// Where a replay ends, with the hash of the state.
    private func end(_ begun: Replay, _ reader: JournalReader) throws -> StateTask.End {
        var replay = begun
        try replay.run(reader, checksChain: true)
        if let divergence = replay.divergence {
            throw Verdict(.corrupt, "replay differs: \(divergence)")
        }
        let hash = StateDigest().hash(of: replay.state)
        return StateTask.End(sequence: replay.state.head.rawValue, hash: "\(hash)")
    }

    /// Gives the tool a command line, with the state in the place of what was recorded.
    private func give(_ words: [String], _ top: String) throws {
        let said = Said()
        let console = Console(
            showsProgress: false,
            output: { _ in true },
            messages: { text in
                said.text += text
                return true
            }
        )
        let settings = ToolSettings(
            program: "journalctl",
            version: "0",
            scan: .inProcess,
            stateDirectory: top + "/" + task.state,
            isStopWanted: { false }
        )
        let place = words.map { $0.replacing(task.root, with: top) }
        let status = JournalTool(settings, console).run(place)
        guard status == 0 else {
            throw Verdict(.refused, "given again, the command ended with \(status): \(said.text)")
        }
    }

    /// What a command complained of.
    private final class Said {
        var text = ""
    }
}

extension ShippedJudge {
    private func judgeBackup(
        _ top: String,
        _ promises: Promises,
        _ isRepeated: Bool
    ) throws -> Bool {
        for name in [task.journal, task.state] {
            try requireSame(top + "/" + name, (task.baseline ?? "") + "/" + name)
        }
        let target = top + "/" + StateTask.backup
        let hadOne = task.ends.old != nil
        if try FileSystem.status(target) == nil {
            guard !hadOne, !promises.hasAnswered else { throw Verdict(.lost, "no backup is left") }
        } else {
            let end = StateTask.End(try judge.verify(target, nil))
            guard end == task.ends.new || (end == task.ends.old && !promises.hasAnswered) else {
                throw Verdict(.lost, "the backup ends at \(end.sequence)")
            }
        }
        guard isRepeated else { return true }
        try give(task.words, top)
        let end = StateTask.End(try judge.verify(target, nil))
        guard end == task.ends.new else {
            throw Verdict(.corrupt, "made again, the backup ends at \(end.sequence)")
        }
        guard try FileSystem.status(target + ".new") == nil else {
            throw Verdict(.refused, "a half backup stays for ever")
        }
        return true
    }

    /// Requires that two directories hold the same bytes; locks of readers apart.
    private func requireSame(_ directory: String, _ other: String) throws {
        let names = try FileSystem.list(directory)
        guard try names == FileSystem.list(other) else {
            throw Verdict(.corrupt, "\(directory) holds \(names)")
        }
        for name in names where name != "lock.mdb" {
            let (one, two) = (directory + "/" + name, other + "/" + name)
            if try FileSystem.status(one)?.isDirectory == true {
                try requireSame(one, two)
            } else if try FileSystem.read(one) != FileSystem.read(two) {
                throw Verdict(.corrupt, "\(one) was written")
            }
        }
    }

    private func judgeRestore(
        _ top: String,
        _ promises: Promises,
        _ isRepeated: Bool
    ) throws -> Bool {
        let directory = top + "/" + task.journal
        guard try FileSystem.status(directory) != nil else {
            throw Verdict(.lost, "neither the old journal stands nor the restored one")
        }
        let isMarked = try FileSystem.status(directory + "/restoring") != nil
        let head = try judge.verify(directory, isMarked ? nil : top) {
            isMarked && $0.code == .leftover
        }
        let isNew = StateTask.End(head) == task.ends.new
        guard isNew || (StateTask.End(head) == task.ends.old && !isMarked) else {
            throw Verdict(.corrupt, "a journal stands that ends at \(head.sequence)")
        }
        if promises.hasAnswered, !isNew || isMarked {
            throw Verdict(.lost, "the restore is not complete, after the answer")
        }
        if isNew { try requireKept(top) }
        var reached = head
        if isMarked || (!isNew && isRepeated) {
            try give(task.words, top)
            reached = try judge.verify(directory, top, allowing: [])
            // A restore from the beginning is another one, with its own time.
            guard reached.sequence == task.ends.new?.sequence, !isMarked || reached == head else {
                throw Verdict(.corrupt, "restored again, it ends at \(reached.sequence)")
            }
            try requireKept(top)
        }
        try judge.goOn(from: reached, top, Promises(.marks, journal: task.journal))
        return true
    }

    /// Requires that what stood there before is kept, whole.
    private func requireKept(_ top: String) throws {
        let kept = try FileSystem.list(top).filter {
            $0.hasPrefix(task.journal + ".before-restore-") || $0 == task.journal + ".restoring"
        }
        guard let name = kept.first, kept.count == 1 else {
            throw Verdict(.lost, "of what stood there is kept: \(kept)")
        }
        let head = try judge.verify(top + "/" + name, nil)
        guard StateTask.End(head) == task.ends.old else {
            throw Verdict(.lost, "what stood there ends at \(head.sequence)")
        }
    }
}
