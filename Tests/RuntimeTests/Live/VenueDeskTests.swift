import Exchange
import Network
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `The desk of a venue` {
    private func desk(_ port: UInt16 = 9) throws -> (desk: VenueDesk, client: HTTPClient) {
        let client = try HTTPClient(HTTPOptions(HTTPAddress("http://127.0.0.1:\(port)")))
        let desk = VenueDesk(
            BinanceAdapter(.binanceSpot, nil),
            client,
            breakers: CircuitBreaker.Settings(
                threshold: 5,
                window: .second,
                coolDown: .second
            ),
            post: { _, _ in }
        )
        return (desk, client)
    }

    private static let placement = VenueCall.place(
        VenuePlacement(
            name: VenueOrderName(symbol: "BTCUSDT", clientID: "a", isConditional: false),
            terms: OrderTerms(
                instrument: InstrumentID(0),
                side: .buy,
                type: .market,
                timeInForce: .immediateOrCancel,
                quantity: quantity("1")
            )
        )
    )

    @Test func `takes back a placement that has not left, and sends it never`() throws {
        let (desk, client) = try desk()
        defer { client.stop() }
        desk.ask(Self.placement, for: .request(OrderID(7), .place))
        #expect(desk.holds(.place, of: OrderID(7)))
        #expect(!desk.withdrawPlacement(of: OrderID(8)))
        #expect(desk.withdrawPlacement(of: OrderID(7)))
        #expect(!desk.withdrawPlacement(of: OrderID(7)))
        #expect(desk.pump().answered.isEmpty && desk.load == 0)
    }

    @Test func `answers itself what cannot be asked`() throws {
        let (desk, client) = try desk()
        defer { client.stop() }
        // There is no key, so nothing can be signed.
        desk.ask(Self.placement, for: .request(OrderID(7), .place))
        let answered = desk.pump().answered
        #expect(answered.count == 1 && desk.load == 0)
        guard case .no(let refusal) = answered.first?.answer else {
            Issue.record("\(answered)")
            return
        }
        #expect(refusal.text.contains("not sent"))
    }

    @Test func `tries again what never left, for a while`() throws {
        let failure = HTTPFailure(request: "GET", stage: .connecting, cause: .cannotConnect)
        let outcome = HTTPOutcome(
            result: .failure(failure),
            moments: HTTPMoments(asked: 0, ended: 1)
        )
        let (desk, client) = try desk()
        defer { client.stop() }
        desk.ask(.serverTime, for: .clock)
        _ = desk.pump()
        // Nothing left: the call waits for its next turn, and is not told failed.
        #expect(desk.take(1, outcome) == nil)
        #expect(desk.load == 1)
    }
}
