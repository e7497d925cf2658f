internal import Digests

/// One event as it lies in a batch; valid while the batch is.
public struct EventView: ~Escapable {
    /// Its sequence number.
    public let sequence: UInt64
    /// What happened, as a number that the caller gave.
    public let kind: UInt16
    /// Version of the payload's schema.
    public let version: UInt16
    /// When it happened, nanoseconds since 1970.
    public let time: Int64
    /// What it belongs to, across events; 0 for nothing.
    public let trace: UInt64
    /// Sequence number of the event that caused it; 0 for none.
    public let cause: UInt64
    /// The bytes that the caller gave.
    public let payload: Span<UInt8>

    @inlinable @inline(__always)
    @_lifetime(copy bytes)
    init(sequence: UInt64, bytes: Span<UInt8>) {
        self.sequence = sequence
        kind = bytes.uint16(at: 8)
        version = bytes.uint16(at: 10)
        time = bytes.int64(at: 12)
        trace = bytes.uint64(at: 20)
        cause = bytes.uint64(at: 28)
        payload = bytes.extracting(Layout.eventHeaderLength..<bytes.count)
    }
}

/// A batch whose header was checked; valid while the bytes under it are.
public struct BatchView: ~Escapable {
    /// What the batch says about itself.
    public let header: BatchHeader

    /// All its bytes, header included.
    public let bytes: Span<UInt8>

    @inline(__always)
    @_lifetime(copy bytes)
    init(header: BatchHeader, bytes: Span<UInt8>) {
        self.header = header
        self.bytes = bytes
    }

    /// Reads the batch in `bytes`, checking its header and nothing of its events.
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) throws(FormatFault) {
        self.init(header: try BatchHeader.decode(bytes), bytes: bytes)
    }

    /// A walk over its events, front to back.
    @_lifetime(copy self)
    public func events() -> EventCursor { EventCursor(bytes: bytes, header: header) }

    /// Runs `body` for every event.
    public func forEachEvent<Failure: Error>(
        _ body: (EventView) throws(Failure) -> Void
    ) throws(Failure) {
        var cursor = events()
        while let event = cursor.next() { try body(event) }
    }

    /// Sequence numbers of the events that do not match their checksums, as far as lengths lead.
    public var damagedEvents: Set<UInt64> {
        var found: Set<UInt64> = []
        var cursor = events()
        var offset = Layout.headerLength
        while let event = cursor.next() {
            let length = Layout.eventHeaderLength + event.payload.count
            let covered = bytes.extracting((offset + 8)..<(offset + length))
            if CRC32C.checksum(covered) != bytes.uint32(at: offset + 4) {
                found.insert(event.sequence)
            }
            offset += length
        }
        return found
    }

    /// Checks that the events fill the batch exactly and match their checksums.
    ///
    /// - Parameter checksums: whether to compute them; lengths and count are always checked.
    /// - Throws: ``FormatFault`` for the first thing that is wrong.
    public func check(checksums: Bool = true) throws(FormatFault) {
        var offset = Layout.headerLength
        // More events than the count would lead beyond the last number there is.
        var sequence = header.firstSequence
        let end = bytes.count
        if checksums {
            // What is left after this is broken, or too long for it.
            let passed = CRC32C.passFrames(
                bytes,
                from: offset,
                smallest: Layout.eventHeaderLength
            )
            offset = passed.offset
            sequence &+= passed.count
        }
        while offset < end {
            guard end - offset >= Layout.eventHeaderLength else {
                throw .eventLength(offset: offset, sequence: sequence)
            }
            let length = Int(bytes.uint32(at: offset))
            guard length >= Layout.eventHeaderLength, length <= end - offset else {
                throw .eventLength(offset: offset, sequence: sequence)
            }
            if checksums {
                let covered = bytes.extracting((offset + 8)..<(offset + length))
                guard CRC32C.checksum(covered) == bytes.uint32(at: offset + 4) else {
                    throw .eventChecksum(offset: offset, sequence: sequence)
                }
            }
            offset += length
            sequence &+= 1
        }
        guard sequence == header.firstSequence + UInt64(header.count) else { throw .length }
    }
}

/// Walks the events of a batch.
///
/// It stops where lengths contradict the bytes; ``BatchView/check(checksums:)`` tells.
public struct EventCursor: ~Escapable {
    @usableFromInline let bytes: Span<UInt8>
    @usableFromInline var offset = Layout.headerLength
    @usableFromInline var sequence: UInt64

    @_lifetime(copy bytes)
    init(bytes: Span<UInt8>, header: BatchHeader) {
        self.bytes = bytes
        sequence = header.firstSequence
    }

    /// The next event, or `nil` after the last.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public mutating func next() -> EventView? {
        let left = bytes.count - offset
        if left < Layout.eventHeaderLength { return nil }
        let length = Int(bytes.uint32(at: offset))
        if length < Layout.eventHeaderLength || length > left { return nil }
        let event = EventView(
            sequence: sequence,
            bytes: bytes.extracting(offset..<(offset + length))
        )
        offset += length
        sequence &+= 1
        return event
    }
}
