public import Digests
internal import LMDB
internal import Platform

/// A segment that is no longer written, and so never changes.
public struct SealedSegment: Hashable, Sendable {
    /// Sequence number of its first event.
    public let first: UInt64
    /// Sequence number of its last event.
    public let last: UInt64
    /// The hash of its last batch.
    public let chainHash: SHA256Digest
    /// When its last batch was committed, nanoseconds since 1970.
    public let commitTime: Int64
    /// Its directory.
    public let path: String
    /// Where the batch before its last one ends, and the hash of that; 0 where it has only one.
    public let lastButOne: (sequence: UInt64, chainHash: SHA256Digest)

    /// The sealed segments of a journal, in order, with what the last batch of each says.
    ///
    /// They are read by plain reads, which no damage can turn into a crash.
    ///
    /// - Throws: ``JournalError`` with `damaged` where one does not end where the next begins.
    public static func all(in directory: String) throws(JournalError) -> [SealedSegment] {
        let layout = JournalLayout(directory: JournalWriter.trimmed(directory))
        let numbers = try layout.segmentNumbers()
        var sealed: [SealedSegment] = []
        for (first, next) in zip(numbers, numbers.dropFirst()) {
            sealed.append(try read(layout.segment(first), first: first, last: next - 1))
        }
        return sealed
    }

    /// The directory of the segment that begins with `first`.
    public static func path(_ first: UInt64, in directory: String) -> String {
        JournalLayout(directory: JournalWriter.trimmed(directory)).segment(first)
    }

    /// Checks every page and batch of it.
    ///
    /// - Parameter journalID: The journal that it must be of.
    /// - Throws: ``JournalError`` with `damaged` or `system`.
    public func check(_ journalID: JournalID) throws(JournalError) {
        let layout = JournalLayout(
            directory: FileSystem.parent(of: FileSystem.parent(of: path))
        )
        let found = try SegmentRun(first, layout, journalID).check()
        guard found.chainHash == chainHash else {
            throw Self.damaged(path, "it changed while it was read", first)
        }
    }

    private static func read(
        _ path: String,
        first: UInt64,
        last: UInt64
    ) throws(JournalError) -> SealedSegment {
        try MetaPages.require(path, "read the end of the segment")
        var found: SealedSegment?
        try translating("read the end of the segment") { () throws(PlatformError) in
            try PageScan(directory: path)?.firstRecord(from: last) { _, bytes in
                do throws(FormatFault) {
                    let batch = try BatchView(bytes)
                    try batch.check()
                    guard batch.header.lastSequence == last else { return }
                    let before = batch.header.firstSequence - 1
                    found = SealedSegment(
                        first: first,
                        last: last,
                        chainHash: SHA256().digest(of: bytes),
                        commitTime: batch.header.commitTime,
                        path: path,
                        lastButOne: (before < first ? 0 : before, batch.header.previousHash)
                    )
                } catch {
                    found = nil
                }
            }
        }
        if let found { return found }
        throw damaged(path, "no sound batch ends with event \(last), before the next segment", last)
    }

    private static func damaged(
        _ path: String,
        _ reason: String,
        _ sequence: UInt64
    ) -> JournalError {
        JournalError(
            .damaged,
            "read the end of the segment",
            path,
            reason: reason,
            advice: JournalError.verifyAdvice,
            sequence: sequence
        )
    }

    /// Whether both are the same segment with the same end.
    public static func == (left: SealedSegment, right: SealedSegment) -> Bool {
        left.path == right.path && left.last == right.last && left.chainHash == right.chainHash
    }

    /// Mixes in what tells segments apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(first)
        hasher.combine(chainHash)
    }
}
