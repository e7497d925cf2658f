import Engine
import Exchange
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `An instrument that the venue lists no more` {
    private var surveyed = SurveyedScene(["BTCUSDT", "XRPUSDT"])

    init() { surveyed.delisted = [InstrumentID(0)] }

    private func kinds(_ surveyed: SurveyedScene) -> [CaseKind] {
        Comparison(surveyed.scene.turn.state, surveyed.surveyed().survey).found.map(\.kind)
    }

    /// Otherwise one symbol of sixty would hide whatever is missing, for as long as it is kept.
    @Test func `in which nothing is ours hides nothing of the money of all others`() {
        var surveyed = surveyed
        surveyed.scene.survey.balances?["USDT"] = money("9000")
        #expect(kinds(surveyed) == [.notListed, .balanceMissing])
        surveyed.scene.survey.balances?["USDT"] = money("10000")
        surveyed.scene.charge(.transfer, "-1000")
        #expect(kinds(surveyed) == [.notListed, .entryNotBooked])
        let money = MoneyEvidence(surveyed.scene.turn.state, surveyed.surveyed().survey)
        #expect(money.events.count == 1)
    }

    /// What was filled of it nobody tells any more.
    @Test func `in which something is ours leaves open what its fills took`() {
        var open = surveyed
        let entry = open.scene.intend("entry buy 2 @ 90")
        var held = surveyed
        _ = held.scene.hold()
        for var surveyed in [open, held] {
            surveyed.scene.survey.balances?["USDT"] = money("9000")
            #expect(kinds(surveyed) == [.notListed], "\(entry)")
        }
    }

    /// An entry is read again until something explains it, and not for a day alone.
    @Test func `leaves no comparison complete while it hides what an entry took`() {
        var surveyed = surveyed
        _ = surveyed.scene.hold()
        func completes() -> Bool {
            let survey = surveyed.surveyed().survey
            let state = surveyed.scene.turn.state
            let found = Comparison(state, survey).found
            return Blocking(state: state, survey: survey).completion(found) != nil
        }
        #expect(completes())
        surveyed.scene.charge(.transfer, "-1000")
        #expect(!completes())
        surveyed.delisted = []
        #expect(completes())
    }
}
