internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Shows all events of one chain of cause and effect.
struct TraceCommand: Command {
    static let syntax = CommandSyntax(
        "trace",
        summary: "Shows one chain of cause and effect, from the first event to the last.",
        discussion: """
            Every event stands below the one that caused it, with the time since the first. An \
            order or any other event leads to the chain that it belongs to. A deal that a signal \
            opened belongs to the signal's; a signal that closes one is named in the deal's.
            """,
        positionals: [
            PositionalSyntax("ID", summary: "an event's number, or a client order id")
        ]
    )

    private let sequence: UInt64
    private let client: ClientOrderID?
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        isJSON = options.has("json")
        let text = options.positionals.first ?? ""
        if let number = UInt64(text), number > 0 {
            sequence = number
            client = nil
        } else if let id = ClientOrderID(text) {
            sequence = id.order.rawValue
            client = id
        } else {
            throw UsageMistake("ID is an event's number or a client order id, found \"\(text)\"")
        }
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let states = try StateReader(context)
        let (first, last) = (try states.reader.firstSequence(), try states.reader.head().sequence)
        guard (first...last).contains(sequence) else {
            throw CommandFailure(
                1,
                "event \(sequence) is not in this journal: it holds \(first) to \(last)"
            )
        }
        if let client { _ = try EventSearch(states.reader).order(client) }
        let root = try states.reader.root(of: sequence)
        let story = try Story(from: root, in: states) { client?.order.rawValue == $0.sequence }
        if let client {
            let tale = story.moments(of: client.order).first.flatMap { OrderTale($0, in: story) }
            try EventSearch.requireSame(client, tale?.clientOrderID)
        }
        for remark in Set(states.remarks).sorted() { context.console.message(remark) }
        let tree = TraceTree(story.moments, asked: sequence)
        if root < first {
            context.console.message("the chain begins with event \(root), which is archived")
        }
        if isJSON {
            let document: Document = [
                "trace": .count(root), "event": .count(sequence),
                "events": tree.document,
            ]
            try context.console.line(document.json)
        } else {
            for line in tree.lines { try context.console.line(line) }
        }
        if let end = story.readingEnd { context.console.message(end) }
        return story.readingEnd == nil ? 0 : 1
    }
}

/// The events of a chain, each below the one that caused it.
private struct TraceTree {
    private let moments: [Moment]
    private let asked: UInt64
    /// The places of what each event caused; under zero what nothing here caused.
    private var children: [UInt64: [Int]] = [:]

    init(_ moments: [Moment], asked: UInt64) {
        self.moments = moments
        self.asked = asked
        let known = Set(moments.map(\.sequence))
        for (place, moment) in moments.enumerated() {
            // What has no cause of its own stands below what began the trace.
            let causes = [moment.link.cause, moment.link.trace]
            let above = causes.first { known.contains($0) && $0 < moment.sequence } ?? 0
            children[above, default: []].append(place)
        }
    }

    /// The places of the events with their depth, each event before what it caused.
    private var walk: [(place: Int, depth: Int)] {
        var walk: [(Int, Int)] = []
        // A stack of our own: a damaged journal may hold a chain of any depth.
        var waiting = (children[0] ?? []).reversed().map { ($0, 0) }
        while let (place, depth) = waiting.popLast() {
            walk.append((place, depth))
            let below = children[moments[place].sequence] ?? []
            waiting += below.reversed().map { ($0, depth + 1) }
        }
        return walk
    }

    private func offset(_ moment: Moment) -> TimeSpan {
        moments.first.map { moment.time - $0.time } ?? .zero
    }

    var lines: [String] {
        var rows: [(sequence: String, offset: String, text: String)] = []
        for (place, depth) in walk {
            let moment = moments[place]
            let indent = String(repeating: "  ", count: min(depth, Self.deepestIndent))
            let mark = moment.sequence == asked && moments.count > 1 ? "  <" : ""
            let signal = moment.outsideCause.map { ", \($0)" } ?? ""
            rows.append(
                (
                    "\(moment.sequence)", offset(moment).offset,
                    "\(indent)\(moment.event.kind.name)  \(moment.words)\(signal)\(mark)"
                )
            )
        }
        let widths = (
            rows.map(\.sequence.count).max() ?? 0, rows.map(\.offset.count).max() ?? 0
        )
        return rows.map { row in
            Text.right(row.sequence, widths.0) + "  " + Text.right(row.offset, widths.1) + "  "
                + row.text
        }
    }

    private static let deepestIndent = 20

    var document: Document {
        .list(
            walk.map { place, depth in
                let moment = moments[place]
                return [
                    "sequence": .count(moment.sequence), "time": .text(moment.time),
                    "after": .text(offset(moment).words), "depth": .count(depth),
                    "kind": .text(moment.event.kind.name), "trace": .count(moment.link.trace),
                    "cause": .number(moment.link.cause), "payload": moment.payload,
                    "signal": .optional(moment.outsideCause),
                ]
            }
        )
    }
}
