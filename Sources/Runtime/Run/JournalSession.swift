internal import Digests
internal import Engine
internal import Journal
internal import Projections
internal import Trading

/// The write side of a run: takes what a turn decided to the journal.
///
/// Design note: it owns the writer, the open batch and the snapshots, and belongs to the writer
/// thread. After an error of a commit nothing more may be sent.
package final class JournalSession {
    private let writer: any JournalStore
    private let clock: RunClock
    private let digest = StateDigest()
    private let signer: CheckpointSigner?
    /// The stamped time of the newest checkpoint of this epoch.
    private var signedAt: Timestamp?
    private var payload = ByteWriter(capacity: 512)
    /// The place in the journal of the newest recorded hash, in events.
    private var hashedAt: UInt64
    /// The newest event that changed more than a mark, and the newest in a snapshot.
    private var changedAt: UInt64
    private var snapshotAt: UInt64
    /// How long the commits took that no event tells of yet.
    private var times = DurationHistogram()

    /// How many events lie between two recorded hashes at most.
    static let hashInterval: UInt64 = 10_000

    /// Takes a journal that is open for writing.
    ///
    /// - Parameters:
    ///   - writer: The journal.
    ///   - snapshot: Where the snapshot stands that it was opened with.
    ///   - clock: The clocks that commits are timed by.
    package convenience init(writer: any JournalStore, snapshot: UInt64?, clock: RunClock) {
        self.init(writer, snapshot: snapshot, clock, signer: nil)
    }

    init(
        _ writer: any JournalStore,
        snapshot: UInt64?,
        _ clock: RunClock,
        signer: CheckpointSigner?
    ) {
        self.writer = writer
        self.clock = clock
        self.signer = signer
        hashedAt = writer.head.sequence
        changedAt = writer.head.sequence
        snapshotAt = snapshot ?? 0
    }

    /// The id of the journal.
    var journalID: JournalID { writer.journalID }
    /// The end of what is durable.
    var head: Head { writer.head }
    /// Whether something waits to be committed.
    var hasOpenBatch: Bool { writer.openBatchCount > 0 }
    /// Whether something but marks changed since the newest snapshot.
    var hasChanged: Bool { changedAt > snapshotAt }

    /// Begins an epoch above every one seen.
    func beginEpoch(_ epoch: Epoch) throws(JournalError) {
        try writer.beginEpoch(epoch.rawValue)
    }

    /// The lowest number a new epoch may have.
    var nextEpoch: Epoch { Epoch(writer.epoch + 1) }

    /// Puts the events of a turn into the open batch.
    func append(_ events: [EventEnvelope]) throws(JournalError) {
        for envelope in events {
            payload.removeAll()
            envelope.event.encode(into: &payload)
            let bytes = payload.bytes
            let sequence = try writer.append(
                kind: envelope.event.kind.rawValue,
                version: envelope.event.version,
                time: envelope.time.nanoseconds,
                trace: envelope.trace.rawValue,
                cause: envelope.cause.rawValue,
                payload: bytes.span
            )
            invariant(
                sequence == envelope.sequence.rawValue,
                "journal and state count events alike"
            )
            switch envelope.event {
            case .inputsMarked, .stateHashed, .epochEnded, .commitsTimed, .checkpointSigned: break
            default: changedAt = sequence
            }
        }
    }

    /// Makes the open batch durable.
    func commit(_ turn: inout Turn) throws(JournalError) {
        if writer.openBatchCount == 0 { return }
        try commitTimed(at: turn.time)
        invariant(
            writer.head.sequence == turn.state.head.rawValue,
            "what is folded is committed"
        )
        if writer.head.sequence - hashedAt >= Self.hashInterval {
            hashedAt = writer.head.sequence
            turn.emit(
                .stateHashed(StateHashed(hash: digest.hash(of: turn.state), isSnapshot: false))
            )
            try append(turn.events)
            turn.clear()
        }
    }

    /// Signs the chain as of the last commit, where a key is configured; the checkpoint is for the
    /// next batch.
    func sign(_ turn: inout Turn) {
        guard let signer else { return }
        signedAt = turn.time
        turn.emit(
            .checkpointSigned(signer.checkpoint(of: writer.head, epoch: Epoch(writer.epoch)))
        )
    }

    /// Signs where the newest checkpoint is older than the schedule allows.
    func signIfDue(_ turn: inout Turn) throws(JournalError) {
        guard let signer, let signedAt, turn.time - signedAt >= signer.every else { return }
        sign(&turn)
        try append(turn.events)
        turn.clear()
    }

    private func commitTimed(at time: Timestamp) throws(JournalError) {
        let begun = clock.monotonic()
        try writer.commit(at: time.nanoseconds)
        times.add(TimeSpan(nanoseconds: clock.monotonic() - begun))
    }

    /// Tells how long the commits took since this was told last.
    private func tellTimes(_ turn: inout Turn) {
        if times.count == 0 { return }
        turn.emit(.commitsTimed(CommitsTimed(times: times)))
        times = DurationHistogram()
    }

    /// Saves the state as of the last commit, and records its hash in the open batch.
    func snapshot(_ turn: inout Turn) throws(JournalError) {
        invariant(writer.openBatchCount == 0, "a snapshot is taken between batches")
        let (bytes, hash) = digest.bytes(of: turn.state)
        try writer.syncWitnesses()
        try writer.saveSnapshot(stateHash: hash, body: bytes)
        snapshotAt = writer.head.sequence
        hashedAt = writer.head.sequence
        turn.emit(.stateHashed(StateHashed(hash: StateHash(hash), isSnapshot: true)))
        tellTimes(&turn)
        try append(turn.events)
        turn.clear()
    }

    /// Ends in order: everything durable, the state saved, the witnesses synced.
    func finish(_ turn: inout Turn, _ reason: StopReason) throws(JournalError) {
        try commit(&turn)
        sign(&turn)
        tellTimes(&turn)
        turn.emit(
            .stateHashed(StateHashed(hash: digest.hash(of: turn.state), isSnapshot: false))
        )
        turn.emit(.epochEnded(EpochEnded(reason: reason)))
        try append(turn.events)
        turn.clear()
        try writer.commit(at: turn.time.nanoseconds)
        let (bytes, hash) = digest.bytes(of: turn.state)
        try writer.saveSnapshot(stateHash: hash, body: bytes)
        try writer.syncWitnesses()
    }

    /// Copies the journal elsewhere when it can no longer be written where it is; says where.
    func emergencyCopy(to target: String) throws(JournalError) -> String {
        try files("copy").emergencyCopy(to: target)
    }

    /// Seals the segment at hand.
    func beginSegment() throws(JournalError) { try files("seal a segment of").beginSegment() }

    /// Checks that a segment may be taken out.
    func requireRemovable(_ removal: Removal) throws(JournalError) {
        try files("take a segment out of").requireRemovable(removal)
    }

    /// Takes a segment out whose event is committed.
    func takeOut(_ removal: Removal) throws(JournalError) -> String {
        try files("take a segment out of").takeOut(removal)
    }

    /// Frees what readers that died still hold.
    func checkReaders() throws(JournalError) { try writer.checkReaders() }

    /// Reads what is committed.
    func reader() throws(JournalError) -> JournalReader { try files("read").reader() }

    private func files(_ action: String) throws(JournalError) -> JournalWriter {
        guard let files = writer.files else {
            throw JournalError(
                .refusedInput,
                action,
                "\(writer.journalID)",
                reason: "it has no files",
                advice: "use a journal on a disk"
            )
        }
        return files
    }
}
