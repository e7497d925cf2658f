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
        var options = VerifierOptions()
        options.scan = context.settings.scan
        options.stateDirectory = try context.witnesses(stateDirectory)
        options.archives = context.archives
        options.removals = .ofEvents
        console.progress("checking pages, batches and events")
        let report = try Verifier.verify(context.journal, options: options)
        var findings = report.findings.map(judged)
        let check = ReplayCheck(context)
        if report.head != nil, !report.hasDamage {
            try check.run { envelope in
                console.progress("replaying event \(envelope.sequence), \(envelope.time)")
            }
        }
        var checkpoints: CheckpointCheck?
        if report.head != nil, !report.hasDamage {
            console.progress("checking what was signed")
            checkpoints = try CheckpointCheck(context.journal, keys: keys)
        }
        console.clearProgress()
        findings += check.findings + (checkpoints?.findings ?? [])
        let isReplayed = report.head.map { check.head >= $0.sequence } ?? false
        try print(report, findings, checkpoints, isReplayed: isReplayed, console)
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
        _ checkpoints: CheckpointCheck?,
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

extension RemovalReading {
    /// How the events of this program tell of segments taken out.
    static var ofEvents: RemovalReading {
        RemovalReading(kind: SegmentsRemoved.kind.rawValue) { payload in
            do throws(CodecFailure) {
                let event = try EventCodec().decode(
                    kind: SegmentsRemoved.kind.rawValue,
                    version: SegmentsRemoved.version,
                    payload.span
                )
                guard case .segmentsRemoved(let removed) = event else { return nil }
                return removed.removal
            } catch {
                return nil
            }
        }
    }
}
