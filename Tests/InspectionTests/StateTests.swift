import Journal
import Platform
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `States and differences` {
    @Test func `a state names all that a trader asks for`() throws {
        let journal = try TradedJournal(minutes: 1)
        let json = journal.tool("state", "--json")
        #expect(json.status == 0 && json.lines.count == 1)
        for key in [
            "time", "status", "activePairs", "deals", "orders", "risk", "metrics", "marks",
            "errors", "maximumPositionSize", "stopLossFraction", "maximumDailyLoss",
            "currentExposure", "dayLoss", "available", "closedDeals", "profitableDeals",
            "totalProfit", "maximumDrawdown", "winRate", "averageDuration", "line", "stateHash",
            "refusedAt", "executions", "requestTimes", "peakProfit", "putAwayAt",
            "refusedRequest", "day", "heldNanoseconds",
        ] { #expect(json.output.contains("\"\(key)\":"), "\(key)") }
        let text = journal.tool("state")
        for word in ["balances:", "USDT", "instruments:", "risk:", "metrics:", "inputs consumed"] {
            #expect(text.output.contains(word), "\(word)")
        }
    }

    @Test func `a state counts the orders of the window before its own time`() throws {
        let journal = try TradedJournal(minutes: 3)
        let lines = journal.tool("show", "--json", "--kind", "orderIntended").lines
        let orders = try lines.map { line in
            let time = try #require(text("time", in: line.prefix(80)))
            return (
                sequence: UInt64(line.dropFirst(12).prefix { $0.isNumber }) ?? 0,
                time: try #require(Timestamp(time))
            )
        }
        #expect(orders.count > 4)
        let head = try journal.end().head
        var found: Set<Int> = []
        for point in stride(from: 20, through: head, by: 7) {
            let state = journal.tool("state", "--at", "\(point)", "--json")
            let line = state.output.split(separator: ",\"mode\"")[0]
            let now = try #require(text("time", in: line).flatMap { Timestamp($0) })
            let recent = orders.count { $0.sequence <= point && now - $0.time <= .second }
            #expect(value("requestsInWindow", state) == "\(recent)", "\(point)")
            let told = journal.tool("state", "--at", "\(point)").lines
                .first { $0.contains("orders in window") }
            #expect(told?.hasSuffix(" \(recent)") == true, "\(point)")
            found.insert(recent)
        }
        #expect(found.contains(0) && found.count > 1)
    }

    @Test func `a state in the middle of a deal shows its legs and open orders`() throws {
        let journal = try TradedJournal(minutes: 1)
        let stop = journal.tool("show", "--kind", "orderAccepted", "--json").lines
            .first { $0.contains("\"role\":\"stop\"") }
        let line = try #require(stop)
        let sequence = line.dropFirst("{\"sequence\":".utf8.count).prefix { $0.isNumber }
        let text = journal.tool("state", "--at", String(sequence)).output
        #expect(text.contains("open deals: 1"))
        #expect(text.contains("    entry  "))
        #expect(text.contains("stop-market trigger"))
        #expect(text.contains("hf-"))
    }

    @Test func `a time between two events gives the state after the earlier one`() throws {
        let journal = try TradedJournal(minutes: 1)
        let lines = journal.tool("show", "--json", "--kind", "inputsMarked").lines
        let times = lines.map { line in
            (
                UInt64(line.dropFirst(12).prefix { $0.isNumber }) ?? 0,
                line.split(separator: "\"time\":\"")[1].prefix { $0 != "\"" }
            )
        }
        for (sequence, text) in times.suffix(12) {
            let time = try #require(Timestamp(String(text)))
            let just = Timestamp(nanoseconds: time.nanoseconds - 1)
            let before = try #require(
                UInt64(value("head", journal.tool("state", "--at", "\(just)", "--json")) ?? "")
            )
            let at = try #require(
                UInt64(value("head", journal.tool("state", "--at", "\(time)", "--json")) ?? "")
            )
            #expect(before < sequence && at >= sequence)
        }
    }

    @Test func `a difference is the same every time and empty between equals`() throws {
        let journal = try TradedJournal(minutes: 1)
        let first = journal.tool("diff", "genesis", "head")
        #expect(first.status == 0)
        #expect(first.output.contains("+ balance USDT: asset USDT, total "))
        #expect(first.output.contains("~ risk"))
        #expect(first.output == journal.tool("diff", "genesis", "head").output)
        let json = journal.tool("diff", "20", "head", "--json")
        #expect(json.output == journal.tool("diff", "20", "head", "--json").output)
        #expect(json.output.contains("\"change\":\"changed\",\"section\":\"metrics\""))
        #expect(journal.tool("diff", "20", "20").output.contains("nothing changed"))
        #expect(journal.tool("diff", "20", "20", "--json").output.contains("\"changes\":[]"))
    }

    @Test func `a snapshot is a point, by its number or by its path`() throws {
        let journal = try TradedJournal(minutes: 2)
        let snapshots = journal.path + "/snapshots"
        let names = try FileSystem.list(snapshots)
        for name in names {
            let number = try #require(UInt64(name.prefix(20)))
            let state = journal.tool("state", "--at", "\(number)", "--json")
            #expect(state.status == 0)
            for point in ["snapshot:\(number)", "\(snapshots)/\(name)"] {
                #expect(journal.tool("state", "--at", point, "--json").output == state.output)
                let same = journal.tool("diff", point, "\(number)")
                #expect(same.status == 0 && same.lines.last == "nothing changed")
            }
        }
        let first = journal.tool("diff", "genesis", "snapshot:\(names[0].prefix(20))")
        #expect(first.output.contains("+ balance USDT"))
        #expect(journal.tool("state", "--at", "head").output == journal.tool("state").output)
    }

    @Test func `there is none at a time before the first event`() throws {
        let journal = try TradedJournal(minutes: 1)
        let first = try #require(journal.tool("show", "--to", "1").lines.first)
        let begin = try #require(first.split(separator: " ").dropFirst().first)
        for words in [[], ["--json"]] {
            let line = ["--journal", journal.path, "state", "--at", "2023-12-31T23:59:59Z"]
            let before = TradedJournal.tool(line + words)
            #expect(before.status == 1 && before.output == "")
            #expect(before.messages.contains("the journal begins later, \(begin)"))
        }
        let genesis = journal.tool("state", "--at", "genesis")
        #expect(genesis.status == 0 && genesis.output.hasPrefix("event 0"), "\(genesis.output)")
        #expect(journal.tool("state", "--at", String(begin)).status == 0)
    }

    @Test func `a snapshot that is not there, not whole or not ours is refused`() throws {
        let journal = try TradedJournal(minutes: 2)
        let snapshots = journal.path + "/snapshots"
        let names = try FileSystem.list(snapshots)
        let none = journal.tool("diff", "1", "snapshot:7")
        let first = try #require(UInt64(names[0].prefix(20)))
        #expect(none.status == 2 && none.messages.contains("there is no snapshot at 7; there are"))
        #expect(none.messages.contains("\(first)"))
        #expect(journal.tool("state", "--at", "/no/such.snapshot").status == 2)
        #expect(journal.tool("state", "--at", journal.data).status == 1)
        try FileSystem.createDirectory(journal.root + "/other")
        let other = try TradedJournal(in: journal.root + "/other", minutes: 1)
        let theirs = other.path + "/snapshots"
        let foreign = try #require(try FileSystem.list(theirs).first)
        let refused = journal.tool("state", "--at", "\(theirs)/\(foreign)")
        #expect(refused.status == 1 && refused.messages.contains("is of journal "))
        let path = "\(snapshots)/\(names[0])"
        let file = try File(path: path, mode: .readWrite)
        let flipped = [try file.read(at: 200, count: 1)[0] ^ 1]
        try file.write(flipped.span, at: 200)
        for point in [path, "snapshot:\(first)"] {
            let damaged = journal.tool("state", "--at", point)
            #expect(damaged.status == 1 && damaged.messages.contains("do not match their SHA-256"))
        }
    }

    @Test func `a difference shows an order that ended as changed`() throws {
        let journal = try TradedJournal(minutes: 1)
        let filled = journal.tool("show", "--kind", "orderFilled", "--json")
        let line = try #require(filled.lines.first)
        let sequence = try #require(UInt64(line.dropFirst(12).prefix { $0.isNumber }))
        let order = try #require(line.split(separator: "\"order\":").dropFirst().first).prefix {
            $0.isNumber
        }
        let text = journal.tool("diff", "\(sequence - 1)", "head").output
        #expect(text.contains("~ order \(order)\n"))
        #expect(text.contains("    status: placed → filled\n"))
    }
}
