internal import Digests
internal import Platform

extension JournalWriter {
    /// Checks that a segment may be taken out: it is the first one and sealed, what follows names
    /// `chainHash`, and a good snapshot stands at its end.
    ///
    /// - Parameter removal: What is to be taken out, as the event will say it.
    /// - Throws: ``JournalError`` with `refusedInput` where it may not, `damaged` or `system`.
    public func requireRemovable(_ removal: Removal) throws(JournalError) {
        let numbers = try layout.segmentNumbers()
        guard numbers.first == removal.first, numbers.count > 1 else {
            throw refused(removal, "it is not the first of several segments")
        }
        let next = numbers[1]
        guard next == removal.last + 1 else {
            throw refused(removal, "the next segment begins with event \(next)")
        }
        guard try chainHash(before: next, isLast: numbers.count == 2) == removal.chainHash else {
            throw refused(removal, "the next segment names another hash than it ends with")
        }
        let snapshots = SnapshotStore(directory: directory, journalID: journalID)
        guard try snapshots.sequences().contains(removal.last) else {
            throw refused(removal, "no snapshot stands at its end")
        }
        guard try snapshots.load(removal.last).chainHash == removal.chainHash else {
            throw refused(removal, "the snapshot at its end is of another history")
        }
    }

    /// Takes the first segment out, after the event that says so was committed.
    ///
    /// It only gets another name, one that every reader passes over and the next writer removes.
    ///
    /// - Returns: the directory, whose bytes may now be removed by anybody.
    /// - Throws: ``JournalError`` with `system`; the segment is then still there, or lies aside.
    public func takeOut(_ removal: Removal) throws(JournalError) -> String {
        let path = layout.segment(removal.first)
        try translating("take a segment out of") { () throws(PlatformError) in
            try FileSystem.rename(path, to: path + ".new")
            try FileSystem.syncDirectory(layout.segments)
        }
        return path + ".new"
    }

    /// The hash that the first batch of a segment names; the last one is open in this process.
    private func chainHash(
        before number: UInt64,
        isLast: Bool
    ) throws(JournalError) -> SHA256Digest? {
        if isLast {
            var hash: SHA256Digest?
            try reader().forEachBatch(from: number) { batch in
                hash = batch.header.previousHash
                return .stop
            }
            return hash
        }
        return try translating("read the first batch of") { () throws(PlatformError) in
            try RawSegment(layout.segment(number))?.firstHeader()?.previousHash
        }
    }

    private func refused(_ removal: Removal, _ reason: String) -> JournalError {
        JournalError(
            .refusedInput,
            "take events \(removal.first) to \(removal.last) out of",
            directory,
            reason: reason,
            advice: "look at `journalctl segments`, and compact again",
            sequence: removal.first
        )
    }
}
