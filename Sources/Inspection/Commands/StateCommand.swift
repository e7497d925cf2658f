internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Shows the trading state at a point.
struct StateCommand: Command {
    static let syntax = CommandSyntax(
        "state",
        summary: "Shows the trading state at a point, by default at the head.",
        discussion: "A point is a sequence number, a time (the state after the last event "
            + "stamped then or before), genesis, head, snapshot:SEQ for what a snapshot of the "
            + "journal holds, or the path of a snapshot file.",
        options: [
            OptionSyntax(
                "at",
                "POINT",
                summary: "the state after this event, at this moment, or in this snapshot"
            )
        ]
    )

    private let point: ReplayPoint
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        point = try ReplayPoint.parse(options.text("at") ?? "head", of: "at")
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let states = try StateReader(context)
        let state = try states.state(at: point)
        if case .time = point, state.head.rawValue == 0 {
            throw CommandFailure(1, "the journal begins later, \(try begin(states.reader))")
        }
        for remark in states.remarks { context.console.message(remark) }
        if isJSON {
            try context.console.line(StateDocument(state: state).document.json)
        } else {
            for line in StateWords(state: state).lines { try context.console.line(line) }
        }
        return 0
    }

    /// When the first event was stamped.
    private func begin(_ reader: JournalReader) throws(JournalError) -> Timestamp {
        var begin = Timestamp.never
        try reader.forEachBatch { batch in
            batch.forEachEvent { event in
                if event.sequence == 1 { begin = Timestamp(nanoseconds: event.time) }
            }
            return .stop
        }
        return begin
    }
}
