import Platform
import Runtime
import SuiteSupport

/// `CrashSuite faults`: calls that fail, at every place, in several scenarios.
struct FailingCalls {
    let stride: Int
    let seed: UInt64
    let only: String?

    init(_ arguments: ParsedArguments) {
        stride = arguments.integer("stride") ?? 1
        seed = UInt64(arguments.integer("seed") ?? 1)
        only = arguments.text("scenario")
    }

    /// The scenarios whose calls differ; the others make the same ones in other numbers.
    private static let programs = [
        "a first run", "a snapshot a second", "journal and state in new directories",
        "with an emergency copy", "after a clean stop", "after a kill in genesis",
        "after a kill while trading", "with leftovers", "with a damaged snapshot",
        "journalctl snapshot", "journalctl resume", "archiving a segment",
        "archiving several segments",
    ]

    private static let scripts = [
        "genesis", "group commit", "long batches", "segment full", "snapshots",
        "clean stop and new epoch", "after a kill",
    ]

    /// Runs all of them.
    func run() throws {
        let rooms = try Rooms("crash")
        let program = try Program.beside()
        let begun = Clock.monotonic()
        var chance = Chance(seed: seed)
        var figures = FaultFigures()
        var count = 0
        for scenario in try Scenario.all(in: rooms.quick, seed: seed)
        where isWanted(scenario.name, Self.programs) {
            var faults = try ScenarioFaults(scenario, program, in: rooms.quick + "/stage")
            for fault in CallFault.all {
                try faults.run(fault, stride: stride, chance: &chance)
            }
            try faults.remove()
            tell(scenario.name, faults.figures, &figures, &count)
        }
        for scenario in try StateScenario.scripted() where isWanted(scenario.name, Self.scripts) {
            var faults = try ScriptFaults(scenario, program, in: rooms.quick + "/script")
            for fault in CallFault.all {
                try faults.run(fault, stride: stride, chance: &chance)
            }
            tell("the journal alone, \(scenario.name)", faults.figures, &figures, &count)
        }
        if only == nil {
            let full = try FullFileSystem(program, seed: seed, in: rooms.disk + "/full")
            for line in try full.run(stride: min(stride, 16)) { say(line) }
        }
        let seconds = (Clock.monotonic() - begun) / 1_000_000_000
        say("fault-test: \(count) scenarios, seed \(seed), stride \(stride), \(seconds) s")
        for line in figures.table { say("  " + line) }
        try rooms.remove()
    }

    private func isWanted(_ name: String, _ names: [String]) -> Bool {
        names.contains(name) && (only == nil || only == name)
    }

    private func tell(
        _ name: String,
        _ figures: FaultFigures,
        _ all: inout FaultFigures,
        _ count: inout Int
    ) {
        say("\(name): failing calls: \(figures.runs), of which harmless: \(figures.harmless)")
        all += figures
        count += 1
    }
}
