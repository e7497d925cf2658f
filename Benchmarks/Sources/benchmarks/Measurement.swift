import Foundation
import Platform

/// Times in nanoseconds, and what is read off them.
struct Times {
    private(set) var values: [Int64] = []
    private var isSorted = false

    mutating func add(_ value: Int64) {
        values.append(value)
        isSorted = false
    }

    mutating func add(_ others: Times) {
        values += others.values
        isSorted = false
    }

    mutating func reserve(_ count: Int) { values.reserveCapacity(count) }

    /// The value that `share` of all do not exceed.
    mutating func quantile(_ share: Double) -> Double {
        if !isSorted {
            values.sort()
            isSorted = true
        }
        guard let last = values.last else { return 0 }
        let place = Int(Double(values.count) * share)
        return Double(place < values.count ? values[place] : last)
    }

    var median: Double {
        mutating get { quantile(0.5) }
    }
}

/// The middle of some figures.
func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
}

/// Runs `body` and gives how long it took, in nanoseconds.
func timed(_ body: () throws -> Void) rethrows -> Int64 {
    let start = Clock.monotonic()
    try body()
    return Clock.monotonic() - start
}

/// Why a measurement could not be made.
struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Says what is measured now.
func say(_ text: String) {
    FileHandle.standardError.write(Data("\(text) …\n".utf8))
}

/// Random numbers from a seed: the same on every machine.
struct Random {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// A number from 0 up to, and without, `end`.
    mutating func below(_ end: Int) -> Int { Int(next() >> 33) % end }

    /// True `percent` times of a hundred.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
