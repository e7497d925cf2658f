import Engine
import Journal
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite(.temporaryDirectory)
struct `The times of commits` {
    private let fixture = RunFixture()

    /// What a journal holds of commits, and of what they are told with.
    private func told(
        _ plan: RunPlan
    ) throws -> (times: DurationHistogram, events: Int, snapshots: Int, ends: Int, batches: Int) {
        var times = DurationHistogram()
        var (events, snapshots, ends, batches) = (0, 0, 0, 0)
        let codec = EventCodec()
        try JournalReader.open(plan.journal).forEachBatch { batch in
            batches += 1
            var cursor = batch.events()
            while let view = cursor.next() {
                guard
                    case .success(let event) = Result(catching: { () throws(ReplayFailure) in
                        try Replay.envelope(view, codec).event
                    })
                else { continue }
                switch event {
                case .commitsTimed(let timed):
                    events += 1
                    times.add(timed.times)
                case .stateHashed(let hashed): snapshots += hashed.isSnapshot ? 1 : 0
                case .epochEnded: ends += 1
                default: break
                }
            }
            return .proceed
        }
        return (times, events, snapshots, ends, batches)
    }

    @Test func `are told with every snapshot and every stop in order, each commit once`() throws {
        let plan = try fixture.plan([try fixture.tape(RunFixture.lines())])
        try fixture.run(plan, stopAfter: 40)
        try fixture.run(plan)
        let told = try told(plan)
        #expect(told.snapshots > 5 && told.ends == 2)
        #expect(told.events == told.snapshots + told.ends)
        // Not measured: the batch of the creation, and the one that ends each epoch.
        #expect(told.times.count == UInt64(told.batches - 3))
        #expect(told.times.longest > .zero && told.times.median > .zero)
        var replay = Replay(comparing: .all)
        try replay.run(try JournalReader.open(plan.journal))
        #expect(replay.divergence == nil)
    }

    @Test func `do not keep a quiet engine from being left alone`() throws {
        var plan = try fixture.plan([try fixture.tape(RunFixture.lines())])
        // Nobody holds that much, so nothing is traded, and only the marks go on.
        let quiet = ImbalancePlan(
            depth: 10,
            buyThreshold: .one,
            sellThreshold: .zero,
            minimumClusterVolume: Quantity(Decimal(1_000_000_000)),
            closesOnOpposite: true
        )
        plan.plans[0].strategy = .imbalance(quiet)
        let summary = try fixture.run(plan)
        #expect(summary.state.metrics.orders == 0)
        let told = try told(plan)
        #expect(told.snapshots == 1, "of what the start wrote")
        #expect(told.times.count > 20)
    }
}
