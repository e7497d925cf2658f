import Platform
import TestSupport
import Testing

@testable import Inspection

@Suite(.temporaryDirectory) struct `The place of an export` {
    private func file(_ name: String) -> String { TemporaryDirectory.path + "/" + name }

    @Test(arguments: ["jsonl", "csv", "sqlite"])
    func `is not made by destroying a file of the user beside it`(format: String) throws {
        let journal = try TradedJournal(minutes: 1)
        try FileSystem.replaceDurably(file("it.new"), with: [Array("mine".utf8)])
        for force in [[], ["--force"]] {
            let words = ["--journal", journal.path, "export", "--format", format, file("it")]
            let run = TradedJournal.tool(words + force)
            #expect(run.status == 1)
            #expect(run.messages.contains("it.new is in the way"), "\(run.messages)")
        }
        #expect(try FileSystem.read(file("it.new")) == Array("mine".utf8))
        #expect(try FileSystem.status(file("it")) == nil)
    }

    @Test(arguments: ["jsonl", "csv", "sqlite"])
    func `is left as it was by an export that fails`(format: String) throws {
        let journal = try TradedJournal.ofSignals(minutes: 3, segmentLimit: 1)
        _ = try journal.cutFront(behind: 20)
        try FileSystem.removeTree(journal.path + "/snapshots")
        // Without the state before the first event there are no tables.
        let run = journal.tool("export", "--format", format, file("it"))
        #expect(run.status == 1)
        #expect(try FileSystem.status(file("it")) == nil || format == "jsonl")
        #expect(try FileSystem.status(file("it.new")) == nil)
    }

    @Test(arguments: ["jsonl", "csv", "sqlite"])
    func `is cleared of what a killed export left`(format: String) throws {
        let journal = try TradedJournal(minutes: 1)
        try FileSystem.createDirectory(file("it.new"))
        try FileSystem.createDirectory(file("it.new/made"))
        #expect(journal.tool("export", "--format", format, file("it")).status == 0)
        #expect(try FileSystem.status(file("it.new")) == nil)
        #expect(try FileSystem.status(file("it")) != nil)
    }
}
