internal import Journal
internal import Platform
internal import Runtime
internal import Trading

/// Shows events, one a line.
struct ShowCommand: Command {
    static let syntax = CommandSyntax(
        "show",
        summary: "Shows events, one a line.",
        discussion: "All conditions hold at once. --follow without a beginning shows the last 10.",
        options: [
            OptionSyntax("from", "SEQ", .integer(1...Int.max), summary: "the first event"),
            OptionSyntax("to", "SEQ", .integer(1...Int.max), summary: "the last event"),
            OptionSyntax("since", "TIME", summary: "no event stamped before"),
            OptionSyntax("until", "TIME", summary: "no event stamped after"),
            OptionSyntax("kind", "K[,K…]", summary: "only events of these kinds"),
            OptionSyntax(
                "order",
                "ID",
                summary: "only events of an order: its number or client id"
            ),
            OptionSyntax(
                "deal",
                "ID",
                .integer(1...Int.max),
                summary: "only events of a deal and its orders"
            ),
            OptionSyntax("symbol", "S", summary: "only events of an instrument"),
            OptionSyntax(
                "trace",
                "ID",
                .integer(1...Int.max),
                summary: "only events of one chain of cause and effect"
            ),
            OptionSyntax(
                "last",
                letter: "n",
                "N",
                .integer(0...Int.max),
                summary: "only the last N of them"
            ),
            .flag("follow", summary: "go on with new events until interrupted"),
        ]
    )

    private let filter: EventFilter
    private let from: UInt64
    private let to: UInt64
    private let since: Timestamp
    private let until: Timestamp
    private let last: Int?
    private let follows: Bool
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        filter = try EventFilter(options)
        from = UInt64(options.integer("from") ?? 1)
        to = options.integer("to").map { UInt64($0) } ?? .max
        since = try options.moment("since") ?? .never
        until = try options.moment("until") ?? Timestamp(nanoseconds: .max)
        follows = options.has("follow")
        isJSON = options.has("json")
        var last = options.integer("last")
        if follows, last == nil, !options.has("from"), !options.has("since") { last = 10 }
        self.last = last
        guard from <= to else { throw UsageMistake("--from \(from) is behind --to \(to)") }
        guard since <= until else { throw UsageMistake("--since is later than --until") }
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let states = try StateReader(context.journal)
        var begin = max(from, try states.reader.firstSequence())
        if begin > from, from > 1 {
            context.console.message("the journal begins with event \(begin)")
        }
        if let last, filter.isOpen, until.nanoseconds == .max {
            let end = min(to, try states.reader.head().sequence)
            begin = max(begin, end - min(end, UInt64(last)) + 1)
        }
        let printer = EventPrinter(
            filter: filter,
            since: since,
            until: until,
            limit: last,
            isJSON: isJSON,
            console: context.console
        )
        printer.context = try states.snapshot(notBeyond: .sequence(begin - 1)) ?? printer.context
        for remark in states.remarks { context.console.message(remark) }
        let walk = EventWalk(directory: context.journal, printer: printer, from: begin, to: to)
        try walk.run(states.reader)
        try printer.finish()
        if follows { try walk.follow(context.settings.isStopWanted) }
        return printer.hasProblem ? 1 : 0
    }
}
