import Exchange
import Network
import Platform
import Testing
import Trading

@testable import Runtime

/// The venue turns the first placement away, and the limits hold the second.
@Suite struct `An entry that is held back` {
    /// A scene, and how often the order was placed until it has settled.
    private func placements(
        isStop: Bool = false,
        _ meanwhile: (LiveScene) -> Void
    ) throws -> (Int, [VenueReport.Body]) {
        var placements = 0
        let scene = try LiveScene(isStop ? .binanceFutures : .binanceSpot, isStop: isStop) {
            guard $0.method == .post else { return nil }
            placements += 1
            return placements == 1 ? LiveScene.turnedAway() : nil
        }
        defer { scene.close() }
        try scene.place()
        meanwhile(scene)
        scene.turn { placements == 2 || !scene.reports.isEmpty }
        return (placements, scene.reports)
    }

    @Test func `leaves once it may`() throws {
        let (placements, reports) = try placements { _ in }
        #expect(placements == 2 && reports.isEmpty)
    }

    @Test func `is taken back where nothing new may be opened by now`() throws {
        let paused = Event.botStatusChanged(BotStatusChanged(status: .paused, reason: "by hand"))
        let block = RiskBlocked(
            caseID: "P1",
            scope: BlockScope(.instrument, "BTCUSDT"),
            subject: "BTCUSDT",
            seen: "gone"
        )
        for event in [paused, .riskBlocked(block)] {
            let (placements, reports) = try placements { $0.emit(event) }
            #expect(placements == 1 && reports == [.rejected(.other)], "\(event.kind)")
        }
    }

    @Test func `is taken back where the market that it was decided on is gone`() throws {
        let (placements, reports) = try placements { $0.world.longestHeld = .zero }
        #expect(placements == 1 && reports == [.rejected(.other)])
    }

    @Test func `is no stop: that leaves however late`() throws {
        let (placements, reports) = try placements(isStop: true) { scene in
            scene.world.longestHeld = .zero
            scene.emit(
                .botStatusChanged(BotStatusChanged(status: .paused, reason: "by hand"))
            )
        }
        #expect(placements == 2 && reports.isEmpty)
    }
}

/// The venue turns a stop away once, and meanwhile rescue acts beside the engine.
@Suite struct `A stop that is held back` {
    /// How often the stop was placed until it has settled or three seconds are over.
    private func placements(
        _ meanwhile: (LiveScene) -> Void
    ) throws -> (Int, [VenueReport.Body]) {
        var placements = 0
        let scene = try LiveScene(.binanceFutures, isStop: true) {
            guard $0.method == .post else { return nil }
            placements += 1
            return LiveScene.turnedAway()
        }
        defer { scene.close() }
        try scene.place()
        meanwhile(scene)
        let end = Clock.monotonic() + 3_000_000_000
        scene.turn { placements == 2 || Clock.monotonic() > end }
        return (placements, scene.reports)
    }

    @Test func `leaves once it may, where nobody else acts`() throws {
        #expect(try placements { _ in }.0 == 2)
    }

    @Test func `never leaves once rescue holds the engine back`() throws {
        let (placements, reports) = try placements { $0.world.mayOnlyCancel = { true } }
        #expect(placements == 1 && reports == [.rejected(.other)])
    }

    @Test func `never leaves where rescue is seen and imported before the world looks`() throws {
        var placements = 0
        let scene = try LiveScene(.binanceFutures, isStop: true) {
            guard $0.method == .post else { return nil }
            placements += 1
            return LiveScene.turnedAway()
        }
        defer { scene.close() }
        try scene.place()
        let end = Clock.monotonic() + 3_000_000_000
        scene.turn { scene.world.desks[0].holdsRisk || Clock.monotonic() > end }
        scene.world.withholdWaiting()
        scene.turn { placements == 2 || Clock.monotonic() > end }
        #expect(placements == 1 && scene.reports == [.rejected(.other)])
    }

    @Test func `never leaves once its order has ended`() throws {
        let (placements, _) = try placements { scene in
            let refusal = VenueRefusal(order: scene.order, report: 1, reason: .other)
            scene.emit(.orderRejected(OrderRejected(refusal: refusal)))
        }
        #expect(placements == 1)
    }
}
