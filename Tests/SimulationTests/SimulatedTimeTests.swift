import Runtime
import Testing
import Trading

@testable import Simulation

/// The clocks of a world.
@Suite("Simulated clocks") struct SimulatedTimeTests {
    @Test func `run away once their process was killed, so that every wait ends`() {
        let time = SimulatedTime(seed: 1)
        let clock = time.clock
        #expect(clock.monotonic() == clock.monotonic())
        time.isProcessOver = true
        let first = clock.monotonic()
        #expect(clock.monotonic() > first + 1_000_000_000)
    }

    @Test func `stand still while the machine is suspended, but for the wall's`() {
        let time = SimulatedTime(seed: 1)
        let clock = time.clock
        let (monotonic, wall) = (clock.monotonic(), clock.wall())
        time.now += 60_000_000_000
        time.noteSuspension(60_000_000_000)
        #expect(clock.monotonic() == monotonic)
        #expect(clock.wall() == wall + 60_000_000_000)
    }
}
