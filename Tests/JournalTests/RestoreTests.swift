import Digests
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `A restore` {
    let fixture = Fixture()
    var backup: String { fixture.root + "/backup" }

    private var options: RestoreOptions {
        var options = RestoreOptions(stateDirectory: fixture.state)
        options.scan = .inProcess
        options.mapSize = 1 << 28
        return options
    }

    private func back(up target: String? = nil) throws {
        var options = BackupOptions()
        options.scan = .inProcess
        options.mapSize = 1 << 28
        _ = try JournalBackup.make(of: fixture.journal, at: target ?? backup, options: options)
    }

    private func survey() throws -> RestoreSurvey {
        try JournalRestore(from: backup, to: fixture.journal, options: options).survey
    }

    /// Restores, with one event that stands for the record of it.
    @discardableResult
    private func restore() throws -> FinishedRestore {
        let restore = try JournalRestore(from: backup, to: fixture.journal, options: options)
        try restore.prepare()
        do {
            let writer = try JournalWriter.open(
                restore.aside,
                options: options.writer(.innerOnly)
            )
            try writer.beginEpoch(restore.survey.lastEpoch + 1)
            try writer.append(Fixture.event(Int(writer.nextSequence)))
            try writer.commit(at: 1)
        }
        return try restore.takePlace()
    }

    @Test func `loses nothing where the backup holds all`() throws {
        try fixture.fill(50, size: 3)
        try back()
        let found = try survey()
        #expect(!found.isRollback && found.lost == nil && found.sharedUpTo == 51)
        #expect(try restore().kept == fixture.journal + ".before-restore-51")
        let writer = try fixture.open()
        #expect(writer.head.sequence == 52)
        #expect(writer.opening?.warnings == [])
        #expect(try fixture.verify().findings == [])
    }

    @Test func `tells from what to what is lost, and who knows`() throws {
        try fixture.fill(50, size: 3)
        try back()
        do {
            let writer = try fixture.open()
            try writer.beginEpoch(7)
            try fixture.append(30, size: 3, to: writer)
        }
        let found = try survey()
        #expect(found.isRollback)
        #expect(found.lost == 52...81 && found.sharedUpTo == 51 && found.lastEpoch == 7)
        let paths = Set(found.known.filter(\.isLost).map(\.path))
        #expect(
            paths == [
                fixture.journal, fixture.journal + "/witness",
                fixture.state + "/\(fixture.id).witness",
            ]
        )
        try restore()
        let writer = try fixture.open()
        #expect(writer.head.sequence == 52 && writer.epoch == 8)
        #expect(writer.opening?.warnings == [])
        #expect(try fixture.verify().findings == [])
        var kept = VerifierOptions()
        kept.scan = .inProcess
        let old = try Verifier.verify(fixture.journal + ".before-restore-81", options: kept)
        #expect(old.findings == [] && old.head?.sequence == 81)
    }

    @Test func `believes the outer witness where nothing else is left`() throws {
        try fixture.fill(50, size: 3)
        try back()
        try fixture.append(30, size: 3, to: fixture.open())
        try FileSystem.removeTree(fixture.journal)
        let found = try survey()
        #expect(found.standing == .nothing && found.lost == 52...81)
        #expect(try restore().kept == nil)
        #expect(try fixture.open().opening?.warnings == [])
    }

    @Test func `says that nothing is known where no witness is`() throws {
        try fixture.fill(50, size: 3)
        try back()
        try FileSystem.removeTree(fixture.journal)
        try FileSystem.removeTree(fixture.state)
        let found = try survey()
        #expect(!found.isRollback && !found.hasOuterWitness && found.standing == .nothing)
        try restore()
        #expect(try fixture.open().opening?.warnings == [])
    }

    @Test func `finds where two histories part`() throws {
        try fixture.fill(20, size: 1)
        let state = fixture.root + "/state-then"
        let journal = fixture.root + "/journal-then"
        try FileSystem.copyTreeDurably(fixture.state, to: state)
        try FileSystem.copyTreeDurably(fixture.journal, to: journal)
        try fixture.append(10, size: 1, to: fixture.open())
        try back()
        try FileSystem.removeTree(fixture.state)
        try FileSystem.removeTree(fixture.journal)
        try FileSystem.rename(state, to: fixture.state)
        try FileSystem.rename(journal, to: fixture.journal)
        try fixture.append(5, size: 1, length: 9, to: fixture.open())
        let found = try survey()
        #expect(found.sharedUpTo == 21 && found.lost == 22...26)
        #expect(found.isRollback)
    }

    @Test func `takes the place of a damaged journal, and goes by its witness`() throws {
        try fixture.fill(50, size: 3)
        try back()
        try FileSystem.replaceDurably(fixture.data, with: [[UInt8](repeating: 7, count: 40_000)])
        let same = try survey()
        guard case .damaged = same.standing else {
            Issue.record("\(same.standing)")
            return
        }
        #expect(!same.isRollback)
        // Without any witness nobody knows where it ended.
        try FileSystem.removeFile(fixture.journal + "/witness")
        try FileSystem.removeTree(fixture.state)
        let unknown = try survey()
        #expect(unknown.isEndUnknown && unknown.isRollback && unknown.lost == nil)
        #expect(try restore().kept == fixture.journal + ".before-restore-0")
        #expect(try fixture.open().head.sequence == 52)
    }

    @Test func `believes what a damaged journal still shows`() throws {
        try fixture.fill(50, size: 3)
        try back()
        try fixture.append(30, size: 3, to: fixture.open())
        try FileSystem.removeTree(fixture.state)
        try FileSystem.removeFile(fixture.journal + "/witness")
        try fixture.damage(51)
        let found = try survey()
        #expect(found.lost == 52...81)
    }

    @Test func `is refused beside a writer, on itself, of another journal`() throws {
        try fixture.fill(50, size: 3)
        try back()
        do {
            let writer = try fixture.open()
            #expect(code { _ = try survey() } == .locked)
            withExtendedLifetime(writer) {}
        }
        let itself = code {
            _ = try JournalRestore(from: fixture.journal, to: fixture.journal, options: options)
        }
        #expect(itself == .refusedInput)
        try FileSystem.removeTree(fixture.journal)
        let genesis = Genesis(journalID: .random(), time: 1, events: [Fixture.event(1)])
        _ = try JournalWriter.create(fixture.journal, genesis: genesis, options: fixture.options)
        #expect(code { _ = try survey() } == .foreign)
    }

    @Test func `of a damaged backup changes nothing`() throws {
        try fixture.fill(50, size: 3)
        try back()
        try fixture.damage(51, in: backup)
        #expect(code { _ = try survey() } == .damaged)
        #expect(try fixture.open().head.sequence == 51)
        #expect(try FileSystem.status(fixture.journal + ".restoring") == nil)
    }

    @Test func `does not replace what was written after it was looked at`() throws {
        try fixture.fill(50, size: 3)
        try back()
        let restore = try JournalRestore(from: backup, to: fixture.journal, options: options)
        try restore.prepare()
        try fixture.append(3, size: 3, to: fixture.open())
        #expect(code { _ = try restore.takePlace() } == .locked)
        #expect(try fixture.open().head.sequence == 54)
    }

    @Test func `leaves alone what it has not made`() throws {
        try fixture.fill(50, size: 3)
        try back()
        let aside = fixture.journal + ".restoring"
        try FileSystem.createDirectory(aside)
        try FileSystem.replaceDurably(aside + "/mine", with: [[1]])
        #expect(code { try restore() } == .exists)
        #expect(try FileSystem.read(aside + "/mine") == [1])
    }

    @Test func `that was interrupted keeps the journal shut until it is finished`() throws {
        try fixture.fill(50, size: 3)
        try back()
        try fixture.append(30, size: 3, to: fixture.open())
        do {
            let restore = try JournalRestore(from: backup, to: fixture.journal, options: options)
            try restore.prepare()
        }
        // What a kill leaves right after the two directories have changed places.
        let aside = fixture.journal + ".restoring"
        #expect(try FileSystem.exchange(aside, fixture.journal))
        let error = #expect(throws: JournalError.self) { try fixture.open() }
        #expect(error?.description.contains("restore was interrupted") == true)
        #expect(try fixture.verify().findings.contains { $0.code == .leftover })
        let finished = try JournalRestore.finish(fixture.journal, options: options)
        #expect(finished?.kept == fixture.journal + ".before-restore-81")
        #expect(try fixture.open().head.sequence == 51)
        #expect(try JournalRestore.finish(fixture.journal, options: options) == nil)
    }
}
