internal import Digests
internal import LMDB
internal import Platform

/// All that was found in the files of a source.
struct CandidateIndex {
    /// The files, as places count them.
    let stores: [String]
    /// Every intact batch, by file and offset.
    private(set) var candidates: [Candidate] = []
    /// Everything that begins as a batch does, or lies where one should, and is none.
    private(set) var broken: [BrokenBatch] = []
    /// The journals met.
    private(set) var journals: [JournalID] = []
    /// What the tree of each file says.
    private(set) var trees: [TreeReading] = []
    /// What could not be read.
    private(set) var findings: [Finding] = []
    /// Bytes read.
    private(set) var bytesRead = 0

    /// The candidates of each file.
    private var ranges: [Range<Int>] = []

    /// Most broken batches that are kept; what is beyond shows as missing numbers all the same.
    private static let brokenLimit = 100_000

    /// Scans the raw bytes of every file, and then its tree.
    ///
    /// - Parameters:
    ///   - stores: the files.
    ///   - progress: gets how many bytes are done, and of how many.
    init(
        of stores: [String],
        progress: (Int, Int) -> Void
    ) throws(JournalError) {
        self.stores = stores
        var sizes: [Int] = []
        for path in stores {
            let size = try translating("examine") { () throws(PlatformError) in
                try FileSystem.status(path)?.size ?? 0
            }
            sizes.append(size)
        }
        let total = sizes.reduce(0, +)
        for (index, path) in stores.enumerated() {
            do throws(PlatformError) {
                let file = try File(path: path, mode: .read)
                let before = bytesRead
                try scan(file, index, size: sizes[index]) { progress(before + $0, total) }
            } catch {
                findings.append(Self.unreadable(path, nil, "\(error)"))
                finishFile(from: candidates.count, TreeReading())
            }
        }
    }

    private mutating func scan(
        _ file: File,
        _ index: Int,
        size: Int,
        progress: (Int) -> Void
    ) throws(PlatformError) {
        let begin = candidates.count
        let hasher = SHA256()
        var found: [Candidate] = []
        var failed: [BrokenBatch] = []
        var journals = journals
        var scan = BatchScan(file, size: size)
        try withoutActuallyEscaping(progress) { (progress) throws(PlatformError) in
            let handlers = BatchScan.Handlers(
                intact: { batch, offset in
                    let id = batch.header.journalID
                    let journal = journals.lastIndex(of: id) ?? journals.count
                    if journal == journals.count { journals.append(id) }
                    found.append(
                        Candidate(
                            batch.header,
                            hash: hasher.digest(of: batch.bytes),
                            offset: offset,
                            journal: UInt32(clamping: journal),
                            file: UInt32(clamping: index)
                        )
                    )
                },
                broken: { batch in
                    guard failed.count < Self.brokenLimit else { return }
                    failed.append(batch)
                    failed[failed.count - 1].file = index
                },
                progress: progress
            )
            try scan.run(handlers)
        }
        self.journals = journals
        candidates += found
        broken += failed
        bytesRead += size
        for range in scan.unreadable {
            findings.append(Self.unreadable(file.path, range, "the disk gives no bytes there"))
        }
        var tree = TreeReading()
        do throws(PlatformError) {
            tree = try TreeReading(file, among: candidates[begin...], fileIndex: index)
        } catch {
            findings.append(Self.unreadable(file.path, nil, "\(error)"))
        }
        finishFile(from: begin, tree)
    }

    private mutating func finishFile(from begin: Int, _ tree: TreeReading) {
        ranges.append(begin..<candidates.count)
        trees.append(tree)
    }

    /// Marks what sound trees have and what they do not have.
    ///
    /// A batch behind the end of a sound tree is of a commit that did not finish, unless something
    /// outside of it knows of a later end: then the tree is an older one.
    mutating func markByTrees(knownEnd: UInt64) {
        for (file, tree) in trees.enumerated() where tree.isSound {
            let isBehind = tree.end < knownEnd
            for index in ranges[file] where !isBehind || candidates[index].first <= tree.end {
                candidates[index].marks = .isLeftOut
            }
            for index in tree.members { candidates[index].marks = .isInTree }
            broken.removeAll { found in
                let isBeyond = found.sequences.map { $0.lowerBound > tree.end } ?? false
                return found.file == file && !(isBehind && isBeyond)
            }
        }
        for (file, tree) in trees.enumerated() {
            let known = Set(broken.lazy.filter { $0.file == file }.map(\.offset))
            for record in tree.broken where !known.contains(record.offset) {
                broken.append(record)
                broken[broken.count - 1].isInTree = tree.isSound
            }
        }
    }

    /// How many of the chosen batches are in a file.
    func count(in file: Int, among chosen: [Candidate]) -> Int {
        var found = [Bool](repeating: false, count: chosen.count)
        for index in ranges[file] {
            let candidate = candidates[index]
            guard let place = chosen.place(holding: candidate.first),
                chosen[place].hash == candidate.hash
            else { continue }
            found[place] = true
        }
        return found.count { $0 }
    }

    /// The candidates of one journal without doubles, ascending by first sequence number.
    func distinct(of journal: Int) -> (candidates: [Candidate], doubles: Int) {
        let sorted = candidates.lazy.filter { Int($0.journal) == journal }.sorted {
            ($0.first, $0.hash, $0.file, $0.offset) < ($1.first, $1.hash, $1.file, $1.offset)
        }
        var distinct: [Candidate] = []
        for candidate in sorted {
            guard let last = distinct.last, last.first == candidate.first,
                last.hash == candidate.hash
            else {
                distinct.append(candidate)
                continue
            }
            // The copy in a tree stands for all of them.
            if rank(last) < rank(candidate) { distinct[distinct.count - 1] = candidate }
        }
        return (distinct, sorted.count - distinct.count)
    }

    private func rank(_ candidate: Candidate) -> Int {
        candidate.marks.contains(.isInTree) ? 2 : candidate.marks.contains(.isLeftOut) ? 0 : 1
    }

    /// The journal with most events in the source, but for one that a witness names.
    func journal(witnessed: [JournalID]) -> Int? {
        for id in witnessed {
            if let index = journals.firstIndex(of: id) { return index }
        }
        let events = events()
        return events.indices.max { events[$0] < events[$1] }
    }

    /// How many events of each journal there are, doubles included.
    private func events() -> [Int] {
        var events = [Int](repeating: 0, count: journals.count)
        for candidate in candidates { events[Int(candidate.journal)] += Int(candidate.count) }
        return events
    }

    private static func unreadable(
        _ path: String,
        _ bytes: Range<Int>?,
        _ meaning: String
    ) -> Finding {
        Finding(
            .unreadable,
            .damage,
            path: path,
            bytes: bytes,
            meaning: meaning,
            advice: "copy the disk with a tool that tries again, and salvage the copy"
        )
    }
}
