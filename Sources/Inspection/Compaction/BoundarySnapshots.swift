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
    }

    /// Replays `segments`, which are the first ones of the journal, and leaves their snapshots.
    ///
    /// - Throws: ``CommandFailure`` where replay differs from what is recorded; `JournalError`.
    func ensure(_ segments: [SealedSegment]) throws {
        guard let first = segments.first, let last = segments.last else { return }
        var stops = segments.map { Stop(sequence: $0.last, chainHash: $0.chainHash) }
        if segments.count == 1, last.lastButOne.sequence > 0,
            try !hasGoodSnapshot(before: first.first)
        {
            let (sequence, chainHash) = last.lastButOne
            stops.insert(Stop(sequence: sequence, chainHash: chainHash), at: 0)
        }
        let states = StateReader(reader)
        let begin = try states.snapshot(notBeyond: .sequence(first.first - 1))
        var replay = Replay(from: begin ?? TradingState(), comparing: .all)
        for stop in stops {
            try replay.run(reader, to: stop.sequence, checksChain: true)
            if let divergence = replay.divergence {
                throw CommandFailure(
                    1,
                    "replay differs from the state hash recorded at event \(divergence.sequence): "
                        + "nothing is taken out; run `journalctl verify`"
                )
            }
            try leave(replay.state, at: stop)
        }
    }

    /// Whether a snapshot that can be used stands just before a segment.
    private func hasGoodSnapshot(before first: UInt64) throws -> Bool {
        guard first > 1, try store.sequences().contains(first - 1) else { return false }
        return try StateReader(reader).snapshot(notBeyond: .sequence(first - 1)) != nil
    }

    /// Leaves a snapshot of a state that replay gave, or finds the same there.
    private func leave(_ state: TradingState, at stop: Stop) throws {
        let (bytes, hash) = digest.bytes(of: state)
        guard state.head.rawValue == stop.sequence else {
            throw CommandFailure(1, "replay ends at event \(state.head), not at \(stop.sequence)")
        }
        if let found = try readable(stop.sequence) {
            guard found.body == bytes, found.chainHash == stop.chainHash else {
                throw CommandFailure(
                    1,
                    "the snapshot at \(stop.sequence) is not what replay gives: nothing is taken "
                        + "out; run `journalctl verify`"
                )
            }
            return
        }
        let head = Head(
            sequence: stop.sequence,
            chainHash: stop.chainHash,
            epoch: state.epoch.rawValue,
            commitTime: state.time.nanoseconds
        )
        try store.save(head: head, stateHash: hash, body: bytes)
        guard try store.load(stop.sequence).body == bytes else {
            throw CommandFailure(1, "the snapshot at \(stop.sequence) does not read back")
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
