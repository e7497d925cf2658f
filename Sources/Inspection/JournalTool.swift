internal import Journal
internal import Platform
internal import Runtime

/// The commands that look into a journal: `journalctl`, and `holdfast journal`.
public struct JournalTool {
    private let settings: ToolSettings
    private let console: Console

    static let commands: [any Command.Type] = [
        ReplayCommand.self, ShowCommand.self, StateCommand.self, DiffCommand.self,
        VerifyCommand.self, SnapshotCommand.self, ResumeCommand.self, StatCommand.self,
        SegmentsCommand.self, BackupCommand.self, RestoreCommand.self, BundleCommand.self,
        WhyCommand.self,
        TraceCommand.self,
        ExportCommand.self,
        SQLCommand.self,
        SalvageCommand.self,
        ReportCommand.self, CorrectCommand.self,
    ]

    /// Makes the tool.
    public init(_ settings: ToolSettings, _ console: Console) {
        self.settings = settings
        self.console = console
    }

    /// What the program understands.
    static func syntax(program: String, version: String) -> ProgramSyntax {
        ProgramSyntax(
            program,
            version: version,
            summary: "Looks into a journal, stopped or beside a running engine. It ends with 0 "
                + "when all is well, 1 for findings, damage and refusals, 2 when it could not "
                + "be done.",
            commonOptions: [
                OptionSyntax(
                    "journal",
                    "PATH",
                    isRequired: true,
                    summary: "the journal's directory; for reading also a segment, a snapshot, "
                        + "a bundle"
                ),
                OptionSyntax(
                    "archive",
                    "DIR",
                    summary: "another place of the journal's archives than it names itself"
                ),
                .flag("json", summary: "prints JSON on one line, or one line an event"),
            ],
            commands: commands.map { $0.syntax }
        )
    }

    /// Runs a command line, without the program's name, and returns the exit status:
    /// 0 fine, 1 findings, damage or a refusal, 2 what could not be done.
    public func run(_ words: [String]) -> Int32 {
        do {
            let status = try perform(words)
            try console.flush()
            return status
        } catch {
            return report(error)
        }
    }

    private func perform(_ words: [String]) throws -> Int32 {
        let syntax = Self.syntax(program: settings.program, version: settings.version)
        switch try syntax.parse(words) {
        case .show(let text):
            try console.text(text)
            return 0
        case .command(let name, let arguments):
            guard let command = Self.commands.first(where: { $0.syntax.name == name }),
                let journal = arguments.text("journal")
            else { return UsageFailure.exitCode }
            let instance: any Command
            do throws(UsageMistake) {
                instance = try command.init(arguments)
            } catch {
                let program = "\(settings.program) \(name)"
                throw UsageFailure(program: program, message: error.message)
            }
            let archives = arguments.texts("archive")
            return try run(instance, command, on: journal, archives: archives)
        }
    }

    private func run(
        _ instance: any Command,
        _ command: any Command.Type,
        on path: String,
        archives: [String]
    ) throws -> Int32 {
        let source = try source(path, for: command)
        console.names = source.names
        let status: Int32
        do {
            let context = CommandContext(
                source: source,
                archives: archives,
                console: console,
                settings: settings
            )
            if command.takes != .anythingOrSnapshot {
                for finding in source.findings { console.message("\(finding)") }
            }
            status = try instance.run(context)
            try console.flush()
        } catch {
            let judged = Self.judged(error, source, command)
            try source.close()
            throw judged
        }
        try source.close()
        return status
    }

    /// A segment by itself is not at fault where a command needs what came before it.
    private static func judged(
        _ error: any Error,
        _ source: JournalSource,
        _ command: any Command.Type
    ) -> any Error {
        guard let fault = error as? JournalError else { return error }
        if fault.code == .damaged, holdsNothing(source.directory) {
            return CommandFailure(2, "\(fault)")
        }
        guard source.kind == .segment, fault.code == .archived else { return error }
        return CommandFailure(
            2,
            "\(command.syntax.name) needs the events before this segment: \(fault.reason). Name "
                + "the journal's directory"
        )
    }

    /// Whether no batch can be read: where the first one can, the rest is not searched for another.
    static func holdsNothing(_ directory: String) -> Bool {
        do throws(JournalError) {
            _ = try JournalReader.open(directory)
            return false
        } catch {
            guard error.code == .damaged else { return false }
        }
        do throws(JournalError) {
            return try SalvageSurvey(of: directory).batches == 0
        } catch {
            return false  // what was wrong first is what is told
        }
    }

    /// What was named, where the command can work on it.
    private func source(
        _ path: String,
        for command: any Command.Type
    ) throws -> JournalSource {
        if command.takes == .path, !(try JournalSource.isCompressed(path)) {
            return JournalSource(asItIs: path)
        }
        let kind = try JournalSource.kind(of: path)
        if command.takes == .directory, kind != .directory {
            throw CommandFailure(
                1,
                "\(command.syntax.name) works on the directory of a journal only, and "
                    + "\(path) is \(kind.rawValue)"
            )
        }
        if command.takes == .anything, kind == .snapshot {
            throw CommandFailure(
                2,
                "\(path) is a snapshot by itself, which only verify reads; name the journal's "
                    + "directory"
            )
        }
        return try JournalSource(path)
    }

    private func report(_ error: any Error) -> Int32 {
        if error is OutputClosed { return 0 }
        do {
            // What was read before the error is a result all the same.
            try console.flush()
        } catch {
            return error is OutputClosed ? 0 : 2
        }
        if let error = error as? UsageFailure {
            console.message("\(error)")
            return UsageFailure.exitCode
        }
        let advice = error is ReplayFailure ? ". To go on: run `journalctl verify`" : ""
        console.message("\(settings.program): \(error)\(advice)")
        switch error {
        case let error as CommandFailure: return error.status
        case let error as JournalError: return error.exitStatus
        case let error as RunFailure: return error.isRefusal ? 1 : 2
        default: return 2
        }
    }
}
