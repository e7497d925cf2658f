internal import Journal
internal import Platform
internal import Runtime

/// The commands that look into a journal: `journalctl`, and `holdfast journal`.
public struct JournalTool {
    private let settings: ToolSettings
    private let console: Console

    static let commands: [any Command.Type] = [
        ReplayCommand.self, ShowCommand.self, StateCommand.self, DiffCommand.self,
        VerifyCommand.self, SnapshotCommand.self, StatCommand.self, SegmentsCommand.self,
    ]

    /// Makes the tool.
    public init(_ settings: ToolSettings, _ console: Console) {
        self.settings = settings
        self.console = console
    }

    /// Runs a command line, without the program's name, and returns the exit status:
    /// 0 fine, 1 findings, damage or a refusal, 2 what could not be done.
    public func run(_ words: [String]) -> Int32 {
        do {
            let status = try perform(words)
            try console.flush()
            return status
        } catch is OutputClosed {
            return 0
        } catch {
            return report(error)
        }
    }

    private func perform(_ words: [String]) throws -> Int32 {
        var given: [String: String] = [:]
        var index = 0
        while index < words.count, words[index].hasPrefix("-") {
            let word = words[index]
            index += 1
            if word == "--journal", index < words.count {
                given["--journal"] = words[index]
                index += 1
            } else if word.hasPrefix("--journal="), word.utf8.count > 10 {
                given["--journal"] = String(word.dropFirst(10))
            } else if word == "--help" || word == "-h" {
                try console.line(help)
                return 0
            } else if word == "--version" {
                try console.line("\(settings.program) \(settings.version)")
                return 0
            } else {
                throw UsageFailure(
                    word == "--journal" ? "--journal needs a value: DIR" : "unknown option \(word)"
                )
            }
        }
        guard index < words.count else { throw UsageFailure("a command is missing") }
        let verb = words[index]
        guard let command = Self.commands.first(where: { $0.syntax.verb == verb }) else {
            throw UsageFailure("unknown command \(verb)")
        }
        return try start(command, Array(words[(index + 1)...]), given)
    }

    private func start(
        _ command: any Command.Type,
        _ words: [String],
        _ given: [String: String]
    ) throws -> Int32 {
        do {
            let options = try CommandOptions(words, for: command.syntax, given: given)
            if options.has("--help") {
                try console.line(command.syntax.help(settings.program))
                return 0
            }
            let instance = try command.init(options)
            guard let journal = options["--journal"] else {
                throw UsageFailure("--journal DIR is missing")
            }
            let context = CommandContext(journal: journal, console: console, settings: settings)
            return try instance.run(context)
        } catch let error as UsageFailure {
            let verb = command.syntax.verb
            throw UsageFailure("\(verb): \(error); see `\(settings.program) \(verb) --help`")
        }
    }

    private func report(_ error: any Error) -> Int32 {
        // What was read before the error is a result all the same.
        do throws(OutputClosed) { try console.flush() } catch { return 0 }
        switch error {
        case let error as UsageFailure:
            console.message("\(settings.program): \(error)")
            return 2
        case let error as CommandFailure:
            console.message("\(settings.program): \(error)")
            return error.status
        case let error as JournalError:
            console.message("\(settings.program): \(error)")
            return error.exitStatus
        case let error as ReplayFailure:
            console.message("\(settings.program): \(error). To go on: run `journalctl verify`")
            return 2
        default:
            console.message("\(settings.program): \(error)")
            return 2
        }
    }

    private var help: String {
        var lines = [
            "usage: \(settings.program) --journal DIR COMMAND [options]", "",
            "Looks into a journal, stopped or beside a running engine.", "",
        ]
        for command in Self.commands {
            lines.append("  " + Text.left(command.syntax.verb, 10) + " " + command.syntax.summary)
        }
        lines += [
            "", "  --help     this text, or a command's own behind its verb",
            "  --version  the version", "",
            "Exit status: 0 fine; 1 findings, damage, a refusal; 2 could not do it.",
        ]
        return lines.joined(separator: "\n")
    }
}

extension JournalError {
    /// 1 where the journal is damaged or refuses, 2 where nothing could be tried.
    var exitStatus: Int32 {
        switch code {
        case .missing, .noJournal, .scanFailed, .system: 2
        default: 1
        }
    }
}
