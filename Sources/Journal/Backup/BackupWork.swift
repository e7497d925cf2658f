internal import Digests
internal import Platform

/// One backup under way.
struct BackupWork {
    let source: JournalLayout
    let target: String
    let fit: FitSource
    let options: BackupOptions

    private var aside: JournalLayout { JournalLayout(directory: Self.aside(target)) }

    /// Where a backup is made until it is whole: no name that anybody gives.
    static func aside(_ target: String) -> String { target + ".backing-up" }
    private var journalID: JournalID { fit.reader.journalID }

    /// Makes the first backup, aside.
    func begin() throws(JournalError) -> BackupReport {
        try translating("back up to") { () throws(PlatformError) in
            try FileSystem.createDirectories(FileSystem.parent(of: target))
        }
        let lock = try emptyAside()
        defer { withExtendedLifetime(lock) {} }
        return try removingAside { () throws(JournalError) in
            let copy = JournalCopy(source: source, target: aside, journalID: journalID)
            try copy.makeDirectories()
            var segments = SegmentCopy(into: aside.segments, options.sizes)
            try segments.append(
                fit.reader,
                from: fit.lowest,
                to: fit.head.sequence,
                tell: options.tell
            )
            try segments.finish()
            try addRest(copy)
            try translating("back up to") { () throws(PlatformError) in
                try FileSystem.syncTree(aside.directory)
            }
            let report = try copy.verify(options.scan, expecting: fit.head)
            try translating("give the backup its name") { () throws(PlatformError) in
                try FileSystem.rename(aside.directory, to: target)
                try FileSystem.syncDirectory(FileSystem.parent(of: target))
            }
            return BackupReport(
                head: fit.head,
                events: report.events,
                added: segments.events,
                bytes: report.bytes,
                isNew: true
            )
        }
    }

    /// Goes on with the backup that is there.
    func extend() throws(JournalError) -> BackupReport {
        let layout = JournalLayout(directory: target)
        try requireBackup(layout)
        guard let lock = try JournalWriter.lock(layout.backupMark) else { throw busy() }
        defer { withExtendedLifetime(lock) {} }
        try removeLeftovers(layout)
        let reader = try JournalReader.open(target)
        guard reader.journalID == journalID else {
            throw refused(
                .foreign,
                "it is a backup of journal \(reader.journalID), not of \(journalID)",
                "name another directory for this journal's backup"
            )
        }
        let before = try reader.head()
        try requireSameHistory(before)
        var added = 0
        if before.sequence < fit.head.sequence {
            added = try removingAside { () throws(JournalError) in
                let numbers = try layout.segmentNumbers()
                if let merged = try add(after: before, of: reader, mergingLast: numbers.last) {
                    return merged
                }
                return try add(after: before, of: reader, mergingLast: nil) ?? 0
            }
        }
        let copy = JournalCopy(source: source, target: layout, journalID: journalID)
        try addRest(copy)
        let report = try copy.verify(options.scan, expecting: fit.head)
        return BackupReport(
            head: fit.head,
            events: report.events,
            added: added,
            bytes: report.bytes,
            isNew: false
        )
    }

    /// Adds what came after `before` as new segments, made and verified aside.
    ///
    /// - Parameters:
    ///   - before: what the backup ends with.
    ///   - reader: reads the backup.
    ///   - number: its last segment, which is made anew together with what is added where it is
    ///     small; `nil` to leave it as it is.
    /// - Returns: how many events were added; `nil` where the file system cannot exchange the last
    ///   segment for a longer one, and nothing is changed.
    /// - Throws: What stood in the way.
    private func add(
        after before: Head,
        of reader: JournalReader,
        mergingLast number: UInt64?
    ) throws(JournalError) -> Int? {
        let layout = JournalLayout(directory: target)
        var merged: UInt64?
        if let number, try size(layout.segment(number)) < options.mergeLimit { merged = number }
        let copy = JournalCopy(source: source, target: aside, journalID: journalID)
        try copy.makeDirectories()
        var segments = SegmentCopy(into: aside.segments, options.sizes)
        if let merged { try segments.append(reader, from: merged, to: before.sequence) }
        let kept = segments.events
        try segments.append(
            fit.reader,
            from: before.sequence + 1,
            to: fit.head.sequence,
            tell: options.tell
        )
        try segments.finish()
        try copy.witness(fit.head, epoch: fit.epoch, home: fit.home)
        _ = try copy.verify(options.scan, expecting: fit.head)
        for number in try aside.segmentNumbers() {
            let isPut = try translating("add a segment to the backup") {
                () throws(PlatformError) in
                let (new, place) = (aside.segment(number), layout.segment(number))
                if number == merged { return try FileSystem.exchange(new, place) }
                try FileSystem.rename(new, to: place)
                return true
            }
            if !isPut {
                removeAside()
                return nil
            }
            try translating("add a segment to the backup") { () throws(PlatformError) in
                try FileSystem.syncDirectory(layout.segments)
            }
        }
        return segments.events - kept
    }

    /// Snapshots, the list of archives, the mark and the witness: in this order, so that a kill
    /// leaves a witness that is behind, which is lawful.
    private func addRest(_ copy: JournalCopy) throws(JournalError) {
        try copy.copySnapshots(fit.reader, upTo: fit.head)
        try copy.copyArchives()
        try copy.witness(fit.head, epoch: fit.epoch, home: fit.home)
    }

    private func size(_ segment: String) throws(JournalError) -> Int {
        try translating("examine the segment") { () throws(PlatformError) in
            try FileSystem.status(segment + "/data.mdb")?.size ?? .max
        }
    }
}

extension BackupWork {
    /// What is there must be a backup, and not a journal that an engine may use.
    private func requireBackup(_ layout: JournalLayout) throws(JournalError) {
        let isBackup = try translating("back up to") { () throws(PlatformError) in
            try FileSystem.status(layout.backupMark) != nil
        }
        guard isBackup else {
            throw refused(
                .exists,
                "something is there already, and it is no backup",
                "name a directory that does not exist yet; this one is left as it is"
            )
        }
        try layout.requireJournal("go on with the backup in")
    }

    /// The journal must hold the batch that the backup ends with.
    private func requireSameHistory(_ before: Head) throws(JournalError) {
        if before.sequence > fit.head.sequence {
            throw refused(
                .rolledBack,
                "it ends with event \(before.sequence), the journal already with "
                    + "\(fit.head.sequence): the journal was put back to an older copy",
                "see what is lost with `journalctl restore`, or back up to another directory"
            )
        }
        let hash: SHA256Digest?
        do throws(JournalError) {
            hash = try fit.reader.chainHash(endingAt: before.sequence)
        } catch {
            guard error.code != .archived else { throw gone(before) }
            throw error
        }
        guard let hash else { throw gone(before) }
        guard hash == before.chainHash else {
            throw refused(
                .rolledBack,
                "its event \(before.sequence) is of another history than the journal's (chain "
                    + "\(before.chainHash) here, \(hash) there)",
                "back up to another directory, and keep this one: it is evidence"
            )
        }
    }

    private func gone(_ before: Head) -> JournalError {
        refused(
            .archived,
            "it ends with event \(before.sequence), and the journal now begins later",
            "make a new backup in another directory"
        )
    }

    /// Makes the empty directory aside; its lock keeps others from doing so at the same time.
    private func emptyAside() throws(JournalError) -> LockFile {
        let exists = try translating("back up to") { () throws(PlatformError) in
            try FileSystem.status(aside.directory) != nil
        }
        if exists {
            guard try JournalWriter.lock(aside.backupMark) != nil else { throw busy() }
            try translating("remove an interrupted backup") { () throws(PlatformError) in
                try FileSystem.removeTree(aside.directory)
            }
        }
        try translating("back up to") { () throws(PlatformError) in
            try FileSystem.createDirectory(aside.directory)
        }
        guard let lock = try JournalWriter.lock(aside.backupMark) else { throw busy() }
        return lock
    }

    /// Removes what an interrupted backup left in the target and beside it.
    private func removeLeftovers(_ layout: JournalLayout) throws(JournalError) {
        try translating("remove an interrupted backup") { () throws(PlatformError) in
            for place in [layout.segments, layout.snapshots] {
                for name in try FileSystem.list(place) where name.hasSuffix(".new") {
                    try FileSystem.removeTree(place + "/" + name)
                }
            }
            try FileSystem.removeTree(aside.directory)
        }
    }

    /// Leaves nothing aside, whatever happens: a half copy must not keep a disk full.
    private func removingAside<Result>(
        _ body: () throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        defer { removeAside() }
        return try body()
    }

    private func removeAside() {
        do throws(PlatformError) {
            try FileSystem.removeTree(aside.directory)
        } catch {
            // The next backup removes it; what this one did matters more.
            return
        }
    }

    private func busy() -> JournalError {
        refused(.locked, "another backup is being made there", "wait for its end")
    }

    private func refused(
        _ code: JournalError.Code,
        _ reason: String,
        _ advice: String
    ) -> JournalError {
        JournalError(code, "back up to", target, reason: reason, advice: advice)
    }
}
