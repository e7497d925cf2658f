import Exchange
import LocalExchange
import Testing
import Trading

@Suite struct `A rule of trouble` {
    private static let jump = PriceJump(venue: .bybitSpot, symbol: "A", distance: Price(.one))

    @Test(arguments: [
        (FaultRule.Place.request(method: nil, containing: "/"), FaultRule.Action.loseAnswer, true),
        (.request(method: "POST", containing: "/"), .duplicate, false),
        (.message(containing: "x"), .swap, true),
        (.message(containing: "x"), .loseAnswer, false),
        (.moment(.second), .disconnect, true),
        (.moment(.second), .delay(.second), false),
        (.request(method: nil, containing: "/"), .forget(.day), true),
        (.moment(.second), .forget(.day), true),
        (.message(containing: "x"), .forget(.day), false),
        (.moment(.second), .filters(FilterChange(venue: .binanceSpot, symbol: "A")), true),
        (.message(containing: "x"), .filters(FilterChange(venue: .bybitSpot, symbol: "A")), false),
        (.moment(.second), .jump(jump), true),
        (.request(method: nil, containing: "/"), .jump(jump), true),
        (.message(containing: "x"), .jump(jump), false),
    ])
    func `is possible only where it can happen`(
        place: FaultRule.Place,
        action: FaultRule.Action,
        isPossible: Bool
    ) {
        #expect(FaultRule(place, action).isPossible == isPossible)
    }
}
