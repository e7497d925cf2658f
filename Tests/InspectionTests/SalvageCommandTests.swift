import Journal
import Platform
import TestSupport
import Testing

@testable import Inspection

@Suite(.temporaryDirectory) struct `Salvage on the command line` {
    private func write(_ bytes: [UInt8], to path: String, at offset: Int) throws {
        try File(path: path, mode: .readWrite).write(bytes.span, at: offset)
    }

    /// Makes the page of the first batch that names the deposit all zeros, in every copy of it.
    private func loseDeposit(_ journal: TradedJournal) throws {
        var bytes = try FileSystem.read(journal.data)
        let wanted = Array("deposit".utf8)
        while let place = bytes.span.firstOffset(of: wanted.span, from: 0) {
            let page = place / 4096 * 4096
            try write([UInt8](repeating: 0, count: 4096), to: journal.data, at: page)
            bytes = try FileSystem.read(journal.data)
        }
    }

    @Test func `gives an equal journal where nothing is lost, and ends with 0`() throws {
        let journal = try TradedJournal(minutes: 1)
        try write([UInt8](repeating: 0, count: 8192), to: journal.data, at: 0)
        #expect(journal.tool("replay").status == 1)
        let target = journal.root + "/salvaged"
        let run = journal.tool("salvage", "--to", target, isTerminal: true)
        #expect(run.status == 0, "\(run.messages)")
        #expect(run.output.hasPrefix("complete: "))
        #expect(run.messages.contains("searched"))
        let saved = ["--journal", target]
        #expect(TradedJournal.tool(saved + ["verify"]).status == 0)
        let replay = TradedJournal.tool(saved + ["replay", "--from-genesis"])
        #expect(replay.status == 0)
        let shown = TradedJournal.tool(saved + ["show", "--json"])
        #expect(shown.output == journal.tool("show", "--json").output)
    }

    @Test func `tells of what is lost, and ends with 1`() throws {
        let journal = try TradedJournal(minutes: 1)
        try loseDeposit(journal)
        let target = journal.root + "/salvaged"
        let run = journal.tool("salvage", "--to", target, "--json")
        #expect(run.status == 1)
        #expect(value("complete", run) == "false")
        #expect(value("endKnown", run) == "true")
        #expect(run.output.contains("\"gaps\":[{\"first\":1,"))
        #expect(run.lines.count == 1)
        let saved = ["--journal", target]
        let verified = TradedJournal.tool(saved + ["verify"])
        #expect(verified.status == 1)
        #expect(verified.output.contains("are missing"))
        // Even from a snapshot behind the gap: what the missing events did is not known.
        for words in [["replay"], ["replay", "--from-genesis"], ["state"]] {
            let stopped = TradedJournal.tool(saved + words)
            #expect(stopped.status == 1, "\(words)")
            #expect(stopped.messages.contains("the journal has a gap"), "\(words)")
        }
        #expect(TradedJournal.tool(saved + ["show"]).output.contains("inputsMarked"))
    }

    @Test func `ends with 2 where nothing can be read, and makes nothing`() throws {
        let journal = try TradedJournal(minutes: 1)
        let noise = journal.root + "/noise"
        try FileSystem.replaceDurably(noise, with: [RandomBytes.draw(50_000)])
        let target = journal.root + "/salvaged"
        let run = TradedJournal.tool(["--journal", noise, "salvage", "--to", target])
        #expect(run.status == 2)
        #expect(run.messages.contains("holds no intact batch"))
        #expect(try FileSystem.status(target) == nil)
        #expect(journal.tool("salvage").status == 2)
        #expect(journal.tool("salvage", "--to", journal.state).status == 1)
    }

    @Test func `shows intact events of a broken batch as evidence`() throws {
        let journal = try TradedJournal(minutes: 1)
        let head = try journal.end().head
        // Where no tree leads to, the raw bytes are shown.
        try write([UInt8](repeating: 0, count: 8192), to: journal.data, at: 0)
        let all = journal.tool("show", "--json")
        #expect(all.status == 1)
        #expect(all.lines.count == Int(head))
        #expect(try journal.damage("deposit"))
        let shown = journal.tool("show", "--json")
        #expect(shown.status == 1)
        #expect(shown.messages.contains("missing"))
        let evidence = shown.lines.filter { $0.hasSuffix("\"evidence\":true}") }
        #expect(!evidence.isEmpty)
        #expect(shown.lines.count == Int(head) - 1)
        #expect(journal.tool("show").output.contains("evidence: "))
    }

    @Test func `is not needed to tell a damaged event from the others`() throws {
        let journal = try TradedJournal(minutes: 1)
        let whole = journal.tool("show").lines
        #expect(try journal.damage("deposit"))
        let shown = journal.tool("show")
        #expect(shown.status == 1)
        #expect(shown.lines.count == whole.count)
        let marked = shown.lines.filter { $0.contains("  damaged: ") }
        #expect(marked.count == 1)
        let json = journal.tool("show", "--json").lines.filter { $0.contains("\"damaged\":true") }
        #expect(json.count == 1)
    }

    @Test func `leaves its source as it was`() throws {
        let journal = try TradedJournal(minutes: 1)
        try loseDeposit(journal)
        let before = try contents(of: journal.path)
        #expect(journal.tool("salvage", "--to", journal.root + "/salvaged").status == 1)
        #expect(try contents(of: journal.path) == before)
    }

    /// Bytes and times of all files below a directory.
    private func contents(of directory: String) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for name in try FileSystem.list(directory) {
            let path = directory + "/" + name
            guard let status = try FileSystem.status(path) else { continue }
            if status.isDirectory {
                found.merge(try contents(of: path)) { first, _ in first }
            } else {
                found[path] = try FileSystem.read(path) + Array("\(status.modified)".utf8)
            }
        }
        return found
    }
}
