internal import CSQLite

/// An open SQLite database.
///
/// Design note: it owns the connection and closes it when it and the last of its statements have
/// gone. Use it from one thread.
@safe public final class Database {
    /// What a database is opened for.
    public enum Access: Hashable, Sendable {
        /// Reading and writing; made where it is missing.
        case create
        /// Reading only.
        case read
    }

    /// The file; empty for a temporary one.
    public let path: String

    let handle: OpaquePointer

    /// Opens the database in a file.
    ///
    /// - Throws: ``SQLiteError``.
    public convenience init(path: String, _ access: Access) throws(SQLiteError) {
        try self.init(opening: path, access)
    }

    /// Opens a database of our own: in memory, and beyond the cache in a file that has no name.
    ///
    /// Nothing of it is left when the process ends, however it ends.
    ///
    /// - Throws: ``SQLiteError``.
    public static func temporary() throws(SQLiteError) -> Database {
        try Database(opening: "", .create)
    }

    private init(opening path: String, _ access: Access) throws(SQLiteError) {
        let flags: Int32 =
            switch access {
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .read: SQLITE_OPEN_READONLY
            }
        var opened: OpaquePointer?
        let status = unsafe sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
        let name = path.isEmpty ? "a temporary database" : path
        guard let handle = unsafe opened else {
            throw SQLiteError(status, "open \(name)", "out of memory")
        }
        guard status == SQLITE_OK else {
            let message = unsafe String(cString: sqlite3_errmsg(handle))
            unsafe sqlite3_close_v2(handle)
            throw SQLiteError(status, "open \(name)", message)
        }
        unsafe sqlite3_extended_result_codes(handle, 1)
        // What comes from a person is bounded; what we write ourselves stays far below.
        unsafe sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, 1 << 20)
        unsafe self.handle = handle
        self.path = path
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// Runs statements that give no rows.
    ///
    /// - Throws: ``SQLiteError``.
    public func execute(_ sql: String) throws(SQLiteError) {
        let status = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        try check(status, "run \"\(sql.prefix(60))\"")
    }

    /// Prepares one statement.
    ///
    /// - Throws: ``SQLiteError``, also where there is no statement, or another behind it.
    public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        try Statement(sql, of: self)
    }

    /// Turns a status into a thrown error.
    func check(_ status: Int32, _ action: @autoclosure () -> String) throws(SQLiteError) {
        if status != SQLITE_OK { throw failure(status, action()) }
    }

    func failure(_ status: Int32, _ action: String) -> SQLiteError {
        SQLiteError(status, action, unsafe String(cString: sqlite3_errmsg(handle)))
    }
}
