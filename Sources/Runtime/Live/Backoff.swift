internal import Trading

/// How long to wait before trying again: longer each time, and never the same for two who failed
/// together.
struct Backoff: Hashable, Sendable {
    private let first: TimeSpan
    private let longest: TimeSpan
    private(set) var failures = 0

    /// Begins without a failure.
    init(first: TimeSpan = TimeSpan(milliseconds: 250), longest: TimeSpan = TimeSpan(seconds: 30)) {
        self.first = first
        self.longest = longest
    }

    /// Counts a failure.
    ///
    /// - Parameter chance: A random number, which places the pause between half and all of its
    ///   length.
    /// - Returns: The pause.
    mutating func failed(chance: UInt64) -> TimeSpan {
        let doubled = first.nanoseconds << Int64(min(failures, 20))
        failures += 1
        let full = min(doubled, longest.nanoseconds)
        let half = full / 2
        return TimeSpan(nanoseconds: half + Int64(chance % UInt64(full - half + 1)))
    }

    /// What was tried has held: the next failure is a first one.
    mutating func succeeded() { failures = 0 }
}
