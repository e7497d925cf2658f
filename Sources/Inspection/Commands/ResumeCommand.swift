internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Lets an engine go on that a limit paused.
struct ResumeCommand: Command {
    static let syntax = CommandSyntax(
        "resume",
        summary: "Lets a stopped engine go on that a limit paused; it is an event with a name.",
        discussion: """
            A pause by order rate or drawdown stays until a person has looked. This records who
            looked and why, in an epoch of its own; the next start trades again, and pauses again
            where the limit still holds. Beside a running engine it is refused with 1.
            """,
        options: [
            OptionSyntax("operator", "NAME", isRequired: true, summary: "who looked"),
            OptionSyntax("reason", "TEXT", isRequired: true, summary: "why it may go on"),
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness"),
        ]
    )

    static let takes = JournalNeed.directory

    private let name: String
    private let reason: String
    private let stateDirectory: String?
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        name = options.text("operator") ?? ""
        reason = options.text("reason") ?? ""
        stateDirectory = options.text("state-directory")
        isJSON = options.has("json")
        // Name and reason are one text of the event: the name ends at the first of these.
        if name.contains(": ") { throw UsageMistake("--operator must not hold \": \"") }
    }

    func run(_ context: CommandContext) throws -> Int32 {
        var options = WriterOptions(
            stateDirectory: stateDirectory ?? context.settings.stateDirectory
        )
        options.scan = context.settings.scan
        let writer = try ToolEpoch.open(context.journal, options, for: "resume")
        for warning in writer.opening?.warnings ?? [] { context.console.message(warning) }
        var epoch = try ToolEpoch(writer, program: context.settings.signature) { state in
            guard state.status != .running else {
                throw CommandFailure(1, "resume: the engine is not paused")
            }
        }
        let (status, before) = epoch.status
        let change = BotStatusChanged(status: .running, reason: "resumed by \(name): \(reason)")
        try epoch.append(.botStatusChanged(change))
        try epoch.end()
        if isJSON {
            let document: Document = [
                "was": .text("\(status)"), "reason": .text(before),
                "head": .count(writer.head.sequence),
            ]
            try context.console.line(document.json)
        } else {
            try context.console.line(
                "was \(status.name) (\(before)); running from the next start on"
            )
        }
        return 0
    }
}
