internal import Platform
internal import Runtime
internal import SQLite

/// Answers a question in SQL.
struct SQLCommand: Command {
    static let syntax = CommandSyntax(
        "sql",
        summary: "Answers a question in SQL over the tables of an export.",
        discussion: """
            One SELECT, WITH, VALUES or EXPLAIN; the tables are those of export --format sqlite, \
            made anew in memory and gone at the end. Nothing can be written or attached.

            Decimals are exact text. decimal_sum(x), decimal_add(x, y), decimal_sub, \
            decimal_mul, decimal_div, decimal_cmp and decimal_round(x, places) compute without \
            loss; ORDER BY x COLLATE decimal sorts by value. With --json one object a line.
            """,
        options: [
            OptionSyntax(
                "format",
                "FORMAT",
                .choice(["table", "csv"]),
                summary: "table (as it is without), or csv"
            )
        ],
        positionals: [PositionalSyntax("SQL", summary: "the statement")]
    )

    private let sql: String
    private let isCSV: Bool
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        sql = options.positionals.first ?? ""
        isCSV = options.text("format") == "csv"
        isJSON = options.has("json")
        if isJSON, options.text("format") != nil {
            throw UsageMistake("takes --json or --format, not both")
        }
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let states = try StateReader(context)
        let tables = try TableExport(into: try Database.temporary())
        let database = tables.database
        try tables.run(states, context.console)
        for remark in Set(states.remarks).sorted() { context.console.message(remark) }
        if !tables.problem.isEmpty {
            context.console.message("\(tables.problem); what comes after is not in the tables")
        }
        do {
            try database.allowOnlyReading()
            try answer(try database.prepare(sql), context.console)
        } catch let error as SQLiteError {
            throw CommandFailure(2, "sql: \(error.message)")
        }
        return tables.problem.isEmpty ? 0 : 1
    }

    private func answer(_ statement: Statement, _ console: Console) throws {
        if isJSON { return try lines(of: statement, console) }
        if isCSV {
            try csv(CSVText.line(statement.columns), console)
            while try statement.step() { try csv(CSVText.line(statement.row), console) }
            return
        }
        var rows = [statement.columns]
        while try statement.step() { rows.append(statement.row.map(Self.cell)) }
        for line in Text.table(rows, indent: "") { try console.line(Text.trimmed(line)) }
    }

    /// Writes a line of CSV: exactly, or to a terminal without what that would obey.
    private func csv(_ line: String, _ console: Console) throws {
        guard console.isTerminal else { return try console.text(line) }
        try console.text(Terminal.harmless(String(line.unicodeScalars.dropLast(2))) + "\r\n")
    }

    private func lines(of statement: Statement, _ console: Console) throws {
        var names: [String] = []
        for column in statement.columns {
            // Two columns of one name would be one key.
            var name = column
            var number = 2
            while names.contains(name) {
                name = "\(column)_\(number)"
                number += 1
            }
            names.append(name)
        }
        while try statement.step() {
            let fields = zip(names, statement.row).map { name, value in
                Document.Field(name: name, value: Self.document(value))
            }
            try console.line(Document.object(fields).json)
        }
    }

    private static func document(_ value: SQLiteValue) -> Document {
        switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        // A binary fraction is text too: nothing that reads it may take it for exact.
        case .real(let text), .text(let text): .text(text)
        case .bytes(let bytes): .text(bytes.hexadecimal)
        }
    }

    private static func cell(_ value: SQLiteValue) -> String {
        switch value {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let text), .text(let text): Text.oneLine(text)
        case .bytes(let bytes): bytes.hexadecimal
        }
    }
}
