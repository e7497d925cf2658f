internal import Digests
internal import Platform

/// Makes a new journal of what is intact in a damaged one.
public enum Salvage {
    /// How far a salvage is.
    public enum Progress: Hashable, Sendable {
        /// Bytes searched for batches, and of how many.
        case searching(Int, of: Int)
        /// Events copied, and of how many.
        case copying(Int, of: Int)
    }

    /// What a salvage made.
    public struct Outcome: Sendable {
        /// What was found in the source.
        public let survey: SalvageSurvey
        /// The directory of the new journal.
        public let target: String
        /// The end of the new journal.
        public let head: Head
        /// The first sequence numbers of its segments.
        public let segments: [UInt64]
        /// The snapshots that were copied, ascending.
        public let snapshots: [UInt64]
        /// The newest of them that is not before the last gap: what a person could go on from.
        public let snapshotBehindGaps: UInt64?
        /// False where a file stands for the list of the archives' places and is none.
        public let hasArchivePlaces: Bool
    }

    /// Copies every intact batch, byte for byte, into a new journal.
    ///
    /// Each run between gaps gets segments of its own; the gaps stand in ``GapFile``. The journal
    /// appears as `target` only when it is whole and synced; until then it is
    /// `<target>.salvaging`.
    /// Nothing is written to the source.
    ///
    /// - Parameters:
    ///   - source: a journal, what is left of its directory, or one of its `data.mdb`.
    ///   - target: where nothing must be yet.
    ///   - segmentLimit: bytes of pages from which a new segment begins.
    ///   - progress: gets how far it is.
    /// - Returns: what it made; `nil`, with nothing written, where no intact batch was found.
    /// - Throws: ``JournalError`` with `missing`, `noJournal`, `locked`, `exists`,
    ///   `unfitFileSystem`, `damaged` where the source changes, or `system`.
    public static func run(
        _ source: String,
        to target: String,
        segmentLimit: Int = 1 << 30,
        progress: (Progress) -> Void = { _ in }
    ) throws(JournalError) -> Outcome? {
        let target = JournalWriter.trimmed(target)
        try requireAbsence(target, besides: source)
        try AsideDirectory(path: Self.aside(target)).requireApart(from: source, "salvage")
        let survey = try SalvageSurvey(of: source) { progress(.searching($0, of: $1)) }
        guard let id = survey.journalID else { return nil }
        let parent = FileSystem.parent(of: target)
        try translating("make a journal in") { () throws(PlatformError) in
            try FileSystem.createDirectories(parent)
        }
        let options = WriterOptions(stateDirectory: "")
        _ = try JournalWriter.requireFitness(parent, options)
        let layout = JournalLayout(directory: Self.aside(target))
        try translating("make a journal aside") { () throws(PlatformError) in
            try FileSystem.removeTree(layout.directory)
            for path in [layout.directory, layout.segments, layout.snapshots] {
                try FileSystem.createDirectory(path)
            }
        }
        var copy = BatchCopy(survey, layout, segmentLimit: segmentLimit, mapSize: options.mapSize)
        try copy.run { progress(.copying($0, of: survey.events)) }
        guard let head = copy.head else { return nil }
        try witness(layout, id, head, epoch: survey.epoch)
        let snapshots = try copySnapshots(survey, layout)
        try GapFile.write(survey.gaps, of: id, to: layout)
        let hasArchivePlaces = try copyArchivePlaces(survey, layout)
        try translating("give the salvaged journal its name") { () throws(PlatformError) in
            _ = try File(path: layout.lock, mode: .create)
            try FileSystem.syncTree(layout.directory)
            try FileSystem.rename(layout.directory, to: target)
            try FileSystem.syncDirectory(parent)
        }
        let lastGap = survey.gaps.last?.last ?? 0
        return Outcome(
            survey: survey,
            target: target,
            head: head,
            segments: copy.segments,
            snapshots: snapshots,
            snapshotBehindGaps: lastGap == 0 ? nil : snapshots.last { $0 >= lastGap },
            hasArchivePlaces: hasArchivePlaces
        )
    }

    /// Where a journal is made until it is whole: no name that anybody gives.
    private static func aside(_ target: String) -> String { target + ".salvaging" }

    /// Refuses a target that is there, or inside of what is read.
    private static func requireAbsence(
        _ target: String,
        besides source: String
    ) throws(JournalError) {
        func refusal(_ code: JournalError.Code, _ reason: String) -> JournalError {
            JournalError(
                code,
                "salvage to",
                target,
                reason: reason,
                advice: "name a directory that is not there yet, beside the source"
            )
        }
        let isThere = try translating("look at") { () throws(PlatformError) in
            try FileSystem.status(target) != nil
        }
        if isThere { throw refusal(.exists, "something is there already") }
        let isInside = try translating("look at") { () throws(PlatformError) -> Bool in
            guard let status = try FileSystem.status(source), status.isDirectory else {
                return false
            }
            let root = try FileSystem.resolve(source) + "/"
            var above = FileSystem.parent(of: target)
            while try FileSystem.status(above) == nil { above = FileSystem.parent(of: above) }
            return (try FileSystem.resolve(above) + "/").hasPrefix(root)
        }
        if isInside { throw refusal(.refusedInput, "it lies inside of what is read") }
    }

    /// Writes a witness of the new head, in both slots; no state directory has one yet.
    private static func witness(
        _ layout: JournalLayout,
        _ id: JournalID,
        _ head: Head,
        epoch: UInt32
    ) throws(JournalError) {
        let slot = WitnessSlot(
            journalID: id,
            epoch: max(epoch, head.epoch),
            sequence: head.sequence,
            chainHash: head.chainHash,
            counter: 0,
            home: JournalID(low: 0, high: 0)
        )
        try translating("witness the salvaged journal") { () throws(PlatformError) in
            let writer = try WitnessWriter(layout.witness, after: nil)
            for _ in 0..<2 { try writer.write(slot) }
            try writer.sync()
        }
    }

    /// Copies the list of places where the archives of a compacted journal are.
    ///
    /// - Returns: whether it was copied, or none was there; false where it is no such list.
    private static func copyArchivePlaces(
        _ survey: SalvageSurvey,
        _ layout: JournalLayout
    ) throws(JournalError) -> Bool {
        let list = JournalLayout(directory: survey.source).archives
        return try translating("copy the places of archives of") { () throws(PlatformError) in
            guard let status = try FileSystem.status(list) else { return true }
            guard status.isRegular, status.size <= ArchivePlaces.sizeLimit else { return false }
            try FileSystem.copyFile(list, to: layout.archives)
            return true
        }
    }

    private static func copySnapshots(
        _ survey: SalvageSurvey,
        _ layout: JournalLayout
    ) throws(JournalError) -> [UInt64] {
        guard let id = survey.journalID else { return [] }
        let from = SnapshotStore(directory: survey.source, journalID: id)
        let to = SnapshotStore(directory: layout.directory, journalID: id)
        try translating("copy the snapshots of") { () throws(PlatformError) in
            for sequence in survey.snapshots {
                try FileSystem.copyFile(from.path(sequence), to: to.path(sequence))
            }
        }
        return survey.snapshots
    }
}

/// Copies the batches of a survey into segments.
struct BatchCopy: ~Copyable {
    /// The end of what is copied.
    private(set) var head: Head?
    /// The first sequence numbers of the segments made.
    private(set) var segments: [UInt64] = []

    private let survey: SalvageSurvey
    private let layout: JournalLayout
    private let segmentLimit: Int
    private let mapSize: Int
    private var reader: BatchReader

    init(_ survey: SalvageSurvey, _ layout: JournalLayout, segmentLimit: Int, mapSize: Int) {
        self.survey = survey
        self.layout = layout
        self.segmentLimit = segmentLimit
        self.mapSize = mapSize
        reader = BatchReader(survey)
    }

    /// Copies everything; `progress` gets how many events are done.
    mutating func run(progress: (Int) -> Void) throws(JournalError) {
        var done = 0
        for run in survey.runs {
            var place = run.begin
            let end = run.begin + run.batches
            while place < end {
                place = try copySegment(place..<end)
                let last = survey.batch(place - 1).last
                done += Int(last - (segments.last ?? 1) + 1)
                progress(done)
            }
        }
    }

    /// Copies batches of one run into a segment until it is full; returns the next one's place.
    private mutating func copySegment(_ places: Range<Int>) throws(JournalError) -> Int {
        let first = survey.batch(places.lowerBound).first
        var builder = try SegmentBuilder(in: layout.segments, first: first, mapSize: mapSize)
        segments.append(first)
        var previous: SHA256Digest?
        if let head, head.sequence + 1 == first { previous = head.chainHash }
        for place in places {
            let candidate = survey.batch(place)
            var end: Head?
            try reader.read(candidate) { (batch) throws(JournalError) in
                let header = batch.header
                if let previous, header.previousHash != previous {
                    throw JournalError(
                        .damaged,
                        "copy batch \(candidate.first) of",
                        survey.source,
                        reason: "it does not name the whole hash of the batch before it",
                        advice: "two batches agree in eight bytes of their hashes; report this"
                    )
                }
                try builder.append(batch.bytes)
                end = Head(
                    sequence: header.lastSequence,
                    chainHash: .zero,
                    epoch: header.epoch,
                    commitTime: header.commitTime
                )
            }
            previous = reader.digest
            if let end {
                head = Head(
                    sequence: end.sequence,
                    chainHash: reader.digest,
                    epoch: end.epoch,
                    commitTime: end.commitTime
                )
            }
            if builder.usedBytes >= segmentLimit {
                _ = try builder.finish()
                return place + 1
            }
        }
        _ = try builder.finish()
        return places.upperBound
    }
}
