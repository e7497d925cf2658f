import Projections
import TestSupport
import Testing
import Trading

@Suite struct `A position` {
    /// Fills as side, quantity and price; then quantity, cost, average price and result.
    @Test(arguments: [
        ("buy 1 100", "1 100 100 0"),
        ("buy 1 100, buy 3 104", "4 412 103 0"),
        ("buy 2 100, sell 1 110", "1 100 100 10"),
        ("buy 2 100, sell 2 90", "0 0 0 -20"),
        ("sell 1 100", "-1 100 100 0"),
        ("sell 1 100, sell 1 110", "-2 210 105 0"),
        ("sell 2 100, buy 1 90", "-1 100 100 10"),
        ("sell 2 100, buy 2 110", "0 0 0 -20"),
        ("buy 1 100, sell 3 110", "-2 220 110 10"),
        ("sell 1 100, buy 3 110", "2 220 110 -10"),
        // Thirds do not divide: the last unit takes what is left, to the last digit.
        (
            "buy 3 33.333333333333333333, sell 1 40, sell 1 40, sell 1 40",
            "0 0 0 20.000000000000000001"
        ),
        ("buy 0.003 0.1, sell 0.001 0.1, sell 0.002 0.1", "0 0 0 0"),
    ])
    func `is booked exactly`(fills: String, expected: String) {
        var ledger = Ledger(.perpetual)
        let deal = ledger.open()
        for fill in fills.split(separator: ",") {
            let words = fill.split(separator: " ").map { String($0) }
            let side: Side = words[0] == "buy" ? .buy : .sell
            ledger.fill(ledger.intend(deal, .entry, side, words[1]), words[1], at: words[2])
        }
        let position = ledger.state.instruments[0].position
        let found =
            "\(position.quantity) \(position.cost) \(position.averagePrice) "
            + "\(ledger.state.metrics.totalProfit)"
        #expect(found == expected)
        // What a perpetual realises is what its balance moved by.
        let realised = ledger.state.balance(AssetID(1)) - money("10000")
        #expect(realised == ledger.state.metrics.totalProfit)
    }

    @Test func `is smaller by a fee in the base asset, at the same cost`() {
        var ledger = Ledger()
        ledger.fill(ledger.intend(ledger.open()), "1", at: "100", fee: "0.001", in: 0)
        let position = ledger.state.instruments[0].position
        #expect(position.quantity == quantity("0.999"))
        #expect(position.cost == money("100"))
        #expect(ledger.state.balance(AssetID(0)) == money("0.999"))
        #expect(ledger.state.metrics.fees == money("0.1"))
    }

    @Test func `pays a fee in the quote asset from the result`() {
        var ledger = Ledger()
        ledger.fill(ledger.intend(ledger.open()), "1", at: "100", fee: "0.25")
        #expect(ledger.state.balance(AssetID(1)) == money("9899.75"))
        #expect(ledger.state.metrics.totalProfit == money("-0.25"))
    }

    @Test func `gets a rebate as a result`() {
        var ledger = Ledger()
        ledger.fill(ledger.intend(ledger.open()), "1", at: "100", fee: "-0.25")
        #expect(ledger.state.metrics.totalProfit == money("0.25"))
    }
}

@Suite struct `Balances and exposure` {
    @Test func `bind a pending limit at its price`() {
        var ledger = Ledger()
        _ = ledger.intend(ledger.open(), .entry, .buy, "2", at: "50")
        #expect(ledger.state.locked(AssetID(1)) == money("100"))
        #expect(ledger.state.available(AssetID(1)) == money("9900"))
        #expect(ledger.state.exposure == money("100"))
    }

    @Test func `bind the margin of a perpetual and of its rest`() {
        var ledger = Ledger(.perpetual)
        let order = ledger.intend(ledger.open(), .entry, .buy, "2", at: "50")
        #expect(ledger.state.locked(AssetID(1)) == money("10"))
        ledger.fill(order, "1", at: "40")
        #expect(ledger.state.locked(AssetID(1)) == money("9"))
        #expect(ledger.state.exposure == money("90"))
    }

    @Test func `are never less than nothing`() {
        var ledger = Ledger(usdt: "50")
        _ = ledger.intend(ledger.open(), .entry, .buy, "2", at: "50")
        #expect(ledger.state.available(AssetID(1)) == .zero)
    }

    @Test func `do not count an exit as entering`() {
        var ledger = Ledger()
        let deal = ledger.open()
        ledger.fill(ledger.intend(deal), "1", at: "100")
        _ = ledger.intend(deal, .exit, .sell, "1")
        #expect(ledger.state.exposure == money("100"))
        #expect(ledger.state.locked(AssetID(0)) == money("1"))
    }
}

@Suite struct `Performance` {
    @Test func `counts deals, those that won and the mean time they were held`() {
        var ledger = Ledger()
        ledger.trade(to: "110", seconds: 10)
        ledger.trade(to: "100", seconds: 20)
        ledger.trade(to: "90", seconds: 33)
        let metrics = ledger.state.metrics
        #expect(metrics.closedDeals == 3 && metrics.profitableDeals == 1)
        #expect(metrics.winRate == number("0.333333333333333333"))
        #expect(metrics.averageDuration == TimeSpan(seconds: 21))
        #expect(metrics.totalProfit == .zero)
    }

    @Test func `knows no rate before the first deal`() {
        let ledger = Ledger()
        #expect(ledger.state.metrics.winRate == nil)
        #expect(ledger.state.metrics.averageDuration == nil)
    }

    @Test func `measures the fall from the best result`() {
        var ledger = Ledger()
        for exit in ["90", "130", "105", "80", "150"] { ledger.trade(to: exit) }
        let metrics = ledger.state.metrics
        #expect(metrics.maximumDrawdown == money("20"))
        #expect(metrics.peakProfit == money("55"))
        #expect(metrics.drawdown == .zero)
    }

    @Test func `counts a day from midnight in UTC`() {
        var ledger = Ledger()
        ledger.wait(86_389)
        ledger.trade(to: "90", seconds: 10)
        #expect(ledger.state.metrics.profit(ofDayOf: ledger.time) == money("-10"))
        ledger.wait(1)
        #expect(ledger.state.metrics.profit(ofDayOf: ledger.time) == .zero)
        ledger.trade(to: "95")
        #expect(ledger.state.metrics.profit(ofDayOf: ledger.time) == money("-5"))
        #expect(ledger.state.metrics.totalProfit == money("-15"))
    }
}

@Suite struct `Ended orders` {
    @Test func `are kept for a day and then forgotten`() {
        var ledger = Ledger()
        ledger.trade(to: "110")
        let closed = ledger.state.closedOrders.count
        #expect(closed == 2)
        ledger.wait(86_400 - 10)
        ledger.trade(to: "110")
        #expect(ledger.state.closedOrders.count == 4)
        ledger.wait(11)
        ledger.trade(to: "110")
        #expect(ledger.state.closedOrders.count == 4)
    }

    @Test func `let a fill through once within the day`() {
        var ledger = Ledger()
        ledger.trade(to: "110")
        #expect(ledger.state.hasBooked(VenueID(1)))
        ledger.wait(86_401)
        ledger.trade(to: "110")
        #expect(!ledger.state.hasBooked(VenueID(1)))
    }

    /// What the venue recorded since then is read again by the next comparison.
    @Test func `let no fill through again that is younger than the last comparison`() {
        var ledger = Ledger()
        let compared = ledger.time + TimeSpan(seconds: 7100)
        ledger.trade(to: "110")
        ledger.fold(.comparisonCompleted(ComparisonCompleted(until: compared)))
        ledger.wait(3 * 86_400)
        ledger.trade(to: "110")
        #expect(ledger.state.hasBooked(VenueID(1)))
        let later = ComparisonCompleted(until: ledger.time)
        ledger.fold(.comparisonCompleted(later))
        ledger.trade(to: "110")
        #expect(!ledger.state.hasBooked(VenueID(1)))
    }

    @Test func `book a fill that comes again as nothing`() {
        var ledger = Ledger()
        let entry = ledger.intend(ledger.open())
        ledger.fill(entry, "0.25", at: "100")
        let before = ledger.state
        let again = Execution(
            id: VenueID(1),
            price: price("100"),
            quantity: quantity("0.25"),
            fee: .zero,
            feeAsset: AssetID(1),
            liquidity: .taker
        )
        #expect(
            ledger.fold(.orderFilled(OrderFilled(order: entry, report: 9, execution: again)))
                == nil
        )
        #expect(ledger.state.metrics.fills == before.metrics.fills)
        #expect(ledger.state.assets == before.assets)
        #expect(ledger.state.order(entry)?.filled == before.order(entry)?.filled)
        #expect(ledger.state.outcome == before.outcome)
    }

    @Test func `leave a hundred errors`() {
        var ledger = Ledger()
        for index in 0..<150 {
            ledger.fold(.errorRecorded(ErrorRecorded(severity: .error, text: "\(index)")))
        }
        #expect(ledger.state.errors.count == 100)
        #expect(ledger.state.errors.first?.text == "50")
    }
}
