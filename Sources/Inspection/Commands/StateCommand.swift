internal import Runtime

/// Shows the trading state at a point.
struct StateCommand: Command {
    static let syntax = CommandSyntax(
        "state",
        summary: "Shows the trading state at a point, by default at the head.",
        discussion: "At a time it is the state after the last event stamped then or before.",
        options: [
            OptionSyntax(
                "at",
                "SEQ|TIME",
                .point,
                summary: "the state after this event, or at this moment"
            )
        ]
    )

    private let point: ReplayPoint
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        point = ReplayPoint(options.point("at"))
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let states = try StateReader(context)
        let state = try states.replay(to: point).replay.state
        for remark in states.remarks { context.console.message(remark) }
        if isJSON {
            try context.console.line(StateDocument(state: state).document.json)
        } else {
            for line in StateWords(state: state).lines { try context.console.line(line) }
        }
        return 0
    }
}
