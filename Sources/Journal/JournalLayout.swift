internal import Platform

/// Where the parts of a journal are.
struct JournalLayout: Sendable {
    let directory: String

    var lock: String { directory + "/writer.lock" }
    var witness: String { directory + "/witness" }
    var gaps: String { directory + "/gaps.json" }
    var segments: String { directory + "/segments" }
    var snapshots: String { directory + "/snapshots" }
    /// Where the archives of this journal are, one directory a line.
    var archives: String { directory + "/archives" }
    /// The socket of the running engine.
    var control: String { directory + "/control" }
    /// Marks a backup, and is locked while it is added to.
    var backupMark: String { directory + "/backup.lock" }
    /// Marks a journal that a restore put in its place and has not finished with.
    var restoreMark: String { directory + "/restoring" }

    func segment(_ first: UInt64) -> String { segments + "/" + Self.name(first) }

    /// A sequence number as twenty digits, so that names sort as numbers do.
    static func name(_ sequence: UInt64) -> String {
        let digits = String(sequence)
        return String(repeating: "0", count: 20 - digits.count) + digits
    }

    /// The sequence number that twenty digits stand for; the highest number of all is none, so that
    /// what follows an event always has a number.
    static func sequence(_ name: some StringProtocol) -> UInt64? {
        guard name.utf8.count == 20, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return UInt64(name).flatMap { $0 > 0 && $0 < .max ? $0 : nil }
    }

    /// First sequence numbers of the segments, ascending, by the names of their directories.
    func segmentNumbers() throws(JournalError) -> [UInt64] {
        try translating("list the segments of") { () throws(PlatformError) in
            try FileSystem.list(segments).compactMap { Self.sequence($0) }.sorted()
        }
    }

    /// The manifest, where the directory holds archives in place of segments.
    func archiveManifest() throws(JournalError) -> ArchiveManifest? {
        let isJournal = try translating("examine") { () throws(PlatformError) in
            try FileSystem.status(segments) != nil
        }
        return isJournal ? nil : try ArchiveManifest.load(directory)
    }

    /// Explains what stands where a journal was expected; returns when it is one.
    func requireJournal(_ action: String) throws(JournalError) {
        let names = try translating(action) { () throws(PlatformError) -> [String]? in
            guard let status = try FileSystem.status(directory) else { return nil }
            return status.isDirectory ? try FileSystem.list(directory) : ["a file"]
        }
        guard let names else {
            throw JournalError(
                .missing,
                action,
                directory,
                reason: "there is nothing at this path",
                advice: "check the path, or make a journal with `holdfast run`"
            )
        }
        if names.contains("segments"), !(try segmentNumbers().isEmpty) { return }
        throw Self.notAJournal(directory, names: names, action)
    }

    /// Refuses what may be written only by the command that marked it.
    func requireNoMark(_ policy: WriterOptions.WitnessPolicy) throws(JournalError) {
        let marks = try translating("open the journal") { () throws(PlatformError) in
            (
                isBackup: try FileSystem.status(backupMark) != nil,
                isRestoring: try FileSystem.status(restoreMark) != nil
            )
        }
        if marks.isBackup, policy != .innerOnly {
            throw JournalError(
                .refusedInput,
                "open the journal",
                directory,
                reason: "it is a backup, which only `journalctl backup` writes (\(backupMark))",
                advice: "put it in the place of a journal with `journalctl restore`"
            )
        }
        if marks.isRestoring, policy == .enforced {
            throw JournalError(
                .refusedInput,
                "open the journal",
                directory,
                reason: "a restore was interrupted after it put this journal here (\(restoreMark))",
                advice: "give the same `journalctl restore` again; it finishes what is missing"
            )
        }
    }

    static func notAJournal(
        _ directory: String,
        names: [String],
        _ action: String
    ) -> JournalError {
        if names == ["a file"] {
            return JournalError(
                .noJournal,
                action,
                directory,
                reason: "it is a file, and a journal is a directory",
                advice: "name another path; the file is left as it is"
            )
        }
        let isEmpty = names.isEmpty
        let found = names.prefix(3).joined(separator: ", ")
        return JournalError(
            .noJournal,
            action,
            directory,
            reason: isEmpty
                ? "the directory is empty, and a journal is never empty"
                : "the directory holds other things (\(found)) and no segment",
            advice: isEmpty
                ? "type `rmdir \(directory)` if it may go, then make the journal anew"
                : "name another directory; this one is left as it is"
        )
    }
}
