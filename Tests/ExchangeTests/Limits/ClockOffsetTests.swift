import Exchange
import Network
import TestSupport
import Testing
import Trading

@Suite struct `The offset of a clock` {
    private let millisecond = TimeSpan(milliseconds: 1)

    @Test func `is the midpoint, as sure as half the round trip`() throws {
        var clock = ClockOffset(driftBound: 0)
        #expect(clock.estimate(at: 0) == nil)
        #expect(clock.verdict(onWindow: TimeSpan(seconds: 60), at: 0) == .unknown)
        let venue = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
        clock.add(sent: 1_000, answered: 41_000, venue: venue, resolution: .zero)
        let known = try #require(clock.estimate(at: 99))
        #expect(known.offset.nanoseconds == 1_700_000_000_000_000_000 - 21_000)
        #expect(known.uncertainty.nanoseconds == 20_002)
        #expect(clock.venueTime(at: 21_000) == venue)
    }

    @Test func `is of the best sample, and an old one gets worse`() throws {
        var clock = ClockOffset(capacity: 3, driftBound: 100)
        add(&clock, sent: 0, roundTrip: 10_000_000)
        add(&clock, sent: 1_000_000_000, roundTrip: 2_000_000)
        add(&clock, sent: 2_000_000_000, roundTrip: 50_000_000)
        #expect(try bound(clock, at: 1_001_000_000) == 1_500_002)
        // After 10 s at 100 ppm a millisecond worse; after 1,000 s it is still the best.
        #expect(try bound(clock, at: 11_001_000_000) == 2_500_002)
        // Three newer ones push it out.
        for number in Int64(3)..<6 {
            add(&clock, sent: number * 1_000_000_000, roundTrip: 40_000_000)
        }
        #expect(try bound(clock, at: 5_020_000_000) == 20_500_002)
    }

    @Test(arguments: UInt64(1)...100)
    func `holds the truth, whatever the way, the drift and the rounding`(seed: UInt64) throws {
        var chance = SeededRandom(seed: seed)
        let drift = Int128(chance.int(-100...100))
        let start = Int128(1_700_000_000_000_000_000) + Int128(chance.int(0...999_999_999))
        func truth(_ moment: Int64) -> Int128 {
            start + Int128(moment) + Int128(moment) * drift / 1_000_000
        }
        var clock = ClockOffset(driftBound: 101)
        var now: Int64 = 0
        for _ in 0..<50 {
            now += Int64(chance.int(1...60_000_000_000))
            let there = Int64(chance.int(0...300_000_000))
            let back = Int64(chance.int(0...300_000_000))
            let unit = chance.chance(50) ? Int128(1) : 1_000_000
            let told = truth(now + there) / unit * unit
            let isTaken = clock.add(
                sent: now,
                answered: now + there + back,
                venue: Timestamp(nanoseconds: Int64(told)),
                resolution: TimeSpan(nanoseconds: Int64(unit))
            )
            #expect(isTaken)
            now += there + back
            let later = now + Int64(chance.int(0...100_000_000_000))
            let known = try #require(clock.estimate(at: later))
            let error = truth(later) - Int128(later) - Int128(known.offset.nanoseconds)
            #expect(error.magnitude <= Int128(known.uncertainty.nanoseconds), "seed \(seed)")
        }
        #expect(clock.steps == 0, "seed \(seed)")
        let told = try #require(clock.drift)
        let error = (Int128(told.partsPerBillion) - drift * 1_000).magnitude
        #expect(error <= Int128(told.uncertainty) + 1, "seed \(seed)")
    }

    @Test func `begins anew when a clock was set`() throws {
        var clock = ClockOffset()
        add(&clock, sent: 0, roundTrip: 1_000_000)
        add(&clock, sent: 1_000_000_000, roundTrip: 1_000_000, ahead: 5_000_000_000)
        #expect(clock.steps == 1)
        let known = try #require(clock.estimate(at: 1_000_500_000))
        #expect(known.offset.nanoseconds == 1_700_000_005_000_500_000)
        #expect(clock.drift == nil)
    }

    @Test func `needs a window for the way and for what is not known`() {
        var clock = ClockOffset(driftBound: 0)
        add(&clock, sent: 0, roundTrip: 200_000_000)
        // 100.5 ms unknown, 200 ms on the way, 2 ns of rounding.
        let needs = TimeSpan(nanoseconds: 300_500_002)
        #expect(
            clock.verdict(onWindow: TimeSpan(milliseconds: 300), at: 1) == .tooNarrow(needs: needs)
        )
        #expect(clock.verdict(onWindow: needs, at: 1) == .holds)
        var slow = ClockOffset()
        add(&slow, sent: 0, roundTrip: 2_000_000_000)
        // The stamp may lie a second ahead, which no window mends.
        #expect(slow.verdict(onWindow: TimeSpan(seconds: 60), at: 1) == .unknown)
    }

    @Test func `takes no sample that cannot be, and bears the largest numbers`() {
        var clock = ClockOffset()
        let last = Timestamp(nanoseconds: .max)
        let samples: [(sent: Int64, answered: Int64, venue: Timestamp, unit: TimeSpan)] = [
            (2, 1, last, .zero), (-1, 1, last, .zero),
            (0, 1, Timestamp(nanoseconds: -1), .zero), (0, .max, last, last - .never),
            (.max, .max, .never, .zero),
        ]
        let taken = samples.map { sample in
            clock.add(
                sent: sample.sent,
                answered: sample.answered,
                venue: sample.venue,
                resolution: sample.unit
            )
        }
        #expect(taken == [false, false, false, true, true])
        #expect(clock.verdict(onWindow: .second, at: .min) == .unknown)
        #expect(clock.venueTime(at: .max) != nil)
    }

    @Test func `is learnt from the moments of a request`() {
        var clock = ClockOffset()
        let moments = HTTPMoments(asked: 0, sent: 10, answered: 30, ended: 40)
        let isTaken = clock.add(moments, venue: Timestamp(nanoseconds: 120), resolution: .zero)
        #expect(isTaken)
        #expect(clock.venueTime(at: 20) == Timestamp(nanoseconds: 120))
        let silence = HTTPMoments(asked: 0, sent: 10, ended: 40)
        let isLearnt = clock.add(silence, venue: Timestamp(nanoseconds: 1), resolution: .zero)
        #expect(!isLearnt)
    }

    /// Adds a sample of a clock that is 1.7e18 ns ahead and told in milliseconds.
    private func add(
        _ clock: inout ClockOffset,
        sent: Int64,
        roundTrip: Int64,
        ahead: Int64 = 0
    ) {
        let told = 1_700_000_000_000_000_000 + sent + roundTrip / 2 + ahead
        clock.add(
            sent: sent,
            answered: sent + roundTrip,
            venue: Timestamp(nanoseconds: told),
            resolution: millisecond
        )
    }

    private func bound(_ clock: ClockOffset, at moment: Int64) throws -> Int64 {
        try #require(clock.estimate(at: moment)).uncertainty.nanoseconds
    }
}
