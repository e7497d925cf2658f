internal import Digests
internal import LMDB
internal import Platform

/// The one writer of a journal.
///
/// Design note: it owns the lock, the last segment's store, both witnesses and the batch being
/// filled. Use it from one thread. ``commit(at:)`` returns only when the batch is on disk and both
/// witnesses are written; after any error of a commit the outcome is unknown, and every later call
/// throws `dead`: only a new process, which opens and checks the journal again, can tell.
public final class JournalWriter {
    /// The directory of the journal.
    public let directory: String

    /// The journal's id.
    public let journalID: JournalID

    /// The end of the journal: what is committed.
    public private(set) var head: Head

    /// What opening found; `nil` for a journal just made.
    public internal(set) var opening: Opening?

    /// Events in the open batch.
    public var openBatchCount: Int { Int(batch.count) }

    /// The sequence number that the next event gets.
    public var nextSequence: UInt64 { head.sequence + 1 + UInt64(batch.count) }

    /// The epoch that new batches carry.
    public internal(set) var epoch: UInt32

    let layout: JournalLayout
    let options: WriterOptions
    private let lock: LockFile
    private let hasher = SHA256()
    private var besideHasher: BesideHasher?
    private var batch = OpenBatch()
    private var store: Store?
    private var witnesses: [WitnessWriter] = []
    private let home: JournalID
    private var lastWitnessSync: Int64
    private var failure: JournalError?

    /// Nanoseconds after which a commit syncs the witnesses too.
    static let witnessSyncInterval: Int64 = 1_000_000_000

    /// Bytes from which a batch is hashed while the disk is waited for; below, waking a thread
    /// costs more than hashing.
    static let besideHashingLimit = 32 << 10

    init(
        layout: JournalLayout,
        journalID: JournalID,
        head: Head,
        options: WriterOptions,
        lock: LockFile,
        store: Store,
        witnesses: (inner: WitnessWriter, outer: WitnessWriter?, home: JournalID)
    ) {
        directory = layout.directory
        self.layout = layout
        self.journalID = journalID
        self.head = head
        self.options = options
        self.lock = lock
        self.store = store
        // The outer one first: once the inner one names a state directory, that one must know it.
        self.witnesses = [witnesses.outer, witnesses.inner].compactMap(\.self)
        home = witnesses.home
        epoch = head.epoch
        lastWitnessSync = Clock.monotonic()
    }

    /// Begins a new epoch: later batches carry it, and the witnesses learn of it at once.
    ///
    /// - Parameter epoch: above every epoch before; the open batch must be empty.
    /// - Throws: ``JournalError`` with `refusedInput`, `dead` or `system`.
    public func beginEpoch(_ epoch: UInt32) throws(JournalError) {
        try requireAlive("begin an epoch in")
        guard epoch > self.epoch, batch.count == 0 else {
            throw refused(
                "begin epoch \(epoch) in",
                batch.count == 0
                    ? "the journal is in epoch \(self.epoch)" : "the open batch is not empty",
                "use an epoch above \(self.epoch), with an empty batch"
            )
        }
        self.epoch = epoch
        try dying("witness the epoch of") { () throws(PlatformError) in
            try writeWitnesses()
            try syncWitnessFiles()
        }
    }

    /// Adds an event to the open batch and returns its sequence number.
    ///
    /// - Parameters:
    ///   - kind: what happened, as a number of the caller's.
    ///   - version: version of the payload's schema.
    ///   - time: nanoseconds since 1970.
    ///   - trace: what the event belongs to; 0 for nothing.
    ///   - cause: sequence number of the causing event; 0 for none.
    ///   - payload: bytes that the caller understands.
    /// - Returns: the event's sequence number.
    /// - Throws: ``JournalError`` with `dead`, or `refusedInput` when the batch would pass 2 GiB.
    public func append(
        kind: UInt16,
        version: UInt16,
        time: Int64,
        trace: UInt64,
        cause: UInt64,
        payload: Span<UInt8>
    ) throws(JournalError) -> UInt64 {
        if failure != nil { try requireAlive("append to") }
        guard batch.hasRoom(for: payload.count) else {
            throw refused(
                "append to",
                "the open batch would pass \(Layout.maximumBatchLength) bytes",
                "commit first"
            )
        }
        let sequence = nextSequence
        batch.append(
            kind: kind,
            version: version,
            time: time,
            trace: trace,
            cause: cause,
            payload: payload
        )
        return sequence
    }

    /// Adds an event to the open batch and returns its sequence number.
    @discardableResult
    public func append(_ event: NewEvent) throws(JournalError) -> UInt64 {
        try append(
            kind: event.kind,
            version: event.version,
            time: event.time,
            trace: event.trace,
            cause: event.cause,
            payload: event.payload.span
        )
    }

    /// Forgets the events of the open batch; their sequence numbers are given again.
    public func discardOpenBatch() { batch.clear() }

    /// Makes the open batch durable and witnessed; does nothing when it is empty.
    ///
    /// - Parameter time: nanoseconds since 1970.
    /// - Throws: ``JournalError``; afterwards it is unknown whether the batch is stored, and the
    ///   writer is dead.
    public func commit(at time: Int64) throws(JournalError) {
        try requireAlive("commit to")
        if batch.count == 0 { return }
        try dying { () throws(JournalError) in try rotateIfFull() }
        guard let store else { return }
        let first = head.sequence + 1
        batch.seal(
            journalID: journalID,
            epoch: epoch,
            firstSequence: first,
            commitTime: time,
            previousHash: head.chainHash
        )
        let hash = try storeBatch(first, in: store)
        head = Head(
            sequence: head.sequence + UInt64(batch.count),
            chainHash: hash,
            epoch: epoch,
            commitTime: time
        )
        batch.clear()
        try dying("witness a commit of") { () throws(PlatformError) in
            try writeWitnesses()
            let now = Clock.monotonic()
            if now - lastWitnessSync >= Self.witnessSyncInterval { try syncWitnessFiles() }
        }
    }

    /// Makes what the witnesses say durable: before a snapshot, and at a clean stop.
    public func syncWitnesses() throws(JournalError) {
        try requireAlive("sync the witnesses of")
        try dying("sync the witnesses of") { () throws(PlatformError) in try syncWitnessFiles() }
    }

    /// Frees the slots of readers that died; call about once a minute.
    public func checkReaders() throws(JournalError) {
        guard let store else { return }
        try storing("check the readers of") { () throws(LMDBError) in
            _ = try store.checkReaders()
        }
    }

    /// A reader in this process over what is committed in the segments known now.
    public func reader() throws(JournalError) -> JournalReader {
        try requireAlive("read")
        return try JournalReader(directory, shared: store)
    }

    /// Closes the store and copies the journal's files to `target`.
    ///
    /// For a journal that can no longer be written where it is; the writer is dead afterwards. The
    /// copy appears only when it is whole and synced: as `target`, or as `target-2` and so on where
    /// another copy is there already.
    ///
    /// - Returns: where the copy is.
    /// - Throws: ``JournalError`` with `system`.
    @discardableResult
    public func emergencyCopy(to target: String) throws(JournalError) -> String {
        if failure == nil {
            _ = die(refused("write to", "it was copied elsewhere", "open it in a new process"))
        }
        // Closed first: closing any descriptor of its files would drop the store's locks.
        store = nil
        return try translating("copy the journal to \(target) from") { () throws(PlatformError) in
            var free = target
            var count = 1
            while try FileSystem.status(free) != nil {
                count += 1
                free = "\(target)-\(count)"
            }
            try FileSystem.copyTreeDurably(directory, to: free)
            return free
        }
    }
}

extension JournalWriter {
    private var slot: WitnessSlot {
        WitnessSlot(
            journalID: journalID,
            epoch: epoch,
            sequence: head.sequence,
            chainHash: head.chainHash,
            counter: 0,
            home: home
        )
    }

    private func writeWitnesses() throws(PlatformError) {
        let slot = slot
        for witness in witnesses { try witness.write(slot) }
    }

    private func syncWitnessFiles() throws(PlatformError) {
        for witness in witnesses { try witness.sync() }
        lastWitnessSync = Clock.monotonic()
    }

    /// Writes both witnesses for the head and makes them durable, one after the other.
    func establishWitnesses() throws(JournalError) {
        try dying("witness the head of") { () throws(PlatformError) in
            for witness in witnesses {
                try witness.write(slot)
                try witness.sync()
            }
            lastWitnessSync = Clock.monotonic()
        }
    }

    /// Stores the sealed batch and returns its hash.
    private func storeBatch(
        _ first: UInt64,
        in store: Store
    ) throws(JournalError) -> SHA256Digest {
        do throws(LMDBError) {
            return try batch.withBytes { (bytes) throws(LMDBError) -> SHA256Digest in
                if bytes.count >= Self.besideHashingLimit {
                    besideHasher = besideHasher ?? BesideHasher()
                    if let besideHasher {
                        return try besideHasher.digest(of: bytes) { () throws(LMDBError) in
                            try store.append(bytes, at: first)
                        }
                    }
                }
                try store.append(bytes, at: first)
                return hasher.digest(of: bytes)
            }
        } catch {
            throw die(JournalError(error, "commit to"))
        }
    }

    /// Compares what LMDB shows with what the check read by other means.
    func requireStoreAgrees() throws(JournalError) {
        guard let store, let found = try JournalReader.head(of: store, hasher), found != head
        else { return }
        throw JournalError(
            .damaged,
            "open the journal",
            directory,
            reason: "LMDB shows sequence number \(found.sequence) as the head, the check saw "
                + "\(head.sequence)",
            advice: JournalError.verifyAdvice
        )
    }

    /// Seals the segment at hand: what is committed next goes to a new one.
    ///
    /// An empty segment stays the one at hand. Events of the open batch go to the new one.
    ///
    /// - Throws: ``JournalError``; afterwards the writer is dead.
    public func beginSegment() throws(JournalError) {
        try requireAlive("begin a segment in")
        try dying { () throws(JournalError) in
            if try layout.segmentNumbers().last != head.sequence + 1 { try rotate() }
        }
    }

    private func rotateIfFull() throws(JournalError) {
        guard let current = store, current.information.usedBytes >= options.segmentLimit else {
            return
        }
        try rotate()
    }

    private func rotate() throws(JournalError) {
        store = nil
        let builder = try SegmentBuilder(
            in: layout.segments,
            first: head.sequence + 1,
            mapSize: options.mapSize
        )
        let path = try builder.finish()
        store = try storing("open the new segment of") { () throws(LMDBError) in
            try Store(path: path, access: .writer, mapSize: options.mapSize)
        }
    }

    private func requireAlive(_ action: String) throws(JournalError) {
        guard let failure else { return }
        throw JournalError(
            .dead,
            action,
            directory,
            reason: "an earlier commit failed and its outcome is unknown: \(failure.reason)",
            advice: "end this process; a new one checks the journal before it goes on",
            underlying: failure
        )
    }

    private func die(_ error: JournalError) -> JournalError {
        failure = failure ?? error
        return error
    }

    private func dying(_ body: () throws(JournalError) -> Void) throws(JournalError) {
        do throws(JournalError) { try body() } catch { throw die(error) }
    }

    private func dying(
        _ action: String,
        _ body: () throws(PlatformError) -> Void
    ) throws(JournalError) {
        do throws(PlatformError) { try body() } catch { throw die(JournalError(error, action)) }
    }

    private func refused(_ action: String, _ reason: String, _ advice: String) -> JournalError {
        JournalError(.refusedInput, action, directory, reason: reason, advice: advice)
    }
}
