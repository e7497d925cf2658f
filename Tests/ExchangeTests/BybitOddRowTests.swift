import Exchange
import Testing
import Trading

@Suite struct `A symbol of Bybit that cannot be read` {
    private static func symbol(
        _ name: String,
        tick: String = "0.1",
        step: String = "0.001",
        leverage: String = "100"
    ) -> String {
        """
        {"symbol":"\(name)","contractType":"LinearPerpetual","status":"Trading",\
        "baseCoin":"BTC","quoteCoin":"USDT","settleCoin":"USDT",\
        "leverageFilter":{"maxLeverage":"\(leverage)"},"priceFilter":{"tickSize":"\(tick)"},\
        "lotSizeFilter":{"maxOrderQty":"100","minOrderQty":"0.001","qtyStep":"\(step)",\
        "maxMktOrderQty":"10","minNotionalValue":"5"}}
        """
    }

    private static func listed(_ rows: [String], category: String = "linear") -> VenueAnswer {
        bybit()
            .answer(
                to: .instruments(page: .first),
                """
                {"retCode":0,"retMsg":"OK","time":1,"result":{"category":"\(category)",\
                "nextPageCursor":"more","list":[\(rows.joined(separator: ","))]}}
                """
            )
    }

    @Test(arguments: [
        symbol("B", tick: "0"), symbol("B", step: "0"), symbol("B", tick: ""), symbol(""),
        symbol("B", leverage: "high"), symbol("B").replacing("lotSizeFilter", with: "lots"),
        symbol("B").replacing("tickSize", with: "tick"), #"{"symbol":"B"}"#, "{}", "7", "null",
    ])
    func `hides no other, and is missed itself`(odd: String) {
        let whole = [Self.symbol("A"), odd, Self.symbol("C")]
        guard case .yes(.instruments(let found, let next)) = Self.listed(whole) else {
            Issue.record("not read")
            return
        }
        #expect(found.map(\.symbol) == ["A", "C"] && next == .after("more"))
        #expect(Proof(Self.listed([odd, odd])) == .unknown(.unreadable))
    }

    @Test func `is not the end of what an answer must be`() {
        #expect(Self.listed([]) == .yes(.instruments([], next: nil)))
        let other = Self.listed([Self.symbol("A")], category: "inverse")
        #expect(Proof(other) == .unknown(.unreadable))
    }
}
