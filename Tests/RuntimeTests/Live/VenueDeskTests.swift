import Digests
import Exchange
import Network
import Platform
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `The desk of a venue` {
    private func desk(hasKey: Bool = false) throws -> (desk: VenueDesk, client: HTTPClient) {
        let client = try HTTPClient(HTTPOptions(HTTPAddress("http://127.0.0.1:9")))
        let key = VenueCredentials(key: "key", secret: SecretBytes(count: 16))
        let desk = VenueDesk(
            BinanceAdapter(.binanceSpot, hasKey ? key : nil),
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

    private static func refusal(_ body: String, status: Int = 429) -> HTTPOutcome {
        HTTPOutcome(
            result: .success(HTTPResponse(status: status, body: Array(body.utf8))),
            moments: HTTPMoments(asked: 0, ended: 1)
        )
    }

    /// A stop that the venue had no time for is not refused.
    @Test func `has a change that was not looked at wait, however often`() throws {
        let (desk, client) = try desk(hasKey: true)
        defer { client.stop() }
        desk.ask(Self.placement, for: .request(OrderID(7), .place), .protective)
        for ticket in UInt64(1)...9 {
            desk.waiting[0].notBefore = .never
            #expect(desk.pump().departed == [OrderID(7)])
            let busy = #"{"code":-1008,"msg":"Server is currently overloaded."}"#
            #expect(desk.take(ticket, Self.refusal(busy, status: 503)) == nil)
            // Others are let through.
            #expect(desk.budget.isHeldUntil <= desk.now)
        }
        #expect(desk.holds(.place, of: OrderID(7)))
        #expect(desk.waiting[0].notBefore > desk.now)
    }

    /// What it does not like it never will.
    @Test func `lets a change go that a firewall turns away twice`() throws {
        let (desk, client) = try desk(hasKey: true)
        defer { client.stop() }
        desk.ask(Self.placement, for: .request(OrderID(7), .place), .protective)
        let page = Self.refusal("<html>", status: 403)
        _ = desk.pump()
        #expect(desk.take(1, page) == nil)
        desk.waiting[0].notBefore = .never
        desk.budget = RequestBudget(.binanceSpot, slack: .zero)
        _ = desk.pump()
        #expect(desk.take(2, page)?.purpose == .request(OrderID(7), .place))
    }

    /// Five entries that were not answered are no reason for a position to wait for its stop.
    @Test func `sends what protects past a breaker that is open`() throws {
        let (desk, client) = try desk(hasKey: true)
        defer { client.stop() }
        for number in UInt64(1)...5 {
            desk.ask(Self.placement, for: .request(OrderID(number), .place))
            _ = desk.pump()
            _ = desk.take(number, Self.refusal("", status: 500))
        }
        desk.ask(Self.placement, for: .request(OrderID(6), .place))
        desk.ask(Self.placement, for: .request(OrderID(7), .place), .protective)
        #expect(desk.pump().departed == [OrderID(7)])
    }

    @Test func `counts what the venue has counted`() throws {
        let (desk, client) = try desk()
        defer { client.stop() }
        desk.ask(.serverTime, for: .clock)
        _ = desk.pump()
        let response = HTTPResponse(
            status: 200,
            headers: [HTTPHeader("X-MBX-USED-WEIGHT-1M", "5400")],
            body: Array(#"{"serverTime":1}"#.utf8)
        )
        let moments = HTTPMoments(asked: 0, ended: 1)
        _ = desk.take(1, HTTPOutcome(result: .success(response), moments: moments))
        let weight = desk.budget.status(at: desk.now).first { $0.limit.name == .weight }
        // At the turn of a minute it tells of the one before.
        #expect(weight?.used == 5400 || desk.now.nanoseconds % 60_000_000_000 < 1_000_000_000)
    }

    @Test func `sits out what a venue forbids without saying how long`() throws {
        for (status, seconds) in [(429, 60), (418, 120), (403, 300)] {
            let (desk, client) = try desk()
            defer { client.stop() }
            desk.ask(.serverTime, for: .clock)
            _ = desk.pump()
            _ = desk.take(1, Self.refusal("", status: status))
            let rest = desk.budget.isHeldUntil - desk.now
            #expect(rest > TimeSpan(seconds: Int64(seconds - 5)), "\(status)")
            #expect(rest <= TimeSpan(seconds: Int64(seconds)), "\(status)")
        }
    }

    @Test func `lets cancels pass where there were too many orders`() throws {
        let (desk, client) = try desk()
        defer { client.stop() }
        desk.ask(.serverTime, for: .clock)
        _ = desk.pump()
        _ = desk.take(1, Self.refusal(#"{"code":-1015,"msg":"Too many new orders."}"#))
        #expect(desk.budget.isHeldUntil <= desk.now)
        let placing = VenueLimits.charges(for: Self.placement, in: .binanceSpot)
        let permission = desk.budget.permission(for: placing, .protective, at: desk.now)
        #expect(permission != .now)
    }

    @Test func `asks once what waits here already, as urgently as it is wanted`() throws {
        let (desk, client) = try desk()
        defer { client.stop() }
        desk.hold(until: desk.now + TimeSpan(seconds: 60))
        for _ in 0..<9 { desk.ask(.serverTime, for: .clock) }
        desk.ask(.serverTime, for: .clock, .protective)
        desk.ask(.serverTime, for: .survey(1))
        #expect(desk.load == 2 && desk.isAsking(.clock) && !desk.isAsking(.listenKey))
    }

    @Test func `sends exits of a spot market before entries`() {
        func place(_ side: Side, isReduceOnly: Bool = false) -> VenueRequest {
            let terms = OrderTerms(
                instrument: InstrumentID(0),
                side: side,
                type: .market,
                timeInForce: .immediateOrCancel,
                isReduceOnly: isReduceOnly,
                quantity: quantity("1")
            )
            return .place(OrderID(1), terms)
        }
        #expect(place(.sell).isProtective(in: .spot))
        #expect(!place(.buy).isProtective(in: .spot))
        #expect(!place(.sell).isProtective(in: .perpetual))
        #expect(place(.sell, isReduceOnly: true).isProtective(in: .perpetual))
    }
}
