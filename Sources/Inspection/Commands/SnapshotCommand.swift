internal import Digests
internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// Takes a snapshot, and old segments out of the journal where that is asked for.
struct SnapshotCommand: Command {
    static let syntax = CommandSyntax(
        "snapshot",
        summary: "Takes a snapshot, and archives or removes old segments where asked to.",
        discussion: """
            Alone it takes a snapshot of a stopped journal, so that the next start is quick: it
            takes the writer's lock, begins an epoch of its own, records the state hash and ends
            the epoch. Beside a running engine, which takes snapshots itself, it is refused with 1.

            With --archive or --retain it also begins a new segment and takes the older ones out,
            beside a running engine too. With --archive their copies in DIR are compressed, read
            back and listed in a manifest first; all commands read on in them. Without --archive
            what --retain does not cover is gone for good.
            """,
        options: [
            OptionSyntax("archive", "DIR", summary: "copies what is taken out to this directory"),
            OptionSyntax(
                "retain",
                "DURATION",
                .timeSpan,
                summary: "keeps segments that hold an event of the last 90d, 12h, 30m or 45s"
            ),
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness"),
        ]
    )

    static let takes = JournalNeed.directory

    private let plan: Compaction.Plan
    private let stateDirectory: String?
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        plan = Compaction.Plan(
            archive: options.text("archive"),
            retain: options.timeSpan("retain")
        )
        stateDirectory = options.text("state-directory")
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let directory = stateDirectory ?? context.settings.stateDirectory
        if plan.archive != nil || plan.retain != nil {
            let access = JournalAccess(
                context: context,
                stateDirectory: directory,
                name: "snapshot"
            )
            let outcome = try Compaction(plan, context, access).run()
            try CompactionReport(outcome: outcome).print(to: context.console, isJSON: isJSON)
            return 0
        }
        return try snapshot(context, directory)
    }

    private func snapshot(_ context: CommandContext, _ directory: String) throws -> Int32 {
        var options = WriterOptions(stateDirectory: directory)
        options.scan = context.settings.scan
        let writer = try ToolEpoch.open(context.journal, options, for: "snapshot")
        for warning in writer.opening?.warnings ?? [] { context.console.message(warning) }
        var epoch = try ToolEpoch(writer, program: context.settings.signature)
        let snapshot = try epoch.takeSnapshot()
        try epoch.end()
        if isJSON {
            let document: Document = [
                "snapshot": .count(snapshot.sequence), "stateHash": .text(snapshot.hash),
                "bytes": .count(snapshot.bytes), "head": .count(writer.head.sequence),
                "epoch": .count(writer.epoch), "path": .text(snapshot.path),
            ]
            try context.console.line(document.json)
        } else {
            try context.console.line(
                "snapshot at \(snapshot.sequence), \(Text.size(snapshot.bytes)), state "
                    + "\(snapshot.hash)"
            )
            try context.console.line("head \(writer.head.sequence), epoch \(writer.epoch)")
        }
        return 0
    }
}
