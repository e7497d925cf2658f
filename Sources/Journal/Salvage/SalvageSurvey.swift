internal import Digests
internal import LMDB
internal import Platform

/// What can be read of a damaged journal, found in its raw bytes, and what is missing.
///
/// Design note: it holds an index of the batches and none of their contents, some 60 bytes for
/// each batch found; they are read again when they are wanted. It changes nothing, and what it
/// reads must not change.
public struct SalvageSurvey: Sendable {
    /// Batches without a gap between them.
    public struct Run: Hashable, Sendable {
        /// The first sequence number.
        public let first: UInt64
        /// The last sequence number.
        public let last: UInt64
        /// How many batches.
        public let batches: Int
        /// The place of the first batch in the list of the chosen ones.
        let begin: Int
    }

    /// Batches of another journal, which are left where they are.
    public struct Foreign: Hashable, Sendable {
        /// The journal.
        public let journalID: JournalID
        /// How many batches.
        public let batches: Int
        /// The lowest sequence number.
        public let first: UInt64
        /// The highest one.
        public let last: UInt64
    }

    /// What was named: a directory or a file.
    public let source: String
    /// The journal; `nil` where no intact batch was found.
    public let journalID: JournalID?
    /// The intact batches that make up its history.
    public let runs: [Run]
    /// What is missing of it.
    public let gaps: [JournalGap]
    /// Batches of other journals.
    public let foreign: [Foreign]
    /// How many more copies of chosen batches there are.
    public let duplicates: Int
    /// How many intact batches are not part of the history.
    public let leftOut: Int
    /// What could not be read, and what contradicts the history.
    public let findings: [Finding]
    /// Whether anything but the batches themselves says that the last one is the last: the tree of
    /// a sound file, the witness or a snapshot.
    public let isEndKnown: Bool
    /// The good snapshots of the journal, ascending.
    public let snapshots: [UInt64]
    /// The highest epoch of its batches and witnesses.
    public let epoch: UInt32
    /// Bytes read while searching.
    public let bytesRead: Int

    /// The last sequence number that is intact; 0 where none is.
    public var head: UInt64 { runs.last?.last ?? 0 }
    /// How many events are intact.
    public var events: Int { runs.reduce(0) { $0 + Int($1.last - $1.first + 1) } }
    /// How many batches are intact.
    public var batches: Int { runs.reduce(0) { $0 + $1.batches } }

    /// The intact batches of the journal, and the places of the chosen ones in order.
    let candidates: [Candidate]
    let chosen: [Int32]
    let stores: [String]

    /// A chosen batch by its place in the history.
    func batch(_ place: Int) -> Candidate { candidates[Int(chosen[place])] }

    /// Looks through all bytes of a journal, of what is left of its directory, or of one file.
    ///
    /// - Parameters:
    ///   - source: the directory or file.
    ///   - progress: gets how many bytes are done, and of how many.
    /// - Throws: ``JournalError`` with `missing`, `noJournal`, `locked` or `system`.
    public init(
        of source: String,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(JournalError) {
        let files = try SalvageSource(source)
        var index = try CandidateIndex(of: files.stores, progress: progress)
        let slots = files.witness?.slots ?? []
        self.source = files.path
        stores = files.stores
        bytesRead = index.bytesRead
        guard let journal = index.journal(witnessed: slots.map(\.journalID)) else {
            journalID = nil
            (runs, gaps, foreign, snapshots) = ([], [], [], [])
            (candidates, chosen) = ([], [])
            (duplicates, leftOut, epoch, isEndKnown) = (0, 0, 0, false)
            findings = index.findings
            return
        }
        let id = index.journals[journal]
        let evidence = try OutsideEvidence(files, id)
        foreign = index.foreign(besides: journal)
        index.markByTrees(knownEnd: evidence.end)
        var finder = GapFinder(files, index, id)
        let (candidates, doubles) = index.takeDistinct(of: journal)
        let lists = HistoryChoice.runs(among: candidates, witnessed: evidence.hashes)
        let chosen = lists.flatMap { $0 }
        let runs = Self.runs(lists, candidates)
        finder.find(among: runs, evidence)
        journalID = id
        (self.candidates, self.chosen, self.runs) = (candidates, chosen, runs)
        gaps = finder.describe(leftOut: Self.others(candidates, than: chosen))
        duplicates = doubles
        leftOut = candidates.count - chosen.count
        findings = index.findings + evidence.contradictions(candidates, chosen)
        snapshots = evidence.snapshots.map(\.sequence)
        let end = runs.last?.last ?? 0
        isEndKnown =
            evidence.end >= end && !evidence.isEndOpen
            || index.stores.contains { $0.tree.isSound && $0.tree.end == end }
        let highest = chosen.last.map { candidates[Int($0)].epoch } ?? 0
        epoch = max(highest, evidence.epoch)
    }

    private static func runs(_ lists: [[Int32]], _ candidates: [Candidate]) -> [Run] {
        var begin = 0
        return lists.map { list in
            defer { begin += list.count }
            return Run(
                first: list.first.map { candidates[Int($0)].first } ?? 0,
                last: list.last.map { candidates[Int($0)].last } ?? 0,
                batches: list.count,
                begin: begin
            )
        }
    }

    /// The candidates that were not chosen.
    private static func others(_ all: [Candidate], than chosen: [Int32]) -> [Candidate] {
        var isChosen = [Bool](repeating: false, count: all.count)
        for place in chosen { isChosen[Int(place)] = true }
        return all.indices.lazy.filter { !isChosen[$0] }.map { all[$0] }
    }
}
