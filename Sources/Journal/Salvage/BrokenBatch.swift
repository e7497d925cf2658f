internal import Platform

/// What begins as a batch does, or lies where a tree has one, and is none that could be replayed.
struct BrokenBatch: Hashable, Sendable {
    /// Its first byte in its file.
    let offset: Int
    /// Its length, where something says it.
    private(set) var length: Int?
    /// The sequence numbers it held, where its header or its key is good.
    private(set) var sequences: ClosedRange<UInt64>?
    /// Whether only the first of ``sequences`` is known, by the key of a tree.
    private(set) var isEndUnknown = false
    /// The journal it belonged to, where its header is good.
    private(set) var journalID: JournalID?
    /// The first sequence number that a bad header claims.
    private(set) var claimedFirst: UInt64?
    /// What is wrong with it.
    private(set) var fault: String
    /// The file, as a place in the list of files.
    var file = 0
    /// Whether the tree of its file leads to it.
    var isInTree = false

    /// A batch whose header is good.
    init(at offset: Int, header: BatchHeader, _ fault: String) {
        self.offset = offset
        self.fault = fault
        length = Int(header.length)
        sequences = header.firstSequence...header.lastSequence
        journalID = header.journalID
    }

    /// A batch whose header, in `front`, is not good.
    init(at offset: Int, front: Span<UInt8>, _ fault: String) {
        self.offset = offset
        self.fault = fault
        guard front.count >= Layout.headerLength else { return }
        claimedFirst = front.uint64(at: 32)
        let claimed = Int(front.uint32(at: 44))
        if claimed >= Layout.headerLength { length = claimed }
    }

    /// An intact batch that is not part of the history.
    init(leftOut candidate: Candidate, _ id: JournalID) {
        offset = candidate.offset
        length = Int(candidate.length)
        sequences = candidate.first...candidate.last
        journalID = id
        file = Int(candidate.file)
        fault = "it is intact and not part of the history: the batch after it names another"
    }

    /// The same with the first sequence number that its bad header claims.
    func believed() -> BrokenBatch {
        guard let claimedFirst else { return self }
        var believed = self
        believed.sequences = claimedFirst...claimedFirst
        believed.isEndUnknown = true
        return believed
    }

    /// A record of a tree that is no batch at all.
    init(record number: UInt64, at offset: Int, length: Int, _ fault: String) {
        self.offset = offset
        self.fault = fault
        self.length = length
        sequences = number...number
        isEndUnknown = true
        isInTree = true
    }
}

extension BrokenBatch {
    /// How far a batch of unknown length is looked at.
    private static let lookingDistance = 1 << 20

    /// Hands out its events that match their checksums, with their places in it; one whose number
    /// cannot be told has number 0.
    ///
    /// - Parameters:
    ///   - path: the file that it is in.
    ///   - body: gets each event, valid only during the call.
    /// - Throws: `PlatformError` when the file cannot be read.
    func forEachIntactEvent(
        in path: String,
        _ body: (EventView, Range<Int>) -> Void
    ) throws(PlatformError) {
        let file = try File(path: path, mode: .read)
        let room = max(0, try file.size() - offset)
        let bytes = try file.read(at: offset, count: min(length ?? Self.lookingDistance, room))
        for event in IntactEvent.all(of: self, in: bytes.span) {
            let view = EventView(
                sequence: event.sequence ?? 0,
                bytes: bytes.span.extracting(event.range)
            )
            body(view, event.range)
        }
    }
}
