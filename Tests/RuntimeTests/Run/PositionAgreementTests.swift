import TestSupport
import Testing
import Trading

@testable import Exchange
@testable import Projections

/// The position of the engine against the position of the paper venue.
@Suite
struct `A position kept twice` {
    @Test(arguments: UInt64(1)...8)
    func `has the same quantity, cost and result on both sides`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var ours = Position()
        let leverage = Decimal(7)
        var theirs = PaperPosition(instrument: InstrumentID(0), leverage: leverage)
        for step in 0..<2_000 {
            let side: Side = random.next() % 2 == 0 ? .buy : .sell
            // Sevenths and primes of the grid, so that shares seldom come out even.
            let quantity = Quantity(units: Int128(1 + random.next() % 997) * 1_000_000_000_000_000)
            let price = Price(units: Int128(1 + random.next() % 99_991) * 10_000_000_000_000_000)
            let result = ours.book(side, quantity, at: price)
            let expected = theirs.apply(side, quantity, at: price, leverage: leverage)
            #expect(result == expected, "seed \(seed), step \(step)")
            #expect(ours.quantity == theirs.quantity, "seed \(seed), step \(step)")
            #expect(ours.cost == theirs.entryCost, "seed \(seed), step \(step)")
        }
    }
}
