internal import Digests
internal import Platform

/// An event to be written, as a value.
public struct NewEvent: Hashable, Sendable {
    /// What happened, as a number of the caller's.
    public var kind: UInt16
    /// Version of the payload's schema.
    public var version: UInt16
    /// When it happened, nanoseconds since 1970.
    public var time: Int64
    /// What it belongs to, across events; 0 for nothing.
    public var trace: UInt64
    /// Sequence number of the event that caused it; 0 for none.
    public var cause: UInt64
    /// The caller's bytes.
    public var payload: [UInt8]

    /// Creates an event.
    public init(
        kind: UInt16,
        version: UInt16 = 1,
        time: Int64,
        trace: UInt64 = 0,
        cause: UInt64 = 0,
        payload: [UInt8]
    ) {
        self.kind = kind
        self.version = version
        self.time = time
        self.trace = trace
        self.cause = cause
        self.payload = payload
    }
}

/// The batch that is being filled in memory.
struct OpenBatch: ~Copyable {
    private var buffer = ByteBuffer(capacity: 256 << 10)
    private(set) var count: UInt32 = 0

    init() { buffer.extend(by: Layout.headerLength) }

    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { buffer.bytes }
    }

    borrowing func withBytes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try buffer.withBytes(0..<buffer.count, body)
    }

    mutating func clear() {
        buffer.truncate(to: Layout.headerLength)
        count = 0
    }

    func hasRoom(for payload: Int) -> Bool {
        buffer.count + Layout.eventHeaderLength + payload <= Layout.maximumBatchLength
    }

    mutating func append(
        kind: UInt16,
        version: UInt16,
        time: Int64,
        trace: UInt64,
        cause: UInt64,
        payload: Span<UInt8>
    ) {
        let start = buffer.count
        buffer.extend(by: Layout.eventHeaderLength)
        buffer.store(UInt32(Layout.eventHeaderLength + payload.count), at: start)
        buffer.store(kind, at: start + 8)
        buffer.store(version, at: start + 10)
        buffer.store(time, at: start + 12)
        buffer.store(trace, at: start + 20)
        buffer.store(cause, at: start + 28)
        buffer.append(payload)
        let checksum = CRC32C.checksum(buffer.bytes.extracting((start + 8)..<buffer.count))
        buffer.store(checksum, at: start + 4)
        count += 1
    }

    /// Writes the header; the batch is then ready to be stored.
    mutating func seal(
        journalID: JournalID,
        epoch: UInt32,
        firstSequence: UInt64,
        commitTime: Int64,
        previousHash: SHA256Digest
    ) {
        let header = BatchHeader(
            journalID: journalID,
            epoch: epoch,
            firstSequence: firstSequence,
            count: count,
            length: UInt32(buffer.count),
            commitTime: commitTime,
            previousHash: previousHash
        )
        header.encode(into: &buffer)
    }
}
