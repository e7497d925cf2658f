internal import LMDB
internal import Platform

/// Finds what is missing between, before and behind the batches of a history, and what is left.
struct GapFinder {
    private struct Hole {
        var range: ClosedRange<UInt64>
        var isOpen = false
        var reason = ""
    }

    private let files: SalvageSource
    private let journalID: JournalID
    private let paths: [String]
    private let broken: [BrokenBatch]
    /// Whether the last segment by its name held batches of which none is left.
    private let isLastSegmentLost: Bool
    /// How many more batches the meta page of a file counts than are there, at most.
    private let lackingRecords: Int
    private var holes: [Hole] = []

    /// Takes what it needs of the index, whose candidates are about to be taken.
    init(_ files: SalvageSource, _ index: CandidateIndex, _ journalID: JournalID) {
        self.files = files
        self.journalID = journalID
        paths = index.stores.map(\.path)
        broken = index.broken
        var lacking = 0
        for (file, store) in index.stores.enumerated() where !store.tree.isSound {
            guard let entries = store.tree.entries, entries < 1 << 40 else { continue }
            lacking = max(lacking, Int(entries) - index.countOfFirsts(in: file))
        }
        lackingRecords = lacking
        let last = files.segments.last.map { segment in
            let path = JournalLayout(directory: files.path).segment(segment) + "/data.mdb"
            let store = index.stores.first { $0.path == path }
            return store.map { $0.candidates.isEmpty && !$0.tree.isSound } ?? true
        }
        isLastSegmentLost = last ?? false
    }

    /// Finds the numbers that are missing.
    mutating func find(among runs: [SalvageSurvey.Run], _ evidence: OutsideEvidence) {
        var next = files.begin
        for run in runs {
            if run.first > next { holes.append(Hole(range: next...(run.first - 1))) }
            next = run.last + 1
        }
        addTail(behind: next - 1, evidence)
    }

    /// Finds out whether an end is lost.
    private mutating func addTail(behind head: UInt64, _ evidence: OutsideEvidence) {
        var end = max(head, evidence.end)
        var reason = evidence.end > head ? evidence.endReason : ""
        var isOpen = evidence.isEndOpen && evidence.end > head
        for batch in broken where batch.journalID == journalID || batch.isInTree {
            guard let last = batch.sequences?.upperBound, last > end else { continue }
            end = last
            isOpen = batch.isEndUnknown
            reason = batch.fault
        }
        if let segment = files.segments.last, segment > end, segment - 1 > end {
            end = segment - 1
            reason = "a segment begins with event \(segment)"
        }
        if isLastSegmentLost { isOpen = true }
        for batch in broken where batch.claimedFirst == end &+ 1 { isOpen = true }
        // More than the numbers that are missing elsewhere explain. Numbers near the last one
        // there is are claimed by forgers only.
        let most: UInt64 = 1 << 40
        let missing = holes.reduce(0) { missing, hole in
            missing + Int(min(most, hole.range.upperBound - hole.range.lowerBound)) + 1
        }
        if lackingRecords > missing { isOpen = true }
        guard end > head || isOpen else { return }
        let range = (head + 1)...max(end, head + 1)
        holes.append(Hole(range: range, isOpen: isOpen, reason: reason))
    }

    /// Says what was found in each gap.
    func describe(leftOut: [Candidate]) -> [JournalGap] {
        var found = [[BrokenBatch]](repeating: [], count: holes.count)
        for batch in broken where batch.journalID == nil || batch.journalID == journalID {
            if let sequences = batch.sequences {
                for hole in holesOverlapping(sequences) { found[hole].append(batch) }
            } else if let claimed = batch.claimedFirst, claimed > 0 {
                for hole in holesOverlapping(claimed...claimed) {
                    found[hole].append(batch.believed())
                }
            }
        }
        for candidate in leftOut {
            for hole in holesOverlapping(candidate.first...candidate.last) {
                found[hole].append(BrokenBatch(leftOut: candidate, journalID))
            }
        }
        return zip(holes, found).map { hole, found in
            let reason = hole.reason.isEmpty ? found.first?.fault : hole.reason
            return JournalGap(
                first: hole.range.lowerBound,
                last: hole.range.upperBound,
                isOpen: hole.isOpen,
                found: reason ?? "nothing of it is there",
                evidence: evidence(found)
            )
        }
    }

    /// The holes that some numbers lie in; holes ascend.
    private func holesOverlapping(_ range: ClosedRange<UInt64>) -> Range<Int> {
        var low = 0
        var high = holes.count
        while low < high {
            let middle = (low + high) / 2
            if holes[middle].range.upperBound < range.lowerBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var end = low
        while end < holes.count, holes[end].range.overlaps(range) { end += 1 }
        return low..<end
    }

    /// The broken batches of a gap, those with most intact events first; further copies, of which
    /// pages that are used again leave many, only where they have other events.
    private func evidence(_ batches: [BrokenBatch]) -> [JournalGap.Evidence] {
        let all = batches.prefix(JournalGap.evidenceLimit).map(evidence)
        var seen: Set<EventKey> = []
        var faults: Set<String> = []
        var kept: [JournalGap.Evidence] = []
        for batch in all.sorted(by: { $0.intactEvents > $1.intactEvents }) {
            let keys = batch.events.map(EventKey.init)
            let isNew = faults.insert("\(batch.first ?? 0): \(batch.fault)").inserted
            guard isNew || !seen.isSuperset(of: keys) else { continue }
            seen.formUnion(keys)
            kept.append(batch)
        }
        return kept
    }

    /// What tells an event of a gap from others, wherever a copy of it lies.
    private struct EventKey: Hashable {
        let sequence: UInt64?
        let kind: UInt16
        let time: Int64
        let trace: UInt64
        let length: Int

        init(_ event: JournalGap.Event) {
            sequence = event.sequence
            kind = event.kind
            time = event.time
            trace = event.trace
            length = event.length
        }
    }

    /// The intact events of a broken batch.
    private func evidence(_ batch: BrokenBatch) -> JournalGap.Evidence {
        var events: [JournalGap.Event] = []
        var count = 0
        let path = paths[batch.file]
        var fault = batch.fault
        do throws(PlatformError) {
            try batch.forEachIntactEvent(in: path) { event, range in
                count += 1
                guard events.count < JournalGap.eventLimit else { return }
                events.append(JournalGap.Event(event, at: batch.offset + range.lowerBound))
            }
        } catch {
            fault += "; its events cannot be looked at: \(error)"
        }
        return JournalGap.Evidence(
            path: path,
            offset: batch.offset,
            length: batch.length,
            first: batch.sequences?.lowerBound,
            last: batch.isEndUnknown ? nil : batch.sequences?.upperBound,
            fault: fault,
            intactEvents: count,
            events: events
        )
    }
}
