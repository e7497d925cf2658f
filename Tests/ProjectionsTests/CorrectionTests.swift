import Engine
import TestSupport
import Testing
import Trading

@testable import Projections

@Suite struct `A correction` {
    /// A ledger with a deal that holds 1 BTC, its stop, and a perpetual without a deal.
    private func ledger() -> (ledger: Ledger, deal: DealID, stop: OrderID) {
        var ledger = Ledger()
        let deal = ledger.open()
        ledger.fill(ledger.intend(deal), "1", at: "100")
        ledger.fold(.dealMoved(DealMoved(deal: deal, status: .open, reason: .entryFilled)))
        let stop = ledger.intend(deal, .stop, .sell, "1")
        ledger.fold(.listed(CoreFixture.listing(.perpetual, id: 1, symbol: "BTCUSDT")))
        return (ledger, deal, stop)
    }

    private func made(_ correction: Correction) -> Event {
        .correctionMade(
            CorrectionMade(
                by: "ops",
                reason: "",
                undoes: SequenceNumber(0),
                correction: correction
            )
        )
    }

    /// What a correction says of the state before and after it.
    private func refusal(_ make: () throws -> Correction, _ state: TradingState) -> String? {
        do {
            try state.check(try make())
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `puts figures in the place of others, and moves nothing else`() throws {
        var (ledger, deal, stop) = ledger()
        let metrics = ledger.state.metrics
        ledger.wait(5)
        ledger.fold(made(try ledger.state.correction(ofBalance: "USDT", to: money("77"))))
        #expect(ledger.state.balance(AssetID(1)) == money("77"))
        #expect(ledger.state.balance(AssetID(0)) == money("1"))
        ledger.fold(
            made(
                try ledger.state.correction(
                    ofPosition: "BTCUSDT",
                    quantity: quantity("0.25"),
                    .kept
                )
            )
        )
        #expect(ledger.state.instruments[0].position.quantity == quantity("0.25"))
        #expect(ledger.state.instruments[0].position.cost == money("25"))
        #expect(ledger.state.deals[deal]?.held == quantity("0.25"))
        #expect(ledger.state.deals[deal]?.entryQuantity == quantity("1"))
        ledger.fold(
            made(
                try ledger.state.correction(of: deal) { figures in
                    figures.held = quantity("0.5")
                    figures.profit = money("-3")
                }
            )
        )
        #expect(ledger.state.deals[deal]?.held == quantity("0.5"))
        #expect(ledger.state.deals[deal]?.profit == money("-3"))
        #expect(ledger.state.instruments[0].position.quantity == quantity("0.25"))
        var told = TradingState.OrderKnowledge()
        told.status = .cancelled
        told.filled = quantity("0.4")
        told.cost = money("38")
        let changedAt = ledger.state.order(stop)?.changedAt
        ledger.fold(made(try ledger.state.correction(of: stop, knowing: told)))
        let order = try #require(ledger.state.order(stop))
        #expect(order.status == .cancelled && order.request == .none && !order.isUnknown)
        #expect(order.filled == quantity("0.4") && order.cost == money("38"))
        #expect(order.changedAt == changedAt)
        #expect(ledger.state.deals[deal]?.failures == 0)
        #expect(ledger.state.metrics == metrics)
    }

    @Test func `of the last order of a closed deal puts it away`() throws {
        var (ledger, deal, stop) = ledger()
        ledger.close(deal)
        #expect(ledger.state.orders.contains(stop))
        var told = TradingState.OrderKnowledge()
        told.status = .expired
        let correction = try ledger.state.correction(of: stop, knowing: told)
        ledger.fold(made(correction))
        #expect(!ledger.state.orders.contains(stop))
        #expect(ledger.state.order(stop)?.status == .expired)
        // It cannot be brought back to life, but what was committed folds all the same.
        let inverse = try #require(correction.inverse)
        #expect(
            refusal({ inverse }, ledger.state)
                == "order \(stop) has ended and was put away with its deal"
        )
        #expect(ledger.fold(made(inverse)) == nil)
        #expect(!ledger.state.orders.contains(stop))
    }

    @Test func `links what became of balances, positions, orders and deals to the outcome`() throws
    {
        let (ledger, deal, stop) = ledger()
        var told = TradingState.OrderKnowledge()
        told.status = .cancelled
        let state = ledger.state
        let corrections = [
            try state.correction(ofBalance: "USDT", to: money("1")),
            try state.correction(ofBalance: "BTC", to: money("1.5")),
            try state.correction(ofPosition: "BTCUSDT", quantity: quantity("2"), .kept),
            try state.correction(of: stop, knowing: told),
            try state.correction(of: deal) { $0.profit = money("1") },
        ]
        var outcomes: Set<String> = [state.outcome.digest.description]
        for correction in corrections {
            var after = ledger
            after.fold(made(correction))
            outcomes.insert(after.state.outcome.digest.description)
        }
        #expect(outcomes.count == corrections.count + 1)
        var after = ledger
        after.fold(made(.skip(SequenceNumber(1), hash: .zero)))
        #expect(after.state.outcome == state.outcome)
    }

    @Test func `has a version that moves with its figures, and with nothing else`() throws {
        let (ledger, deal, _) = ledger()
        let seen = try ledger.state.correction(ofBalance: "USDT", to: money("1"))
        let same = try ledger.state.correction(ofBalance: "USDT", to: money("2"))
        #expect(seen.version == same.version)
        #expect(seen.version.utf8.count == 12)
        let other = try ledger.state.correction(ofBalance: "BTC", to: money("1"))
        #expect(seen.version != other.version)
        var moved = ledger
        moved.fold(made(seen))
        #expect(
            try moved.state.correction(ofBalance: "USDT", to: money("5")).version != seen.version
        )
        #expect(
            try moved.state.correction(ofBalance: "BTC", to: money("5")).version == other.version
        )
        let position = try ledger.state.correction(ofPosition: "BTCUSDT", quantity: .zero, .kept)
        var changed = ledger
        changed.fold(made(try ledger.state.correction(of: deal) { $0.held = .zero }))
        // What the deal holds is one of a position's figures.
        #expect(
            try changed.state.correction(ofPosition: "BTCUSDT", quantity: .zero, .kept).version
                != position.version
        )
    }

    @Test func `is refused with a plain sentence`() throws {
        let (ledger, deal, stop) = ledger()
        let state = ledger.state
        func order(_ change: (inout TradingState.OrderKnowledge) -> Void) -> String? {
            var told = TradingState.OrderKnowledge()
            change(&told)
            return refusal({ try state.correction(of: stop, knowing: told) }, state)
        }
        let table: [(String?, String)] = [
            (
                refusal({ try state.correction(ofBalance: "EUR", to: .zero) }, state),
                "there is no asset EUR; known: BTC, USDT"
            ),
            (
                refusal({ try state.correction(ofBalance: "USDT", to: money("-1")) }, state),
                "a balance is never negative: -1"
            ),
            (
                refusal({ try state.correction(ofBalance: "BTC", to: money("1")) }, state),
                "it is so already"
            ),
            (
                refusal(
                    { try state.correction(ofBalance: "BTC", to: money("2000000000000000")) },
                    state
                ),
                "2000000000000000 is above 1000000000000000, more than any account holds"
            ),
            (
                refusal(
                    { try state.correction(ofPosition: "XRPUSDT", quantity: .zero, .kept) },
                    state
                ),
                "there is no instrument XRPUSDT; known: BTCUSDT, BTCUSDT-PERP"
            ),
            (
                refusal(
                    {
                        try state.correction(
                            ofPosition: "BTCUSDT-PERP",
                            quantity: quantity("-1"),
                            .kept
                        )
                    },
                    state
                ),
                "nothing is held of BTCUSDT-PERP, so its cost must be told"
            ),
            (
                refusal(
                    {
                        try state.correction(
                            ofPosition: "BTCUSDT",
                            quantity: quantity("-1"),
                            .cost(money("5"))
                        )
                    },
                    state
                ),
                "what is held on spot is never negative: -1"
            ),
            (
                refusal(
                    {
                        try state.correction(
                            ofPosition: "BTCUSDT",
                            quantity: .zero,
                            .cost(money("5"))
                        )
                    },
                    state
                ),
                "nothing has no cost, and here it is 5"
            ),
            (
                refusal(
                    {
                        try state.correction(
                            ofPosition: "BTCUSDT",
                            quantity: quantity("0.000000000000000001"),
                            .cost(money("5"))
                        )
                    },
                    state
                ),
                "a cost of 5 for 0.000000000000000001 is a price above 100000000000"
            ),
            (
                refusal(
                    {
                        try state.correction(
                            ofPosition: "BTCUSDT",
                            quantity: quantity("170000000000000000000"),
                            .average(price("170000000000000000000"))
                        )
                    },
                    state
                ),
                "the cost is above 1000000000000000, more than any account holds"
            ),
            (
                refusal({ try state.correction(of: OrderID(99), knowing: .init()) }, state),
                "there is no order 99, or it ended more than a day ago"
            ),
            (order { $0.isKnown = true }, "it is so already"),
            (order { $0.status = .placed }, "an order is not corrected to placed"),
            (
                order { $0.filled = quantity("0.5") },
                "0.5 filled for 0 cannot be: name --filled and --cost"
            ),
            (
                order {
                    $0.filled = quantity("2")
                    $0.cost = money("2")
                },
                "order \(stop) is for 1, and 2 is more"
            ),
            (
                order { $0.status = .filled },
                "filled means all of 1, and here 0 of it is filled and the order filled: "
                    + "name --status and --filled that go together"
            ),
            (
                order {
                    $0.status = .rejected
                    $0.filled = quantity("0.5")
                    $0.cost = money("2")
                },
                "what was rejected has no fills; say cancelled or expired"
            ),
            (
                refusal({ try state.correction(of: DealID(99)) { _ in } }, state),
                "deal 99 is not open; open are \(deal)"
            ),
            (
                refusal(
                    { try state.correction(of: deal) { $0.held = quantity("-1") } },
                    state
                ),
                "what a deal holds is never negative: -1"
            ),
            (
                refusal(
                    {
                        try state.correction(of: deal) {
                            $0.entryQuantity = .zero
                            $0.entryCost = .zero
                        }
                    },
                    state
                ),
                "a deal holds nothing before its entry is filled"
            ),
        ]
        for (found, expected) in table { #expect(found == expected) }
    }
}

extension Event {
    fileprivate static func listed(_ listing: InstrumentListed) -> Event {
        .instrumentListed(listing)
    }
}
