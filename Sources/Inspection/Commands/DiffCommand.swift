internal import Runtime

/// Shows what changed between two points.
struct DiffCommand: Command {
    static let syntax = CommandSyntax(
        "diff",
        summary: "Shows what changed between two points.",
        discussion: "A point is a sequence number, a time, genesis (before the first event) or "
            + "head. B may be before A.",
        positionals: [
            PositionalSyntax("A", summary: "the first point"),
            PositionalSyntax("B", summary: "the second point"),
        ]
    )

    private let first: ReplayPoint
    private let second: ReplayPoint
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        first = try Self.point(options.positionals.first)
        second = try Self.point(options.positionals.last)
        isJSON = options.has("json")
    }

    private static func point(_ word: String?) throws(UsageMistake) -> ReplayPoint {
        guard let word, let point = ReplayPoint(word) else {
            throw UsageMistake(
                "\"\(word ?? "")\" is no point: it takes a sequence number, a time as "
                    + "2024-07-23T15:45:00Z, genesis or head"
            )
        }
        return point
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let states = try StateReader(context)
        let before = StateDocument(state: try states.replay(to: first).replay.state).document
        let after = StateDocument(state: try states.replay(to: second).replay.state).document
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
