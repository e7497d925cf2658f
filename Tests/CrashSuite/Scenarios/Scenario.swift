import Platform
import SuiteSupport

/// A program at work on a journal, to be broken off at any call: which, on what market, and what
/// happened to the journal before.
struct Scenario: Sendable {
    /// Something that happens to a journal.
    enum Step: Sendable {
        /// The engine trades the first so many tapes of the scene, by default all.
        case trade(tapes: Int? = nil)
        /// The engine is killed at a call.
        case killed(at: Int)
        /// The engine is killed at a call when so much of a run is done.
        case killedAfter(percent: Int)
        /// The tool runs a command.
        case tool([String])
        /// Something happens to the files.
        case arranged(@Sendable (Place) throws -> Void)
    }

    let name: String
    var scene: Scene
    /// What happened before.
    var before: [Step] = []
    /// What is broken off.
    var victim = Step.trade()
    /// What the victim may end with when it is repeated after it was broken off.
    var repeatedStatuses: Set<Int32> = [0]
    /// Part of the path of the directory with whose making the calls of the victim are counted.
    var after: String?

    /// Whether the victim is the engine.
    var tradesAsVictim: Bool {
        if case .trade = victim { true } else { false }
    }
}

/// The place where a scenario begins, from which it can begin as often as wanted.
struct Stage {
    let scenario: Scenario
    let program: Program
    private let directory: String
    private let template: Place
    /// How many starts the journal knows before the victim.
    let epochs: Int

    /// Brings a scenario to where its victim begins.
    init(_ scenario: Scenario, _ program: Program, in directory: String) throws {
        self.scenario = scenario
        self.program = program
        self.directory = directory
        try FileSystem.removeTree(directory)
        template = try Place(directory + "/template", scenario.scene)
        for step in scenario.before {
            try Self.take(step, template, program, in: directory)
        }
        epochs = try Autopsy.epochs(of: template)
    }

    /// A new place in which everything is as the victim finds it.
    func place(_ name: String) throws -> Place {
        let target = directory + "/" + name
        try FileSystem.removeTree(target)
        try FileSystem.copyTreeDurably(template.directory, to: target)
        return Place(existing: target, scenario.scene)
    }

    private static func take(
        _ step: Scenario.Step,
        _ place: Place,
        _ program: Program,
        in directory: String
    ) throws {
        switch step {
        case .trade, .tool: try require(.exited(0), step, place, program)
        case .killed(let call):
            let environment = program.dying(at: call)
            try require(.killed(signal: 9), .trade(), place, program, environment)
        case .killedAfter(let percent):
            let counting = directory + "/counting"
            try FileSystem.removeTree(counting)
            try FileSystem.copyTreeDurably(place.directory, to: counting)
            let other = Place(existing: counting, place.scene)
            let environment = program.dying(at: 0, count: other.callCount)
            try require(.exited(0), .trade(), other, program, environment)
            let call = max(1, try other.countedCalls() * percent / 100)
            try other.remove()
            try take(.killed(at: call), place, program, in: directory)
        case .arranged(let body): try body(place)
        }
    }

    private static func require(
        _ wanted: ChildProcess.Ending,
        _ step: Scenario.Step,
        _ place: Place,
        _ program: Program,
        _ environment: [String] = []
    ) throws {
        let ending = try start(step, place, program, environment).wait()
        guard ending == wanted else {
            throw SuiteFailure(
                "before the victim: \(step) ended with \(ending): \(place.lastMessages)"
            )
        }
    }

    private static func start(
        _ step: Scenario.Step,
        _ place: Place,
        _ program: Program,
        _ environment: [String],
        timeLimit: Int? = nil
    ) throws -> RunningChild {
        let words: [String] =
            switch step {
            case .trade(let tapes): [program.engine] + place.run(tapes: tapes)
            case .tool(let words): [program.tool] + place.tool(words)
            case .killed, .killedAfter, .arranged: throw SuiteFailure("\(step) is no program")
            }
        return try program.start(
            words,
            environment: environment,
            output: place.summary,
            messages: place.messages,
            timeLimit: timeLimit
        )
    }
}

extension Stage {
    /// The words of the victim's command line.
    func words(_ place: Place) -> [String] {
        switch scenario.victim {
        case .tool(let words): [program.tool] + place.tool(words)
        case .trade(let tapes): [program.engine] + place.run(tapes: tapes)
        case .killed, .killedAfter, .arranged: []
        }
    }

    /// Starts the victim, to be killed after some seconds where it does not end.
    func start(
        _ place: Place,
        _ environment: [String] = [],
        timeLimit: Int? = nil
    ) throws -> RunningChild {
        try Self.start(scenario.victim, place, program, environment, timeLimit: timeLimit)
    }

    /// How many calls the victim makes when nothing stops it, and what comes of it.
    func measure() throws -> (calls: Int, outcome: Outcome) {
        let place = try place("reference")
        let environment = program.dying(at: 0, after: scenario.after, count: place.callCount)
        let ending = try start(place, environment).wait()
        guard ending == .exited(0) else {
            throw SuiteFailure("the victim ended by itself with \(ending): \(place.lastMessages)")
        }
        let calls = try place.countedCalls()
        let outcome = try finish(place)
        try place.remove()
        return (calls, outcome)
    }

    /// Lets the victim do what it had not done, trades what is left, and looks at the journal.
    ///
    /// - Returns: What came of it.
    func complete(_ place: Place) throws -> Outcome {
        let ending = try start(place).wait()
        guard case .exited(let status) = ending, scenario.repeatedStatuses.contains(status) else {
            throw SuiteFailure("repeated, the victim ended with \(ending): \(place.lastMessages)")
        }
        return try finish(place)
    }

    /// Trades what a victim that has ended left, and looks at the journal.
    ///
    /// - Returns: What came of it.
    func finish(_ place: Place) throws -> Outcome {
        if case .trade(nil) = scenario.victim {
        } else {
            try Self.take(.trade(), place, program, in: directory)
        }
        let end: JournalEnd = try Summary.read(place)
        let autopsy = try Autopsy(of: place, program, epochsBefore: 0)
        guard autopsy.head == end.head, autopsy.stateHash == end.stateHash else {
            throw SuiteFailure(
                "replay from the first event ends at \(autopsy.head) with state hash "
                    + "\(autopsy.stateHash), the summary at \(end.head) with \(end.stateHash)"
            )
        }
        return try Outcome(of: place)
    }

    /// Forgets everything.
    func remove() throws { try FileSystem.removeTree(directory) }
}
