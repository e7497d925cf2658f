import TestSupport
import Testing
import Trading

@Suite struct `A histogram of durations` {
    private func histogram(_ lengths: some Sequence<Int64>) -> DurationHistogram {
        var times = DurationHistogram()
        for length in lengths { times.add(TimeSpan(nanoseconds: length)) }
        return times
    }

    /// A length of any size, as chance has it.
    private func length(_ random: inout SeededRandom) -> Int64 {
        Int64(bitPattern: random.next() >> UInt64(random.int(1...63)))
    }

    @Test func `of nothing tells nothing`() {
        let times = DurationHistogram()
        #expect(times.count == 0)
        #expect(times.median == .zero && times.percentile99 == .zero && times.longest == .zero)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `tells what a share took at most, within 3.2 percent`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<50 {
            let lengths = (0...random.int(0...300)).map { _ in length(&random) }.sorted()
            let times = histogram(lengths)
            for share in [UInt64(1), 25, 50, 75, 99, 100] {
                let place = max(1, (lengths.count * Int(share) + 99) / 100)
                let exact = lengths[place - 1]
                let told = times.length(within: share, of: 100).nanoseconds
                let text = "seed \(seed), round \(round), \(share) %: \(exact), told \(told)"
                #expect(Int128(abs(told - exact)) * 1000 <= Int128(exact) * 32, "\(text)")
            }
            #expect(times.longest.nanoseconds == lengths.last)
            #expect(times.length(within: 100, of: 100) <= times.longest)
        }
    }

    @Test(arguments: [UInt64(5), 6])
    func `of two periods is the sum of theirs`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let first = (0..<100).map { _ in length(&random) }
        let second = (0..<70).map { _ in length(&random) }
        var sum = histogram(first)
        sum.add(histogram(second))
        #expect(sum == histogram(first + second), "seed \(seed)")
    }

    @Test func `counts a clock that went back as no time`() {
        let times = histogram([-5, .min, 7])
        #expect(times.count == 3)
        #expect(times.median == .zero)
        #expect(times.longest == TimeSpan(nanoseconds: 7))
    }

    @Test func `holds the longest length there is`() {
        let times = histogram([.max])
        #expect(times.longest.nanoseconds == .max)
        #expect(times.median.nanoseconds > .max / 100 * 96)
    }

    @Test(arguments: [
        "0000000000000000 0000", "0500000000000000 0100 0500 00000000",
        "0600000000000000 0100 0500 01000000", "0500000000000000 0100 c003 01000000",
        "0500000000000000 0200 0500 01000000 0400 01000000",
        "ffffffffffffffff 0100 0000 01000000",
    ])
    func `that contradicts itself is damaged`(hexadecimal: String) {
        let digits = Array(hexadecimal.filter { $0 != " " })
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { place in
            UInt8(String(digits[place...(place + 1)]), radix: 16)
        }
        guard case .failure(.damaged(.commitsTimed, _)) = decoded(.commitsTimed, bytes) else {
            Issue.record("\(hexadecimal) was accepted")
            return
        }
    }
}
