import LMDB
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `Building a segment` {
    let fixture = Fixture()
    var segments: String { fixture.root + "/segments" }

    /// The batches of the fixture's journal, byte for byte.
    private func batches() throws -> [[UInt8]] {
        var batches: [[UInt8]] = []
        try JournalReader.open(fixture.journal).forEachBatch { batch in
            batches.append((0..<batch.bytes.count).map { batch.bytes[$0] })
            return .proceed
        }
        return batches
    }

    private func builder(_ first: UInt64 = 1) throws -> SegmentBuilder {
        if try FileSystem.status(segments) == nil { try FileSystem.createDirectory(segments) }
        return try SegmentBuilder(in: segments, first: first, mapSize: 1 << 28)
    }

    @Test(arguments: [1, 5000, 100_000])
    func `batches lie in it byte for byte`(length: Int) throws {
        try fixture.fill(20, size: 2, length: length)
        let source = try batches()
        var builder = try builder()
        for batch in source { try builder.append(batch.span) }
        #expect(try FileSystem.list(segments) == [JournalLayout.name(1) + ".new"])
        let path = try builder.finish()
        #expect(try FileSystem.list(segments) == [JournalLayout.name(1)])
        #expect(try MetaCheck.faults(inFile: path + "/data.mdb") == [])
        var copied: [[UInt8]] = []
        let scan = try #require(try PageScan(directory: path))
        _ = try scan.scanRecords { _, bytes in
            copied.append((0..<bytes.count).map { bytes[$0] })
        }
        try scan.scanFreeList()
        #expect(scan.faults == [])
        #expect(copied == source)
    }

    @Test func `what is no batch, or not the next one, is refused`() throws {
        try fixture.fill(9, size: 3)
        let source = try batches()
        var builder = try builder()
        let (front, behind) = (source[0], source[1])
        try builder.append(front.span)
        var refused: [JournalError.Code] = []
        for bytes in [source[2], source[0], Array(source[1].dropLast()), [1, 2, 3]] {
            do throws(JournalError) {
                try builder.append(bytes.span)
            } catch {
                refused.append(error.code)
            }
        }
        #expect(refused == [.refusedInput, .refusedInput, .refusedInput, .refusedInput])
        try builder.append(behind.span)
    }

    @Test func `one that was not finished has no name and gives way to the next`() throws {
        try fixture.fill(9, size: 3)
        let front = try batches()[0]
        do {
            var builder = try builder()
            try builder.append(front.span)
        }
        #expect(try FileSystem.list(segments) == [JournalLayout.name(1) + ".new"])
        let path = try builder().finish()
        let scan = try #require(try PageScan(directory: path))
        #expect(try scan.scanRecords { _, _ in }.entries == 0)
    }
}
