import Digests
import LMDB
import Platform
import TestSupport
import Testing

@testable import Journal

/// Journals whose every checksum is right, and which are wrong all the same.
@Suite(.temporaryDirectory)
struct `A forged journal` {
    let fixture = Fixture()
    private var segment: String { FileSystem.parent(of: fixture.data) }

    private func batch(
        _ first: UInt64,
        after previous: SHA256Digest,
        epoch: UInt32 = 1,
        id: JournalID? = nil
    ) -> [UInt8] {
        var batch = OpenBatch()
        let payload: [UInt8] = [1, 2, 3]
        batch.append(kind: 1, version: 1, time: 1, trace: 0, cause: 0, payload: payload.span)
        batch.seal(
            journalID: id ?? fixture.id,
            epoch: epoch,
            firstSequence: first,
            commitTime: 1,
            previousHash: previous
        )
        let bytes = batch.bytes
        return (0..<bytes.count).map { bytes[$0] }
    }

    /// Stores batches under numbers of their own and gives what a scan finds.
    private func findings(_ batches: [(number: UInt64, bytes: [UInt8])]) throws -> [Finding.Code] {
        try FileSystem.createDirectories(segment)
        do {
            let store = try Store(path: segment, access: .writer, mapSize: 1 << 26)
            for (number, bytes) in batches { try store.append(bytes.span, at: number) }
        }
        return try SegmentScan.run(ScanRequest(directory: fixture.journal)).findings.map(\.code)
    }

    private func hash(_ bytes: [UInt8]) -> SHA256Digest { SHA256().digest(of: bytes.span) }

    @Test func `that is well chained has no finding`() throws {
        let first = batch(1, after: .zero)
        #expect(try findings([(1, first), (2, batch(2, after: hash(first)))]) == [])
    }

    @Test func `with an event edited and its checksum made anew breaks the chain`() throws {
        let first = batch(1, after: .zero)
        let edited = batch(2, after: hash(first), epoch: 2)
        let third = batch(3, after: hash(batch(2, after: hash(first))), epoch: 2)
        #expect(try findings([(1, first), (2, edited), (3, third)]) == [.chain])
    }

    @Test func `whose chain leads over a missing number has a gap`() throws {
        let first = batch(1, after: .zero)
        #expect(try findings([(1, first), (3, batch(3, after: hash(first)))]) == [.gap])
    }

    @Test func `with a batch under another number than its own has a gap`() throws {
        let first = batch(1, after: .zero)
        #expect(try findings([(1, first), (3, batch(2, after: hash(first)))]) == [.gap])
    }

    @Test func `whose first batch names one before it breaks the chain`() throws {
        #expect(try findings([(1, batch(1, after: hash([])))]) == [.chain])
    }

    @Test func `with a batch of another journal says so`() throws {
        let first = batch(1, after: .zero)
        let other = batch(2, after: hash(first), id: JournalID(low: 9, high: 9))
        #expect(try findings([(1, first), (2, other)]) == [.foreign])
    }

    @Test func `in which an epoch falls says so`() throws {
        let first = batch(1, after: .zero, epoch: 5)
        #expect(try findings([(1, first), (2, batch(2, after: hash(first)))]) == [.epoch])
    }
}
