import Journal
import Platform
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `What a report says` {
    /// Plants an alarm that is stamped before the head, and passes over it by a correction.
    private func passOver(_ words: String, in journal: TradedJournal) throws {
        let (head, time) = try journal.end()
        do {
            let writer = try journal.writer()
            try writer.beginEpoch(2)
            let began = EpochBegan(
                epoch: Epoch(2),
                draw: "abcd",
                previousStop: .clean,
                program: "made up",
                process: 1
            )
            try writer.append(.epochBegan(began), time: time + 1_000_000_000)
            let alarm = ErrorRecorded(severity: .alarm, text: words)
            try writer.append(.errorRecorded(alarm), time: time)
            try writer.commit(at: time + 1_000_000_000)
        }
        let command = ["correct", "skip", "\(head + 2)", "--operator", "me", "--reason", "broken"]
        let start = ["--journal", journal.path] + command + ["--json"]
        let shown = TradedJournal.tool(start, state: journal.state)
        #expect(shown.status == 0, "\(shown.messages)")
        let version = try #require(text("version", in: shown.output[...]))
        let done = TradedJournal.tool(start + ["--expect", version], state: journal.state)
        #expect(done.status == 0, "\(done.messages)")
    }

    @Test func `leaves out what a correction passes over`() throws {
        let journal = try TradedJournal(minutes: 1)
        try passOver("planted", in: journal)
        #expect(!journal.tool("state", "--json").output.contains("planted"))
        let (check, _) = try page(journal)
        #expect(check.value("alarms") == "0")
        #expect(!check.text.contains("planted"))
        // It is left out where the events are found without the tree too.
        let names = try FileSystem.list(journal.path + "/snapshots")
        let file = try File(
            path: "\(journal.path)/snapshots/\(try #require(names.first))",
            mode: .readWrite
        )
        let flipped = [try file.read(at: 200, count: 1)[0] ^ 1]
        try file.write(flipped.span, at: 200)
        let raw = try page(journal, status: 1).check
        #expect(raw.value("alarms") == "0")
        #expect(!raw.text.contains("could be replayed") && !raw.text.contains("planted"))
        for id in ["profit", "fill-count", "orders", "unclean-stops"] {
            #expect(raw.value(id) == check.value(id), "\(id)")
        }
    }
}
