import Platform
import Runtime
import SuiteSupport

/// A piece of a journal's life that is recorded, and at every moment of which the power may fail.
struct StateScenario {
    let name: String
    var journal = "journal"
    var state = "state"
    var segmentLimit = 1 << 30
    /// Whether promises are read from the witnesses that a shipped program writes.
    var isWitnessed = false
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
        prepare: @escaping (StateRoom) throws -> Void,
        words: @escaping (StateRoom) throws -> [String]
    ) {
        self.name = name
        self.prepare = prepare
        self.words = words
        isWitnessed = true
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
        try room.run(
            try words(room),
            environment: room.program.recording(
                to: room.trace,
                below: room.top,
                breakage: breakage
            ),
            wanted: .exited(0)
        )
        return StateTask(
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
    }
}
