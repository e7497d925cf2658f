internal import CLMDB

extension Store {
    /// Begins a transaction in which records are appended; nothing is stored before its commit.
    ///
    /// One at a time: a second one would wait for the first for ever.
    public func beginAppending() throws(LMDBError) -> Appending {
        let transaction = try unsafe Self.begin(environment, flags: 0, path)
        return unsafe Appending(transaction: transaction, store: self)
    }

    /// Appends one record in a transaction of its own and makes it durable.
    ///
    /// After an error of the commit it is unknown whether the record is stored; the caller must
    /// not write again through this object.
    ///
    /// - Parameters:
    ///   - bytes: the record; copied straight into the store's page.
    ///   - number: above every number stored.
    /// - Throws: ``LMDBError``; `keyExists` where `number` is not above the last one.
    public func append(_ bytes: Span<UInt8>, at number: UInt64) throws(LMDBError) {
        var appending = try beginAppending()
        try appending.append(bytes, at: number)
        try appending.commit()
    }
}

/// A transaction in which records are appended; without a commit nothing of it is stored.
@safe public struct Appending: ~Copyable {
    private var transaction: OpaquePointer?
    private let store: Store
    private var last: UInt64 = 0

    fileprivate init(transaction: OpaquePointer, store: Store) {
        unsafe self.transaction = transaction
        self.store = store
    }

    deinit {
        if let transaction = unsafe transaction { unsafe mdb_txn_abort(transaction) }
    }

    /// Appends one record.
    ///
    /// - Parameters:
    ///   - bytes: the record; copied straight into the store's page.
    ///   - number: above every number stored and every one appended before.
    /// - Throws: ``LMDBError``; `keyExists` where `number` is not above the last one.
    public mutating func append(_ bytes: Span<UInt8>, at number: UInt64) throws(LMDBError) {
        try store.check(put(bytes, at: number), "append record \(number) to")
        last = number
    }

    /// Makes everything appended durable; the transaction has ended then, with an error too.
    ///
    /// - Throws: ``LMDBError``; afterwards it is unknown whether the records are stored.
    public mutating func commit() throws(LMDBError) {
        let ended = unsafe transaction
        unsafe transaction = nil
        try unsafe store.check(mdb_txn_commit(ended), "commit record \(last) to")
    }

    private func put(_ bytes: Span<UInt8>, at number: UInt64) -> Int32 {
        var bigEndian = number.bigEndian
        return unsafe withUnsafeMutableBytes(of: &bigEndian) { keyBytes in
            var key = unsafe MDB_val(mv_size: keyBytes.count, mv_data: keyBytes.baseAddress)
            var value = unsafe MDB_val(mv_size: bytes.count, mv_data: nil)
            let flags = UInt32(MDB_APPEND | MDB_RESERVE)
            let status = unsafe mdb_put(transaction, store.table, &key, &value, flags)
            if status == MDB_SUCCESS {
                unsafe bytes.withUnsafeBytes { source in
                    let room = unsafe UnsafeMutableRawBufferPointer(
                        start: value.mv_data,
                        count: value.mv_size
                    )
                    unsafe room.copyMemory(from: source)
                }
            }
            return status
        }
    }
}
