import Journal
import Platform
import Projections
import Runtime
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `Backups on the command line` {
    private var backup: String { TemporaryDirectory.path + "/backup" }

    @Test func `hold what the journal holds, and replay to the same state`() throws {
        let journal = try TradedJournal(minutes: 2, commits: 40)
        let first = journal.tool("backup", backup, "--json")
        #expect(first.status == 0, "\(first.messages)")
        #expect(try value("head", first) == "\(journal.end().head)")
        #expect(value("new", first) == "true")
        try journal.trade()
        let second = journal.tool("backup", backup)
        #expect(second.status == 0, "\(second.messages)")
        #expect(second.output.contains("verified"))
        let copy = TradedJournal.tool(["--journal", backup, "replay", "--from-genesis", "--json"])
        let whole = journal.tool("replay", "--from-genesis", "--json")
        for key in ["head", "stateHash", "outcomeHash"] {
            #expect(value(key, copy) == value(key, whole))
        }
        #expect(TradedJournal.tool(["--journal", backup, "verify"]).status == 0)
    }

    @Test func `of a damaged journal are not made, and salvage is named`() throws {
        let journal = try TradedJournal(minutes: 1)
        #expect(try journal.damage("deposit"))
        let run = journal.tool("backup", backup)
        #expect(run.status == 1)
        #expect(run.messages.contains("nothing was backed up"))
        #expect(run.messages.contains("salvage"))
        #expect(try FileSystem.status(backup) == nil)
    }

    @Test func `are refused with a plain sentence where the target is not fit`() throws {
        let journal = try TradedJournal(minutes: 1)
        let within = journal.tool("backup", journal.path + "/backup")
        #expect(within.status == 1)
        #expect(within.messages.contains("it lies within the journal"))
        try FileSystem.createDirectories(backup)
        let there = journal.tool("backup", backup)
        #expect(there.status == 1)
        #expect(there.messages.contains("it is no backup"))
    }
}

@Suite(.temporaryDirectory) struct `Restores on the command line` {
    private var backup: String { TemporaryDirectory.path + "/backup" }

    /// A journal with a backup of its first part, and an epoch after it.
    private func traded() throws -> (journal: TradedJournal, head: UInt64) {
        let journal = try TradedJournal(minutes: 2, commits: 40)
        #expect(journal.tool("backup", backup).status == 0)
        let head = try journal.end().head
        try journal.trade()
        return (journal, head)
    }

    @Test func `that lose something are refused, and tell what`() throws {
        let (journal, head) = try traded()
        let end = try journal.end().head
        let run = journal.tool("restore", backup)
        #expect(run.status == 1)
        #expect(run.messages.contains("--accept-rollback --operator NAME --reason TEXT"))
        #expect(run.output.contains("lost: from event \(head + 1) to event \(end); epochs 2"))
        #expect(run.output.contains("\(journal.path)/witness knows event \(end), epoch 2"))
        #expect(run.output.contains("open at event \(head), with a fate"))
        let lost = journal.tool("show", "--from", "\(head + 1)", "--json").lines
        #expect(run.output.contains("not by the backup: \(lost.count) events"))
        let filled = lost.filter { $0.contains("\"kind\":\"orderFilled\"") }.count
        #expect(filled > 0)
        #expect(run.output.contains("fills: \(filled)\n"))
        let json = journal.tool("restore", backup, "--json")
        #expect(json.status == 1)
        #expect(value("restored", json) == "false")
        #expect(json.output.contains("\"first\":\(head + 1),\"last\":\(end),\"epochs\":[2]"))
        #expect(try journal.end().head == end)
        #expect(journal.tool("verify").status == 0)
        #expect(journal.tool("restore", backup, "--accept-rollback").status == 2)
    }

    @Test func `that were accepted are told by stat, state and show`() throws {
        let (journal, head) = try traded()
        let end = try journal.end().head
        let run = journal.tool(
            "restore",
            backup,
            "--accept-rollback",
            "--operator",
            "me",
            "--reason",
            "disk broke"
        )
        #expect(run.status == 0, "\(run.messages)")
        #expect(run.output.contains("is kept as \(journal.path).before-restore-\(end)"))
        #expect(journal.tool("verify").status == 0)
        let stat = journal.tool("stat")
        #expect(
            stat.output.contains("from \(backup) by me: disk broke; what came after up to \(end)")
        )
        #expect(journal.tool("stat", "--json").output.contains("\"lostUpTo\":\(end)"))
        let state = journal.tool("state")
        #expect(state.output.contains("epochs lost by a restore: 2\n"))
        #expect(state.output.contains("events \(head + 1) to \(end) are lost"))
        let show = journal.tool("show", "--kind", "journalRestored")
        #expect(show.lines.count == 1)
        #expect(show.output.contains("restored from \(backup) by me: disk broke"))
        // Orders of the lost epoch are known as ours at the venue.
        let reader = try JournalReader.open(journal.path)
        let replay = try StateReader(reader).replay(to: .head).replay
        let id = ClientOrderID(
            tag: replay.state.tag,
            epoch: Epoch(2),
            draw: "abcd",
            order: OrderID(head + 40)
        )
        #expect(replay.state.provenance(of: id) == .lost)
        #expect(replay.state.epoch == Epoch(3))
        // And the engine goes on from there.
        try journal.trade()
        #expect(journal.tool("verify").status == 0)
    }

    @Test func `that lose nothing need no flag and are recorded too`() throws {
        let journal = try TradedJournal(minutes: 1)
        #expect(journal.tool("backup", backup).status == 0)
        let run = journal.tool("restore", backup, "--json")
        #expect(run.status == 0, "\(run.messages)")
        #expect(value("restored", run) == "true")
        #expect(run.output.contains("\"lost\":null"))
        #expect(journal.tool("show", "--kind", "journalRestored").lines.count == 1)
        #expect(journal.tool("state").output.contains("lost") == false)
        #expect(journal.tool("verify").status == 0)
    }

    @Test func `onto a machine that knows nothing say so`() throws {
        let (journal, _) = try traded()
        let elsewhere = TemporaryDirectory.path + "/elsewhere"
        let run = TradedJournal.tool(
            ["--journal", elsewhere, "restore", backup],
            state: TemporaryDirectory.path + "/new-state"
        )
        #expect(run.status == 0, "\(run.messages)")
        #expect(run.messages.contains("cannot be proven here"))
        let outer = try FileSystem.list(TemporaryDirectory.path + "/new-state")
        #expect(outer.contains { $0.hasSuffix(".witness") })
        #expect(try journal.end().head > 0)
    }

    @Test func `beside a running engine are refused`() throws {
        let (journal, _) = try traded()
        let writer = try journal.writer()
        let run = journal.tool("restore", backup)
        #expect(run.status == 1)
        #expect(run.messages.contains("is writing it"))
        withExtendedLifetime(writer) {}
    }

    @Test func `of what is no backup are refused`() throws {
        let (journal, _) = try traded()
        for path in [journal.path, TemporaryDirectory.path, backup + "/witness", "/nonexistent"] {
            let run = journal.tool("restore", path)
            #expect(run.status == 1 || run.status == 2, "\(path)")
            #expect(run.messages.hasPrefix("journalctl: cannot restore"), "\(run.messages)")
        }
        #expect(journal.tool("verify").status == 0)
    }
}
