import Compression
import Digests
import LMDB
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory) struct `An archive` {
    private let fixture = Fixture()

    @Test func `holds the batches of its segment byte for byte`() throws {
        try fixture.fillSegments()
        let entries = try fixture.archiveSegments()
        for entry in entries {
            let plain = try fixture.bytes(fixture.journal, from: entry.first, to: entry.last)
            let found = try decompressed(fixture.archive(entry.first))
            #expect(found == plain)
            #expect(entry.bytes == plain.count)
            let file = try FileSystem.read(fixture.archive(entry.first))
            #expect(entry.fileBytes == file.count)
            #expect(entry.fileHash == SHA256().digest(of: file.span))
        }
        let sizes = entries.map { $0.last + 1 - $0.first }
        #expect(sizes == entries.map { UInt64($0.events) })
        #expect(entries.first?.chainBefore == .zero)
        #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.chainHash == $1.chainBefore })
    }

    @Test func `of long batches has many frames, each found by its events`() throws {
        try fixture.fill(60, size: 3, length: 120_000, limit: 6 << 20)
        let entry = try #require(try fixture.archiveSegments(1).first)
        let reader = try ArchiveReader(fixture.archive(1), of: fixture.id)
        #expect(reader.table.frames.count > 3)
        let plain = try fixture.bytes(fixture.journal, to: entry.last)
        #expect(reader.table.frames.reduce(0) { $0 + $1.bytes } == plain.count)
        for sequence in 1...entry.last {
            var seen: [UInt64] = []
            try reader.forEachBatch(from: sequence) { header, _ in
                seen += header.firstSequence...header.lastSequence
                return header.lastSequence < sequence ? .proceed : .stop
            }
            #expect(seen.contains(sequence))
            // Less than a frame and a batch came before it.
            #expect(seen.count <= 12)
        }
    }

    @Test func `made again is the same file, and written anew where it was damaged`() throws {
        try fixture.fillSegments()
        let entries = try fixture.archiveSegments()
        let path = fixture.archive(1)
        let before = try FileSystem.status(path)
        #expect(try fixture.archiveSegments() == entries)
        #expect(try FileSystem.status(path) == before)
        try fixture.flip(path, byte: 700, bit: 3)
        #expect(try fixture.archiveSegments() == entries)
        try FileSystem.removeFile(path)
        #expect(try fixture.archiveSegments() == entries)
        try FileSystem.removeFile(fixture.archiveDirectory + "/manifest.json")
        #expect(try fixture.archiveSegments() == entries)
    }

    @Test func `is taken over where a manifest does not tell of it yet`() throws {
        try fixture.fillSegments()
        let entries = try fixture.archiveSegments()
        var manifest = ArchiveManifest(journalID: fixture.id)
        try manifest.add(entries[0], in: fixture.archiveDirectory)
        try manifest.save(in: fixture.archiveDirectory)
        #expect(try fixture.archiveSegments() == entries)
        let saved = try ArchiveManifest.load(fixture.archiveDirectory)
        #expect(saved?.entries == entries)
    }

    @Test func `of a damaged or open segment is not made`() throws {
        try fixture.fillSegments()
        let numbers = try fixture.segments()
        let segment = fixture.journal + "/segments/" + JournalLayout.name(numbers[1])
        var offset = 0
        _ = try PageScan(directory: segment)?.scanRecords { place, _ in offset = place.fileOffset }
        let writer = try ArchiveWriter(fixture.archives, of: fixture.journal, fixture.id)
        let last = try #require(numbers.last)
        #expect(code { _ = try writer.archive(segment: last) } == .refusedInput)
        #expect(code { _ = try writer.archive(segment: 2) } == .refusedInput)
        try fixture.flip(segment + "/data.mdb", byte: offset + 150, bit: 1)
        #expect(code { _ = try writer.archive(segment: numbers[1]) } == .damaged)
        #expect(try ArchiveManifest.load(fixture.archiveDirectory) == nil)
        _ = try writer.archive(segment: 1)
        #expect(try ArchiveManifest.load(fixture.archiveDirectory)?.entries.count == 1)
    }

    @Test func `does not go into the journal, nor where it can not be written`() throws {
        try fixture.fillSegments()
        let inside = fixture.journal + "/deep/er"
        for place in [inside, fixture.journal, fixture.journal + "/segments/../x"] {
            let made = code { _ = try ArchiveWriter(place, of: fixture.journal, fixture.id) }
            #expect(made == .unfitArchive, "\(place)")
        }
        #expect(try FileSystem.status(fixture.journal + "/deep") == nil)
        try FileSystem.replaceDurably(fixture.root + "/file", with: [[1]])
        for place in [fixture.root + "/file", "/proc/nothing"] {
            let made = code { _ = try ArchiveWriter(place, of: fixture.journal, fixture.id) }
            #expect(made == .unfitArchive, "\(place)")
        }
        // A journal whose name begins alike is another place.
        _ = try ArchiveWriter(fixture.journal + "-archives", of: fixture.journal, fixture.id)
    }

    @Test func `is made by one process at a time`() throws {
        try fixture.fillSegments()
        let first = try ArchiveWriter(fixture.archives, of: fixture.journal, fixture.id)
        let second = code {
            _ = try ArchiveWriter(fixture.archives, of: fixture.journal, fixture.id)
        }
        #expect(second == .locked)
        withExtendedLifetime(first) {}
    }

    @Test func `of another history of the same journal is not overwritten`() throws {
        try fixture.fillSegments()
        let entries = try fixture.archiveSegments()
        try FileSystem.removeTree(fixture.journal)
        try FileSystem.removeTree(fixture.state)
        try fixture.fillSegments(1600, length: 61)
        let before = try FileSystem.read(fixture.archive(1))
        #expect(code { try fixture.archiveSegments() } == .unfitArchive)
        #expect(try FileSystem.read(fixture.archive(1)) == before)
        #expect(try ArchiveManifest.load(fixture.archiveDirectory)?.entries == entries)
    }

    @Test func `with any bit turned is found damaged`() throws {
        try fixture.fillSegments(700)
        let entry = try #require(try fixture.archiveSegments(1).first)
        let whole = try FileSystem.read(fixture.archive(1))
        let copy = fixture.root + "/copy"
        let seed: UInt64 = 20_261_121
        var random = SeededRandom(seed: seed)
        for _ in 0..<400 {
            var bytes = whole
            let bit = Int(random.next() % UInt64(8 * bytes.count))
            bytes[bit / 8] ^= 1 << (bit % 8)
            let file = try File(path: copy, mode: .replace)
            try file.write(bytes.span, at: 0)
            do throws(JournalError) {
                let found = try ArchiveEntry(verifying: copy, of: fixture.id)
                // What zstd does not use may differ; the hash of the file tells even that.
                #expect(found != entry, "seed \(seed), bit \(bit)")
                #expect(found.chainHash == entry.chainHash)
            } catch {
                #expect([.damaged, .foreign].contains(error.code), "seed \(seed), bit \(bit)")
            }
        }
    }

    @Test func `cut anywhere is found damaged`() throws {
        try fixture.fillSegments(700)
        try fixture.archiveSegments(1)
        let whole = try FileSystem.read(fixture.archive(1))
        let copy = fixture.root + "/copy"
        for count in stride(from: 0, to: whole.count, by: 53) {
            let file = try File(path: copy, mode: .replace)
            try file.write(whole.span.extracting(0..<count), at: 0)
            let id = fixture.id
            let found = code { _ = try ArchiveEntry(verifying: copy, of: id) }
            #expect(found == .damaged, "cut at \(count)")
        }
    }

    private func decompressed(_ path: String) throws -> [UInt8] {
        var reader = try ZstdReader(path: path)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var all: [UInt8] = []
        while case let count = try reader.read(into: &buffer), count > 0 {
            all += buffer[..<count]
        }
        return all
    }
}
