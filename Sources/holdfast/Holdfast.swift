import Glibc
import Inspection
import Journal
import Platform
import Runtime

/// The program: names its commands, runs one, and ends with the exit code of the contract.
@main
enum Holdfast {
    static let syntax = ProgramSyntax(
        "holdfast",
        version: Release.version,
        summary: "An event-sourced trading engine: every order, fill and decision is an event in "
            + "a journal that can be checked and replayed.",
        commands: [
            RunCommand.syntax,
            CheckCommand.syntax,
            AccountCommand.syntax,
            ReconcileCommand.syntax,
            RescueCommand.syntax,
            RecordCommand.syntax,
            BreakersCommand.syntax,
            PauseCommand.syntax,
            SignalCommand.syntax,
            ScanCommand.syntax,
            GenerateCommand.syntax,
            KeygenCommand.syntax,
            CommandSyntax(
                "journal",
                summary: "Looks into a journal: the same commands as journalctl.",
                forwards: true
            ),
        ]
    )

    static func main() {
        Terminal.openMissingStreams()
        StopSignals.ignoreWriteSignals()
        let arguments = CommandLine.arguments
        if let status = RecoveryScan.runIfRequested(arguments) { exit(status) }
        do throws(UsageFailure) {
            switch try syntax.parse(Array(arguments.dropFirst())) {
            case .show(let text): exit(show(text))
            case .command("journal", let parsed):
                let words = parsed.forwarded
                exit(JournalTool.main(words, program: "holdfast journal", version: Release.version))
            case .command(let name, let parsed): exit(run(name, parsed))
            }
        } catch {
            Console.complain("\(error)")
            exit(UsageFailure.exitCode)
        }
    }

    private static func show(_ text: String) -> Int32 {
        do {
            try Console.say(text)
            return 0
        } catch {
            Console.complain("holdfast: \(error)")
            return Console.exitCode(of: error)
        }
    }

    private static func run(_ name: String, _ arguments: ParsedArguments) -> Int32 {
        do {
            switch name {
            case RunCommand.syntax.name: return try RunCommand.run(arguments)
            case CheckCommand.syntax.name: return try CheckCommand.run(arguments)
            case AccountCommand.syntax.name: return try AccountCommand.run(arguments)
            case ReconcileCommand.syntax.name: return try ReconcileCommand.run(arguments)
            case RescueCommand.syntax.name: return try RescueCommand.run(arguments)
            case KeygenCommand.syntax.name: return try KeygenCommand.run(arguments)
            case BreakersCommand.syntax.name: return try BreakersCommand.run(arguments)
            case PauseCommand.syntax.name: return try PauseCommand.run(arguments)
            case RecordCommand.syntax.name: return try RecordCommand.run(arguments)
            case SignalCommand.syntax.name: return try SignalCommand.run(arguments)
            case ScanCommand.syntax.name: return try ScanCommand.run(arguments)
            default: return try GenerateCommand.run(arguments)
            }
        } catch {
            Console.complain("holdfast: \(error)")
            return Console.exitCode(of: error)
        }
    }
}
