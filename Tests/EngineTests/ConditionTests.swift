import Engine
import Projections
import TestSupport
import Testing
import Trading

@Suite struct `A condition` {
    private static let disk = "disk space below the reserve"

    @Test func `pauses entries while it holds`() {
        var scenario = EngineScenario()
        scenario.expect("kill on", "alarm: paused: kill switch", "paused: kill switch")
        scenario.expect("kill on")
        scenario.expect("book 99 x 9 | 100 x 1", "refused: not running, limit 0, actual 0")
        scenario.expect("kill off", "running: kill switch is over")
        scenario.expect("kill off")
        scenario.given("wait 1")
        scenario.expect("book 99 x 9 | 100 x 1", "deal opened: buy", "entry: buy 1 market")
    }

    @Test func `refuses entries once a second and not at every message`() {
        var scenario = EngineScenario()
        scenario.given("kill on")
        scenario.expect("book 99 x 9 | 100 x 1", "refused: not running, limit 0, actual 0")
        scenario.given("wait 0.999999999")
        scenario.expect("book 99 x 9 | 100 x 1")
        scenario.given("wait 0.000000001")
        scenario.expect("book 99 x 9 | 100 x 1", "refused: not running, limit 0, actual 0")
    }

    @Test func `ends only its own pause`() {
        var scenario = EngineScenario()
        scenario.given("kill on")
        scenario.expect("disk off")
        #expect(scenario.state.status == .paused)
    }

    @Test func `that begins during another pause outlives it`() {
        var scenario = EngineScenario()
        scenario.given("disk on")
        scenario.expect(
            "kill on",
            "alarm: paused: kill switch",
            "paused: \(Self.disk); kill switch"
        )
        scenario.expect("disk off", "paused: kill switch")
        scenario.expect("kill off", "running: kill switch is over")
    }

    @Test func `does not end a pause that a limit began`() {
        var scenario = EngineScenario()
        scenario.emit(
            .botStatusChanged(BotStatusChanged(status: .paused, reason: "drawdown reached"))
        )
        scenario.given("kill on")
        scenario.expect("kill off", "paused: drawdown reached")
    }

    @Test(arguments: [BotStatus.shutdown, .error])
    func `changes nothing where the engine stopped for more than a pause`(status: BotStatus) {
        var scenario = EngineScenario()
        scenario.emit(.botStatusChanged(BotStatusChanged(status: status, reason: "why")))
        scenario.expect("kill on")
        scenario.expect("kill off")
    }

    @Test func `lets protection, cancels and exits leave`() {
        var scenario = EngineScenario { $0.takeProfitFraction = number("0.1") }
        scenario.given("book 99 x 9 | 100 x 1", "kill on")
        scenario.expect(
            "entry filled 1 @ 100",
            "deal open: entry filled",
            "stop: sell 1 stop 95"
        )
        scenario.given("stop accepted")
        scenario.expect("quote 110 | 111", "deal closing: take profit", "cancel stop")
        scenario.expect("stop cancelled", "exit: sell 1 market")
    }
}

@Suite struct `A scored signal` {
    private static func scenario(
        _ market: Market = .spot,
        _ change: (inout InstrumentPlan) -> Void = { _ in }
    ) -> EngineScenario {
        var scenario = EngineScenario(market) { plan in
            let age = TimeSpan(seconds: 7200)
            plan.strategy = .signals(SignalPlan(threshold: number("70"), longestAge: age))
            change(&plan)
        }
        scenario.given("book 99 x 1 | 100 x 1")
        return scenario
    }

    @Test func `is acted on at its threshold and not below`() {
        var scenario = Self.scenario()
        scenario.expect("signal a BTCUSDT buy 69.999 at 1", "signal below threshold")
        scenario.expect(
            "signal b BTCUSDT buy 70 at 2",
            "signal accepted",
            "deal opened: buy",
            "entry: buy 1 market"
        )
    }

    @Test func `is not acted on in a market that has been silent for long`() {
        var scenario = Self.scenario()
        scenario.given("wait 300.000000001")
        scenario.expect("signal a BTCUSDT buy 90 at 1", "signal not actionable")
        scenario.given("book 99 x 1 | 100 x 1", "wait 300")
        scenario.expect(
            "signal b BTCUSDT buy 90 at 2",
            "signal accepted",
            "deal opened: buy",
            "entry: buy 1 market"
        )
    }

    @Test func `with an id that was seen is a duplicate`() {
        var scenario = Self.scenario()
        scenario.given("signal a BTCUSDT buy 60 at 1")
        scenario.expect("signal a BTCUSDT buy 90 at 2", "signal duplicate")
    }

    @Test func `for a symbol and time that were seen is told as that`() {
        var scenario = Self.scenario()
        scenario.given("signal a BTCUSDT buy 60 at 1")
        scenario.expect("signal b BTCUSDT buy 90 at 1", "signal same symbol and time")
    }

    @Test func `with the id of one and the moment of another is told by its id`() {
        var scenario = Self.scenario()
        scenario.given("signal a BTCUSDT buy 60 at 1", "signal b BTCUSDT buy 60 at 2")
        scenario.expect("signal b BTCUSDT buy 60 at 1", "signal duplicate")
    }

    @Test func `is stale when it comes later than its plan says`() {
        var scenario = Self.scenario { plan in
            let age = TimeSpan(seconds: 5)
            plan.strategy = .signals(SignalPlan(threshold: number("70"), longestAge: age))
        }
        scenario.given("wait 20", "book 99 x 1 | 100 x 1")
        scenario.expect("signal a BTCUSDT buy 90 at 1", "signal stale")
        scenario.expect("signal a BTCUSDT buy 90", "signal duplicate")
        scenario.expect("signal b ETHUSDT buy 90 at 1", "signal unknown symbol")
    }

    @Test func `is a duplicate for an hour and new after it`() {
        var scenario = Self.scenario()
        scenario.given("signal a BTCUSDT buy 60 at 1", "wait 3600")
        scenario.expect("signal a BTCUSDT buy 60 at 1", "signal duplicate")
        scenario.given("wait 0.000000001")
        scenario.expect("signal a BTCUSDT buy 60 at 1", "signal below threshold")
    }

    @Test func `is not kept alive by its duplicates`() {
        var scenario = Self.scenario()
        scenario.given("signal a BTCUSDT buy 60 at 1", "wait 3000")
        scenario.given("signal a BTCUSDT buy 60 at 1", "wait 601")
        scenario.expect("signal a BTCUSDT buy 60 at 1", "signal below threshold")
    }

    @Test func `for a symbol that is not listed is unknown`() {
        var scenario = Self.scenario()
        scenario.expect("signal a ETHUSDT buy 90", "signal unknown symbol")
    }

    @Test func `for an instrument with another strategy is unknown`() {
        var scenario = EngineScenario()
        scenario.expect("signal a BTCUSDT buy 90", "signal unknown symbol")
    }

    @Test func `before the book is in step is not actionable`() {
        var scenario = Self.scenario()
        scenario.given("lost")
        scenario.expect("signal a BTCUSDT buy 90", "signal not actionable")
    }

    @Test func `to sell on spot without a deal is not actionable`() {
        var scenario = Self.scenario(.spot) { $0.allowsShort = true }
        scenario.expect("signal a BTCUSDT sell 90", "signal not actionable")
    }

    @Test func `to buy what a deal holds already is not actionable`() {
        var scenario = Self.scenario()
        scenario.given("signal a BTCUSDT buy 90 at 1", "entry filled 1 @ 100")
        scenario.expect("signal b BTCUSDT buy 90 at 2", "signal not actionable")
    }

    @Test func `to sell what a deal holds closes it`() {
        var scenario = Self.scenario()
        scenario.given("signal a BTCUSDT buy 90 at 1", "entry filled 1 @ 100", "stop accepted")
        scenario.expect(
            "signal b BTCUSDT sell 90 at 2",
            "signal accepted",
            "deal closing: signal",
            "cancel stop"
        )
    }

    @Test func `within the pause after a deal is not actionable`() {
        var scenario = Self.scenario(.spot) { $0.cooldown = TimeSpan(seconds: 60) }
        scenario.given("signal a BTCUSDT buy 90 at 1", "entry rejected other", "wait 59")
        scenario.expect("signal b BTCUSDT buy 90 at 2", "signal not actionable")
        scenario.given("wait 1")
        scenario.expect(
            "signal c BTCUSDT buy 90 at 3",
            "signal accepted",
            "deal opened: buy",
            "entry: buy 1 market"
        )
    }

    @Test func `opens a short deal where that is allowed`() {
        var scenario = Self.scenario(.perpetual) { $0.allowsShort = true }
        scenario.expect(
            "signal a BTCUSDT-PERP sell 90",
            "signal accepted",
            "deal opened: sell",
            "entry: sell 1.01 market"
        )
    }
}
