import Digests
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `What is left of a broken batch` {
    let fixture = Fixture()

    /// The only batch of many events, as bytes, and where its events are.
    private func batch(events: Int, length: Int = 20) throws -> ([UInt8], [Range<Int>]) {
        try fixture.fill(events, size: events, length: length)
        let bytes = try #require(try fixture.originals().last).bytes
        var ranges: [Range<Int>] = []
        var offset = Layout.headerLength
        while offset < bytes.count {
            let end = offset + Int(bytes.span.uint32(at: offset))
            ranges.append(offset..<end)
            offset = end
        }
        return (bytes, ranges)
    }

    private func search(_ bytes: [UInt8], _ original: [UInt8]) throws -> [IntactEvent] {
        let header = try BatchHeader.decode(original.span)
        return IntactEvent.all(of: BrokenBatch(at: 0, header: header, ""), in: bytes.span)
    }

    @Test func `is every event but the one whose payload was hit`() throws {
        let (original, ranges) = try batch(events: 9)
        for (index, range) in ranges.enumerated() {
            var bytes = original
            bytes[range.upperBound - 1] ^= 4
            let found = try search(bytes, original)
            #expect(found.map(\.range) == ranges.filter { $0 != range })
            let numbers = (2...10).filter { $0 != index + 2 }.map { UInt64($0) }
            #expect(found.map(\.sequence) == numbers)
        }
    }

    @Test func `is counted from the back behind a length that leads nowhere`() throws {
        let (original, ranges) = try batch(events: 9)
        var bytes = original
        bytes[ranges[3].lowerBound + 2] = 0xFF
        let found = try search(bytes, original)
        #expect(found.map(\.range) == ranges.filter { $0 != ranges[3] })
        #expect(found.map(\.sequence) == [2, 3, 4, 6, 7, 8, 9, 10])
    }

    @Test func `has no number between two such places`() throws {
        let (original, ranges) = try batch(events: 9)
        var bytes = original
        for index in [2, 5] { bytes[ranges[index].lowerBound + 3] = 0x7F }
        let found = try search(bytes, original)
        #expect(found.map(\.range) == ranges.filter { $0 != ranges[2] && $0 != ranges[5] })
        #expect(found.map(\.sequence) == [2, 3, nil, nil, 8, 9, 10])
    }

    @Test func `is what lies before a cut`() throws {
        let (original, ranges) = try batch(events: 9)
        for cut in 0..<original.count {
            let found = try search(Array(original[..<cut]), original)
            #expect(found.map(\.range) == ranges.filter { $0.upperBound <= cut })
        }
    }

    @Test func `is found in any noise without an end to the work`() throws {
        let (original, _) = try batch(events: 40, length: 300)
        var generator = SeededRandom(seed: 11)
        for _ in 0..<300 {
            var bytes = original
            for _ in 0..<generator.int(1...40) {
                let place = generator.int(Layout.headerLength...(bytes.count - 1))
                bytes[place] = UInt8(generator.int(0...255))
            }
            for event in try search(bytes, original) {
                #expect(bytes[event.range] == original[event.range])
                if let sequence = event.sequence { #expect((2...41).contains(sequence)) }
            }
        }
    }

    @Test func `is kept where a page in the middle of it is gone`() throws {
        let (original, ranges) = try batch(events: 60, length: 400)
        let bytes = try FileSystem.read(fixture.data)
        let found = bytes.span.firstOffset(of: original.span, from: 0)
        let start = try #require(found)
        let page = (start + original.count / 2) / 4096
        try fixture.zero(pages: page..<(page + 1), of: fixture.data)
        let outcome = try #require(try fixture.salvage())
        let gap = try #require(outcome.survey.gaps.first)
        #expect(outcome.survey.gaps.map(\.range) == [2...61])
        let evidence = try #require(gap.evidence.first)
        let lost = (page * 4096)..<(page * 4096 + 4096)
        let wanted = ranges.enumerated().filter { _, range in
            !lost.overlaps((start + range.lowerBound)..<(start + range.upperBound))
        }
        #expect(evidence.events.map(\.offset) == wanted.map { start + $0.element.lowerBound })
        #expect(evidence.events.map(\.sequence) == wanted.map { UInt64($0.offset + 2) })
        #expect(evidence.offset == start)
        #expect(try fixture.verifySalvaged().findings.map(\.sequences) == [2...61])
    }

    @Test func `is known by the tree where even its header is hit`() throws {
        try fixture.fill(50, size: 5, length: 30)
        let batches = try fixture.originals()
        let bytes = try FileSystem.read(fixture.data)
        let lost = batches[4]
        var from = 0
        while let place = bytes.span.firstOffset(of: lost.bytes.span, from: from) {
            try fixture.flip(fixture.data, byte: place + 3, bit: 1)
            try fixture.flip(fixture.data, byte: place + 30, bit: 1)
            from = place + 1
        }
        let gap = try #require(try fixture.salvage()?.survey.gaps.first)
        #expect(gap.range == lost.first...lost.last)
        #expect(gap.evidence.contains { $0.events.map(\.sequence) == (17...21).map { $0 } })
        #expect(try fixture.copies() == batches.filter { $0 != lost })
    }
}

@Suite(.temporaryDirectory)
struct `The file of gaps` {
    let fixture = Fixture()

    /// A salvaged journal that lacks its third batch.
    private func makeGap() throws -> [JournalGap] {
        try fixture.fill(50, size: 5, length: 30)
        let lost = try fixture.originals()[2]
        let bytes = try FileSystem.read(fixture.data)
        var from = 0
        while let place = bytes.span.firstOffset(of: lost.bytes.span, from: from) {
            try fixture.flip(fixture.data, byte: place + lost.bytes.count - 1, bit: 0)
            from = place + 1
        }
        return try #require(try fixture.salvage()).survey.gaps
    }

    @Test func `says what the report said`() throws {
        let gaps = try makeGap()
        #expect(gaps.map(\.range) == [7...11])
        let file = try #require(try GapFile.read(in: fixture.salvaged))
        #expect(file.gaps == gaps)
        #expect(file.journalID == "\(fixture.id)")
        #expect(try GapFile.read(in: fixture.journal) == nil)
    }

    @Test func `keeps an engine from going on, and readers up to the gap`() throws {
        _ = try makeGap()
        #expect(
            code { _ = try JournalWriter.open(fixture.salvaged, options: fixture.options) } == .gap
        )
        #expect(code { _ = try fixture.originals(fixture.salvaged) } == .damaged)
    }

    @Test func `is a finding for each gap, and one more where it does not fit`() throws {
        _ = try makeGap()
        #expect(try fixture.verifySalvaged().findings.map(\.sequences) == [7...11])
        let path = fixture.salvaged + "/gaps.json"
        let text = String(decoding: try FileSystem.read(path), as: UTF8.self)
        let other = text.replacing(
            "\"first\":7,\"last\":11,\"isOpen\"",
            with: "\"first\":7,\"last\":9,\"isOpen\""
        )
        #expect(other != text)
        try FileSystem.replaceDurably(path, with: [Array(other.utf8)])
        let report = try fixture.verifySalvaged()
        #expect(report.findings.count > 1)
        try FileSystem.removeFile(path)
        #expect(try fixture.verifySalvaged().findings.map(\.code) == [.gap])
    }

    @Test(arguments: ["", "{", "[]", "{\"version\":1}", "{\"version\":2,\"gaps\":[]}"])
    func `that cannot be read is a finding and refuses`(text: String) throws {
        _ = try makeGap()
        let path = fixture.salvaged + "/gaps.json"
        try FileSystem.replaceDurably(path, with: [Array(text.utf8)])
        #expect(try fixture.verifySalvaged().hasDamage)
        #expect(throws: JournalError.self) {
            try JournalWriter.open(fixture.salvaged, options: fixture.options)
        }
    }
}

@Suite(.temporaryDirectory)
struct `A salvage that is refused or disturbed` {
    let fixture = Fixture()

    @Test func `has a target that is there, or lies inside of the source`() throws {
        try fixture.fill(3, size: 1)
        #expect(code { _ = try Salvage.run(fixture.journal, to: fixture.state) } == .exists)
        let inside = fixture.journal + "/new"
        #expect(code { _ = try Salvage.run(fixture.journal, to: inside) } == .refusedInput)
        let deep = fixture.journal + "/a/b/c"
        #expect(code { _ = try Salvage.run(fixture.journal, to: deep) } == .refusedInput)
        #expect(try FileSystem.status(inside) == nil)
    }

    @Test func `has a source that is missing, holds nothing, or is written`() throws {
        #expect(code { _ = try fixture.salvage(fixture.root + "/none") } == .missing)
        try FileSystem.createDirectory(fixture.root + "/empty")
        #expect(code { _ = try fixture.salvage(fixture.root + "/empty") } == .noJournal)
        let noise = fixture.root + "/noise"
        try FileSystem.replaceDurably(noise, with: [RandomBytes.draw(100_000)])
        #expect(try fixture.salvage(noise) == nil)
        #expect(try FileSystem.status(fixture.salvaged) == nil)
        try fixture.fill(3, size: 1)
        let writer = try fixture.open()
        for path in [fixture.journal, fixture.journal + "/segments", fixture.data] {
            #expect(code { _ = try fixture.salvage(path) } == .locked)
        }
        withExtendedLifetime(writer) {}
    }

    @Test(arguments: [".new", ".salvaging"])
    func `never removes what it reads, whatever its name`(ending: String) throws {
        try fixture.fill(20, size: 2)
        let source = fixture.salvaged + ending
        try FileSystem.rename(fixture.journal, to: source)
        let refusal = code { _ = try fixture.salvage(source) }
        #expect(refusal == (ending == ".new" ? nil : .refusedInput))
        #expect(try JournalReader.open(source).head().sequence == 21)
    }

    @Test func `of what was salvaged keeps the end that was missing then`() throws {
        try fixture.fill(20, size: 2)
        let witness = try FileSystem.read(fixture.journal + "/witness")
        try FileSystem.removeTree(fixture.journal)
        try fixture.fill(10, size: 2)
        // Its witness knows of more than there is.
        try FileSystem.replaceDurably(fixture.journal + "/witness", with: [witness])
        let first = try #require(try fixture.salvage())
        #expect(first.survey.gaps.map(\.range) == [12...21])
        let source = fixture.root + "/once"
        try FileSystem.rename(fixture.salvaged, to: source)
        let second = try #require(try fixture.salvage(source))
        #expect(second.survey.gaps.map(\.range) == [12...21])
        var options = BackupOptions()
        options.scan = .inProcess
        let target = fixture.root + "/backup"
        #expect(
            code { _ = try JournalBackup.make(of: source, at: target, options: options) } == .gap
        )
    }

    @Test func `was interrupted, and is begun anew`() throws {
        try fixture.fill(20, size: 2)
        try FileSystem.createDirectories(fixture.salvaged + ".salvaging/segments")
        try FileSystem.replaceDurably(fixture.salvaged + ".salvaging/witness", with: [[1, 2, 3]])
        try fixture.salvage()
        #expect(try fixture.verifySalvaged().findings == [])
        #expect(try FileSystem.status(fixture.salvaged + ".salvaging") == nil)
    }

    /// A disk that gives no bytes of some pages.
    private final class FailingDisk: ByteSource {
        let bytes: [UInt8]
        let failing: Set<Int>

        init(_ bytes: [UInt8], failing: Set<Int>) {
            self.bytes = bytes
            self.failing = failing
        }

        func nextData(from offset: Int) -> Int { offset }

        func read(
            into buffer: inout MutableSpan<UInt8>,
            at offset: Int,
            limit: Int
        ) throws(PlatformError) -> Int {
            let end = min(bytes.count, offset + min(limit, buffer.count))
            guard offset < end else { return 0 }
            for page in (offset / 4096)...((end - 1) / 4096) where failing.contains(page) {
                throw PlatformError(action: "read", subject: "disk", code: 5)
            }
            for index in offset..<end { buffer[index - offset] = bytes[index] }
            return end - offset
        }
    }

    private final class Found: BatchReceiver {
        var firsts: [UInt64] = []
        func take(_ batch: BatchView, at offset: Int) { firsts.append(batch.header.firstSequence) }
        func take(_ batch: BrokenBatch) {}
    }

    @Test func `reads around pages that the disk does not give`() throws {
        try fixture.fill(200, size: 1, length: 300)
        let bytes = try FileSystem.read(fixture.data)
        let failing: Set = [3, 4, 9]
        let disk = FailingDisk(bytes, failing: failing)
        var scan = BatchScan(disk, size: bytes.count)
        let found = Found()
        try scan.run(found) { _ in }
        #expect(scan.unreadable == [(3 * 4096)..<(5 * 4096), (9 * 4096)..<(10 * 4096)])
        var zeroed = bytes
        for page in failing {
            for index in 0..<4096 { zeroed[page * 4096 + index] = 0 }
        }
        let expected = Found()
        var plain = BatchScan(FailingDisk(zeroed, failing: []), size: bytes.count)
        try plain.run(expected) { _ in }
        #expect(found.firsts == expected.firsts)
        #expect(Set(found.firsts).count > 150)
    }
}
