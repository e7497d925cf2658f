import TestSupport
import Testing

@testable import SQLite

@Suite(.temporaryDirectory) struct `A database` {
    private func rows(_ database: Database, _ sql: String) throws -> [[SQLiteValue]] {
        let statement = try database.prepare(sql)
        var rows: [[SQLiteValue]] = []
        while try statement.step() { rows.append(statement.row) }
        return rows
    }

    private func refusal(_ database: Database, _ sql: String) -> SQLiteError? {
        do throws(SQLiteError) {
            let statement = try database.prepare(sql)
            while try statement.step() {}
            return nil
        } catch {
            return error
        }
    }

    @Test func `gives back every kind of value as it was put in`() throws {
        let database = try Database.temporary()
        try database.execute("CREATE TABLE kept (value)")
        let values: [SQLiteValue] = [
            .null, .integer(.min), .integer(.max), .text(""), .text("a\u{0}é\n'\""),
            .text("0.100000000000000000000000001"), .bytes([]), .bytes([0, 255]),
        ]
        let insert = try database.prepare("INSERT INTO kept VALUES (?)")
        for value in values { try insert.run([value]) }
        #expect(try rows(database, "SELECT value FROM kept").map { $0[0] } == values)
        #expect(try rows(database, "SELECT 0.1 + 0.2") == [[.real("0.3")]])
    }

    @Test func `is on disk where it is told, and again after it is closed`() throws {
        let path = TemporaryDirectory.path + "/it.sqlite"
        do {
            let database = try Database(path: path, .create)
            try database.execute("CREATE TABLE a (b); INSERT INTO a VALUES ('c')")
        }
        let again = try Database(path: path, .read)
        #expect(try rows(again, "SELECT b FROM a") == [[.text("c")]])
        #expect(refusal(again, "DELETE FROM a")?.code == .denied)
        #expect(throws: SQLiteError.self) {
            try Database(path: TemporaryDirectory.path + "/none.sqlite", .read)
        }
    }

    @Test func `says what is wrong with a statement in the words of SQLite`() throws {
        let database = try Database.temporary()
        let unknown = try #require(refusal(database, "SELECT x FROM absent"))
        #expect(unknown.code == .statement && unknown.message == "no such table: absent")
        #expect("\(unknown)".contains("no such table: absent. To go on: look at the statement"))
        #expect(refusal(database, "SELEC 1")?.message == "near \"SELEC\": syntax error")
        #expect(refusal(database, "")?.message == "there is no statement")
        #expect(refusal(database, " -- nothing\n ;")?.message == "there is no statement")
        #expect(refusal(database, "SELECT 1; SELECT 2")?.message == "only one can be run")
        #expect(refusal(database, "SELECT 1; SELEC")?.message == "near \"SELEC\": syntax error")
        #expect(refusal(database, "SELECT 1; -- and that is all") == nil)
    }

    @Test func `counts the parameters`() throws {
        let database = try Database.temporary()
        let statement = try database.prepare("SELECT ?")
        #expect(throws: SQLiteError.self) { try statement.run([.null, .null]) }
    }

    @Test(arguments: [
        "CREATE TABLE b (c)", "INSERT INTO a VALUES (1)", "DELETE FROM a", "UPDATE a SET b = 1",
        "DROP TABLE a", "ATTACH 'x.sqlite' AS x", "ATTACH ':memory:' AS x", "DETACH main", "VACUUM",
        "VACUUM INTO 'x.sqlite'", "BEGIN", "COMMIT", "SAVEPOINT s", "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON", "PRAGMA journal_mode", "PRAGMA temp_store_directory = '/'",
        "CREATE TEMP TABLE t (u)", "CREATE VIEW v AS SELECT 1", "REINDEX", "ANALYZE",
        "EXPLAIN DELETE FROM a", "WITH x AS (SELECT 1) INSERT INTO a SELECT * FROM x",
        "CREATE VIRTUAL TABLE f USING fts5(x)", "ALTER TABLE a RENAME TO b",
    ])
    func `refuses to write once it may only read`(sql: String) throws {
        let database = try Database.temporary()
        try database.execute(
            "CREATE TABLE a (b); CREATE INDEX i ON a (b); INSERT INTO a VALUES (7)"
        )
        try database.allowOnlyReading()
        let refused = try #require(refusal(database, sql), "\(sql) ran")
        #expect(refused.code == .denied || refused.code == .statement, "\(refused)")
        #expect(try rows(database, "SELECT * FROM a") == [[.integer(7)]])
    }

    @Test(arguments: [
        "SELECT b FROM a", "WITH x AS (SELECT b FROM a) SELECT * FROM x", "VALUES (7)",
        "EXPLAIN QUERY PLAN SELECT * FROM a", "EXPLAIN SELECT 1", "PRAGMA table_info(a)",
        "SELECT name FROM sqlite_schema", "SELECT * FROM pragma_table_info('a')",
        """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9)
        SELECT sum(i) FROM n
        """, "SELECT json_extract('{\"a\":1}', '$.a')", "SELECT value FROM json_each('[1]')",
        "SELECT b FROM a ORDER BY random()",
    ])
    func `still reads`(sql: String) throws {
        let database = try Database.temporary()
        try database.execute("CREATE TABLE a (b); INSERT INTO a VALUES (7)")
        try database.allowOnlyReading()
        #expect(refusal(database, sql) == nil)
    }

    @Test func `cannot load code`() throws {
        let database = try Database.temporary()
        try database.allowOnlyReading()
        #expect(refusal(database, "SELECT load_extension('x')") != nil)
        #expect(refusal(database, "SELECT readfile('/etc/passwd')") != nil)
    }
}

private final class Longest: SQLAggregate {
    private var text = ""
    func step(_ arguments: [SQLiteValue]) throws(SQLFunctionFailure) {
        guard case .text(let next) = arguments[0] else { throw SQLFunctionFailure("no text") }
        if next.utf8.count > text.utf8.count { text = next }
    }
    func result() throws(SQLFunctionFailure) -> SQLiteValue {
        if text == "never" { throw SQLFunctionFailure("never is too long") }
        return .text(text)
    }
}

@Suite struct `A function of ours` {
    private func database() throws -> Database {
        let database = try Database.temporary()
        try database.define("twice", arguments: 1) { arguments throws(SQLFunctionFailure) in
            guard case .integer(let number) = arguments[0] else {
                throw SQLFunctionFailure("twice takes a whole number")
            }
            return .integer(number * 2)
        }
        try database.defineAggregate("longest", arguments: 1) { Longest() }
        try database.defineCollation("length") { $0.utf8.count - $1.utf8.count }
        try database.execute("CREATE TABLE words (word, kind)")
        try database.execute(
            "INSERT INTO words VALUES ('bbb', 1), ('a', 1), ('dddd', 2), ('cc', 2), (5, 3)"
        )
        return database
    }

    private func column(_ sql: String) throws -> [SQLiteValue] {
        let statement = try database().prepare(sql)
        var values: [SQLiteValue] = []
        while try statement.step() { values.append(statement.value(0)) }
        return values
    }

    @Test func `is called from statements, and its failure is theirs`() throws {
        #expect(try column("SELECT twice(21)") == [.integer(42)])
        let statement = try database().prepare("SELECT twice('x')")
        let error = #expect(throws: SQLiteError.self) { try statement.step() }
        #expect(error?.message == "twice takes a whole number")
    }

    @Test func `gathers each group for itself, and a group without rows`() throws {
        let grouped = "SELECT longest(word) FROM words WHERE kind < 3 GROUP BY kind"
        #expect(try column(grouped) == [.text("bbb"), .text("dddd")])
        #expect(try column("SELECT longest(word) FROM words WHERE 0") == [.text("")])
        for sql in ["SELECT longest(word) FROM words", "SELECT longest('never')"] {
            let statement = try database().prepare(sql)
            #expect(throws: SQLiteError.self) { try statement.step() }
        }
    }

    @Test func `orders texts`() throws {
        let sql = "SELECT word FROM words WHERE kind < 3 ORDER BY word COLLATE length DESC"
        #expect(try column(sql) == [.text("dddd"), .text("bbb"), .text("cc"), .text("a")])
    }
}
