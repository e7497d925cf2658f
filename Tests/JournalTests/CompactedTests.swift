import Digests
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory) struct `A compacted journal` {
    private let fixture = Fixture()

    /// Fills, archives and takes out the first segments; gives what was read before.
    private func compact(_ count: Int = 2) throws -> (all: [UInt8], entries: [ArchiveEntry]) {
        try fixture.fillSegments()
        let all = try fixture.bytes(fixture.journal)
        let entries = try fixture.archiveSegments(count)
        try fixture.takeOut(entries)
        return (all, entries)
    }

    @Test func `reads as if its segments were still in place`() throws {
        let (all, entries) = try compact()
        #expect(try fixture.segments().first == entries[1].last + 1)
        #expect(Array(try fixture.bytes(fixture.journal).prefix(all.count)) == all)
        let reader = try JournalReader.open(fixture.journal)
        #expect(try reader.firstSequence() == 1)
        let head = try reader.head().sequence
        for start in [2, entries[0].last, entries[0].last + 1, entries[1].last, head] {
            var options = ReadOptions()
            options.copies = start % 2 == 0
            options.checksChain = true
            var next: UInt64?
            try reader.forEachBatch(from: start, options: options) { batch in
                #expect(next == nil || next == batch.header.firstSequence)
                next = batch.header.lastSequence + 1
                return .proceed
            }
            #expect(next == head + 1, "from \(start)")
        }
    }

    @Test func `is clean, and so is the directory of its archives`() throws {
        let (_, entries) = try compact()
        let report = try fixture.verify(fixture.journal)
        #expect(report.findings == [])
        #expect(report.events == Int(try JournalReader.open(fixture.journal).head().sequence))
        let archives = try fixture.verify(fixture.archiveDirectory)
        #expect(archives.findings == [])
        #expect(archives.head?.sequence == entries[1].last)
        #expect(archives.head?.chainHash == entries[1].chainHash)
    }

    @Test func `has archives that read as a journal of their own`() throws {
        let (all, entries) = try compact()
        let reader = try JournalReader.open(fixture.archiveDirectory)
        #expect(reader.journalID == fixture.id)
        let head = try reader.head()
        #expect(head.sequence == entries[1].last)
        #expect(head.chainHash == entries[1].chainHash)
        let plain = try fixture.bytes(fixture.archiveDirectory)
        #expect(Array(all.prefix(plain.count)) == plain)
        #expect(code { _ = try fixture.openAny(fixture.archiveDirectory) } == .noJournal)
    }

    @Test func `goes on being written and compacted`() throws {
        let (all, _) = try compact()
        do {
            var options = fixture.options
            options.segmentLimit = 48 << 10
            let writer = try JournalWriter.open(fixture.journal, options: options)
            try fixture.append(900, size: 5, length: 60, to: writer)
        }
        let entries = try fixture.archiveSegments()
        #expect(entries.count > 2)
        try fixture.takeOut(entries)
        #expect(try fixture.segments().count == 1)
        #expect(Array(try fixture.bytes(fixture.journal).prefix(all.count)) == all)
        #expect(try fixture.verify(fixture.journal).findings == [])
        let manifest = try ArchiveManifest.load(fixture.archiveDirectory)
        #expect(manifest?.entries.first?.first == 1)
        #expect(manifest?.entries.count == entries.count + 2)
    }

    @Test func `without its archives names the events that are nowhere`() throws {
        let (all, entries) = try compact()
        let elsewhere = fixture.root + "/elsewhere"
        try FileSystem.rename(fixture.archives, to: elsewhere)
        let reader = try JournalReader.open(fixture.journal)
        #expect(try reader.firstSequence() == entries[1].last + 1)
        do throws(JournalError) {
            try reader.forEachBatch(from: 5) { _ in .proceed }
            Issue.record("expected an error")
        } catch {
            #expect(error.code == .archived)
            #expect(error.reason.contains("events 5 to \(entries[1].last)"))
            #expect(error.reason.contains(fixture.archives))
        }
        let found = try fixture.verify(fixture.journal).findings
        #expect(found.map(\.code) == [.archive, .archive])
        #expect(found.map(\.severity) == [.warning, .warning])
        // The place may be named in either way.
        for place in [elsewhere, "\(elsewhere)/\(fixture.id)"] {
            #expect(try fixture.verify(fixture.journal, archives: [place]).findings == [])
            let read = try fixture.bytes(fixture.journal, archives: [place])
            #expect(Array(read.prefix(all.count)) == all)
        }
    }

    @Test func `whose segment is gone without a word is damaged`() throws {
        try fixture.fillSegments()
        let second = try fixture.segments()[1]
        let first = fixture.journal + "/segments/" + JournalLayout.name(1)
        try FileSystem.removeTree(first)
        let found = try fixture.verify(fixture.journal).findings.filter { $0.severity == .damage }
        #expect(found.map(\.code) == [.gap])
        #expect(found.first?.sequences == 1...(second - 1))
    }

    @Test func `that lost one more segment than its events say is damaged`() throws {
        _ = try compact(1)
        let first = try #require(try fixture.segments().first)
        try FileSystem.removeTree(fixture.journal + "/segments/" + JournalLayout.name(first))
        let found = try fixture.verify(fixture.journal).findings
        #expect(found.contains { $0.code == .gap && $0.severity == .damage })
    }

    @Test func `of which no copy was kept says so and stays clean`() throws {
        try fixture.fillSegments()
        let entries = try fixture.archiveSegments(2)
        try fixture.takeOut(entries, copied: false)
        try FileSystem.removeTree(fixture.archives)
        #expect(try fixture.verify(fixture.journal).findings == [])
        #expect(code { _ = try fixture.bytes(fixture.journal) } == .archived)
        let begin = entries[1].last + 1
        #expect(try !fixture.bytes(fixture.journal, from: begin).isEmpty)
        _ = try fixture.open()
    }

    @Test func `is not opened with a snapshot of another history at its beginning`() throws {
        let (_, entries) = try compact()
        let snapshots = SnapshotStore(directory: fixture.journal, journalID: fixture.id)
        for sequence in try snapshots.sequences() where sequence != entries[1].last {
            try FileSystem.removeFile(snapshots.path(sequence))
        }
        #expect(try fixture.open().opening?.snapshot?.sequence == entries[1].last)
        let end = Head(sequence: entries[1].last, chainHash: .zero, epoch: 1, commitTime: 0)
        try snapshots.save(head: end, stateHash: .zero, body: [1])
        #expect(code { _ = try fixture.open() } == .damaged)
    }

    @Test func `without a snapshot is scanned through its archives before it is written`() throws {
        let (_, entries) = try compact()
        try FileSystem.removeTree(fixture.journal + "/snapshots")
        let opening = try #require(try fixture.open().opening)
        #expect(opening.scannedEvents == Int(opening.head.sequence))
        try fixture.flip(fixture.archive(entries[1].first), byte: 900, bit: 0)
        #expect(code { _ = try fixture.open() } == .damaged)
    }

    @Test func `compares an old witness with the archive that holds what it saw`() throws {
        try fixture.fillSegments()
        let old = fixture.state + "-old"
        try FileSystem.copyTreeDurably(fixture.state, to: old)
        let seen = try #require(try WitnessReading("\(old)/\(fixture.id).witness").slots.first)
        do {
            var options = fixture.options
            options.segmentLimit = 48 << 10
            let writer = try JournalWriter.open(fixture.journal, options: options)
            try fixture.append(900, size: 5, length: 60, to: writer)
        }
        let entries = try fixture.archiveSegments()
        try #require(entries.contains { $0.last > seen.sequence })
        try fixture.takeOut(entries)
        var options = fixture.options
        options.stateDirectory = old
        let place = "\(old)/\(fixture.id).witness"
        let witness = try FileSystem.read(place)
        #expect(try JournalWriter.open(fixture.journal, options: options).opening?.warnings == [])
        // What it says of another history is refused.
        var slot = seen
        slot.chainHash = .zero
        var buffer = ByteBuffer(capacity: 512)
        slot.encode(into: &buffer)
        let forged = (0..<buffer.count).map { buffer.bytes[$0] }
        try FileSystem.replaceDurably(place, with: [forged, forged])
        #expect(
            code { _ = try JournalWriter.open(fixture.journal, options: options) } == .rolledBack
        )
        // Without the archive there is nothing to compare it with, and that is said.
        try FileSystem.replaceDurably(place, with: [witness])
        try FileSystem.removeTree(fixture.archives)
        let opening = try JournalWriter.open(fixture.journal, options: options).opening
        #expect(opening?.warnings.first?.contains("taken out") == true)
    }
}

@Suite(.temporaryDirectory) struct `Archives that are wrong` {
    private let fixture = Fixture()
    private var manifest: String { fixture.archiveDirectory + "/manifest.json" }

    private func compact() throws -> [ArchiveEntry] {
        try fixture.fillSegments()
        let entries = try fixture.archiveSegments(3)
        try fixture.takeOut(entries)
        return entries
    }

    private func findings() throws -> [Finding] {
        let found = try fixture.verify(fixture.journal).findings
        #expect(found.contains { $0.severity == .damage })
        return found
    }

    private func replaceInManifest(_ old: String, _ new: String) throws {
        let text = String(decoding: try FileSystem.read(manifest), as: UTF8.self)
        try #require(text.contains(old))
        try FileSystem.replaceDurably(manifest, with: [Array(text.replacing(old, with: new).utf8)])
    }

    @Test func `because a frame is damaged are named with events and bytes`() throws {
        let entries = try compact()
        try fixture.flip(fixture.archive(entries[1].first), byte: 500, bit: 5)
        let found = try findings()
        let place = try #require(found.first { $0.code == .archive && $0.bytes != nil })
        #expect(place.sequences == entries[1].first...entries[1].last)
        #expect(place.path == fixture.archive(entries[1].first))
        #expect(code { _ = try fixture.bytes(fixture.journal) } == .damaged)
        // What lies behind can still be read.
        #expect(try !fixture.bytes(fixture.journal, from: entries[2].first).isEmpty)
    }

    @Test func `because one is cut are named`() throws {
        let entries = try compact()
        let path = fixture.archive(entries[0].first)
        try File(path: path, mode: .readWrite).truncate(to: entries[0].fileBytes / 2)
        let found = try findings()
        #expect(found.contains { $0.path == path && $0.sequences == 1...entries[0].last })
        #expect(code { _ = try fixture.bytes(fixture.journal) } == .damaged)
    }

    @Test func `because one is missing are named`() throws {
        let entries = try compact()
        try FileSystem.removeFile(fixture.archive(entries[1].first))
        let found = try findings()
        let range = entries[1].first...entries[1].last
        #expect(found.contains { $0.code == .archive && $0.sequences == range })
        #expect(code { _ = try fixture.bytes(fixture.journal) } == .missing)
    }

    @Test func `because two changed places are named`() throws {
        let entries = try compact()
        let (first, second) = (fixture.archive(entries[0].first), fixture.archive(entries[1].first))
        try FileSystem.rename(first, to: first + "-")
        try FileSystem.rename(second, to: first)
        try FileSystem.rename(first + "-", to: second)
        #expect(try findings().filter { $0.code == .archive }.count >= 2)
        #expect(code { _ = try fixture.bytes(fixture.journal) } == .damaged)
    }

    @Test func `because they are another journal's are named`() throws {
        let entries = try compact()
        let other = ArchiveManifest(journalID: JournalID(low: 9, high: 9))
        try other.save(in: fixture.archiveDirectory)
        let found = try findings()
        #expect(found.contains { $0.code == .archive && $0.meaning.contains("of journal") })
        #expect(code { _ = try fixture.bytes(fixture.journal) } == .archived)
        #expect(code { try fixture.archiveSegments() } == .unfitArchive)
        #expect(entries.count == 3)
    }

    @Test(arguments: ["sha256", "chainHash", "last", "first", "events", "batches", "fileBytes"])
    func `because the manifest was edited are named`(key: String) throws {
        let entries = try compact()
        let entry = entries[1]
        let (old, new) =
            switch key {
            case "sha256": ("\(entry.fileHash)", "\(entry.chainHash)")
            case "chainHash":
                ("\"chainHash\":\"\(entry.chainHash)", "\"chainHash\":\"\(entry.fileHash)")
            case "last": ("\"last\":\(entry.last)", "\"last\":\(entry.last - 1)")
            case "first": ("\"first\":\(entry.first)", "\"first\":\(entry.first + 1)")
            case "events": ("\"events\":\(entry.events)", "\"events\":\(entry.events + 1)")
            case "batches": ("\"batches\":\(entry.batches)", "\"batches\":\(entry.batches + 1)")
            default: ("\"fileBytes\":\(entry.fileBytes)", "\"fileBytes\":\(entry.fileBytes + 1)")
            }
        try replaceInManifest(old, new)
        #expect(try findings().contains { $0.code == .archive })
    }

    @Test func `because the manifest lost an entry are named`() throws {
        let entries = try compact()
        var shorter = ArchiveManifest(journalID: fixture.id)
        for entry in [entries[0], entries[2]] {
            try shorter.add(entry, in: fixture.archiveDirectory)
        }
        try shorter.save(in: fixture.archiveDirectory)
        let range = entries[1].first...entries[1].last
        #expect(try findings().contains { $0.code == .archive && $0.sequences == range })
        do throws(JournalError) {
            let reader = try JournalReader.open(fixture.journal)
            try reader.forEachBatch(from: entries[1].first) { _ in .proceed }
            Issue.record("expected an error")
        } catch {
            #expect(error.code == .archived)
            #expect(error.reason.contains("events \(entries[1].first) to \(entries[1].last) "))
        }
    }

    @Test(arguments: ["", "{", "[]", "{}", "null", "{\"version\":1}", "nonsense"])
    func `because the manifest is none are named`(text: String) throws {
        _ = try compact()
        try FileSystem.replaceDurably(manifest, with: [Array(text.utf8)])
        #expect(try findings().contains { $0.path == manifest })
        #expect(code { _ = try fixture.bytes(fixture.journal) } == .archived)
    }

    @Test func `of a newer format are refused as such`() throws {
        _ = try compact()
        try replaceInManifest("\"version\":1", "\"version\":2")
        #expect(code { try fixture.archiveSegments() } == .unknownVersion)
        #expect(try findings().contains { $0.meaning.contains("version 2") })
    }

    @Test func `although every batch is whole differ from what the journal took out`() throws {
        let entries = try compact()
        // Another level of compression: the same batches in another file.
        let path = fixture.archive(entries[0].first)
        var bytes = try FileSystem.read(path)
        let table = try #require(try ArchiveTable(endOf: File(path: path, mode: .read)))
        bytes.insert(contentsOf: [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0], at: table.start)
        try FileSystem.replaceDurably(path, with: [bytes])
        let entry = try ArchiveEntry(verifying: path, of: fixture.id)
        #expect(entry.chainHash == entries[0].chainHash)
        try replaceInManifest("\(entries[0].fileHash)", "\(entry.fileHash)")
        try replaceInManifest(
            "\"fileBytes\":\(entries[0].fileBytes)",
            "\"fileBytes\":\(entry.fileBytes)"
        )
        let found = try findings()
        #expect(found.map(\.code) == [.archive])
        #expect(found.first?.meaning.contains("\(entries[0].fileHash)") == true)
    }
}
