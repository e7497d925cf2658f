internal import Platform

/// A part of a journal, copied so that it can be read, verified and replayed by itself.
public struct JournalExtract: Sendable {
    /// Which part is wanted.
    public enum Part: Hashable, Sendable {
        /// What came after the newest snapshot that something follows.
        case tail
        /// What came from an event on, with as much before it as a replay needs.
        case from(UInt64)
        /// All of it, from the first event on.
        case whole

        /// The first event that must be there; `nil` where any will do.
        fileprivate var first: UInt64? {
            switch self {
            case .tail: nil
            case .from(let sequence): max(sequence, 1)
            case .whole: 1
            }
        }
    }

    /// The first event.
    public let first: UInt64
    /// What it ends with; `nil` where the files are as they were found.
    public let head: Head?
    /// The snapshot that a replay of the part begins with; `nil` where it begins with genesis.
    public let snapshot: UInt64?
    /// Whether the files are as they were found: damaged, and not copied batch by batch.
    public let isRaw: Bool
    /// Bytes that the disk did not give; zeros stand for them.
    public let unreadableBytes: Int
    /// Files that are too large to be copied as they are.
    public let leftOut: [String]

    /// Copies a part of a sound journal, batch by batch.
    ///
    /// - Parameters:
    ///   - directory: the journal, stopped or beside its writer.
    ///   - part: which part.
    ///   - archives: other places of its archives than those that it names.
    ///   - target: the directory to make it in; its parent must exist.
    ///   - tell: told which event is reached.
    /// - Returns: what was copied.
    /// - Throws: ``JournalError`` with `archived` where the part begins before what can be read,
    ///   and with `damaged`, `missing`, `noJournal` or `system`.
    public static func copy(
        _ directory: String,
        _ part: Part,
        archives: [String] = [],
        to target: String,
        tell: (UInt64) -> Void = { _ in }
    ) throws(JournalError) -> JournalExtract {
        let source = JournalLayout(directory: JournalWriter.trimmed(directory))
        let layout = JournalLayout(directory: target)
        // Read first: beside a writer the journal may then only be ahead of it.
        let witness = try translating("read the witness") { () throws(PlatformError) -> [UInt8]? in
            guard try FileSystem.status(source.witness) != nil else { return nil }
            return try File(path: source.witness, mode: .read)
                .read(at: 0, count: 2 * WitnessSlot.length)
        }
        let reader = try JournalReader.open(source.directory, archives: archives)
        let head = try reader.head()
        let lowest = try reader.firstSequence()
        if let wanted = part.first, wanted < lowest {
            throw reader.gone(from: wanted, to: lowest - 1)
        }
        let snapshot = try begin(reader, source, part, head)
        let first = snapshot.map { $0 + 1 } ?? lowest
        let copy = JournalCopy(source: source, target: layout, journalID: reader.journalID)
        try copy.makeDirectories()
        var segments = SegmentCopy(into: layout.segments, SegmentSizes())
        try segments.append(reader, from: first, to: head.sequence, tell: tell)
        try segments.finish()
        try copy.copySnapshots(reader, from: snapshot ?? 0, upTo: head)
        if let witness {
            try translating("copy the witness to") { () throws(PlatformError) in
                try FileSystem.replaceDurably(layout.witness, with: [witness])
            }
        }
        return JournalExtract(
            first: first,
            head: head,
            snapshot: snapshot,
            isRaw: false,
            unreadableBytes: 0,
            leftOut: []
        )
    }

    /// The newest good snapshot with which the part can begin.
    private static func begin(
        _ reader: JournalReader,
        _ source: JournalLayout,
        _ part: Part,
        _ head: Head
    ) throws(JournalError) -> UInt64? {
        let limit: UInt64
        switch part {
        case .whole: return nil
        case .from(let sequence): limit = min(max(sequence, 1), head.sequence) - 1
        case .tail: limit = head.sequence - 1
        }
        let store = SnapshotStore(directory: source.directory, journalID: reader.journalID)
        for sequence in try store.sequences().reversed() where sequence <= limit {
            do throws(JournalError) {
                let snapshot = try store.load(sequence)
                if try reader.chainHash(endingAt: sequence) == snapshot.chainHash {
                    return sequence
                }
            } catch {
                continue  // an older one serves as well
            }
        }
        return nil
    }

    /// Copies the files of a damaged journal as they are: evidence.
    ///
    /// - Parameters:
    ///   - directory: the journal.
    ///   - part: which part, as far as names of files tell.
    ///   - damaged: paths of what is known to be damaged; their segments are copied too.
    ///   - target: the directory to make it in; its parent must exist.
    ///   - limit: bytes of segments that are copied at most, the last ones first.
    /// - Returns: what was copied.
    /// - Throws: ``JournalError`` with `missing`, `noJournal` or `system`.
    public static func copyRaw(
        _ directory: String,
        _ part: Part,
        damaged: [String],
        to target: String,
        limit: Int = 4 << 30
    ) throws(JournalError) -> JournalExtract {
        let source = JournalLayout(directory: JournalWriter.trimmed(directory))
        let layout = JournalLayout(directory: target)
        try source.requireJournal("pack the files of")
        let numbers = try source.segmentNumbers()
        let begin = try rawBegin(source, part, numbers)
        var copier = RawCopy(room: limit)
        var first = numbers.last ?? 1
        for number in numbers.reversed() {
            let path = source.segment(number)
            guard number >= begin || damaged.contains(where: { $0.hasPrefix(path) }) else {
                continue
            }
            let place = layout.segment(number)
            try copier.copy(path + "/data.mdb", to: place + "/data.mdb")
            first = min(first, number)
        }
        for name in try copier.names(in: source.snapshots) where SnapshotStore.sequence(name) != nil
        {
            try copier.copy("\(source.snapshots)/\(name)", to: "\(layout.snapshots)/\(name)")
        }
        for (from, to) in [(source.witness, layout.witness), (source.gaps, layout.gaps)] {
            try copier.copy(from, to: to)
        }
        return JournalExtract(
            first: first,
            head: nil,
            snapshot: nil,
            isRaw: true,
            unreadableBytes: copier.unreadableBytes,
            leftOut: copier.leftOut
        )
    }

    /// The segment with which the part begins.
    private static func rawBegin(
        _ source: JournalLayout,
        _ part: Part,
        _ numbers: [UInt64]
    ) throws(JournalError) -> UInt64 {
        let wanted: UInt64
        switch part {
        case .whole: return 0
        case .from(let sequence): wanted = sequence
        case .tail:
            let store = SnapshotStore(directory: source.directory, journalID: .zero)
            wanted = try store.sequences().dropLast().last ?? numbers.last ?? 1
        }
        return numbers.last { $0 <= wanted } ?? 0
    }
}

/// Copies files of which parts may be unreadable, up to a limit.
private struct RawCopy {
    /// Bytes that may still be copied.
    var room: Int
    private(set) var unreadableBytes = 0
    /// Files for which there was no room.
    private(set) var leftOut: [String] = []

    private static let piece = 64 << 10

    init(room: Int) { self.room = room }

    func names(in directory: String) throws(JournalError) -> [String] {
        try translating("list the files of") { () throws(PlatformError) in
            guard try FileSystem.status(directory)?.isDirectory == true else { return [] }
            return try FileSystem.list(directory)
        }
    }

    /// Copies a file of bytes; what is none, or has no room, is left out, the latter by name.
    mutating func copy(_ source: String, to target: String) throws(JournalError) {
        let size = try translating("pack") { () throws(PlatformError) -> Int? in
            guard let status = try FileSystem.status(source), status.isRegular else { return nil }
            return status.size
        }
        guard let size else { return }
        guard size <= room else {
            leftOut.append(source)
            return
        }
        room -= size
        let missing = try translating("pack") { () throws(PlatformError) in
            try FileSystem.createDirectories(FileSystem.parent(of: target))
            let from = try File(path: source, mode: .read)
            let to = try File(path: target, mode: .createNew)
            var missing = 0
            var next = 0
            while true {
                let place = try from.nextData(from: next)
                if place >= size { break }
                let count = min(Self.piece, size - place)
                next = place + count
                do throws(PlatformError) {
                    let bytes = try from.read(at: place, count: count)
                    // What is nothing but zeros may stay a hole.
                    if bytes.contains(where: { $0 != 0 }) { try to.write(bytes.span, at: place) }
                } catch {
                    guard error.subject == source else { throw error }
                    missing += count
                }
            }
            try to.truncate(to: size)
            return missing
        }
        unreadableBytes += missing
    }
}
