internal import Compression
internal import Digests
internal import Platform

/// Archives sealed segments of a journal in a directory outside of it.
///
/// Design note: it only reads the journal, by plain reads, so it may work beside the engine that
/// writes it. What it has returned is on disk and was read back; killed anywhere it leaves files
/// that the next one takes over or replaces. One at a time works in a directory.
public final class ArchiveWriter {
    /// The directory with the archives of all journals, as it was resolved.
    public let root: String
    /// The directory of this journal's archives.
    public let directory: String

    private let layout: JournalLayout
    private let journalID: JournalID
    private let lock: LockFile
    private var manifest: ArchiveManifest

    /// Bytes of batches from which a frame ends: what has to be decompressed to find one event.
    static let frameBytes = 1 << 20

    /// Prepares the directory `root`/`journalID`, making what is missing.
    ///
    /// - Throws: ``JournalError``; `unfitArchive` where the directory lies within the journal or
    ///   cannot be written, `locked` where another process archives there.
    public init(
        _ root: String,
        of journal: String,
        _ journalID: JournalID
    ) throws(JournalError) {
        layout = JournalLayout(directory: JournalWriter.trimmed(journal))
        self.journalID = journalID
        self.root = try Self.prepare(root, layout, "\(journalID)")
        directory = "\(self.root)/\(journalID)"
        lock = try Self.lock(directory)
        let found = try ArchiveManifest.load(directory)
        manifest = found ?? ArchiveManifest(journalID: journalID)
        guard manifest.journalID == journalID else {
            throw Self.unfit(directory, "it holds the archives of \(manifest.journalID)")
        }
    }

    /// Archives the sealed segment that begins with `first`; done again it only checks.
    ///
    /// - Returns: What the manifest says about the archive, which was read back.
    /// - Throws: ``JournalError`` with `damaged` where the segment is, `unfitArchive` where what is
    ///   in the directory contradicts it, and `system`.
    public func archive(segment first: UInt64) throws(JournalError) -> ArchiveEntry {
        let path = directory + "/" + ArchiveEntry.name(first)
        if let entry = try existing(first, path) { return entry }
        let aside = path + ".new"
        let source = try write(first, aside)
        let entry = try verified(aside, source)
        try manifest.add(entry, in: directory)
        try translating("give the archive its name") { () throws(PlatformError) in
            try FileSystem.rename(aside, to: path)
            try FileSystem.syncDirectory(directory)
        }
        try manifest.save(in: directory)
        return entry
    }

    /// Writes down in the journal that its archives are here.
    ///
    /// - Throws: ``JournalError`` with `system`.
    public func remember() throws(JournalError) { try ArchivePlaces(layout: layout).remember(root) }

    /// The entry of an archive that is there already, sound and the same as the segment.
    private func existing(_ first: UInt64, _ path: String) throws(JournalError) -> ArchiveEntry? {
        guard let entry = manifest.entries.first(where: { $0.first == first }) else { return nil }
        let source = try SegmentRun(first, layout, journalID).check()
        guard source.last == entry.last, source.chainHash == entry.chainHash else {
            throw Self.unfit(path, "it is of another history than this journal")
        }
        do throws(JournalError) {
            return try verified(path, source) == entry ? entry : nil
        } catch {
            // While the segment is still there a damaged or missing archive is written anew.
            guard error.code == .damaged || error.code == .missing else { throw error }
            return nil
        }
    }

    /// Writes the archive of a segment to `path`; returns what the segment held.
    private func write(_ first: UInt64, _ path: String) throws(JournalError) -> BatchCheck {
        try translating("make room for the archive") { () throws(PlatformError) in
            try FileSystem.removeFile(path)
        }
        var writer = try compressing("write the archive") { () throws(CompressionError) in
            try ZstdWriter(creating: path)
        }
        var frames: [ArchiveTable.Frame] = []
        let run = SegmentRun(first, layout, journalID)
        let source = try run.check { (number, bytes) throws(CompressionError) in
            if writer.frameBytes == 0 {
                let offset = writer.fileBytes
                frames.append(ArchiveTable.Frame(first: number, offset: offset, bytes: 0))
            }
            try writer.write(bytes)
            frames[frames.count - 1].bytes = writer.frameBytes
            if writer.frameBytes >= Self.frameBytes { try writer.endFrame() }
        }
        do throws(CompressionError) {
            try writer.endFrame()
            let table = ArchiveTable(
                journalID: journalID,
                last: source.last,
                frames: frames,
                start: writer.fileBytes
            )
            try writer.writeSkippable(table.encoded.span, variant: ArchiveTable.variant)
            try writer.finish()
        } catch {
            throw JournalError(error, "write the archive")
        }
        return source
    }

    /// Reads the archive at `path` back, whole, and compares it with what the segment held.
    ///
    /// That the last batch has the same hash, and that every batch names the one before, says that
    /// all of them are the same.
    private func verified(
        _ path: String,
        _ source: BatchCheck
    ) throws(JournalError) -> ArchiveEntry {
        let entry = try ArchiveEntry(verifying: path, of: journalID)
        guard entry.first == source.first, entry.last == source.last,
            entry.batches == source.batches, entry.bytes == source.bytes,
            entry.chainBefore == source.chainBefore, entry.chainHash == source.chainHash
        else {
            throw ArchiveReader.damaged(path, "it does not hold what the segment holds")
        }
        return entry
    }
}

extension ArchiveWriter {
    /// Makes the directories and returns the real path of `root`.
    private static func prepare(
        _ root: String,
        _ layout: JournalLayout,
        _ name: String
    ) throws(JournalError) -> String {
        let (place, journal) = try fitting(root) { () throws(PlatformError) in
            // What does not exist yet lies where its nearest parent does.
            var place = root
            while try FileSystem.status(place) == nil { place = FileSystem.parent(of: place) }
            return (try FileSystem.resolve(place), try FileSystem.resolve(layout.directory))
        }
        guard !(place + "/").hasPrefix(journal + "/") else {
            throw unfit(root, "it lies within the journal")
        }
        guard !root.contains("\n") else { throw unfit(root, "its name has two lines") }
        return try fitting(root) { () throws(PlatformError) in
            try FileSystem.createDirectories(root)
            let resolved = try FileSystem.resolve(root)
            try FileSystem.createDirectories(resolved + "/" + name)
            try FileSystem.syncDirectory(resolved)
            return resolved
        }
    }

    private static func lock(_ directory: String) throws(JournalError) -> LockFile {
        let outcome = try fitting(directory) { () throws(PlatformError) in
            try LockFile.acquire(directory + "/writer.lock")
        }
        switch outcome {
        case .acquired(let lock): return lock
        case .held(let holder):
            throw JournalError(
                .locked,
                "archive in",
                directory,
                reason: (holder.map { "process \($0)" } ?? "another process") + " is doing so",
                advice: "wait for its end"
            )
        }
    }

    /// Runs system calls whose failure makes a directory unfit.
    private static func fitting<Result>(
        _ directory: String,
        _ body: () throws(PlatformError) -> Result
    ) throws(JournalError) -> Result {
        do throws(PlatformError) { return try body() } catch { throw unfit(directory, "\(error)") }
    }

    private static func unfit(_ directory: String, _ reason: String) -> JournalError {
        JournalError(
            .unfitArchive,
            "archive in",
            directory,
            reason: reason,
            advice: "name another directory, outside of the journal, that you may write"
        )
    }
}
