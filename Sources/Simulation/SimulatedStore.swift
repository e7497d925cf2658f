internal import Digests
internal import Journal
internal import Runtime

/// What becomes of a commit.
package enum CommitFate: Sendable {
    case durable
    /// It is durable, and the call fails all the same.
    case durableUnsaid
    /// Nothing of it is there, and the call fails.
    case lost
}

/// A journal whose disk fails on purpose, and that ends with its process.
final class SimulatedStore: JournalStore {
    private let inner: any JournalStore
    /// Decides on each commit.
    private let fate: () -> CommitFate
    /// Decides whether a snapshot is saved.
    private let savesSnapshot: () -> Bool
    /// Told after each commit that is durable.
    private let onDurable: () -> Void
    /// Whether the process that has it is over.
    private let isOver: () -> Bool
    private var failure: JournalError?

    init(
        _ inner: any JournalStore,
        isOver: @escaping () -> Bool,
        fate: @escaping () -> CommitFate,
        savesSnapshot: @escaping () -> Bool,
        onDurable: @escaping () -> Void
    ) {
        self.inner = inner
        self.isOver = isOver
        self.fate = fate
        self.savesSnapshot = savesSnapshot
        self.onDurable = onDurable
    }

    var journalID: JournalID { inner.journalID }
    var head: Head { inner.head }
    var epoch: UInt32 { inner.epoch }
    var openBatchCount: Int { inner.openBatchCount }
    var files: JournalWriter? { inner.files }

    func beginEpoch(_ epoch: UInt32) throws(JournalError) {
        try requireAlive()
        try inner.beginEpoch(epoch)
    }

    func append(
        kind: UInt16,
        version: UInt16,
        time: Int64,
        trace: UInt64,
        cause: UInt64,
        payload: Span<UInt8>
    ) throws(JournalError) -> UInt64 {
        try requireAlive()
        return try inner.append(
            kind: kind,
            version: version,
            time: time,
            trace: trace,
            cause: cause,
            payload: payload
        )
    }

    func commit(at time: Int64) throws(JournalError) {
        try requireAlive()
        let fate = fate()
        if case .lost = fate { throw die() }
        try inner.commit(at: time)
        onDurable()
        if case .durableUnsaid = fate { throw die() }
    }

    func syncWitnesses() throws(JournalError) {
        try requireAlive()
        try inner.syncWitnesses()
    }

    func checkReaders() throws(JournalError) { try inner.checkReaders() }

    func saveSnapshot(stateHash: SHA256Digest, body: [UInt8]) throws(JournalError) {
        try requireAlive()
        guard savesSnapshot() else { throw die() }
        try inner.saveSnapshot(stateHash: stateHash, body: body)
    }

    private func requireAlive() throws(JournalError) {
        if let failure { throw failure }
        if isOver() { throw die() }
    }

    private func die() -> JournalError {
        let error = JournalError(
            .dead,
            "write to the journal",
            "\(journalID)",
            reason: "the disk or the process ended on purpose",
            advice: "start again"
        )
        failure = error
        return error
    }
}
