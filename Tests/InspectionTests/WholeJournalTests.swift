import Journal
import Platform
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `A whole journal` {
    @Test func `is clean after an orderly run`() throws {
        let journal = try TradedJournal(minutes: 1)
        let head = try journal.end().head
        let run = journal.tool("verify")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("clean: \(head) events, head \(head), chain "))
        #expect(journal.tool("verify", "--json").output.contains("\"replayed\":true"))
        let shown = journal.tool("verify", isTerminal: true)
        #expect(shown.messages.contains("checking pages"))
    }

    @Test func `counts its kinds, epochs and segments`() throws {
        let journal = try TradedJournal(minutes: 1)
        let (head, time) = try journal.end()
        do {
            let writer = try journal.writer()
            try writer.beginEpoch(2)
            let began = EpochBegan(
                epoch: Epoch(2),
                draw: "abcd",
                previousStop: .clean,
                program: "test",
                process: 1
            )
            try writer.append(.epochBegan(began), time: time)
            try writer.commit(at: time)
        }
        let stat = journal.tool("stat", "--json")
        #expect(stat.status == 0)
        #expect(value("events", stat) == "\(head + 1)")
        #expect(value("uncleanStops", stat) == "1")
        #expect(stat.output.contains("\"stop\":\"tape ended\""))
        #expect(stat.output.contains("\"epoch\":1,\"first\":2,\"last\":\(head),"))
        #expect(stat.output.contains("\"kind\":\"journalBegan\",\"count\":1,"))
        #expect(journal.tool("stat").output.contains("unclean    stops: 1"))
        let segments = journal.tool("segments", "--json")
        #expect(segments.output.contains("\"first\":1,\"last\":\(head + 1),"))
        #expect(segments.output.contains("\"sealed\":false"))
    }

    @Test func `counts what can be read where an event is broken`() throws {
        let journal = try TradedJournal(minutes: 1)
        let whole = journal.tool("stat", "--json")
        let segments = journal.tool("segments", "--json")
        #expect(try journal.damage("deposit"))
        for (words, sound) in [(["stat", "--json"], whole), (["segments", "--json"], segments)] {
            let run = TradedJournal.tool(["--journal", journal.path] + words, state: journal.state)
            #expect(run.status == 1)
            #expect(run.messages.contains("does not match its checksum"))
            #expect(value("events", run) == value("events", sound))
        }
        #expect(value("uncleanStops", journal.tool("stat", "--json")) == "0")
    }

    @Test func `gets a snapshot under an epoch of its own`() throws {
        let journal = try TradedJournal(minutes: 1)
        let head = try journal.end().head
        let outcome = value("outcomeHash", journal.tool("replay", "--json"))
        let run = journal.tool("snapshot", "--json")
        #expect(run.status == 0, "\(run.messages)")
        #expect(value("snapshot", run) == "\(head + 1)")
        #expect(value("head", run) == "\(head + 3)")
        let replay = journal.tool("replay", "--json")
        #expect(replay.status == 0)
        #expect(value("snapshot", replay) == "\(head + 1)")
        #expect(value("outcomeHash", replay) == outcome)
        #expect(journal.tool("verify").status == 0)
        #expect(journal.tool("stat").output.contains("completed"))
    }

    @Test func `goes on after a pause by a limit once a person has looked`() throws {
        let journal = try TradedJournal(minutes: 1)
        let (head, time) = try journal.end()
        do {
            let writer = try journal.writer()
            try writer.beginEpoch(2)
            let began = EpochBegan(
                epoch: Epoch(2),
                draw: "abcd",
                previousStop: .clean,
                program: "test",
                process: 1
            )
            try writer.append(.epochBegan(began), time: time)
            let pause = BotStatusChanged(status: .paused, reason: "order rate")
            try writer.append(.botStatusChanged(pause), time: time)
            try writer.commit(at: time)
        }
        #expect(journal.tool("resume").status == 2)
        let run = journal.tool("resume", "--operator", "me", "--reason", "looked at it")
        #expect(run.status == 0, "\(run.messages)")
        #expect(run.output.contains("was paused (order rate)"))
        let state = journal.tool("state")
        #expect(state.output.contains("running"))
        #expect(state.output.contains("resumed by me: looked at it"))
        let resumed = try journal.end().head
        let again = journal.tool("resume", "--operator", "me", "--reason", "twice")
        #expect(again.status == 1 && again.messages.contains("the engine is not paused"))
        #expect(try journal.end().head == resumed)
        #expect(journal.tool("verify").status == 0)
        #expect(head > 0)
    }

    @Test func `is left as it was by every reading command`() throws {
        let journal = try TradedJournal(minutes: 1)
        let before = try tree(journal.root)
        for words in [
            ["replay"], ["replay", "--from-genesis"], ["show"], ["state"], ["state", "--at", "20"],
            ["diff", "genesis", "head"], ["verify"], ["stat"], ["segments"],
        ] {
            let run = TradedJournal.tool(["--journal", journal.path] + words, state: journal.state)
            #expect(run.status == 0, "\(words)")
        }
        #expect(try tree(journal.root) == before)
    }

    @Test func `that is missing, empty or foreign is named as what it is`() throws {
        let root = TemporaryDirectory.path
        try FileSystem.createDirectories(root + "/empty")
        try FileSystem.createDirectories(root + "/foreign")
        try FileSystem.replaceDurably(root + "/foreign/notes", with: [[1, 2, 3]])
        for (name, words) in [
            ("missing", "there is nothing at this path"), ("empty", "the directory is empty"),
            ("foreign", "the directory holds other things"),
        ] {
            for verb in [["replay"], ["show"], ["state"], ["verify"], ["stat"], ["snapshot"]] {
                let run = TradedJournal.tool(
                    ["--journal", root + "/" + name] + verb,
                    state: root + "/state"
                )
                #expect(run.status == 2, "\(name) \(verb)")
                #expect(run.messages.contains(words), "\(name) \(verb)")
                #expect(run.output == "")
            }
        }
        #expect(try FileSystem.status(root + "/missing") == nil)
        #expect(try FileSystem.list(root + "/empty") == [])
    }

    @Test func `of which nothing is left can not be verified`() throws {
        let journal = try TradedJournal(minutes: 1)
        let zeros = [UInt8](repeating: 0, count: try FileSystem.read(journal.data).count)
        try FileSystem.replaceDurably(journal.data, with: [zeros])
        #expect(journal.tool("verify").status == 2)
        #expect(journal.tool("show").status == 2)
    }

    /// Every file with its bytes and the moment of its last change.
    private func tree(_ path: String) throws -> [String: [UInt64]] {
        var found: [String: [UInt64]] = [:]
        for name in try FileSystem.list(path) {
            let child = path + "/" + name
            guard let status = try FileSystem.status(child) else { continue }
            if status.isDirectory {
                found.merge(try tree(child)) { $1 }
            } else {
                var hash = SipHash(key0: 1, key1: 2)
                for byte in try FileSystem.read(child) { hash.word(UInt64(byte)) }
                let digest = hash.finish()
                found[child] = [
                    UInt64(status.size), UInt64(bitPattern: status.modified), digest.first,
                    digest.second,
                ]
            }
        }
        return found
    }
}
