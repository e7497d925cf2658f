internal import Digests
internal import Platform

/// What a verification is to look at.
public struct VerifierOptions: Sendable {
    /// Directory of the outer witness; `nil` to compare with the witness beside the journal only,
    /// as for a copy.
    public var stateDirectory: String?

    /// Where the part that damage could kill runs.
    public var scan = ScanMode.child(executable: nil)

    /// Gets every batch, in order, after all else is checked and only if no batch is damaged.
    ///
    /// It returns what it finds wrong; throwing ends the replay with a finding.
    public var replay: (@Sendable (BatchView) throws(JournalError) -> [Finding])?

    /// Other places of the journal's archives than those that it names.
    public var archives: [String] = []

    /// How the journal says that segments were taken out; `nil` where that is not to be checked.
    public var removals: RemovalReading?

    /// Options for a journal without an outer witness.
    public init() {}
}

/// What a verification found.
public struct VerifierReport: Sendable {
    /// Everything that is not as it should be, in the order it was found.
    public let findings: [Finding]
    /// The journal's id; `nil` when no batch could be read.
    public let journalID: JournalID?
    /// The end of the journal; `nil` when no batch could be read.
    public let head: Head?
    /// Batches that could be read.
    public let batches: Int
    /// Events in them.
    public let events: Int
    /// Bytes of the pages in use.
    public let bytes: Int
    /// How long it took, in nanoseconds.
    public let duration: Int64

    /// Whether something committed is wrong or lost.
    public var hasDamage: Bool { findings.contains { $0.severity == .damage } }
}

/// Looks at everything in a journal, collects all that is wrong and changes nothing.
public struct Verifier {
    let layout: JournalLayout
    let options: VerifierOptions
    var findings: [Finding] = []

    /// Verifies the journal in `directory`.
    ///
    /// - Throws: ``JournalError`` only when nothing could be read: `missing`, `noJournal`,
    ///   `scanFailed` or `system`.
    public static func verify(
        _ directory: String,
        options: VerifierOptions = VerifierOptions()
    ) throws(JournalError) -> VerifierReport {
        let begun = Clock.monotonic()
        let layout = JournalLayout(directory: JournalWriter.trimmed(directory))
        if try layout.archiveManifest() == nil { try layout.requireJournal("verify the journal") }
        var verifier = Verifier(layout: layout, options: options)
        let report = try verifier.run()
        return VerifierReport(
            findings: verifier.findings,
            journalID: report.journalID,
            head: report.head,
            batches: report.batches,
            events: report.events,
            bytes: report.bytes,
            duration: Clock.monotonic() - begun
        )
    }

    private init(layout: JournalLayout, options: VerifierOptions) {
        self.layout = layout
        self.options = options
    }

    private mutating func run() throws(JournalError) -> ScanReport {
        if try layout.archiveManifest() != nil { return try runOverArchives() }
        try checkNames()
        let gaps = readGaps()
        // Read before the scan: beside a writer the journal may then only be ahead of them.
        let inner = try WitnessReading(layout.witness)
        var id = inner.slots.first?.journalID
        // Without it the batches say whose they are, so that all else can be judged.
        if id == nil { id = try scan(lookups: []).journalID }
        let outer = try outerWitness(id)
        let snapshots = try readSnapshots(id)
        let report = try scan(
            lookups: (inner.slots + (outer?.slots ?? [])).map(\.sequence)
                + snapshots.map(\.sequence)
        )
        addFindings(of: report, besides: gaps)
        guard let head = report.head, let journalID = report.journalID else {
            findings.append(.damage(.gap, layout.directory, "no batch could be read"))
            return report
        }
        try checkWitnesses(inner, outer, head, journalID, report)
        checkSnapshots(snapshots.filter { !isLost($0.sequence, in: gaps) }, head, report)
        try checkRemovals(report, journalID)
        dropRepeated(gaps)
        if !findings.contains(where: { $0.severity == .damage }) { try replay() }
        return report
    }

    func scan(lookups: [UInt64]) throws(JournalError) -> ScanReport {
        var request = ScanRequest(directory: layout.directory, lookups: lookups)
        request.archives = options.archives
        request.removalKind = options.removals?.kind
        request.isBesideWriter = try isWritten()
        let report = try scanWhereItStays(request)
        guard report.hasDamage, !request.isBesideWriter, try isWritten() else { return report }
        // A writer has started since: pages may have been reused between two reads.
        request.isBesideWriter = true
        return try scanWhereItStays(request)
    }

    /// Scans again where segments were taken out meanwhile and so looked damaged.
    private func scanWhereItStays(_ request: ScanRequest) throws(JournalError) -> ScanReport {
        var before = try segmentNumbers()
        while true {
            let report = try RecoveryScan.run(request, options.scan)
            let now = try segmentNumbers()
            if !report.hasDamage || now.first == before.first { return report }
            before = now
        }
    }

    private func segmentNumbers() throws(JournalError) -> [UInt64] {
        try layout.archiveManifest() == nil ? try layout.segmentNumbers() : []
    }

    private func isWritten() throws(JournalError) -> Bool {
        try translating("look for a writer of") { () throws(PlatformError) in
            try LockFile.isHeld(layout.lock)
        }
    }

    private func outerWitness(_ id: JournalID?) throws(JournalError) -> WitnessReading? {
        guard let directory = options.stateDirectory, let id else { return nil }
        return try WitnessReading(StateDirectory(path: directory).witness(of: id))
    }

    private mutating func checkWitnesses(
        _ inner: WitnessReading,
        _ outer: WitnessReading?,
        _ head: Head,
        _ id: JournalID,
        _ report: ScanReport
    ) throws(JournalError) {
        var home: JournalID?
        if let directory = options.stateDirectory {
            home = try StateDirectory(path: directory).home()
        }
        let rules = WitnessRules(
            journalID: id,
            inner: inner,
            outer: outer,
            home: home
        )
        let (refusals, warnings) = rules.judge(
            head: head,
            begin: report.begin,
            hashes: report.hashes
        )
        findings += refusals.map(\.finding)
        for warning in warnings {
            findings.append(
                Finding(
                    .witness,
                    .warning,
                    path: warning.path,
                    meaning: warning.meaning,
                    advice: "nothing is lost; the next writer writes both witnesses anew"
                )
            )
        }
    }

    mutating func replay() throws(JournalError) {
        guard let replay = options.replay else { return }
        var found: [Finding] = []
        do throws(JournalError) {
            let reader = try JournalReader.open(layout.directory, archives: options.archives)
            let first = try reader.firstSequence()
            var read = ReadOptions()
            read.checksEvents = false
            try reader.forEachBatch(from: first, options: read) {
                (batch) throws(JournalError) in
                found += try replay(batch)
                return .proceed
            }
        } catch {
            findings.append(
                Finding(
                    .replay,
                    .damage,
                    sequences: error.sequence.map { $0...$0 },
                    path: error.path,
                    meaning: error.reason,
                    advice: error.advice
                )
            )
        }
        findings += found
    }
}

extension Verifier {
    private mutating func readSnapshots(
        _ id: JournalID?
    ) throws(JournalError) -> [(sequence: UInt64, snapshot: StateSnapshot?)] {
        let store = SnapshotStore(
            directory: layout.directory,
            journalID: id ?? JournalID(low: 0, high: 0)
        )
        var found: [(sequence: UInt64, snapshot: StateSnapshot?)] = []
        for sequence in try store.sequences() {
            do throws(JournalError) {
                guard let snapshot = try store.loadListed(sequence) else { continue }
                found.append((sequence, snapshot))
            } catch {
                found.append((sequence, nil))
                findings.append(
                    Finding(
                        .snapshot,
                        .warning,
                        sequences: sequence...sequence,
                        path: error.path,
                        meaning: error.reason,
                        advice: "remove it; an older snapshot gives the same state"
                    )
                )
            }
        }
        return found
    }

    private mutating func checkSnapshots(
        _ snapshots: [(sequence: UInt64, snapshot: StateSnapshot?)],
        _ head: Head,
        _ report: ScanReport
    ) {
        let store = SnapshotStore(
            directory: layout.directory,
            journalID: report.journalID ?? JournalID(low: 0, high: 0)
        )
        let lowest: UInt64
        do throws(JournalError) {
            lowest = try layout.segmentNumbers().first ?? 1
        } catch {
            let meaning = "its snapshots cannot be compared with it: \(error)"
            findings.append(.damage(.snapshot, layout.directory, meaning))
            return
        }
        for (sequence, snapshot) in snapshots {
            let path = store.path(sequence)
            if sequence > head.sequence {
                let meaning = "it was taken beyond the head, \(head.sequence): an end is lost"
                findings.append(
                    .damage(.snapshot, path, sequences: sequence...sequence, meaning)
                )
            } else if let snapshot, sequence >= lowest - 1,
                report.hashes[sequence] != snapshot.chainHash
            {
                let meaning = "no batch ends there with the chain hash that it names"
                findings.append(
                    .damage(.snapshot, path, sequences: sequence...sequence, meaning)
                )
            }
        }
    }

    private mutating func checkNames() throws(JournalError) {
        let names = try translating("list the files of") { () throws(PlatformError) in
            (
                root: try FileSystem.list(layout.directory),
                segments: try FileSystem.list(layout.segments),
                snapshots: try FileSystem.status(layout.snapshots) == nil
                    ? [] : try FileSystem.list(layout.snapshots)
            )
        }
        let known: Set = [
            "writer.lock", "witness", "segments", "snapshots", "archives", "control",
            "backup.lock", "restoring", "gaps.json",
        ]
        check(names.root, in: layout.directory) { known.contains($0) }
        if names.root.contains("restoring") {
            findings.append(
                Finding(
                    .leftover,
                    .warning,
                    path: layout.restoreMark,
                    meaning: "a restore was interrupted after it put this journal here",
                    advice: "give the same `journalctl restore` again; it finishes what is missing"
                )
            )
        }
        check(names.segments, in: layout.segments) { JournalLayout.sequence($0) != nil }
        check(names.snapshots, in: layout.snapshots) { SnapshotStore.sequence($0) != nil }
    }

    mutating func check(
        _ names: [String],
        in directory: String,
        isKnown: (String) -> Bool
    ) {
        for name in names where !isKnown(name) {
            let isLeftover = name.hasSuffix(".new")
            findings.append(
                Finding(
                    isLeftover ? .leftover : .name,
                    isLeftover ? .note : .warning,
                    path: directory + "/" + name,
                    meaning: isLeftover
                        ? "an operation was interrupted and left it"
                        : "it is no part of a journal",
                    advice: isLeftover
                        ? "nothing; the next writer removes it" : "move it elsewhere"
                )
            )
        }
    }
}
