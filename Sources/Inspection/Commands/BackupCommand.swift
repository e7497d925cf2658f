internal import Journal
internal import Platform
internal import Runtime
internal import Trading

/// Makes a verified copy of a journal, or adds to one.
struct BackupCommand: Command {
    static let syntax = CommandSyntax(
        "backup",
        summary: "Copies the journal, stopped or beside a running engine, and verifies the copy.",
        discussion: """
            A second backup to the same directory adds what is new; what is there stays valid at
            every moment. A journal that is damaged, or that was put back to an older copy, is not
            backed up.
            """,
        options: [
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness")
        ],
        positionals: [PositionalSyntax("TARGET", summary: "the backup's directory")]
    )

    static let takes = JournalNeed.directory

    private let target: String
    private let stateDirectory: String?
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        target = options.positionals.first ?? ""
        stateDirectory = options.text("state-directory")
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let begun = Clock.monotonic()
        let console = context.console
        var options = BackupOptions()
        options.scan = context.settings.scan
        options.stateDirectory = try context.witnesses(stateDirectory)
        var next: UInt64 = 0
        options.tell = { sequence in
            guard sequence >= next else { return }
            next = sequence + 100_000
            console.progress("copying event \(sequence)")
        }
        let report: BackupReport
        do throws(JournalError) {
            report = try JournalBackup.make(of: context.journal, at: target, options: options)
        } catch {
            console.clearProgress()
            guard error.code == .damaged else { throw error }
            let status: Int32 = JournalTool.holdsNothing(context.journal) ? 2 : 1
            throw CommandFailure(status, "backup: nothing was backed up: \(error)")
        }
        console.clearProgress()
        let elapsed = Decimal(units: Int128(Clock.monotonic() - begun) * 1_000_000_000)
        if isJSON {
            let document: Document = [
                "backup": .text(target), "head": .count(report.head.sequence),
                "events": .count(report.events), "added": .count(report.added),
                "bytes": .count(report.bytes), "seconds": .text(elapsed.text(places: 6)),
                "chainHash": .text(report.head.chainHash), "new": .flag(report.isNew),
            ]
            try console.line(document.json)
            return 0
        }
        try console.line(
            "\(target): \(report.events) events, \(report.added) of them new, head "
                + "\(report.head.sequence), \(Text.size(report.bytes)), verified"
        )
        try console.line("chain \(report.head.chainHash), \(elapsed.text(places: 3)) s")
        return 0
    }
}

extension CommandContext {
    /// Where the outer witness is: as asked, or in the usual place if that is there.
    func witnesses(_ asked: String?) throws -> String? {
        if let asked { return asked }
        return try FileSystem.status(settings.stateDirectory) == nil
            ? nil : settings.stateDirectory
    }
}
