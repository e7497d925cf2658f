import Journal
import Platform
import SuiteSupport

/// Lets calls of a script of the suite fail, one run for each: nothing that it said was durable
/// may be lost.
struct ScriptFaults {
    let scenario: StateScenario
    let room: StateRoom
    private(set) var figures = FaultFigures()

    /// Prepares the script.
    init(_ scenario: StateScenario, _ program: Program, in directory: String) throws {
        self.scenario = scenario
        room = StateRoom(directory: directory, program: program)
        try FileSystem.removeTree(directory)
        try FileSystem.createDirectories(room.top)
        try scenario.prepare?(room)
        try FileSystem.rename(room.top, to: room.baseline)
    }

    private var output: String { room.directory + "/output" }
    private var log: String { room.directory + "/calls" }

    private func start(_ fault: CallFault, at call: Int) throws -> ChildProcess.Ending {
        try FileSystem.removeTree(room.top)
        try FileSystem.copyTreeDurably(room.baseline, to: room.top)
        return try room.program.start(
            scenario.words(room),
            environment: fault.environment(room.program, at: call, log: log),
            output: output,
            messages: room.messages,
            timeLimit: 60
        ).wait()
    }

    /// Lets every Nth call fail that can fail in this way.
    mutating func run(_ fault: CallFault, stride: Int, chance: inout Chance) throws {
        guard try start(fault, at: 0) == .exited(0) else {
            throw SuiteFailure("\(scenario.name) fails by itself")
        }
        let calls = try CallLog(file: log).count
        guard calls > 0 else { return }
        var call = 1 + chance.below(min(stride, calls))
        while call <= calls {
            do {
                try run(fault, at: call)
            } catch {
                throw SuiteFailure(
                    "\(scenario.name), \(fault) at call \(call): \(error); everything is kept in "
                        + room.directory
                )
            }
            call += stride
        }
    }

    private mutating func run(_ fault: CallFault, at call: Int) throws {
        guard case .exited(let status) = try start(fault, at: call), status < 2 else {
            throw SuiteFailure("it did not end by itself")
        }
        guard let (failed, later) = try CallLog(file: log).failure(at: call) else { return }
        let what = "\(failed.name) \(failed.path), status \(status)"
        let said = String(decoding: try FileSystem.read(output), as: UTF8.self)
        if status == 1 {
            if let complaint = fault.complaint(about: said) {
                throw SuiteFailure("\(what): \(complaint): \(said.suffix(600))")
            }
            let change = later.first { $0.changes && $0.path.hasPrefix(room.top) }
            if let change, failed.changes {
                throw SuiteFailure("\(what): it went on: \(change.name) \(change.path)")
            }
        }
        let promises = Promises(said: said, journal: scenario.journal)
        let judge = StateJudge(
            journal: scenario.journal,
            state: scenario.state,
            segmentLimit: scenario.segmentLimit,
            chain: Promises.chain(said: said),
            isStrict: false
        )
        do {
            _ = try judge.judge(room.top, promises)
        } catch {
            throw SuiteFailure("\(what), promised up to \(promises.sequence): \(error)")
        }
        figures.add(fault, status: status)
    }
}
