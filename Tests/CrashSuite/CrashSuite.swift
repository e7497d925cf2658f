import Journal
import Platform
import Runtime

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
                "segments",
                summary: "Kills at every such call while a new segment of the journal begins.",
                options: [
                    OptionSyntax("calls", "NUMBER", .integer(1...10_000), summary: "how many (40)"),
                    OptionSyntax("seed", "NUMBER", .integer(0...Int.max), summary: "of chance (1)"),
                ]
            ),
            CommandSyntax(
                "calls",
                summary: "Kills at every call that changes what is on disk.",
                options: [
                    OptionSyntax(
                        "stride",
                        "NUMBER",
                        .integer(1...10_000),
                        summary: "every Nth (1)"
                    ),
                    OptionSyntax("seed", "NUMBER", .integer(0...Int.max), summary: "of chance (1)"),
                    OptionSyntax("minutes", "NUMBER", .integer(1...600), summary: "of market (2)"),
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
            case .command("segments", let parsed): try segments(parsed)
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
        let rooms = try Rooms()
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
        let rooms = try Rooms()
        let program = try Program.beside()
        let scene = try Scene.generated(
            in: rooms.quick,
            seed: seed,
            minutes: arguments.integer("minutes") ?? 2
        )
        let reference = try program.finish(try Place(rooms.quick + "/reference", scene))
        var suite = EveryCall(program: program, scene: scene, reference: reference)
        let count = try suite.countCalls(in: rooms.quick + "/count")
        say("\(scene.name): \(count) places to die at, of which every \(stride). is taken")
        let begun = Clock.monotonic()
        var chance = Chance(seed: seed)
        var call = 1 + chance.below(stride)
        var isKilled = true
        while isKilled {
            // The restart dies as well: in turn near its beginning, and anywhere.
            let next = 1 + chance.below(call % 2 == 0 ? 60 : max(1, count))
            isKilled = try suite.run(dyingAt: [call, next], in: "\(rooms.quick)/call-\(call)")
            call += stride
        }
        try report(suite.figures, "seed \(seed), stride \(stride)", since: begun)
        try rooms.remove()
    }

    private static func segments(_ arguments: ParsedArguments) throws {
        let seed = UInt64(arguments.integer("seed") ?? 1)
        let rooms = try Rooms()
        let program = try Program.beside()
        // Long enough to fill the smallest segment there may be.
        let scene = try Scene.generated(in: rooms.quick, seed: seed, minutes: 75)
        let reference = try program.finish(try Place(rooms.quick + "/reference", scene))
        var suite = EveryCall(program: program, scene: scene, reference: reference)
        suite.after = "/journal/segments/"
        let begun = Clock.monotonic()
        for call in 1...(arguments.integer("calls") ?? 40) {
            let directory = "\(rooms.quick)/segment-\(call)"
            guard try suite.run(dyingAt: [call, 1 + call % 30], in: directory) else {
                throw SuiteFailure("the \(scene.name) fills no segment")
            }
        }
        try report(suite.figures, "a new segment, seed \(seed)", since: begun)
        try rooms.remove()
    }

    private static func report(_ figures: Figures, _ what: String, since begun: Int64) throws {
        let seconds = (Clock.monotonic() - begun) / 1_000_000_000
        say("crash-suite: \(what), \(seconds) s")
        for line in figures.table { say("  " + line) }
    }
}
