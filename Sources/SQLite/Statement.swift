internal import CSQLite

/// A prepared statement.
///
/// Design note: it holds its database open, and is finalised when the last reference goes. Use it
/// from one thread.
@safe public final class Statement {
    /// The names of its columns; none where it gives no rows.
    public let columns: [String]

    private let handle: OpaquePointer
    private let database: Database

    init(_ sql: String, of database: Database) throws(SQLiteError) {
        let (found, rest) = try unsafe Self.compile(sql, database)
        guard let handle = unsafe found else {
            throw SQLiteError(SQLITE_ERROR, "prepare a statement", "there is no statement")
        }
        do throws(SQLiteError) {
            // What follows may be a comment, but nothing that runs.
            if let second = try unsafe Self.compile(rest, database).0 {
                unsafe sqlite3_finalize(second)
                throw SQLiteError(SQLITE_ERROR, "prepare a statement", "only one can be run")
            }
        } catch {
            unsafe sqlite3_finalize(handle)
            throw error
        }
        let count = unsafe sqlite3_column_count(handle)
        columns = (0..<count).map { place in
            unsafe sqlite3_column_name(handle, place).map { unsafe String(cString: $0) } ?? ""
        }
        unsafe self.handle = handle
        self.database = database
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Compiles the first statement of a text, and gives what stands behind it.
    private static func compile(
        _ sql: String,
        _ database: Database
    ) throws(SQLiteError) -> (OpaquePointer?, rest: String) {
        var statement: OpaquePointer?
        let (status, rest) = unsafe sql.withCString { text in
            var tail: UnsafePointer<CChar>?
            let status = unsafe sqlite3_prepare_v2(database.handle, text, -1, &statement, &tail)
            return unsafe (status, tail.map { unsafe String(cString: $0) } ?? "")
        }
        try database.check(status, "prepare a statement")
        return unsafe (statement, rest)
    }

    /// Whether it changes nothing.
    public var onlyReads: Bool { unsafe sqlite3_stmt_readonly(handle) != 0 }

    /// Goes on to the next row.
    ///
    /// - Returns: false where there is none.
    /// - Throws: ``SQLiteError``.
    public func step() throws(SQLiteError) -> Bool {
        let status = unsafe sqlite3_step(handle)
        switch status {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw database.failure(status, "run a statement")
        }
    }

    /// The value in a column of the row at hand, counted from zero.
    public func value(_ column: Int) -> SQLiteValue {
        unsafe SQLiteValue(column: Int32(clamping: column), of: handle)
    }

    /// The values of the row at hand.
    public var row: [SQLiteValue] { columns.indices.map(value) }

    /// Runs it with these values in the place of its parameters, to its end.
    ///
    /// - Throws: ``SQLiteError``.
    public func run(_ values: [SQLiteValue] = []) throws(SQLiteError) {
        for (index, value) in values.enumerated() {
            let status = unsafe value.bind(to: handle, at: Int32(index + 1))
            try database.check(status, "bind a value")
        }
        defer { unsafe sqlite3_reset(handle) }
        while try step() {}
    }
}
