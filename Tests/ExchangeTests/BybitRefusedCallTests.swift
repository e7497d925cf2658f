import Exchange
import Network
import Testing
import Trading

struct RefusedCall: Sendable, CustomTestStringConvertible {
    var call: VenueCall
    var market: VenueMarket = .bybitLinear
    var testDescription: String { "\(market.name) \(call)" }
}

@Suite struct `What Bybit cannot be asked` {
    private static let week = Timestamp(nanoseconds: 7 * 86_400_000_000_000)

    /// What spot does not have, and what no call to Bybit may hold.
    private static var questions: [RefusedCall] {
        var long = name()
        long.clientID = String(repeating: "a", count: 37)
        var odd = name()
        odd.clientID = "a.b"
        let zero = VenueAmendment(quantity: .zero, price: .zero, trigger: .zero, side: .buy)
        let silence = { (seconds: Int64) in
            VenueCall.cancelOnSilence(symbol: "BTCUSDT", after: TimeSpan(seconds: seconds))
        }
        return [
            RefusedCall(call: .positions(symbol: nil), market: .bybitSpot),
            RefusedCall(call: .accountMode(symbol: "BTCUSDT"), market: .bybitSpot),
            RefusedCall(call: .setOneWayMode(symbol: "BTCUSDT"), market: .bybitSpot),
            RefusedCall(call: .setLeverage(symbol: "BTCUSDT", .one), market: .bybitSpot),
            RefusedCall(call: .setMarginMode(symbol: "BTCUSDT", .cross), market: .bybitSpot),
            RefusedCall(call: .listenKey(.make)),
            RefusedCall(call: .cancel(long)),
            RefusedCall(call: .order(odd)),
            RefusedCall(call: .amend(name(), zero)),
            RefusedCall(call: silence(0)),
            RefusedCall(call: silence(2)),
            RefusedCall(call: silence(301)),
            RefusedCall(call: .instruments(page: .after("a&category=spot"))),
            RefusedCall(call: .openOrders(symbol: nil, page: .after("a b"))),
        ]
    }

    /// Orders without what their type needs, and of forms that a market does not have.
    private static func placements() throws -> [RefusedCall] {
        func stop(_ form: StopForm) throws -> VenueCall {
            try placing("BTCUSDT", .sell, .stopMarket, "1", trigger: "1", stop: form)
        }
        return [
            RefusedCall(call: try placing("BTCUSDT", .buy, .limit, "1")),
            RefusedCall(call: try placing("BTCUSDT", .buy, .market, "0")),
            RefusedCall(call: try placing("BTCUSDT", .sell, .stopMarket, "1")),
            RefusedCall(call: try stop(.reserving)),
            RefusedCall(call: try stop(.limit(Price(.one))), market: .bybitSpot),
            RefusedCall(
                call: try placing("BTCUSDT", .buy, .market, "1", isReduceOnly: true),
                market: .bybitSpot
            ),
        ]
    }

    /// Stretches of time that are too long, or that end before they begin.
    private static let stretches = [
        RefusedCall(
            call: .executions(
                symbol: "BTCUSDT",
                from: .never,
                to: week + TimeSpan(nanoseconds: 1),
                page: .first
            )
        ),
        RefusedCall(
            call: .orderHistory(symbol: "BTCUSDT", from: week, to: .never, page: .first)
        ),
    ]

    static func refused() throws -> [RefusedCall] { questions + stretches + (try placements()) }

    @Test(arguments: try refused())
    func `a call that Bybit does not have is refused before it is sent`(refused: RefusedCall) {
        #expect {
            try bybit(refused.market).request(for: refused.call, at: bybitNow)
        } throws: { error in
            guard case .notOffered(let why)? = error as? VenueCallFault else { return false }
            return !why.isEmpty
        }
    }

    @Test func `a stretch of seven days is told of at once`() throws {
        let call = VenueCall.executions(
            symbol: "BTCUSDT",
            from: .never,
            to: Self.week,
            page: .first
        )
        let target = try bybit().request(for: call, at: bybitNow).target
        #expect(target.contains("startTime=0&endTime=604800000&"))
    }
}
