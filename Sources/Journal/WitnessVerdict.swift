internal import Digests
internal import Platform

/// What the witnesses of a journal say of it to whoever only reads it.
public struct WitnessVerdict: Sendable {
    /// What they prove against it: it is not the newest, or that cannot be ruled out; `nil` for
    /// nothing.
    public let refusal: JournalError?
    /// Whether whoever wrote it last kept its outer witness in another state directory.
    public let isElsewhere: Bool

    /// Compares a journal, which somebody may write meanwhile, with its witnesses.
    ///
    /// - Parameters:
    ///   - directory: The journal.
    ///   - id: Its id.
    ///   - stateDirectory: Where the outer witness is looked for.
    ///   - lastRead: The last event that was found in a damaged journal, of which hashes prove
    ///     nothing; `nil` of a sound one.
    /// - Throws: ``JournalError`` where they cannot be read.
    public init(
        of directory: String,
        _ id: JournalID,
        stateDirectory: String,
        damagedWith lastRead: UInt64? = nil
    ) throws(JournalError) {
        let layout = JournalLayout(directory: directory)
        // Read first: beside a writer the journal may then only be ahead of them.
        let inner = try WitnessReading(layout.witness)
        let rules = try WitnessRules(of: id, inner, stateDirectory: stateDirectory)
        let snapshots = SnapshotStore(directory: directory, journalID: id)
        let snapshot = try snapshots.sequences().last ?? 0
        let (head, hashes) = try Self.evidence(rules, directory, lastRead)
        let begin = try layout.segmentNumbers().first ?? 1
        let (refusals, _) = rules.judge(head: head, begin: begin, hashes: hashes)
        let home = inner.slots.first?.home ?? .zero
        isElsewhere = home != .zero && home != rules.home
        if snapshot > head.sequence {
            refusal = OpeningCheck.rolledBack(snapshot: snapshot, head, snapshots, layout)
        } else {
            refusal = refusals.first?.error("believe the journal", directory)
        }
    }

    private static func evidence(
        _ rules: WitnessRules,
        _ directory: String,
        _ lastRead: UInt64?
    ) throws(JournalError) -> (Head, [UInt64: SHA256Digest]) {
        if let lastRead {
            let slots = rules.inner.slots + (rules.outer?.slots ?? [])
            var hashes: [UInt64: SHA256Digest] = [:]
            for slot in slots { hashes[slot.sequence] = slot.chainHash }
            let none = SHA256Digest(0, 0, 0, 0)
            return (Head(sequence: lastRead, chainHash: none, epoch: 0, commitTime: 0), hashes)
        }
        let reader = try JournalReader.open(directory)
        let head = try reader.head()
        return (head, try rules.hashes(in: reader, to: head))
    }
}
