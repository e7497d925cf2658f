import Engine
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `The status of rescue` {
    @Test func `is in order where a stop covers all that is held`() throws {
        var scene = ReconcileScene()
        _ = scene.hold()
        let status = RescueStatus(scene.turn.state)
        #expect(status.isInOrder && status.unprotected == 0)
        let part = try #require(status.parts.first)
        #expect(part.quantity == quantity("2") && part.protection == "covers 2")
        #expect(part.exposure == money("200") && part.reserved.isZero)
    }

    @Test func `is nothing where nothing is held`() {
        let status = RescueStatus(ReconcileScene().turn.state)
        #expect(status.isInOrder && status.parts.isEmpty && status.orders.isEmpty)
        #expect(RescueText.words(status).contains("nothing is held"))
    }

    @Test func `calls a position unprotected without a stop`() {
        var scene = ReconcileScene()
        let stop = scene.hold()
        let report = scene.nextReport
        scene.turn.emit(.orderCancelled(OrderCancelled(order: stop, report: report)))
        let status = RescueStatus(scene.turn.state)
        #expect(!status.isInOrder && status.unprotected == 1)
        #expect(RescueText.words(status).contains("UNPROTECTED"))
        #expect(RescueText.json(status).contains(#""isUnprotected":true"#))
    }

    @Test func `takes a stop of which something is open for none`() {
        var scene = ReconcileScene()
        let stop = scene.hold()
        scene.turn.emit(.cancelIntended(CancelIntended(order: stop)))
        let status = RescueStatus(scene.turn.state)
        #expect(status.unprotected == 1)
        #expect(status.orders.filter(\.isInDoubt).count == 1)
    }

    @Test func `takes a stop that was placed and not answered for none`() {
        var scene = ReconcileScene()
        let entry = scene.intend("entry buy 2")
        scene.accept(entry)
        scene.fill(entry, "2")
        _ = scene.intend("stop sell 2 at 90")
        #expect(RescueStatus(scene.turn.state).unprotected == 1)
    }

    @Test func `calls a stop too small for what is held`() {
        var scene = ReconcileScene()
        let entry = scene.intend("entry buy 2")
        scene.accept(entry)
        scene.fill(entry, "2")
        let stop = scene.intend("stop sell 1 at 90")
        scene.accept(stop)
        #expect(RescueStatus(scene.turn.state).unprotected == 1)
    }

    @Test func `reserves an entry of which nothing is known, in full`() throws {
        var scene = ReconcileScene()
        let entry = scene.intend("entry buy 2 @ 100")
        scene.turn.emit(
            .outcomeUnknown(OutcomeUnknown(order: entry, request: .place, why: "silence"))
        )
        let status = RescueStatus(scene.turn.state)
        let part = try #require(status.parts.first)
        #expect(part.reserved == money("200") && part.exposure == money("200"))
        #expect(!status.isInOrder && status.unprotected == 0)
        #expect(RescueText.words(status).contains("in doubt: \(scene.name(entry))"))
    }

    @Test func `is not in order where the journal cannot be replayed`() {
        let status = RescueStatus(ReconcileScene().turn.state, obstacle: "event 9: damaged")
        #expect(!status.isInOrder && !status.isReplayed)
        #expect(RescueText.words(status).contains("event 9: damaged"))
    }
}
