import Testing
import Trading

@testable import Simulation

/// A world of one seed.
@Suite("A simulated world") struct SimulatedWorldTests {
    private func world(
        _ seed: UInt64,
        only: Set<FaultKind> = Set(FaultKind.allCases),
        minutes: Int64 = 10,
        weekends: Int64 = 0
    ) throws -> SimulatedWorld {
        let world = try SimulatedWorld(
            seed: seed,
            faults: FaultDraw(seed: seed, only: only),
            directory: "/nowhere",
            weekends: weekends
        )
        try world.run(for: TimeSpan(seconds: minutes * 60))
        return world
    }

    @Test func `gives the same bytes for the same seed`() throws {
        let (one, other) = (try world(3), try world(3))
        #expect(one.summary == other.summary)
        #expect(one.summary.hash.count == 64)
        #expect(try world(4).summary.hash != one.summary.hash)
    }

    @Test func `trades without trouble, and both sides agree`() throws {
        let world = try world(1, only: [], minutes: 20)
        #expect(world.violations == [])
        #expect(world.summary.faults == 0)
        #expect(world.summary.fills > 0)
        #expect(world.summary.deals > 0)
    }

    @Test(arguments: [1, 2, 3, 5, 7, 16] as [UInt64])
    func `comes through trouble`(seed: UInt64) throws {
        let world = try world(seed)
        #expect(world.violations == [])
        #expect(world.summary.faults > 0)
    }

    /// A start that was refused for what the venue has changed would leave what is open alone.
    @Test func `goes on whatever the venue asks of orders`() throws {
        var kinds: Set<FaultKind> = []
        var starts = 0
        for seed in [12, 16, 18] as [UInt64] {
            let world = try world(
                seed,
                only: [.filtersChanged, .halted, .killedWaiting, .stopped],
                minutes: 20
            )
            #expect(world.violations == [], "seed \(seed)")
            kinds.formUnion(world.made.map(\.kind))
            starts += world.summary.starts
        }
        #expect(kinds.isSuperset(of: [.filtersChanged, .halted]))
        #expect(starts > 3)
    }

    @Test func `finds out what others close of ours`() throws {
        var kinds: Set<FaultKind> = []
        for seed in [21, 25, 28] as [UInt64] {
            let world = try world(seed, only: [.closedByHand, .liquidated], minutes: 40)
            #expect(world.violations == [], "seed \(seed)")
            kinds.formUnion(world.made.map(\.kind))
        }
        #expect(kinds == [.closedByHand, .liquidated])
    }

    /// Stops are met by prices that were never traded, and entries filled where none was seen.
    @Test func `trades through prices that jump`() throws {
        var jumps = 0
        for seed in [2, 3] as [UInt64] {
            let world = try world(seed, only: [.priceJumped, .killedWaiting], minutes: 40)
            #expect(world.violations == [], "seed \(seed)")
            jumps += world.made.count { $0.kind == .priceJumped }
        }
        #expect(jumps > 3)
    }

    /// Fills from before the last day are told by their order alone.
    @Test(arguments: [5, 8] as [UInt64])
    func `books what its stops did while it was away for a weekend`(seed: UInt64) throws {
        let kinds: Set<FaultKind> = [.killedWaiting, .stopped]
        let world = try world(seed, only: kinds, minutes: 60, weekends: 500)
        #expect(world.violations == [])
        #expect(world.summary.nanoseconds > 86_400_000_000_000)
        #expect(world.summary.fills > 0)
    }

    @Test func `has each kind of trouble where there is none but it`() throws {
        // Kinds that are rare in ten minutes are met by longer runs; these are not.
        for kind in [FaultKind.requestLost, .answerLost, .messageLost, .messageLate] {
            let world = try world(2, only: [kind])
            #expect(world.violations == [], "\(kind.rawValue)")
            #expect(world.made.allSatisfy { $0.kind == kind })
        }
    }
}
