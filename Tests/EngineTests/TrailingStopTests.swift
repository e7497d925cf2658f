import Engine
import Projections
import TestSupport
import Testing
import Trading

@Suite struct `The trailing stop` {
    /// Active at 102, one per cent behind the peak, in steps of 0.5 and two seconds.
    private static func open() -> EngineScenario {
        var scenario = EngineScenario { plan in
            plan.trailing = TrailingPlan(
                activation: number("0.02"),
                callback: number("0.01"),
                minimumStep: number("0.005"),
                minimumInterval: TimeSpan(seconds: 2)
            )
        }
        scenario.given("book 99 x 9 | 100 x 1", "entry filled 1 @ 100", "stop accepted")
        return scenario
    }

    @Test func `begins at its activation and not short of it`() {
        var scenario = Self.open()
        scenario.expect("quote 101.9 | 102.5")
        scenario.expect("quote 102 | 102.5", "peak 102", "amend stop to 1 stop 101")
    }

    @Test func `moves by its least step and not by less`() {
        var scenario = Self.open()
        scenario.given("quote 102 | 102.5", "stop amended", "wait 2")
        scenario.expect("quote 102.4 | 103")
        scenario.expect("quote 102.5 | 103", "peak 102.5", "amend stop to 1 stop 101.5")
    }

    @Test func `moves after its least interval and not before`() {
        var scenario = Self.open()
        scenario.given("quote 102 | 102.5", "stop amended", "wait 1.999999999")
        scenario.expect("quote 104 | 105")
        scenario.given("wait 0.000000001")
        scenario.expect("quote 104 | 105", "peak 104", "amend stop to 1 stop 103")
    }

    @Test func `never moves back`() {
        var scenario = Self.open()
        scenario.given("quote 104 | 105", "stop amended", "wait 10")
        scenario.expect("quote 103.5 | 104")
        scenario.expect("quote 102 | 103")
        scenario.expect("tick 60")
        #expect(scenario.order(.stop)?.terms.trigger == price("103"))
    }

    @Test func `waits for the answer to the amendment before`() {
        var scenario = Self.open()
        scenario.expect("quote 102 | 103", "peak 102", "amend stop to 1 stop 101")
        scenario.given("wait 2")
        scenario.expect("quote 103 | 104", "peak 103")
        scenario.expect("stop amended", "amend stop to 1 stop 102")
    }

    @Test func `names itself as the reason when it is met`() {
        var scenario = Self.open()
        scenario.given("quote 102 | 103", "stop amended", "stop triggered")
        scenario.expect("stop filled 1 @ 101", "deal closed: trailing stop, profit 1, dust 0")
    }

    @Test func `that would trigger at once gives the deal up`() {
        var scenario = Self.open()
        scenario.given("quote 102 | 103")
        scenario.expect(
            "stop amend-rejected wouldTrigger",
            "deal closing: trailing stop",
            "cancel stop"
        )
    }

    @Test func `of a short deal follows the price down`() {
        var scenario = EngineScenario(.perpetual) { plan in
            plan.allowsShort = true
            plan.trailing = TrailingPlan(
                activation: number("0.02"),
                callback: number("0.01"),
                minimumStep: number("0.005"),
                minimumInterval: .zero
            )
        }
        scenario.given("book 100 x 1 | 100.1 x 9", "entry filled 1 @ 100", "stop accepted")
        scenario.expect("quote 97 | 98.1")
        scenario.expect("quote 97 | 98", "peak 98", "amend stop to 1 stop 98.9")
        scenario.given("stop amended")
        scenario.expect("quote 97 | 97.6")
        scenario.expect("quote 97 | 97.5", "peak 97.5", "amend stop to 1 stop 98.4")
        scenario.given("stop amended")
        scenario.expect("quote 98 | 98.3")
    }
}
