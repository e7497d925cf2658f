import Exchange
import Network
import Testing
import Trading

@testable import Runtime

/// The venue turns the first placement away, and the limits hold the second.
@Suite struct `An entry that is held back` {
    private static let refusal = (429, #"{"code":-1015,"msg":"Too many new orders."}"#)

    /// A scene, and how often the order was placed until it has settled.
    private func placements(
        isStop: Bool = false,
        _ meanwhile: (LiveScene) -> Void
    ) throws -> (Int, [VenueReport.Body]) {
        var placements = 0
        let scene = try LiveScene(isStop ? .binanceFutures : .binanceSpot, isStop: isStop) {
            guard $0.method == .post else { return nil }
            placements += 1
            return placements == 1 ? Self.refusal : nil
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
