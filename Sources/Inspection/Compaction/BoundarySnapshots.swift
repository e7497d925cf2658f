internal import Digests
internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Sees to it that good snapshots stand where segments are about to be taken out.
///
/// It replays what is to go, compares every recorded state hash, and leaves a snapshot at the end
/// of each segment, so that the journal can be replayed from wherever an interruption leaves its
/// beginning; and one before the last of them, should that be damaged later.
struct BoundarySnapshots {
    private let reader: JournalReader
    private let store: SnapshotStore
    private let digest = StateDigest()

    init(_ reader: JournalReader, _ journal: String) {
        self.reader = reader
        store = SnapshotStore(directory: journal, journalID: reader.journalID)
    }

    /// A place where a snapshot must stand, and the hash of the batch that ends there.
    private struct Stop {
        let sequence: UInt64
        let chainHash: SHA256Digest

        init(_ sequence: UInt64, _ chainHash: SHA256Digest) {
            self.sequence = sequence
            self.chainHash = chainHash
        }
    }

    /// What replay gives there.
    private struct Snapshot {
        let head: Head
        let stateHash: SHA256Digest
        let body: [UInt8]
    }

    /// Replays `segments`, which are the first ones of the journal, and leaves their snapshots.
    ///
    /// - Throws: ``CommandFailure`` where replay differs from what is recorded; `JournalError`.
    func ensure(_ segments: [SealedSegment]) throws {
        guard let first = segments.first, let last = segments.last else { return }
        let states = StateReader(reader)
        let begin = try states.snapshot(notBeyond: .sequence(first.first - 1))
        var replay = Replay(from: begin ?? TradingState(), comparing: .all)
        for segment in segments.dropLast() {
            try leave(try run(&replay, to: Stop(segment.last, segment.chainHash)))
        }
        // Nothing can come between the one before the last batch and the last one. It is kept for
        // the sake of the last one, and so saved after it.
        var older: Snapshot?
        let (before, chainHash) = last.lastButOne
        if before > 0 { older = try run(&replay, to: Stop(before, chainHash)) }
        try leave(try run(&replay, to: Stop(last.last, last.chainHash)))
        if let older { try leave(older) }
    }

    /// Replays up to a place and gives the snapshot that must stand there.
    private func run(_ replay: inout Replay, to stop: Stop) throws -> Snapshot {
        try replay.run(reader, to: stop.sequence, checksChain: true)
        if let divergence = replay.divergence {
            throw CommandFailure(
                1,
                "replay differs from the state hash recorded at event \(divergence.sequence): "
                    + "nothing is taken out; run `journalctl verify`"
            )
        }
        let state = replay.state
        guard state.head.rawValue == stop.sequence else {
            throw CommandFailure(1, "replay ends at event \(state.head), not at \(stop.sequence)")
        }
        let (bytes, hash) = digest.bytes(of: state)
        let head = Head(
            sequence: stop.sequence,
            chainHash: stop.chainHash,
            epoch: state.epoch.rawValue,
            commitTime: state.time.nanoseconds
        )
        return Snapshot(head: head, stateHash: hash, body: bytes)
    }

    /// Saves a snapshot, or finds the same there.
    private func leave(_ snapshot: Snapshot) throws {
        let sequence = snapshot.head.sequence
        if let found = try readable(sequence) {
            guard found.body == snapshot.body, found.stateHash == snapshot.stateHash,
                found.chainHash == snapshot.head.chainHash
            else {
                throw CommandFailure(
                    1,
                    "the snapshot at \(sequence) is not what replay gives: nothing is taken out; "
                        + "run `journalctl verify`"
                )
            }
            return
        }
        try store.save(
            head: snapshot.head,
            stateHash: snapshot.stateHash,
            body: snapshot.body
        )
        guard try store.load(sequence).body == snapshot.body else {
            throw CommandFailure(1, "the snapshot at \(sequence) does not read back")
        }
    }

    /// The snapshot at a place; `nil` where there is none, or a damaged one.
    private func readable(_ sequence: UInt64) throws -> StateSnapshot? {
        guard try store.sequences().contains(sequence) else { return nil }
        do throws(JournalError) {
            return try store.load(sequence)
        } catch {
            guard error.code == .damaged else { throw error }
            return nil
        }
    }
}
