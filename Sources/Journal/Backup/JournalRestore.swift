internal import Digests
internal import Platform

/// How a backup is put in the place of a journal.
public struct RestoreOptions: Sendable {
    /// Directory of the outer witnesses; made when missing.
    public var stateDirectory: String
    /// Where the scans run that damage could kill.
    public var scan = ScanMode.child(executable: nil)
    /// A segment is closed when its pages in use reach this many bytes.
    public var segmentLimit = 1 << 30
    /// Bytes a segment may grow to; must exceed ``segmentLimit`` by far.
    public var mapSize = 16 << 30

    /// Options with the sizes of a production journal.
    public init(stateDirectory: String) { self.stateDirectory = stateDirectory }

    /// How a writer opens what is restored.
    public func writer(_ witnesses: WriterOptions.WitnessPolicy) -> WriterOptions {
        var options = WriterOptions(stateDirectory: stateDirectory)
        options.scan = scan
        options.segmentLimit = segmentLimit
        options.mapSize = mapSize
        options.witnesses = witnesses
        return options
    }
}

/// What a restore left beside the journal.
public struct FinishedRestore: Hashable, Sendable {
    /// Where the journal is kept that stood there; `nil` where none did.
    public let kept: String?
}

/// A restore under way; the journal in the place is not touched before ``takePlace()``.
///
/// The order is what makes a kill harmless. The journal is made aside as `<journal>.restoring`,
/// with a mark in it; the caller then appends the event that tells of the restore. The two
/// directories change places in one step of the file system, so that the old journal or the new
/// one stands, whole. What stood there gets its name, the witnesses are written anew, and the mark
/// goes last: a journal with the mark is not opened for writing, and ``finish(_:options:)`` does
/// what is missing.
public final class JournalRestore {
    /// What the restore brings and what it loses.
    public let survey: RestoreSurvey

    /// The directory that is made aside.
    public var aside: String { Self.aside(place.directory) }

    private let place: JournalLayout
    private let backup: JournalReader
    private let options: RestoreOptions
    /// What the witness of the journal there said when it was looked at.
    private let witnessed: [UInt8]?
    private var mark: LockFile?

    private static func aside(_ directory: String) -> String { directory + ".restoring" }

    /// Checks the backup and finds out what would be lost.
    ///
    /// - Parameters:
    ///   - source: the backup: any whole copy of a journal that nobody writes.
    ///   - directory: the journal to replace; nothing may be there.
    ///   - options: where witnesses are, and where scans run.
    /// - Throws: ``JournalError``: `damaged` where the backup is, `locked` where an engine runs,
    ///   `foreign` where another journal stands there, `exists` where a restore was interrupted,
    ///   `missing`, `noJournal`, `refusedInput`, `system`.
    public init(
        from source: String,
        to directory: String,
        options: RestoreOptions
    ) throws(JournalError) {
        let place = JournalLayout(directory: JournalWriter.trimmed(directory))
        let source = JournalLayout(directory: JournalWriter.trimmed(source))
        try source.requireJournal("restore from")
        try Self.requireApart(source, place)
        let aside = AsideDirectory(path: Self.aside(place.directory))
        try aside.requireApart(from: source.directory, "restore from")
        try Self.requireQuiet(source)
        try Self.requireFree(place)
        witnessed = try Self.witness(of: place)
        let backup = try Self.openSound(source, options)
        let surveyor = RestoreSurveyor(
            backup: backup,
            backupHead: try backup.head(),
            place: place,
            stateDirectory: options.stateDirectory,
            scan: options.scan
        )
        survey = try surveyor.survey()
        self.place = place
        self.backup = backup
        self.options = options
    }

    /// Makes the journal aside, verified; the caller appends to it what tells of the restore.
    ///
    /// - Throws: ``JournalError`` with `damaged`, `exists` or `system`.
    public func prepare() throws(JournalError) {
        let layout = JournalLayout(directory: aside)
        try removeAside()
        try translating("restore to") { () throws(PlatformError) in
            try FileSystem.createDirectories(FileSystem.parent(of: aside))
            try FileSystem.createDirectory(aside)
        }
        mark = try JournalWriter.lock(layout.restoreMark)
        // First of all: what lies there without the mark would be taken for somebody else's.
        try translating("restore to") { () throws(PlatformError) in
            try FileSystem.syncDirectory(aside)
        }
        let copy = JournalCopy(
            source: backup.layout,
            target: layout,
            journalID: survey.journalID
        )
        try copy.makeDirectories()
        var segments = SegmentCopy(
            into: layout.segments,
            SegmentSizes(limit: options.segmentLimit, mapSize: options.mapSize)
        )
        let first = try backup.layout.segmentNumbers().first ?? 1
        try segments.append(backup, from: first, to: survey.head.sequence)
        try segments.finish()
        try copy.copySnapshots(backup, upTo: survey.head)
        try copy.copyArchives()
        try copy.witness(survey.head, epoch: 0, home: .zero)
        _ = try copy.verify(options.scan, expecting: survey.head)
    }

    /// Removes what is aside; where that fails, the next restore does it.
    public func abandon() {
        mark = nil
        do throws(JournalError) {
            try removeAside()
        } catch {
            return
        }
    }

    /// Lets the journal that was made aside take its place, and writes the witnesses anew.
    ///
    /// - Throws: ``JournalError`` with `locked` where an engine was started meanwhile,
    ///   `unfitFileSystem` or `system`.
    public func takePlace() throws(JournalError) -> FinishedRestore {
        let directory = place.directory
        let lock = try lockUnchanged()
        defer { withExtendedLifetime(lock) {} }
        let isPut = try translating("give the restored journal its place in") {
            () throws(PlatformError) in
            try FileSystem.syncTree(aside)
            if survey.standing == .nothing {
                try FileSystem.rename(aside, to: directory)
            } else if try !FileSystem.exchange(aside, directory) {
                return false
            }
            try FileSystem.syncDirectory(FileSystem.parent(of: directory))
            return true
        }
        guard isPut else {
            throw JournalError(
                .unfitFileSystem,
                "restore to",
                directory,
                reason: "this file system cannot let two directories change places at once",
                advice: "rename \(directory) yourself, then restore to the free path"
            )
        }
        mark = nil
        return try Self.finish(directory, options: options) ?? FinishedRestore(kept: nil)
    }

    /// Locks what is to be replaced, and makes sure that nobody wrote it since it was looked at.
    private func lockUnchanged() throws(JournalError) -> LockFile? {
        if survey.standing == .nothing { return nil }
        guard let lock = try JournalWriter.lock(place.lock) else {
            throw JournalWriter.lockedError(place.directory, nil)
        }
        guard try Self.witness(of: place) == witnessed else {
            throw JournalError(
                .locked,
                "restore to",
                place.directory,
                reason: "an engine wrote it meanwhile; nothing was changed",
                advice: "give the command again"
            )
        }
        return lock
    }

    /// Does what an interrupted restore left to do.
    ///
    /// - Parameters:
    ///   - directory: the journal's directory.
    ///   - options: where the witnesses are.
    /// - Returns: what was done; `nil` where no restore was interrupted after its journal took the
    ///   place.
    /// - Throws: ``JournalError`` with `locked`, `damaged` or `system`.
    public static func finish(
        _ directory: String,
        options: RestoreOptions
    ) throws(JournalError) -> FinishedRestore? {
        let layout = JournalLayout(directory: JournalWriter.trimmed(directory))
        let exists = try translating("finish the restore of") { () throws(PlatformError) in
            (
                mark: try FileSystem.status(layout.restoreMark) != nil,
                old: try FileSystem.status(Self.aside(layout.directory)) != nil
            )
        }
        guard exists.mark else { return nil }
        guard let mark = try JournalWriter.lock(layout.restoreMark) else {
            throw JournalWriter.lockedError(layout.directory, nil)
        }
        defer { withExtendedLifetime(mark) {} }
        var kept: String?
        if exists.old { kept = try keep(Self.aside(layout.directory), of: layout.directory) }
        let writer = try JournalWriter.open(layout.directory, options: options.writer(.replaced))
        withExtendedLifetime(writer) {}
        try translating("finish the restore of") { () throws(PlatformError) in
            try FileSystem.removeFile(layout.restoreMark)
            try FileSystem.syncDirectory(layout.directory)
        }
        return FinishedRestore(kept: kept)
    }

    /// Gives what stood there the name it is kept under, which tells how far its witness saw it.
    private static func keep(
        _ old: String,
        of directory: String
    ) throws(JournalError) -> String {
        let seen = try WitnessReading(JournalLayout(directory: old).witness).slots.first
        let name = "\(directory).before-restore-\(seen?.sequence ?? 0)"
        return try translating("keep the journal that stood at") { () throws(PlatformError) in
            var free = name
            var count = 1
            while try FileSystem.status(free) != nil {
                count += 1
                free = "\(name)-\(count)"
            }
            try FileSystem.rename(old, to: free)
            try FileSystem.syncDirectory(FileSystem.parent(of: directory))
            return free
        }
    }
}

extension JournalRestore {
    private static func requireApart(
        _ source: JournalLayout,
        _ place: JournalLayout
    ) throws(JournalError) {
        let same = try translating("restore to") { () throws(PlatformError) -> Bool in
            guard try FileSystem.status(place.directory) != nil else { return false }
            let (from, to) = (
                try FileSystem.resolve(source.directory), try FileSystem.resolve(place.directory)
            )
            return from == to || from.hasPrefix(to + "/") || to.hasPrefix(from + "/")
        }
        guard same else { return }
        throw JournalError(
            .refusedInput,
            "restore to",
            place.directory,
            reason: "the backup is the journal itself, or one lies within the other",
            advice: "rename the copy that is to be restored, then restore from its new name"
        )
    }

    /// A journal that is being written is no backup.
    private static func requireQuiet(_ source: JournalLayout) throws(JournalError) {
        let isWritten = try translating("look for a writer of") { () throws(PlatformError) in
            try LockFile.isHeld(source.lock)
        }
        guard isWritten else { return }
        throw JournalError(
            .locked,
            "restore from",
            source.directory,
            reason: "an engine is writing it",
            advice: "make a backup of it with `journalctl backup`, and restore that"
        )
    }

    private static func requireFree(_ place: JournalLayout) throws(JournalError) {
        let found = try translating("look for a writer of") { () throws(PlatformError) in
            (
                isWritten: try LockFile.isHeld(place.lock),
                isMarked: try FileSystem.status(place.restoreMark) != nil
            )
        }
        if found.isWritten { throw JournalWriter.lockedError(place.directory, nil) }
        if found.isMarked { try place.requireNoMark(.enforced) }
    }

    private static func witness(of place: JournalLayout) throws(JournalError) -> [UInt8]? {
        try translating("read the witness") { () throws(PlatformError) in
            guard try FileSystem.status(place.witness) != nil else { return nil }
            return try FileSystem.read(place.witness, limit: 1 << 20)
        }
    }

    /// Opens the backup when nothing in it is damaged.
    ///
    /// That its witness or a snapshot knows more than it holds is no damage but evidence.
    private static func openSound(
        _ source: JournalLayout,
        _ options: RestoreOptions
    ) throws(JournalError) -> JournalReader {
        var verifier = VerifierOptions()
        verifier.scan = options.scan
        let report = try Verifier.verify(source.directory, options: verifier)
        let isEvidence: Set<Finding.Code> = [.witness, .snapshot]
        let damage = report.findings.first {
            $0.severity == .damage && !isEvidence.contains($0.code)
        }
        if let damage {
            throw JournalError(
                .damaged,
                "restore from",
                source.directory,
                reason: "the backup is damaged, and nothing was changed: \(damage)",
                advice: "use another backup, or rebuild what is intact with `journalctl salvage`",
                sequence: damage.sequences?.lowerBound
            )
        }
        return try JournalReader.open(source.directory)
    }

    /// Removes what an interrupted restore left aside, and nothing else.
    private func removeAside() throws(JournalError) {
        let layout = JournalLayout(directory: aside)
        let found = try translating("restore to") { () throws(PlatformError) in
            guard try FileSystem.status(aside) != nil else {
                return (isThere: false, isOurs: false)
            }
            let names = try FileSystem.list(aside)
            return (isThere: true, isOurs: names.isEmpty || names.contains("restoring"))
        }
        guard found.isThere else { return }
        guard found.isOurs else {
            throw JournalError(
                .exists,
                "restore to",
                place.directory,
                reason: "\(aside) is in the way, and no restore left it",
                advice: "rename it; it is left as it is"
            )
        }
        guard try JournalWriter.lock(layout.restoreMark) != nil else {
            throw JournalWriter.lockedError(aside, nil)
        }
        try translating("remove an interrupted restore") { () throws(PlatformError) in
            // The mark goes last: broken off before that, the next restore goes on removing.
            let mark = FileSystem.name(of: layout.restoreMark)
            for name in try FileSystem.list(aside) where name != mark {
                try FileSystem.removeTree(aside + "/" + name)
            }
            try FileSystem.syncDirectory(aside)
            try FileSystem.removeTree(aside)
        }
    }
}
