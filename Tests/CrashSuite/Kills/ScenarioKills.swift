import Platform
import SuiteSupport

/// Kills a program at every call that changes what is on disk, one run for each, and kills what is
/// started after it too.
struct ScenarioKills {
    let stage: Stage
    /// What a run that was not killed comes to, and how many calls its victim makes.
    let reference: Outcome
    let calls: Int

    private(set) var figures = Figures()

    /// Prepares a scenario, and lets it run once to its end.
    init(_ scenario: Scenario, _ program: Program, in directory: String) throws {
        stage = try Stage(scenario, program, in: directory)
        (calls, reference) = try stage.measure()
    }

    /// Kills at every Nth call.
    mutating func run(stride: Int, chance: inout Chance) throws {
        var call = 1 + chance.below(min(stride, calls))
        while call <= calls {
            // The restart dies as well: in turn near its beginning, and anywhere.
            let next = 1 + chance.below(call % 2 == 0 ? 60 : max(1, calls))
            try run(dyingAt: [call, next])
            call += stride
        }
    }

    /// One run that dies at a call, whose repetition dies at another, and that then ends.
    mutating func run(dyingAt calls: [Int]) throws {
        let place = try stage.place("call-\(calls[0])")
        do {
            var kills = 0
            var epochs = stage.epochs
            for call in calls {
                let after = kills == 0 ? stage.scenario.after : nil
                let ending = try stage.start(place, stage.program.dying(at: call, after: after))
                    .wait()
                if case .exited(let status) = ending, kills > 0,
                    stage.scenario.repeatedStatuses.contains(status)
                {
                    break
                }
                guard ending == .killed(signal: 9) else {
                    throw SuiteFailure("it ended with \(ending): \(place.lastMessages)")
                }
                kills += 1
                let autopsy = try Autopsy(
                    of: place,
                    stage.program,
                    epochsBefore: epochs,
                    tradesAsVictim: stage.scenario.tradesAsVictim
                )
                epochs = autopsy.epochs
                figures.add(autopsy)
            }
            if let difference = try stage.complete(place).difference(from: reference) {
                throw SuiteFailure(difference)
            }
            figures.addRun(kills: kills)
            try place.remove()
        } catch {
            throw SuiteFailure(
                "\(stage.scenario.name), killed at calls \(calls): \(error); everything is kept in "
                    + place.directory
            )
        }
    }
}
