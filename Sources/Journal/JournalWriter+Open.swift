internal import Digests
internal import LMDB
internal import Platform

extension JournalWriter {
    /// Opens a journal for writing: locks it, checks it, compares it with its witnesses.
    ///
    /// The check reads from the newest good snapshot to the head; ``opening`` tells what it found.
    /// Nothing is changed before all of it is passed.
    ///
    /// - Throws: ``JournalError`` with `missing`, `noJournal`, `locked`, `damaged`, `rolledBack`,
    ///   `witnessMissing`, `unfitFileSystem`, `scanFailed` or `system`.
    public static func open(
        _ directory: String,
        options: WriterOptions
    ) throws(JournalError) -> JournalWriter {
        let directory = trimmed(directory)
        let layout = JournalLayout(directory: directory)
        try layout.requireJournal("open the journal")
        try layout.requireNoMark(options.witnesses)
        var warnings = try requireFitness(directory, options)
        let outcome = try translating("lock the journal with") { () throws(PlatformError) in
            try LockFile.acquire(layout.lock)
        }
        let lock: LockFile
        switch outcome {
        case .acquired(let acquired): lock = acquired
        case .held(let holder): throw lockedError(directory, holder)
        }
        // A restore may have put another journal here since the mark was looked for.
        try layout.requireNoMark(options.witnesses)
        let check = try OpeningCheck(layout, options)
        warnings += check.warnings
        let state = StateDirectory(path: options.stateDirectory)
        let isAside = options.witnesses == .innerOnly
        let home = isAside ? .zero : try state.establish()
        try removeLeftovers(layout)
        let writers = try witnessWriters(
            layout,
            outer: isAside ? nil : state.witness(of: check.journalID),
            home: home
        )
        let writer = JournalWriter(
            layout: layout,
            journalID: check.journalID,
            head: check.head,
            options: options,
            lock: lock,
            store: try openLast(layout, options),
            witnesses: writers
        )
        try writer.requireStoreAgrees()
        writer.epoch = max(check.head.epoch, check.highestWitnessedEpoch)
        writer.opening = Opening(
            head: check.head,
            warnings: warnings,
            snapshot: check.snapshot,
            scannedEvents: check.report.events,
            scanDuration: check.duration
        )
        try writer.establishWitnesses()
        // Both slots: an overruled one must not speak again at the next start.
        if options.witnesses == .replaced { try writer.establishWitnesses() }
        return writer
    }

    private static func openLast(
        _ layout: JournalLayout,
        _ options: WriterOptions
    ) throws(JournalError) -> Store {
        let last = try layout.segmentNumbers().last ?? 1
        return try storing("open the journal") { () throws(LMDBError) in
            try Store(path: layout.segment(last), access: .writer, mapSize: options.mapSize)
        }
    }

    /// Removes what interrupted operations left under names ending in `.new`.
    private static func removeLeftovers(_ layout: JournalLayout) throws(JournalError) {
        try translating("remove leftovers from") { () throws(PlatformError) in
            for place in [layout.directory, layout.segments, layout.snapshots] {
                guard try FileSystem.status(place) != nil else { continue }
                for name in try FileSystem.list(place) where name.hasSuffix(".new") {
                    try FileSystem.removeTree(place + "/" + name)
                }
            }
        }
    }
}

/// All that must hold before a journal is written.
struct OpeningCheck {
    let journalID: JournalID
    let head: Head
    let report: ScanReport
    let duration: Int64
    let snapshot: StateSnapshot?
    let warnings: [String]
    let highestWitnessedEpoch: UInt32

    init(_ layout: JournalLayout, _ options: WriterOptions) throws(JournalError) {
        try GapFile.requireNone(in: layout.directory, "open the journal")
        let inner = try WitnessReading(layout.witness)
        let id = try Self.journalID(layout, inner)
        let state = StateDirectory(path: options.stateDirectory)
        let outer =
            options.witnesses == .innerOnly ? nil : try WitnessReading(state.witness(of: id))
        let snapshots = SnapshotStore(directory: layout.directory, journalID: id)
        let (snapshot, skipped) = try snapshots.loadNewest()
        let rules = WitnessRules(
            journalID: id,
            inner: inner,
            outer: outer,
            home: try state.home()
        )
        let request = ScanRequest(
            directory: layout.directory,
            from: snapshot?.sequence ?? 1,
            expectedHash: snapshot?.chainHash,
            lookups: rules.sequences + (snapshot.map { [$0.sequence] } ?? [])
        )
        let begun = Clock.monotonic()
        report = try RecoveryScan.run(request, options.scan)
        duration = Clock.monotonic() - begun
        try Self.requireNoDamage(report, layout)
        guard let head = report.head, report.journalID == id else {
            throw Self.damage(layout, "no batch could be read", nil)
        }
        try Self.requireNoSnapshot(beyond: head, snapshots, layout)
        let warnings =
            try Self.judge(rules, head, report, options, layout) + skipped.map { "\($0)" }
            + report.findings.map { "\($0)" }
        if let snapshot, report.hashes[snapshot.sequence] != snapshot.chainHash {
            throw Self.damage(
                layout,
                "the snapshot at \(snapshot.sequence) is of another history",
                snapshot.sequence
            )
        }
        journalID = id
        self.head = head
        self.snapshot = snapshot
        self.warnings = warnings
        highestWitnessedEpoch = rules.highestEpoch
    }

    /// Refuses a journal that ends before one of its snapshots was taken.
    private static func requireNoSnapshot(
        beyond head: Head,
        _ snapshots: SnapshotStore,
        _ layout: JournalLayout
    ) throws(JournalError) {
        if let beyond = try snapshots.sequences().last, beyond > head.sequence {
            throw rolledBack(snapshot: beyond, head, snapshots, layout)
        }
    }

    /// The refusal of a journal that ends before a snapshot of it.
    static func rolledBack(
        snapshot: UInt64,
        _ head: Head,
        _ snapshots: SnapshotStore,
        _ layout: JournalLayout
    ) -> JournalError {
        JournalError(
            .rolledBack,
            "open the journal",
            layout.directory,
            reason: "a snapshot was taken at sequence number \(snapshot), the journal ends at "
                + "\(head.sequence): what came after is lost (\(snapshots.path(snapshot)))",
            advice: WitnessRules.rollbackAdvice,
            sequence: snapshot
        )
    }

    /// What the witnesses make doubtful; what they refuse is thrown, or overruled where that is
    /// asked for.
    private static func judge(
        _ rules: WitnessRules,
        _ head: Head,
        _ report: ScanReport,
        _ options: WriterOptions,
        _ layout: JournalLayout
    ) throws(JournalError) -> [String] {
        let judgement = rules.judge(head: head, begin: report.begin, hashes: report.hashes)
        let refusals = judgement.refusals.map { $0.error("open the journal", layout.directory) }
        if options.witnesses == .enforced, let refusal = refusals.first { throw refusal }
        return judgement.warnings.map(\.meaning) + refusals.map { "overruled: \($0)" }
    }

    /// The id, from the first batch by plain reads, or from the witness.
    private static func journalID(
        _ layout: JournalLayout,
        _ inner: WitnessReading
    ) throws(JournalError) -> JournalID {
        guard let first = try layout.segmentNumbers().first else {
            throw damage(layout, "there is no segment", nil)
        }
        let path = layout.segment(first)
        try MetaPages.require(path, "open the journal")
        let id = try translating("read the first batch of") {
            () throws(PlatformError) -> JournalID? in
            try RawSegment(path)?.firstHeader()?.journalID
        }
        if let id { return id }
        throw damage(layout, "the first batch of \(path) is unreadable", first)
    }

    private static func requireNoDamage(
        _ report: ScanReport,
        _ layout: JournalLayout
    ) throws(JournalError) {
        let damages = report.findings.filter { $0.severity == .damage }
        guard let first = damages.first else { return }
        throw damage(
            layout,
            "\(first)" + (damages.count > 1 ? ", and \(damages.count - 1) more" : ""),
            first.sequences?.lowerBound
        )
    }

    private static func damage(
        _ layout: JournalLayout,
        _ reason: String,
        _ sequence: UInt64?
    ) -> JournalError {
        JournalError(
            .damaged,
            "open the journal",
            layout.directory,
            reason: reason,
            advice: JournalError.verifyAdvice,
            sequence: sequence
        )
    }
}

/// A segment read without mapping it.
struct RawSegment {
    private let scan: PageScan

    init?(_ path: String) throws(PlatformError) {
        guard let scan = try PageScan(directory: path) else { return nil }
        self.scan = scan
    }

    func firstHeader() throws(PlatformError) -> BatchHeader? {
        var header: BatchHeader?
        try scan.firstRecord(from: 0) { _, bytes in
            do throws(FormatFault) { header = try BatchHeader.decode(bytes) } catch { header = nil }
        }
        return header
    }
}
