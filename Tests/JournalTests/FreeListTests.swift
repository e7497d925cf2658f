import Digests
import LMDB
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `A free list that names a page in use` {
    let fixture = Fixture()

    private var segment: String { fixture.journal + "/segments/" + JournalLayout.name(1) }

    /// The pages of every batch that begins before `limit`.
    private func pages(before limit: UInt64) throws -> [UInt64] {
        var pages: [UInt64] = []
        let opened = try PageScan(directory: segment)
        let scan = try #require(opened)
        _ = try scan.scanRecords { place, bytes in
            guard place.number < limit else { return }
            let first = place.fileOffset / 4096
            let last = (place.fileOffset + bytes.count - 1) / 4096
            for page in first...last where pages.last != UInt64(page) { pages.append(UInt64(page)) }
        }
        return pages
    }

    /// Where the free list names its first page, in bytes of the file.
    private func entry() throws -> Int {
        let bytes = try FileSystem.read(fixture.data)
        let newest = MetaCheck.newest(bytes.span)
        let meta = try #require(newest)
        #expect(meta.free.depth == 1)
        let page = Int(meta.free.root) * 4096
        let node = page + Int(bytes.span.uint16(at: page + 16))
        #expect(bytes.span.uint64(at: node + 16) > 0)
        return node + 24
    }

    private func name(_ page: UInt64, at place: Int) throws {
        var buffer = ByteBuffer(capacity: 8)
        buffer.append(page)
        try File(path: fixture.data, mode: .readWrite).write(buffer.bytes, at: place)
    }

    /// Leaves a snapshot at the head, so that the next start reads no more than the last batch.
    private func takeSnapshot() throws {
        let head = try JournalReader.open(fixture.journal).head()
        let store = SnapshotStore(directory: fixture.journal, journalID: fixture.id)
        try store.save(head: head, stateHash: .zero, body: [1])
    }

    @Test(arguments: [40, 3000, 30_000])
    func `is refused, however far before the snapshot that is`(length: Int) throws {
        try fixture.fill(300, size: 1, length: length)
        try takeSnapshot()
        _ = try fixture.open()
        let entry = try entry()
        let file = try FileSystem.read(fixture.data)
        let old = file.span.uint64(at: entry)
        let used = try pages(before: 200)
        #expect(used.count > 2)
        for page in stride(from: 0, to: used.count, by: max(1, used.count / 40)) {
            try name(used[page], at: entry)
            #expect(code { _ = try fixture.open() } == .damaged, "page \(used[page])")
        }
        try name(old, at: entry)
        #expect(try fixture.open().head.sequence == 301)
    }
}
