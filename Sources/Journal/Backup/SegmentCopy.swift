internal import Digests
internal import Platform

/// Copies batches byte for byte into new segments, beginning another where one is full.
struct SegmentCopy: ~Copyable {
    /// Batches copied.
    private(set) var batches = 0
    /// Events in them.
    private(set) var events = 0
    /// Bytes of the batches.
    private(set) var bytes = 0

    private let segments: String
    private let sizes: SegmentSizes
    private var builder: SegmentBuilder?
    /// Bytes of batches in the segment at hand.
    private var segmentBytes = 0

    /// Begins to copy into `segments`, the directory of a journal's segments, which must exist.
    init(into segments: String, _ sizes: SegmentSizes) {
        self.segments = segments
        self.sizes = sizes
        builder = nil
    }

    /// Takes the next batch.
    mutating func append(_ batch: BatchView) throws(JournalError) {
        // What is not committed yet does not count as used.
        let used = max(builder?.usedBytes ?? 0, segmentBytes)
        if used >= sizes.limit { try finishSegment() }
        if builder == nil {
            builder = try SegmentBuilder(
                in: segments,
                first: batch.header.firstSequence,
                mapSize: sizes.mapSize
            )
        }
        try builder?.append(batch.bytes)
        batches += 1
        events += Int(batch.header.count)
        bytes += batch.bytes.count
        segmentBytes += batch.bytes.count
    }

    /// Takes batches of `reader`, from the one that holds `sequence` to the one that holds `last`.
    ///
    /// Each is checked: its header, its events, the chain.
    mutating func append(
        _ reader: JournalReader,
        from sequence: UInt64,
        to last: UInt64,
        tell: (UInt64) -> Void = { _ in }
    ) throws(JournalError) {
        var options = ReadOptions()
        options.checksChain = true
        options.copies = true
        options.last = last
        try reader.forEachBatch(from: sequence, options: options) {
            (batch) throws(JournalError) in
            try append(batch)
            tell(batch.header.lastSequence)
            return .proceed
        }
    }

    /// Makes everything taken durable, each segment under its name.
    mutating func finish() throws(JournalError) { try finishSegment() }

    private mutating func finishSegment() throws(JournalError) {
        guard let full = builder.take() else { return }
        segmentBytes = 0
        _ = try full.finish()
    }
}

/// How large segments become.
struct SegmentSizes: Hashable, Sendable {
    /// Another segment begins when the pages in use reach this many bytes.
    var limit = 1 << 30
    /// Bytes a segment may grow to.
    var mapSize = 16 << 30
}

extension JournalReader {
    /// The chain hash of the batch that ends with `sequence`; `nil` where none does.
    ///
    /// Of what lies just before the first batch the chain tells.
    func chainHash(endingAt sequence: UInt64) throws(JournalError) -> SHA256Digest? {
        let first = try layout.segmentNumbers().first ?? 1
        guard sequence + 1 >= first, sequence > 0 else { return nil }
        var found: SHA256Digest?
        var options = ReadOptions()
        options.copies = true
        try forEachBatch(from: max(sequence, first), options: options) { batch in
            if batch.header.lastSequence == sequence {
                found = SHA256().digest(of: batch.bytes)
            } else if batch.header.firstSequence == sequence + 1 {
                found = batch.header.previousHash
            }
            return .stop
        }
        return found
    }
}
