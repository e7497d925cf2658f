internal import Digests
internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// Takes a snapshot of a stopped journal.
struct SnapshotCommand: Command {
    static let syntax = CommandSyntax(
        "snapshot",
        summary: "Takes a snapshot of a stopped journal, so that the next start is quick.",
        discussion: """
            It writes: it takes the writer's lock, begins an epoch of its own, records the state
            hash and ends the epoch. Beside a running engine it is refused with 1; the engine
            takes snapshots itself.
            """,
        options: [
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness")
        ]
    )

    static let writes = true

    private let stateDirectory: String?
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        stateDirectory = options.text("state-directory")
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let directory = stateDirectory ?? context.settings.stateDirectory
        var options = WriterOptions(stateDirectory: directory)
        options.scan = context.settings.scan
        let writer = try ToolEpoch.open(context.journal, options, for: "snapshot")
        for warning in writer.opening?.warnings ?? [] { context.console.message(warning) }
        var epoch = try ToolEpoch(writer, program: context.settings)
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
