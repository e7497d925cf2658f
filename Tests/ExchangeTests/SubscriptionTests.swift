import Exchange
import Testing
import Trading

/// What private streams answer to a subscription.
@Suite struct `A subscription` {
    private func events(_ market: VenueMarket, _ text: String) throws -> [VenueEvent] {
        let adapter = market.adapter(nil, window: .init(seconds: 5))
        return try adapter.events(in: Array(text.utf8).span)
    }

    @Test(arguments: [
        (VenueMarket.binanceSpot, #"{"id":"1","status":200,"result":{"subscriptionId":0}}"#),
        (
            .bybitLinear,
            #"{"req_id":"","success":true,"ret_msg":"","op":"subscribe","conn_id":"c"}"#
        ),
    ])
    func `is confirmed`(market: VenueMarket, text: String) throws {
        #expect(try events(market, text) == [.subscribed])
    }

    @Test(arguments: [
        (
            VenueMarket.binanceSpot,
            #"{"id":"1","status":401,"error":{"code":-2015,"msg":"Invalid API-key."}}"#,
            "Invalid API-key."
        ),
        (
            .bybitSpot,
            #"{"success":false,"ret_msg":"Params Error","op":"auth","conn_id":"c"}"#,
            "Params Error"
        ),
        (
            .bybitSpot,
            #"{"success":false,"ret_msg":"error:handler not found","op":"subscribe"}"#,
            "error:handler not found"
        ),
    ])
    func `is refused, with the reason`(market: VenueMarket, text: String, why: String) throws {
        #expect(try events(market, text) == [.refused(why)])
    }

    @Test func `is told apart from answers that are none`() throws {
        let pong = #"{"req_id":"","op":"pong","args":["1"],"conn_id":"c"}"#
        #expect(try events(.bybitLinear, pong).isEmpty)
        let accepted = #"{"success":true,"ret_msg":"","op":"auth","conn_id":"c"}"#
        #expect(try events(.bybitLinear, accepted).isEmpty)
        #expect(try events(.binanceSpot, #"{"id":null,"result":null}"#).isEmpty)
    }
}
