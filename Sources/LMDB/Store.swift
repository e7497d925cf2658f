internal import CLMDB
internal import Glibc
internal import Platform

/// One LMDB environment whose unnamed table holds records ordered by a 64-bit number.
///
/// Design note: it owns the environment and closes it when the last reference goes. Writes happen
/// on the thread that calls ``append(_:at:)``. Open a path at most once per process,
/// and never open or close `data.mdb` or `lock.mdb` by other means in a process that has the
/// store open: closing any descriptor of a file drops all locks of the process on it.
@safe public final class Store: @unchecked Sendable {
    /// What a store is opened for.
    public enum Access: Hashable, Sendable {
        /// Reading and appending.
        case writer
        /// Reading beside a writer; takes a slot in the reader table of `lock.mdb`.
        case liveReader
        /// Reading what nobody writes, by plain reads, which damage cannot turn into a crash;
        /// writes no byte anywhere.
        case quietReader
    }

    /// Facts about the environment.
    public struct Information: Hashable, Sendable {
        /// Id of the last committed transaction.
        public let lastTransaction: Int
        /// Number of the last page in use.
        public let lastPage: Int
        /// Largest size of the store in bytes.
        public let mapSize: Int
        /// Size of a page in bytes.
        public let pageSize: Int
        /// Bytes up to the last page in use.
        public var usedBytes: Int { (lastPage + 1) * pageSize }
    }

    /// The directory of the environment.
    public let path: String

    /// What the store was opened for.
    public let access: Access

    /// LMDB's environment; `nil` where plain reads do.
    let environment: OpaquePointer?
    let table: UInt32
    /// What plain reads read; `nil` where LMDB does.
    let file: File?

    /// Opens the environment in the directory `path`, which must exist.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - access: what it is opened for.
    ///   - mapSize: bytes the store may grow to; readers use what the file says.
    /// - Throws: ``LMDBError``.
    public init(path: String, access: Access, mapSize: Int) throws(LMDBError) {
        self.path = path
        self.access = access
        if access == .quietReader {
            file = try Self.openFile(in: path)
            unsafe environment = nil
            table = 0
            return
        }
        file = nil
        if access == .writer { try Self.prepareLockFile(in: path) }
        let environment = try unsafe Self.open(path: path, access: access, mapSize: mapSize)
        do throws(LMDBError) {
            try unsafe Self.requireDurability(environment, path)
            table = try unsafe Self.openTable(in: environment, path)
        } catch {
            unsafe mdb_env_close(environment)
            throw error
        }
        unsafe self.environment = environment
    }

    deinit { if let environment = unsafe environment { unsafe mdb_env_close(environment) } }

    /// Facts about the environment as of now; nothing but zeros for a quiet reader.
    public var information: Information {
        var facts = unsafe MDB_envinfo()
        var statistics = MDB_stat()
        unsafe mdb_env_info(environment, &facts)
        unsafe mdb_env_stat(environment, &statistics)
        return unsafe Information(
            lastTransaction: facts.me_last_txnid,
            lastPage: facts.me_last_pgno,
            mapSize: facts.me_mapsize,
            pageSize: Int(statistics.ms_psize)
        )
    }

    /// Frees the slots of readers that died, and returns how many there were.
    @discardableResult
    public func checkReaders() throws(LMDBError) -> Int {
        var dead: Int32 = 0
        try unsafe check(mdb_reader_check(environment, &dead), "check the readers of")
        return Int(dead)
    }

    /// Turns an LMDB status into a thrown error.
    @inline(__always)
    func check(_ status: Int32, _ action: @autoclosure () -> String) throws(LMDBError) {
        if status != MDB_SUCCESS { throw LMDBError(status, action(), path) }
    }
}

extension Store {
    /// Writes the lock file's first bytes before LMDB maps it.
    ///
    /// On a full disk a map over a file with holes ends the process by SIGBUS at the first write;
    /// bytes that are there already cannot.
    private static func prepareLockFile(in directory: String) throws(LMDBError) {
        let path = directory + "/lock.mdb"
        do throws(PlatformError) {
            if let found = try FileSystem.status(path), found.size >= 8192 { return }
            let file = try File(path: path, mode: .create)
            let zeros = [UInt8](repeating: 0, count: 8192)
            try file.write(zeros.span, at: 0)
            try file.sync()
        } catch {
            throw LMDBError(error.code, "prepare the lock file of", directory)
        }
    }

    private static func openFile(in directory: String) throws(LMDBError) -> File {
        do throws(PlatformError) {
            return try File(path: directory + "/data.mdb", mode: .read)
        } catch {
            throw LMDBError(error.code, "open", directory)
        }
    }

    private static func open(
        path: String,
        access: Access,
        mapSize: Int
    ) throws(LMDBError) -> OpaquePointer {
        var environment: OpaquePointer?
        let status = unsafe mdb_env_create(&environment)
        guard status == MDB_SUCCESS, let opened = unsafe environment else {
            throw LMDBError(status, "open", path)
        }
        let flags = access == .writer ? MDB_NOTLS : MDB_NOTLS | MDB_RDONLY
        var result = MDB_SUCCESS
        if access == .writer { result = unsafe mdb_env_set_mapsize(opened, mapSize) }
        if result == MDB_SUCCESS {
            result = unsafe mdb_env_open(opened, path, UInt32(flags), 0o644)
        }
        guard result == MDB_SUCCESS else {
            unsafe mdb_env_close(opened)
            throw LMDBError(result, "open", path)
        }
        return unsafe opened
    }

    /// Refuses an environment that would report commits as done before they are on disk.
    private static func requireDurability(
        _ environment: OpaquePointer,
        _ path: String
    ) throws(LMDBError) {
        var flags: UInt32 = 0
        unsafe mdb_env_get_flags(environment, &flags)
        let weak = UInt32(MDB_NOSYNC | MDB_NOMETASYNC | MDB_WRITEMAP | MDB_MAPASYNC)
        if flags & weak != 0 { throw LMDBError(EINVAL, "open without full sync", path) }
    }

    private static func openTable(
        in environment: OpaquePointer,
        _ path: String
    ) throws(LMDBError) -> UInt32 {
        let transaction = try unsafe begin(environment, flags: MDB_RDONLY, path)
        defer { unsafe mdb_txn_abort(transaction) }
        var table: MDB_dbi = 0
        let status = unsafe mdb_dbi_open(transaction, nil, 0, &table)
        guard status == MDB_SUCCESS else { throw LMDBError(status, "open the table of", path) }
        return table
    }

    /// Begins a transaction, following a map that another process enlarged.
    static func begin(
        _ environment: OpaquePointer?,
        flags: Int32,
        _ path: String
    ) throws(LMDBError) -> OpaquePointer {
        guard let environment = unsafe environment else {
            throw LMDBError(EACCES, "begin a transaction on a quiet reader of", path)
        }
        var transaction: OpaquePointer?
        var status = unsafe mdb_txn_begin(environment, nil, UInt32(flags), &transaction)
        if status == MDB_MAP_RESIZED {
            unsafe mdb_env_set_mapsize(environment, 0)
            status = unsafe mdb_txn_begin(environment, nil, UInt32(flags), &transaction)
        }
        guard status == MDB_SUCCESS, let begun = unsafe transaction else {
            throw LMDBError(status, "begin a transaction on", path)
        }
        return unsafe begun
    }
}
