import Journal
import Platform
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `Replay on the command line` {
    @Test func `gives the same state from a snapshot and from genesis`() throws {
        let journal = try TradedJournal(minutes: 1)
        let quick = journal.tool("replay", "--json")
        let full = journal.tool("replay", "--from-genesis", "--json")
        #expect(quick.status == 0 && full.status == 0)
        #expect(quick.lines.count == 1)
        #expect(quick.output.contains("\"events\":0,"))
        #expect(full.output.contains("\"snapshot\":null,\"divergence\":null,"))
        #expect(try full.output.contains("\"events\":\(journal.end().head),"))
        for key in ["stateHash", "outcomeHash", "head"] {
            #expect(value(key, quick) == value(key, full))
            #expect(value(key, full) != nil)
        }
        #expect(journal.tool("replay").output.contains("stateHash        "))
    }

    @Test func `ends at a sequence number or a time`() throws {
        let journal = try TradedJournal(minutes: 1)
        #expect(value("head", journal.tool("replay", "--to", "10", "--json")) == "10")
        #expect(value("head", journal.tool("replay", "--to", "0", "--json")) == "0")
        let before = journal.tool("replay", "--to", "2023-12-31", "--json")
        #expect(value("head", before) == "0")
        let late = journal.tool("replay", "--to=2030-01-01", "--json")
        #expect(try value("head", late) == "\(journal.end().head)")
        let beyond = journal.tool("replay", "--to", "999999")
        #expect(beyond.status == 2)
        #expect(beyond.messages.contains("there is no event 999999"))
    }

    @Test func `names the first recorded hash that differs`() throws {
        let journal = try TradedJournal(minutes: 1)
        let (head, time) = try journal.end()
        do {
            let writer = try journal.writer()
            let wrong = StateHashed(hash: StateHash(words: (1, 2, 3, 4)), isSnapshot: false)
            try writer.append(.stateHashed(wrong), time: time)
            try writer.append(.stateHashed(wrong), time: time)
            try writer.commit(at: time)
        }
        let run = journal.tool("replay", "--json")
        #expect(run.status == 1)
        #expect(run.output.contains("\"divergence\":{\"sequence\":\(head + 1),"))
        #expect(journal.tool("replay").output.contains("at event \(head + 1): recorded 0100"))
        let verified = journal.tool("verify")
        #expect(verified.status == 1)
        #expect(verified.output.contains("2 findings"))
        #expect(journal.tool("snapshot").status == 1)
    }

    @Test func `stops at damage and says where`() throws {
        let journal = try TradedJournal(minutes: 1)
        #expect(try journal.damage("deposit"))
        let replay = journal.tool("replay", "--from-genesis")
        #expect(replay.status == 1)
        #expect(replay.messages.contains("does not match its checksum"))
        // The newest snapshot lies behind the damage.
        #expect(journal.tool("replay").status == 0)
        let verified = journal.tool("verify", "--json")
        #expect(verified.status == 1)
        #expect(verified.output.contains("\"code\":\"event\""))
        #expect(verified.output.contains("\"replayed\":false"))
        let shown = journal.tool("show", "--json")
        #expect(shown.status == 1)
        #expect(try UInt64(shown.lines.count) == journal.end().head)
        #expect(journal.tool("state", "--at", "1").status == 0)
        #expect(journal.tool("state", "--at", "20").status == 1)
    }

    @Test func `stops at an event that does not fit, with its number`() throws {
        let journal = try TradedJournal(minutes: 1)
        let (head, time) = try journal.end()
        do {
            let writer = try journal.writer()
            try writer.append(.cancelIntended(CancelIntended(order: OrderID(999_999))), time: time)
            try writer.append(NewEvent(kind: 999, version: 3, time: time, payload: [1, 255]))
            try writer.commit(at: time)
        }
        let run = journal.tool("replay")
        #expect(run.status == 2)
        #expect(run.messages.contains("replay stopped at event \(head + 1)"))
        #expect(journal.tool("verify").status == 1)
        let shown = journal.tool("show", "--from", "\(head + 1)", "--json")
        #expect(shown.status == 1)
        #expect(shown.lines.count == 2)
        #expect(shown.output.contains("\"kind\":\"kind999\""))
        #expect(shown.output.contains("\"bytes\":\"01ff\""))
    }

    @Test func `passes over a damaged snapshot with the same result`() throws {
        let journal = try TradedJournal(minutes: 1)
        let good = journal.tool("replay", "--json")
        let head = try journal.end().head
        let digits = String(head)
        let name = String(repeating: "0", count: 20 - digits.count) + digits
        let path = journal.path + "/snapshots/\(name).snapshot"
        let file = try File(path: path, mode: .readWrite)
        let byte = [try file.read(at: 200, count: 1)[0] ^ 4]
        try file.write(byte.span, at: 200)
        let run = journal.tool("replay", "--json")
        #expect(run.status == 0)
        #expect(value("stateHash", run) == value("stateHash", good))
        #expect(run.messages.contains("do not match their SHA-256"))
        #expect(journal.tool("verify").status == 1)
    }
}

/// The text of a value in one JSON line.
func value(_ key: String, _ run: ToolRun) -> String? {
    guard let start = run.output.range(of: "\"\(key)\":") else { return nil }
    return String(run.output[start.upperBound...].prefix { $0 != "," && $0 != "}" })
}

extension String {
    /// Where `text` first occurs.
    fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
