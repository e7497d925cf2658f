import Journal
import Platform
import Runtime
import SuiteSupport

/// The crash suite: kills real engines and compares what becomes of them.
@main
enum CrashSuite {
    static let syntax = ProgramSyntax(
        "crash-suite",
        version: "0.1.0",
        summary: "Kills running engines and requires that nothing is lost.",
        commands: [
            CommandSyntax(
                "random",
                summary: "Kills at random moments, several times a run.",
                options: [
                    OptionSyntax(
                        "cycles",
                        "NUMBER",
                        .integer(1...1_000_000),
                        summary: "runs (200)"
                    ),
                    OptionSyntax("seed", "NUMBER", .integer(0...Int.max), summary: "of chance (1)"),
                    OptionSyntax("minutes", "NUMBER", .integer(1...600), summary: "of market (20)"),
                ]
            ),
            CommandSyntax(
                "calls",
                summary: "Kills at every call that changes what is on disk, in many scenarios.",
                options: [
                    OptionSyntax(
                        "stride",
                        "NUMBER",
                        .integer(1...10_000),
                        summary: "every Nth (1)"
                    ),
                    OptionSyntax("seed", "NUMBER", .integer(0...Int.max), summary: "of chance (1)"),
                    OptionSyntax("scenario", "NAME", summary: "only this one"),
                ]
            ),
            CommandSyntax(
                "faults",
                summary: "Lets calls fail: every one, in every way, once and from then on.",
                options: [
                    OptionSyntax(
                        "stride",
                        "NUMBER",
                        .integer(1...10_000),
                        summary: "every Nth (1)"
                    ),
                    OptionSyntax("seed", "NUMBER", .integer(0...Int.max), summary: "of chance (1)"),
                    OptionSyntax("scenario", "NAME", summary: "only this one"),
                ]
            ),
            CommandSyntax(
                "states",
                summary: "Examines everything that a power cut may leave.",
                options: [
                    OptionSyntax(
                        "states",
                        "NUMBER",
                        .integer(0...Int.max),
                        summary: "how many of all; 0 for all (0)"
                    ),
                    OptionSyntax("seed", "NUMBER", .integer(0...Int.max), summary: "of chance (1)"),
                    OptionSyntax(
                        "limit",
                        "NUMBER",
                        .integer(1...1_000_000),
                        summary: "how many a moment gives at most, torn writes not counted (1024)"
                    ),
                    OptionSyntax("scenario", "NAME", summary: "only this one"),
                ]
            ),
            CommandSyntax(
                "controls",
                summary: "Breaks writers on purpose, and requires that the states tell of it.",
                options: [
                    OptionSyntax("seed", "NUMBER", .integer(0...Int.max), summary: "of chance (1)")
                ]
            ),
        ]
    )

    static func main() {
        let arguments = CommandLine.arguments
        if let status = RecoveryScan.runIfRequested(arguments) { CurrentProcess.exit(status) }
        do {
            if try isPart(Array(arguments.dropFirst())) { return }
            switch try syntax.parse(Array(arguments.dropFirst())) {
            case .show(let text): say(text)
            case .command("random", let parsed): try random(parsed)
            case .command("faults", let parsed): try FailingCalls(parsed).run()
            case .command("states", let parsed): try CrashStates(parsed).run()
            case .command("controls", let parsed): try CrashStates.runControls(parsed)
            case .command(_, let parsed): try calls(parsed)
            }
        } catch let error as UsageFailure {
            say("\(error)")
            CurrentProcess.exit(UsageFailure.exitCode)
        } catch {
            say("crash-suite: FAILED: \(error)")
            CurrentProcess.exit(1)
        }
    }

    /// Does what a process of the suite itself is started for.
    private static func isPart(_ words: [String]) throws -> Bool {
        switch words.first {
        case StateRoom.argument where words.count == 3:
            guard let script = StateScript.all[words[1]] else {
                throw SuiteFailure("there is no script \(words[1])")
            }
            try script.run(in: words[2])
        case StateWorker.argument: try StateWorker(Array(words.dropFirst())).run()
        default: return false
        }
        return true
    }

    private static func random(_ arguments: ParsedArguments) throws {
        let cycles = arguments.integer("cycles") ?? 200
        let seed = UInt64(arguments.integer("seed") ?? 1)
        let rooms = try Rooms("crash")
        var suite = RandomKills(program: try Program.beside(), seed: seed)
        let generated = try Scene.generated(
            in: rooms.quick,
            seed: seed,
            minutes: arguments.integer("minutes") ?? 20
        )
        let short = try Scene.generated(in: rooms.quick, seed: seed, minutes: 3)
        let recorded = try Scene.recorded()
        if recorded == nil { say("no recorded market here (HOLDFAST_FIXTURES names their folder)") }
        let long = try suite.reference(generated, in: rooms.quick + "/reference")
        let onDisk = try suite.reference(short, in: rooms.disk + "/reference")
        let real = try recorded.map { try suite.reference($0, in: rooms.quick + "/reference") }
        for reference in [long, onDisk, real].compactMap({ $0 }) {
            say(
                "\(reference.scene.name): \(reference.outcome.orders) orders, "
                    + "\(reference.outcome.fills) fills, \(reference.outcome.deals) deals in "
                    + "\(reference.duration / 1_000_000) ms"
            )
        }
        let begun = Clock.monotonic()
        for cycle in 0..<cycles {
            // One run in ten is on the recorded market, another one on disk.
            let isOnDisk = cycle % 10 == 0
            let reference = isOnDisk ? onDisk : cycle % 10 == 5 ? real ?? long : long
            let room = isOnDisk ? rooms.disk : rooms.quick
            try suite.run(cycle: cycle, reference, in: "\(room)/cycle-\(cycle)")
        }
        try report(suite.figures, "seed \(seed), \(cycles) cycles", since: begun)
        try rooms.remove()
        let missing = cycles >= 200 ? suite.figures.missing : []
        if !missing.isEmpty {
            throw SuiteFailure("the kills hit too little: \(missing.joined(separator: "; "))")
        }
    }

    private static func calls(_ arguments: ParsedArguments) throws {
        let stride = arguments.integer("stride") ?? 1
        let seed = UInt64(arguments.integer("seed") ?? 1)
        let rooms = try Rooms("crash")
        let program = try Program.beside()
        let begun = Clock.monotonic()
        var chance = Chance(seed: seed)
        var figures = Figures()
        let scenarios = try Scenario.all(in: rooms.quick, seed: seed)
            .filter { arguments.text("scenario") ?? $0.name == $0.name }
        for scenario in scenarios {
            let since = Clock.monotonic()
            var kills = try ScenarioKills(scenario, program, in: rooms.quick + "/stage")
            try kills.run(stride: stride, chance: &chance)
            figures += kills.figures
            say(
                "\(scenario.name): \(kills.calls) places to die at; runs: \(kills.figures.runs), "
                    + "kills: \(kills.figures.kills), "
                    + "\((Clock.monotonic() - since) / 1_000_000_000) s"
            )
            try kills.stage.remove()
        }
        let what = "\(scenarios.count) scenarios, seed \(seed), stride \(stride)"
        try report(figures, what, since: begun)
        try rooms.remove()
    }

    private static func report(_ figures: Figures, _ what: String, since begun: Int64) throws {
        let seconds = (Clock.monotonic() - begun) / 1_000_000_000
        say("crash-suite: \(what), \(seconds) s")
        for line in figures.table { say("  " + line) }
    }
}
