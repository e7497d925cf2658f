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
    private let index: CandidateIndex
    private let journalID: JournalID
    private let runs: [Survey.Run]
    private let chosen: [Candidate]
    private var holes: [Hole] = []

    init(
        _ files: SalvageSource,
        _ index: CandidateIndex,
        _ journalID: JournalID,
        _ runs: [Survey.Run],
        _ chosen: [Candidate]
    ) {
        self.files = files
        self.index = index
        self.journalID = journalID
        self.runs = runs
        self.chosen = chosen
    }

    /// Finds the numbers that are missing.
    mutating func find(_ evidence: OutsideEvidence) {
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
        var isOpen = false
        for batch in index.broken where batch.journalID == journalID || batch.isInTree {
            guard let last = batch.sequences?.upperBound, last > end else { continue }
            end = last
            isOpen = batch.isEndUnknown
            reason = batch.fault
        }
        if let segment = files.segments.last, segment > end + 1 {
            end = segment - 1
            reason = "a segment begins with event \(segment)"
        }
        if isLastSegmentLost(head) { isOpen = true }
        for batch in index.broken where batch.claimedFirst == end + 1 { isOpen = true }
        if lacksRecords { isOpen = true }
        guard end > head || isOpen else { return }
        let range = (head + 1)...max(end, head + 1)
        holes.append(Hole(range: range, isOpen: isOpen, reason: reason))
    }

    /// Whether the last segment by its name held batches of which none is left.
    private func isLastSegmentLost(_ head: UInt64) -> Bool {
        guard let segment = files.segments.last, segment > head else { return false }
        let path = JournalLayout(directory: files.path).segment(segment) + "/data.mdb"
        guard let file = files.stores.firstIndex(of: path) else { return true }
        return !index.trees[file].isSound
    }

    /// Whether a file has fewer batches than its meta page counts, and more than the numbers
    /// missing elsewhere explain.
    private var lacksRecords: Bool {
        let missing = holes.reduce(0) { $0 + Int(clamping: $1.range.count) }
        for (file, tree) in index.trees.enumerated() where !tree.isSound {
            guard let entries = tree.entries, entries < 1 << 40 else { continue }
            let found = index.count(in: file, among: chosen)
            if Int(entries) > found + missing { return true }
        }
        return false
    }

    /// Says what was found in each gap.
    func describe(leftOut: [Candidate]) -> [JournalGap] {
        var found = [[BrokenBatch]](repeating: [], count: holes.count)
        for batch in index.broken where batch.journalID == nil || batch.journalID == journalID {
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

    /// The intact events of broken batches.
    private func evidence(_ batches: [BrokenBatch]) -> [JournalGap.Evidence] {
        var room = JournalGap.eventLimit
        return batches.prefix(JournalGap.evidenceLimit).map { batch in
            var events: [JournalGap.Event] = []
            var count = 0
            let path = index.stores[batch.file]
            var fault = batch.fault
            do throws(PlatformError) {
                try batch.forEachIntactEvent(in: path) { event, range in
                    count += 1
                    guard room > 0 else { return }
                    room -= 1
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
}
