internal import Platform

/// The clocks and the chance that a run goes by: the machine's, or those of a simulated world.
package struct RunClock: Sendable {
    /// Nanoseconds since some moment in the past; never goes back.
    package var monotonic: @Sendable () -> Int64
    /// Nanoseconds since 1970-01-01 UTC; may jump.
    package var wall: @Sendable () -> Int64
    /// Bytes by chance, as many as are wanted.
    package var draw: @Sendable (Int) -> [UInt8]

    /// Makes clocks.
    package init(
        monotonic: @escaping @Sendable () -> Int64,
        wall: @escaping @Sendable () -> Int64,
        draw: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.monotonic = monotonic
        self.wall = wall
        self.draw = draw
    }

    /// The machine's.
    package static let machine = RunClock(
        monotonic: { Clock.monotonic() },
        wall: { Clock.wall() },
        draw: { RandomBytes.draw($0) }
    )

    /// Characters by chance for client order ids.
    package func characters(_ count: Int) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        return String(draw(count).map { alphabet[Int($0) % alphabet.count] })
    }
}
