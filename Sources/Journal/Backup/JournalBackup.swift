internal import Digests
public import Platform

/// How a journal is backed up.
public struct BackupOptions {
    /// Directory of the outer witness; `nil` to compare with the witness beside the journal only.
    public var stateDirectory: String?
    /// Where the scan runs that verifies the copy.
    public var scan = ScanMode.child(executable: nil)
    /// A segment of the backup is closed when its pages in use reach this many bytes.
    public var segmentLimit = 1 << 30
    /// Bytes a segment may grow to; must exceed ``segmentLimit`` by far.
    public var mapSize = 16 << 30
    /// A last segment smaller than this many bytes is made anew together with what is added, so
    /// that many small backups do not leave many small segments.
    public var mergeLimit = 16 << 20
    /// Told which event is reached.
    public var tell: (UInt64) -> Void = { _ in }

    /// Options with the sizes of a production journal.
    public init() {}

    var sizes: SegmentSizes { SegmentSizes(limit: segmentLimit, mapSize: mapSize) }
}

/// What a backup holds.
public struct BackupReport: Sendable {
    /// What the backup ends with.
    public let head: Head
    /// The events in it.
    public let events: Int
    /// The events that this run added.
    public let added: Int
    /// Bytes of the pages in use.
    public let bytes: Int
    /// Whether there was none before.
    public let isNew: Bool
}

/// Copies a journal, stopped or beside its writer, to a directory that can take its place.
///
/// Batches go through the validating reader into new segments, byte for byte; nothing of a damaged
/// journal is copied. A first backup is made aside, verified and renamed. A later one adds segments
/// made and verified aside, so that what is there is valid at every moment, and the more so after
/// a kill.
public enum JournalBackup {
    /// Whether a directory is marked as a backup.
    public static func isMarked(_ directory: String) throws(PlatformError) -> Bool {
        try FileSystem.status(JournalLayout(directory: directory).backupMark) != nil
    }

    /// Makes a backup of the journal in `directory` at `target`, or goes on with the one there.
    ///
    /// - Throws: ``JournalError``: `damaged`, `rolledBack`, `witnessMissing` where the journal is
    ///   not fit to be kept; `exists`, `foreign`, `locked`, `refusedInput` where the target is not;
    ///   `missing`, `noJournal`, `system`.
    public static func make(
        of directory: String,
        at target: String,
        options: BackupOptions
    ) throws(JournalError) -> BackupReport {
        let source = JournalLayout(directory: JournalWriter.trimmed(directory))
        let target = JournalWriter.trimmed(target)
        try source.requireJournal("back up the journal in")
        try requireApart(target, from: source.directory)
        let aside = AsideDirectory(path: BackupWork.aside(target))
        try aside.requireApart(from: source.directory, "back up the journal in")
        try GapFile.requireNone(in: source.directory, "back up the journal in")
        let knownIDs = try fitSource(source, options)
        let exists = try translating("back up to") { () throws(PlatformError) in
            try FileSystem.status(target) != nil
        }
        let work = BackupWork(source: source, target: target, fit: knownIDs, options: options)
        return exists ? try work.extend() : try work.begin()
    }

    /// Refuses a target within the journal, whose writer would take it for its own.
    private static func requireApart(
        _ target: String,
        from directory: String
    ) throws(JournalError) {
        let places = try translating("back up to") { () throws(PlatformError) in
            var place = target
            while try FileSystem.status(place) == nil {
                let above = FileSystem.parent(of: place)
                if above == place { break }
                place = above
            }
            return (try FileSystem.resolve(place), try FileSystem.resolve(directory))
        }
        guard places.0 == places.1 || places.0.hasPrefix(places.1 + "/") else { return }
        throw JournalError(
            .refusedInput,
            "back up to",
            target,
            reason: "it lies within the journal",
            advice: "name a directory elsewhere, best on another disk"
        )
    }

    /// Opens the source and compares it with its witnesses: a journal that was put back to an
    /// older copy must not become a backup that looks whole.
    private static func fitSource(
        _ layout: JournalLayout,
        _ options: BackupOptions
    ) throws(JournalError) -> FitSource {
        // Read first: beside a writer the journal may then only be ahead of them.
        let inner = try WitnessReading(layout.witness)
        let reader = try JournalReader.open(layout.directory)
        let rules = try WitnessRules(
            of: reader.journalID,
            inner,
            stateDirectory: options.stateDirectory
        )
        let head = try reader.head()
        let hashes = try rules.hashes(in: reader, to: head)
        let lowest = try layout.segmentNumbers().first ?? 1
        let (refusals, _) = rules.judge(head: head, begin: lowest, hashes: hashes)
        if let refusal = refusals.first {
            throw refusal.error("back up the journal in", layout.directory)
        }
        return FitSource(
            reader: reader,
            head: head,
            lowest: lowest,
            epoch: rules.highestEpoch,
            home: inner.slots.first?.home ?? .zero
        )
    }
}

/// A journal that may be kept.
struct FitSource {
    let reader: JournalReader
    /// Its end as of now; what is committed later is for the next backup.
    let head: Head
    let lowest: UInt64
    /// The last epoch that a witness knows of.
    let epoch: UInt32
    let home: JournalID
}
