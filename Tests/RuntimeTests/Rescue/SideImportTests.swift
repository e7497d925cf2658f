import Engine
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `What a side journal is imported as` {
    private var position: (ReconcileScene) -> Quantity {
        { $0.turn.state.instruments[0].position.quantity }
    }

    @Test func `closes the position of the deal that holds it`() throws {
        var scene = ReconcileScene()
        _ = scene.hold()
        let deal = scene.turn.state.instruments[0].deal
        var importing = SideImport()
        importing.book(SideSample.exit, &scene.turn)
        #expect(position(scene).isZero)
        #expect(importing.booked == 3)
        let order = try #require(importing.names.keys.first.flatMap(scene.turn.state.order))
        #expect(order.deal == deal && order.status == .filled)
        #expect(scene.turn.state.deals[deal]?.status == .closing)
        #expect(scene.turn.state.hasBooked(VenueID(900)))
    }

    @Test func `books no fill and no end a second time`() {
        var scene = ReconcileScene()
        _ = scene.hold()
        var importing = SideImport()
        importing.book(SideSample.exit, &scene.turn)
        let (before, balances) = (importing.booked, scene.turn.state.assets)
        importing.book(SideSample.exit, &scene.turn)
        #expect(importing.booked == before)
        #expect(scene.turn.state.assets == balances && position(scene).isZero)
    }

    @Test func `opens a deal for what no deal holds`() {
        var scene = ReconcileScene()
        var importing = SideImport()
        importing.book(SideSample.exit, &scene.turn)
        #expect(position(scene) == quantity("-2"))
        #expect(scene.turn.state.deals.count == 1)
        #expect(importing.booked == 3)
    }

    @Test func `tells the end of a stop that the engine had placed`() {
        var scene = ReconcileScene()
        let stop = scene.hold()
        let cancelled = SideSample.event(
            .orderCancelled(OrderCancelled(order: OrderID(0), report: 0)),
            order: scene.name(stop)
        )
        var importing = SideImport()
        importing.book(SideSample.journal([cancelled]), &scene.turn)
        #expect(scene.turn.state.order(stop)?.status == .cancelled)
        importing.book(SideSample.journal([cancelled]), &scene.turn)
        #expect(importing.booked == 1)
    }

    @Test func `leaves out what does not fit, and calls a person`() {
        var scene = ReconcileScene()
        _ = scene.hold()
        let strange = [
            SideSample.event(SideSample.fill(), order: "hf-xxxx-1-yyyy-9"),
            SideSample.event(SideSample.intent("1000000000000000000")),
            SideSample.event(SideSample.intent("1")),
            SideSample.event(SideSample.fill("1000000000000000000", at: "1000000000000")),
        ]
        var importing = SideImport()
        importing.book(SideSample.journal(strange), &scene.turn)
        #expect(position(scene) == quantity("2"))
        let alarms = scene.turn.state.errors.ordered.filter { $0.severity == .alarm }
        #expect(alarms.count >= 2)
    }

    @Test func `makes the asset of a fee known where it was not`() {
        var scene = ReconcileScene()
        _ = scene.hold()
        var fill = SideSample.event(SideSample.fill())
        fill.feeAsset = "BNB"
        var importing = SideImport()
        let side = SideSample.journal([SideSample.event(SideSample.intent()), fill])
        importing.book(side, &scene.turn)
        #expect(scene.turn.state.assets.contains { $0.name == "BNB" })
        #expect(position(scene).isZero)
    }
}
