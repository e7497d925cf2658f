import Engine
import Exchange
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

/// Venues settle funding some seconds off the time that they write beside it.
@Suite struct `Funding beside its time` {
    /// A row of what moved a position.
    struct Row {
        var id: UInt128
        /// Seconds after the stamp of the funding.
        var after: Int64
        /// Signed.
        var size: String
    }

    /// A scene in which two were bought, and charged funding at a moment that the rows go by.
    private func scene(
        _ rows: [Row],
        left: String,
        closes: Bool = false,
        _ charge: String = "-1.5"
    ) -> ReconcileScene {
        var scene = ReconcileScene()
        let stop = scene.hold()
        if closes { scene.fill(stop, "2", at: "100") }
        scene.settle()
        scene.charge(.funding, charge)
        let stamp = scene.survey.entries?.first?.time ?? .never
        scene.part.fills = rows.map { row in
            let size = quantity(row.size)
            var fill = scene.row(row.id, of: 5)
            fill.side = size.isNegative ? .sell : .buy
            fill.quantity = size.magnitude
            fill.time = stamp + TimeSpan(seconds: row.after)
            return fill
        }
        scene.part.position = quantity(left)
        return scene
    }

    private func money(_ scene: ReconcileScene) -> (booked: Int, doubtful: Int) {
        let evidence = MoneyEvidence(scene.turn.state, scene.survey)
        return (evidence.events.count, evidence.doubtful.count)
    }

    @Test(arguments: [(5, 1), (15, 1), (16, 0)])
    func `is ours where all was opened soon after it`(after: Int, booked: Int) {
        let scene = scene([Row(id: 1, after: Int64(after), size: "2")], left: "2")
        #expect(money(scene) == (booked, 0))
    }

    @Test(arguments: [(-5, 1), (-15, 1), (-16, 0)])
    func `is ours where all was closed shortly before it`(after: Int, booked: Int) {
        let rows = [
            Row(id: 1, after: -600, size: "2"), Row(id: 2, after: Int64(after), size: "-2"),
        ]
        #expect(money(scene(rows, left: "0", closes: true)) == (booked, 0))
    }

    @Test func `is for a person where others opened as well`() {
        let rows = [Row(id: 1, after: 5, size: "2"), Row(id: 70, after: 5, size: "3")]
        #expect(money(scene(rows, left: "5")) == (0, 1))
        let later = [Row(id: 1, after: 5, size: "2"), Row(id: 70, after: 9, size: "3")]
        #expect(money(scene(later, left: "5")) == (0, 1))
    }

    @Test func `is somebody else's where others held something then, and not we`() {
        let rows = [Row(id: 1, after: 600, size: "2"), Row(id: 70, after: 5, size: "3")]
        #expect(money(scene(rows, left: "5")) == (0, 0))
        let held = [Row(id: 1, after: 5, size: "2")]
        #expect(money(scene(held, left: "5")) == (0, 0))
    }
}
