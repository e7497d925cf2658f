import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `The export of a journal without its front` {
    /// A journal that begins while a deal is filled and its stop stands.
    private struct Cut {
        let journal: TradedJournal
        let first: UInt64
        let deal: DealID
        let entry: OrderID
        let stop: OrderID
        /// The row of the deal while the journal was whole.
        let row: String
    }

    private static let kept = """
        SELECT deal_id, status, entry_quantity, entry_cost, entry_price, last_stop, exit_reason,
            profit, dust, opened_at, closed_at, duration_ns FROM deals WHERE deal_id =
        """

    private func cut() throws -> Cut {
        let journal = try TradedJournal.ofSignals(minutes: 12, segmentLimit: 1)
        var stop: (Order, at: UInt64)?
        try journal.forEachEvent { envelope, state in
            guard stop == nil, case .orderAmended(let amended) = envelope.event,
                let order = state.orders[amended.order], order.role == .stop
            else { return }
            stop = (order, envelope.sequence.rawValue)
        }
        let (order, place) = try #require(stop)
        let row = journal.tool("sql", "\(Self.kept) \(order.deal)", "--json").output
        let first = try journal.cutFront(behind: place)
        let state = try StateReader(JournalReader.open(journal.path)).state(
            at: .sequence(first - 1)
        )
        let deal = try #require(state.deals[order.deal])
        #expect(deal.entryQuantity.isPositive)
        return Cut(
            journal: journal,
            first: first,
            deal: deal.id,
            entry: deal.entry,
            stop: order.id,
            row: row
        )
    }

    @Test func `tells of a deal what is known, and nothing else`() throws {
        let cut = try cut()
        let known = cut.journal.tool("sql", "\(Self.kept) \(cut.deal)", "--json")
        #expect(known.status == 0 && known.output == cut.row, "\(known.output)")
        let unknown = """
            SELECT fees, funding, exit_quantity, exit_cost, exit_price, first_stop, filled_at,
                filled_ns, signal_id FROM deals WHERE deal_id = \(cut.deal)
            """
        #expect(
            cut.journal.tool("sql", unknown, "--format", "csv").output.hasSuffix("\r\n,,,,,,,,\r\n")
        )
    }

    @Test func `tells of an order what is known, and nothing else`() throws {
        let cut = try cut()
        let known = "SELECT status, filled, fills, fees, first_fill_at FROM orders WHERE order_id ="
        let entry = cut.journal.tool("sql", "\(known) \(cut.entry)", "--format", "csv")
        #expect(entry.output.contains("filled,"))
        #expect(entry.output.hasSuffix(",,,\r\n"), "\(entry.output)")
        let amends = "SELECT fills, fees, amends FROM orders WHERE order_id = \(cut.stop)"
        let stop = cut.journal.tool("sql", amends, "--format", "csv")
        #expect(stop.output == "fills,fees,amends\r\n,,\r\n")
        let later = "SELECT count(*) > 0 AS n FROM orders WHERE fills > 0 AND fees IS NOT NULL"
        #expect(cut.journal.tool("sql", later, "--json").output == "{\"n\":1}\n")
    }

    @Test func `knows the epoch it begins in, and not who ran it`() throws {
        let cut = try cut()
        let head = try cut.journal.end().head
        let epochs = cut.journal.tool("sql", "SELECT * FROM epochs", "--json").output
        let draw = try #require(try cut.journal.lastState().epochs.last?.draw)
        #expect(
            epochs.hasPrefix(
                "{\"epoch\":1,\"program\":null,\"process\":null,\"draw\":\"\(draw)\","
                    + "\"previous_stop\":null,\"began_at\":null,\"began_ns\":null,\"ended_at\":\"2"
            )
        )
        #expect(
            epochs.hasSuffix(
                "\"stop\":\"tape ended\",\"first_event\":null,\"last_event\":\(head),"
                    + "\"commits\":null,\"commit_median_ns\":null,\"commit_p99_ns\":null,"
                    + "\"commit_longest_ns\":null}\n"
            )
        )
        let who = "SELECT DISTINCT who FROM audit WHERE what = 'dealClosed'"
        #expect(cut.journal.tool("sql", who, "--json").output == "{\"who\":null}\n")
    }

    @Test func `says as JSON Lines where it begins, and what is wrong with snapshots`() throws {
        let cut = try cut()
        let file = TemporaryDirectory.path + "/it.jsonl"
        for place in ["-", file] {
            let run = cut.journal.tool("export", "--format", "jsonl", place)
            #expect(run.status == 0)
            #expect(run.messages == "the journal begins with event \(cut.first)\n")
        }
        let snapshots = cut.journal.path + "/snapshots"
        let name = try #require(try FileSystem.list(snapshots).first)
        let snapshot = try File(path: "\(snapshots)/\(name)", mode: .readWrite)
        let size = try snapshot.size()
        try snapshot.write([UInt8(0xA5), 0x5A, 0xA5].span, at: size / 2)
        for place in ["-", file] {
            let run = cut.journal.tool("export", "--format", "jsonl", place, "--force")
            #expect(run.status == 1)
            #expect(run.messages.contains("\(name)"), "\(run.messages)")
            #expect(!run.messages.contains("is not in the export"))
        }
    }
}
