import Exchange
import TestSupport
import Testing
import Trading

@Suite struct `A budget of requests` {
    private let place = [RequestCharge(.endpoint(.place, nil))]
    private let cancel = [RequestCharge(.endpoint(.cancel, nil))]

    @Test func `keeps its reserve for what protects`() {
        var budget = made(.rolling)
        for _ in 0..<7 { #expect(budget.take(place, .ordinary, at: at(0)) == .now) }
        #expect(budget.take(place, .ordinary, at: at(0)) == .notBefore(at(1_050)))
        for _ in 0..<3 { #expect(budget.take(place, .protective, at: at(10)) == .now) }
        #expect(budget.take(place, .protective, at: at(10)) == .notBefore(at(1_050)))
        #expect(budget.take(cancel, .ordinary, at: at(10)) == .now)
    }

    @Test func `begins aligned windows where the venue does, with the slack on both sides`() {
        var budget = made(.aligned)
        // Sent in the middle: the next window begins at 2 s, and the slack is 50 ms.
        for _ in 0..<10 { #expect(budget.take(place, .protective, at: at(1_500)) == .now) }
        #expect(budget.permission(for: place, .protective, at: at(1_600)) == .notBefore(at(2_050)))
        // Sent within the slack of the border: it may count in either.
        for _ in 0..<10 { #expect(budget.take(place, .protective, at: at(2_960)) == .now) }
        #expect(budget.permission(for: place, .protective, at: at(3_100)) == .notBefore(at(4_050)))
    }

    @Test func `takes over what the venue counts where it is more`() {
        for counting in RequestLimit.Counting.allCases {
            var budget = made(counting)
            #expect(budget.take(place, .protective, at: at(1_100)) == .now)
            // Somebody else sent four.
            budget.correct(.endpoint(.place, nil), used: 5, at: at(1_200))
            #expect(budget.status(at: at(1_200)).first?.used == 5)
            // An older count, or requests on their way, free nothing.
            budget.correct(.endpoint(.place, nil), used: 2, at: at(1_210))
            #expect(budget.status(at: at(1_210)).first?.used == 5)
            for _ in 0..<5 { #expect(budget.take(place, .protective, at: at(1_220)) == .now) }
            #expect(budget.permission(for: place, .protective, at: at(1_230)) != .now)
        }
    }

    @Test func `takes over the count of a window, and keeps no more than half in reserve`() {
        var budget = made(.rolling)
        budget.correct(.endpoint(.place, nil), used: 0, count: 4, at: at(0))
        for _ in 0..<2 { #expect(budget.take(place, .ordinary, at: at(0)) == .now) }
        #expect(budget.take(place, .ordinary, at: at(0)) == .notBefore(at(1_050)))
        budget.correct(.endpoint(.place, nil), count: 20)
        for _ in 0..<15 { #expect(budget.take(place, .ordinary, at: at(0)) == .now) }
        #expect(budget.take(place, .ordinary, at: at(0)) == .notBefore(at(1_050)))
        budget.correct(.weight, used: 7, count: 8, at: at(0))
        #expect(budget.status(at: at(0)).count == 2)
    }

    @Test func `never lets pass what costs more than a window, or is charged to nothing known`() {
        var budget = made(.rolling)
        let dear = [RequestCharge(.endpoint(.place, nil), 8)]
        #expect(budget.take(dear, .ordinary, at: at(0)) == .never)
        #expect(budget.take(dear, .protective, at: at(0)) == .now)
        #expect(budget.take([RequestCharge(.weight)], .protective, at: at(0)) == .never)
    }

    @Test func `takes nothing where one of several limits is full`() {
        var budget = made(.rolling)
        for _ in 0..<10 { #expect(budget.take(cancel, .protective, at: at(0)) == .now) }
        let both = budget.take(place + cancel, .protective, at: at(1))
        #expect(both == .notBefore(at(1_050)))
        #expect(budget.status(at: at(1)).map(\.used) == [0, 10])
    }

    @Test func `lets time go forward only`() {
        var budget = made(.rolling)
        #expect(budget.take(place, .ordinary, at: at(500)) == .now)
        #expect(budget.take(place, .ordinary, at: at(400)) == .notBefore(at(500)))
    }

    @Test(
        arguments: [
            // status, Retry-After in ms, banned until in ms, held until in ms
            (429, 7_000, nil, 17_000), (429, nil, nil, 70_000), (418, nil, nil, 130_000),
            (418, 120_000, 1_700_001_234_567, 1_700_001_234_567), (418, 130_000, 20_000, 140_000),
            (403, nil, nil, 310_000), (503, 9_000, nil, nil), (200, nil, nil, nil),
            (429, 0, nil, 10_000),
        ] as [(Int, Int64?, Int64?, Int64?)]
    )
    func `sends nothing after a refusal, to the millisecond`(
        status: Int,
        retryAfter: Int64?,
        bannedUntil: Int64?,
        held: Int64?
    ) {
        var budget = RequestBudget(.binanceSpot, slack: .zero)
        let told = budget.refused(
            status: status,
            retryAfter: retryAfter.map { TimeSpan(milliseconds: $0) },
            bannedUntil: bannedUntil.map(at),
            by: .binanceSpot,
            at: at(10_000)
        )
        #expect(told == held.map(at))
        let charges = VenueLimits.charges(for: .serverTime, in: .binanceSpot)
        for priority in RequestPriority.allCases {
            let permission = budget.permission(for: charges, priority, at: at(10_000))
            let isHeld = held.map { $0 > 10_000 } ?? false
            #expect(permission == (isHeld ? .notBefore(at(held ?? 0)) : .now))
            if let held {
                #expect(budget.permission(for: charges, priority, at: at(held)) == .now)
                if isHeld {
                    let before = Timestamp(nanoseconds: at(held).nanoseconds - 1)
                    #expect(budget.permission(for: charges, priority, at: before) != .now)
                }
            }
        }
    }

    @Test func `never shortens a hold`() {
        var budget = RequestBudget(.bybit, slack: .zero)
        budget.refused(status: 403, by: .bybit, at: at(0))
        budget.refused(status: 429, retryAfter: .second, by: .bybit, at: at(1_000))
        #expect(budget.isHeldUntil == at(600_000))
    }

    @Test func `holds one limit and lets the others pass`() {
        var budget = RequestBudget(.binanceSpot, slack: .zero)
        budget.hold(.orders(TimeSpan(seconds: 10)), until: at(20_000))
        let name = VenueOrderName(symbol: "BTCUSDT", clientID: "a", isConditional: false)
        let cancel = VenueLimits.charges(for: .cancel(name), in: .binanceSpot)
        let amendment = VenueAmendment(quantity: .zero, price: .zero, trigger: .zero, side: .buy)
        let amend = VenueLimits.charges(for: .amend(name, amendment), in: .binanceSpot)
        #expect(budget.take(cancel, .protective, at: at(15_000)) == .now)
        #expect(budget.take(amend, .protective, at: at(15_000)) == .notBefore(at(20_000)))
        budget.holdOrders(until: at(30_000))
        #expect(budget.take(cancel, .protective, at: at(15_000)) == .now)
        #expect(budget.take(amend, .protective, at: at(20_000)) == .notBefore(at(30_000)))
        // What it does not know it takes for everything.
        budget.hold(.endpoint(.place, nil), until: at(40_000))
        #expect(budget.take(cancel, .protective, at: at(20_000)) == .notBefore(at(40_000)))
    }

    private func made(_ counting: RequestLimit.Counting) -> RequestBudget {
        let limits = [VenueEndpoint.place, .cancel].map {
            RequestLimit(.endpoint($0, nil), 10, per: .second, counting, reserve: 3)
        }
        return RequestBudget(limits, slack: TimeSpan(milliseconds: 50))
    }

    private func at(_ milliseconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: milliseconds * 1_000_000)
    }
}

@Suite struct `The limits of a venue` {
    @Test(arguments: VenueMarket.allCases)
    func `know every charge of every call, and let each pass once`(market: VenueMarket) {
        let venue = VenueLimits.of(market)
        #expect(venue.markets.contains(market))
        #expect(Set(venue.limits.map(\.name)).count == venue.limits.count)
        for limit in venue.limits { #expect(limit.reserve <= limit.count / 2) }
        for call in calls {
            var budget = RequestBudget(venue, slack: TimeSpan(milliseconds: 100))
            let charges = VenueLimits.charges(for: call, in: market)
            let permission = budget.take(charges, .ordinary, at: Timestamp(nanoseconds: 1 << 60))
            #expect(permission == .now, "\(call.endpoint)")
            #expect(!charges.isEmpty)
        }
    }

    @Test func `of Bybit's markets share the count of the address and not that of placing`() {
        let spot = VenueLimits.charges(for: calls[0], in: .bybitSpot).map(\.name)
        let linear = VenueLimits.charges(for: calls[0], in: .bybitLinear).map(\.name)
        #expect(spot == [.address, .endpoint(.place, .bybitSpot)])
        #expect(linear == [.address, .endpoint(.place, .bybitLinear)])
        #expect(VenueLimits.of(.bybitSpot) == VenueLimits.of(.bybitLinear))
    }

    @Test func `of Binance weigh what many symbols and deep books cost`() {
        func weight(_ call: VenueCall, _ market: VenueMarket) -> Int? {
            VenueLimits.charges(for: call, in: market).first { $0.name == .weight }?.cost
        }
        #expect(weight(.openOrders(symbol: nil, page: .first), .binanceSpot) == 80)
        #expect(weight(.openOrders(symbol: "A", page: .first), .binanceSpot) == 6)
        #expect(weight(.openOrders(symbol: nil, page: .first), .binanceFutures) == 40)
        let spot = [100, 101, 500, 501, 1_000, 1_001].map {
            weight(.book(symbol: "A", depth: $0), .binanceSpot)
        }
        #expect(spot == [5, 25, 25, 50, 50, 250])
        let futures = [50, 51, 100, 101, 500, 1_000].map {
            weight(.book(symbol: "A", depth: $0), .binanceFutures)
        }
        #expect(futures == [2, 5, 5, 10, 10, 20])
        let one = OrderExecutions(symbol: "A", of: .none, since: .never, changed: .never)
        #expect(weight(.orderExecutions(one), .binanceSpot) == 5)
        #expect(weight(.orderExecutions(one), .binanceFutures) == 5)
    }

    private var calls: [VenueCall] {
        let name = VenueOrderName(symbol: "A", clientID: "b", isConditional: false)
        let amendment = VenueAmendment(quantity: .zero, price: .zero, trigger: .zero, side: .buy)
        let fills = OrderExecutions(symbol: "A", of: .none, since: .never, changed: .never)
        let terms = OrderTerms(
            instrument: InstrumentID(1),
            side: .buy,
            type: .market,
            timeInForce: .immediateOrCancel,
            quantity: .zero
        )
        return [
            .place(VenuePlacement(name: name, terms: terms)), .cancel(name),
            .amend(name, amendment),
            .cancelOnSilence(symbol: "A", after: .second), .setLeverage(symbol: "A", .zero),
            .setOneWayMode(symbol: "A"), .setMarginMode(symbol: "A", .cross), .order(name),
            .openOrders(symbol: nil, page: .first), .positions(symbol: nil), .balances,
            .orderHistory(symbol: "A", from: .never, to: .never, page: .first),
            .executions(symbol: "A", from: .never, to: .never, page: .first),
            .orderExecutions(fills), .instruments(page: .first), .tickers, .fees(symbol: "A"),
            .serverTime,
            .keyPermissions, .accountMode(symbol: "A"), .book(symbol: "A", depth: 5_000),
            .listenKey(.make),
        ]
    }
}
