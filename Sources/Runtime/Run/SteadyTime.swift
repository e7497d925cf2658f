internal import Trading

/// The time that a run in real time stamps and waits by: the wall clock's, which is followed
/// forward; where that clock is set back, time goes on at the pace of the monotonic one.
///
/// So no timer waits for a clock that was set back, and no stamp is earlier than the one before.
struct SteadyTime {
    private let clock: RunClock
    private var last: Timestamp
    private var lastMonotonic: Int64

    /// Begins, not before a moment that was stamped already.
    init(_ clock: RunClock, notBefore stamped: Timestamp) {
        self.clock = clock
        last = max(stamped, Timestamp(nanoseconds: clock.wall()))
        lastMonotonic = clock.monotonic()
    }

    /// The time now.
    mutating func now() -> Timestamp {
        let monotonic = clock.monotonic()
        let steady = last + TimeSpan(nanoseconds: max(0, monotonic - lastMonotonic))
        lastMonotonic = monotonic
        last = max(steady, Timestamp(nanoseconds: clock.wall()))
        return last
    }
}
