public import Digests
internal import Platform

/// Where a witness, a journal or a snapshot says that the journal once was.
public struct KnownHead: Hashable, Sendable {
    /// What says so: a witness, a segment's file, a snapshot.
    public let path: String
    /// The last event of a batch.
    public let sequence: UInt64
    /// The chain hash of that batch.
    public let chainHash: SHA256Digest
    /// The last epoch that had begun; 0 where that is not known.
    public let epoch: UInt32
    /// Whether the backup does not hold that batch.
    public internal(set) var isLost = false
}

/// What stands where a backup is to be put.
public enum StandingJournal: Hashable, Sendable {
    /// Nothing.
    case nothing
    /// A journal without damage.
    case whole(Head)
    /// A journal that cannot be read in full; the first thing that is wrong with it.
    case damaged(String)
}

/// What a restore would bring and what it would lose, as far as anything on this machine tells.
public struct RestoreSurvey: Sendable {
    /// The journal that the backup is of.
    public let journalID: JournalID
    /// What the backup ends with.
    public let head: Head
    /// What stands in the place.
    public let standing: StandingJournal
    /// What is known of the journal beside the backup.
    public let known: [KnownHead]
    /// Whether an outer witness of the journal is in the state directory.
    public let hasOuterWitness: Bool
    /// The last event that the backup shares with what stands in the place, or with what the
    /// witnesses know; `nil` where they tell only that histories differ.
    public let sharedUpTo: UInt64?

    /// The latest thing known that the backup does not hold; `nil` where nothing is lost.
    public var latestLost: KnownHead? {
        known.filter(\.isLost).max { ($0.sequence, $0.epoch) < ($1.sequence, $1.epoch) }
    }

    /// The events that would be lost; `nil` where none are known of.
    public var lost: ClosedRange<UInt64>? {
        guard let last = latestLost?.sequence else { return nil }
        let first = (sharedUpTo ?? min(last - 1, head.sequence)) + 1
        return min(first, last)...last
    }

    /// Whether what stands there is damaged, and no witness tells where it ended.
    public let isEndUnknown: Bool

    /// Whether a person has to say that the loss is accepted.
    public var isRollback: Bool { latestLost != nil || isEndUnknown }

    /// The last epoch that anything knows of.
    public var lastEpoch: UInt32 { max(head.epoch, known.map(\.epoch).max() ?? 0) }
}

/// Gathers a ``RestoreSurvey``.
struct RestoreSurveyor {
    let backup: JournalReader
    let backupHead: Head
    let place: JournalLayout
    let stateDirectory: String
    let scan: ScanMode

    func survey() throws(JournalError) -> RestoreSurvey {
        let id = backup.journalID
        let outer = try WitnessReading(StateDirectory(path: stateDirectory).witness(of: id))
        var known = try witnessed(backup.layout, id) + slots(outer, id)
        var standing = StandingJournal.nothing
        var isEndUnknown = false
        var reader: JournalReader?
        let exists = try translating("examine what is to be replaced") {
            () throws(PlatformError) in
            try FileSystem.status(place.directory) != nil
        }
        if exists {
            try place.requireJournal("restore to")
            (standing, reader) = try examine(id)
            let beside = try WitnessReading(place.witness)
            known += try witnessed(place, id)
            known += try ends(standing)
            if case .damaged = standing {
                isEndUnknown = slots(outer, id).isEmpty && slots(beside, id).isEmpty
            }
        }
        for index in known.indices { known[index].isLost = try isLost(known[index]) }
        return RestoreSurvey(
            journalID: id,
            head: backupHead,
            standing: standing,
            known: known,
            hasOuterWitness: !outer.slots.isEmpty,
            sharedUpTo: try shared(with: reader, known),
            isEndUnknown: isEndUnknown
        )
    }

    /// Whether the backup does not hold the batch.
    private func isLost(_ known: KnownHead) throws(JournalError) -> Bool {
        if known.sequence > backupHead.sequence { return true }
        let lowest = try backup.layout.segmentNumbers().first ?? 1
        if known.sequence + 1 < lowest { return false }
        return try backup.chainHash(endingAt: known.sequence) != known.chainHash
    }

    /// What a journal's own witness and its snapshots say.
    private func witnessed(
        _ layout: JournalLayout,
        _ id: JournalID
    ) throws(JournalError) -> [KnownHead] {
        var found = slots(try WitnessReading(layout.witness), id)
        let store = SnapshotStore(directory: layout.directory, journalID: id)
        if let snapshot = try store.loadNewest().snapshot {
            found.append(
                KnownHead(
                    path: store.path(snapshot.sequence),
                    sequence: snapshot.sequence,
                    chainHash: snapshot.chainHash,
                    epoch: 0
                )
            )
        }
        return found
    }

    private func slots(_ reading: WitnessReading, _ id: JournalID) -> [KnownHead] {
        reading.slots.filter { $0.journalID == id }.map { slot in
            KnownHead(
                path: reading.path,
                sequence: slot.sequence,
                chainHash: slot.chainHash,
                epoch: slot.epoch
            )
        }
    }

    /// Looks at what stands in the place: in a process that damage may kill.
    private func examine(
        _ id: JournalID
    ) throws(JournalError) -> (StandingJournal, JournalReader?) {
        var options = VerifierOptions()
        options.scan = scan
        let report = try Verifier.verify(place.directory, options: options)
        if let other = report.journalID, other != id {
            throw JournalError(
                .foreign,
                "restore to",
                place.directory,
                reason: "journal \(other) is there, and the backup is of journal \(id)",
                advice: "rename what is there, or restore to another path"
            )
        }
        let isEvidence: Set<Finding.Code> = [.witness, .snapshot]
        let damage = report.findings.first {
            $0.severity == .damage && !isEvidence.contains($0.code)
        }
        if let damage { return (.damaged("\(damage)"), nil) }
        guard let head = report.head else { return (.damaged("no batch could be read"), nil) }
        return (.whole(head), try JournalReader.open(place.directory))
    }

    /// The end of what stands there; of a damaged journal, of each segment as far as it is read.
    private func ends(_ standing: StandingJournal) throws(JournalError) -> [KnownHead] {
        switch standing {
        case .nothing: return []
        case .whole(let head):
            return [
                KnownHead(
                    path: place.directory,
                    sequence: head.sequence,
                    chainHash: head.chainHash,
                    epoch: head.epoch
                )
            ]
        case .damaged:
            var last: KnownHead?
            let hasher = SHA256()
            _ = try RawJournal.forEachBatch(in: place.directory) { batch, place in
                let header = batch.header
                guard header.journalID == backup.journalID,
                    header.lastSequence > last?.sequence ?? 0
                else { return }
                last = KnownHead(
                    path: place.path,
                    sequence: header.lastSequence,
                    chainHash: hasher.digest(of: batch.bytes),
                    epoch: header.epoch
                )
            }
            return last.map { [$0] } ?? []
        }
    }

    /// The last event that both histories hold.
    private func shared(
        with reader: JournalReader?,
        _ known: [KnownHead]
    ) throws(JournalError) -> UInt64? {
        if let reader { return try HistoryFork(backup, reader).sharedUpTo() }
        let isDifferent = known.contains { $0.isLost && $0.sequence <= backupHead.sequence }
        return isDifferent ? nil : backupHead.sequence
    }
}
