import FoundationEssentials
import Glibc
import Platform
import SuiteSupport
import TestSupport
import Testing

@testable import CrashSuite

/// Commands of the tool while the shipped engine trades the same journal.
@Suite(.temporaryDirectory)
struct `Beside a running engine` {
    private let root = TemporaryDirectory.path

    /// An engine that trades, a batch for every input, for longer than a test asks it things.
    private func start(
        _ name: String,
        minutes: Int = 60
    ) throws -> (place: Place, engine: RunningChild) {
        var settings = SceneSettings()
        settings.batchLimit = 1
        settings.snapshotInterval = "5m"
        settings.killSwitch = "pause"
        let scene = try Scene.generated(in: root, seed: 6, minutes: minutes, settings)
        let place = try Place(root + "/" + name, scene)
        let engine = try Program.beside().start(place)
        let end = Clock.monotonic() + 60_000_000_000
        while try FileSystem.status(place.journal + "/control") == nil {
            try #require(Clock.monotonic() < end, "\(place.lastMessages)")
            Clock.pause(nanoseconds: 1_000_000)
        }
        return (place, engine)
    }

    /// The status of a command line, and what it printed.
    private func tool(_ place: Place, _ words: [String]) throws -> (status: Int32, text: String) {
        let program = try Program.beside()
        let output = root + "/output"
        let ending = try program.start(
            [program.tool, "--journal", place.journal] + words,
            output: output,
            messages: place.messages,
            timeLimit: 60
        ).wait()
        let text = String(decoding: try FileSystem.read(output), as: UTF8.self)
        guard case .exited(let status) = ending else { return (-1, "\(ending)") }
        return (status, text)
    }

    /// What the engine's own program says, run beside it.
    private func command(_ place: Place, _ words: [String]) throws -> (status: Int32, text: String)
    {
        let program = try Program.beside()
        let output = root + "/output"
        let ending = try program.start(
            [program.engine] + words + ["--journal", place.journal],
            output: output,
            messages: place.messages,
            timeLimit: 60
        ).wait()
        let text = String(decoding: try FileSystem.read(output), as: UTF8.self)
        guard case .exited(let status) = ending else { return (-1, "\(ending)") }
        return (status, text)
    }

    @Test func `the engine is paused by command and by signal, and goes on by command`() throws {
        let (place, engine) = try start("paused")
        let who = ["--by", "ada", "--reason", "the news"]
        let paused = try command(place, ["pause"] + who)
        #expect(paused.status == 0)
        #expect(paused.text == "the engine is paused (paused by hand)\n")
        let over = try command(place, ["pause", "--end"] + who)
        #expect(over.text.hasPrefix("the engine is running"), "\(over.text)")
        engine.send(signal: SIGUSR1)
        let end = Clock.monotonic() + 20_000_000_000
        var shown = ""
        while !shown.contains("paused by hand"), Clock.monotonic() < end {
            shown = try tool(place, ["state"]).text
        }
        #expect(shown.contains("paused by hand"))
        let again = try command(place, ["pause", "--end"] + who)
        #expect(again.text.hasPrefix("the engine is running"), "\(again.text)")
        let nameless = try command(place, ["pause", "--by", "", "--reason", "x"])
        #expect(nameless.status != 0)
    }

    private func isRunning(_ place: Place) throws -> Bool {
        try LockFile.isHeld(place.journal + "/writer.lock")
    }

    /// Verifies what is there, and replays it to where the engine ended: a tool that was still
    /// busy then goes on in an epoch of its own.
    private func expectWhole(_ place: Place, to end: JournalEnd) throws {
        let verified = try tool(place, ["verify", "--state-directory", place.state])
        #expect(verified.status == 0 && verified.text.hasPrefix("clean"), "\(verified.text)")
        let words = ["replay", "--from-genesis", "--to", String(end.head), "--json"]
        let replayed = try tool(place, words)
        #expect(replayed.status == 0 && replayed.text.contains("\"divergence\":null"))
        let reached = try JSONDecoder().decode(JournalEnd.self, from: Data(replayed.text.utf8))
        #expect(reached.head == end.head && reached.stateHash == end.stateHash)
    }

    /// Stops the engine in order and compares what it says with what the journal gives.
    private func stop(_ engine: RunningChild, _ place: Place) throws {
        engine.send(signal: 15)
        #expect(engine.wait() == .exited(0), "\(place.lastMessages)")
        let end: JournalEnd = try Summary.read(place)
        try expectWhole(place, to: end)
    }

    @Test func `every command that reads gives what is there, and disturbs nothing`() throws {
        let (place, engine) = try start("read")
        var asked = 0
        for words in [
            ["show", "-n", "5"], ["state"], ["stat"], ["segments"], ["verify"], ["replay"],
            ["diff", "1", "head"], ["sql", "SELECT count(*) FROM orders"],
            ["backup", root + "/backup"], ["bundle", root + "/a.bundle"],
            ["report", root + "/a.html"], ["export", "--format", "jsonl", root + "/jsonl"],
        ] {
            let run = try tool(place, words)
            #expect(run.status == 0, "\(words): \(run.text) \(place.lastMessages)")
            if try isRunning(place) { asked += 1 }
        }
        #expect(asked > 6, "the engine ended before it could be asked")
        try stop(engine, place)
        // What was copied meanwhile is whole.
        let program = try Program.beside()
        for copy in [root + "/backup", root + "/a.bundle"] {
            let verify = [program.tool, "--journal", copy, "verify"]
            let ending = try program.start(verify, output: "/dev/null", messages: place.messages)
                .wait()
            #expect(ending == .exited(0), "\(copy)")
        }
    }

    @Test func `compaction keeps every event, and the engine trades on as if there was none`()
        throws
    {
        let (place, engine) = try start("compact", minutes: 20)
        var compacted = 0
        for _ in 0..<4 {
            let run = try tool(place, ["snapshot", "--archive", root + "/archives"])
            #expect(run.status == 0, "\(run.text) \(place.lastMessages)")
            if try isRunning(place) { compacted += 1 }
            Clock.pause(nanoseconds: 50_000_000)
        }
        #expect(compacted > 1, "the engine ended before it could be asked")
        // To the end of the market, so that the outcomes can be compared.
        #expect(engine.wait() == .exited(0), "\(place.lastMessages)")
        let end: JournalEnd = try Summary.read(place)
        try expectWhole(place, to: end)
        let undisturbed = try Place(root + "/undisturbed", place.scene)
        let reference = try Program.beside().finish(undisturbed)
        #expect(try Outcome(of: place).difference(from: reference) == nil)
        let segments = try tool(place, ["segments"]).text
        #expect(segments.contains("archive"), "\(segments)")
    }

    @Test func `a correction is the engine's own, on figures that a person saw`() throws {
        let (place, engine) = try start("correct")
        // While it trades, figures move between seeing and doing.
        try File(path: place.directory + "/pause", mode: .createNew).write([1].span, at: 0)
        let words = [
            "correct", "balance", "GEN", "--operator", "ada", "--reason", "sent from elsewhere",
            "--to", "7", "--json",
        ]
        let stale = try tool(place, words + ["--expect", "000000000000"])
        #expect(stale.status == 1)
        var applied = false
        // What is open goes on until it is closed: seen and done must meet.
        for _ in 0..<200 where !applied {
            let seen = try tool(place, words)
            #expect(seen.status == 0 && seen.text.contains("\"applied\":false"), "\(seen.text)")
            let document = try JSONDecoder().decode(Proposal.self, from: Data(seen.text.utf8))
            let done = try tool(place, words + ["--expect", document.version])
            applied = done.status == 0
            if !applied { #expect(done.status == 1, "\(done.text) \(place.lastMessages)") }
        }
        #expect(applied)
        #expect(try isRunning(place), "the engine ended before it could be asked")
        try stop(engine, place)
        let shown = try tool(place, ["show", "--kind", "correctionMade"])
        #expect(shown.text.split(separator: "\n").count == 1, "\(shown.text)")
        #expect(shown.text.contains("ada corrected the balance of GEN"))
    }

    /// Stops the engine's process for a moment, so that it finds at one look all that `body` does.
    private func whileStopped<Result>(
        _ engine: RunningChild,
        _ body: () throws -> Result
    ) throws -> Result {
        engine.send(signal: 19)
        defer { engine.send(signal: 18) }
        let status = "/proc/\(engine.id)/status"
        let end = Clock.monotonic() + 20_000_000_000
        while true {
            let file = try File(path: status, mode: .read)
            let text = String(decoding: try file.read(at: 0, count: 4096), as: UTF8.self)
            if text.contains("State:\tT") { return try body() }
            try #require(Clock.monotonic() < end, "\(text)")
        }
    }

    private func connect(_ place: Place, _ lines: String) throws -> LocalConnection {
        let connection = try LocalConnection(to: place.journal + "/control")
        #expect(try connection.write(Array(lines.utf8)) == lines.utf8.count)
        return connection
    }

    /// The next answer.
    private func answer(_ connection: LocalConnection) throws -> String {
        var text = ""
        let end = Clock.monotonic() + 20_000_000_000
        while !text.hasSuffix("\n") {
            try #require(Clock.monotonic() < end)
            switch try connection.read(limit: 1 << 16) {
            case .bytes(let bytes): text += String(decoding: bytes, as: UTF8.self)
            case .nothing: connection.wait(nanoseconds: 10_000_000)
            case .end:
                Issue.record("the engine hung up after \"\(text)\"")
                return text
            }
        }
        return text
    }

    private func segments(_ place: Place) throws -> Int {
        try FileSystem.list(place.journal + "/segments").count
    }

    @Test func `a client that leaves before its turn is not served, and others are`() throws {
        let (place, engine) = try start("leave")
        try whileStopped(engine) {
            withExtendedLifetime(try connect(place, "{\"request\":\"seal\"}\n")) {}
        }
        // The second answer comes at a later look than that at which the request was there.
        for _ in 0..<2 {
            let status = try answer(try connect(place, "{\"request\":\"status\"}\n"))
            #expect(status.hasPrefix("{\"ok\":true,"), "\(status)")
        }
        #expect(try segments(place) == 1)
        try stop(engine, place)
    }

    @Test func `a client that asks without end neither stops trading nor cuts the journal small`()
        throws
    {
        let (place, engine) = try start("hasty")
        let seal = "{\"request\":\"seal\"}\n"
        let (one, other) = try whileStopped(engine) {
            (try connect(place, seal), try connect(place, seal))
        }
        // Both at one look: there is nothing to seal the second time.
        #expect(try answer(one) == answer(other))
        #expect(try segments(place) == 2)
        let hasty = try connect(place, String(repeating: seal, count: 400))
        #expect(try answer(hasty).hasPrefix("{\"ok\":true,"))
        let status = try answer(try connect(place, "{\"request\":\"status\"}\n"))
        #expect(status.hasPrefix("{\"ok\":true,"), "\(status)")
        #expect(try segments(place) < 100)
        withExtendedLifetime(hasty) {}
        try stop(engine, place)
    }

    private struct Proposal: Decodable {
        let version: String
    }
}
