internal import Digests
internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Everything that can be checked in a journal, and what was found.
struct Verification {
    /// What pages, batches, witnesses and snapshots told.
    let report: VerifierReport
    /// All findings: those of the report, and those of the replay.
    let findings: [Finding]
    /// Whether all events were replayed.
    let isReplayed: Bool
    /// What signed checkpoints prove; `nil` where damage forbids to look.
    let checkpoints: CheckpointCheck?
    /// The state after the last event replayed; `nil` where damage forbids a replay.
    let state: TradingState?

    /// Verifies a journal; the part that damage could kill runs where the settings say.
    ///
    /// - Parameters:
    ///   - context: The journal, and the console that progress is shown on.
    ///   - stateDirectory: Where the outer witness is; `nil` for the usual place, if that is there
    ///     and the journal is no bundle and no backup.
    ///   - keys: Those that may have signed checkpoints.
    ///   - watch: Gets the events that it wants, before each is folded in the replay.
    /// - Throws: `JournalError` where nothing can be read.
    init(
        _ context: CommandContext,
        stateDirectory: String?,
        keys: [VerifyingKey] = [],
        watch: ReportGatherer? = nil
    ) throws {
        let console = context.console
        console.progress("checking pages, batches and events")
        let options = try Self.options(context, stateDirectory)
        let report = try Verifier.verify(context.journal, options: options)
        let isNamed = stateDirectory != nil
        let isLone = context.source.kind == .segment
        let judged = report.findings.map { Self.judged($0, isNamed: isNamed, isLone: isLone) }
        let notes = try Self.notes(context, isNamed: isNamed)
        var found = context.source.findings + judged + notes
        let check = ReplayCheck(context)
        if let watch {
            check.watch = { watch.take($0, $1) }
            check.isWatched = { watch.wants($0, $1) }
        }
        let isSound = report.head != nil && !judged.contains { $0.severity == .damage }
        let canReplay = try isSound && (!isLone || check.canBegin())
        if isSound {
            do throws(JournalError) {
                if canReplay {
                    try check.run { envelope in
                        console.progress("replaying event \(envelope.sequence), \(envelope.time)")
                    }
                }
                console.progress("checking what was signed")
                checkpoints = try CheckpointCheck(
                    context.journal,
                    keys: keys,
                    archives: context.archives,
                    partBegin: context.source.partBegin
                )
            } catch {
                checkpoints = nil
                found.append(Self.unread(error))
            }
        } else {
            checkpoints = nil
        }
        if checkpoints == nil, !keys.isEmpty { found.append(Self.unsigned(context.journal)) }
        console.clearProgress()
        self.report = report
        findings = found + check.findings + (checkpoints?.findings ?? [])
        isReplayed = report.head.map { check.head >= $0.sequence } ?? false
        state = canReplay ? check.state : nil
    }

    /// Whether something is more than a note.
    var hasFindings: Bool { findings.contains { $0.severity != .note } }

    /// What is looked at in the journal of a context.
    private static func options(
        _ context: CommandContext,
        _ stateDirectory: String?
    ) throws -> VerifierOptions {
        var options = VerifierOptions()
        options.scan = context.settings.scan
        // The engine went on after a copy was made: the witness within is the copy's own.
        options.stateDirectory =
            try context.source.isCopy() ? stateDirectory : context.witnesses(stateDirectory)
        options.archives = context.archives
        // What lies before a part is nowhere, and no event of the journal says so.
        options.removals = context.source.partBegin == nil ? .ofEvents : nil
        return options
    }

    /// What is said of a part and of a copy before anything is found.
    private static func notes(_ context: CommandContext, isNamed: Bool) throws -> [Finding] {
        let source = context.source
        var notes: [Finding] = []
        if let begin = source.partBegin { notes.append(part(from: begin, of: context.journal)) }
        if source.kind == .directory, !isNamed, try source.isCopy() {
            notes.append(backup(context.journal))
        }
        return notes
    }

    /// What the check of the bytes let pass and the replay could not read.
    private static func unread(_ error: JournalError) -> Finding {
        Finding(
            .replay,
            .damage,
            sequences: error.sequence.map { $0...$0 },
            path: error.path,
            meaning: error.reason,
            advice: error.advice
        )
    }

    /// What the engine wrote after a backup is not missing in it.
    private static func backup(_ directory: String) -> Finding {
        Finding(
            .witness,
            .note,
            path: directory,
            meaning: "it is a backup, and compared with the witness in it alone",
            advice: "name the engine's directory with --state-directory to compare with it too"
        )
    }

    /// Keys were given, and what they signed was not looked at.
    private static func unsigned(_ directory: String) -> Finding {
        Finding(
            .checkpoint,
            .note,
            path: directory,
            meaning: "signatures were not checked: the journal is damaged",
            advice: "nothing is proven; mend what is damaged and verify again"
        )
    }

    /// What a bundle leaves out is no loss.
    private static func part(from begin: UInt64, of journal: String) -> Finding {
        Finding(
            .gap,
            .note,
            sequences: 1...(begin - 1),
            path: journal,
            meaning: "the bundle holds a part of the journal, which begins with event \(begin)",
            advice: "make the bundle with --whole to verify all of it"
        )
    }

    /// A copy has no witness in the usual place; only where one was asked for is that a warning.
    ///
    /// A segment by itself has none at all.
    private static func judged(_ finding: Finding, isNamed: Bool, isLone: Bool) -> Finding {
        if isLone, finding.code == .gap, let before = finding.sequences, before.lowerBound == 1 {
            return Finding(
                .gap,
                .note,
                sequences: before,
                path: finding.path,
                meaning: "events 1 to \(before.upperBound) are in other segments",
                advice: "verify the journal's directory to see all of them"
            )
        }
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
        guard !isNamed, finding.severity == .warning else { return finding }
        return Finding(
            .witness,
            .note,
            path: finding.path,
            meaning: finding.meaning,
            advice: "name the engine's directory with --state-directory to compare with it too"
        )
    }
}

extension Verification {
    /// The verification, field by field.
    var document: Document {
        let seconds = Decimal(units: Int128(report.duration) * 1_000_000_000)
        return [
            "clean": .flag(report.head != nil && !hasFindings),
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
