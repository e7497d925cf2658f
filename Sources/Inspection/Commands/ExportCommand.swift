internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import SQLite
internal import Trading

/// Writes a journal for other tools.
struct ExportCommand: Command {
    static let syntax = CommandSyntax(
        "export",
        summary: "Writes the journal for other tools: JSON Lines, CSV or SQLite.",
        discussion: """
            jsonl is one event a line, as show --json prints them; - in place of FILE is \
            standard output. csv is a directory with one file for each table. sqlite is a \
            database with the same tables. It is written aside and has its name only when it is \
            whole.

            What cannot be read ends tables at that event; it is said, stands in the table \
            journal, and the exit status is 1.
            """,
        options: [
            OptionSyntax(
                "format",
                "FORMAT",
                .choice(Format.allCases.map(\.rawValue)),
                isRequired: true,
                summary: "jsonl, csv or sqlite"
            ),
            .flag("force", summary: "replace what is there"),
        ],
        positionals: [PositionalSyntax("FILE", summary: "what is to be made")]
    )

    /// The formats there are.
    private enum Format: String, CaseIterable {
        case jsonl
        case csv
        case sqlite
    }

    /// What was written.
    private struct Outcome {
        var events: UInt64
        var bytes: Int
        var problem: String
    }

    private let format: Format
    private let path: String
    private let force: Bool
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        format = Format(rawValue: options.text("format") ?? "") ?? .jsonl
        path = options.positionals.first ?? ""
        force = options.has("force")
        isJSON = options.has("json")
        if path.isEmpty { throw UsageMistake("FILE must not be empty") }
        if path == "-", format != .jsonl {
            throw UsageMistake("only jsonl goes to standard output; name a file")
        }
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let states = try StateReader(context)
        if path == "-" {
            let printer = try lines(states, context, context.console)
            tell(states.remarks, context.console)
            return printer.hasProblem ? 1 : 0
        }
        try context.requireApart(path, "export")
        try requireRoom()
        let outcome = try AsideDirectory.make(path) { made in
            switch format {
            case .jsonl: try writeLines(made, states, context)
            case .csv: try writeFiles(made, states, context)
            case .sqlite: try writeDatabase(made, states, context)
            }
        }
        tell(states.remarks, context.console)
        if !outcome.problem.isEmpty {
            // Lines go on behind damage, tables end there.
            let rest =
                format == .jsonl
                ? "all that can be read is in the export"
                : "what comes after is not in the export"
            context.console.message("\(outcome.problem); \(rest)")
        }
        try report(outcome, context.console)
        return outcome.problem.isEmpty ? 0 : 1
    }

    private func tell(_ remarks: [String], _ console: Console) {
        for remark in Set(remarks).sorted() { console.message(remark) }
    }

    private func report(_ outcome: Outcome, _ console: Console) throws {
        if isJSON {
            let document: Document = [
                "file": .text(path), "format": .text(format.rawValue),
                "events": .count(outcome.events), "bytes": .count(outcome.bytes),
                "complete": .flag(outcome.problem.isEmpty),
                "problem": outcome.problem.isEmpty ? .null : .text(outcome.problem),
            ]
            return try console.line(document.json)
        }
        try console.line("\(outcome.events) events in \(path), \(Text.size(outcome.bytes))")
    }

    /// Refuses to replace what is there, unless it was asked for.
    private func requireRoom() throws {
        guard let found = try FileSystem.status(path) else { return }
        guard force else {
            throw CommandFailure(1, "\(path) is there already; --force replaces it")
        }
        let wanted = format == .csv ? "directory" : "file"
        guard found.isDirectory == (format == .csv) else {
            throw CommandFailure(1, "\(path) is no \(wanted) and is not replaced by one")
        }
        guard format == .csv else { return }
        let known = Set(ExportSchema.tables.map { "\($0.name).csv" })
        if let other = try FileSystem.list(path).first(where: { !known.contains($0) }) {
            throw CommandFailure(1, "\(path) holds \(other), which no export made; it stays")
        }
    }
}

extension ExportCommand {
    /// Prints all events to a console, past damage as far as it can.
    private func lines(
        _ states: StateReader,
        _ context: CommandContext,
        _ console: Console
    ) throws -> EventPrinter {
        let first = try states.reader.firstSequence()
        let head = try states.reader.head().sequence
        let known = try states.snapshot(notBeyond: .sequence(first - 1))
        if first > 1 { context.console.message("the journal begins with event \(first)") }
        let printer = EventPrinter(
            from: known ?? TradingState(),
            filter: EventFilter(),
            since: Timestamp(nanoseconds: .min),
            until: Timestamp(nanoseconds: .max),
            limit: nil,
            isJSON: true,
            console: console
        )
        let walk = EventWalk(context, printer: printer, from: first, to: head)
        try walk.run(states.reader)
        try printer.finish()
        return printer
    }

    private func writeLines(
        _ path: String,
        _ states: StateReader,
        _ context: CommandContext
    ) throws -> Outcome {
        let file = try ExportFile(path)
        let console = Console(
            showsProgress: false,
            output: { text in
                try file.write(text)
                return true
            },
            messages: { text in
                context.console.message(String(text.dropLast()))
                return true
            }
        )
        let printer = try lines(states, context, console)
        try file.finish()
        return Outcome(
            events: printer.printed,
            bytes: file.size,
            problem: printer.hasProblem ? "some events are damaged or cannot be folded" : ""
        )
    }

    /// Fills a database with the tables.
    private func fill(
        _ database: Database,
        _ states: StateReader,
        _ context: CommandContext
    ) throws -> (events: UInt64, problem: String) {
        let tables = try TableExport(into: database)
        try tables.run(states, context.console)
        return (tables.events, tables.problem)
    }

    private func writeDatabase(
        _ path: String,
        _ states: StateReader,
        _ context: CommandContext
    ) throws -> Outcome {
        let filled: (events: UInt64, problem: String)
        do {
            filled = try fill(try Database(path: path, .create), states, context)
        }
        try File(path: path, mode: .readWrite).sync()
        let size = try FileSystem.status(path)?.size ?? 0
        return Outcome(events: filled.events, bytes: size, problem: filled.problem)
    }

    private func writeFiles(
        _ path: String,
        _ states: StateReader,
        _ context: CommandContext
    ) throws -> Outcome {
        let database = try Database.temporary()
        let filled = try fill(database, states, context)
        try FileSystem.createDirectory(path)
        var bytes = 0
        for table in ExportSchema.tables {
            let file = try ExportFile("\(path)/\(table.name).csv")
            let order = table.hasKey ? table.columns[0].name : "rowid"
            let rows = try database.prepare("SELECT * FROM \(table.name) ORDER BY \(order)")
            var text = CSVText.line(rows.columns)
            while try rows.step() {
                text += CSVText.line(rows.row)
                guard text.utf8.count >= 1 << 16 else { continue }
                try file.write(text)
                text = ""
            }
            try file.write(text)
            try file.finish()
            bytes += file.size
        }
        try FileSystem.syncDirectory(path)
        return Outcome(events: filled.events, bytes: bytes, problem: filled.problem)
    }
}
