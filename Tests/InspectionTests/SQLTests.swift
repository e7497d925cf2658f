import Platform
import SQLite
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `Questions in SQL` {
    @Test func `are answered as a table, as JSON Lines and as CSV`() throws {
        let journal = try TradedJournal(minutes: 1)
        let sql = """
            SELECT 1 AS n, '0.10' AS n, NULL AS "a b", 'x' || char(10) || 'y' AS t, x'00ff' AS b,
                -7 AS m, 0.5 AS r
            """
        let table = journal.tool("sql", sql)
        #expect(table.status == 0 && table.messages == "")
        #expect(
            table.output == """
                n     n  a b  t    b      m    r
                1  0.10       x y  00ff  -7  0.5

                """
        )
        #expect(
            journal.tool("sql", sql, "--json").output == """
                {"n":1,"n_2":"0.10","a b":null,"t":"x\\ny","b":"00ff","m":-7,"r":"0.5"}

                """
        )
        #expect(
            journal.tool("sql", sql, "--format", "csv").output
                == "n,n,a b,t,b,m,r\r\n1,0.10,,\"x\ny\",00ff,-7,0.5\r\n"
        )
        #expect(journal.tool("sql", "SELECT 1 AS n WHERE 0").output == "n\n")
        #expect(journal.tool("sql", "SELECT 1 WHERE 0", "--json").output == "")
        #expect(journal.tool("sql", "SELECT 1", "--json", "--format", "csv").status == 2)
        let events = journal.tool("sql", "SELECT last_event FROM journal", "--json")
        #expect(events.output == "{\"last_event\":\(try journal.end().head)}\n")
    }

    @Test(arguments: [
        ("SELECT nope FROM deals", "no such column: nope"),
        ("SELECT * FROM nope", "no such table: nope"),
        ("SELEC 1", "near \"SELEC\": syntax error"), ("", "there is no statement"),
        ("SELECT 1; SELECT 2", "only one can be run"), ("DELETE FROM deals", "not authorized"),
        ("ATTACH 'x' AS y", "not authorized"), ("PRAGMA journal_mode = WAL", "not authorized"),
        ("CREATE TABLE t (u)", "not authorized"), ("VACUUM INTO 'x'", "authorization denied"),
        ("SELECT decimal_add('a', '1')", "\"a\" is no decimal: its character 1 has no place"),
        ("SELECT decimal_div('1', '0')", "a decimal is divided by zero"),
    ])
    func `that cannot be answered are told in the words of SQLite`(
        sql: String,
        message: String
    ) throws {
        let journal = try TradedJournal(minutes: 1)
        let run = journal.tool("sql", sql)
        #expect(run.status == 2 && run.output == "")
        #expect(run.messages.contains("sql: \(message)") || sql.isEmpty, "\(run.messages)")
    }

    @Test func `as CSV are exact in a pipe, and tell a terminal nothing to obey`() throws {
        let journal = try TradedJournal(minutes: 1)
        let sql = "SELECT char(27) || '[31m' AS \"\u{1B}]0;x\", 'a' || char(13) || char(10) AS b"
        #expect(
            journal.tool("sql", sql, "--format", "csv").output
                == "\u{1B}]0;x,b\r\n\u{1B}[31m,\"a\r\n\"\r\n"
        )
        #expect(
            journal.tool("sql", sql, "--format", "csv", isTerminal: true).output
                == "?]0;x,b\r\n?[31m,\"a?\n\"\r\n"
        )
    }

    @Test func `change no byte of the journal and leave nothing behind`() throws {
        let journal = try TradedJournal(minutes: 1)
        let before = try FileSystem.read(journal.data)
        let names = try FileSystem.list(TemporaryDirectory.path)
        #expect(journal.tool("sql", "SELECT count(*) FROM orders").status == 0)
        #expect(try FileSystem.read(journal.data) == before)
        #expect(try FileSystem.list(TemporaryDirectory.path) == names)
    }
}

@Suite struct `Decimals in SQL` {
    private func database() throws -> Database {
        let database = try Database.temporary()
        try SQLDecimals.define(in: database)
        return database
    }

    private func value(_ sql: String) throws -> SQLiteValue {
        let statement = try database().prepare(sql)
        #expect(try statement.step())
        return statement.value(0)
    }

    private func failure(_ sql: String) -> String? {
        do {
            _ = try value(sql)
            return nil
        } catch let error as SQLiteError {
            return error.message
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("decimal_add('0.1', '0.2')", "0.3"),
        ("decimal_sub('1', '1.000000000000000001')", "-0.000000000000000001"),
        ("decimal_mul('1.5', '-2')", "-3"),
        ("decimal_mul('0.000000001', '0.000000001')", "0.000000000000000001"),
        ("decimal_mul('0.0000000001', '0.0000000001')", "0"),
        ("decimal_div('1', '3')", "0.333333333333333333"),
        ("decimal_div('2', 3)", "0.666666666666666667"), ("decimal_round('2.345', 2)", "2.34"),
        ("decimal_round('-0.005', 1)", "0.0"), ("decimal_round('7', 0)", "7"),
        ("decimal_add(9223372036854775807, 1)", "9223372036854775808"),
        ("decimal_add('170141183460469231730', '1')", "170141183460469231731"),
    ])
    func `compute exactly`(sql: String, expected: String) throws {
        let found = try value("SELECT \(sql)")
        #expect(found == .text(expected) || (expected == "0.0" && found == .text("-0.0")))
    }

    @Test(arguments: [
        ("decimal_add('170141183460469231731', '1')", "beyond"),
        ("decimal_sub('-170141183460469231731', '1')", "beyond"),
        ("decimal_mul('170141183460469231731', '2')", "beyond"),
        ("decimal_mul('99999999999999999999', '99999999999999999999')", "beyond"),
        ("decimal_div('170141183460469231731', '0.5')", "beyond"),
        ("decimal_div('1', '0.0')", "divided by zero"), ("decimal_add('1e3', '1')", "no decimal"),
        ("decimal_add('', '1')", "it is empty"),
        ("decimal_add('170141183460469231732', '0')", "too large"),
        ("decimal_add(x'00', '1')", "bytes"), ("decimal_round('1', 19)", "0 to 18 places"),
        ("decimal_round('1', '2')", "0 to 18 places"),
        ("decimal_round('170141183460469231731', 0)", "beyond"),
        ("decimal_cmp('x', '1')", "no decimal"), ("decimal_sum('x')", "no decimal"),
    ])
    func `fail rather than be wrong`(sql: String, message: String) {
        #expect(
            failure("SELECT \(sql)")?.contains(message) == true,
            "\(sql): \(failure("SELECT \(sql)") ?? "ran")"
        )
    }

    @Test(arguments: [
        "decimal_add(NULL, '1')", "decimal_cmp('1', NULL)", "decimal_round(NULL, 2)",
        "decimal_sum(NULL)",
    ])
    func `know nothing of what is not there`(sql: String) throws {
        #expect(try value("SELECT \(sql)") == .null)
    }

    @Test func `add up, compare and sort as the numbers of the engine do`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        let database = try database()
        try database.execute("CREATE TABLE t (x TEXT)")
        let insert = try database.prepare("INSERT INTO t VALUES (?)")
        var numbers: [Decimal] = []
        for _ in 0..<500 {
            let scale = Int128(1) << Int128(random.int(0...100))
            let units =
                Int128(truncatingIfNeeded: random.next()) * Int128(random.int(0...1 << 20))
                % scale
            let number = Decimal(units: random.chance(50) ? units : -units)
            numbers.append(number)
            try insert.run([.text("\(number)")])
        }
        let sum = try database.prepare("SELECT decimal_sum(x) FROM t")
        #expect(try sum.step())
        #expect(sum.value(0) == .text("\(numbers.reduce(.zero, +))"), "seed \(seed)")
        let sorted = try database.prepare("SELECT x FROM t ORDER BY x COLLATE decimal")
        for number in numbers.sorted() {
            #expect(try sorted.step())
            #expect(sorted.value(0) == .text("\(number)"), "seed \(seed)")
        }
        for (left, right) in zip(numbers, numbers.dropFirst()) {
            let both = try database.prepare(
                "SELECT decimal_cmp('\(left)', '\(right)'), decimal_sub('\(left)', '\(right)')"
            )
            #expect(try both.step())
            #expect(
                both.value(0) == .integer(left < right ? -1 : left == right ? 0 : 1),
                "seed \(seed)"
            )
            #expect(both.value(1) == .text("\(left - right)"), "seed \(seed)")
        }
    }
}
