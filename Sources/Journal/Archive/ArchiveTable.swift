internal import Digests
internal import Platform

/// Where the frames of an archive lie: what its last, skippable frame holds.
struct ArchiveTable: Hashable, Sendable {
    /// One frame: whole batches, the first of which begins with ``first``.
    struct Frame: Hashable, Sendable {
        /// Sequence number of the first event.
        var first: UInt64
        /// Its first byte in the file.
        var offset: Int
        /// Bytes of its batches, before compression.
        var bytes: Int
    }

    var journalID: JournalID
    /// Sequence number of the last event of the archive.
    var last: UInt64
    /// At least one, ascending.
    var frames: [Frame]
    /// The first byte of the skippable frame in the file, where the last frame ends.
    var start: Int

    static let magic: UInt64 = 0x0A53_454D_4152_4648  // "HFRAMES\n"
    /// The last digit of the skippable frame's magic number.
    static let variant: UInt32 = 14
    private static let frontLength = 48
    private static let frameLength = 24
    private static let endLength = 8
    private static let skippableFront = 8

    /// Sequence number of the first event of the archive.
    var first: UInt64 { frames.first?.first ?? 0 }

    /// The place among ``frames`` of the one that holds `sequence`.
    func frame(holding sequence: UInt64) -> Int {
        max(0, (frames.firstIndex { $0.first > sequence } ?? frames.count) - 1)
    }

    /// The content of the skippable frame.
    var encoded: [UInt8] {
        var buffer = ByteBuffer(capacity: Self.length(frames.count))
        buffer.append(Self.magic)
        buffer.append(UInt16(1))
        buffer.append(UInt16(Self.frameLength))
        buffer.append(UInt32(frames.count))
        buffer.append(journalID.low)
        buffer.append(journalID.high)
        buffer.append(first)
        buffer.append(last)
        for frame in frames {
            buffer.append(frame.first)
            buffer.append(UInt64(frame.offset))
            buffer.append(UInt64(frame.bytes))
        }
        buffer.append(UInt32(Self.length(frames.count)))
        buffer.append(CRC32C.checksum(buffer.bytes))
        return (0..<buffer.count).map { buffer.bytes[$0] }
    }

    private static func length(_ frames: Int) -> Int {
        frontLength + frames * frameLength + endLength
    }

    /// Reads the table at the end of `file`; `nil` where no sound one is.
    init?(endOf file: File) throws(PlatformError) {
        let size = try file.size()
        let smallest = Self.length(1)
        guard size > smallest + Self.skippableFront else { return nil }
        let end = try file.read(at: size - Self.endLength, count: Self.endLength)
        guard end.count == Self.endLength else { return nil }
        let length = Int(end.span.uint32(at: 0))
        guard length >= smallest, length < size - Self.skippableFront,
            (length - smallest) % Self.frameLength == 0
        else { return nil }
        let start = size - length - Self.skippableFront
        let bytes = try file.read(at: start, count: length + Self.skippableFront)
        guard bytes.count == length + Self.skippableFront,
            bytes.span.uint32(at: 0) == 0x184D_2A50 | Self.variant,
            Int(bytes.span.uint32(at: 4)) == length
        else { return nil }
        self.init(bytes.span.extracting(Self.skippableFront..<bytes.count), start: start)
    }

    /// Reads the content of the skippable frame that begins at byte `start` of the file.
    private init?(_ bytes: Span<UInt8>, start: Int) {
        let count = Int(bytes.uint32(at: 12))
        let checksum = CRC32C.checksum(bytes.extracting(0..<(bytes.count - 4)))
        guard bytes.uint64(at: 0) == Self.magic, bytes.uint16(at: 8) == 1,
            bytes.uint16(at: 10) == UInt16(Self.frameLength),
            Self.length(count) == bytes.count, checksum == bytes.uint32(at: bytes.count - 4)
        else { return nil }
        journalID = JournalID(low: bytes.uint64(at: 16), high: bytes.uint64(at: 24))
        self.start = start
        last = bytes.uint64(at: 40)
        frames = []
        var offset = 0
        for index in 0..<count {
            let place = Self.frontLength + index * Self.frameLength
            let frame = Frame(
                first: bytes.uint64(at: place),
                offset: Int(clamping: bytes.uint64(at: place + 8)),
                bytes: Int(clamping: bytes.uint64(at: place + 16))
            )
            let isNext = index == 0 ? frame.offset == 0 : frame.offset > offset
            guard isNext, frame.offset < start, frame.first <= last,
                frame.first > (frames.last?.first ?? 0)
            else { return nil }
            offset = frame.offset
            frames.append(frame)
        }
        guard first == bytes.uint64(at: 32), last < .max else { return nil }
    }

    /// A table of frames that were just written and end at byte `start`.
    init(journalID: JournalID, last: UInt64, frames: [Frame], start: Int) {
        self.journalID = journalID
        self.last = last
        self.frames = frames
        self.start = start
    }
}
