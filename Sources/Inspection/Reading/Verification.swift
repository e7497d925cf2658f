internal import Digests
internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// Everything that a verification says of a journal: its bytes, and what replaying them gives.
struct Verification {
    let report: VerifierReport
    /// What is wrong or worth knowing, in the order it was found.
    let findings: [Finding]
    /// Whether all events were replayed.
    let isReplayed: Bool
    /// What was signed; `nil` where that was not looked at.
    let checkpoints: CheckpointCheck?

    /// Verifies the journal of a command, showing how far it is.
    ///
    /// - Parameters:
    ///   - context: The command's.
    ///   - stateDirectory: The directory of the outer witness, where one was asked for.
    ///   - keys: Those that may have signed the journal.
    ///   - tellsWitness: Whether the usual directory is looked at where none was asked for.
    /// - Throws: `JournalError` and `PlatformError` where nothing can be read.
    init(
        _ context: CommandContext,
        stateDirectory: String?,
        keys: [VerifyingKey] = [],
        tellsWitness: Bool = true
    ) throws {
        let console = context.console
        var options = VerifierOptions()
        options.scan = context.settings.scan
        options.stateDirectory =
            tellsWitness ? try context.witnesses(stateDirectory) : stateDirectory
        options.archives = context.archives
        options.removals = .ofEvents
        console.progress("checking pages, batches and events")
        report = try Verifier.verify(context.journal, options: options)
        let isLone = context.source.kind == .segment
        let isSound = report.head != nil && !Self.hasDamage(report, isLone)
        let check = ReplayCheck(context)
        if isSound, try !isLone || check.canBegin() {
            try check.run { envelope in
                console.progress("replaying event \(envelope.sequence), \(envelope.time)")
            }
        }
        if isSound {
            console.progress("checking what was signed")
            checkpoints = try CheckpointCheck(context.journal, keys: keys)
        } else {
            checkpoints = nil
        }
        console.clearProgress()
        let isAsked = stateDirectory != nil
        findings =
            context.source.findings
            + report.findings.map { Self.judged($0, isAsked: isAsked, isLone: isLone) }
            + check.findings + (checkpoints?.findings ?? [])
        isReplayed = report.head.map { check.head >= $0.sequence } ?? false
    }

    /// Whether something is wrong.
    var hasProblem: Bool { report.head == nil || findings.contains { $0.severity != .note } }

    /// A file by itself never has a witness beside it.
    private static func hasDamage(_ report: VerifierReport, _ isLone: Bool) -> Bool {
        report.findings.contains { $0.severity == .damage && !(isLone && $0.code == .witness) }
    }

    /// A copy has no witness in the usual place; only where one was asked for is that a warning.
    private static func judged(_ finding: Finding, isAsked: Bool, isLone: Bool) -> Finding {
        guard finding.code == .witness else { return finding }
        if isLone {
            return Finding(
                .witness,
                .note,
                path: finding.path,
                meaning: "a segment by itself has no witness: a lost end would not show",
                advice: "verify the journal's directory to compare with its witnesses"
            )
        }
        guard !isAsked, finding.severity == .warning else { return finding }
        return Finding(
            .witness,
            .note,
            path: finding.path,
            meaning: finding.meaning,
            advice: "name the engine's directory with --state-directory to compare with it too"
        )
    }

    /// The verification, field by field.
    var document: Document {
        let seconds = Decimal(units: Int128(report.duration) * 1_000_000_000)
        return [
            "clean": .flag(!hasProblem),
            "journalId": .optional(report.journalID), "events": .count(report.events),
            "batches": .count(report.batches), "bytes": .count(report.bytes),
            "head": .number(report.head?.sequence),
            "chainHash": .optional(report.head?.chainHash), "replayed": .flag(isReplayed),
            "signed": checkpoints?.document ?? .null,
            "seconds": .text(seconds.text(places: 6)),
            "findings": .list(findings.map(\.document)),
        ]
    }

    /// The verification for people.
    var lines: [String] {
        var lines = findings.flatMap { ["\($0)", "  to do: \($0.advice)"] }
        guard let head = report.head else { return lines + ["nothing can be read"] }
        lines += checkpoints?.lines ?? []
        let problems = findings.filter { $0.severity != .note }
        let verdict =
            problems.isEmpty
            ? "clean" : "\(problems.count) \(problems.count == 1 ? "finding" : "findings")"
        lines.append(
            "\(verdict): \(report.events) events, head \(head.sequence), chain \(head.chainHash)"
                + (isReplayed ? "" : "; not replayed")
        )
        return lines
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
