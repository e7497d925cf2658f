import Digests
import Platform
import TestSupport
import Testing

@testable import Journal

/// What was taken out is gone: so a writer lets go only of what a snapshot and a hash stand for.
@Suite(.temporaryDirectory) struct `A segment to be taken out` {
    private let fixture = Fixture()

    private func save(_ sequence: UInt64, _ chainHash: SHA256Digest) throws {
        let store = SnapshotStore(directory: fixture.journal, journalID: fixture.id)
        let head = Head(sequence: sequence, chainHash: chainHash, epoch: 1, commitTime: 0)
        try store.save(head: head, stateHash: .zero, body: [1])
    }

    private func refusal(_ writer: JournalWriter, _ removal: Removal) -> String? {
        do throws(JournalError) {
            try writer.requireRemovable(removal)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func entries() throws -> [ArchiveEntry] {
        try fixture.fillSegments()
        return try fixture.archiveSegments()
    }

    @Test func `is the first one, whole, and not the last`() throws {
        let entries = try entries()
        let (first, second) = (entries[0], entries[1])
        for entry in entries { try save(entry.last, entry.chainHash) }
        let writer = try fixture.open()
        #expect(refusal(writer, Fixture.removal(first)) == nil)
        let notFirst = refusal(writer, Fixture.removal(second))
        #expect(notFirst?.contains("it is not the first of several segments") == true)
        var part = Fixture.removal(first)
        part.last -= 1
        #expect(refusal(writer, part)?.contains("the next segment begins with event") == true)
        try fixture.takeOutAll(entries, writer)
        let last = Removal(
            first: try fixture.segments()[0],
            last: writer.head.sequence,
            chainHash: writer.head.chainHash,
            archive: "",
            archiveHash: .zero
        )
        #expect(refusal(writer, last)?.contains("it is not the first of several") == true)
    }

    @Test func `ends with what the next one names`() throws {
        let first = try entries()[0]
        try save(first.last, first.chainHash)
        let writer = try fixture.open()
        var other = Fixture.removal(first)
        other.chainHash = SHA256().digest(of: [UInt8]([1]).span)
        #expect(refusal(writer, other)?.contains("names another hash") == true)
    }

    @Test func `has a snapshot of its own history at its end`() throws {
        let first = try entries()[0]
        let writer = try fixture.open()
        let removal = Fixture.removal(first)
        #expect(refusal(writer, removal)?.contains("no snapshot stands at its end") == true)
        try save(first.last, SHA256().digest(of: [UInt8]([1]).span))
        #expect(refusal(writer, removal)?.contains("is of another history") == true)
        try save(first.last, first.chainHash)
        #expect(refusal(writer, removal) == nil)
        let store = SnapshotStore(directory: fixture.journal, journalID: fixture.id)
        try File(path: store.path(first.last), mode: .replace).write([UInt8]([7]).span, at: 0)
        #expect(refusal(writer, removal) != nil)
    }
}

extension Fixture {
    /// Takes segments out of a journal that is open.
    fileprivate func takeOutAll(_ entries: [ArchiveEntry], _ writer: JournalWriter) throws {
        for entry in entries {
            let removal = Self.removal(entry)
            try writer.requireRemovable(removal)
            try FileSystem.removeTree(try writer.takeOut(removal))
        }
    }
}
