public import Digests
internal import LMDB
internal import Platform

/// The end of a journal: its last committed batch.
public struct Head: Hashable, Sendable {
    /// Sequence number of the last event.
    public let sequence: UInt64
    /// SHA-256 over the last batch, which the next one will name.
    public let chainHash: SHA256Digest
    /// The epoch that wrote the last batch.
    public let epoch: UInt32
    /// When it was committed, nanoseconds since 1970.
    public let commitTime: Int64

    /// Makes a head of what a batch says.
    public init(sequence: UInt64, chainHash: SHA256Digest, epoch: UInt32, commitTime: Int64) {
        self.sequence = sequence
        self.chainHash = chainHash
        self.epoch = epoch
        self.commitTime = commitTime
    }
}

/// What a reader checks on its way, and how it hands out bytes.
public struct ReadOptions: Hashable, Sendable {
    /// Check every event against its checksum before the batch is handed out.
    public var checksEvents = true

    /// Check that every batch names the hash of the one before; costs a SHA-256 over all bytes.
    public var checksChain = false

    /// Copy batches out of the store before handing them out.
    ///
    /// Set it when the body may wait, for output or for anything else: while the body runs on the
    /// store's own memory, the writer of a live journal could not reuse pages.
    public var copies = false

    /// The last sequence number wanted; the batch that holds it is the last one handed out.
    public var last = UInt64.max

    /// Options that check events and not the chain.
    public init() {}
}

/// Whether a walk goes on.
public enum Continuation: Hashable, Sendable {
    /// With the next batch.
    case proceed
    /// No further.
    case stop
}

/// Reads batches of a journal in order, beside a writer or without one.
///
/// Design note: where nobody writes, and in sealed segments, it writes no byte anywhere and hands
/// out the store's own memory. Beside a writer it copies batches out in chunks, so that its view
/// of the store never lasts longer than a copy of some megabytes. What looks damaged while a
/// writer has just started is read again beside it before it is reported. Where segments are gone
/// it goes on in their archives, as if they were still in place. Use a reader from one thread at a
/// time, and never in the process that writes: there ask the writer for one.
public final class JournalReader {
    /// The directory of the journal.
    public let directory: String

    /// The journal's id, as its first batch says.
    public let journalID: JournalID

    let layout: JournalLayout
    /// Whether the directory holds archives in place of segments.
    let isArchive: Bool
    /// Where archives are looked for beside what the journal itself says.
    let namedPlaces: [String]
    let hasher = SHA256()
    var cached: Store?
    let shared: Store?
    /// The archives seen last.
    var known: ArchiveSet?

    /// Opens the journal in `directory` for reading.
    ///
    /// - Parameters:
    ///   - directory: A journal, or the directory that holds a journal's archives.
    ///   - archives: Other places of its archives than those that the journal names.
    /// - Returns: a reader, with nothing read yet.
    /// - Throws: ``JournalError`` with `missing`, `noJournal`, `damaged` or `system`.
    public static func open(
        _ directory: String,
        archives: [String] = []
    ) throws(JournalError) -> JournalReader {
        try JournalReader(directory, shared: nil, archives: archives)
    }

    init(
        _ directory: String,
        shared: Store?,
        archives: [String] = []
    ) throws(JournalError) {
        self.directory = directory
        self.shared = shared
        layout = JournalLayout(directory: directory)
        if let manifest = try layout.archiveManifest() {
            journalID = manifest.journalID
            isArchive = true
            namedPlaces = [directory] + archives
            return
        }
        isArchive = false
        namedPlaces = archives
        try layout.requireJournal("read the journal in")
        guard let id = try Self.firstID(layout, shared) else {
            throw JournalError(
                .damaged,
                "read the journal in",
                directory,
                reason: "no segment holds a batch",
                advice: JournalError.verifyAdvice
            )
        }
        journalID = id
    }

    /// The end of the journal as of now.
    ///
    /// - Throws: ``JournalError`` with `damaged` or `system`.
    public func head() throws(JournalError) -> Head {
        for number in try numbers().reversed() {
            let store = try store(for: number, last: try numbers().last)
            if let head = try Self.head(of: store, hasher) { return head }
        }
        if let last = try archives(fresh: true).parts.last {
            return try ArchiveReader(last, of: journalID).head(hasher)
        }
        throw JournalError(
            .damaged,
            "find the head of",
            directory,
            reason: "no segment holds a batch",
            advice: JournalError.verifyAdvice
        )
    }

    /// The lowest sequence number from which everything up to the head can be read, in segments
    /// and archives.
    public func firstSequence() throws(JournalError) -> UInt64 {
        let archives = try archives(fresh: true)
        guard let first = try numbers().first else { return archives.parts.first?.entry.first ?? 1 }
        return archives.begin(before: first)
    }

    /// Hands out batches in order, beginning with the one that holds `sequence`.
    ///
    /// A `sequence` beyond the head hands out nothing.
    ///
    /// - Parameters:
    ///   - sequence: within the first batch handed out.
    ///   - previousHash: hash that the first batch handed out must name, for a checked chain.
    ///   - options: what is checked and how bytes are handed out.
    ///   - body: gets each batch; its memory is valid only during the call.
    /// - Throws: ``JournalError`` with `damaged`, `archived`, `foreign` or `system`, and what
    ///   `body` throws.
    public func forEachBatch(
        from sequence: UInt64 = 1,
        previousHash: SHA256Digest? = nil,
        options: ReadOptions = ReadOptions(),
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) {
        var walk = BatchWalk(
            journalID: journalID,
            from: max(sequence, 1),
            previousHash: previousHash,
            options: options,
            hasher: hasher
        )
        var numbers = try numbers()
        while !walk.isDone {
            // The last segment that begins at or before what is wanted next.
            guard let number = numbers.last(where: { $0 <= walk.next }) else {
                let isRead = try readArchive(&walk, body)
                numbers = try self.numbers()
                if isRead || numbers.contains(where: { $0 <= walk.next }) { continue }
                guard let later = try nextSequence(after: walk.next) else { return }
                throw gone(from: walk.next, to: later - 1)
            }
            let before = walk.next
            guard try read(number, last: numbers.last, &walk, body) else {
                numbers = try self.numbers()
                continue
            }
            if walk.isDone { return }
            let list = try self.numbers()
            let isSealed = list.contains { $0 > number && $0 <= walk.next }
            if !isSealed, list == numbers, let later = list.first(where: { $0 > walk.next }) {
                guard try readArchive(&walk, body) else { throw missing(walk.next, later) }
                continue
            }
            if !isSealed && (walk.next == before || list == numbers) { return }
            numbers = list
        }
    }

    /// Reads what is wanted from a segment; false where the segment is no longer there.
    private func read(
        _ number: UInt64,
        last: UInt64?,
        _ walk: inout BatchWalk,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) -> Bool {
        walk.segment = layout.segment(number)
        while true {
            let store: Store
            do throws(JournalError) {
                store = try self.store(for: number, last: last)
            } catch {
                // Archived meanwhile.
                if try !numbers().contains(number) { return false }
                throw error
            }
            let isQuiet = store.access == .quietReader
            let isSealed = number != last
            do throws(JournalError) {
                let isAtEnd =
                    isQuiet && !walk.options.copies
                    ? try walk.runInPlace(store, limit: isSealed ? .max : 64 << 20, body)
                    : try walk.runCopying(store, body)
                if isAtEnd { return true }
            } catch {
                // Pages may have been reused by a writer that has started meanwhile.
                if error.code == .damaged, isQuiet, !isSealed, try isWritten() { continue }
                throw error
            }
        }
    }
}
