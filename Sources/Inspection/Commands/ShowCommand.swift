internal import Journal
internal import Platform
internal import Trading

/// Shows events, one a line.
struct ShowCommand: Command {
    static let syntax = CommandSyntax(
        verb: "show",
        summary: "Shows events, one a line.",
        options: [
            OptionSyntax("--from", "SEQ", "the first event"),
            OptionSyntax("--to", "SEQ", "the last event"),
            OptionSyntax("--since", "TIME", "no event stamped before"),
            OptionSyntax("--until", "TIME", "no event stamped after"),
            OptionSyntax("--kind", "K[,K…]", "only events of these kinds"),
            OptionSyntax("--order", "ID", "only events of an order: its number or client id"),
            OptionSyntax("--deal", "ID", "only events of a deal and its orders"),
            OptionSyntax("--symbol", "S", "only events of an instrument"),
            OptionSyntax("--trace", "ID", "only events of one chain of cause and effect"),
            OptionSyntax("-n", "N", "only the last N of them"),
            OptionSyntax("--follow", nil, "go on with new events until interrupted"),
        ],
        details: "All conditions hold at once. --follow without a beginning shows the last 10."
    )

    private let filter: EventFilter
    private let from: UInt64
    private let to: UInt64
    private let since: Timestamp
    private let until: Timestamp
    private let last: Int?
    private let follows: Bool
    private let isJSON: Bool

    init(_ options: CommandOptions) throws(UsageFailure) {
        filter = try EventFilter(options)
        from = max(1, try options.number("--from") ?? 1)
        to = try options.number("--to") ?? .max
        since = try Self.time(options, "--since") ?? .never
        until = try Self.time(options, "--until") ?? Timestamp(nanoseconds: .max)
        follows = options.has("--follow")
        isJSON = options.has("--json")
        var last = try options.number("-n").map { Int(clamping: $0) }
        if follows, last == nil, !options.has("--from"), !options.has("--since") { last = 10 }
        self.last = last
        guard from <= to else { throw UsageFailure("--from \(from) is behind --to \(to)") }
        guard since <= until else { throw UsageFailure("--since is later than --until") }
    }

    private static func time(
        _ options: CommandOptions,
        _ name: String
    ) throws(UsageFailure) -> Timestamp? {
        guard let text = options[name] else { return nil }
        guard let time = Timestamp(text) else {
            throw UsageFailure("\(name) needs a time as 2026-01-31T12:00:00Z, not '\(text)'")
        }
        return time
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
