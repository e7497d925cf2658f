import Exchange
import TestSupport
import Testing
import Trading

@Suite struct `Accounts of the paper venue` {
    @Test func `meet each other at the price of who came first`() {
        var scenario = PaperScenario(book: "90 x 1 | 110 x 1")
        scenario.expect("1: sell 2 @ 100", "1 accepted")
        scenario.expect(
            "other 2: buy 3 @ 105",
            "other 2 accepted",
            "other 2 filled 2 @ 100 taker, fee 0.004 BTC",
            "1 filled 2 @ 100 maker, fee 0.2 USDT"
        )
        scenario.expect("account", "BTC 8", "USDT 1199.8")
        // What is left rests at its own price.
        scenario.expect("other account", "BTC 11.996", "USDT 800, 105 locked")
    }

    @Test func `give way to the recorded book at one price, and to better prices`() {
        var scenario = PaperScenario(book: "90 x 1 | 100 x 1, 101 x 1")
        scenario.expect("1: sell 1 @ 101", "1 accepted")
        scenario.expect("2: sell 1 @ 100.5", "2 accepted")
        scenario.expect(
            "other 3: buy 3 market",
            "other 3 accepted",
            "other 3 filled 1 @ 100 taker, fee 0.002 BTC",
            "other 3 filled 1 @ 100.5 taker, fee 0.002 BTC",
            "2 filled 1 @ 100.5 maker, fee 0.1005 USDT",
            "other 3 filled 1 @ 101 taker, fee 0.002 BTC"
        )
        // The recorded 101 is taken; now it is the order's turn.
        scenario.expect(
            "other 4: buy 0.5 market",
            "other 4 accepted",
            "other 4 filled 0.5 @ 101 taker, fee 0.001 BTC",
            "1 filled 0.5 @ 101 maker, fee 0.0505 USDT"
        )
    }

    @Test func `of one price are served in order of arrival`() {
        var scenario = PaperScenario(book: "90 x 1 | 110 x 1")
        scenario.expect("1: buy 1 @ 95", "1 accepted")
        scenario.expect("other 2: buy 1 @ 95", "other 2 accepted")
        scenario.expect("3: buy 1 @ 96", "3 accepted")
        // Its own order it passes by, whatever its place.
        scenario.expect(
            "other 4: sell 2 @ 95 IOC",
            "other 4 accepted",
            "other 4 filled 1 @ 96 taker, fee 0.192 USDT",
            "3 filled 1 @ 96 maker, fee 0.001 BTC",
            "other 4 filled 1 @ 95 taker, fee 0.19 USDT",
            "1 filled 1 @ 95 maker, fee 0.001 BTC"
        )
    }

    @Test func `share what a trade of the recording passes`() {
        var scenario = PaperScenario(book: "90 x 1 | 110 x 1")
        scenario.expect("1: buy 2 @ 95", "1 accepted")
        scenario.expect("other 2: buy 2 @ 96", "other 2 accepted")
        scenario.expect(
            "trade 94 x 3",
            "other 2 filled 2 @ 96 maker, fee 0.002 BTC",
            "1 filled 1 @ 95 maker, fee 0.001 BTC"
        )
    }

    @Test func `know nothing of each other's orders`() {
        var scenario = PaperScenario()
        scenario.expect("1: buy 1 @ 90", "1 accepted")
        scenario.expect("other cancel 1", "other 1 cancel rejected: unknown order")
        scenario.expect("other amend 1 to 2 @ 91", "other 1 amend rejected: unknown order")
        scenario.expect("cancel 1", "1 cancelled")
    }

    @Test func `refuse a post-only order that would take from another's`() {
        var scenario = PaperScenario(book: "90 x 1 | 110 x 1")
        scenario.expect("1: sell 1 @ 100", "1 accepted")
        scenario.expect(
            "other 2: buy 1 @ 100 post-only",
            "other 2 rejected: post-only would take"
        )
        scenario.expect(
            "other 3: buy 2 @ 100 FOK",
            "other 3 accepted",
            "other 3 expired: fill-or-kill would not fill"
        )
    }

    @Test func `hold opposite positions, and each pays its own funding`() {
        let perpetual = PaperFixture.instrument(.perpetual, maker: "0", taker: "0")
        var scenario = PaperScenario(perpetual, book: "90 x 1 | 110 x 1")
        scenario.expect("1: sell 2 @ 100", "1 accepted")
        scenario.expect(
            "other 2: buy 2 market",
            "other 2 accepted",
            "other 2 filled 2 @ 100 taker, fee 0 USDT",
            "1 filled 2 @ 100 maker, fee 0 USDT"
        )
        scenario.expect("mark 100 rate 0.01 next 4")
        scenario.expect(
            "mark 100 rate 0.01 next 99",
            "funding 2 at 0.01",
            "other funding -2 at 0.01"
        )
        scenario.expect(
            "account",
            "BTC 10",
            "USDT 1002, 20 locked",
            "position -2 cost 200 margin 20"
        )
        scenario.expect(
            "other account",
            "BTC 10",
            "USDT 998, 20 locked",
            "position 2 cost 200 margin 20"
        )
        // Only the short is out of margin.
        scenario.expect(
            "mark 106 rate 0 next 99",
            "liquidated buy 1 @ 110 taker, fee 0 USDT",
            "liquidated buy 1 @ 106 taker, fee 0 USDT"
        )
    }

    /// Without a recorded book, what the accounts hold together only changes by fees.
    @Test(arguments: UInt64(1)...16)
    func `trade among themselves without making or losing anything`(seed: UInt64) {
        let instrument = PaperFixture.instrument(.spot, maker: "-0.0001", taker: "0.0007")
        var venue = PaperVenue(instruments: [instrument], balances: [])
        let accounts = (0..<3).map { _ in
            venue.open(PaperFixture.balances(btc: "100", usdt: "10000"))
        }
        var random = SeededRandom(seed: seed)
        var paid: [AssetID: Money] = [:]
        var bought: [OrderID: Quantity] = [:]
        var fills = 0
        let book = OrderBook(capacity: 4)
        for step in 1...600 {
            var terms = OrderTerms(
                instrument: instrument.id,
                side: random.chance(50) ? .buy : .sell,
                type: random.chance(20) ? .market : .limit,
                timeInForce: TimeInForce.allCases[random.int(0...3)],
                quantity: Quantity(units: Int128(random.int(60...4000)) * 1_000_000_000_000_000)
            )
            if terms.type == .limit {
                terms.price = Price(
                    units: Int128(1000 + random.int(-9...9)) * 100_000_000_000_000_000
                )
            }
            let time = Timestamp(nanoseconds: Int64(step))
            let id = OrderID(UInt64(step))
            let request: VenueRequest =
                random.chance(15)
                ? .cancel(OrderID(UInt64(random.int(1...step)))) : .place(id, terms)
            let account = accounts[random.int(0...2)]
            venue.receive(request, of: account, at: time, book: book)
            for (_, report) in venue.takeAddressedReports() {
                guard case .filled(let execution) = report.body else { continue }
                fills += 1
                paid[execution.feeAsset, default: .zero] += execution.fee
                bought[id, default: .zero] +=
                    execution.liquidity == .taker ? execution.quantity : -execution.quantity
            }
        }
        // Each taker got exactly what its makers gave.
        let isEven = bought.values.allSatisfy { $0.isZero }
        #expect(isEven, "seed \(seed)")
        #expect(fills > 200, "seed \(seed)")
        for (asset, start) in [(PaperFixture.base, "300"), (PaperFixture.quote, "30000")] {
            let held = accounts.reduce(Money.zero) { $0 + venue.balance(asset, of: $1).total }
            let kept = held + (paid[asset] ?? .zero)
            // A buy costs its notional rounded up, a sell brings it rounded down.
            let lost = Money(decimal(start)) - kept
            let isKept = !lost.isNegative && lost.value < decimal("0.000000000001")
            #expect(isKept, "seed \(seed): \(lost) of asset \(asset)")
        }
    }
}
