internal import CLMDB

extension Store {
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
        let transaction = try unsafe Self.begin(environment, flags: 0, path)
        let status = unsafe put(bytes, at: number, in: transaction)
        guard status == MDB_SUCCESS else {
            unsafe mdb_txn_abort(transaction)
            throw LMDBError(status, "append record \(number) to", path)
        }
        try unsafe check(mdb_txn_commit(transaction), "commit record \(number) to")
    }

    private func put(
        _ bytes: Span<UInt8>,
        at number: UInt64,
        in transaction: OpaquePointer
    ) -> Int32 {
        var bigEndian = number.bigEndian
        return unsafe withUnsafeMutableBytes(of: &bigEndian) { keyBytes in
            var key = unsafe MDB_val(mv_size: keyBytes.count, mv_data: keyBytes.baseAddress)
            var value = unsafe MDB_val(mv_size: bytes.count, mv_data: nil)
            let flags = UInt32(MDB_APPEND | MDB_RESERVE)
            let status = unsafe mdb_put(transaction, table, &key, &value, flags)
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
