internal import Digests
internal import Journal
internal import Platform
internal import Runtime
internal import Trading

/// Puts a backup in the place of a journal, and records that it happened.
struct RestoreCommand: Command {
    static let syntax = CommandSyntax(
        "restore",
        summary: "Puts a backup in the place of the journal, and records it as an event.",
        discussion: """
            What stood there is kept under another name. Where a witness, or what stood there,
            knows more than the backup, it says what would be lost and refuses with 1, unless the
            loss is accepted by name and reason. A restore that was killed is finished by giving
            the same command again.
            """,
        options: [
            .flag("accept-rollback", summary: "go on although something is lost"),
            OptionSyntax("operator", "NAME", summary: "who decides it"),
            OptionSyntax("reason", "TEXT", summary: "why"),
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness"),
        ],
        positionals: [PositionalSyntax("BACKUP", summary: "the backup's directory")]
    )

    static let takes = JournalNeed.directory

    private let source: String
    private let isAccepted: Bool
    private let name: String?
    private let reason: String?
    private let stateDirectory: String?
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        source = options.positionals.first ?? ""
        isAccepted = options.has("accept-rollback")
        name = options.text("operator")
        reason = options.text("reason")
        stateDirectory = options.text("state-directory")
        isJSON = options.has("json")
        if isAccepted, name == nil || reason == nil {
            throw UsageMistake("--accept-rollback needs --operator NAME and --reason TEXT")
        }
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let console = context.console
        var options = RestoreOptions(
            stateDirectory: stateDirectory ?? context.settings.stateDirectory
        )
        options.scan = context.settings.scan
        if let finished = try JournalRestore.finish(context.journal, options: options) {
            return try tell(finished, context)
        }
        console.progress("checking the backup and what is to be replaced")
        let restore = try JournalRestore(from: source, to: context.journal, options: options)
        let loss = try RestoreLoss(restore.survey, backup: source, journal: context.journal)
        console.clearProgress()
        for remark in loss.remarks { console.message(remark) }
        if restore.survey.isRollback, !isAccepted {
            try print(loss, nil, kept: nil, context)
            throw CommandFailure(
                1,
                "restore: refused, nothing was changed. If the loss is to be accepted, give "
                    + "--accept-rollback --operator NAME --reason TEXT"
            )
        }
        console.progress("copying")
        let (head, kept) = try put(restore, options, context)
        console.clearProgress()
        try print(loss, head, kept: kept, context)
        return 0
    }

    /// Makes the journal aside, records the restore in it, and lets it take the place.
    private func put(
        _ restore: JournalRestore,
        _ options: RestoreOptions,
        _ context: CommandContext
    ) throws -> (head: Head, kept: String?) {
        let head: Head
        do {
            try restore.prepare()
            head = try record(restore, options, context)
        } catch {
            restore.abandon()
            throw error
        }
        return (head, try restore.takePlace().kept)
    }

    private func record(
        _ restore: JournalRestore,
        _ options: RestoreOptions,
        _ context: CommandContext
    ) throws -> Head {
        let survey = restore.survey
        let writer = try JournalWriter.open(restore.aside, options: options.writer(.innerOnly))
        var epoch = try ToolEpoch(
            writer,
            program: context.settings.signature,
            above: survey.lastEpoch
        )
        let lost = survey.latestLost
        try epoch.append(
            .journalRestored(
                JournalRestored(
                    by: name ?? "not named",
                    reason: reason ?? "nothing known is lost",
                    source: source,
                    lostUpTo: SequenceNumber(lost?.sequence ?? 0),
                    lostChainHash: Hash256(lost?.chainHash ?? .zero),
                    lostEpoch: Epoch(survey.lastEpoch)
                )
            )
        )
        if let range = survey.lost {
            // The state's history of errors is where a trader looks.
            let text =
                "restored from \(source) by \(name ?? "not named"): events "
                + "\(range.lowerBound) to \(range.upperBound) are lost"
            try epoch.append(.errorRecorded(ErrorRecorded(severity: .warning, text: text)))
        }
        try epoch.end()
        return writer.head
    }

    private func tell(_ finished: FinishedRestore, _ context: CommandContext) throws -> Int32 {
        if isJSON {
            let document: Document = [
                "restored": .flag(true), "journal": .text(context.journal),
                "finished": .flag(true), "kept": .optional(finished.kept),
            ]
            try context.console.line(document.json)
            return 0
        }
        try context.console.line(
            "an earlier restore of \(context.journal) was interrupted and is finished now"
        )
        if let kept = finished.kept { try context.console.line(Self.kept(kept)) }
        return 0
    }

    private static func kept(_ path: String) -> String {
        "the journal that stood there is kept as \(path)"
    }

    private func print(
        _ loss: RestoreLoss,
        _ head: Head?,
        kept: String?,
        _ context: CommandContext
    ) throws {
        let console = context.console
        if isJSON {
            let document: Document = [
                "restored": .flag(head != nil), "journal": .text(context.journal),
                "finished": .flag(false), "kept": .optional(kept), "backup": .text(source),
                "backupHead": .count(loss.survey.head.sequence),
                "head": .number(head?.sequence), "epoch": .number(head.map { UInt64($0.epoch) }),
                "chainHash": .optional(head?.chainHash),
                "outerWitness": .flag(loss.survey.hasOuterWitness), "lost": loss.document,
            ]
            try console.line(document.json)
            return
        }
        for line in loss.lines { try console.line(line) }
        guard let head else { return }
        try console.line(
            "restored from \(source): event \(loss.survey.head.sequence), and on to "
                + "\(head.sequence) in epoch \(head.epoch), chain \(head.chainHash)"
        )
        if let kept { try console.line(Self.kept(kept)) }
    }
}
