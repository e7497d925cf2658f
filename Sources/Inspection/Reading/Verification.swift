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
    ///   - stateDirectory: Where the outer witness is; `nil` for the usual place, if that is there.
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
        var options = VerifierOptions()
        options.scan = context.settings.scan
        options.stateDirectory = try context.witnesses(stateDirectory)
        options.archives = context.archives
        options.removals = .ofEvents
        console.progress("checking pages, batches and events")
        let report = try Verifier.verify(context.journal, options: options)
        let isNamed = stateDirectory != nil
        var found = report.findings.map { Self.judged($0, isNamed: isNamed) }
        let check = ReplayCheck(context)
        if let watch {
            check.watch = { watch.take($0, $1) }
            check.isWatched = { watch.wants($0, $1) }
        }
        let canReplay = report.head != nil && !report.hasDamage
        if canReplay {
            do throws(JournalError) {
                try check.run { envelope in
                    console.progress("replaying event \(envelope.sequence), \(envelope.time)")
                }
                console.progress("checking what was signed")
                checkpoints = try CheckpointCheck(context.journal, keys: keys)
            } catch {
                checkpoints = nil
                found.append(Self.unread(error))
            }
        } else {
            checkpoints = nil
        }
        console.clearProgress()
        self.report = report
        findings = found + check.findings + (checkpoints?.findings ?? [])
        isReplayed = report.head.map { check.head >= $0.sequence } ?? false
        state = canReplay ? check.state : nil
    }

    /// Whether something is more than a note.
    var hasFindings: Bool { findings.contains { $0.severity != .note } }

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

    /// A copy has no witness in the usual place; only where one was asked for is that a warning.
    private static func judged(_ finding: Finding, isNamed: Bool) -> Finding {
        guard !isNamed, finding.code == .witness, finding.severity == .warning else {
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
}
