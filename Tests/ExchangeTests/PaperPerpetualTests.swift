import Exchange
import Testing
import Trading

/// A scenario on the perpetual market: leverage 10, maintenance 5 %, no BTC.
private func perpetual(
    usdt: String = "1000",
    book: String? = "99 x 1, 98 x 2 | 101 x 1, 102 x 2"
) -> PaperScenario {
    PaperScenario(PaperFixture.instrument(.perpetual), btc: "0", usdt: usdt, book: book)
}

@Suite
struct `Perpetual accounting at the paper venue` {
    @Test func `a long holds its margin and pays fees from the wallet`() {
        var scenario = perpetual()
        scenario.expect(
            "1: buy 2 market",
            "1 accepted",
            "1 filled 1 @ 101 taker, fee 0.202 USDT",
            "1 filled 1 @ 102 taker, fee 0.204 USDT"
        )
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 999.594, 20.3 locked",
            "position 2 cost 203 margin 20.3"
        )
        #expect(scenario.venue.position(InstrumentID(1))?.entryPrice == Price(decimal("101.5")))
    }

    @Test func `closing a part takes its share of cost and margin and books the result`() {
        var scenario = perpetual()
        scenario.expect(
            "1: sell 2 market",
            "1 accepted",
            "1 filled 1 @ 99 taker, fee 0.198 USDT",
            "1 filled 1 @ 98 taker, fee 0.196 USDT"
        )
        scenario.expect("book 89 x 9 | 90 x 9")
        scenario.expect("2: buy 0.5 market", "2 accepted", "2 filled 0.5 @ 90 taker, fee 0.09 USDT")
        // 1000 − 0.394 − 0.09 + (197 ÷ 4 − 45)
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 1003.766, 14.775 locked",
            "position -1.5 cost 147.75 margin 14.775"
        )
    }

    @Test func `an order larger than the position turns it`() {
        var scenario = perpetual()
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect("book 110 x 9 | 111 x 9")
        scenario.expect("2: sell 3 market", "2 accepted", "2 filled 3 @ 110 taker, fee 0.66 USDT")
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 1008.138, 22 locked",
            "position -2 cost 220 margin 22"
        )
    }

    @Test func `an order that turns a position at a loss must pay for the loss too`() {
        for (usdt, isEnough) in [("24.145", false), ("24.146", true)] {
            var scenario = perpetual(usdt: usdt)
            scenario.expect(
                "1: buy 1 market",
                "1 accepted",
                "1 filled 1 @ 101 taker, fee 0.202 USDT"
            )
            scenario.expect("book 86 x 9 | 87 x 9")
            // Loss 15 and fees of 0.172 twice, margin 10.1 back and 8.6 anew.
            if isEnough {
                scenario.expect(
                    "2: sell 2 @ 80 FOK",
                    "2 accepted",
                    "2 filled 2 @ 86 taker, fee 0.344 USDT"
                )
            } else {
                scenario.expect("2: sell 2 @ 80 FOK", "2 rejected: insufficient balance")
                scenario.expect(
                    "3: sell 1 market",
                    "3 accepted",
                    "3 filled 1 @ 86 taker, fee 0.172 USDT"
                )
            }
        }
    }

    @Test func `an opening order needs margin and fee, to the last unit`() {
        var scenario = perpetual(usdt: "10.301")
        scenario.expect("1: buy 1 market", "1 rejected: insufficient balance")
        scenario = perpetual(usdt: "10.302")
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 10.1, 10.1 locked",
            "position 1 cost 101 margin 10.1"
        )
        scenario.expect("2: buy 0.1 market", "2 rejected: insufficient balance")
        // Closing needs nothing that is free.
        scenario.expect("3: sell 1 market", "3 accepted", "3 filled 1 @ 99 taker, fee 0.198 USDT")
        scenario.expect("account", "BTC 0", "USDT 7.902")
    }

    @Test func `a resting opening order locks margin and taker fee; one that closes locks nothing`()
    {
        var scenario = perpetual()
        scenario.expect("1: buy 1 @ 100", "1 accepted")
        scenario.expect("account", "BTC 0", "USDT 1000, 10.2 locked")
        scenario.expect("trade 99 x 0.5", "1 filled 0.5 @ 100 maker, fee 0.05 USDT")
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 999.95, 10.1 locked",
            "position 0.5 cost 50 margin 5"
        )
        scenario.expect("2: sell 0.5 @ 110", "2 accepted")
        scenario.expect("3: sell 0.5 stop 90", "3 accepted")
        scenario.expect("cancel 1", "1 cancelled")
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 999.95, 5 locked",
            "position 0.5 cost 50 margin 5"
        )
    }

    @Test func `a sell that meets better prices needs margin at those`() {
        var scenario = perpetual(usdt: "10", book: "99 x 1 | 101 x 1")
        scenario.expect("1: sell 1 @ 50", "1 rejected: insufficient balance")
        scenario.expect(
            "2: sell 0.98 @ 50",
            "2 accepted",
            "2 filled 0.98 @ 99 taker, fee 0.19404 USDT"
        )
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 9.80596, 9.702 locked",
            "position -0.98 cost 97.02 margin 9.702"
        )
    }

    @Test func `a buy needs margin at its limit, even where the book is better`() {
        var scenario = perpetual(usdt: "11.219")
        scenario.expect("1: buy 1 @ 110", "1 rejected: insufficient balance")
        scenario = perpetual(usdt: "11.22")
        scenario.expect("1: buy 1 @ 110", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
    }

    @Test func `an order spends its own lock first, and its rest locks what is left`() {
        var scenario = perpetual(usdt: "22")
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
        // One closes, one opens: margin and fee of one are locked.
        scenario.expect("2: sell 2 @ 110", "2 accepted")
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 21.798, 21.32 locked",
            "position 1 cost 101 margin 10.1"
        )
        scenario.expect("3: sell 1 market", "3 accepted", "3 filled 1 @ 99 taker, fee 0.198 USDT")
        // Now both open. The first takes more than its share, and little is left for the second.
        scenario.expect("trade 111 x 1", "2 filled 1 @ 110 maker, fee 0.11 USDT")
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 19.49, 19.49 locked",
            "position -1 cost 110 margin 11"
        )
        scenario.expect("trade 111 x 1", "2 expired: insufficient balance")
    }

    @Test func `the minimum notional binds what opens, not stops and what reduces`() {
        var scenario = perpetual()
        scenario.expect("1: buy 0.049 @ 100", "1 rejected: below the venue's minimum")
        scenario.expect("2: sell 0.049 stop 90", "2 accepted")
        scenario.expect("3: buy 1 market", "3 accepted", "3 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect("4: sell 0.002 @ 110 reduce-only", "4 accepted")
        scenario.expect("5: sell 0.001 @ 110 reduce-only", "5 rejected: below the venue's minimum")
    }

    @Test func `reduce-only is refused without a position to reduce`() {
        var scenario = perpetual()
        scenario.expect("1: sell 1 market reduce-only", "1 rejected: reduce-only would not reduce")
        scenario.expect("2: buy 1 market", "2 accepted", "2 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect("3: buy 1 @ 90 reduce-only", "3 rejected: reduce-only would not reduce")
        scenario.expect(
            "4: sell 2 @ 90 FOK reduce-only",
            "4 rejected: reduce-only would not reduce"
        )
    }

    @Test func `reduce-only never turns a position: its rest expires`() {
        var scenario = perpetual()
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect("2: sell 2 @ 105 reduce-only", "2 accepted")
        scenario.expect(
            "3: sell 1.5 market reduce-only",
            "3 accepted",
            "3 filled 1 @ 99 taker, fee 0.198 USDT",
            "3 expired: reduce-only would not reduce"
        )
        // The resting one stays without a position, and expires when it would fill.
        scenario.expect("trade 105 x 1")
        scenario.expect("trade 106 x 1", "2 expired: reduce-only would not reduce")
    }

    @Test func `a reduce-only stop that outlives the position expires when triggered`() {
        var scenario = perpetual()
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect("2: sell 1 stop 95 reduce-only", "2 accepted")
        scenario.expect("3: sell 1 market", "3 accepted", "3 filled 1 @ 99 taker, fee 0.198 USDT")
        scenario.expect("trade 95 x 1", "2 triggered", "2 expired: reduce-only would not reduce")
    }

    @Test func `a resting order that lost the position it would have closed needs margin`() {
        var scenario = perpetual(usdt: "10.5", book: "99 x 5 | 101 x 1")
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect("2: sell 1 @ 110", "2 accepted")
        scenario.expect("3: sell 1 market", "3 accepted", "3 filled 1 @ 99 taker, fee 0.198 USDT")
        scenario.expect("trade 111 x 1", "2 expired: insufficient balance")
        scenario.expect("account", "BTC 0", "USDT 8.1")
    }

    @Test func `longs pay positive funding, once per funding time`() {
        var scenario = perpetual()
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect("mark 100 rate 0.001 next 4")
        scenario.expect("mark 102 rate 0.002 next 4")
        // The fourth second: any news settles it, at the last mark price and rate before.
        scenario.expect("trade 100 x 1", "funding -0.204 at 0.002")
        scenario.expect("mark 110 rate 0.002 next 4")
        scenario.expect("mark 110 rate -0.001 next 7")
        scenario.expect("mark 100 rate 0.005 next 20", "funding 0.11 at -0.001")
        scenario.expect(
            "account",
            "BTC 0",
            "USDT 999.704, 10.1 locked",
            "position 1 cost 101 margin 10.1"
        )
    }

    @Test func `shorts receive positive funding, and a new funding time settles the old one`() {
        var scenario = perpetual()
        scenario.expect("1: sell 1 market", "1 accepted", "1 filled 1 @ 99 taker, fee 0.198 USDT")
        scenario.expect("mark 100 rate 0.001 next 40")
        scenario.expect("mark 101 rate 0.002 next 80", "funding 0.1 at 0.001")
        scenario.expect("mark 101 rate 0.002 next 80")
    }

    @Test func `a position without enough margin is closed against the book`() {
        var scenario = perpetual()
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect("2: sell 1 stop 90 reduce-only", "2 accepted")
        scenario.expect("3: buy 1 @ 80", "3 accepted")
        // 10.1 − 5.3 is above 5 % of 95.7; 10.1 − 5.4 is below 5 % of 95.6.
        scenario.expect("mark 95.7")
        scenario.expect("book 96 x 0.4, 95 x 9 | 97 x 1")
        scenario.expect(
            "mark 95.6",
            "2 cancelled",
            "liquidated sell 0.4 @ 96 taker, fee 0.0768 USDT",
            "liquidated sell 0.6 @ 95 taker, fee 0.114 USDT"
        )
        // Wallet: 1000 − 0.202 − 0.4 × 5 − 0.6 × 6 − 0.1908; order 3 keeps its lock.
        scenario.expect("account", "BTC 0", "USDT 994.0072, 8.16 locked")
    }

    @Test func `margin that is exactly the maintenance margin is too little`() {
        var scenario = perpetual(book: "94 x 1 | 95 x 1")
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 95 taker, fee 0.19 USDT")
        scenario.expect("mark 90.1")
        // 9.5 − 5 is 5 % of 90.
        scenario.expect("mark 90", "liquidated sell 1 @ 94 taker, fee 0.188 USDT")
    }

    @Test func `without a book a position is liquidated at the mark price`() {
        var scenario = perpetual()
        scenario.expect("1: sell 1 market", "1 accepted", "1 filled 1 @ 99 taker, fee 0.198 USDT")
        scenario.expect("no book")
        scenario.expect("mark 104", "liquidated buy 1 @ 104 taker, fee 0.208 USDT")
        scenario.expect("account", "BTC 0", "USDT 994.594")
    }

    /// What is left of a margin has more decimals than a venue tells: nobody could book it.
    @Test func `a fee that the margin does not hold is on the grid of fees all the same`() {
        var scenario = perpetual()
        scenario.expect(
            "1: buy 1.3 market",
            "1 accepted",
            "1 filled 1 @ 101 taker, fee 0.202 USDT",
            "1 filled 0.3 @ 102 taker, fee 0.0612 USDT"
        )
        scenario.expect("book 50 x 1, 49 x 9 | 120 x 9")
        scenario.expect(
            "mark 60",
            "liquidated sell 1 @ 91.2 taker, fee 0.09230769 USDT",
            "liquidated sell 0.3 @ 91.2 taker, fee 0.0276923 USDT"
        )
    }

    @Test func `a liquidation never takes more than the isolated margin`() {
        var scenario = perpetual()
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect("book 50 x 9 | 51 x 9")
        scenario.expect("mark 60", "liquidated sell 1 @ 90.9 taker, fee 0 USDT")
        scenario.expect("account", "BTC 0", "USDT 989.698")
    }

    @Test func `a loss beyond everything free is borne by the venue and said`() {
        var scenario = perpetual(usdt: "20")
        scenario.expect("1: buy 1 market", "1 accepted", "1 filled 1 @ 101 taker, fee 0.202 USDT")
        scenario.expect("book 50 x 9 | 51 x 9")
        scenario.expect("2: buy 1 @ 50", "2 accepted")
        scenario.expect(
            "3: sell 1 market",
            "3 accepted",
            "venue bears 36.402",
            "3 filled 1 @ 50 taker, fee 0.1 USDT"
        )
        // 19.798 − 51 − 0.1 leaves −31.302, and order 2 keeps its lock of 5.1.
        scenario.expect("account", "BTC 0", "USDT 5.1, 5.1 locked, 36.402 forgiven")
    }
}
