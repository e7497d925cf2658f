public import Digests
internal import Platform

/// A verified snapshot of what the caller derives from a journal.
public struct StateSnapshot: Sendable {
    /// The last event it includes.
    public let sequence: UInt64
    /// Chain hash of the batch that ends with ``sequence``.
    public let chainHash: SHA256Digest
    /// The caller's hash of the state.
    public let stateHash: SHA256Digest
    /// The caller's bytes.
    public let body: [UInt8]
}

enum SnapshotLayout {
    static let magic: UInt64 = 0x0A53_5041_4E53_4648  // "HFSNAPS\n"
    static let headerLength = 112
    static let version: UInt16 = 1
}

/// The snapshot files of a journal.
///
/// Design note: it may be used beside the writer from another thread; it touches only
/// `snapshots/`. Saving writes aside, syncs and renames, then removes what need not be kept.
public struct SnapshotStore: Sendable {
    /// The directory of the journal.
    public let directory: String

    /// The journal that snapshots belong to.
    public let journalID: JournalID

    /// How many of the newest snapshots are kept.
    public static let kept = 3

    private var layout: JournalLayout { JournalLayout(directory: directory) }

    /// Creates a store over the snapshots of the journal in `directory`.
    public init(directory: String, journalID: JournalID) {
        self.directory = directory
        self.journalID = journalID
    }

    /// Sequence numbers of the snapshots there, ascending, by their names.
    public func sequences() throws(JournalError) -> [UInt64] {
        try translating("list the snapshots of") { () throws(PlatformError) in
            guard try FileSystem.status(layout.snapshots) != nil else { return [] }
            return try FileSystem.list(layout.snapshots).compactMap(Self.sequence).sorted()
        }
    }

    /// The file of the snapshot at `sequence`.
    public func path(_ sequence: UInt64) -> String {
        layout.snapshots + "/" + JournalLayout.name(sequence) + ".snapshot"
    }

    static func sequence(_ name: String) -> UInt64? {
        guard name.hasSuffix(".snapshot") else { return nil }
        return JournalLayout.sequence(name.dropLast(9))
    }

    /// Saves a snapshot durably, then removes those that need not be kept.
    ///
    /// Kept are the newest three; those after which a segment begins, so that what comes before can
    /// be taken out, and one older for each; and the two below where the journal begins.
    ///
    /// - Parameters:
    ///   - head: the journal's head, at which the state stands.
    ///   - stateHash: the caller's hash of the state.
    ///   - body: the caller's bytes.
    /// - Throws: ``JournalError`` with `system`.
    public func save(
        head: Head,
        stateHash: SHA256Digest,
        body: [UInt8]
    ) throws(JournalError) {
        var header = ByteBuffer(capacity: SnapshotLayout.headerLength)
        header.append(SnapshotLayout.magic)
        header.append(SnapshotLayout.version)
        header.append(UInt16(SnapshotLayout.headerLength))
        header.append(UInt32(0))
        header.append(journalID.low)
        header.append(journalID.high)
        header.append(head.sequence)
        for digest in [head.chainHash, stateHash] {
            for word in [digest.word0, digest.word1, digest.word2, digest.word3] {
                header.append(word)
            }
        }
        header.append(UInt64(body.count))
        let hasher = SHA256()
        hasher.update(header.bytes)
        hasher.update(body.span)
        let trailer = hasher.finish().bytes
        let front = (0..<header.count).map { header.bytes[$0] }
        try translating("save the snapshot at \(head.sequence) of") {
            () throws(PlatformError) in
            try FileSystem.createDirectories(layout.snapshots)
            try FileSystem.replaceDurably(path(head.sequence), with: [front, body, trailer])
        }
        try prune()
    }

    /// Reads and verifies the snapshot at `sequence`.
    ///
    /// - Throws: ``JournalError`` with `missing`, `damaged`, `foreign`, `unknownVersion` or
    ///   `system`.
    public func load(_ sequence: UInt64) throws(JournalError) -> StateSnapshot {
        let path = path(sequence)
        let (id, snapshot) = try Self.read(path, sequence: sequence)
        guard id == journalID else {
            throw Self.refusal(.foreign, path, "it belongs to another journal", sequence)
        }
        guard snapshot.sequence == sequence else {
            throw Self.refusal(.damaged, path, "its name contradicts its bytes", sequence)
        }
        return snapshot
    }

    /// Reads and verifies a snapshot that was listed before.
    ///
    /// A writer removes old ones at any time: one that is no longer listed either is nothing wrong.
    ///
    /// - Returns: The snapshot; `nil` where it was removed meanwhile.
    /// - Throws: What ``load(_:)`` throws, with `missing` for a name that leads nowhere.
    func loadListed(_ sequence: UInt64) throws(JournalError) -> StateSnapshot? {
        do throws(JournalError) {
            return try load(sequence)
        } catch {
            guard error.code == .missing, try !sequences().contains(sequence) else { throw error }
            return nil
        }
    }

    /// Reads and verifies a snapshot file, wherever it lies.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - sequence: The sequence number that its name says, for messages.
    /// - Returns: The journal it belongs to, and the snapshot.
    /// - Throws: ``JournalError`` with `missing`, `damaged`, `unknownVersion` or `system`.
    public static func read(
        _ path: String,
        sequence: UInt64? = nil
    ) throws(JournalError) -> (journalID: JournalID, snapshot: StateSnapshot) {
        let bytes = try translating("read the snapshot") { () throws(PlatformError) in
            try FileSystem.read(path)
        }
        let span = bytes.span
        let end = bytes.count - 32
        guard end >= SnapshotLayout.headerLength, span.uint64(at: 0) == SnapshotLayout.magic else {
            let reason = "the bytes do not begin as a snapshot does"
            throw refusal(.damaged, path, reason, sequence)
        }
        let digest = SHA256().digest(of: span.extracting(0..<end))
        guard digest == SHA256Digest(bytes: span.extracting(end..<bytes.count)) else {
            throw refusal(.damaged, path, "the bytes do not match their SHA-256", sequence)
        }
        let version = span.uint16(at: 8)
        guard version == SnapshotLayout.version else {
            let reason = "it has format version \(version), not 1"
            throw refusal(.unknownVersion, path, reason, sequence)
        }
        guard span.uint64(at: 104) == UInt64(end - SnapshotLayout.headerLength),
            let chainHash = SHA256Digest(bytes: span.extracting(40..<72)),
            let stateHash = SHA256Digest(bytes: span.extracting(72..<104))
        else { throw refusal(.damaged, path, "its length contradicts its bytes", sequence) }
        let snapshot = StateSnapshot(
            sequence: span.uint64(at: 32),
            chainHash: chainHash,
            stateHash: stateHash,
            body: Array(bytes[SnapshotLayout.headerLength..<end])
        )
        return (JournalID(low: span.uint64(at: 16), high: span.uint64(at: 24)), snapshot)
    }

    private static func refusal(
        _ code: JournalError.Code,
        _ path: String,
        _ reason: String,
        _ sequence: UInt64?
    ) -> JournalError {
        JournalError(
            code,
            "read the snapshot",
            path,
            reason: reason,
            advice: "use an older snapshot; the journal gives the same state",
            sequence: sequence
        )
    }

    /// The newest good snapshot, and what is wrong with the newer ones that were skipped.
    ///
    /// - Parameter limit: snapshots beyond this sequence number are not looked at.
    /// - Returns: the snapshot, or `nil`, and the errors of those skipped.
    /// - Throws: ``JournalError`` with `system` when the directory cannot be listed.
    public func loadNewest(
        notBeyond limit: UInt64 = .max
    ) throws(JournalError) -> (snapshot: StateSnapshot?, skipped: [JournalError]) {
        var skipped: [JournalError] = []
        for sequence in try sequences().reversed() where sequence <= limit {
            do throws(JournalError) {
                return (try load(sequence), skipped)
            } catch {
                skipped.append(error)
            }
        }
        return (nil, skipped)
    }

    /// Removes what need not be kept.
    func prune() throws(JournalError) {
        let all = try sequences()
        let segments = try layout.segmentNumbers()
        var keep = Set(all.suffix(Self.kept))
        for place in all.indices where segments.contains(all[place] + 1) {
            keep.formUnion(all[max(0, place - 1)...place])
        }
        if let first = segments.first, first > 1 {
            keep.formUnion(all.filter { $0 < first }.suffix(2))
        }
        try translating("remove old snapshots of") { () throws(PlatformError) in
            for sequence in all where !keep.contains(sequence) {
                try FileSystem.removeFile(path(sequence))
            }
        }
    }
}
