internal import Journal
internal import Platform
internal import Runtime
internal import Trading

/// Makes a page that shows a run or a period to a person.
struct ReportCommand: Command {
    static let syntax = CommandSyntax(
        "report",
        summary: "Makes one page that shows a run or a period: results, deals, troubles, findings.",
        discussion: """
            The page is one file that needs no network and runs nothing. The journal is verified
            for it; what damage left readable is shown with the findings on top. Exits with 0
            when nothing is wrong, 1 with findings, 2 when nothing can be read.
            """,
        options: [
            OptionSyntax("from", "SEQ", .integer(1...Int.max), summary: "the first event"),
            OptionSyntax("to", "SEQ", .integer(1...Int.max), summary: "the last event"),
            OptionSyntax("since", "TIME", summary: "no event stamped before"),
            OptionSyntax("until", "TIME", summary: "no event stamped after"),
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness"),
            .flag("force", summary: "replaces a file that is there"),
        ],
        positionals: [PositionalSyntax("FILE", summary: "the page to make, as report.html")]
    )

    private let file: String
    private let period: ReportPeriod
    private let stateDirectory: String?
    private let replaces: Bool
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        file = options.positionals.first ?? ""
        guard !file.isEmpty, !file.hasSuffix("/") else {
            throw UsageMistake("\"\(file)\" is no name for a file")
        }
        period = try ReportPeriod(options)
        stateDirectory = options.text("state-directory")
        replaces = options.has("force")
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let begun = Clock.monotonic()
        try context.requireApart(file, "report")
        try requirePlace(context.journal)
        let content = try ReportContent.read(context, period, stateDirectory: stateDirectory)
        // What happened since the first look is not overwritten either.
        try requirePlace(context.journal)
        let bytes = Array(ReportPage(content).html.utf8)
        try AsideDirectory.make(file) { made in
            try FileSystem.replaceDurably(made, with: [bytes])
        }
        let elapsed = Clock.monotonic() - begun
        try tell(content, bytes.count, elapsed, context.console)
        if !content.isReadable { return 2 }
        return content.verification.hasFindings || !content.gaps.isEmpty ? 1 : 0
    }

    /// Nothing is replaced unasked, and nothing is written into what is read.
    private func requirePlace(_ journal: String) throws {
        if let found = try FileSystem.status(file) {
            guard !found.isDirectory else {
                throw CommandFailure(2, "report: \(file) is a directory; name a file in it")
            }
            guard replaces else {
                throw CommandFailure(1, "report: \(file) is there; --force replaces it")
            }
        }
        guard try FileSystem.status(journal) != nil else { return }
        let inside = try FileSystem.resolve(journal) + "/"
        let place = try FileSystem.resolve(FileSystem.parent(of: file)) + "/"
        guard !place.hasPrefix(inside) else {
            throw CommandFailure(1, "report: \(file) lies in the journal; name another place")
        }
    }

    private func tell(
        _ content: ReportContent,
        _ size: Int,
        _ elapsed: Int64,
        _ console: Console
    ) throws {
        let gathered = content.gathered
        let problems = content.verification.findings.count { $0.severity != .note }
        if isJSON {
            let document: Document = [
                "path": .text(file), "bytes": .count(size),
                "period": [
                    "first": .number(gathered.first?.sequence),
                    "last": .number(gathered.last?.sequence),
                    "firstTime": .optional(gathered.first?.time),
                    "lastTime": .optional(gathered.last?.time),
                ],
                "findings": .count(problems),
                "seconds": .text(
                    Decimal(units: Int128(elapsed) * 1_000_000_000).text(places: 6)
                ),
            ]
            return try console.line(document.json)
        }
        var period = content.isReadable ? "no event in the period" : "nothing can be read"
        if let first = gathered.first, let last = gathered.last {
            period =
                "events \(first.sequence) to \(last.sequence), \(first.time) to \(last.time)"
        }
        let verdict =
            problems == 0 ? "no findings" : Markup.counted(problems, "finding", "findings")
        try console.line("\(file), \(Text.size(size)): \(period); \(verdict)")
    }
}

extension ReportPeriod {
    init(_ options: ParsedArguments) throws(UsageMistake) {
        if let number = options.integer("from") { from = UInt64(number) }
        if let number = options.integer("to") { to = UInt64(number) }
        if let moment = try options.moment("since") { since = moment }
        if let moment = try options.moment("until") { until = moment }
        guard from <= to else { throw UsageMistake("--from \(from) is behind --to \(to)") }
        guard since <= until else { throw UsageMistake("--since is later than --until") }
    }
}
