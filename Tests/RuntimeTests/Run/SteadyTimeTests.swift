import Synchronization
import Testing
import Trading

@testable import Runtime

/// The time that a run in real time stamps and waits by.
@Suite("Steady time") struct SteadyTimeTests {
    private final class Clocks: Sendable {
        let monotonic = Atomic<Int64>(0)
        let wall = Atomic<Int64>(1_000_000)

        var clock: RunClock {
            RunClock(
                monotonic: { [self] in monotonic.load(ordering: .relaxed) },
                wall: { [self] in wall.load(ordering: .relaxed) },
                draw: { _ in [] }
            )
        }

        func pass(_ span: Int64, settingWallTo set: Int64? = nil) {
            monotonic.add(span, ordering: .relaxed)
            wall.add(span, ordering: .relaxed)
            if let set { wall.store(set, ordering: .relaxed) }
        }
    }

    @Test func `follows the wall clock forward`() {
        let clocks = Clocks()
        var time = SteadyTime(clocks.clock, notBefore: .never)
        clocks.pass(500)
        #expect(time.now().nanoseconds == 1_000_500)
        clocks.pass(500, settingWallTo: 9_000_000)
        #expect(time.now().nanoseconds == 9_000_000)
    }

    @Test func `goes on where the wall clock is set back`() {
        let clocks = Clocks()
        var time = SteadyTime(clocks.clock, notBefore: .never)
        clocks.pass(500, settingWallTo: 10)
        #expect(time.now().nanoseconds == 1_000_500)
        clocks.pass(700)
        #expect(time.now().nanoseconds == 1_001_200)
    }

    @Test func `goes on from what is stamped where the wall clock is behind it`() {
        let clocks = Clocks()
        var time = SteadyTime(clocks.clock, notBefore: Timestamp(nanoseconds: 5_000_000))
        #expect(time.now().nanoseconds == 5_000_000)
        clocks.pass(300)
        #expect(time.now().nanoseconds == 5_000_300)
    }
}
