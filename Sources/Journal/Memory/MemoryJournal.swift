package import Digests

/// A journal in memory: the same batches with the same checks, on no disk.
///
/// For simulated worlds, which lose what was not durable and put older states of it back. The
/// batches are what a segment would hold, byte for byte.
package final class MemoryJournal: BatchSource {
    package let journalID: JournalID
    /// The end of what is durable.
    package private(set) var head: Head
    package private(set) var epoch: UInt32
    /// The newest snapshot: what it is of, its hash and its bytes.
    package private(set) var snapshot: (head: Head, stateHash: SHA256Digest, body: [UInt8])?
    private var records: [(first: UInt64, head: Head, bytes: [UInt8])] = []
    private var open = OpenBatch()
    private let hasher = SHA256()

    /// Begins a journal.
    ///
    /// - Parameters:
    ///   - journalID: The journal's id.
    ///   - genesis: The first batch.
    package init(_ journalID: JournalID, _ genesis: Genesis) {
        self.journalID = journalID
        epoch = genesis.epoch
        head = Head(sequence: 0, chainHash: .zero, epoch: genesis.epoch, commitTime: genesis.time)
        for event in genesis.events {
            open.append(
                kind: event.kind,
                version: event.version,
                time: event.time,
                trace: event.trace,
                cause: event.cause,
                payload: event.payload.span
            )
        }
        store(at: genesis.time)
    }

    /// How many events the open batch holds.
    package var openBatchCount: Int { Int(open.count) }

    /// Begins an epoch above every one before.
    package func beginEpoch(_ epoch: UInt32) throws(JournalError) {
        self.epoch = epoch
    }

    /// Adds an event to the open batch.
    ///
    /// - Returns: Its sequence number.
    package func append(
        kind: UInt16,
        version: UInt16,
        time: Int64,
        trace: UInt64,
        cause: UInt64,
        payload: Span<UInt8>
    ) throws(JournalError) -> UInt64 {
        let sequence = head.sequence + 1 + UInt64(open.count)
        open.append(
            kind: kind,
            version: version,
            time: time,
            trace: trace,
            cause: cause,
            payload: payload
        )
        return sequence
    }

    /// Makes the open batch durable.
    package func commit(at time: Int64) throws(JournalError) {
        if open.count > 0 { store(at: time) }
    }

    /// Saves a snapshot of what is durable.
    package func saveSnapshot(stateHash: SHA256Digest, body: [UInt8]) throws(JournalError) {
        snapshot = (head, stateHash, body)
    }

    /// Loses everything that is not durable, as the end of a process does.
    package func dropOpenBatch() { open.clear() }

    /// Forgets the snapshot, as one that is damaged.
    package func loseSnapshot() { snapshot = nil }

    /// Puts the journal back to an older state, as from a backup.
    ///
    /// - Parameter sequence: The last event that stays; all of its batch does.
    package func rollBack(to sequence: UInt64) {
        while let last = records.last, last.first > sequence, records.count > 1 {
            records.removeLast()
        }
        if let kept = snapshot, kept.head.sequence > sequence { snapshot = nil }
        guard let last = records.last else { return }
        head = last.head
        epoch = head.epoch
    }

    package func firstSequence() throws(JournalError) -> UInt64 { records.first?.first ?? 1 }

    package func forEachBatch(
        from sequence: UInt64,
        options: ReadOptions,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) {
        // The last batch that begins at or before what is wanted.
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].first <= sequence { low = middle + 1 } else { high = middle }
        }
        var previous: SHA256Digest?
        for place in max(0, low - 1)..<records.count {
            if records[place].first > options.last { return }
            let bytes = records[place].bytes
            let batch = try view(bytes.span, checksums: options.checksEvents)
            if options.checksChain, let previous, previous != batch.header.previousHash {
                throw failure(.damaged, "the chain breaks before \(records[place].first)")
            }
            if options.checksChain { previous = hasher.digest(of: bytes.span) }
            if try body(batch) == .stop { return }
        }
    }

    @_lifetime(copy bytes)
    private func view(
        _ bytes: Span<UInt8>,
        checksums: Bool
    ) throws(JournalError) -> BatchView {
        do throws(FormatFault) {
            let batch = try BatchView(bytes)
            try batch.check(checksums: checksums)
            return batch
        } catch {
            throw failure(.damaged, "\(error)")
        }
    }

    private func store(at time: Int64) {
        let first = head.sequence + 1
        open.seal(
            journalID: journalID,
            epoch: epoch,
            firstSequence: first,
            commitTime: time,
            previousHash: head.chainHash
        )
        let bytes = open.withBytes { span in
            var copy: [UInt8] = []
            copy.reserveCapacity(span.count)
            for index in span.indices { copy.append(span[index]) }
            return copy
        }
        head = Head(
            sequence: head.sequence + UInt64(open.count),
            chainHash: hasher.digest(of: bytes.span),
            epoch: epoch,
            commitTime: time
        )
        records.append((first, head, bytes))
        open.clear()
    }

    private func failure(_ code: JournalError.Code, _ reason: String) -> JournalError {
        JournalError(
            code,
            "use the journal in memory",
            "memory",
            reason: reason,
            advice: "open it anew"
        )
    }
}
