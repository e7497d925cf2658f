internal import Digests
internal import Platform

/// All that was found in the files of a source.
struct CandidateIndex {
    /// A file, and what its tree says.
    struct Store {
        let path: String
        var tree = TreeReading()
        /// Its candidates, as places in the list of all.
        var candidates = 0..<0
    }

    /// The files.
    private(set) var stores: [Store]
    /// Every intact batch, by file and offset.
    private(set) var candidates: [Candidate] = []
    /// Everything that begins as a batch does, or lies where one should, and is none.
    private(set) var broken: [BrokenBatch] = []
    /// The journals met.
    private(set) var journals: [JournalID] = []
    /// What could not be read.
    private(set) var findings: [Finding] = []
    /// Bytes read.
    private(set) var bytesRead = 0

    /// Most broken batches that are kept; what is beyond shows as missing numbers all the same.
    private static let brokenLimit = 100_000

    /// Scans the raw bytes of every file, and then its tree.
    ///
    /// - Parameters:
    ///   - paths: the files.
    ///   - progress: gets how many bytes are done, and of how many.
    /// - Throws: ``JournalError`` with `system`; what cannot be read is a finding.
    init(of paths: [String], progress: (Int, Int) -> Void) throws(JournalError) {
        stores = paths.map { Store(path: $0) }
        let sizes = try translating("examine the files") { () throws(PlatformError) in
            var sizes: [Int] = []
            for path in paths { sizes.append(try FileSystem.status(path)?.size ?? 0) }
            return sizes
        }
        let total = sizes.reduce(0, +)
        let collector = Collector(limit: Self.brokenLimit)
        for (index, path) in paths.enumerated() where index <= UInt16.max {
            collector.file = UInt16(clamping: index)
            let begin = collector.candidates.count
            do throws(PlatformError) {
                let file = try File(path: path, mode: .read)
                let before = bytesRead
                var scan = BatchScan(file, size: sizes[index])
                try scan.run(collector) { progress(before + $0, total) }
                bytesRead += sizes[index]
                for range in scan.unreadable {
                    note(path, range, "the disk gives no bytes there")
                }
                if let end = scan.abandonedAt { abandon(path, end..<sizes[index]) }
                stores[index].tree = try TreeReading(
                    file,
                    among: collector.candidates[begin...],
                    fileIndex: index
                )
            } catch {
                note(path, nil, "\(error)")
            }
            stores[index].candidates = begin..<collector.candidates.count
        }
        candidates = collector.candidates
        collector.candidates = []
        broken = collector.broken
        journals = collector.journals
    }

    /// Marks what sound trees have and what they do not have.
    ///
    /// A batch behind the end of a sound tree is of a commit that did not finish, unless something
    /// outside of it knows of a later end: then the tree is an older one.
    mutating func markByTrees(knownEnd: UInt64) {
        for (file, store) in stores.enumerated() where store.tree.isSound {
            let tree = store.tree
            let isBehind = tree.end < knownEnd
            for index in store.candidates where !isBehind || candidates[index].first <= tree.end {
                candidates[index].marks = .isLeftOut
            }
            for index in tree.members { candidates[Int(index)].marks = .isInTree }
            broken.removeAll { found in
                let isBeyond = found.sequences.map { $0.lowerBound > tree.end } ?? false
                return found.file == file && !(isBehind && isBeyond)
            }
        }
        for (file, store) in stores.enumerated() {
            let known = Set(broken.lazy.filter { $0.file == file }.map(\.offset))
            for record in store.tree.broken where !known.contains(record.offset) {
                broken.append(record)
                broken[broken.count - 1].isInTree = store.tree.isSound
            }
        }
    }

    /// How many different first sequence numbers the batches of a file have.
    func countOfFirsts(in file: Int) -> Int {
        var firsts = stores[file].candidates.map { candidates[$0].first }
        firsts.sort()
        return firsts.indices.count { $0 == 0 || firsts[$0] != firsts[$0 - 1] }
    }

    /// Takes the candidates of one journal out of the index, of which there may be millions.
    ///
    /// - Parameter journal: its place in the list of journals.
    /// - Returns: the candidates without doubles, ascending by first sequence number, and how many
    ///   doubles there were.
    mutating func takeDistinct(of journal: Int) -> (candidates: [Candidate], doubles: Int) {
        var taken = candidates
        candidates = []
        if journals.count > 1 { taken.removeAll { Int($0.journal) != journal } }
        taken.sort { left, right in
            if left.first != right.first { return left.first < right.first }
            if left.hash != right.hash { return left.hash < right.hash }
            // The copy in a tree stands for all of them, and the first one otherwise.
            if left.marks != right.marks { return left.rank > right.rank }
            return (left.file, left.offset) < (right.file, right.offset)
        }
        let all = taken.count
        var kept = 0
        for index in taken.indices {
            let isDouble =
                kept > 0 && taken[kept - 1].first == taken[index].first
                && taken[kept - 1].hash == taken[index].hash
            if isDouble { continue }
            taken[kept] = taken[index]
            kept += 1
        }
        taken.removeLast(all - kept)
        return (taken, all - kept)
    }

    /// The journal with most events in the source, but for one that a witness names.
    func journal(witnessed: [JournalID]) -> Int? {
        for id in witnessed {
            if let index = journals.firstIndex(of: id) { return index }
        }
        var events = [Int](repeating: 0, count: journals.count)
        for candidate in candidates { events[Int(candidate.journal)] += Int(candidate.count) }
        return events.indices.max { events[$0] < events[$1] }
    }

    /// What there is of journals other than one.
    func foreign(besides journal: Int) -> [SalvageSurvey.Foreign] {
        journals.indices.filter { $0 != journal }.map { other in
            let batches = candidates.lazy.filter { Int($0.journal) == other }
            return SalvageSurvey.Foreign(
                journalID: journals[other],
                batches: Set(batches.map(\.hash)).count,
                first: batches.map(\.first).min() ?? 0,
                last: batches.map(\.last).max() ?? 0
            )
        }
    }

    private mutating func abandon(_ path: String, _ rest: Range<Int>) {
        findings.append(
            Finding(
                .unreadable,
                .damage,
                path: path,
                bytes: rest,
                meaning: "the search ended here: what claims to be batches before it is many times "
                    + "as long as the file, and broken",
                advice: "somebody made this file; cut off its front, and salvage what is left"
            )
        )
    }

    private mutating func note(_ path: String, _ bytes: Range<Int>?, _ meaning: String) {
        findings.append(
            Finding(
                .unreadable,
                .damage,
                path: path,
                bytes: bytes,
                meaning: meaning,
                advice: "copy the disk with a tool that tries again, and salvage the copy"
            )
        )
    }
}

/// Gathers what a scan finds, over several files.
private final class Collector: BatchReceiver {
    var file: UInt16 = 0
    var candidates: [Candidate] = []
    private(set) var broken: [BrokenBatch] = []
    private(set) var journals: [JournalID] = []
    private let limit: Int
    private let hasher = SHA256()

    init(limit: Int) { self.limit = limit }

    func take(_ batch: BatchView, at offset: Int) {
        let id = batch.header.journalID
        var journal = journals.firstIndex(of: id)
        if journal == nil, journals.count < UInt8.max {
            journal = journals.count
            journals.append(id)
        }
        // What is of more than 255 journals is no journal's file.
        guard let journal else { return }
        candidates.append(
            Candidate(
                batch.header,
                hash: hasher.digest(of: batch.bytes),
                offset: offset,
                journal: UInt8(clamping: journal),
                file: file
            )
        )
    }

    func take(_ batch: BrokenBatch) {
        guard broken.count < limit else { return }
        broken.append(batch)
        broken[broken.count - 1].file = Int(file)
    }
}
