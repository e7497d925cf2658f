internal import Journal
internal import Platform
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
    /// The state after the last event replayed; `nil` where damage forbids a replay.
    let state: TradingState?

    /// Verifies a journal; the part that damage could kill runs where the settings say.
    ///
    /// - Parameters:
    ///   - context: The journal, and the console that progress is shown on.
    ///   - stateDirectory: Where the outer witness is; `nil` for the usual place, if that is there.
    ///   - watch: Gets the events that it wants, before each is folded in the replay.
    /// - Throws: `JournalError` where nothing can be read.
    init(
        _ context: CommandContext,
        stateDirectory: String?,
        watch: ReportGatherer? = nil
    ) throws {
        let console = context.console
        var options = VerifierOptions()
        options.scan = context.settings.scan
        options.stateDirectory = try Self.witnesses(context, stateDirectory)
        console.progress("checking pages, batches and events")
        let report = try Verifier.verify(context.journal, options: options)
        let isNamed = stateDirectory != nil
        let check = ReplayCheck(context.journal)
        if let watch {
            check.watch = { watch.take($0, $1) }
            check.isWatched = { watch.wants($0, $1) }
        }
        let canReplay = report.head != nil && !report.hasDamage
        var found = report.findings.map { Self.judged($0, isNamed: isNamed) }
        if canReplay {
            do throws(JournalError) {
                try check.run { envelope in
                    console.progress("replaying event \(envelope.sequence), \(envelope.time)")
                }
            } catch {
                found.append(Self.unread(error))
            }
        }
        console.clearProgress()
        self.report = report
        findings = found + check.findings
        isReplayed = report.head.map { check.head >= $0.sequence } ?? false
        state = canReplay ? check.state : nil
    }

    /// Whether something is more than a note.
    var hasFindings: Bool { findings.contains { $0.severity != .note } }

    /// Where the outer witness is: as asked, or in the usual place if that is there.
    private static func witnesses(
        _ context: CommandContext,
        _ named: String?
    ) throws(PlatformError) -> String? {
        if let named { return named }
        let usual = context.settings.stateDirectory
        return try FileSystem.status(usual) == nil ? nil : usual
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
