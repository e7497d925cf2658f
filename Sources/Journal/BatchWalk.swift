internal import Digests
internal import LMDB
internal import Platform

/// One walk over batches: what comes next, and what it must agree with.
struct BatchWalk {
    let journalID: JournalID
    let options: ReadOptions
    let hasher: SHA256

    /// Directory of the segment at hand, for messages.
    var segment = ""

    /// The sequence number wanted next: within a batch at first, then at the start of one.
    private(set) var next: UInt64
    private(set) var isDone = false
    private var hasBegun = false

    /// Whether the store held nothing at or behind what was wanted.
    private var isExhausted = false
    private var epoch: UInt32 = 0
    private var previousHash: SHA256Digest?
    private var buffer = ChunkBuffer()

    init(
        journalID: JournalID,
        from sequence: UInt64,
        previousHash: SHA256Digest?,
        options: ReadOptions,
        hasher: SHA256
    ) {
        self.journalID = journalID
        self.options = options
        self.hasher = hasher
        self.previousHash = previousHash
        next = sequence
        isDone = sequence > options.last
    }

    /// Hands out batches in the store's own memory until `limit` bytes; true at the store's end.
    mutating func runInPlace(
        _ store: Store,
        limit: Int,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) -> Bool {
        isExhausted = false
        return try reading(store) { (snapshot) throws(JournalError) -> Bool in
            do throws(WalkFailure) {
                var cursor = try snapshot.walkCursor()
                var total = 0
                do {
                    guard let first = try cursor.find(next) else { return true }
                    try handOut(number: first.number, bytes: first.bytes, isFound: true, body)
                    total = first.bytes.count
                }
                if isExhausted, try cursor.onward() != nil { throw ledAstray() }
                while !isDone, !isExhausted, total < limit {
                    guard let record = try cursor.onward() else { return true }
                    try handOut(number: record.number, bytes: record.bytes, isFound: false, body)
                    total += record.bytes.count
                }
                return isDone || isExhausted
            } catch {
                throw error.journalError
            }
        }
    }

    /// Copies a chunk of batches, ends the view, then hands them out; true at the store's end.
    mutating func runCopying(
        _ store: Store,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) -> Bool {
        let chunk = buffer
        chunk.clear()
        isExhausted = false
        let wanted = next
        let isAtEnd = try reading(store) { (snapshot) throws(JournalError) -> Bool in
            do throws(WalkFailure) {
                var cursor = try snapshot.walkCursor()
                do {
                    guard let first = try cursor.find(wanted) else { return true }
                    chunk.add(first.number, first.bytes)
                }
                while !chunk.isFull {
                    guard let record = try cursor.onward() else { return true }
                    chunk.add(record.number, record.bytes)
                }
                return false
            } catch {
                throw error.journalError
            }
        }
        for index in chunk.numbers.indices where !isDone {
            do throws(WalkFailure) {
                if isExhausted { throw ledAstray() }
                let number = chunk.numbers[index]
                try chunk.withBytes(index) { (bytes) throws(WalkFailure) in
                    try handOut(number: number, bytes: bytes, isFound: index == 0, body)
                }
            } catch {
                throw error.journalError
            }
        }
        return isAtEnd || isDone || isExhausted
    }

    /// Hands out the batches of an archive from what is wanted on.
    mutating func runArchive(
        _ archive: ArchiveReader,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) {
        isExhausted = false
        try archive.forEachBatch(from: next) { (header, bytes) throws(JournalError) in
            if header.lastSequence < next { return .proceed }
            do throws(WalkFailure) {
                try handOut(number: header.firstSequence, bytes: bytes, isFound: false, body)
            } catch {
                throw error.journalError
            }
            return isDone ? .stop : .proceed
        }
    }

    @inline(__always)
    private mutating func handOut(
        number: UInt64,
        bytes: Span<UInt8>,
        isFound: Bool,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(WalkFailure) {
        let batch: BatchView
        do throws(FormatFault) {
            batch = try BatchView(bytes)
            // Lengths are checked even where checksums are not: a body may rely on the count.
            try batch.check(checksums: options.checksEvents)
        } catch {
            throw .journal(.damaged(segment, error, sequence: next))
        }
        if isFound, number < next, batch.header.lastSequence < next {
            isExhausted = true
            return
        }
        try agree(batch.header, number)
        let hash = options.checksChain ? hasher.digest(of: bytes) : nil
        do throws(JournalError) {
            let answer = try body(batch)
            hasBegun = true
            epoch = batch.header.epoch
            previousHash = hash
            next = batch.header.lastSequence + 1
            isDone = answer == .stop || next > options.last
        } catch {
            throw .journal(error)
        }
    }

    /// Compares a header with the key it is stored under and with the batch before.
    private func agree(_ header: BatchHeader, _ number: UInt64) throws(WalkFailure) {
        let first = header.firstSequence
        if header.journalID != journalID {
            throw .journal(
                JournalError(
                    .foreign,
                    "read the segment",
                    segment,
                    reason: "batch \(number) is of journal \(header.journalID), not \(journalID)",
                    advice: JournalError.verifyAdvice,
                    sequence: number
                )
            )
        }
        guard first == number else {
            throw contradiction("a batch that begins with \(first) is stored under \(number)")
        }
        if hasBegun ? first != next : first > next {
            throw contradiction("sequence number \(next) is missing; \(first) follows")
        }
        if header.epoch < epoch {
            throw contradiction("epoch \(header.epoch) follows epoch \(epoch)")
        }
        if options.checksChain, let previousHash, previousHash != header.previousHash {
            throw contradiction("batch \(first) does not name the hash of the batch before it")
        }
        if options.checksChain, first == 1, header.previousHash != .zero {
            throw contradiction("the first batch names a batch before it")
        }
    }

    /// The store led to a batch before what was wanted, and there are others behind it.
    private func ledAstray() -> WalkFailure {
        contradiction("its pages lead to a batch before sequence number \(next)")
    }

    private func contradiction(_ reason: String) -> WalkFailure {
        .journal(
            JournalError(
                .damaged,
                "read the segment",
                segment,
                reason: reason,
                advice: JournalError.verifyAdvice,
                sequence: next
            )
        )
    }
}

/// Why a walk ended: the store failed, or the journal did.
enum WalkFailure: Error {
    case store(LMDBError)
    case journal(JournalError)

    var journalError: JournalError {
        switch self {
        case .store(let error): JournalError(error, "read")
        case .journal(let error): error
        }
    }
}

extension Snapshot {
    @_lifetime(borrow self)
    fileprivate borrowing func walkCursor() throws(WalkFailure) -> Cursor {
        do throws(LMDBError) { return try cursor() } catch { throw .store(error) }
    }
}

extension Cursor {
    /// Goes to the batch that holds `sequence`, or where it would be.
    @_lifetime(&self)
    fileprivate mutating func find(_ sequence: UInt64) throws(WalkFailure) -> Record? {
        do throws(LMDBError) { return try seek(notAbove: sequence) } catch { throw .store(error) }
    }

    @_lifetime(&self)
    fileprivate mutating func onward() throws(WalkFailure) -> Record? {
        do throws(LMDBError) { return try next() } catch { throw .store(error) }
    }
}

/// Batches copied out of a store, one after the other.
final class ChunkBuffer {
    private(set) var numbers: [UInt64] = []
    private var ends: [Int] = []
    private var buffer = ByteBuffer(capacity: 1 << 20)

    var isFull: Bool { buffer.count >= 1 << 20 }

    func clear() {
        numbers.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        buffer.truncate(to: 0)
    }

    func add(_ number: UInt64, _ bytes: Span<UInt8>) {
        buffer.append(bytes)
        numbers.append(number)
        ends.append(buffer.count)
    }

    func withBytes(
        _ index: Int,
        _ body: (Span<UInt8>) throws(WalkFailure) -> Void
    ) throws(WalkFailure) {
        let start = index == 0 ? 0 : ends[index - 1]
        try buffer.withBytes(start..<ends[index], body)
    }
}
