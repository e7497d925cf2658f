public import Digests
internal import Platform

/// What a batch says about itself in its first bytes.
public struct BatchHeader: Hashable, Sendable {
    /// The journal it belongs to.
    public var journalID: JournalID
    /// The start of the engine that wrote it.
    public var epoch: UInt32
    /// Sequence number of its first event.
    public var firstSequence: UInt64
    /// How many events it holds, at least one.
    public var count: UInt32
    /// Its length in bytes, header included.
    public var length: UInt32
    /// When it was committed, nanoseconds since 1970.
    public var commitTime: Int64
    /// SHA-256 over all bytes of the batch before; zeros in the first.
    public var previousHash: SHA256Digest

    /// Sequence number of its last event.
    public var lastSequence: UInt64 { firstSequence &+ UInt64(count) &- 1 }
}

/// The places of the fields, as `docs/formats/journal.md` describes them.
@usableFromInline
enum Layout {
    static let batchMagic: UInt64 = 0x0A48_4354_4142_4648  // "HFBATCH\n"
    static let formatVersion: UInt16 = 1
    static let headerLength = 92
    static let headerChecksum = 88
    @inlinable static var eventHeaderLength: Int { 36 }
    static let maximumBatchLength = Int(Int32.max)
}

/// What is wrong with the bytes of a batch.
public enum FormatFault: Error, Hashable, Sendable {
    /// They do not begin as a batch does.
    case noBatch
    /// They are of a format this program does not know.
    case unknownVersion(UInt16)
    /// The header does not match its checksum.
    case headerChecksum
    /// The length, or the count, contradicts the bytes; or no event or epoch could follow.
    case length
    /// An event does not match its checksum; its place in the batch, in bytes and as a number.
    case eventChecksum(offset: Int, sequence: UInt64)
    /// An event's length contradicts the batch.
    case eventLength(offset: Int, sequence: UInt64)
}

extension BatchHeader {
    /// Reads and checks the header at the start of `bytes`, which is the whole batch.
    @inline(__always)
    static func decode(_ bytes: Span<UInt8>) throws(FormatFault) -> BatchHeader {
        let header = try decodePrefix(bytes)
        guard Int(header.length) == bytes.count else { throw .length }
        return header
    }

    /// Reads and checks a header where more than the batch may follow, as a salvage scan does.
    public static func decodePrefix(
        _ bytes: Span<UInt8>
    ) throws(FormatFault) -> BatchHeader {
        guard bytes.count >= Layout.headerLength, bytes.uint64(at: 0) == Layout.batchMagic
        else { throw .noBatch }
        let version = bytes.uint16(at: 8)
        let checksum = CRC32C.checksum(bytes.extracting(0..<Layout.headerChecksum))
        guard checksum == bytes.uint32(at: Layout.headerChecksum) else { throw .headerChecksum }
        guard version == Layout.formatVersion else { throw .unknownVersion(version) }
        guard bytes.uint16(at: 10) == UInt16(Layout.headerLength) else { throw .length }
        let header = BatchHeader(
            journalID: JournalID(low: bytes.uint64(at: 16), high: bytes.uint64(at: 24)),
            epoch: bytes.uint32(at: 12),
            firstSequence: bytes.uint64(at: 32),
            count: bytes.uint32(at: 40),
            length: bytes.uint32(at: 44),
            commitTime: bytes.int64(at: 48),
            previousHash: SHA256Digest(
                bytes.uint64(at: 56),
                bytes.uint64(at: 64),
                bytes.uint64(at: 72),
                bytes.uint64(at: 80)
            )
        )
        let smallest =
            Layout.headerLength + Int(header.count) * Layout.eventHeaderLength
        guard header.count > 0, header.firstSequence > 0, Int(header.length) >= smallest,
            header.firstSequence <= UInt64.max - UInt64(header.count),
            // There is always a next epoch, as there is a next event.
            header.epoch < .max
        else { throw .length }
        return header
    }

    /// What a batch begins with, as it lies in a file.
    static let magicBytes = Array("HFBATCH\n".utf8)

    /// Writes the header over the first bytes of `buffer`, with its checksum.
    func encode(into buffer: inout ByteBuffer) {
        buffer.store(Layout.batchMagic, at: 0)
        buffer.store(Layout.formatVersion, at: 8)
        buffer.store(UInt16(Layout.headerLength), at: 10)
        buffer.store(epoch, at: 12)
        buffer.store(journalID.low, at: 16)
        buffer.store(journalID.high, at: 24)
        buffer.store(firstSequence, at: 32)
        buffer.store(count, at: 40)
        buffer.store(length, at: 44)
        buffer.store(commitTime, at: 48)
        buffer.store(previousHash.word0, at: 56)
        buffer.store(previousHash.word1, at: 64)
        buffer.store(previousHash.word2, at: 72)
        buffer.store(previousHash.word3, at: 80)
        let checksum = CRC32C.checksum(buffer.bytes.extracting(0..<Layout.headerChecksum))
        buffer.store(checksum, at: Layout.headerChecksum)
    }
}
