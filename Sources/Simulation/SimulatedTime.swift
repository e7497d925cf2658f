internal import Exchange
package import Runtime
internal import Synchronization
package import Trading

/// The clocks of a simulated world.
///
/// The monotonic clock is how long the world exists; the wall's may be set apart from it.
package final class SimulatedTime: Sendable {
    /// When every simulated world begins: 2026-01-01T00:00:00Z.
    package static let beginning = Timestamp(nanoseconds: 1_767_225_600_000_000_000)

    private let elapsed = Atomic<Int64>(1_000_000_000)
    private let wallOffset = Atomic<Int64>(0)
    /// What the monotonic clock of the machine misses: it stands still while suspended.
    private let suspended = Atomic<Int64>(0)
    private let isOver = Atomic<Bool>(false)
    private let looks = Atomic<Int64>(0)
    private let random: Mutex<SplitMix64>

    /// Begins.
    ///
    /// - Parameter seed: What chance is drawn from.
    package init(seed: UInt64) { random = Mutex(SplitMix64(seed: seed)) }

    /// Nanoseconds since the world began.
    package var now: Int64 {
        get { elapsed.load(ordering: .relaxed) }
        set { elapsed.store(newValue, ordering: .relaxed) }
    }

    /// The true time, which the venue goes by.
    package var moment: Timestamp { Self.beginning + TimeSpan(nanoseconds: now) }

    /// How far the wall clock of the machine is ahead of the true time.
    package var wallClockOffset: Int64 {
        get { wallOffset.load(ordering: .relaxed) }
        set { wallOffset.store(newValue, ordering: .relaxed) }
    }

    /// Notes that the machine was suspended for so many nanoseconds.
    package func noteSuspension(_ nanoseconds: Int64) {
        suspended.add(nanoseconds, ordering: .relaxed)
    }

    /// Nanoseconds for which the machine was suspended.
    package var suspension: Int64 { suspended.load(ordering: .relaxed) }

    /// Whether the process at hand has been killed: its clock then runs away, so that whatever it
    /// still waits for ends.
    package var isProcessOver: Bool {
        get { isOver.load(ordering: .relaxed) }
        set {
            isOver.store(newValue, ordering: .relaxed)
            looks.store(0, ordering: .relaxed)
        }
    }

    /// The clocks as a run sees them.
    package var clock: RunClock {
        RunClock(
            monotonic: { [self] in
                isProcessOver ? runaway() : now - suspension
            },
            wall: { [self] in
                Self.beginning.nanoseconds + now + wallClockOffset
            },
            draw: { [self] count in
                random.withLock { random in (0..<count).map { _ in UInt8(random.draw(0...255)) } }
            }
        )
    }

    /// The clock of a process that was killed: each look at it is an hour later.
    private func runaway() -> Int64 {
        looks.add(1, ordering: .relaxed).newValue * 3_600_000_000_000 + now
    }
}
