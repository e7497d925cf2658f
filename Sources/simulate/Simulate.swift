import Glibc
import Journal
import Platform
import Runtime
import Simulation
import Trading

/// The program: lives through worlds of trouble, and tells what went wrong in them.
@main
enum Simulate {
    static let syntax = ProgramSyntax(
        "simulate",
        version: Release.version,
        summary: "Lets the engine live through simulated worlds full of trouble.",
        commands: [
            CommandSyntax(
                "",
                summary: "Lets the engine live through simulated worlds full of trouble, and looks "
                    + "at both sides after each thing that happens.",
                discussion: "Everything is drawn from the seed: the same one gives the same bytes. "
                    + "Exits with 1 where a world went wrong, with the command that shows it.",
                options: [
                    OptionSyntax(
                        "seed",
                        "NUMBER",
                        .integer(0...Int.max),
                        summary: "the first world (1)"
                    ),
                    OptionSyntax(
                        "seeds",
                        "COUNT",
                        .integer(1...Int.max),
                        summary: "how many worlds, one after the other (1)"
                    ),
                    OptionSyntax(
                        "hours",
                        "COUNT",
                        .integer(1...10_000),
                        summary: "how long each lives with trouble (1)"
                    ),
                    OptionSyntax(
                        "leave-out",
                        "NUMBERS",
                        summary: "faults that do not happen, by number, with commas between them"
                    ),
                    OptionSyntax(
                        "only",
                        "KINDS",
                        summary: "no faults but these, by name, with commas between them"
                    ),
                    OptionSyntax(
                        "store",
                        "KIND",
                        .choice(["memory", "disk"]),
                        summary: "where the journal is: memory, or disk for LMDB (memory)"
                    ),
                    OptionSyntax(
                        "weekends",
                        "COUNT",
                        .integer(0...1000),
                        summary: "of a thousand pauses last one to three days (0)"
                    ),
                    .flag("trace", summary: "prints everything that happened"),
                    .flag("coverage", summary: "prints which trouble met which order"),
                    .flag("no-shrink", summary: "leaves a world that went wrong as it is"),
                    .flag("json", summary: "one line of JSON at the end"),
                ]
            )
        ]
    )

    static func main() {
        Terminal.openMissingStreams()
        let arguments = CommandLine.arguments
        if let status = RecoveryScan.runIfRequested(arguments) { exit(status) }
        StopSignals.ignoreWriteSignals()
        do throws(UsageFailure) {
            switch try syntax.parse(Array(arguments.dropFirst())) {
            case .show(let text):
                exit(
                    finish {
                        try Terminal.say(text)
                        return 0
                    }
                )
            case .command(_, let arguments): exit(finish { try run(arguments) })
            }
        } catch {
            Terminal.complain("\(error)")
            exit(UsageFailure.exitCode)
        }
    }

    private static func finish(_ work: () throws -> Int32) -> Int32 {
        do {
            return try work()
        } catch {
            Terminal.complain("simulate: \(error)")
            return 2
        }
    }

    private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        try StopSignals.install()
        let numbers = (arguments.text("leave-out") ?? "").split(separator: ",")
        let leftOut = numbers.compactMap { UInt64($0) }
        guard leftOut.count == numbers.count else {
            throw UsageFailure(
                program: "simulate",
                message: "--leave-out wants numbers with commas between them"
            )
        }
        var only = Set(FaultKind.allCases)
        if let names = arguments.text("only") {
            let kinds = names.split(separator: ",").map { FaultKind(rawValue: String($0)) }
            only = Set(kinds.compactMap(\.self))
            guard only.count == kinds.count else {
                throw UsageFailure(
                    program: "simulate",
                    message: "--only wants names of faults, as --coverage prints them"
                )
            }
        }
        var session = SimulationSession(
            only: only,
            hours: arguments.integer("hours") ?? 1,
            leavingOut: Set(leftOut),
            isOnDisk: arguments.text("store") == "disk",
            weekends: arguments.integer("weekends") ?? 0,
            isTraced: arguments.has("trace"),
            shrinks: !arguments.has("no-shrink")
        )
        let first = UInt64(arguments.integer("seed") ?? 1)
        for seed in first..<first + UInt64(arguments.integer("seeds") ?? 1)
        where StopSignals.count == 0 {
            try session.live(through: seed)
        }
        if arguments.has("coverage") { try Terminal.say(session.coverageTable) }
        try Terminal.say(arguments.has("json") ? session.json : session.summary)
        return session.failures == 0 ? 0 : 1
    }
}
