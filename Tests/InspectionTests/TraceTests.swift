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
}
