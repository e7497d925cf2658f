internal import CLMDB

extension Store {
    /// Runs `body` over a consistent view of the store.
    ///
    /// While it runs the writer cannot reuse pages, so beside a writer it must be short.
    public func read<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing Snapshot) throws(Failure) -> Result
    ) throws(ReadFailure<Failure>) -> Result {
        let snapshot: Snapshot
        do throws(LMDBError) {
            if let file {
                snapshot = Snapshot(view: .pages(try PageView(file, path: path)))
            } else {
                let raw = try unsafe Self.begin(environment, flags: MDB_RDONLY, path)
                let handle = unsafe SnapshotHandle(raw: raw, store: self)
                snapshot = Snapshot(view: .transaction(handle))
            }
        } catch {
            throw .store(error)
        }
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
    fileprivate enum View {
        case transaction(SnapshotHandle)
        case pages(PageView)
    }

    fileprivate let view: View

    fileprivate init(view: View) { self.view = view }

    /// A cursor over the records of this view.
    @_lifetime(borrow self)
    public borrowing func cursor() throws(LMDBError) -> Cursor { try Cursor(self) }

    /// How many records there are.
    public borrowing func count() throws(LMDBError) -> Int {
        switch view {
        case .pages(let file): return Int(clamping: file.meta.main.entries)
        case .transaction(let handle):
            var statistics = MDB_stat()
            try unsafe handle.store.check(
                mdb_stat(handle.raw, handle.store.table, &statistics),
                "count the records of"
            )
            return Int(statistics.ms_entries)
        }
    }
}

/// Walks records in order.
///
/// Beside a writer the records are handed out where they lie in the memory map, otherwise from
/// the one page that was read; so each is valid until the cursor moves on.
@safe public struct Cursor: ~Copyable, ~Escapable {
    private let raw: OpaquePointer?
    // A strong reference: a temporary owner would otherwise end before its cursor.
    private let handle: SnapshotHandle?
    /// What walks where plain reads do.
    private let walk: PageWalk?

    @_lifetime(borrow snapshot)
    fileprivate init(_ snapshot: borrowing Snapshot) throws(LMDBError) {
        switch snapshot.view {
        case .pages(let file):
            walk = PageWalk(file)
            unsafe raw = nil
            handle = nil
        case .transaction(let handle):
            unsafe raw = try Self.open(handle)
            self.handle = handle
            walk = nil
        }
    }

    private static func open(_ handle: SnapshotHandle) throws(LMDBError) -> OpaquePointer {
        var cursor: OpaquePointer?
        let status = unsafe mdb_cursor_open(handle.raw, handle.store.table, &cursor)
        guard status == MDB_SUCCESS, let opened = unsafe cursor else {
            throw LMDBError(status, "open a cursor on", handle.store.path)
        }
        return unsafe opened
    }

    deinit {
        if let raw = unsafe raw { unsafe mdb_cursor_close(raw) }
    }

    /// Goes to the first record.
    @_lifetime(&self)
    public mutating func first() throws(LMDBError) -> Record? { try move(MDB_FIRST, to: 0) }

    /// Goes to the last record.
    @_lifetime(&self)
    public mutating func last() throws(LMDBError) -> Record? { try move(MDB_LAST, to: 0) }

    /// Goes on to the next record; to the first if the cursor stands nowhere.
    @_lifetime(&self)
    public mutating func next() throws(LMDBError) -> Record? { try move(MDB_NEXT, to: 0) }

    /// Goes back to the record before; to the last if the cursor stands nowhere.
    @_lifetime(&self)
    public mutating func previous() throws(LMDBError) -> Record? { try move(MDB_PREV, to: 0) }

    /// Goes to the first record whose number is `number` or above.
    @_lifetime(&self)
    public mutating func seek(_ number: UInt64) throws(LMDBError) -> Record? {
        try move(MDB_SET_RANGE, to: number)
    }

    /// Goes to the last record whose number is `number` or below; to the first where all are
    /// above.
    @_lifetime(&self)
    public mutating func seek(notAbove number: UInt64) throws(LMDBError) -> Record? {
        if let walk {
            guard try walk.seek(notAbove: number) else { return nil }
            return try move(MDB_GET_CURRENT, to: 0)
        }
        let found = try move(MDB_SET_RANGE, to: number)?.number
        if let found, found == number { return try move(MDB_SET_RANGE, to: number) }
        if try move(MDB_PREV, to: 0) != nil { return try move(MDB_GET_CURRENT, to: 0) }
        return try move(MDB_FIRST, to: 0)
    }

    @_lifetime(&self)
    private mutating func move(
        _ operation: MDB_cursor_op,
        to number: UInt64
    ) throws(LMDBError) -> Record? {
        if let walk {
            guard try Self.move(walk, operation, to: number) else { return nil }
            let span = unsafe Span<UInt8>(_unsafeBytes: walk.record)
            let record = Record(number: walk.number, bytes: span)
            return unsafe _overrideLifetime(record, mutating: &self)
        }
        guard let raw = unsafe raw, let handle else { return nil }
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
        return unsafe _overrideLifetime(record, mutating: &self)
    }

    private static func move(
        _ walk: PageWalk,
        _ operation: MDB_cursor_op,
        to number: UInt64
    ) throws(LMDBError) -> Bool {
        switch operation {
        case MDB_FIRST: try walk.first()
        case MDB_LAST: try walk.last()
        case MDB_NEXT: try walk.next()
        case MDB_PREV: try walk.previous()
        case MDB_SET_RANGE: try walk.seek(number)
        default: true
        }
    }
}

/// A record where it lies; valid until its cursor moves on.
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
