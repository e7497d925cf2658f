import Journal
import Platform
import SuiteSupport
import TestSupport
import Testing
import Trading

@testable import CrashSuite

/// Kills the tool at calls that change what is on disk, one after the other.
///
/// Every third is tried, each time another third; `HOLDFAST_EVERY_CALL=1` tries all.
@Suite(.temporaryDirectory)
struct `A killed tool` {
    private let root = TemporaryDirectory.path
    private var journal: String { root + "/journal" }
    private var state: String { root + "/state" }
    private var backup: String { root + "/backup" }

    private func tool(_ words: [String], dieAt call: Int? = nil) throws -> ChildProcess.Ending {
        let program = try Program.beside()
        return try program.start(
            [program.tool, "--journal", journal] + words + ["--state-directory", state],
            environment: call.map { program.dying(at: $0) } ?? [],
            output: "/dev/null",
            messages: root + "/messages"
        ).wait()
    }

    /// What verification finds in a directory, and where it ends.
    private func verify(
        _ directory: String,
        withOuter: Bool = false
    ) throws -> (findings: [Finding], head: UInt64) {
        var options = VerifierOptions()
        options.scan = .child(executable: try Program.beside().engine)
        if withOuter { options.stateDirectory = state }
        let report = try Verifier.verify(directory, options: options)
        return (report.findings.filter { $0.severity != .note }, report.head?.sequence ?? 0)
    }

    /// A traded journal with its backup, and a tool's events after it.
    private func prepare() throws -> (before: UInt64, after: UInt64) {
        let scene = try Scene.generated(in: root, seed: 4, minutes: 1)
        let place = try Place(root + "/run", scene)
        _ = try Program.beside().finish(place)
        try FileSystem.rename(place.journal, to: journal)
        try FileSystem.rename(place.state, to: state)
        try #require(try tool(["backup", backup]) == .exited(0))
        let before = try verify(journal).head
        for _ in 0..<2 { try #require(try tool(["snapshot"]) == .exited(0)) }
        return (before, try verify(journal).head)
    }

    /// Runs `body` with the directories as they are now for each call to die at, until one run
    /// lives to its end.
    private func forEachCall(_ body: (Int) throws -> ChildProcess.Ending) throws -> Int {
        let isEvery = CurrentProcess.environment("HOLDFAST_EVERY_CALL") == "1"
        let stride = isEvery ? 1 : 3
        let saved = ["journal", "state", "backup"]
        for name in saved {
            try FileSystem.copyTreeDurably(root + "/" + name, to: root + "/saved-" + name)
        }
        var call = isEvery ? 1 : 1 + Int(Clock.wall() / 1_000_000 % 3)
        while try body(call) != .exited(0) {
            call += stride
            for name in try FileSystem.list(root)
            where saved.contains(where: { name.hasPrefix($0) }) {
                try FileSystem.removeTree(root + "/" + name)
            }
            for name in saved {
                try FileSystem.copyTreeDurably(root + "/saved-" + name, to: root + "/" + name)
            }
        }
        return call
    }

    @Test func `leaves no first backup, or a whole one`() throws {
        let heads = try prepare()
        try FileSystem.removeTree(backup)
        try FileSystem.createDirectory(backup)
        let calls = try forEachCall { call in
            let target = root + "/backup-first"
            let ending = try tool(["backup", target], dieAt: call)
            if ending != .exited(0) { #expect(ending == .killed(signal: 9), "call \(call)") }
            if try FileSystem.status(target) != nil {
                let found = try verify(target)
                #expect(found.findings == [] && found.head == heads.after, "call \(call)")
            }
            #expect(try tool(["backup", target]) == .exited(0), "call \(call)")
            let found = try verify(target)
            #expect(found.findings == [] && found.head == heads.after, "call \(call)")
            #expect(try FileSystem.status(target + ".backing-up") == nil, "call \(call)")
            return ending
        }
        #expect(calls > 20)
    }

    @Test func `leaves the backup that was there valid, or the longer one`() throws {
        let heads = try prepare()
        let calls = try forEachCall { call in
            let ending = try tool(["backup", backup], dieAt: call)
            if ending != .exited(0) { #expect(ending == .killed(signal: 9), "call \(call)") }
            let found = try verify(backup)
            #expect(found.findings == [], "call \(call)")
            #expect(found.head == heads.before || found.head == heads.after, "call \(call)")
            #expect(try tool(["backup", backup]) == .exited(0), "call \(call)")
            let end = try verify(backup)
            #expect(end.findings == [] && end.head == heads.after, "call \(call)")
            #expect(try FileSystem.status(backup + ".backing-up") == nil, "call \(call)")
            return ending
        }
        #expect(calls > 20)
    }

    @Test func `leaves the old journal or the restored one, and the next finishes it`() throws {
        let heads = try prepare()
        let words = [
            "restore", backup, "--accept-rollback", "--operator", "me", "--reason", "a test",
        ]
        var isShut = 0
        let calls = try forEachCall { call in
            let ending = try tool(words, dieAt: call)
            if ending != .exited(0) { #expect(ending == .killed(signal: 9), "call \(call)") }
            let found = try verify(journal)
            let damage = found.findings.filter { $0.severity == .damage }
            #expect(damage == [], "call \(call)")
            let restored = heads.before + 4
            #expect(found.head == heads.after || found.head == restored, "call \(call)")
            if try FileSystem.status(journal + "/restoring") != nil { isShut += 1 }
            let isDone = try verify(journal, withOuter: true).findings == []
            if found.head == heads.after || !isDone {
                #expect(try tool(words) == .exited(0), "call \(call)")
            }
            let end = try verify(journal, withOuter: true)
            #expect(end.findings == [] && end.head == restored, "call \(call)")
            let names = try FileSystem.list(root).filter { $0.hasPrefix("journal") }
            #expect(
                names == ["journal", "journal.before-restore-\(heads.after)"],
                "call \(call)"
            )
            #expect(try restores() == 1, "call \(call)")
            #expect(try tool(["snapshot"]) == .exited(0), "call \(call)")
            return ending
        }
        #expect(calls > 20)
        #expect(isShut > 0)
    }

    /// How many events of the journal tell of a restore.
    private func restores() throws -> Int {
        var count = 0
        try JournalReader.open(journal).forEachBatch { batch in
            batch.forEachEvent { event in
                if event.kind == EventKind.journalRestored.rawValue { count += 1 }
            }
            return .proceed
        }
        return count
    }
}
