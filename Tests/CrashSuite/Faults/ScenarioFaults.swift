import Journal
import Platform
import SuiteSupport

/// Lets calls of a shipped program fail, one run for each, and looks at how it takes that.
struct ScenarioFaults {
    let stage: Stage
    let reference: Outcome
    private(set) var figures = FaultFigures()

    init(_ scenario: Scenario, _ program: Program, in directory: String) throws {
        stage = try Stage(scenario, program, in: directory)
        reference = try stage.measure().outcome
    }

    /// Lets every Nth call fail that can fail in this way.
    mutating func run(_ fault: CallFault, stride: Int, chance: inout Chance) throws {
        let counting = try stage.place("counting")
        let ending = try start(counting, fault, at: 0)
        guard ending == .exited(0) else { throw SuiteFailure("the counting run: \(ending)") }
        let calls = try CallLog(file: counting.callCount).count
        try counting.remove()
        guard calls > 0 else { return }
        var call = 1 + chance.below(min(stride, calls))
        while call <= calls {
            try run(fault, at: call)
            call += stride
        }
    }

    private func start(
        _ place: Place,
        _ fault: CallFault,
        at call: Int
    ) throws -> ChildProcess.Ending {
        let environment = fault.environment(stage.program, at: call, log: place.callCount)
        return try stage.start(place, environment, timeLimit: 60).wait()
    }

    /// One run in which a call fails, and what a new process makes of it.
    private mutating func run(_ fault: CallFault, at call: Int) throws {
        let place = try stage.place("fault")
        do {
            guard case .exited(let status) = try start(place, fault, at: call), status < 3 else {
                throw SuiteFailure("it did not end by itself")
            }
            let log = try CallLog(file: place.callCount)
            // Processes differ a little in what they do; a call that was not made cannot fail.
            guard let (failed, later) = log.failure(at: call) else { return try place.remove() }
            let what = "\(failed.name) \(failed.path)"
            do {
                if status != 0 { try check(place, fault, failed, later) }
                _ = try Autopsy(
                    of: place,
                    stage.program,
                    epochsBefore: stage.epochs,
                    tradesAsVictim: stage.scenario.tradesAsVictim
                )
                let hasCopied = try checkCopy(place)
                let outcome = try status == 0 ? stage.finish(place) : stage.complete(place)
                if let difference = outcome.difference(from: reference) {
                    throw SuiteFailure(difference)
                }
                figures.add(fault, status: status, hasCopied: hasCopied)
            } catch {
                throw SuiteFailure("\(what), status \(status): \(error)")
            }
            try place.remove()
        } catch {
            throw SuiteFailure(
                "\(stage.scenario.name), \(fault) at call \(call): \(error); everything is kept in "
                    + place.directory
            )
        }
    }

    /// A program that ended: it said why, and after the failure it touched nothing.
    private func check(
        _ place: Place,
        _ fault: CallFault,
        _ failed: CallLog.Call,
        _ later: ArraySlice<CallLog.Call>
    ) throws {
        if let complaint = fault.complaint(about: place.lastMessages) {
            throw SuiteFailure("\(complaint): \(place.lastMessages)")
        }
        guard try FileSystem.read(place.summary).isEmpty else {
            throw SuiteFailure("it printed a result all the same")
        }
        func isEvidence(_ path: String) -> Bool {
            // The name under which the engine is called goes with it; without one it trades on.
            let isSocket = ["/control", "/control.new"].contains { path.hasSuffix($0) }
            let isOfJournal = path.hasPrefix(place.journal + "/") && !isSocket
            return isOfJournal || path.hasPrefix(place.state + "/")
        }
        guard isEvidence(failed.path), failed.changes else { return }
        if let call = later.first(where: { $0.changes && isEvidence($0.path) }) {
            throw SuiteFailure("it went on after the failure: \(call.name) \(call.path)")
        }
    }

    /// A copy that was made of the journal is one that can be gone on from.
    private func checkCopy(_ place: Place) throws -> Bool {
        let copies = place.directory + "/copy"
        guard try FileSystem.status(copies) != nil else { return false }
        var hasCopied = false
        for name in try FileSystem.list(copies) where !name.hasSuffix(".new") {
            let report = try Verifier.verify(copies + "/" + name, options: VerifierOptions())
            guard !report.hasDamage else {
                throw SuiteFailure("the copy is damaged: \(report.findings)")
            }
            hasCopied = true
        }
        return hasCopied
    }

    /// Forgets everything.
    func remove() throws { try stage.remove() }
}
