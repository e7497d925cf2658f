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
        ]
    )

    static func main() {
        let arguments = CommandLine.arguments
        if let status = RecoveryScan.runIfRequested(arguments) { CurrentProcess.exit(status) }
        do {
            switch try syntax.parse(Array(arguments.dropFirst())) {
            case .show(let text): say(text)
            case .command("random", let parsed): try random(parsed)
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

    /// Where killed engines live: memory, where there is a file system for it, and the disk.
    ///
    /// A killed process loses nothing that it has written, synced or not; so memory finds the same
    /// faults in a fraction of the time. Every tenth run, a shorter one, is on disk.
    private static func rooms() throws -> (quick: String, disk: String) {
        let name = "holdfast-crash-\(CurrentProcess.id)"
        let disk = (CurrentProcess.environment("TMPDIR") ?? "/tmp") + "/" + name
        let memory = "/dev/shm"
        let quick = try FileSystem.status(memory) == nil ? disk + "/quick" : memory + "/" + name
        try FileSystem.createDirectories(disk)
        try FileSystem.createDirectories(quick)
        return (quick, disk)
    }

    private static func random(_ arguments: ParsedArguments) throws {
        let cycles = arguments.integer("cycles") ?? 200
        let seed = UInt64(arguments.integer("seed") ?? 1)
        let rooms = try rooms()
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
        try remove(rooms)
        let missing = cycles >= 200 ? suite.figures.missing : []
        if !missing.isEmpty {
            throw SuiteFailure("the kills hit too little: \(missing.joined(separator: "; "))")
        }
    }

    private static func calls(_ arguments: ParsedArguments) throws {
        let stride = arguments.integer("stride") ?? 1
        let seed = UInt64(arguments.integer("seed") ?? 1)
        let rooms = try rooms()
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
        try remove(rooms)
    }

    private static func report(_ figures: Figures, _ what: String, since begun: Int64) throws {
        let seconds = (Clock.monotonic() - begun) / 1_000_000_000
        say("crash-suite: \(what), \(seconds) s")
        for line in figures.table { say("  " + line) }
    }

    private static func remove(_ rooms: (quick: String, disk: String)) throws {
        try FileSystem.removeTree(rooms.quick)
        try FileSystem.removeTree(rooms.disk)
    }

    /// Tells at once, so that a suite that is stopped has told what it found.
    private static func say(_ text: String) {
        do throws(PlatformError) {
            try Terminal.write("\(text)\n", to: .output)
        } catch {
            CurrentProcess.exit(2)
        }
    }
}
