internal import CSQLite

extension Database {
    /// From now on statements may read and nothing else.
    ///
    /// SELECT, WITH, VALUES and EXPLAIN run, and the pragmas that list tables, columns and
    /// indexes. Writing, attaching files, transactions and every other pragma are refused when
    /// they are prepared. So is loading code, which SQLite does not allow unless asked.
    ///
    /// - Throws: ``SQLiteError``.
    public func allowOnlyReading() throws(SQLiteError) {
        // These tables are made with their first use, which would look like writing.
        for table in Self.lists.sorted().map({ "pragma_\($0)" }) + ["json_each", "json_tree"] {
            _ = try prepare("SELECT * FROM \(table)")
        }
        try execute("PRAGMA query_only = ON")
        let status = unsafe sqlite3_set_authorizer(
            handle,
            { _, action, first, second, _, _ in
                switch action {
                case SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE:
                    return SQLITE_OK
                case SQLITE_PRAGMA:
                    let name = unsafe first.map { unsafe String(cString: $0).lowercased() } ?? ""
                    return Database.lists.contains(name) ? SQLITE_OK : SQLITE_DENY
                default:
                    return SQLITE_DENY
                }
            },
            nil
        )
        try check(status, "forbid writing")
    }

    /// Pragmas that list what there is.
    private static let lists: Set = [
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
    ]
}
