import Journal
import Platform
import Projections
import SQLite
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `Export` {
    private func file(_ name: String) -> String { TemporaryDirectory.path + "/" + name }

    private func text(_ name: String) throws -> String {
        String(decoding: try FileSystem.read(file(name)), as: UTF8.self)
    }

    private func rows(_ database: Database, _ sql: String) throws -> [[SQLiteValue]] {
        let statement = try database.prepare(sql)
        var rows: [[SQLiteValue]] = []
        while try statement.step() { rows.append(statement.row) }
        return rows
    }

    /// The one value of a statement.
    private func value(_ database: Database, _ sql: String) throws -> SQLiteValue {
        try #require(try rows(database, sql).first?.first)
    }

    private func exported(
        _ journal: TradedJournal,
        saying messages: String = ""
    ) throws -> Database {
        let run = journal.tool("export", "--format", "sqlite", file("it.sqlite"))
        #expect(run.status == 0 && run.messages == messages, "\(run.messages)")
        let database = try Database(path: file("it.sqlite"), .read)
        try SQLDecimals.define(in: database)
        return database
    }

    @Test func `as JSON Lines is what show prints`() throws {
        let journal = try TradedJournal(minutes: 1)
        let run = journal.tool("export", "--format", "jsonl", file("it.jsonl"))
        let size = try size("it.jsonl")
        #expect(run.status == 0 && run.output.hasSuffix("it.jsonl, \(size)\n"))
        let shown = journal.tool("show", "--json").output
        #expect(try text("it.jsonl") == shown)
        #expect(journal.tool("export", "--format", "jsonl", "-").output == shown)
        let json = journal.tool("export", "--format", "jsonl", file("b.jsonl"), "--json").output
        #expect(
            json.contains("\"format\":\"jsonl\",\"events\":\(shown.split(separator: "\n").count),")
        )
    }

    private func size(_ name: String) throws -> String {
        Text.size(try FileSystem.status(file(name))?.size ?? 0)
    }

    @Test(arguments: ["generated-signals", "generated-market"])
    func `agrees with the state at the head`(example: String) throws {
        let journal = try TradedJournal(example: "examples/\(example).json5", minutes: 15)
        let state = try journal.lastState()
        let database = try exported(journal)
        func expect(
            _ sql: String,
            _ expected: some CustomStringConvertible,
            _ place: SourceLocation = #_sourceLocation
        ) throws {
            let found = try value(database, sql)
            let words =
                switch found {
                case .integer(let number): "\(number)"
                case .text(let text): text
                default: "\(found)"
                }
            #expect(words == "\(expected)", "\(sql)", sourceLocation: place)
        }
        let metrics = state.metrics
        try expect("SELECT count(*) FROM orders", metrics.orders)
        try expect("SELECT count(*) FROM fills", metrics.fills)
        try expect("SELECT count(*) FROM refusals", metrics.refusals)
        try expect("SELECT count(*) FROM deals", metrics.openedDeals)
        try expect("SELECT decimal_sum(profit) FROM deals", metrics.totalProfit)
        try expect("SELECT decimal_sum(realised) FROM fills", metrics.totalProfit)
        try expect("SELECT decimal_sum(realised) FROM positions", metrics.totalProfit)
        try expect("SELECT decimal_sum(fee_in_quote) FROM fills", metrics.fees)
        try expect("SELECT decimal_sum(fees) FROM deals", metrics.fees)
        try expect("SELECT decimal_sum(fees) FROM orders", metrics.fees)
        try expect("SELECT sum(fills) FROM orders", metrics.fills)
        try expect("SELECT last_event FROM journal", state.head)
        try expect("SELECT complete FROM journal", 1)
        try expect(
            "SELECT state_hash FROM journal",
            StateDocument(state: state).document["stateHash"]?.plain ?? ""
        )
        try expect("SELECT count(*) FROM orders WHERE status = 'pending'", 0)
        for asset in state.assets {
            let ofAsset = "FROM balances WHERE asset = '\(asset.name)'"
            try expect("SELECT decimal_sum(change) \(ofAsset)", asset.balance)
            try expect("SELECT balance \(ofAsset) ORDER BY sequence DESC", asset.balance)
        }
        for held in state.instruments {
            let ofSymbol = "FROM positions WHERE symbol = '\(held.instrument.name)'"
            let last = "\(ofSymbol) ORDER BY sequence DESC"
            try expect("SELECT decimal_sum(change) \(ofSymbol)", held.position.quantity)
            try expect("SELECT quantity \(last)", held.position.quantity)
            try expect("SELECT cost \(last)", held.position.cost)
        }
        let reasons = """
            SELECT count(*) FROM deals WHERE status = 'closed' AND entry_quantity <> '0'
            """
        try expect(reasons, metrics.closedDeals)
        let profitable = "\(reasons) AND decimal_cmp(profit, '0') > 0"
        try expect(profitable, metrics.profitableDeals)
    }

    @Test func `keeps orders, deals and signals tied to each other`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 15)
        let database = try exported(journal)
        let nothing = [
            "SELECT * FROM orders LEFT JOIN deals USING (deal_id) WHERE deals.symbol IS NULL",
            "SELECT * FROM fills LEFT JOIN orders USING (order_id) WHERE orders.symbol IS NULL",
            """
            SELECT * FROM deals LEFT JOIN signals ON signals.opened_deal = deals.deal_id
            WHERE signals.signal_id IS NOT deals.signal_id OR deals.signal_id IS NULL
            """,
            "SELECT * FROM orders WHERE NOT (order_id BETWEEN batch_first AND batch_last)",
            "SELECT * FROM orders WHERE accepted_ns < intended_ns OR first_fill_ns < accepted_ns",
            "SELECT * FROM deals WHERE duration_ns IS NOT closed_ns - opened_ns",
            "SELECT * FROM deals WHERE decimal_cmp(exit_quantity, entry_quantity) > 0",
            """
            SELECT order_id FROM fills GROUP BY order_id HAVING decimal_sum(quantity)
                IS NOT (SELECT filled FROM orders WHERE orders.order_id = fills.order_id)
            """,
            """
            SELECT * FROM orders WHERE (SELECT count(*) FROM order_events WHERE kind = 'orderFilled'
                AND order_events.order_id = orders.order_id) <> fills
            """,
        ]
        for sql in nothing { #expect(try rows(database, sql) == [], "\(sql)") }
        let something = [
            "SELECT * FROM deals WHERE exit_signal_id IS NOT NULL AND exit_reason = 'signal'",
            "SELECT * FROM deals WHERE first_stop <> last_stop AND peak IS NOT NULL",
            "SELECT * FROM signals WHERE refusal IS NOT NULL",
            "SELECT * FROM audit WHERE who = 'strategy' AND what = 'dealOpened'",
            "SELECT * FROM approximate_deals WHERE approximate_profit < 0",
            "SELECT * FROM epochs WHERE stop = 'tape ended' AND commits > 0",
            "SELECT * FROM errors WHERE kind = 'orderRefused' AND severity = 'warning'",
        ]
        for sql in something { #expect(try !rows(database, sql).isEmpty, "\(sql)") }
    }

    @Test func `keeps who decided, and what went wrong`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 3)
        let asset = Correction.balance(
            asset: "USDT",
            before: Money(Decimal(1)),
            after: Money(Decimal(2))
        )
        try journal.append([
            (
                .correctionMade(
                    CorrectionMade(
                        by: "ann",
                        reason: "a \"gift\"",
                        undoes: SequenceNumber(0),
                        correction: asset
                    )
                ), nil, 0
            ),
            (
                .botStatusChanged(BotStatusChanged(status: .paused, reason: "drawdown reached")),
                nil, 0
            ),
            (
                .botStatusChanged(
                    BotStatusChanged(status: .running, reason: "resumed by bob: looked: fine")
                ), nil, 0
            ),
            (.errorRecorded(ErrorRecorded(severity: .alarm, text: "a\r\nb,\"c\"")), nil, 0),
        ])
        let database = try exported(journal)
        let audit = "SELECT who, what, why, subject FROM audit ORDER BY sequence DESC LIMIT 3"
        #expect(
            try rows(database, audit) == [
                [.text("bob"), .text("botStatusChanged"), .text("looked: fine"), .null],
                [.text("risk gate"), .text("botStatusChanged"), .text("drawdown reached"), .null],
                [.text("ann"), .text("correctionMade"), .text("a \"gift\""), .text("USDT")],
            ]
        )
        #expect(
            try value(
                database,
                """
                SELECT json_extract(parameters, '$.correction.after') FROM audit
                WHERE what = 'correctionMade'
                """
            ) == .text("2")
        )
        #expect(
            try value(database, "SELECT message FROM errors WHERE severity = 'alarm'")
                == .text("a\r\nb,\"c\"")
        )
        #expect(
            try value(database, "SELECT balance FROM balances ORDER BY sequence DESC") == .text("2")
        )
        #expect(journal.tool("export", "--format", "csv", file("csv")).status == 0)
        #expect(try text("csv/errors.csv").contains(",\"a\r\nb,\"\"c\"\"\",,,\r\n"))
    }

    @Test func `as CSV holds the same rows as SQLite`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 6)
        let database = try exported(journal)
        #expect(journal.tool("export", "--format", "csv", file("csv")).status == 0)
        let names = ExportSchema.tables.map { "\($0.name).csv" }.sorted()
        #expect(try FileSystem.list(file("csv")) == names)
        for table in ExportSchema.tables {
            let text = try text("csv/\(table.name).csv")
            #expect(text.hasSuffix("\r\n"))
            let parsed = Self.parse(text)
            #expect(parsed.first == table.columns.map(\.name))
            let expected = try rows(database, "SELECT * FROM \(table.name) ORDER BY rowid").map {
                $0.map { value -> String? in
                    switch value {
                    case .integer(let number): "\(number)"
                    case .text(let text): text
                    default: nil
                    }
                }
            }
            #expect(parsed.dropFirst().map { $0 } == expected, "\(table.name)")
        }
    }

    /// Reads comma-separated values; a cell with nothing in it, not even quotes, is `nil`.
    private static func parse(_ text: String) -> [[String?]] {
        var rows: [[String?]] = []
        var row: [String?] = []
        var cell = ""
        var isQuoted = false
        var wasQuoted = false
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if isQuoted {
                if scalar != "\"" {
                    cell.unicodeScalars.append(scalar)
                } else if rest.first == "\"" {
                    rest.removeFirst()
                    cell += "\""
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"" {
                isQuoted = true
                wasQuoted = true
            } else if scalar == "," || scalar == "\r" {
                row.append(cell.isEmpty && !wasQuoted ? nil : cell)
                (cell, wasQuoted) = ("", false)
                guard scalar == "\r" else { continue }
                rest.removeFirst()
                rows.append(row)
                row = []
            } else {
                cell.unicodeScalars.append(scalar)
            }
        }
        return rows
    }

    @Test func `gives the same bytes every time`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 3)
        for name in ["a", "b"] {
            #expect(journal.tool("export", "--format", "sqlite", file(name)).status == 0)
        }
        #expect(try FileSystem.read(file("a")) == FileSystem.read(file("b")))
    }

    @Test func `replaces only what it is told to, and only what it made`() throws {
        let journal = try TradedJournal(minutes: 1)
        for (format, name) in [("jsonl", "a"), ("csv", "b"), ("sqlite", "c")] {
            #expect(journal.tool("export", "--format", format, file(name)).status == 0)
            let again = journal.tool("export", "--format", format, file(name))
            #expect(again.status == 1 && again.messages.contains("--force replaces it"))
            let forced = journal.tool("export", "--format", format, file(name), "--force")
            #expect(forced.status == 0, "\(forced.messages)")
        }
        let mine = try File(path: file("b/mine"), mode: .createNew)
        #expect(try mine.size() == 0)
        let foreign = journal.tool("export", "--format", "csv", file("b"), "--force")
        #expect(
            foreign.status == 1 && foreign.messages.contains("holds mine, which no export made")
        )
        let kind = journal.tool("export", "--format", "csv", file("a"), "--force")
        #expect(kind.status == 1 && kind.messages.contains("is no directory"))
        #expect(journal.tool("export", "--format", "sqlite", file("b"), "--force").status == 1)
        try FileSystem.createDirectories(file("d.new/mine"))
        let inTheWay = journal.tool("export", "--format", "csv", file("d"))
        #expect(inTheWay.status == 1 && inTheWay.messages.contains("is in the way"))
        #expect(journal.tool("export", "--format", "csv", "-").status == 2)
        #expect(journal.tool("export", "--format", "xml", file("e")).status == 2)
        #expect(journal.tool("export", "--format", "jsonl", file("no/such/f")).status == 2)
        #expect(
            try FileSystem.list(TemporaryDirectory.path).filter { $0.hasSuffix(".new") } == [
                "d.new"
            ]
        )
    }

    @Test func `leaves nothing half under its name when it is killed`() throws {
        let journal = try TradedJournal(minutes: 3)
        let tests = try CurrentProcess.executablePath()
        let program = FileSystem.parent(of: tests) + "/journalctl"
        var random = SeededRandom(seed: 11)
        var killed = 0
        for round in 0..<12 {
            let format = ["jsonl", "csv", "sqlite"][round % 3]
            let name = file("k\(round)")
            let child = try ChildProcess.start(
                program,
                arguments: ["--journal", journal.path, "export", "--format", format, name]
            )
            Clock.pause(nanoseconds: Int64(random.int(0...60)) * 1_000_000)
            child.send(signal: 9)
            if child.wait() != .exited(0) { killed += 1 }
            let whole = journal.tool("export", "--format", format, file("whole"), "--force")
            #expect(whole.status == 0)
            if try FileSystem.status(name) != nil {
                #expect(try contents(name) == contents(file("whole")), "round \(round)")
            }
            try FileSystem.removeTree(file("whole"))
            #expect(journal.tool("export", "--format", format, name, "--force").status == 0)
        }
        #expect(killed > 0)
    }

    /// The bytes of a file, or of all files of a directory.
    private func contents(_ path: String) throws -> [[UInt8]] {
        guard try FileSystem.status(path)?.isDirectory == true else {
            return [try FileSystem.read(path)]
        }
        return try FileSystem.list(path).map { try FileSystem.read("\(path)/\($0)") }
    }

    @Test func `says where damage ended it`() throws {
        let journal = try TradedJournal(minutes: 2)
        #expect(try journal.damage("GENUSDT.tape"))
        let tables = journal.tool("export", "--format", "sqlite", file("it.sqlite"))
        #expect(tables.status != 0)
        #expect(!tables.messages.isEmpty)
        try FileSystem.createDirectory(TemporaryDirectory.path + "/late")
        let late = try TradedJournal(in: TemporaryDirectory.path + "/late", minutes: 1)
        let time = try late.end().time
        do { try late.writer().note(["one", "needle in the bytes", "three"], time: time) }
        #expect(try late.damage("needle in the bytes"))
        let run = late.tool("export", "--format", "sqlite", file("late.sqlite"))
        #expect(run.status == 1)
        #expect(run.messages.contains("what comes after is not in the export"))
        let database = try Database(path: file("late.sqlite"), .read)
        #expect(try value(database, "SELECT complete FROM journal") == .integer(0))
        #expect(try value(database, "SELECT message FROM errors") == .text("one"))
        let lines = late.tool("export", "--format", "jsonl", file("late.jsonl"))
        #expect(lines.status == 1 && lines.messages.contains("all that can be read is in the"))
        #expect(try text("late.jsonl") == late.tool("show", "--json").output)
        let question = late.tool("sql", "SELECT count(*) FROM errors")
        #expect(question.status == 1 && question.output == "count(*)\n       1\n")
    }

    @Test func `begins with the state of a snapshot where the front is gone`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 12, segmentLimit: 1)
        let deals = try journal.sequences(of: .dealOpened)
        let state = try journal.lastState()
        let first = try journal.cutFront(behind: deals[2])
        let database = try exported(
            journal,
            saying: "the journal begins with event \(first): what ended before is not in the "
                + "tables\n"
        )
        #expect(try value(database, "SELECT first_event FROM journal") == .integer(Int64(first)))
        #expect(
            try value(database, "SELECT deal_id FROM deals ORDER BY deal_id")
                == .integer(Int64(deals[2]))
        )
        #expect(
            try value(database, "SELECT state_hash FROM journal")
                == .text(StateDocument(state: state).document["stateHash"]?.plain ?? "")
        )
    }

    @Test func `works beside a writer`() throws {
        let journal = try TradedJournal(minutes: 1)
        let time = try journal.end().time
        let writer = try journal.writer()
        try writer.note(["one"], time: time)
        for format in ["jsonl", "csv", "sqlite"] {
            let run = try journal.program("export", "--format", format, file(format))
            #expect(run.ending == .exited(0))
        }
        try writer.note(["two"], time: time)
    }
}
