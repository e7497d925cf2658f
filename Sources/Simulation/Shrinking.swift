internal import Platform
package import Trading

/// Looks for the fewest faults that still lead a world to the same kind of end.
package struct Shrinking {
    private let seed: UInt64
    private let only: Set<FaultKind>
    private let span: TimeSpan
    private let directory: String
    private let weekends: Int64
    private let deadline: Int64
    /// How many worlds were tried.
    package private(set) var tries = 0
    /// The faults that are left out.
    package private(set) var leftOut: Set<UInt64>

    /// Shrinks what a world did.
    ///
    /// - Parameters:
    ///   - seed: The world.
    ///   - only: The kinds of faults that there may be.
    ///   - span: How long it lives with trouble.
    ///   - made: Its faults.
    ///   - leftOut: Those that it was already without.
    ///   - violation: What it came to.
    ///   - directory: Where journals on disk would be.
    ///   - weekends: How many in a thousand pauses last one to three days.
    ///   - seconds: How long it may take.
    /// - Throws: What stands in the way of making worlds.
    package init(
        seed: UInt64,
        only: Set<FaultKind>,
        span: TimeSpan,
        made: [FaultDraw.Made],
        leavingOut leftOut: Set<UInt64>,
        to violation: Violation,
        directory: String,
        weekends: Int64 = 0,
        seconds: Int64 = 60
    ) throws {
        self.seed = seed
        self.only = only
        self.span = span
        self.directory = directory
        self.weekends = weekends
        self.leftOut = leftOut
        deadline = Clock.monotonic() + seconds * 1_000_000_000
        var kept = made.map(\.number)
        var size = max(1, kept.count / 2)
        while size >= 1, Clock.monotonic() < deadline {
            var isSmaller = false
            var place = 0
            while place < kept.count, Clock.monotonic() < deadline {
                let without = kept[place..<min(place + size, kept.count)]
                if let made = try faults(without: without, to: violation) {
                    self.leftOut.formUnion(without)
                    kept = made
                    isSmaller = true
                } else {
                    place += size
                }
            }
            if size == 1 && !isSmaller { return }
            size = size == 1 ? 1 : size / 2
        }
    }

    /// The faults of the world without some; `nil` where it comes to another end.
    private mutating func faults(
        without: ArraySlice<UInt64>,
        to violation: Violation
    ) throws -> [UInt64]? {
        tries += 1
        let world = try SimulatedWorld(
            seed: seed,
            faults: FaultDraw(seed: seed, only: only, leavingOut: leftOut.union(without)),
            directory: directory,
            weekends: weekends
        )
        try world.run(for: span)
        guard world.violations.first?.kind == violation.kind else { return nil }
        return world.made.map(\.number)
    }
}
