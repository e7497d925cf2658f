import Testing
import Trading

@testable import LocalExchange

@Suite struct `Bybit's limits` {
    private let limit = BybitLimit(group: "orders", linear: 2, spot: 3)

    @Test func `a refused request is told when the limit is whole again`() {
        var limits = BybitLimits()
        let start = Timestamp(nanoseconds: 1_790_000_000_000_000_000)
        func use(at milliseconds: Int64) -> BybitUse {
            let time = start + TimeSpan(milliseconds: milliseconds)
            return limits.use(limit, 1, of: 0, isSpot: false, at: time)
        }
        #expect(!use(at: 0).isExceeded && !use(at: 600).isExceeded)
        // The oldest leaves the second in a millisecond: too soon for a client to wait for.
        let refused = use(at: 999)
        #expect(refused.isExceeded && refused.left == 0)
        #expect(refused.reset == start + TimeSpan(milliseconds: 1600))
        #expect(!use(at: 1000).isExceeded)
    }
}
