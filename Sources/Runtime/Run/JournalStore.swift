package import Digests
package import Journal

/// What a run writes its journal to.
package protocol JournalStore: AnyObject {
    /// The journal's id.
    var journalID: JournalID { get }
    /// The end of what is committed.
    var head: Head { get }
    /// The epoch that new batches carry.
    var epoch: UInt32 { get }
    /// Events in the open batch.
    var openBatchCount: Int { get }
    /// Its files; `nil` where it has none, and nothing can be sealed, taken out or copied.
    var files: JournalWriter? { get }

    /// Begins an epoch above every one before.
    func beginEpoch(_ epoch: UInt32) throws(JournalError)

    /// Adds an event to the open batch.
    ///
    /// - Returns: Its sequence number.
    func append(
        kind: UInt16,
        version: UInt16,
        time: Int64,
        trace: UInt64,
        cause: UInt64,
        payload: Span<UInt8>
    ) throws(JournalError) -> UInt64

    /// Makes the open batch durable; after an error nothing more may be sent.
    func commit(at time: Int64) throws(JournalError)

    /// Makes what the witnesses say durable.
    func syncWitnesses() throws(JournalError)

    /// Frees what readers that died still hold.
    func checkReaders() throws(JournalError)

    /// Saves the state as of the head.
    func saveSnapshot(stateHash: SHA256Digest, body: [UInt8]) throws(JournalError)
}

extension JournalWriter: JournalStore {
    package var files: JournalWriter? { self }

    package func saveSnapshot(stateHash: SHA256Digest, body: [UInt8]) throws(JournalError) {
        try SnapshotStore(directory: directory, journalID: journalID)
            .save(head: head, stateHash: stateHash, body: body)
    }
}

extension MemoryJournal: JournalStore {
    package var files: JournalWriter? { nil }
    package func syncWitnesses() throws(JournalError) {}
    package func checkReaders() throws(JournalError) {}
}
