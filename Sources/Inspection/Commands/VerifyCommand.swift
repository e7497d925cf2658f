internal import Journal
internal import Runtime

/// Checks everything there is in a journal.
struct VerifyCommand: Command {
    static let syntax = CommandSyntax(
        "verify",
        summary: "Checks everything and collects all findings.",
        discussion: """
            Pages, checksums, hash chain, sequence numbers, witnesses, snapshots, and a replay
            from the beginning that compares every recorded state hash and every snapshot. It
            reads a journal's directory, a copy of one, a segment or its data.mdb, a snapshot and
            a bundle. Exits with 0 when nothing is wrong, 1 with findings, 2 when nothing can be
            read.
            """,
        options: [
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness"),
            OptionSyntax(
                "public-key",
                "FILE",
                isRepeatable: true,
                summary: "a key that signed it: prove what its checkpoints cover"
            ),
        ]
    )

    static let takes = JournalNeed.anythingOrSnapshot

    private let stateDirectory: String?
    private let keyFiles: [String]
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        stateDirectory = options.text("state-directory")
        keyFiles = options.texts("public-key")
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let console = context.console
        let keys = try keyFiles.map(KeyFile.verifyingKey)
        if context.source.kind == .snapshot {
            let check = SnapshotCheck(context.journal)
            if isJSON { try console.line(check.document.json) }
            for line in isJSON ? [] : check.lines { try console.line(line) }
            return check.findings.isEmpty ? 0 : 1
        }
        let verification = try Verification(context, stateDirectory: stateDirectory, keys: keys)
        if isJSON { try console.line(verification.document.json) }
        for line in isJSON ? [] : verification.lines { try console.line(line) }
        if verification.report.head == nil { return 2 }
        return verification.hasFindings ? 1 : 0
    }
}
