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

    @Test func `of a period has the state hash of its last event`() throws {
        let journal = try TradedJournal(minutes: 1)
        let marks = Set(
            journal.tool("show", "--json", "--kind", "inputsMarked").lines.compactMap { line in
                UInt64(line.dropFirst(12).prefix { $0.isNumber })
            }
        )
        let head = try journal.end().head
        let ends = (2..<head).filter { marks.contains($0 + 1) }
        #expect(ends.count > 20)
        for last in ends.suffix(3) + [head - 1, head] {
            let state = journal.tool("state", "--at", "\(last)", "--json").output
            let hash = try #require(text("stateHash", in: state[...]))
            let (check, _) = try page(journal, "--to", "\(last)")
            #expect(check.text.contains(hash), "\(last)")
        }
    }

    @Test func `of a copy does not call the engine's stop unclean`() throws {
        let journal = try TradedJournal(minutes: 1)
        let bundle = journal.root + "/a.bundle"
        let backup = journal.root + "/backup"
        do {
            let epoch = try MadeEpoch(journal)
            try epoch.commit()
            #expect(journal.tool("bundle", bundle).status == 0)
            #expect(journal.tool("backup", backup).status == 0)
            let running = journal.tool("stat", "--json").output
            #expect(running.contains("\"stop\":\"running\""))
            #expect(running.contains("\"uncleanStops\":0,"))
        }
        let words = "running when it was copied, or unclean"
        for path in [bundle, backup] {
            let file = journal.root + "/copy.html"
            let run = TradedJournal.tool(["--journal", path, "report", file, "--force"])
            #expect(run.status == 0, "\(run.messages)\(run.output)")
            let check = PageCheck(String(decoding: try FileSystem.read(file), as: UTF8.self))
            #expect(check.value("unclean-stops") == "0", "\(path)")
            #expect(check.text.contains(words) && !check.text.contains("stop was unclean"))
            let stat = TradedJournal.tool(["--journal", path, "stat", "--json"]).output
            #expect(stat.contains("\"uncleanStops\":0,") && stat.contains("\"stop\":\"\(words)\""))
        }
        // Of the journal itself no engine runs any more.
        #expect(journal.tool("stat", "--json").output.contains("\"uncleanStops\":1,"))
        #expect(try page(journal).check.value("unclean-stops") == "1")
    }
}

@Suite(.temporaryDirectory) struct `A report over a gap` {
    @Test func `says at least, and none as far as could be read`() throws {
        let journal = try TradedJournal(minutes: 1)
        let whole = try page(journal).check
        #expect(whole.text.contains("No error was recorded."))
        #expect(whole.text.contains("The outcome of every request was known."))
        let fills = try #require(whole.value("fill-count"))
        #expect(whole.text.contains("Fills: all \(fills)"))
        let lost = try journal.flip(kind: "dealClosed")
        let (check, _) = try page(journal, status: 1)
        #expect(check.value("fill-count") == fills)
        for text in [
            "Fills: at least ", "Epochs: at least 1", "Alarmsat least 0",
            "No error was recorded, as far as could be read.",
            "The outcome of every request was known, as far as could be read.",
            "Sums by instrument, as far as could be read",
        ] { #expect(check.text.contains(text), "\(text)") }
        #expect(!check.text.contains(": all ") && !check.text.contains("recorded."))
        // What ends before the gap is whole.
        let before = try page(journal, "--to", "\(lost - 1)", status: 1).check
        #expect(before.text.contains("Fills: all "))
        #expect(before.text.contains("No error was recorded."))
    }

    @Test func `has no figures from behind its period`() throws {
        let journal = try TradedJournal(minutes: 3)
        let lost = try journal.flip(kind: "dealClosed")
        for last in [lost - 1, lost] {
            let state = journal.tool("state", "--at", "\(lost - 1)", "--json").output
            let (check, _) = try page(journal, "--to", "\(last)", status: 1)
            let hash = try #require(text("stateHash", in: state[...]))
            #expect(check.text.contains(hash), "\(last)")
            let fills = try #require(check.value("fill-count"))
            #expect(state.contains("\"fills\":\(fills),"), "\(last)")
            #expect(check.text.contains("Up to event") == (last == lost))
        }
    }
}

@Suite(.temporaryDirectory) struct `A journal of nothing but zeros` {
    @Test func `is told by every command as nothing that can be read`() throws {
        let journal = try TradedJournal(minutes: 1)
        let bytes = try FileSystem.read(journal.data)
        let fillers: [[UInt8]] = [
            Array(repeating: 0, count: bytes.count), [],
            Array(bytes.prefix(8192)) + Array(repeating: 7, count: bytes.count - 8192),
        ]
        for (place, filler) in fillers.enumerated() {
            try FileSystem.replaceDurably(journal.data, with: [filler])
            // A bundle packs the bytes as they are: that is done.
            for words in ReadingCommands.all() where words.first != "bundle" {
                try ReadingCommands.clear()
                let run = TradedJournal.tool(
                    ["--journal", journal.path] + words,
                    state: journal.state
                )
                #expect(run.status == 2, "\(place) \(words): \(run.messages)")
            }
        }
        let (check, _) = try page(journal, status: 2)
        #expect(check.text.contains("Nothing can be read"))
        #expect(check.value("profit") == nil && check.value("fees") == nil)
        // One that is damaged and not lost is another thing.
        var front = bytes
        for place in 0..<8192 { front[place] = 0 }
        try FileSystem.replaceDurably(journal.data, with: [front])
        for command in ["state", "stat", "show"] { #expect(journal.tool(command).status == 1) }
    }
}

extension TradedJournal {
    /// Turns a bit in the first event of a kind and gives the number of the event.
    @discardableResult
    func flip(kind: String) throws -> UInt64 {
        let line = try #require(tool("show", "--json", "--kind", kind).lines.first)
        let sequence = try #require(UInt64(line.dropFirst(12).prefix { $0.isNumber }))
        var payload: [UInt8] = []
        var first: UInt64 = 0
        try JournalReader.open(path).forEachBatch(from: sequence) { batch in
            first = batch.header.firstSequence
            batch.forEachEvent { event in
                guard event.sequence == sequence else { return }
                for index in 0..<event.payload.count { payload.append(event.payload[index]) }
            }
            return .stop
        }
        var bytes = try FileSystem.read(data)
        // Pages that were freed may hold it too.
        let places = bytes.indices.dropLast(payload.count).filter { place in
            bytes[place] == payload[0]
                && bytes[place..<(place + payload.count)].elementsEqual(payload)
        }
        #expect(!places.isEmpty)
        for place in places { bytes[place + payload.count - 20] ^= 1 }
        try FileSystem.replaceDurably(data, with: [bytes])
        return first
    }
}
