import Platform
import TestSupport
import Testing

@testable import Inspection

@Suite(.temporaryDirectory) struct `A bundle` {
    private var path: String { TemporaryDirectory.path + "/a.bundle" }

    private func tool(_ words: String...) -> ToolRun {
        TradedJournal.tool(["--journal", path] + words)
    }

    @Test func `of the tail is verified as a part, and nothing of it is missed`() throws {
        let journal = try TradedJournal(minutes: 3)
        let made = journal.tool("bundle", path, "--json")
        #expect(made.status == 0, "\(made.messages)")
        let first = try #require(value("first", made).flatMap { UInt64($0) })
        #expect(first > 1)
        let verified = tool("verify")
        #expect(verified.status == 0, "\(verified.output)")
        #expect(verified.output.contains("note: gap [1…\(first - 1)]"))
        #expect(verified.output.contains("begins with event \(first)"))
        #expect(!verified.output.contains("not replayed"))
        #expect(
            tool("show").lines.count == Int(value("head", made) ?? "").map { $0 - Int(first) + 1 }
        )
    }

    @Test func `of the tail says what it does not hold, whatever is asked`() throws {
        let journal = try TradedJournal(minutes: 3)
        let made = journal.tool("bundle", path, "--json")
        let first = try #require(value("first", made).flatMap { UInt64($0) })
        let begins = "the journal begins with event \(first)"
        for words in [["show"], ["show", "--order", "1"], ["sql", "SELECT count(*) FROM deals"]] {
            let run = TradedJournal.tool(["--journal", path] + words)
            #expect(run.status == 0 && run.messages.contains(begins), "\(words) \(run.messages)")
        }
        #expect(tool("show", "-n", "1").messages == "")
        let gone = tool("show", "--to", "2")
        #expect(gone.status == 1 && gone.messages.contains(begins))
    }

    @Test func `says what the copy ends with`() throws {
        let journal = try TradedJournal(minutes: 1)
        let made = journal.tool("bundle", path, "--whole", "--json")
        let end = tool("stat", "--json")
        #expect(value("head", made) == value("head", journal.tool("replay", "--json")))
        #expect(end.output.contains("\(try #require(value("chainHash", made)))"))
        #expect(tool("verify").output.contains("clean: "))
    }

    /// The text of a file of the bundle.
    private func text(_ name: String) throws -> String {
        let room = TemporaryDirectory.path + "/room"
        try FileSystem.removeTree(room)
        try FileSystem.createDirectory(room)
        let limits = BundleReader.Limits(fileBytes: 1 << 20, freeBytes: 1 << 30)
        #expect(try BundleReader.unpack(path, into: room, limits: limits).findings.isEmpty)
        return String(decoding: try FileSystem.read(room + "/" + name), as: UTF8.self)
    }

    @Test func `of a journal that was rolled back says so, as verify does`() throws {
        let journal = try TradedJournal(minutes: 2, commits: 40)
        let older = TemporaryDirectory.path + "/older"
        try FileSystem.copyTreeDurably(journal.path, to: older)
        try journal.trade()
        try FileSystem.removeTree(journal.path)
        try FileSystem.rename(older, to: journal.path)
        let verified = journal.tool("verify", "--json")
        #expect(verified.status == 1 && verified.output.contains("what came after is lost"))
        let made = journal.tool("bundle", path, "--json")
        #expect(made.status == 1, "\(made.output)")
        #expect(try value("head", made) == "\(journal.end().head)")
        let findings = try text("verify.json")
        #expect(findings.contains("\"clean\":false"), "\(findings)")
        #expect(findings.contains("what came after is lost"))
    }

    @Test func `and a backup stay clean on their machine while the engine goes on`() throws {
        let journal = try TradedJournal(minutes: 2, commits: 40)
        let backup = TemporaryDirectory.path + "/backup"
        #expect(journal.tool("backup", backup).status == 0)
        #expect(journal.tool("bundle", path).status == 0)
        try journal.trade()
        for copy in [path, backup] {
            func run(_ words: String...) -> ToolRun {
                TradedJournal.tool(["--journal", copy] + words, state: journal.state)
            }
            let alone = run("verify")
            #expect(alone.status == 0, "\(alone.output)")
            #expect(alone.output.contains("clean: "))
            #expect(alone.output.contains("the witness in it alone") == (copy == backup))
            let compared = run("verify", "--state-directory", journal.state)
            #expect(compared.status == 1 && compared.output.contains("what came after is lost"))
            let ofIt = TemporaryDirectory.path + "/of-it"
            #expect(run("bundle", ofIt, "--without-journal").status == 0)
            try FileSystem.removeFile(ofIt)
        }
        // A copy that nothing marks stands in the place of the journal for all that can be told.
        let copy = TemporaryDirectory.path + "/copy"
        try FileSystem.copyTreeDurably(backup, to: copy)
        try FileSystem.removeFile(copy + "/backup.lock")
        let plain = TradedJournal.tool(["--journal", copy, "verify"], state: journal.state)
        #expect(plain.status == 1)
    }
}
