import Digests
import LMDB
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `Salvaging a journal` {
    let fixture = Fixture()

    /// What must hold whatever was damaged: all that is whole is copied, and nothing else.
    private func check(_ originals: [OriginalBatch], _ note: String) throws {
        let segments = fixture.journal + "/segments/"
        let files = try FileSystem.list(segments).map { segments + $0 + "/data.mdb" }
        let whole = try fixture.intact(originals, in: files)
        let outcome = try fixture.salvage()
        guard !whole.isEmpty else {
            #expect(outcome == nil, "\(note)")
            return
        }
        let copies = try fixture.copies()
        #expect(copies == whole, "\(note)")
        let head = originals.last?.last ?? 0
        let missing = head - UInt64(whole.reduce(0) { $0 + Int($1.last - $1.first) + 1 })
        let gaps = outcome?.survey.gaps ?? []
        #expect(gaps.reduce(0) { $0 + $1.last - $1.first + 1 } == missing, "\(note)")
        let report = try fixture.verifySalvaged()
        let found = report.findings.filter { $0.severity == .damage }
        #expect(found.map(\.sequences) == gaps.map(\.range), "\(note)")
        #expect(found.allSatisfy { $0.code == .gap }, "\(note): \(found)")
    }

    @Test(arguments: [(4, 1), (4, 7), (300, 3), (5000, 2), (90_000, 1)])
    func `that is sound gives the same, batch for batch`(length: Int, size: Int) throws {
        try fixture.fill(60, size: size, length: length)
        let outcome = try #require(try fixture.salvage())
        #expect(try fixture.copies() == fixture.originals())
        #expect(outcome.survey.gaps == [])
        #expect(outcome.survey.findings == [])
        #expect(outcome.survey.leftOut == 0)
        #expect(try fixture.verifySalvaged().findings == [])
        #expect(try outcome.head == JournalReader.open(fixture.journal).head())
    }

    @Test func `can be opened where its outer witness is`() throws {
        try fixture.fill(50, size: 5)
        try fixture.open().beginEpoch(7)
        try fixture.salvage()
        let writer = try JournalWriter.open(fixture.salvaged, options: fixture.options)
        #expect(writer.head.sequence == 51)
        // The epoch that only the witness knew.
        #expect(writer.epoch == 7)
    }

    @Test func `of several segments makes one, or as many as its limit asks for`() throws {
        try fixture.fill(400, size: 4, length: 300, limit: 64 << 10)
        #expect(try fixture.salvage()?.segments == [1])
        #expect(try fixture.copies() == fixture.originals())
        let segments = try #require(try fixture.salvage(limit: 64 << 10)?.segments)
        #expect(segments.count > 1)
        #expect(try fixture.copies() == fixture.originals())
        #expect(try fixture.verifySalvaged().findings == [])
    }

    @Test func `without meta pages loses nothing`() throws {
        try fixture.fill(2000, size: 2, length: 60)
        let originals = try fixture.originals()
        try fixture.zero(pages: 0..<2, of: fixture.data)
        #expect(try fixture.salvage()?.survey.gaps == [])
        #expect(try fixture.copies() == originals)
    }

    @Test(arguments: [(150, 20), (30, 2500)])
    func `without one of its pages loses what was on it`(count: Int, length: Int) throws {
        try fixture.fill(count, size: 3, length: length)
        let originals = try fixture.originals()
        let whole = try FileSystem.read(fixture.data)
        for page in 0..<(whole.count / 4096) {
            try fixture.zero(pages: page..<(page + 1), of: fixture.data)
            try check(originals, "page \(page) zeroed")
            try fixture.write(whole, to: fixture.data, at: 0)
        }
    }

    @Test func `whose pages changed places loses nothing of single pages`() throws {
        try fixture.fill(150, size: 3, length: 20)
        let originals = try fixture.originals()
        let whole = try FileSystem.read(fixture.data)
        for page in 0..<(whole.count / 4096 - 1) {
            let start = page * 4096
            let middle = start + 4096
            let swapped = Array(whole[middle..<(middle + 4096)] + whole[start..<middle])
            try fixture.write(swapped, to: fixture.data, at: start)
            try check(originals, "pages \(page) and \(page + 1) swapped")
            #expect(try fixture.copies() == originals)
            try fixture.write(whole, to: fixture.data, at: 0)
        }
    }

    @Test func `cut at any length gives what is whole`() throws {
        try fixture.fill(90, size: 3, length: 50)
        let originals = try fixture.originals()
        let whole = try FileSystem.read(fixture.data)
        for length in stride(from: 0, to: whole.count, by: 1024 - 37) {
            try File(path: fixture.data, mode: .readWrite).truncate(to: length)
            try check(originals, "cut at \(length)")
            try fixture.write(whole, to: fixture.data, at: 0)
        }
    }

    @Test func `that begins above 1 was compacted and has no gap before it`() throws {
        try fixture.fill(400, size: 4, length: 300, limit: 64 << 10)
        let segments = fixture.journal + "/segments/"
        let names = try FileSystem.list(segments)
        try FileSystem.removeTree(segments + names[0])
        let outcome = try #require(try fixture.salvage())
        #expect(outcome.survey.gaps == [])
        #expect(outcome.segments.first == JournalLayout.sequence(names[1]))
        // One that lost what it begins with has one.
        try fixture.zero(pages: 2..<9, of: segments + names[1] + "/data.mdb")
        #expect(try fixture.salvage()?.survey.gaps.first?.first == JournalLayout.sequence(names[1]))
    }

    @Test func `reads a lone file, of any name`() throws {
        try fixture.fill(100, size: 5)
        let originals = try fixture.originals()
        let copy = fixture.root + "/recovered.bin"
        try FileSystem.copyFile(fixture.data, to: copy)
        let outcome = try #require(try fixture.salvage(copy))
        #expect(outcome.survey.gaps == [])
        #expect(try fixture.copies() == originals)
        #expect(try fixture.verifySalvaged().findings == [])
    }

    @Test func `reads a directory with only some of the files`() throws {
        try fixture.fill(400, size: 4, length: 300, limit: 64 << 10)
        let segments = fixture.journal + "/segments/"
        let names = try FileSystem.list(segments)
        for name in ["witness", "writer.lock", "snapshots"] {
            try FileSystem.removeTree(fixture.journal + "/" + name)
        }
        let lost = try #require(JournalLayout.sequence(names[1]))
        let next = try #require(JournalLayout.sequence(names[2]))
        try FileSystem.removeFile(segments + names[1] + "/data.mdb")
        let outcome = try #require(try fixture.salvage())
        #expect(outcome.survey.gaps.map(\.range) == [lost...(next - 1)])
        #expect(try fixture.verifySalvaged().findings.map(\.code) == [.gap])
        // The last segment by its name is gone: nothing tells how far it went.
        let last = try #require(names.last)
        try FileSystem.removeFile(segments + last + "/data.mdb")
        let gap = try #require(try fixture.salvage()?.survey.gaps.last)
        #expect(gap.first == JournalLayout.sequence(last))
        #expect(gap.isOpen)
    }

    @Test func `tells of an end that the witness saw`() throws {
        try fixture.fill(100, size: 5)
        let end = try FileSystem.read(fixture.journal + "/witness")
        try fixture.open().beginEpoch(2)
        do {
            let writer = try fixture.open()
            try fixture.append(20, size: 5, to: writer)
        }
        let later = try FileSystem.read(fixture.journal + "/witness")
        try fixture.write(end, to: fixture.journal + "/witness", at: 0)
        let older = try #require(try fixture.salvage())
        #expect(older.survey.gaps == [], "a head ahead of the witness is normal")
        try fixture.write(later, to: fixture.journal + "/witness", at: 0)
        let size = try FileSystem.read(fixture.data).count
        try File(path: fixture.data, mode: .readWrite).truncate(to: size / 2)
        let cut = try #require(try fixture.salvage()?.survey.gaps.last)
        #expect(cut.last == 121)
        #expect(cut.found.contains("the witness saw event 121"))
    }

    @Test func `tells of an end that a snapshot saw, and copies the good ones`() throws {
        try fixture.fill(100, size: 5)
        let id = fixture.id
        let store = SnapshotStore(directory: fixture.journal, journalID: id)
        let head = try JournalReader.open(fixture.journal).head()
        try store.save(head: head, stateHash: .zero, body: [1, 2, 3])
        let beyond = Head(sequence: 150, chainHash: .zero, epoch: 1, commitTime: 1)
        try store.save(head: beyond, stateHash: .zero, body: [4])
        let bad = Head(sequence: 160, chainHash: .zero, epoch: 1, commitTime: 1)
        try store.save(head: bad, stateHash: .zero, body: [5])
        try fixture.flip(store.path(160), byte: 130, bit: 1)
        let outcome = try #require(try fixture.salvage())
        #expect(outcome.snapshots == [101, 150])
        #expect(outcome.survey.gaps.map(\.range) == [102...160])
        #expect(outcome.snapshotBehindGaps == nil)
        #expect(try fixture.verifySalvaged().findings.map(\.code) == [.gap])
    }

    @Test func `leaves batches of another journal where they are`() throws {
        try fixture.fill(50, size: 5)
        let originals = try fixture.originals()
        let other = JournalID(low: 8, high: 9)
        let event = Fixture.event(1)
        let foreign = fixture.root + "/other"
        do {
            let genesis = Genesis(journalID: other, time: 1, events: [event, event, event])
            let writer = try JournalWriter.create(
                foreign,
                genesis: genesis,
                options: fixture.options
            )
            try fixture.append(8, size: 4, to: writer)
        }
        let mixed = fixture.root + "/mixed.bin"
        let more = foreign + "/segments/" + JournalLayout.name(1) + "/data.mdb"
        let bytes = try FileSystem.read(fixture.data) + FileSystem.read(more)
        try FileSystem.replaceDurably(mixed, with: [bytes])
        let outcome = try #require(try fixture.salvage(mixed))
        #expect(try fixture.copies() == originals)
        #expect(outcome.survey.foreign.map(\.journalID) == [other])
        #expect(outcome.survey.foreign.map(\.batches) == [3])
        #expect(outcome.survey.foreign.map(\.last) == [11])
    }
}
