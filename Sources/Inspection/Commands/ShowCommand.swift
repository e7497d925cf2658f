internal import Journal
internal import Projections
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
                "cause",
                "SEQ",
                .integer(1...Int.max),
                summary: "only what this event caused at once"
            ),
            OptionSyntax(
                "epoch",
                "N",
                .integer(1...Int(UInt32.max)),
                summary: "only what this start of the engine, or of a tool, wrote"
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
        let states: StateReader
        do throws(JournalError) {
            states = try StateReader(context)
        } catch {
            guard error.code == .damaged else { throw error }
            return try search(context, after: error)
        }
        let lowest = try states.reader.firstSequence()
        let begin = max(from, filter.first, lowest)
        guard to >= lowest else {
            throw CommandFailure(
                1,
                "events up to \(to) are not here: the journal begins with event \(lowest); name "
                    + "the directory of their archives with --archive"
            )
        }
        if lowest > from, from > 1 || last == nil {
            context.console.message("the journal begins with event \(lowest)")
        }
        let head = try states.reader.head().sequence
        guard from <= head || follows else {
            throw CommandFailure(
                1,
                "events from \(from) on are not here: the journal ends at event \(head)"
            )
        }
        let end = min(to, head)
        // The last ones stand near the end: what lies before is read only where it has to be.
        var span = span(until: end)
        var attempt = try attempt(from: max(begin, end - min(end, span) + 1), states, context)
        while !attempt.printer.isFull, span < end, end - span >= begin {
            span = span > end / Self.growth ? end : span * Self.growth
            attempt = try self.attempt(
                from: max(begin, end - min(end, span) + 1),
                states,
                context
            )
        }
        for remark in Set(states.remarks).sorted() { context.console.message(remark) }
        try attempt.printer.finish()
        if follows { try attempt.walk.follow(context.settings.isStopWanted) }
        return attempt.printer.hasProblem ? 1 : 0
    }

    /// How many events at the end are looked at first.
    private func span(until end: UInt64) -> UInt64 {
        guard let last else { return end }
        let isExact = filter.isOpen && until.nanoseconds == .max
        return isExact ? UInt64(last) : max(Self.firstSpan, UInt64(last))
    }

    private static let firstSpan: UInt64 = 1 << 14
    /// How many times more events are looked at where there were too few.
    private static let growth: UInt64 = 16

    /// Reads a part of the journal to its end.
    private func attempt(
        from begin: UInt64,
        _ states: StateReader,
        _ context: CommandContext
    ) throws -> (printer: EventPrinter, walk: EventWalk) {
        let seen = min(begin, filter.firstSeen ?? begin)
        let known = try states.snapshot(notBeyond: .sequence(seen - 1))
        let printer = printer(context, from: known ?? TradingState())
        let walk = EventWalk(context, printer: printer, from: begin, to: to)
        try walk.run(states.reader)
        return (printer, walk)
    }

    private func printer(_ context: CommandContext, from state: TradingState) -> EventPrinter {
        EventPrinter(
            from: state,
            filter: filter,
            since: since,
            until: until,
            limit: last,
            isJSON: isJSON,
            console: context.console
        )
    }

    /// Shows what is intact of a journal that cannot be opened.
    private func search(
        _ context: CommandContext,
        after error: JournalError
    ) throws -> Int32 {
        let printer = printer(context, from: TradingState())
        printer.report("\(error)")
        let walk = EventWalk(context, printer: printer, from: from, to: to)
        let isReadable = try walk.search(after: error)
        try printer.finish()
        return isReadable ? 1 : 2
    }
}
