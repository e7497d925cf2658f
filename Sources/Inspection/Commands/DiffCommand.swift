internal import Runtime

/// Shows what changed between two points.
struct DiffCommand: Command {
    static let syntax = CommandSyntax(
        "diff",
        summary: "Shows what changed between two points.",
        discussion: "A point is a sequence number, a time, genesis (before the first event), "
            + "head, snapshot:SEQ for what a snapshot of the journal holds, or the path of a "
            + "snapshot file. B may be before A.",
        positionals: [
            PositionalSyntax("A", summary: "the first point"),
            PositionalSyntax("B", summary: "the second point"),
        ]
    )

    private let first: ReplayPoint
    private let second: ReplayPoint
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        first = try ReplayPoint.parse(options.positionals.first ?? "")
        second = try ReplayPoint.parse(options.positionals.last ?? "")
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let states = try StateReader(context)
        let before = StateDocument(state: try states.state(at: first)).document
        let after = StateDocument(state: try states.state(at: second)).document
        for remark in Set(states.remarks).sorted() { context.console.message(remark) }
        let difference = StateDifference(from: before, to: after)
        if isJSON {
            let document: Document = [
                "from": end(before), "to": end(after), "changes": difference.document,
            ]
            try context.console.line(document.json)
            return 0
        }
        try context.console.line("from \(words(before)) to \(words(after))")
        if difference.changes.isEmpty { try context.console.line("nothing changed") }
        for line in difference.lines { try context.console.line(line) }
        return 0
    }

    private func end(_ state: Document) -> Document {
        let names = ["head", "time", "stateHash", "outcomeHash"]
        return .object(names.map { Document.Field(name: $0, value: state[$0] ?? .null) })
    }

    private func words(_ state: Document) -> String {
        guard let head = state["head"], head.plain != "0" else { return "genesis" }
        return "event \(head.plain) (\((state["time"] ?? .null).plain))"
    }
}
