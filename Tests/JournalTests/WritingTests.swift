import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `Writing a journal` {
    let fixture = Fixture()

    @Test(arguments: [1, 3, 100])
    func `what was committed is read back`(size: Int) throws {
        try fixture.fill(100, size: size)
        #expect(try fixture.read() == Array(1...101))
        var options = ReadOptions()
        options.checksChain = true
        options.copies = true
        #expect(try fixture.read(from: 1, options) == Array(1...101))
        #expect(try fixture.verify().findings == [])
    }

    @Test func `payloads come back byte for byte, the empty one too`() throws {
        let payloads: [[UInt8]] = [[], [1], Array(0...255), [UInt8](repeating: 9, count: 70_000)]
        let writer = try fixture.create()
        for payload in payloads { try writer.append(NewEvent(kind: 1, time: 1, payload: payload)) }
        try writer.commit(at: 5)
        var seen: [[UInt8]] = []
        try writer.reader().forEachBatch(from: 2) { batch in
            batch.forEachEvent { event in
                seen.append(event.payload.indices.map { event.payload[$0] })
            }
            return .proceed
        }
        #expect(seen == payloads)
    }

    @Test func `a walk begins with the batch that holds the number`() throws {
        try fixture.fill(30, size: 10)
        #expect(try fixture.read(from: 15) == Array(12...31))
        #expect(try fixture.read(from: 31) == Array(22...31))
        #expect(try fixture.read(from: 32) == [])
        #expect(try fixture.read(from: 1000) == [])
        var options = ReadOptions()
        options.last = 11
        #expect(try fixture.read(from: 1, options) == Array(1...11))
    }

    @Test func `events of a discarded batch leave no gap`() throws {
        let writer = try fixture.create()
        #expect(try writer.append(Fixture.event(2)) == 2)
        writer.discardOpenBatch()
        #expect(writer.openBatchCount == 0)
        #expect(try writer.append(Fixture.event(2)) == 2)
        try writer.commit(at: 1)
        #expect(writer.head.sequence == 2)
    }

    @Test func `a full segment is followed by the next`() throws {
        try fixture.fill(400, size: 4, length: 300, limit: 64 << 10)
        let segments = try FileSystem.list(fixture.journal + "/segments")
        #expect(segments.count > 2)
        #expect(try fixture.read() == Array(1...401))
        #expect(try fixture.read(from: 399) == Array(398...401))
        #expect(try fixture.verify().findings == [])
        let writer = try fixture.open()
        #expect(writer.head.sequence == 401)
        try fixture.append(4, size: 4, to: writer)
        #expect(try fixture.read(writer.reader()) == Array(1...405))
    }

    @Test func `an empty last segment and leftovers are lawful`() throws {
        try fixture.fill(3, size: 1)
        let layout = JournalLayout(directory: fixture.journal)
        let builder = try SegmentBuilder(
            in: layout.segments,
            first: 5,
            mapSize: fixture.options.mapSize
        )
        _ = try builder.finish()
        try FileSystem.createDirectory(layout.segments + "/x.new")
        #expect(try fixture.read() == [1, 2, 3, 4])
        #expect(try fixture.verify().findings.map(\.severity) == [.note])
        do {
            let writer = try fixture.open()
            try fixture.append(1, size: 1, to: writer)
        }
        #expect(try fixture.read() == [1, 2, 3, 4, 5])
        #expect(try FileSystem.status(layout.segments + "/x.new") == nil)
    }

    @Test func `reopening goes on where the journal ends`() throws {
        try fixture.fill(10, size: 5)
        for epoch in UInt32(2)...4 {
            let writer = try fixture.open()
            #expect(writer.epoch == epoch - 1)
            try writer.beginEpoch(epoch)
            try fixture.append(2, size: 2, to: writer)
        }
        #expect(try fixture.read() == Array(1...17))
        #expect(try fixture.verify().findings == [])
    }

    @Test func `an epoch without a batch is remembered`() throws {
        try fixture.fill(1, size: 1)
        try fixture.open().beginEpoch(9)
        #expect(try fixture.open().epoch == 9)
        #expect(code { try fixture.open().beginEpoch(9) } == .refusedInput)
    }

    @Test func `a second writer is refused and told who writes`() throws {
        let writer = try fixture.create()
        let error = #expect(throws: JournalError.self) { try fixture.open() }
        #expect(error?.code == .locked)
        #expect(error?.reason.contains("\(CurrentProcess.id)") == true)
        withExtendedLifetime(writer) {}
    }

    @Test func `after a commit that failed the writer is dead and the journal whole`() throws {
        var options = fixture.options
        options.mapSize = 256 << 10
        let writer = try fixture.create(options)
        #expect(code { try fixture.append(300, size: 1, length: 4000, to: writer) } == .system)
        let committed = writer.head.sequence
        #expect(committed > 10)
        #expect(code { try writer.append(Fixture.event(1)) } == .dead)
        #expect(code { try writer.commit(at: 1) } == .dead)
        #expect(code { try writer.beginEpoch(7) } == .dead)
        let copy = fixture.root + "/copy"
        try writer.emergencyCopy(to: copy)
        #expect(try JournalReader.open(copy).head().sequence == committed)
    }

    @Test func `statistics count what was written`() throws {
        try fixture.fill(70, size: 7)
        let writer = try fixture.open()
        try writer.beginEpoch(2)
        try fixture.append(3, size: 3, to: writer)
        let statistics = try JournalStatistics(of: writer.reader())
        #expect(statistics.segments.map(\.events) == [74])
        #expect(statistics.segments.map(\.batches) == [12])
        #expect(statistics.head == writer.head)
        #expect(statistics.epochs.map(\.epoch) == [1, 2])
        #expect(statistics.epochs.map(\.firstSequence) == [1, 72])
        #expect(statistics.kinds.map(\.count).reduce(0, +) == 74)
    }

    @Test func `following hands out what comes until told to stop`() throws {
        let writer = try fixture.create()
        var seen: [UInt64] = []
        try writer.reader().follow(
            from: 1,
            pollInterval: 0,
            whileWaiting: { () throws(JournalError) in
                try writer.append(Fixture.event(1))
                try writer.commit(at: 1)
                return writer.head.sequence < 6 ? .proceed : .stop
            },
            { batch in
                seen.append(batch.header.firstSequence)
                return .proceed
            }
        )
        #expect(seen == [1, 2, 3, 4, 5])
    }

    @Test func `a copy made in an emergency is a whole journal`() throws {
        let writer = try fixture.create()
        try fixture.append(10, size: 2, to: writer)
        let copy = fixture.root + "/copy"
        try writer.emergencyCopy(to: copy)
        #expect(code { try writer.commit(at: 1) } == .dead)
        var options = VerifierOptions()
        options.scan = .inProcess
        let report = try Verifier.verify(copy, options: options)
        #expect(report.findings == [])
        #expect(report.head == writer.head)
        // A copy within itself would never end.
        #expect(code { try writer.emergencyCopy(to: fixture.journal + "/a/b") } == .system)
        // Another journal's copy of the same epoch, perhaps: it stays.
        #expect(try writer.emergencyCopy(to: copy) == copy + "-2")
        #expect(try FileSystem.status(copy + "-2/segments") != nil)
    }
}

@Suite(.temporaryDirectory)
struct `Beginning a journal` {
    let fixture = Fixture()

    @Test func `a journal is not made over another`() throws {
        _ = try fixture.create()
        #expect(code { _ = try fixture.create() } == .exists)
    }

    @Test func `what a kill left aside is replaced`() throws {
        try FileSystem.createDirectories(fixture.journal + ".new/segments")
        let writer = try fixture.create()
        #expect(writer.head.sequence == 1)
        #expect(try FileSystem.status(fixture.journal + ".new") == nil)
    }

    @Test func `a journal that stands aside is no leftover of a creation`() throws {
        try fixture.fill(3, size: 1)
        try FileSystem.rename(fixture.journal, to: fixture.journal + ".new")
        #expect(code { _ = try fixture.create() } == .exists)
        #expect(try JournalReader.open(fixture.journal + ".new").head().sequence == 4)
        try FileSystem.removeFile(fixture.journal + ".new/witness")
        #expect(code { _ = try fixture.create() } == .exists)
    }

    @Test func `an empty directory is refused with what to type`() throws {
        try FileSystem.createDirectory(fixture.journal)
        for attempt in [{ _ = try fixture.create() }, { _ = try fixture.open() }] {
            let error = #expect(throws: JournalError.self) { try attempt() }
            #expect(error?.code == .noJournal)
            #expect(error?.advice.contains("rmdir \(fixture.journal)") == true)
        }
    }

    @Test func `a directory with other things in it is left alone`() throws {
        try FileSystem.createDirectories(fixture.journal + "/photos")
        #expect(code { _ = try fixture.create() } == .noJournal)
        #expect(code { _ = try fixture.open() } == .noJournal)
        #expect(code { _ = try JournalReader.open(fixture.journal) } == .noJournal)
        #expect(try FileSystem.list(fixture.journal) == ["photos"])
    }

    @Test func `what is not there is said to be missing`() {
        #expect(code { _ = try fixture.open() } == .missing)
        #expect(code { _ = try JournalReader.open(fixture.journal) } == .missing)
    }

    @Test func `file systems are judged by what they promise`() throws {
        let nfs = FileSystemKind(name: "nfs", trust: .unfit, freeBytes: 1)
        let btrfs = FileSystemKind(name: "btrfs", trust: .risky, freeBytes: 1)
        #expect(code { _ = try JournalWriter.judge(nfs, "/", isStrict: false) } == .unfitFileSystem)
        #expect(try JournalWriter.judge(btrfs, "/", isStrict: false).count == 1)
        #expect(
            code { _ = try JournalWriter.judge(btrfs, "/", isStrict: true) } == .unfitFileSystem
        )
    }
}
