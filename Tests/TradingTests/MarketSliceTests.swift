import TestSupport
import Testing
import Trading

@Suite struct `A slice of a market that waits` {
    private func slice(_ changes: MarketSlice.Changes, _ level: String) -> MarketSlice {
        var slice = MarketSlice(instrument: InstrumentID(1), depth: 1)
        slice.changes = changes
        let best = BookLevel(price: price(level), quantity: quantity("1"))
        if changes.contains(.book) { slice.bids = [best] }
        if changes.contains(.quote) { slice.quote = Quote(bid: best, ask: best) }
        if changes.contains(.trades) {
            slice.tradedQuantity = quantity("1")
            slice.tradeHigh = price(level)
            slice.tradeLow = price(level)
            slice.tradeLast = price(level)
        }
        return slice
    }

    @Test func `adds trades up and keeps the newest book and prices`() {
        var waiting = slice([.book, .trades], "100")
        waiting.absorb(slice(.trades, "103"))
        waiting.absorb(slice([.book, .trades], "99"))
        waiting.absorb(slice(.quote, "101"))
        #expect(waiting.changes == [.book, .trades, .quote])
        #expect(waiting.bids.map(\.price) == [price("99")])
        #expect(waiting.quote.bid.price == price("101"))
        #expect(waiting.tradedQuantity == quantity("3"))
        #expect(waiting.tradeHigh == price("103"))
        #expect(waiting.tradeLow == price("99"))
        #expect(waiting.tradeLast == price("99"))
    }

    @Test func `does not hide that the book was lost, nor that it is back`() {
        var waiting = slice(.book, "100")
        waiting.absorb(slice(.bookLost, "100"))
        #expect(waiting.changes == .bookLost && waiting.bids.isEmpty)
        waiting.absorb(slice(.book, "98"))
        #expect(waiting.changes == .book && waiting.bids.map(\.price) == [price("98")])
    }

    @Test func `takes trades of an earlier slice for none where it had none`() {
        var waiting = slice(.book, "100")
        waiting.absorb(slice(.trades, "97"))
        #expect(waiting.tradeHigh == price("97") && waiting.tradeLow == price("97"))
    }
}
