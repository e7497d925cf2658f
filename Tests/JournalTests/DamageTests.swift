import Digests
import LMDB
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `Damage to a journal` {
    let fixture = Fixture()

    /// Where each batch lies in the file.
    private func places() throws -> [Range<Int>] {
        let directory = fixture.journal + "/segments/" + JournalLayout.name(1)
        let opened = try PageScan(directory: directory)
        let scan = try #require(opened)
        var places: [Range<Int>] = []
        _ = try scan.scanRecords { place, bytes in
            places.append(place.fileOffset..<(place.fileOffset + bytes.count))
        }
        return places
    }

    @Test(arguments: 0..<8)
    func `every flipped bit of events and headers is found`(bit: Int) throws {
        try fixture.fill(100, size: 10)
        let request = ScanRequest(directory: fixture.journal)
        var missed: [Int] = []
        var flips = 0
        for range in try places() {
            for byte in range {
                try fixture.flip(fixture.data, byte: byte, bit: bit)
                let report = try SegmentScan.run(request)
                if !report.hasDamage { missed.append(byte) }
                try fixture.flip(fixture.data, byte: byte, bit: bit)
                flips += 1
            }
        }
        #expect(missed == [])
        #expect(flips > 100 * 40 + 10 * 92)
        #expect(try fixture.verify().findings == [])
    }

    @Test func `a damaged batch is named, and so is every other one`() throws {
        try fixture.fill(50, size: 10)
        let places = try places()
        for index in [1, 3] {
            try fixture.flip(fixture.data, byte: places[index].upperBound - 1, bit: 3)
        }
        let report = try fixture.verify()
        let events = report.findings.filter { $0.code == .event }
        #expect(events.map(\.sequences) == [2...11, 22...31])
        #expect(events.map(\.bytes) == [places[1], places[3]])
        #expect(report.events == 51)
        #expect(code { _ = try fixture.open() } == .damaged)
        #expect(code { _ = try fixture.read() } == .damaged)
    }

    @Test func `a truncated file is refused at every length`() throws {
        try fixture.fill(200, size: 1, length: 100)
        let whole = try FileSystem.read(fixture.data)
        let scan = try #require(try PageScan(directory: FileSystem.parent(of: fixture.data)))
        for length in stride(from: 0, to: scan.fileBytes, by: 2048) {
            try FileSystem.replaceDurably(fixture.data, with: [Array(whole[..<length])])
            #expect(code { _ = try fixture.open() } == .damaged, "\(length) bytes")
            #expect(code { _ = try JournalReader.open(fixture.journal) } == .damaged)
            #expect(try fixture.verify().hasDamage)
        }
    }

    @Test func `a flipped bit of a meta page is refused or changes nothing`() throws {
        try fixture.fill(20, size: 1)
        var harmless = 0
        for byte in Array(0..<152) + Array(4096..<(4096 + 152)) {
            for bit in 0..<8 {
                try fixture.flip(fixture.data, byte: byte, bit: bit)
                let report = try fixture.verify()
                if report.findings.isEmpty { harmless += 1 }
                if !report.hasDamage {
                    #expect(report.head?.sequence == 21, "byte \(byte), bit \(bit)")
                }
                try fixture.flip(fixture.data, byte: byte, bit: bit)
            }
        }
        #expect(harmless < 152 * 2 * 8 / 4)
        #expect(try fixture.verify().findings == [])
    }

    @Test func `a missing segment is a gap`() throws {
        try fixture.fill(400, size: 4, length: 300, limit: 64 << 10)
        let segments = fixture.journal + "/segments"
        let names = try FileSystem.list(segments)
        try FileSystem.removeTree(segments + "/" + names[1])
        #expect(try fixture.verify().findings.contains { $0.code == .gap })
        #expect(code { _ = try fixture.open() } == .damaged)
        #expect(code { _ = try fixture.read() } == .damaged)
    }

    @Test func `pages of noise are found and survived`() throws {
        try fixture.fill(300, size: 1, length: 100)
        let size = try FileSystem.read(fixture.data).count
        for page in 2..<min(20, size / 4096) {
            let whole = try FileSystem.read(fixture.data)
            let file = try File(path: fixture.data, mode: .readWrite)
            let noise = RandomBytes.draw(4096)
            try file.write(noise.span, at: page * 4096)
            let report = try fixture.verify()
            #expect(report.hasDamage || report.head?.sequence == 301, "page \(page)")
            try file.write(whole.span, at: 0)
        }
        #expect(try fixture.verify().findings == [])
    }

    @Test func `names that are no part of a journal are reported`() throws {
        try fixture.fill(1, size: 1)
        try FileSystem.createDirectory(fixture.journal + "/segments/mine")
        #expect(try fixture.verify().findings.map(\.code) == [.name])
    }

    @Test func `replay findings are collected`() throws {
        try fixture.fill(4, size: 2)
        var options = VerifierOptions()
        options.scan = .inProcess
        options.replay = { batch in
            let first = batch.header.firstSequence
            return [
                Finding(
                    .replay,
                    .damage,
                    sequences: first...first,
                    path: "",
                    meaning: "",
                    advice: ""
                )
            ]
        }
        let report = try Verifier.verify(fixture.journal, options: options)
        #expect(report.findings.map(\.code) == [.replay, .replay, .replay])
    }

    @Test func `a finding survives the pipe of the child`() {
        let finding = Finding(
            .page,
            .damage,
            sequences: 3...9,
            path: "a\tb",
            bytes: 4..<8,
            meaning: "two\nlines",
            advice: ""
        )
        let fields = finding.line.split(separator: "\t", omittingEmptySubsequences: false)
        let back = Finding(fields: fields)
        #expect(back?.sequences == 3...9)
        #expect(back?.bytes == 4..<8)
        #expect(back?.meaning == "two lines")
    }
}
