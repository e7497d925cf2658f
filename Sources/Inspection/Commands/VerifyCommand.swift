internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// Checks everything there is in a journal.
struct VerifyCommand: Command {
    static let syntax = CommandSyntax(
        "verify",
        summary: "Checks everything and collects all findings.",
        discussion: """
            Pages, checksums, hash chain, sequence numbers, witnesses, snapshots, and a replay
            from the beginning that compares every recorded state hash and every snapshot.
            Exits with 0 when nothing is wrong, 1 with findings, 2 when nothing can be read.
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
        let verification = try Verification(context, stateDirectory: stateDirectory, keys: keys)
        try print(verification, console)
        if verification.report.head == nil { return 2 }
        return verification.hasFindings ? 1 : 0
    }

    private func print(_ verification: Verification, _ console: Console) throws {
        let (report, findings) = (verification.report, verification.findings)
        let checkpoints = verification.checkpoints
        let isReplayed = verification.isReplayed
        let milliseconds = Decimal(units: Int128(report.duration) * 1_000_000_000)
        if isJSON {
            let document: Document = [
                "clean": .flag(report.head != nil && !verification.hasFindings),
                "journalId": .optional(report.journalID), "events": .count(report.events),
                "batches": .count(report.batches), "bytes": .count(report.bytes),
                "head": .number(report.head?.sequence),
                "chainHash": .optional(report.head?.chainHash), "replayed": .flag(isReplayed),
                "signed": checkpoints?.document ?? .null,
                "seconds": .text(milliseconds.text(places: 6)),
                "findings": .list(findings.map(\.document)),
            ]
            try console.line(document.json)
            return
        }
        for finding in findings {
            try console.line("\(finding)")
            try console.line("  to do: \(finding.advice)")
        }
        guard let head = report.head else {
            try console.line("nothing can be read")
            return
        }
        for line in checkpoints?.lines ?? [] { try console.line(line) }
        let problems = findings.filter { $0.severity != .note }
        let verdict =
            problems.isEmpty
            ? "clean" : "\(problems.count) \(problems.count == 1 ? "finding" : "findings")"
        try console.line(
            "\(verdict): \(report.events) events, head \(head.sequence), "
                + "chain \(head.chainHash)" + (isReplayed ? "" : "; not replayed")
        )
    }
}

extension Finding {
    /// The finding, field by field.
    var document: Document {
        [
            "severity": .text(severity.rawValue), "code": .text(code.rawValue),
            "firstSequence": .number(sequences?.lowerBound),
            "lastSequence": .number(sequences?.upperBound), "path": .text(path),
            "firstByte": bytes.map { .count($0.lowerBound) } ?? .null,
            "lastByte": bytes.map { .count($0.upperBound) } ?? .null,
            "meaning": .text(meaning), "advice": .text(advice),
        ]
    }
}
