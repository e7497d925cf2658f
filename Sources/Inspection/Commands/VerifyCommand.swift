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
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness")
        ]
    )

    private let stateDirectory: String?
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        stateDirectory = options.text("state-directory")
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let console = context.console
        var options = VerifierOptions()
        options.scan = context.settings.scan
        options.stateDirectory = try context.witnesses(stateDirectory)
        console.progress("checking pages, batches and events")
        let report = try Verifier.verify(context.journal, options: options)
        var findings = report.findings.map(judged)
        let check = ReplayCheck(context.journal)
        if report.head != nil, !report.hasDamage {
            try check.run { envelope in
                console.progress("replaying event \(envelope.sequence), \(envelope.time)")
            }
        }
        console.clearProgress()
        findings += check.findings
        let isReplayed = report.head.map { check.head >= $0.sequence } ?? false
        try print(report, findings, isReplayed: isReplayed, console)
        if report.head == nil { return 2 }
        return findings.contains { $0.severity != .note } ? 1 : 0
    }

    /// A copy has no witness in the usual place; only where one was asked for is that a warning.
    private func judged(_ finding: Finding) -> Finding {
        guard stateDirectory == nil, finding.code == .witness, finding.severity == .warning else {
            return finding
        }
        return Finding(
            .witness,
            .note,
            path: finding.path,
            meaning: finding.meaning,
            advice: "name the engine's directory with --state-directory to compare with it too"
        )
    }

    private func print(
        _ report: VerifierReport,
        _ findings: [Finding],
        isReplayed: Bool,
        _ console: Console
    ) throws {
        let milliseconds = Decimal(units: Int128(report.duration) * 1_000_000_000)
        if isJSON {
            let document: Document = [
                "clean": .flag(report.head != nil && !findings.contains { $0.severity != .note }),
                "journalId": .optional(report.journalID), "events": .count(report.events),
                "batches": .count(report.batches), "bytes": .count(report.bytes),
                "head": .number(report.head?.sequence),
                "chainHash": .optional(report.head?.chainHash), "replayed": .flag(isReplayed),
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
