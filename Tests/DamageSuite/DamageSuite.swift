import Journal
import Platform
import Runtime
import SuiteSupport

/// The damage suite: damages journals in every small way and requires that it is noticed or
/// changes nothing.
@main
enum DamageSuite {
    static let syntax = ProgramSyntax(
        "damage-suite",
        version: "0.1.0",
        summary: "Damages journals and requires that it is noticed or changes nothing.",
        commands: [
            CommandSyntax(
                "flips",
                summary: "Flips bits, one at a time.",
                options: [
                    OptionSyntax(
                        "count",
                        "NUMBER",
                        .integer(1...1_000_000_000),
                        summary: "by chance, over 1 MiB; a fiftieth of it over 16 MiB (1000000)"
                    ),
                    stride, seed,
                    OptionSyntax("only", "NAME", summary: "this sample or target, as small, locks"),
                ]
            ),
            CommandSyntax(
                "pages",
                summary: "Truncates files; zeroes, swaps and puts back pages.",
                options: [stride, seed]
            ),
            CommandSyntax(
                "rollback",
                summary: "Puts older copies back.",
                options: [stride, seed]
            ),
            CommandSyntax(
                "once",
                summary: "Does one damage again and tells what is said of it.",
                options: [
                    OptionSyntax("sample", "DIR", isRequired: true, summary: "the sample"),
                    OptionSyntax("damage", "TEXT", isRequired: true, summary: "the damage"),
                ]
            ),
        ]
    )

    private static let stride = OptionSyntax(
        "stride",
        "NUMBER",
        .integer(1...1_000_000),
        summary: "every Nth case (1)"
    )
    private static let seed = OptionSyntax(
        "seed",
        "NUMBER",
        .integer(0...Int.max),
        summary: "of market and chance (1)"
    )

    static func main() {
        let arguments = CommandLine.arguments
        if let status = RecoveryScan.runIfRequested(arguments) { CurrentProcess.exit(status) }
        do {
            let words = Array(arguments.dropFirst())
            if words.first == DamageWorker.argument { return work(Array(words.dropFirst())) }
            switch try syntax.parse(words) {
            case .show(let text): say(text)
            case .command("once", let parsed): try Repetition(parsed).run()
            case .command(let name, let parsed): try run(name, parsed)
            }
        } catch let error as UsageFailure {
            say("\(error)")
            CurrentProcess.exit(UsageFailure.exitCode)
        } catch {
            say("damage-suite: FAILED: \(error)")
            CurrentProcess.exit(1)
        }
    }

    /// What goes wrong in a worker is read from its standard error.
    private static func work(_ words: [String]) {
        do {
            try DamageWorker(words).run()
        } catch {
            do { try Terminal.write("\(error)\n", to: .error) } catch { CurrentProcess.exit(2) }
            CurrentProcess.exit(1)
        }
    }

    private static func run(_ name: String, _ arguments: ParsedArguments) throws {
        let rooms = try Rooms("damage")
        var plan = DamagePlan(samples: rooms.quick)
        plan.seed = UInt64(arguments.integer("seed") ?? 1)
        plan.stride = arguments.integer("stride") ?? 1
        plan.flips = arguments.integer("count") ?? 1_000_000
        plan.only = arguments.text("only")
        let program = try CurrentProcess.executablePath()
        var run = DamageRun(program: program, room: rooms.quick + "/work")
        let begun = Clock.monotonic()
        DamageRun.head()
        var isEmpty = true
        for step in plan.steps(name) {
            guard let task = try step() else { continue }
            isEmpty = false
            try run.report(task)
        }
        if isEmpty { throw SuiteFailure("no sample and no target is called so") }
        let seconds = (Clock.monotonic() - begun) / 1_000_000_000
        say("damage-suite: \(name), seed \(plan.seed), stride \(plan.stride), \(seconds) s")
        guard !run.hasFailed else {
            throw SuiteFailure("the samples are kept in \(rooms.quick)")
        }
        try rooms.remove()
    }
}
