import Engine
import Exchange
import Projections
import TestSupport
import Testing
import Trading

@testable import ReconcileSuite
@testable import Runtime

@Suite struct `A plan` {
    private func plan(_ scene: ReconcileScene, at time: Timestamp = moment(5)) -> ReconciliationPlan
    {
        let (state, survey) = (scene.turn.state, scene.survey)
        let booked = EvidenceBooking(state, survey, at: time).turn
        return ReconciliationPlan(state, Comparison(state, survey).found, booked)
    }

    /// An order whose answer was lost, and which was filled.
    private func scene() -> ReconcileScene {
        var scene = ReconcileScene()
        let order = scene.intend("entry buy 1")
        scene.part.looked[order] = .found(scene.order(order, "filled", filled: "1"))
        scene.part.fills = [scene.row(9, of: UInt128(order.rawValue), name: scene.name(order))]
        scene.part.position = quantity("1")
        return scene
    }

    @Test func `has one name for one world, whenever it is made`() throws {
        let first = plan(scene())
        #expect(first.id.utf8.count == 16 && plan(scene(), at: moment(99)).id == first.id)
        try first.require(first.id)
    }

    @Test func `is refused where the world has moved`() {
        let first = plan(scene())
        var moved = scene()
        moved.part.position = quantity("2")
        var further = scene()
        further.turn.emit(.errorRecorded(ErrorRecorded(severity: .warning, text: "later")))
        for other in [moved, further] {
            let now = plan(other)
            #expect(now.id != first.id)
            #expect(throws: RunFailure.self) { try now.require(first.id) }
        }
    }

    @Test func `says what it would book, in words and in JSON`() {
        let plan = plan(scene())
        #expect(plan.proposed.count == 2, "\(plan.proposed)")
        #expect(ReconcileText.words(plan).contains("to be booked by --apply \(plan.id):"))
        #expect(ReconcileText.json(plan).contains("\"plan\":\"\(plan.id)\""))
    }

    @Test func `of what is booked books nothing`() {
        var scene = scene()
        let booked = EvidenceBooking(scene.turn.state, scene.survey, at: moment(5)).turn
        scene.survey.parts[0].looked = [:]
        #expect(EvidenceBooking(booked.state, scene.survey, at: moment(6)).turn.events.isEmpty)
    }

    /// Pairs of a journal and a venue that went apart at random; the seed is in the failure.
    @Test func `brings a journal to what the venue proves`() {
        let figures = ReconcileSuite.run(pairs: 400, seed: UInt64.random(in: 0...1_000_000_000))
        #expect(figures.failed == 0, "\(figures.firstFault)")
        #expect(figures.pairs == 400 && figures.kinds.count > 20)
    }
}
