import LocalExchange
import Testing
import Trading

@Suite struct `A rule of trouble` {
    @Test(arguments: [
        (FaultRule.Place.request(method: nil, containing: "/"), FaultRule.Action.loseAnswer, true),
        (.request(method: "POST", containing: "/"), .duplicate, false),
        (.message(containing: "x"), .swap, true),
        (.message(containing: "x"), .loseAnswer, false),
        (.moment(.second), .disconnect, true),
        (.moment(.second), .delay(.second), false),
    ])
    func `is possible only where it can happen`(
        place: FaultRule.Place,
        action: FaultRule.Action,
        isPossible: Bool
    ) {
        #expect(FaultRule(place, action).isPossible == isPossible)
    }
}
