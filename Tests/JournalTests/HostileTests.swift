import Digests
import Platform
import TestSupport
import Testing

@testable import Journal

/// What nobody writes who writes journals, and anybody may who wants to harm one.
@Suite(.temporaryDirectory) struct `A journal of a forger` {
    /// A batch of two events whose header says otherwise.
    private func batch(first: UInt64, count: UInt32, epoch: UInt32 = 1) -> [UInt8] {
        var batch = OpenBatch()
        for _ in 0..<2 {
            let payload: [UInt8] = [1, 2, 3, 4]
            batch.append(kind: 1, version: 1, time: 0, trace: 0, cause: 0, payload: payload.span)
        }
        let header = BatchHeader(
            journalID: JournalID(low: 1, high: 2),
            epoch: epoch,
            firstSequence: first,
            count: count,
            length: UInt32(batch.bytes.count),
            commitTime: 0,
            previousHash: .zero
        )
        var buffer = ByteBuffer(capacity: batch.bytes.count)
        buffer.append(batch.bytes)
        header.encode(into: &buffer)
        return (0..<buffer.count).map { buffer.bytes[$0] }
    }

    @Test func `with more events than numbers are left is refused`() throws {
        let bytes = batch(first: .max - 1, count: 1)
        let view = try BatchView(bytes.span)
        var fault: FormatFault?
        do throws(FormatFault) { try view.check() } catch { fault = error }
        #expect(fault == .length)
    }

    @Test func `with an epoch that none can follow is refused`() {
        let bytes = batch(first: 1, count: 1, epoch: .max)
        #expect(throws: FormatFault.length) { try BatchView(bytes.span).check() }
    }

    @Test(arguments: [(UInt32.max, UInt64(1)), (1, 0), (1, .max)])
    func `with a witness of what cannot be has one that says nothing`(
        epoch: UInt32,
        sequence: UInt64
    ) {
        let slot = WitnessSlot(
            journalID: JournalID(low: 1, high: 2),
            epoch: epoch,
            sequence: sequence,
            chainHash: .zero,
            counter: 1,
            home: .zero
        )
        var buffer = ByteBuffer(capacity: WitnessSlot.length)
        slot.encode(into: &buffer)
        #expect(WitnessSlot(buffer.bytes) == nil)
    }

    @Test func `with events up to the last number there is can be read`() throws {
        let bytes = batch(first: .max - 2, count: 2)
        try BatchView(bytes.span).check()
    }

    @Test func `that names the last number of all as a snapshot can be salvaged`() throws {
        let fixture = Fixture()
        try fixture.fill(20, size: 5)
        let name = JournalLayout.name(.max - 1)
        try FileSystem.createDirectories(fixture.journal + "/snapshots")
        _ = try File(path: fixture.journal + "/snapshots/\(name).snapshot", mode: .create)
        let survey = try SalvageSurvey(of: fixture.journal)
        #expect(survey.events == 21)
        #expect(survey.gaps.map(\.first) == [22])
        #expect(survey.gaps.map(\.last) == [.max - 1])
        #expect(try fixture.verify().hasDamage)
    }

    @Test(arguments: ["00000000000000000000", "18446744073709551615"])
    func `with a segment or a snapshot of a number that no event has names what is none`(
        name: String
    ) throws {
        let fixture = Fixture()
        try fixture.fill(20, size: 5)
        try FileSystem.createDirectories(fixture.journal + "/segments/\(name)")
        try FileSystem.createDirectories(fixture.journal + "/snapshots")
        _ = try File(path: fixture.journal + "/snapshots/\(name).snapshot", mode: .create)
        let report = try fixture.verify()
        #expect(report.findings.map(\.code) == [.name, .name])
        #expect(report.events == 21)
        #expect(try SalvageSurvey(of: fixture.journal).events == 21)
    }

    @Test func `that claims everything behind to be one batch is not searched for ever`() throws {
        let fixture = Fixture()
        try fixture.fill(20, size: 5)
        let header = Array(batch(first: 1, count: 1).prefix(Layout.headerLength))
        var bytes = try FileSystem.read(fixture.data)
        let begin = bytes.count
        let size = 8 << 20
        while bytes.count + 4096 < size { bytes += header }
        bytes += [UInt8](repeating: 0, count: size - bytes.count)
        for start in stride(from: begin, to: size - 4096 - header.count, by: header.count) {
            let claim = BatchHeader(
                journalID: JournalID(low: 1, high: 2),
                epoch: 1,
                firstSequence: 1,
                count: 1,
                length: UInt32(size - start),
                commitTime: 0,
                previousHash: .zero
            )
            var buffer = ByteBuffer(capacity: header.count)
            buffer.append(header.span)
            claim.encode(into: &buffer)
            for index in 0..<header.count { bytes[start + index] = buffer.bytes[index] }
        }
        let file = fixture.root + "/made.mdb"
        try FileSystem.replaceDurably(file, with: [bytes])
        let survey = try SalvageSurvey(of: file)
        #expect(survey.events == 21)
        #expect(survey.findings.contains { $0.meaning.contains("the search ended here") })
    }
}
