import Engine
import Projections
import TestSupport
import Testing
import Trading

/// Markets that no venue shows, and a tape may.
@Suite
struct `The engine in an impossible market` {
    @Test func `sizes an entry at a price next to nothing by the largest order`() throws {
        var plan = CoreFixture.plan
        plan.orderNotional = money("1000000000")
        var risk = CoreFixture.wideLimits
        risk.maximumPositionSize = money("1000000000000")
        risk.maximumExposure = money("1000000000000")
        risk.minimumOrderSize = .zero
        let listing = CoreFixture.listing(.spot)
        var turn = CoreFixture.begun([listing], risk: risk)
        turn.clear()
        var engine = Engine(plans: [plan])
        var slice = MarketSlice(instrument: InstrumentID(0), depth: 2)
        slice.bids = [BookLevel(price: price("0.000000000001"), quantity: quantity("9"))]
        slice.asks = [BookLevel(price: price("0.000000000002"), quantity: quantity("1"))]
        slice.changes = .book
        engine.decide(.market(slice), &turn)
        // Refused as too small, rather than a process that stops by overflow.
        guard case .orderRefused(let refused) = try #require(turn.events.last).event else {
            Issue.record("an entry left at a price next to nothing")
            return
        }
        #expect(refused.refusal == .orderTooSmall)
        #expect(refused.terms.quantity == listing.filters.maximumQuantity)
    }
}
