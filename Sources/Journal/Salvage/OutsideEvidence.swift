internal import Digests
internal import Platform

/// What the witness and the snapshots of a source say about its journal.
struct OutsideEvidence {
    /// A snapshot that is good and of this journal.
    struct Snapshot {
        let sequence: UInt64
        let chainHash: SHA256Digest
    }

    private(set) var snapshots: [Snapshot] = []
    /// Slots of the witness that are of this journal.
    private let slots: [WitnessSlot]
    /// The last sequence number that anything names, 0 where nothing does.
    private(set) var end: UInt64 = 0
    /// What says so.
    private(set) var endReason = ""
    /// Whether an earlier salvage could not tell how far the end goes that it missed.
    private(set) var isEndOpen = false
    /// Why the gaps that an earlier salvage wrote down cannot be read.
    private var gapFault: JournalError?
    private let source: SalvageSource

    /// The highest epoch that the witness knows.
    var epoch: UInt32 { slots.map(\.epoch).max() ?? 0 }

    init(_ source: SalvageSource, _ id: JournalID) throws(JournalError) {
        self.source = source
        slots = source.witness?.slots.filter { $0.journalID == id } ?? []
        for slot in slots where slot.sequence > end {
            end = slot.sequence
            endReason = "the witness saw event \(end)"
        }
        guard source.isJournal else { return }
        takeGaps(of: id)
        let store = SnapshotStore(directory: source.path, journalID: id)
        for sequence in try store.sequences() {
            do throws(JournalError) {
                let snapshot = try store.load(sequence)
                snapshots.append(Snapshot(sequence: sequence, chainHash: snapshot.chainHash))
            } catch {
                // Even one that cannot be read was taken at its number, but not of another journal.
                if error.code == .foreign { continue }
            }
            if sequence > end {
                end = sequence
                endReason = "a snapshot was taken at event \(end)"
            }
        }
    }

    /// Takes what an earlier salvage missed: its witness names the end of what it found.
    private mutating func takeGaps(of id: JournalID) {
        do throws(JournalError) {
            guard let file = try GapFile.read(in: source.path), file.journalID == "\(id)",
                let gap = file.gaps.last, gap.last > end
            else { return }
            end = gap.last
            endReason = "an earlier salvage missed it: \(gap.found)"
            isEndOpen = gap.isOpen
        } catch {
            gapFault = error
        }
    }

    /// The hashes that are named, by last sequence number.
    var hashes: [UInt64: Set<UInt64>] {
        var hashes: [UInt64: Set<UInt64>] = [:]
        for slot in slots { hashes[slot.sequence, default: []].insert(slot.chainHash.word0) }
        for snapshot in snapshots {
            hashes[snapshot.sequence, default: []].insert(snapshot.chainHash.word0)
        }
        return hashes
    }

    /// Where the chosen history is another one than the witness or a snapshot saw.
    func contradictions(_ candidates: [Candidate], _ chosen: [Int32]) -> [Finding] {
        var findings: [Finding] = []
        func compare(_ sequence: UInt64, _ hash: SHA256Digest, _ code: Finding.Code, _ who: String)
        {
            // The batch that holds the number: chosen batches ascend without overlap.
            let place = chosen.firstPlace { candidates[Int($0)].last >= sequence }
            guard place < chosen.count else { return }
            let batch = candidates[Int(chosen[place])]
            if batch.first > sequence { return }
            if batch.last == sequence, batch.hash == hash.word0 { return }
            findings.append(
                Finding(
                    code,
                    .damage,
                    sequences: sequence...sequence,
                    path: source.path,
                    meaning: "\(who) saw another history end at \(sequence)",
                    advice: "look for the copy that it belongs to"
                )
            )
        }
        if let gapFault { findings.append(.damage(.gap, gapFault.path, gapFault.reason)) }
        for slot in slots { compare(slot.sequence, slot.chainHash, .witness, "the witness") }
        for snapshot in snapshots {
            compare(snapshot.sequence, snapshot.chainHash, .snapshot, "a snapshot")
        }
        return findings
    }
}
