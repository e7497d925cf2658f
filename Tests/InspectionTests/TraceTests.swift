import Foundation
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `Trace` {
    @Test func `shows what a signal set off as one tree, from any of its events`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 6)
        let deal = try #require(try journal.sequences(of: .dealOpened).first)
        let whole = journal.tool("trace", "\(deal - 1)")
        #expect(whole.status == 0 && whole.messages == "")
        let lines = whole.lines.map(String.init)
        #expect(lines[0].contains("+0.000 ms  signalReceived  signal g004: buy GENUSDT"))
        #expect(lines[1].contains("+0.000 ms    dealOpened  deal \(deal): long"))
        #expect(lines[2].contains("+0.000 ms      orderIntended  entry: buy 19.96"))
        #expect(lines[3].contains("+40.000 ms        orderAccepted  entry"))
        #expect(lines.last?.contains("dealClosed") == true)
        #expect(lines.contains { $0.contains("is closing: signal, by g005 (sell, score 86.3)") })
        // The signal that closes a deal leads to what it set off in the deal's own trace.
        let closing = journal.tool("sql", "SELECT sequence FROM signals WHERE signal_id = 'g005'")
        let effect = journal.tool("trace", String(closing.lines[1].drop { $0 == " " }))
        #expect(effect.lines.count == 2 && effect.lines[1].contains("is closing: signal"))
        for other in try journal.sequences(of: .orderIntended).prefix(2) {
            let same = journal.tool("trace", "\(other)").output.replacing("  <", with: "")
            #expect(same == whole.output.replacing("  <", with: ""))
        }
    }

    @Test func `holds every event of the chain once, and show with the trace the same`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 8)
        var seen: Set<UInt64> = []
        for root in try journal.sequences(of: .signalReceived) {
            let run = journal.tool("trace", "\(root)")
            let numbers = run.lines.compactMap { line in
                UInt64(line.drop { $0 == " " }.prefix { $0.isNumber })
            }
            #expect(Set(numbers).count == numbers.count)
            let shown = journal.tool("show", "--trace", "\(root)").lines.compactMap { line in
                UInt64(line.drop { $0 == " " }.prefix { $0.isNumber })
            }
            // What a signal closes is of the trace of its deal, and caused by the signal too.
            #expect(numbers.sorted() == shown)
            seen.formUnion(numbers)
        }
        let ofOrders = try journal.sequences(
            of: .dealOpened,
            .orderIntended,
            .orderFilled,
            .orderAccepted,
            .dealClosed
        )
        #expect(seen.isSuperset(of: ofOrders))
        // Every event leads to a chain that holds it.
        for sequence in 1...(try journal.end().head) {
            let run = journal.tool("trace", "\(sequence)", "--json")
            #expect(run.output.contains("\"sequence\":\(sequence),"))
        }
    }

    @Test func `gives depth and times in JSON`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 4)
        let order = try #require(try journal.sequences(of: .orderIntended).first)
        let run = journal.tool("trace", "\(order)", "--json")
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        let document = try #require(object as? [String: Any])
        let events = try #require(document["events"] as? [[String: Any]])
        #expect(events.map { $0["depth"] as? Int }.prefix(4) == [0, 1, 2, 3])
        #expect(events[3]["after"] as? String == "0.04s")
    }

    @Test func `says which events there are where it is asked for another`() throws {
        let journal = try TradedJournal(minutes: 1)
        let head = try journal.end().head
        let run = journal.tool("trace", "\(head + 1)")
        #expect(run.status == 1 && run.output == "")
        #expect(run.messages.contains("it holds 1 to \(head)"))
    }

    @Test func `and why answer to no client order id but their own`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 4)
        let order = try #require(try journal.sequences(of: .orderIntended).first)
        let page = journal.tool("why", "\(order)").output
        let id = try #require(page.firstMatch(of: /hf-[a-z0-9]+-1-[a-z2-7]+-[a-z0-9]+/)?.output)
        #expect(
            journal.tool("trace", String(id)).output == journal.tool("trace", "\(order)").output
        )
        var parts = id.split(separator: "-").map(String.init)
        parts[1] = parts[1] == "zzzz" ? "yyyy" : "zzzz"
        let foreign = parts.joined(separator: "-")
        for command in ["trace", "why"] {
            let run = journal.tool(command, foreign)
            #expect(run.status == 1 && run.output == "", "\(command)")
            #expect(run.messages.contains("\(foreign) is not in this journal"), "\(run.messages)")
        }
    }

    @Test func `and why tell what came before damage`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 6)
        let order = try #require(try journal.sequences(of: .orderIntended).first)
        let trace = journal.tool("trace", "\(order)").output
        let why = journal.tool("why", "\(order)").output
        try journal.append([
            (.errorRecorded(ErrorRecorded(severity: .error, text: "needle in the bytes")), nil, 0)
        ])
        #expect(try journal.damage("needle in the bytes"))
        for (command, whole) in [("trace", trace), ("why", why)] {
            let run = journal.tool(command, "\(order)")
            #expect(run.status == 1 && run.output == whole, "\(command): \(run.output)")
            #expect(run.messages.contains("is not known: "), "\(run.messages)")
        }
    }
}
