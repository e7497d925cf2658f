internal import LMDB
internal import Platform

/// Makes a segment aside, so that one that has its name is whole.
///
/// It is `<first>.new` until ``finish()``; what an interrupted process leaves is a lawful leftover
/// that the next writer removes. Batches are stored byte for byte as they are given, many per
/// transaction, with LMDB's default syncs. After an error the builder is of no use.
struct SegmentBuilder: ~Copyable {
    private let path: String
    private var store: Store?
    private var next: UInt64
    private var pending: Appending?
    private var pendingBytes = 0

    /// Bytes of batches in one transaction, which keeps its pages in memory.
    private static let transactionLimit = 16 << 20

    /// Begins the segment that holds `first` and what follows.
    ///
    /// - Parameters:
    ///   - segments: the directory of segments; it must exist.
    ///   - first: sequence number of the first batch to come.
    ///   - mapSize: bytes the segment may grow to.
    /// - Throws: ``JournalError`` with `system`.
    init(in segments: String, first: UInt64, mapSize: Int) throws(JournalError) {
        let path = segments + "/" + JournalLayout.name(first)
        let aside = path + ".new"
        try translating("make a segment in") { () throws(PlatformError) in
            try FileSystem.removeTree(aside)
            try FileSystem.createDirectory(aside)
        }
        let store = try storing("make a segment in") { () throws(LMDBError) in
            try Store(path: aside, access: .writer, mapSize: mapSize)
        }
        self.path = path
        self.store = store
        next = first
    }

    /// Bytes in use by what was appended: what a limit of the size is held against.
    var usedBytes: Int { (store?.information.usedBytes ?? 0) + pendingBytes }

    /// Appends a whole batch, whose header is checked and whose events are not.
    ///
    /// - Throws: ``JournalError``; `refusedInput` for bytes that are no batch, or not the next one.
    mutating func append(_ batch: Span<UInt8>) throws(JournalError) {
        let header: BatchHeader
        do throws(FormatFault) {
            header = try BatchHeader.decode(batch)
        } catch {
            throw refused(error.meaning)
        }
        guard header.firstSequence == next else {
            throw refused("a batch begins with \(header.firstSequence), \(next) is due")
        }
        try beginIfNeeded()
        do throws(LMDBError) {
            try pending?.append(batch, at: next)
        } catch {
            throw JournalError(error, "copy batches to")
        }
        next = header.lastSequence + 1
        pendingBytes += batch.count
        if pendingBytes >= Self.transactionLimit { try commit() }
    }

    /// Syncs the segment, gives it its name, and returns its directory.
    consuming func finish() throws(JournalError) -> String {
        try commit()
        // Closed first: closing any descriptor of its files would drop the store's locks.
        store = nil
        let path = path
        try translating("make a segment in") { () throws(PlatformError) in
            try FileSystem.syncTree(path + ".new")
            try FileSystem.rename(path + ".new", to: path)
            try FileSystem.syncDirectory(FileSystem.parent(of: path))
        }
        return path
    }

    private mutating func beginIfNeeded() throws(JournalError) {
        guard pending == nil, let store else { return }
        do throws(LMDBError) {
            pending = try store.beginAppending()
        } catch {
            throw JournalError(error, "copy batches to")
        }
    }

    private mutating func commit() throws(JournalError) {
        do throws(LMDBError) {
            try pending?.commit()
        } catch {
            throw JournalError(error, "copy batches to")
        }
        pending = nil
        pendingBytes = 0
    }

    private func refused(_ reason: String) -> JournalError {
        JournalError(
            .refusedInput,
            "copy batches to",
            path,
            reason: reason,
            advice: "copy whole batches, in order and without gaps"
        )
    }
}
