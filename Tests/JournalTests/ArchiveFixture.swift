import Digests
import Platform
import Testing

@testable import Journal

extension Fixture {
    var archives: String { root + "/archives" }
    var archiveDirectory: String { "\(archives)/\(id)" }

    func archive(_ first: UInt64) -> String { archiveDirectory + "/" + ArchiveEntry.name(first) }

    func openAny(_ directory: String) throws -> JournalWriter {
        try JournalWriter.open(directory, options: options)
    }

    /// First sequence numbers of the segments.
    func segments() throws -> [UInt64] { try JournalLayout(directory: journal).segmentNumbers() }

    /// Fills some small segments; the last one is open.
    func fillSegments(_ events: Int = 1500, length: Int = 60) throws {
        try fill(events, size: 5, length: length, limit: 48 << 10)
        try #require(try segments().count > 3)
    }

    /// Archives sealed segments, beginning with the first, and returns what the manifest says.
    @discardableResult
    func archiveSegments(_ count: Int = .max) throws -> [ArchiveEntry] {
        let writer = try ArchiveWriter(archives, of: journal, id)
        return try segments().dropLast().prefix(count).map { try writer.archive(segment: $0) }
    }

    /// Takes archived segments out as a command does: event, then the directory.
    func takeOut(_ entries: [ArchiveEntry], copied: Bool = true) throws {
        let writer = try open()
        let snapshots = SnapshotStore(directory: journal, journalID: id)
        for entry in entries {
            let end = Head(
                sequence: entry.last,
                chainHash: entry.chainHash,
                epoch: 1,
                commitTime: 0
            )
            try snapshots.save(head: end, stateHash: .zero, body: [1])
        }
        for entry in entries {
            let removal = Self.removal(entry, copied: copied)
            try writer.requireRemovable(removal)
            try writer.append(Self.event(removal))
            try writer.commit(at: 7)
            try FileSystem.removeTree(try writer.takeOut(removal))
        }
        try ArchivePlaces(layout: JournalLayout(directory: journal)).remember(archives)
    }

    static func removal(_ entry: ArchiveEntry, copied: Bool = true) -> Removal {
        Removal(
            first: entry.first,
            last: entry.last,
            chainHash: entry.chainHash,
            archive: copied ? entry.name : "",
            archiveHash: copied ? entry.fileHash : .zero
        )
    }

    /// The kind of event with which tests tell of a removal.
    static let removalKind: UInt16 = 900

    private static func event(_ removal: Removal) -> NewEvent {
        var payload = ByteBuffer(capacity: 128)
        payload.append(removal.first)
        payload.append(removal.last)
        for digest in [removal.chainHash, removal.archiveHash] {
            payload.append(digest.bytes.span)
        }
        payload.append(Array(removal.archive.utf8).span)
        let bytes = (0..<payload.count).map { payload.bytes[$0] }
        return NewEvent(kind: removalKind, time: 7, payload: bytes)
    }

    static let removals = RemovalReading(kind: removalKind) { payload in
        guard payload.count >= 80,
            let chainHash = SHA256Digest(bytes: payload.span.extracting(16..<48)),
            let archiveHash = SHA256Digest(bytes: payload.span.extracting(48..<80))
        else { return nil }
        return Removal(
            first: payload.span.uint64(at: 0),
            last: payload.span.uint64(at: 8),
            chainHash: chainHash,
            archive: String(decoding: payload[80...], as: UTF8.self),
            archiveHash: archiveHash
        )
    }

    /// Verifies a directory, with the events that tell of removals understood.
    func verify(_ directory: String, archives: [String] = []) throws -> VerifierReport {
        var options = VerifierOptions()
        options.stateDirectory = state
        options.scan = .inProcess
        options.archives = archives
        options.removals = Self.removals
        return try Verifier.verify(directory, options: options)
    }

    /// All bytes of all batches, one after the other.
    func bytes(
        _ directory: String,
        from: UInt64 = 1,
        to: UInt64 = .max,
        archives: [String] = []
    ) throws -> [UInt8] {
        var all: [UInt8] = []
        var options = ReadOptions()
        options.checksChain = true
        options.last = to
        let reader = try JournalReader.open(directory, archives: archives)
        try reader.forEachBatch(from: from, options: options) { batch in
            all += batch.bytes.indices.map { batch.bytes[$0] }
            return .proceed
        }
        return all
    }
}
