import Projections
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `Rows of an export` {
    private func answer(_ journal: TradedJournal, _ sql: String) -> String {
        let run = journal.tool("sql", sql, "--json")
        #expect(run.status == 0, "\(run.messages)")
        return run.output
    }

    private func filled(
        _ order: UInt64,
        _ id: UInt128,
        _ quantity: String,
        fee: String,
        in asset: String,
        _ journal: TradedJournal
    ) throws -> Event {
        let place = try #require(
            try journal.lastState().assets.firstIndex { $0.name == asset }
        )
        return .orderFilled(
            OrderFilled(
                order: OrderID(order),
                report: 1_000_000,
                execution: Execution(
                    id: VenueID(id),
                    price: Price(Decimal(100)),
                    quantity: Quantity(try Decimal(quantity)),
                    fee: Money(try Decimal(fee)),
                    feeAsset: AssetID(UInt16(place)),
                    liquidity: .taker
                )
            )
        )
    }

    @Test func `count an execution once that is told twice`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 2)
        let (deal, order) = try journal.openDeal()
        let fill = try filled(order, 1 << 100, "0.4", fee: "0.25", in: "USDT", journal)
        try journal.append([(fill, deal, order)])
        try journal.append([(fill, deal, order)])
        let orders = "SELECT filled, fills, fees FROM orders WHERE order_id = \(order)"
        #expect(
            answer(journal, orders) == "{\"filled\":\"0.4\",\"fills\":1,\"fees\":\"0.25\"}\n"
        )
        let fees = "SELECT fees, exit_quantity FROM deals WHERE deal_id = \(deal)"
        #expect(answer(journal, fees) == "{\"fees\":\"0.25\",\"exit_quantity\":\"0\"}\n")
        let fills = "SELECT count(*) AS n FROM fills WHERE order_id = \(order)"
        #expect(answer(journal, fills) == "{\"n\":1}\n")
        let events = "SELECT count(*) AS n FROM order_events WHERE kind = 'orderFilled' AND "
        #expect(answer(journal, events + "order_id = \(order)") == "{\"n\":2}\n")
    }

    @Test func `do not know the sum of fees where one is in a third asset`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 2)
        try journal.append([
            (
                .balanceAdjusted(
                    BalanceAdjusted(asset: "BNB", amount: Money(Decimal(1)), reason: "gift")
                ), nil, 0
            )
        ])
        let (deal, order) = try journal.openDeal()
        for (id, asset) in [(1, "USDT"), (2, "BNB"), (3, "USDT")] as [(UInt128, String)] {
            let fill = try filled(order, id << 100, "0.2", fee: "0.01", in: asset, journal)
            try journal.append([(fill, deal, order)])
        }
        let orders = "SELECT filled, fills, fees FROM orders WHERE order_id = \(order)"
        #expect(answer(journal, orders) == "{\"filled\":\"0.6\",\"fills\":3,\"fees\":null}\n")
        let deals = "SELECT entry_quantity, fees FROM deals WHERE deal_id = \(deal)"
        #expect(answer(journal, deals) == "{\"entry_quantity\":\"0.6\",\"fees\":null}\n")
    }

    @Test func `hold a signal that was made before all time`() throws {
        let journal = try TradedJournal(minutes: 1)
        let signal = SignalReceived(
            id: "old",
            symbol: "GENUSDT",
            side: .buy,
            score: Decimal(1),
            time: Timestamp(nanoseconds: .min),
            verdict: .belowThreshold
        )
        try journal.append([(.signalReceived(signal), nil, 0)])
        #expect(
            answer(journal, "SELECT made_at, made_ns FROM signals") == """
                {"made_at":"1677-09-21T00:12:43.145224192Z","made_ns":-9223372036854775808}

                """
        )
    }

    @Test func `do not take the engine's need for the strategy's decision`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 2)
        let (deal, order) = try journal.openDeal()
        let fill = try filled(order, 1 << 100, "1", fee: "0", in: "USDT", journal)
        let id = DealID(deal)
        let moves: [DealMoved] = [
            DealMoved(deal: id, status: .open, reason: .entryFilled),
            DealMoved(deal: id, status: .closing, reason: .unprotected),
        ]
        try journal.append([(fill, deal, order)] + moves.map { (.dealMoved($0), deal, order) })
        #expect(
            answer(journal, "SELECT who, why FROM audit ORDER BY sequence DESC LIMIT 1")
                == "{\"who\":\"holdfast 0.0.0\",\"why\":\"unprotected\"}\n"
        )
    }

    @Test func `name a person whole, because resume takes no name that hides its end`() throws {
        let journal = try TradedJournal(minutes: 1)
        try journal.append([
            (.botStatusChanged(BotStatusChanged(status: .paused, reason: "a test")), nil, 0)
        ])
        let words = ["--reason", "looked: fine", "--state-directory", journal.state]
        let start = ["--journal", journal.path, "resume", "--operator"]
        let refused = TradedJournal.tool(start + ["ops: ada"] + words)
        #expect(refused.status == 2)
        #expect(refused.messages.contains("--operator must not hold \": \""))
        #expect(TradedJournal.tool(start + ["ops:ada"] + words).status == 0)
        let who = "SELECT who, why FROM audit WHERE what = 'botStatusChanged'"
        #expect(
            answer(journal, who + " ORDER BY sequence DESC LIMIT 1")
                == "{\"who\":\"ops:ada\",\"why\":\"looked: fine\"}\n"
        )
    }
}
