public import Digests
internal import Platform

/// Segments that an event says were taken out of the journal.
public struct Removal: Hashable, Sendable {
    /// Sequence number of the first event that is gone.
    public var first: UInt64
    /// Sequence number of the last event that is gone.
    public var last: UInt64
    /// The hash of the batch that ends with ``last``.
    public var chainHash: SHA256Digest
    /// The file that holds them; empty where no copy was kept.
    public var archive: String
    /// SHA-256 of that file; zeros where no copy was kept.
    public var archiveHash: SHA256Digest

    /// Tells of a removal.
    public init(
        first: UInt64,
        last: UInt64,
        chainHash: SHA256Digest,
        archive: String,
        archiveHash: SHA256Digest
    ) {
        self.first = first
        self.last = last
        self.chainHash = chainHash
        self.archive = archive
        self.archiveHash = archiveHash
    }
}

/// How a journal says that segments were taken out; the caller knows what its events mean.
public struct RemovalReading: Sendable {
    /// The kind of the event that says so.
    public var kind: UInt16
    /// What such an event's payload says; `nil` where it cannot be read.
    public var decode: @Sendable ([UInt8]) -> Removal?

    /// Makes a reading.
    public init(kind: UInt16, decode: @escaping @Sendable ([UInt8]) -> Removal?) {
        self.kind = kind
        self.decode = decode
    }
}

extension Verifier {
    /// Verifies a directory that holds archives in place of segments.
    mutating func runOverArchives() throws(JournalError) -> ScanReport {
        let names = try translating("list the files of") { () throws(PlatformError) in
            try FileSystem.list(layout.directory)
        }
        let known: Set = [ArchiveManifest.fileName, "writer.lock"]
        check(names, in: layout.directory) {
            known.contains($0) || ArchiveEntry.first($0) != nil
        }
        let report = try scan(lookups: [])
        findings += report.findings
        guard let journalID = report.journalID else {
            findings.append(.damage(.archive, layout.directory, "no batch could be read"))
            return report
        }
        try checkRemovals(report, journalID)
        if !findings.contains(where: { $0.severity == .damage }) { try replay() }
        return report
    }

    /// Compares where the journal begins, and its archives, with what its events say.
    mutating func checkRemovals(
        _ report: ScanReport,
        _ id: JournalID
    ) throws(JournalError) {
        guard let reading = options.removals else { return }
        let removals = report.removals.compactMap(reading.decode)
        if report.begin > 1 { checkBeginning(report, removals) }
        let isArchive = try layout.archiveManifest() != nil
        let places = ArchivePlaces(layout: layout)
        let directories = try places.directories(of: id, named: options.archives)
        let set = ArchiveSet(isArchive ? [layout.directory] : directories, of: id)
        for removal in Set(removals).sorted(by: { $0.first < $1.first })
        where !removal.archive.isEmpty {
            guard let part = set.part(holding: removal.first) else {
                if removal.last < report.begin, !isArchive { miss(removal, set) }
                continue
            }
            compare(removal, part)
        }
    }

    /// A journal that begins above 1 says so in one of its events.
    private mutating func checkBeginning(_ report: ScanReport, _ removals: [Removal]) {
        let last = report.begin - 1
        guard let removal = removals.last(where: { $0.last == last }) else {
            findings.append(
                .damage(
                    .gap,
                    layout.segments,
                    sequences: 1...last,
                    "events 1 to \(last) are missing, and no event says that those before "
                        + "\(report.begin) were taken out"
                )
            )
            return
        }
        guard let before = report.chainBefore, before != removal.chainHash else { return }
        findings.append(
            .damage(
                .chain,
                layout.segment(report.begin),
                sequences: report.begin...report.begin,
                "the first batch does not name the hash of the last one that was taken out"
            )
        )
    }

    private mutating func compare(_ removal: Removal, _ part: ArchiveSet.Part) {
        let entry = part.entry
        guard
            entry.first != removal.first || entry.last != removal.last
                || entry.chainHash != removal.chainHash || entry.fileHash != removal.archiveHash
        else { return }
        findings.append(
            Finding(
                .archive,
                .damage,
                sequences: removal.first...removal.last,
                path: part.path,
                meaning: "the journal took out events \(removal.first) to \(removal.last) for an "
                    + "archive with SHA-256 \(removal.archiveHash); the manifest tells of events "
                    + "\(entry.first) to \(entry.last) with \(entry.fileHash)",
                advice: JournalError.copyAdvice
            )
        )
    }

    /// An archive that the journal counts on is nowhere.
    private mutating func miss(_ removal: Removal, _ set: ArchiveSet) {
        let isPlaceThere = set.places.contains { $0.problem == nil }
        let places = set.places.map(\.directory).joined(separator: ", ")
        findings.append(
            Finding(
                .archive,
                isPlaceThere ? .damage : .warning,
                sequences: removal.first...removal.last,
                path: layout.archives,
                meaning: "they were archived as \(removal.archive), which no manifest names that "
                    + "can be read" + (places.isEmpty ? "" : " (looked in \(places))"),
                advice: "mount or copy the archives to their place, or name another one with "
                    + "--archive"
            )
        )
    }
}
