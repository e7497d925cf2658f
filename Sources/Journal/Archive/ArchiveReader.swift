internal import Compression
internal import Digests
internal import Platform

/// Reads the batches of one archive file, from any of them on.
///
/// Design note: it holds no file open between two walks. The bytes come from outside, so memory
/// is bounded by the largest batch that is really there, and every contradiction is an error.
struct ArchiveReader {
    let path: String
    let table: ArchiveTable

    /// Opens the archive at `path`.
    ///
    /// - Throws: ``JournalError`` with `missing`, `damaged`, `foreign` or `system`.
    init(_ path: String, of journalID: JournalID) throws(JournalError) {
        let table = try translating("read the archive") { () throws(PlatformError) in
            try ArchiveTable(endOf: File(path: path, mode: .read))
        }
        guard let table else {
            throw Self.damaged(path, "its end is not the table of frames of an archive")
        }
        guard table.journalID == journalID else {
            throw JournalError(
                .foreign,
                "read the archive",
                path,
                reason: "it is of journal \(table.journalID), not \(journalID)",
                advice: "put the archive of this journal in its place"
            )
        }
        self.path = path
        self.table = table
    }

    /// Opens the archive that a manifest tells of, comparing the two.
    init(_ part: ArchiveSet.Part, of journalID: JournalID) throws(JournalError) {
        try self.init(part.path, of: journalID)
        guard table.first == part.entry.first, table.last == part.entry.last else {
            throw Self.damaged(
                path,
                "it holds events \(table.first) to \(table.last), the manifest says "
                    + "\(part.entry.first) to \(part.entry.last)"
            )
        }
    }

    /// Hands out whole batches in order, beginning with the first one of the frame that holds
    /// `sequence`.
    ///
    /// - Parameters:
    ///   - sequence: Where to begin.
    ///   - body: Gets the header, checked, and the bytes of a batch, valid only during the call;
    ///     its events are not checked.
    /// - Throws: ``JournalError`` with `damaged` or `system`, and what `body` throws.
    func forEachBatch(
        from sequence: UInt64 = 0,
        _ body: (BatchHeader, Span<UInt8>) throws(JournalError) -> Continuation
    ) throws(JournalError) {
        for place in table.frames.indices.dropFirst(table.frame(holding: sequence)) {
            if try forEachBatch(ofFrame: place, body) == .stop { return }
        }
    }

    /// Hands out the batches of one frame.
    func forEachBatch(
        ofFrame place: Int,
        _ body: (BatchHeader, Span<UInt8>) throws(JournalError) -> Continuation
    ) throws(JournalError) -> Continuation {
        let frame = table.frames[place]
        let reader = try compressing("read the archive") { () throws(CompressionError) in
            try ZstdReader(path: path, from: frame.offset)
        }
        var stream = BatchStream(path, reader, frame)
        while let header = try stream.next() {
            if try body(header, stream.batch) == .stop { return .stop }
        }
        return .proceed
    }

    /// The bytes of a frame in the file; of the last one up to the table.
    func fileRange(ofFrame place: Int) -> Range<Int> {
        let end = place + 1 < table.frames.count ? table.frames[place + 1].offset : table.start
        return table.frames[place].offset..<end
    }

    /// The events of a frame.
    func sequences(ofFrame place: Int) -> ClosedRange<UInt64> {
        let isLast = place + 1 == table.frames.count
        let last = isLast ? table.last : table.frames[place + 1].first - 1
        return table.frames[place].first...last
    }

    /// The last batch, as the end of a journal.
    func head(_ hasher: SHA256) throws(JournalError) -> Head {
        var head: Head?
        try forEachBatch(from: table.last) { (header, bytes) throws(JournalError) in
            if header.lastSequence == table.last {
                head = Head(
                    sequence: header.lastSequence,
                    chainHash: hasher.digest(of: bytes),
                    epoch: header.epoch,
                    commitTime: header.commitTime
                )
            }
            return .proceed
        }
        if let head { return head }
        throw Self.damaged(path, "no batch ends with its last event, \(table.last)")
    }

    static func damaged(
        _ path: String,
        _ reason: String,
        sequence: UInt64? = nil
    ) -> JournalError {
        JournalError(
            .damaged,
            "read the archive",
            path,
            reason: reason,
            advice: JournalError.copyAdvice,
            sequence: sequence
        )
    }
}

/// Cuts the decompressed bytes of a frame into batches.
private struct BatchStream: ~Copyable {
    private let path: String
    private var reader: ZstdReader
    private var buffer: [UInt8]
    /// The batch at hand, and the bytes behind it that are there already.
    private var start = 0
    private var length = 0
    private var end = 0
    /// Bytes of the frame that are still to come behind the batch at hand.
    private var left: Int
    /// The event that comes next.
    private var due: UInt64

    init(_ path: String, _ reader: consuming ZstdReader, _ frame: ArchiveTable.Frame) {
        self.path = path
        self.reader = reader
        left = frame.bytes
        due = frame.first
        buffer = [UInt8](repeating: 0, count: max(1, min(frame.bytes, 1 << 20)))
    }

    /// The bytes of the batch at hand.
    var batch: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { buffer.span.extracting(start..<(start + length)) }
    }

    /// Goes to the next batch; `nil` at the end of the frame.
    mutating func next() throws(JournalError) -> BatchHeader? {
        start += length
        length = 0
        if left == 0 { return nil }
        guard left >= Layout.headerLength, try fill(Layout.headerLength) else {
            throw broken("its frame breaks off within the header of a batch")
        }
        let header: BatchHeader
        do throws(FormatFault) {
            header = try BatchHeader.decodePrefix(buffer.span.extracting(start..<end))
        } catch {
            throw broken(error.meaning)
        }
        guard header.firstSequence == due else {
            throw broken("sequence number \(due) is missing; \(header.firstSequence) follows")
        }
        guard Int(header.length) <= left, try fill(Int(header.length)) else {
            throw broken("its frame breaks off within a batch")
        }
        length = Int(header.length)
        left -= length
        due = header.lastSequence + 1
        return header
    }

    /// Makes sure that so many bytes are there behind `start`; false where the file ends before.
    ///
    /// Room grows with what has come: a length that a damaged header claims costs nothing.
    private mutating func fill(_ count: Int) throws(JournalError) -> Bool {
        while end - start < count {
            if end == buffer.count {
                if start > 0 {
                    moveToFront()
                } else {
                    buffer += [UInt8](repeating: 0, count: buffer.count)
                }
            }
            let got = try read()
            if got == 0 { return false }
            end += got
        }
        return true
    }

    private mutating func moveToFront() {
        for index in 0..<(end - start) { buffer[index] = buffer[start + index] }
        end -= start
        start = 0
    }

    private mutating func read() throws(JournalError) -> Int {
        do throws(CompressionError) {
            return try reader.read(into: &buffer, from: end)
        } catch {
            throw JournalError(error, "read the archive")
        }
    }

    private func broken(_ what: String) -> JournalError {
        ArchiveReader.damaged(path, what, sequence: due)
    }
}
