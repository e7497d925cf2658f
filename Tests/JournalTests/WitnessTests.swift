import Digests
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `Witnesses of a journal` {
    let fixture = Fixture()
    var inner: String { fixture.journal + "/witness" }
    var outer: String { fixture.state + "/\(fixture.id).witness" }
    var aside: String { fixture.root + "/aside" }

    private func openingCode() -> JournalError.Code? { code { _ = try fixture.open() } }

    /// Makes a journal of eleven events whose segments are those of six.
    private func rollBack() throws {
        try fixture.fill(5, size: 1)
        try FileSystem.copyTreeDurably(fixture.journal + "/segments", to: aside)
        try fixture.append(5, size: 1, to: fixture.open())
        try FileSystem.removeTree(fixture.journal + "/segments")
        try FileSystem.rename(aside, to: fixture.journal + "/segments")
    }

    @Test func `a head behind the witness is refused`() throws {
        try rollBack()
        #expect(openingCode() == .rolledBack)
        let report = try fixture.verify()
        #expect(report.findings.contains { $0.code == .witness && $0.severity == .damage })
    }

    @Test func `the outer witness alone tells of a rolled back journal`() throws {
        try fixture.fill(5, size: 1)
        try FileSystem.copyTreeDurably(fixture.journal, to: aside)
        try fixture.append(5, size: 1, to: fixture.open())
        try FileSystem.removeTree(fixture.journal)
        try FileSystem.rename(aside, to: fixture.journal)
        #expect(openingCode() == .rolledBack)
    }

    @Test func `the inner witness alone tells of a rolled back journal`() throws {
        try rollBack()
        try FileSystem.removeTree(fixture.state)
        #expect(openingCode() == .rolledBack)
    }

    @Test func `that is gone beside the segments is missed, and nothing else is blamed`() throws {
        try fixture.fill(5, size: 1)
        do {
            let writer = try fixture.open()
            let store = SnapshotStore(directory: fixture.journal, journalID: fixture.id)
            try store.save(head: writer.head, stateHash: SHA256Digest(1, 2, 3, 4), body: [1])
        }
        try FileSystem.removeFile(inner)
        #expect(try fixture.verify().findings.map(\.code) == [.witness])
    }

    @Test func `another history of the same length is refused`() throws {
        try fixture.fill(5, size: 1)
        let segments = fixture.journal + "/segments"
        try FileSystem.rename(segments, to: aside)
        let witness = try FileSystem.read(inner)
        let outerWitness = try FileSystem.read(outer)
        try FileSystem.removeTree(fixture.journal)
        try fixture.fill(5, size: 1, length: 5)
        try FileSystem.replaceDurably(inner, with: [witness])
        try FileSystem.replaceDurably(outer, with: [outerWitness])
        #expect(openingCode() == .rolledBack)
    }

    @Test func `a missing inner witness is refused`() throws {
        try fixture.fill(5, size: 1)
        try FileSystem.removeFile(inner)
        #expect(openingCode() == .witnessMissing)
    }

    @Test func `a missing outer witness is refused where it is known to have been`() throws {
        try fixture.fill(5, size: 1)
        try FileSystem.removeFile(outer)
        #expect(openingCode() == .witnessMissing)
    }

    @Test func `another state directory is a warning and begins a witness`() throws {
        try fixture.fill(5, size: 1)
        try FileSystem.removeTree(fixture.state)
        do {
            let writer = try fixture.open()
            #expect(writer.opening?.warnings.count == 1)
        }
        #expect(try FileSystem.status(outer) != nil)
        #expect(try fixture.open().opening?.warnings == [])
    }

    @Test func `an outer witness that a kill left without a slot is begun anew elsewhere only`()
        throws
    {
        try fixture.fill(5, size: 1)
        for length in [0, 1024] {
            let blank = [UInt8](repeating: 0, count: length)
            try FileSystem.replaceDurably(outer, with: [blank])
            #expect(openingCode() == .witnessMissing)
            try FileSystem.removeTree(fixture.state)
            try FileSystem.createDirectories(fixture.state)
            try FileSystem.replaceDurably(outer, with: [blank])
            do {
                let writer = try fixture.open()
                #expect(writer.opening?.warnings.count == 1)
            }
            #expect(try fixture.open().opening?.warnings == [])
        }
    }

    @Test func `the inner witness names a state directory only once that one knows the journal`()
        throws
    {
        try fixture.fill(5, size: 1)
        try FileSystem.removeTree(fixture.state)
        _ = try fixture.open()
        let (first, second) = (try WitnessReading(outer), try WitnessReading(inner))
        let home = try StateDirectory(path: fixture.state).home()
        #expect(first.slots.first?.home == home && second.slots.first?.home == home)
        let times = (try FileSystem.status(outer), try FileSystem.status(inner))
        #expect(try #require(times.0).modified <= #require(times.1).modified)
    }

    @Test func `a witness whose slots are both unreadable is refused`() throws {
        try fixture.fill(5, size: 1)
        try fixture.flip(inner, byte: 40, bit: 0)
        #expect(try fixture.open().opening?.warnings.count == 1)
        try fixture.flip(inner, byte: 40, bit: 0)
        try fixture.flip(inner, byte: 512 + 40, bit: 0)
        try fixture.flip(inner, byte: 40, bit: 1)
        #expect(openingCode() == .witnessMissing)
    }

    @Test func `a head ahead of the witness is normal`() throws {
        try fixture.fill(5, size: 1)
        let old = try [FileSystem.read(inner), FileSystem.read(outer)]
        try fixture.append(5, size: 1, to: fixture.open())
        try FileSystem.replaceDurably(inner, with: [old[0]])
        try FileSystem.replaceDurably(outer, with: [old[1]])
        #expect(try fixture.open().head.sequence == 11)
    }

    @Test func `a snapshot beyond the head is refused`() throws {
        try fixture.fill(5, size: 1)
        let head = Head(sequence: 99, chainHash: .zero, epoch: 1, commitTime: 1)
        let snapshots = SnapshotStore(directory: fixture.journal, journalID: fixture.id)
        try snapshots.save(head: head, stateHash: .zero, body: [1])
        #expect(openingCode() == .rolledBack)
    }

    @Test func `an operator may overrule the witnesses`() throws {
        try rollBack()
        var options = fixture.options
        options.witnesses = .replaced
        do {
            let writer = try JournalWriter.open(fixture.journal, options: options)
            #expect(writer.opening?.warnings.isEmpty == false)
        }
        #expect(try fixture.open().head.sequence == 6)
    }

    @Test func `every bit of a slot is covered by its checksum`() throws {
        try fixture.fill(1, size: 1)
        var bytes = Array(try FileSystem.read(inner)[0..<512])
        let whole = WitnessSlot(bytes.span)
        #expect(whole != nil)
        for bit in 0..<(512 * 8) {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let flipped = WitnessSlot(bytes.span)
            #expect(flipped == nil, "bit \(bit)")
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
    }
}
