internal import CLMDB

extension Store {
    /// Runs `body` over a consistent view of the store.
    ///
    /// While it runs the writer cannot reuse pages, so beside a writer it must be short.
    public func read<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing Snapshot) throws(Failure) -> Result
    ) throws(ReadFailure<Failure>) -> Result {
        let handle: OpaquePointer
        do throws(LMDBError) {
            unsafe handle = try Self.begin(environment, flags: MDB_RDONLY, path)
        } catch {
            throw .store(error)
        }
        let snapshot = unsafe Snapshot(handle: SnapshotHandle(raw: handle, store: self))
        do throws(Failure) {
            return try body(snapshot)
        } catch {
            throw .body(error)
        }
    }
}

/// Why a read of a store ended early.
public enum ReadFailure<Failure: Error>: Error {
    /// The view could not be had.
    case store(LMDBError)
    /// The body threw.
    case body(Failure)
}

/// Ends the read transaction when the last snapshot or cursor lets go.
@safe final class SnapshotHandle {
    let raw: OpaquePointer
    let store: Store

    init(raw: OpaquePointer, store: Store) {
        unsafe self.raw = raw
        self.store = store
    }

    deinit { unsafe mdb_txn_abort(raw) }
}

/// A consistent view of the store at one moment.
public struct Snapshot: ~Copyable {
    fileprivate let handle: SnapshotHandle

    init(handle: SnapshotHandle) { self.handle = handle }

    /// A cursor over the records of this view.
    @_lifetime(borrow self)
    public borrowing func cursor() throws(LMDBError) -> Cursor { try Cursor(self) }

    /// How many records there are.
    public borrowing func count() throws(LMDBError) -> Int {
        var statistics = MDB_stat()
        try unsafe handle.store.check(
            mdb_stat(handle.raw, handle.store.table, &statistics),
            "count the records of"
        )
        return Int(statistics.ms_entries)
    }
}

/// Walks records in order without copying them out of the memory map.
@safe public struct Cursor: ~Copyable, ~Escapable {
    private let raw: OpaquePointer

    // A strong reference: a temporary owner would otherwise end before its cursor.
    private let handle: SnapshotHandle

    @_lifetime(borrow snapshot)
    fileprivate init(_ snapshot: borrowing Snapshot) throws(LMDBError) {
        let handle = snapshot.handle
        unsafe self.raw = try Self.open(handle)
        self.handle = handle
    }

    private static func open(_ handle: SnapshotHandle) throws(LMDBError) -> OpaquePointer {
        var cursor: OpaquePointer?
        let status = unsafe mdb_cursor_open(handle.raw, handle.store.table, &cursor)
        guard status == MDB_SUCCESS, let opened = unsafe cursor else {
            throw LMDBError(status, "open a cursor on", handle.store.path)
        }
        return unsafe opened
    }

    deinit { unsafe mdb_cursor_close(raw) }

    /// Goes to the first record.
    @_lifetime(copy self)
    public mutating func first() throws(LMDBError) -> Record? { try move(MDB_FIRST, to: 0) }

    /// Goes to the last record.
    @_lifetime(copy self)
    public mutating func last() throws(LMDBError) -> Record? { try move(MDB_LAST, to: 0) }

    /// Goes on to the next record; to the first if the cursor stands nowhere.
    @_lifetime(copy self)
    public mutating func next() throws(LMDBError) -> Record? { try move(MDB_NEXT, to: 0) }

    /// Goes back to the record before; to the last if the cursor stands nowhere.
    @_lifetime(copy self)
    public mutating func previous() throws(LMDBError) -> Record? { try move(MDB_PREV, to: 0) }

    /// Goes to the first record whose number is `number` or above.
    @_lifetime(copy self)
    public mutating func seek(_ number: UInt64) throws(LMDBError) -> Record? {
        try move(MDB_SET_RANGE, to: number)
    }

    @_lifetime(copy self)
    private mutating func move(
        _ operation: MDB_cursor_op,
        to number: UInt64
    ) throws(LMDBError) -> Record? {
        var wanted = number.bigEndian
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        let status = unsafe withUnsafeMutableBytes(of: &wanted) { bytes in
            unsafe key = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
            return unsafe mdb_cursor_get(raw, &key, &value, operation)
        }
        if status == MDB_NOTFOUND { return nil }
        try handle.store.check(status, "read a record of")
        guard unsafe key.mv_size == 8 else {
            throw LMDBError(MDB_CORRUPTED, "read a record's number of", handle.store.path)
        }
        let found = unsafe UInt64(bigEndian: key.mv_data.loadUnaligned(as: UInt64.self))
        let bytes = unsafe UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
        let span = unsafe Span<UInt8>(_unsafeBytes: bytes)
        let record = Record(number: found, bytes: span)
        return unsafe _overrideLifetime(record, copying: self)
    }
}

/// A record as it lies in the memory map; valid while its view lives.
public struct Record: ~Escapable {
    /// The number it is stored under.
    public let number: UInt64
    /// What is stored.
    public let bytes: Span<UInt8>

    @_lifetime(copy bytes)
    init(number: UInt64, bytes: Span<UInt8>) {
        self.number = number
        self.bytes = bytes
    }
}
