/// Chooses among intact batches those that make up one history.
///
/// Pages that are used again, and transactions that never finished, leave batches that are not
/// part of the history, some with the sequence numbers of others that are. What counts, in this
/// order:
///
/// 1. a batch in a sound tree is part of the history;
/// 2. so is one that leads to a batch that a witness or a snapshot names;
/// 3. a batch that a later one names stands before one that none names;
/// 4. then the higher epoch at the end of what follows, then what reaches further.
///
/// A batch follows another where it names its hash, continues its numbers, and its epoch is not
/// lower. What contradicts a choice of higher rank is left out with all that builds on it: a batch
/// with the same numbers, one that names another predecessor than is there, one that its
/// successor does not name, and one whose epoch is higher than that of what comes later.
struct HistoryChoice {
    private let candidates: [Candidate]
    /// The batch before each, the best of those behind it, and the last one that this leads to.
    private var parent: [Int32]
    private var child: [Int32]
    private var end: [Int32]
    private var flags: [Flags]
    /// The runs chosen so far, the last one first.
    private var taken: [[Int32]] = []

    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let isInTree = Flags(rawValue: 4)
        static let isWitnessed = Flags(rawValue: 2)
        static let isNamed = Flags(rawValue: 1)
    }

    /// Chooses.
    ///
    /// - Parameters:
    ///   - candidates: ascending by first sequence number, without doubles; those that a tree
    ///     leaves out are not looked at.
    ///   - witnessed: hashes that witnesses and snapshots name, by last sequence number.
    /// - Returns: the chosen batches in order, as places in the list of candidates; one list for
    ///   each run without a gap.
    static func runs(
        among candidates: [Candidate],
        witnessed: [UInt64: Set<UInt64>]
    ) -> [[Int32]] {
        var choice = HistoryChoice(candidates)
        choice.findParents()
        choice.findBestSuccessors(witnessed)
        let roots = choice.parent.indices.filter {
            choice.parent[$0] < 0 && !candidates[$0].marks.contains(.isLeftOut)
        }
        for root in roots.sorted(by: { choice.ranks($1, below: $0) }) { choice.take(root) }
        return choice.taken.reversed()
    }

    private init(_ candidates: [Candidate]) {
        self.candidates = candidates
        parent = [Int32](repeating: -1, count: candidates.count)
        child = parent
        end = parent
        flags = [Flags](repeating: [], count: candidates.count)
    }

    private mutating func findParents() {
        var byEnd: [Int32] = []
        for index in candidates.indices where candidates[index].first > 1 {
            let candidate = candidates[index]
            if candidate.marks.contains(.isLeftOut) { continue }
            if index > 0, candidate.follows(candidates[index - 1]) {
                parent[index] = Int32(index - 1)
                continue
            }
            if byEnd.isEmpty {
                byEnd = candidates.indices.map { Int32($0) }.sorted {
                    candidates[Int($0)].last < candidates[Int($1)].last
                }
            }
            var place = byEnd.firstPlace { candidates[Int($0)].last >= candidate.first - 1 }
            while place < byEnd.count, candidates[Int(byEnd[place])].last == candidate.first - 1 {
                if candidate.follows(candidates[Int(byEnd[place])]) { parent[index] = byEnd[place] }
                place += 1
            }
        }
    }

    /// Ranks what follows each batch, from the last to the first.
    private mutating func findBestSuccessors(_ witnessed: [UInt64: Set<UInt64>]) {
        for index in candidates.indices.reversed() {
            let candidate = candidates[index]
            if candidate.marks.contains(.isLeftOut) { continue }
            if child[index] >= 0 {
                end[index] = end[Int(child[index])]
                flags[index] = flags[Int(child[index])].union(.isNamed)
            } else {
                end[index] = Int32(index)
            }
            if candidate.marks.contains(.isInTree) { flags[index].insert(.isInTree) }
            if let hashes = witnessed[candidate.last], hashes.contains(candidate.hash) {
                flags[index].insert(.isWitnessed)
            }
            let before = Int(parent[index])
            guard before >= 0 else { continue }
            if child[before] < 0 || ranks(Int(child[before]), below: index) {
                child[before] = Int32(index)
            }
        }
    }

    /// Whether less speaks for `left` and what follows it than for `right`.
    private func ranks(_ left: Int, below right: Int) -> Bool {
        if flags[left] != flags[right] { return flags[left].rawValue < flags[right].rawValue }
        let (ours, theirs) = (candidates[Int(end[left])], candidates[Int(end[right])])
        return (ours.epoch, ours.last, ours.hash, left) < (
            theirs.epoch, theirs.last, theirs.hash, right
        )
    }

    /// Takes a batch and what follows it, as far as nothing of higher rank contradicts.
    private mutating func take(_ root: Int) {
        let first = candidates[root]
        // Behind the runs that come later; what stands here then comes before.
        let place = taken.firstPlace { candidates[Int($0[0])].first <= first.first }
        if place < taken.count, let last = taken[place].last {
            let before = candidates[Int(last)]
            guard before.last + 1 < first.first, before.epoch <= first.epoch else { return }
        }
        let next = place > 0 ? candidates[Int(taken[place - 1][0])] : nil
        var batches: [Int32] = []
        var index = Int32(root)
        while index >= 0 {
            let candidate = candidates[Int(index)]
            // One that ends where the next run begins is not the one that the run names.
            if let next, candidate.last + 1 >= next.first || candidate.epoch > next.epoch { break }
            batches.append(index)
            index = child[Int(index)]
        }
        if !batches.isEmpty { taken.insert(batches, at: place) }
    }
}

extension Array {
    /// The first place from which on `condition` holds; the array must be divided by it.
    func firstPlace(where condition: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
