internal import Digests
internal import Platform

/// What is put beside the segments of a copy: snapshots, the list of archives, the inner witness.
struct JournalCopy {
    let source: JournalLayout
    let target: JournalLayout
    let journalID: JournalID

    /// Makes the directories of the copy.
    func makeDirectories() throws(JournalError) {
        try translating("make a copy aside") { () throws(PlatformError) in
            try FileSystem.createDirectories(target.directory)
            for place in [target.segments, target.snapshots] {
                try FileSystem.createDirectories(place)
            }
        }
    }

    /// Copies the snapshots that are good, of the journal's history and not beyond `head`.
    func copySnapshots(
        _ reader: JournalReader,
        from first: UInt64 = 0,
        upTo head: Head
    ) throws(JournalError) {
        let from = SnapshotStore(directory: source.directory, journalID: journalID)
        let to = SnapshotStore(directory: target.directory, journalID: journalID)
        let present = try to.sequences()
        for sequence in try from.sequences()
        where sequence >= first && sequence <= head.sequence && !present.contains(sequence) {
            guard let snapshot = try good(sequence, of: from),
                try reader.chainHash(endingAt: sequence) == snapshot.chainHash
            else { continue }
            let aside = to.path(sequence) + ".new"
            do throws(PlatformError) {
                try FileSystem.copyFile(from.path(sequence), to: aside)
                try FileSystem.rename(aside, to: to.path(sequence))
            } catch {
                // The engine removes old snapshots when it takes a new one.
                guard error.isMissing else { throw JournalError(error, "copy a snapshot to") }
            }
        }
        // The older ones go only when the names of the newer ones cannot get lost any more.
        try translating("copy snapshots to") { () throws(PlatformError) in
            try FileSystem.syncDirectory(target.snapshots)
        }
        try to.prune()
    }

    /// A snapshot that can be read; what is wrong with another is for `verify` to say.
    private func good(
        _ sequence: UInt64,
        of store: SnapshotStore
    ) throws(JournalError) -> StateSnapshot? {
        do throws(JournalError) {
            return try store.loadListed(sequence)
        } catch {
            guard error.code == .system else { return nil }
            throw error
        }
    }

    /// Copies the list of archives, where the journal has one.
    func copyArchives() throws(JournalError) {
        try translating("copy the list of archives to") { () throws(PlatformError) in
            guard try FileSystem.status(source.archives) != nil else { return }
            try FileSystem.replaceDurably(
                target.archives,
                with: [try FileSystem.read(source.archives)]
            )
        }
    }

    /// Writes the inner witness for `head`, both slots.
    ///
    /// - Parameters:
    ///   - head: what the copy ends with.
    ///   - epoch: the last epoch that is known to have begun.
    ///   - home: the state directory that holds the outer witness of the source.
    /// - Throws: What stood in the way.
    func witness(_ head: Head, epoch: UInt32, home: JournalID) throws(JournalError) {
        let slot = WitnessSlot(
            journalID: journalID,
            epoch: max(epoch, head.epoch),
            sequence: head.sequence,
            chainHash: head.chainHash,
            counter: 0,
            home: home
        )
        let before = try WitnessReading(target.witness)
        try translating("witness the head of") { () throws(PlatformError) in
            let writer = try WitnessWriter(target.witness, after: before)
            for _ in 0..<2 { try writer.write(slot) }
            try writer.sync()
        }
    }

    /// Verifies everything in the copy.
    ///
    /// - Throws: ``JournalError`` with `damaged` for the first thing that is wrong.
    func verify(_ scan: ScanMode, expecting head: Head) throws(JournalError) -> VerifierReport {
        var options = VerifierOptions()
        options.scan = scan
        let report = try Verifier.verify(target.directory, options: options)
        if let finding = report.findings.first(where: { $0.severity == .damage }) {
            throw JournalError(
                .damaged,
                "verify the copy in",
                target.directory,
                reason: "\(finding)",
                advice: "look at the health of the disk, and copy to another one",
                sequence: finding.sequences?.lowerBound
            )
        }
        guard report.head == head else {
            throw JournalError(
                .damaged,
                "verify the copy in",
                target.directory,
                reason: "it ends with \(report.head?.sequence ?? 0), not with \(head.sequence)",
                advice: "look at the health of the disk, and copy to another one"
            )
        }
        return report
    }
}
