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
/// writer has just started is read again beside it before it is reported. Use a reader from one
/// thread at a time, and never in the process that writes: there ask the writer for one.
public final class JournalReader {
    /// The directory of the journal.
    public let directory: String

    /// The journal's id, as its first batch says.
    public let journalID: JournalID

    let layout: JournalLayout
    private let hasher = SHA256()
    private var cached: Store?
    private let shared: Store?

    /// Opens the journal in `directory` for reading.
    ///
    /// - Throws: ``JournalError`` with `missing`, `noJournal`, `damaged` or `system`.
    public static func open(_ directory: String) throws(JournalError) -> JournalReader {
        try JournalReader(directory, shared: nil)
    }

    init(_ directory: String, shared: Store?) throws(JournalError) {
        self.directory = directory
        self.shared = shared
        layout = JournalLayout(directory: directory)
        try layout.requireJournal("read the journal in")
        var id: JournalID?
        let numbers = try layout.segmentNumbers()
        // Only the last segment may be empty, so a second look suffices.
        for number in numbers.prefix(2) where id == nil {
            let store = try Self.openStore(layout, number, last: numbers.last, shared: shared)
            id = try Self.firstHeader(of: store)?.journalID
        }
        guard let id else {
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
        for number in try layout.segmentNumbers().reversed() {
            let store = try store(for: number, last: try layout.segmentNumbers().last)
            if let head = try Self.head(of: store, hasher) { return head }
        }
        throw JournalError(
            .damaged,
            "find the head of",
            directory,
            reason: "no segment holds a batch",
            advice: JournalError.verifyAdvice
        )
    }

    /// The lowest sequence number that the journal still holds.
    public func firstSequence() throws(JournalError) -> UInt64 {
        guard let first = try layout.segmentNumbers().first else { return 1 }
        return first
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
        var numbers = try layout.segmentNumbers()
        guard let lowest = numbers.first, walk.next >= lowest else {
            throw gone(from: walk.next, lowest: numbers.first)
        }
        while !walk.isDone {
            // The last segment that begins at or before what is wanted next.
            guard let number = numbers.last(where: { $0 <= walk.next }) else { return }
            let before = walk.next
            try read(number, last: numbers.last, &walk, body)
            if walk.isDone { return }
            let list = try layout.segmentNumbers()
            let isSealed = list.contains { $0 > number && $0 <= walk.next }
            if !isSealed, list == numbers, let later = list.first(where: { $0 > walk.next }) {
                throw missing(walk.next, later)
            }
            if !isSealed && (walk.next == before || list == numbers) { return }
            numbers = list
        }
    }

    private func read(
        _ number: UInt64,
        last: UInt64?,
        _ walk: inout BatchWalk,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) {
        walk.segment = layout.segment(number)
        while true {
            let store = try store(for: number, last: last)
            let isQuiet = store.access == .quietReader
            let isSealed = number != last
            do throws(JournalError) {
                let isAtEnd =
                    isQuiet && !walk.options.copies
                    ? try walk.runInPlace(store, limit: isSealed ? .max : 64 << 20, body)
                    : try walk.runCopying(store, body)
                if isAtEnd { return }
            } catch {
                // Pages may have been reused by a writer that has started meanwhile.
                if error.code == .damaged, isQuiet, !isSealed, try isWritten() { continue }
                throw error
            }
        }
    }

    private func missing(_ wanted: UInt64, _ later: UInt64) -> JournalError {
        JournalError(
            .damaged,
            "read the journal in",
            directory,
            reason: "sequence number \(wanted) is missing; the next segment begins with \(later)",
            advice: JournalError.verifyAdvice,
            sequence: wanted
        )
    }

    private func gone(from wanted: UInt64, lowest: UInt64?) -> JournalError {
        JournalError(
            .archived,
            "read the journal in",
            directory,
            reason: "it begins with sequence number \(lowest ?? 0), and \(wanted) was asked for",
            advice: "restore the archived segments, or begin at a higher sequence number",
            sequence: wanted
        )
    }
}

extension JournalReader {
    private func isWritten() throws(JournalError) -> Bool {
        try translating("look for a writer of") { () throws(PlatformError) in
            try LockFile.isHeld(layout.lock)
        }
    }

    /// The store of a segment, kept open from one call to the next where it fits.
    private func store(for number: UInt64, last: UInt64?) throws(JournalError) -> Store {
        let path = layout.segment(number)
        if let shared, shared.path == path { return shared }
        let isLive = try number == last && shared == nil ? isWritten() : false
        let access: Store.Access = isLive ? .liveReader : .quietReader
        if let cached, cached.path == path, cached.access == access { return cached }
        cached = nil  // closed before another is opened: one environment for a path at a time
        let opened = try Self.openStore(layout, number, last: last, shared: shared)
        cached = opened
        return opened
    }

    private static func openStore(
        _ layout: JournalLayout,
        _ number: UInt64,
        last: UInt64?,
        shared: Store?
    ) throws(JournalError) -> Store {
        let path = layout.segment(number)
        if let shared, shared.path == path { return shared }
        let isLive = try translating("look for a writer of") { () throws(PlatformError) -> Bool in
            try number == last && shared == nil ? LockFile.isHeld(layout.lock) : false
        }
        if !isLive { try MetaPages.require(path, "read the segment") }
        return try storing("read the journal in") { () throws(LMDBError) in
            try Store(path: path, access: isLive ? .liveReader : .quietReader, mapSize: 0)
        }
    }

    private static func firstHeader(of store: Store) throws(JournalError) -> BatchHeader? {
        try endHeader(of: store, atFront: true) { header, _ in header }
    }

    /// The last batch of a store as a head; `nil` when the store is empty.
    static func head(of store: Store, _ hasher: SHA256) throws(JournalError) -> Head? {
        try endHeader(of: store, atFront: false) { header, bytes in
            Head(
                sequence: header.lastSequence,
                chainHash: hasher.digest(of: bytes),
                epoch: header.epoch,
                commitTime: header.commitTime
            )
        }
    }

    private static func endHeader<Result>(
        of store: Store,
        atFront: Bool,
        _ body: (BatchHeader, Span<UInt8>) -> Result
    ) throws(JournalError) -> Result? {
        try reading(store) { (snapshot) throws(JournalError) -> Result? in
            var fault: FormatFault
            do throws(LMDBError) {
                var cursor = try snapshot.cursor()
                guard let record = try atFront ? cursor.first() : cursor.last() else { return nil }
                do throws(FormatFault) {
                    return body(try BatchHeader.decode(record.bytes), record.bytes)
                } catch {
                    fault = error
                }
            } catch {
                throw JournalError(error, "read a batch of")
            }
            throw JournalError.damaged(store.path, fault, sequence: nil)
        }
    }
}

/// Runs `body` over a view of `store`, with the journal's errors.
func reading<Result: ~Copyable>(
    _ store: Store,
    _ body: (borrowing Snapshot) throws(JournalError) -> Result
) throws(JournalError) -> Result {
    do throws(ReadFailure<JournalError>) {
        return try store.read(body)
    } catch {
        switch error {
        case .store(let error): throw JournalError(error, "read")
        case .body(let error): throw error
        }
    }
}

extension JournalError {
    static func damaged(
        _ path: String,
        _ fault: FormatFault,
        sequence: UInt64?
    ) -> JournalError {
        let place = sequence.map { " near sequence number \($0)" } ?? ""
        var code = Code.damaged
        if case .unknownVersion = fault { code = .unknownVersion }
        return JournalError(
            code,
            "read the segment",
            path,
            reason: "\(fault.meaning)\(place)",
            advice: code == .damaged ? verifyAdvice : "use a newer program",
            sequence: sequence,
            underlying: fault
        )
    }
}

extension FormatFault {
    /// The fault in words.
    public var meaning: String {
        switch self {
        case .noBatch: "the bytes do not begin as a batch does"
        case .unknownVersion(let version): "a batch has format version \(version), not 1"
        case .headerChecksum: "a batch's header does not match its checksum"
        case .length: "a batch's length or count contradicts its bytes"
        case .eventChecksum(let offset, let sequence):
            "event \(sequence), \(offset) bytes into its batch, does not match its checksum"
        case .eventLength(let offset, let sequence):
            "event \(sequence), \(offset) bytes into its batch, has an impossible length"
        }
    }
}
