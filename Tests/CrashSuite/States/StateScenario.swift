import Digests
import Journal
import Platform
import Runtime
import SuiteSupport

/// A piece of a journal's life that is recorded, and at every moment of which the power may fail.
struct StateScenario {
    let name: String
    var journal = "journal"
    var state = "state"
    var segmentLimit = 1 << 30
    /// What the recorded program is held to.
    var rule = StateRule.script
    /// Every so many states the tool's command is given again.
    var repeating = 1
    /// Whether promises are read from the witnesses that a shipped program writes.
    var isWitnessed: Bool { rule != .script }
    /// How the program is broken while it is recorded; see `Tests/CInterpose/include/interpose.h`.
    var breakage: String?
    /// Makes what is there before.
    var prepare: ((StateRoom) throws -> Void)?
    /// The program that is recorded, with its arguments.
    let words: (StateRoom) throws -> [String]

    /// A script of the suite.
    init(script name: String, as title: String? = nil, breakage: String? = nil) {
        self.name = title ?? name
        self.breakage = breakage
        if let script = StateScript.all[name] {
            journal = script.journal
            state = script.state
            segmentLimit = script.segmentLimit
        }
        words = { room in room.script(name) }
    }

    /// A shipped program.
    init(
        _ name: String,
        _ rule: StateRule,
        prepare: @escaping (StateRoom) throws -> Void,
        words: @escaping (StateRoom) throws -> [String]
    ) {
        self.name = name
        self.prepare = prepare
        self.words = words
        self.rule = rule
        segmentLimit = 1 << 20
    }
}

/// The directory in which a scenario is recorded.
struct StateRoom {
    let directory: String
    let program: Program

    /// What is recorded.
    var top: String { directory + "/top" }
    /// A copy of it as it was before.
    var baseline: String { directory + "/baseline" }
    var trace: String { directory + "/trace" }
    var messages: String { directory + "/messages" }

    /// The words that run a script of the suite here.
    func script(_ name: String) -> [String] {
        [program.suite, StateRoom.argument, name, top]
    }

    /// The first word of a process that runs a script.
    static let argument = "__script"

    /// Runs a program to its end.
    func run(_ words: [String], environment: [String] = [], wanted: ChildProcess.Ending) throws {
        let child = try program.start(
            words,
            environment: environment,
            output: "/dev/null",
            messages: messages
        )
        let ending = child.wait()
        guard ending == wanted else {
            throw SuiteFailure("\(words.joined(separator: " ")) ended with \(ending): \(said)")
        }
    }

    private var said: String {
        do {
            return String(decoding: try FileSystem.read(messages).suffix(600), as: UTF8.self)
        } catch {
            return "it said nothing"
        }
    }

    /// Runs a program that dies at a call.
    func kill(_ words: [String], at call: Int, after: String? = nil) throws {
        try run(
            words,
            environment: program.dying(at: call, after: after),
            wanted: .killed(signal: 9)
        )
    }
}

extension StateScenario {
    /// Prepares and records it.
    func record(in room: StateRoom) throws -> StateTask {
        try FileSystem.removeTree(room.directory)
        try FileSystem.createDirectories(room.top)
        if let prepare {
            try prepare(room)
            try FileSystem.copyTreeDurably(room.top, to: room.baseline)
        }
        return try record(room, hasBaseline: prepare != nil)
    }

    private func record(_ room: StateRoom, hasBaseline: Bool) throws -> StateTask {
        let words = try self.words(room)
        try room.run(
            words,
            environment: room.program.recording(
                to: room.trace,
                below: room.top,
                breakage: breakage
            ),
            wanted: .exited(0)
        )
        var task = StateTask(
            scenario: name,
            root: room.top,
            baseline: hasBaseline ? room.baseline : nil,
            trace: room.trace,
            journal: journal,
            state: state,
            segmentLimit: segmentLimit,
            isWitnessed: isWitnessed,
            limit: 1,
            stride: 1,
            offset: 0,
            seed: 0
        )
        guard rule != .script else { return task }
        task.rule = rule
        task.repeating = repeating
        if words.first == room.program.tool { task.words = Array(words.dropFirst()) }
        let place = rule == .backup ? StateTask.backup : journal
        task.ends.old = try end(room.baseline + "/" + place)
        task.ends.new = try end(room.top + "/" + place)
        (task.chain, task.promised) = try before(room)
        // A state must not find here what it lacks itself.
        try FileSystem.removeTree(room.top)
        return task
    }

    private func end(_ directory: String) throws -> StateTask.End? {
        guard try FileSystem.status(directory) != nil else { return nil }
        return StateTask.End(try JournalReader.open(directory).head())
    }

    /// The batches that are there before, and what their witness promises.
    private func before(
        _ room: StateRoom
    ) throws -> (chain: [UInt64: String], promised: StateTask.Promised?) {
        guard try FileSystem.status(room.baseline + "/" + journal) != nil else { return ([:], nil) }
        var chain: [UInt64: String] = [:]
        let reader = try JournalReader.open(room.baseline + "/" + journal)
        let first = try FileSystem.list(reader.directory + "/segments").compactMap { UInt64($0) }
        try reader.forEachBatch(from: first.min() ?? 1) { batch in
            chain[batch.header.lastSequence] = "\(SHA256().digest(of: batch.bytes))"
            return .proceed
        }
        var promised = StateTask.Promised(sequence: 0, epoch: 0, snapshot: 0)
        let outer = room.baseline + "/" + state
        for name in try FileSystem.list(outer) where name.hasSuffix(".witness") {
            let bytes = try FileSystem.read(outer + "/" + name)
            for begin in [0, 512] where bytes.count >= begin + 512 {
                guard let slot = WitnessBytes(bytes[begin..<(begin + 512)]) else { continue }
                promised.sequence = max(promised.sequence, slot.sequence)
                promised.epoch = max(promised.epoch, slot.epoch)
            }
        }
        return (chain, promised)
    }
}
