import Digests
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `A backup` {
    let fixture = Fixture()
    var target: String { fixture.root + "/backup" }

    private var options: BackupOptions {
        var options = BackupOptions()
        options.scan = .inProcess
        options.mapSize = 1 << 28
        options.stateDirectory = fixture.state
        return options
    }

    @discardableResult
    private func back(up options: BackupOptions? = nil) throws -> BackupReport {
        try JournalBackup.make(of: fixture.journal, at: target, options: options ?? self.options)
    }

    /// The bytes of every batch.
    private func batches(_ directory: String) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        try JournalReader.open(directory).forEachBatch { batch in
            found.append(batch.bytes.indices.map { batch.bytes[$0] })
            return .proceed
        }
        return found
    }

    private func findings(_ directory: String) throws -> [Finding] {
        var options = VerifierOptions()
        options.scan = .inProcess
        return try Verifier.verify(directory, options: options).findings
    }

    private func segments() throws -> [String] { try FileSystem.list(target + "/segments") }

    @Test func `holds every batch byte for byte, and verifies clean`() throws {
        try fixture.fill(400, size: 3, length: 300, limit: 64 << 10)
        let report = try back()
        #expect(report.head.sequence == 401 && report.events == 401 && report.added == 401)
        #expect(report.isNew)
        #expect(try batches(target) == batches(fixture.journal))
        #expect(try findings(target) == [])
        #expect(try FileSystem.status(target + ".backing-up") == nil)
    }

    @Test func `is cut into segments of the size it is told`() throws {
        try fixture.fill(400, size: 3, length: 3000)
        var options = options
        options.segmentLimit = 64 << 10
        try back(up: options)
        #expect(try segments().count > 1)
        #expect(try batches(target) == batches(fixture.journal))
        #expect(try findings(target) == [])
    }

    @Test(arguments: [0, 16 << 20])
    func `that goes on holds what is new as well`(mergeLimit: Int) throws {
        try fixture.fill(50, size: 3)
        var options = options
        options.mergeLimit = mergeLimit
        try back(up: options)
        for round in 1...4 {
            try fixture.append(10 * round, size: 3, to: fixture.open())
            let report = try back(up: options)
            #expect(report.added == 10 * round)
            #expect(!report.isNew)
            #expect(try batches(target) == batches(fixture.journal))
            #expect(try findings(target) == [])
        }
        // Small segments are joined, others are left as they are.
        #expect(try segments().count == (mergeLimit == 0 ? 5 : 1))
        #expect(try back(up: options).added == 0)
    }

    @Test func `keeps the good snapshots that do not lie beyond it`() throws {
        try fixture.fill(50, size: 3)
        let head = try fixture.open().head
        let store = SnapshotStore(directory: fixture.journal, journalID: fixture.id)
        try store.save(head: head, stateHash: .zero, body: [1, 2, 3])
        try fixture.append(6, size: 3, to: fixture.open())
        let later = try fixture.open().head
        try store.save(head: later, stateHash: .zero, body: [4])
        try fixture.flip(store.path(later.sequence), byte: 113, bit: 1)
        try back()
        let copied = SnapshotStore(directory: target, journalID: fixture.id)
        #expect(try copied.sequences() == [head.sequence])
        #expect(try copied.load(head.sequence).body == [1, 2, 3])
    }

    @Test func `has a witness of its own head that names the home of the journal's`() throws {
        try fixture.fill(50, size: 3)
        try back()
        let inner = try WitnessReading(target + "/witness").slots
        let source = try WitnessReading(fixture.journal + "/witness").slots
        #expect(inner.count == 2)
        for slot in inner {
            #expect(slot.sequence == 51 && slot.home == source.first?.home)
        }
        try fixture.append(3, size: 3, to: fixture.open())
        // In the journal's place it is behind what the outer witness knows.
        try FileSystem.removeTree(fixture.journal)
        try FileSystem.removeFile(target + "/backup.lock")
        try FileSystem.rename(target, to: fixture.journal)
        #expect(code { _ = try fixture.open() } == .rolledBack)
        // And where the outer witness was taken away, that shows.
        try FileSystem.removeFile(fixture.state + "/\(fixture.id).witness")
        #expect(code { _ = try fixture.open() } == .witnessMissing)
    }

    @Test func `is not opened for writing`() throws {
        try fixture.fill(50, size: 3)
        try back()
        let error = #expect(throws: JournalError.self) {
            try JournalWriter.open(target, options: fixture.options)
        }
        #expect(error?.description.contains("journalctl restore") == true)
    }

    @Test func `is made beside a writer, again and again`() throws {
        _ = try fixture.create()
        let marker = fixture.root + "/marker"
        let child = try ChildProcess.start(
            fixture.probe(),
            arguments: ["write", fixture.journal, fixture.state, marker]
        )
        defer {
            child.send(signal: 9)
            _ = child.wait()
        }
        var options = options
        options.scan = .child(executable: try fixture.probe())
        options.segmentLimit = 512 << 10
        options.mergeLimit = 128 << 10
        var last: UInt64 = 0
        let deadline = Clock.monotonic() + 60_000_000_000
        while last < 3000 {
            try #require(Clock.monotonic() < deadline)
            let report = try back(up: options)
            #expect(report.head.sequence >= last)
            #expect(try findings(target).filter { $0.severity != .note } == [])
            last = report.head.sequence
        }
    }
}

@Suite(.temporaryDirectory)
struct `A backup is refused` {
    let fixture = Fixture()
    var target: String { fixture.root + "/backup" }

    private func error(at target: String? = nil) -> JournalError? {
        var options = BackupOptions()
        options.scan = .inProcess
        options.mapSize = 1 << 28
        options.stateDirectory = fixture.state
        do throws(JournalError) {
            _ = try JournalBackup.make(
                of: fixture.journal,
                at: target ?? self.target,
                options: options
            )
            return nil
        } catch {
            return error
        }
    }

    @Test func `within the journal`() throws {
        try fixture.fill(5, size: 1)
        for place in ["/backup", "/segments/backup", "/deep/er", ""] {
            #expect(error(at: fixture.journal + place)?.code == .refusedInput, "\(place)")
        }
        #expect(try FileSystem.list(fixture.journal).count == 4)
    }

    @Test func `where something else is, a journal too`() throws {
        try fixture.fill(5, size: 1)
        try FileSystem.createDirectory(target)
        #expect(error()?.code == .exists)
        try FileSystem.removeTree(target)
        try FileSystem.copyTreeDurably(fixture.journal, to: target)
        #expect(error()?.code == .exists)
        #expect(try FileSystem.list(target).contains("backup.lock") == false)
    }

    @Test func `to a backup of another journal`() throws {
        try fixture.fill(5, size: 1)
        #expect(error() == nil)
        try FileSystem.removeTree(fixture.journal)
        let genesis = Genesis(journalID: .random(), time: 1, events: [Fixture.event(1)])
        _ = try JournalWriter.create(fixture.journal, genesis: genesis, options: fixture.options)
        #expect(error()?.code == .foreign)
    }

    @Test func `of a journal that was put back to an older copy`() throws {
        try fixture.fill(5, size: 1)
        try FileSystem.copyTreeDurably(fixture.journal, to: fixture.root + "/old")
        try fixture.append(5, size: 1, to: fixture.open())
        try FileSystem.removeTree(fixture.journal)
        try FileSystem.rename(fixture.root + "/old", to: fixture.journal)
        #expect(error()?.code == .rolledBack)
        #expect(try FileSystem.status(target) == nil)
        // The backup itself is evidence where there is no witness.
        try FileSystem.removeTree(fixture.state)
        #expect(error() == nil)
        try fixture.append(5, size: 1, to: fixture.open())
        #expect(error() == nil)
        try FileSystem.removeTree(fixture.journal)
        try FileSystem.removeTree(fixture.state)
        try fixture.fill(5, size: 1)
        #expect(error()?.code == .rolledBack)
    }

    @Test func `of another history of the same journal`() throws {
        try fixture.fill(5, size: 1)
        #expect(error() == nil)
        try FileSystem.removeTree(fixture.journal)
        try FileSystem.removeTree(fixture.state)
        try fixture.fill(8, size: 1, length: 5)
        let found = error()
        #expect(found?.code == .rolledBack)
        #expect(found?.reason.contains("another history") == true)
    }

    @Test func `of a damaged journal, and leaves nothing behind`() throws {
        try fixture.fill(50, size: 1)
        try fixture.damage(30)
        let found = error()
        #expect(found?.code == .damaged)
        #expect(found?.advice.contains("salvage") == true)
        #expect(try FileSystem.status(target) == nil)
        #expect(try FileSystem.status(target + ".backing-up") == nil)
    }

    @Test func `while another one is being made there`() throws {
        try fixture.fill(50, size: 3)
        #expect(error() == nil)
        guard case .acquired(let lock) = try LockFile.acquire(target + "/backup.lock") else {
            Issue.record("the mark is locked")
            return
        }
        #expect(error()?.code == .locked)
        withExtendedLifetime(lock) {}
        #expect(try FileSystem.status(target + ".backing-up") == nil)
        try FileSystem.createDirectory(fixture.root + "/second.backing-up")
        let second = try LockFile.acquire(fixture.root + "/second.backing-up/backup.lock")
        #expect(error(at: fixture.root + "/second")?.code == .locked)
        withExtendedLifetime(second) {}
    }

    @Test(arguments: [".new", ".backing-up"])
    func `over the journal itself, whatever its name`(ending: String) throws {
        try fixture.fill(5, size: 1)
        let source = target + ending
        try FileSystem.rename(fixture.journal, to: source)
        var options = BackupOptions()
        options.scan = .inProcess
        let refusal = code { _ = try JournalBackup.make(of: source, at: target, options: options) }
        #expect(refusal == (ending == ".new" ? nil : .refusedInput))
        #expect(try JournalReader.open(source).head().sequence == 6)
    }

    @Test func `where nothing can be written`() throws {
        try fixture.fill(5, size: 1)
        let file = fixture.root + "/file"
        try FileSystem.replaceDurably(file, with: [[1]])
        #expect(error(at: file)?.code == .exists)
        #expect(error(at: file + "/below")?.code == .system)
        #expect(try FileSystem.read(file) == [1])
    }
}
