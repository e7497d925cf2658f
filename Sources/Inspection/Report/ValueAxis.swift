internal import Trading

/// The value axis of a chart: its ticks are exact, only where they lie is not.
struct ValueAxis {
    /// A value with a line.
    struct Tick {
        let position: Double
        let label: String
    }

    private let low: Double
    private let high: Double
    private let step: Int128
    private let first: Int128

    /// Makes an axis that holds a range, with round values at some places in it.
    ///
    /// - Parameters:
    ///   - low: The least value.
    ///   - high: The greatest; not below the least.
    ///   - count: About how many ticks there are to be.
    ///   - margin: The share of the range that is left free on both sides.
    init(_ low: Decimal, _ high: Decimal, count: Int, margin: Double = 0.06) {
        let (least, most) = (Double(low.units), Double(high.units))
        // A range of nothing gets one, so that its value lies in the middle.
        let range = most > least ? most - least : max(abs(most) * 0.001, 1e15)
        let room = most > least ? range * margin : range
        self.low = least - room
        self.high = most + room
        step = Self.step(for: (self.high - self.low) / Double(max(count, 1)))
        first = Int128(exactly: (self.low / Double(step)).rounded(.up)) ?? 0
    }

    /// 1, 2 or 5 times a power of ten, not below `rough`; in units of 10⁻¹⁸.
    private static func step(for rough: Double) -> Int128 {
        var power: Int128 = 1
        while power < Int128.max / 100 {
            for factor in [1, 2, 5] as [Int128] where Double(power * factor) >= rough {
                return power * factor
            }
            power *= 10
        }
        return power
    }

    /// Where a value lies, from 0 at the bottom to 1 at the top: geometry, never money.
    func position(_ value: Decimal) -> Double { (Double(value.units) - low) / (high - low) }

    /// The round values within the range, all with the same decimals.
    var ticks: [Tick] {
        let places = Decimal(units: step).places
        var ticks: [Tick] = []
        for number in 0..<20 as Range<Int128> {
            let (units, overflow) = (first + number).multipliedReportingOverflow(by: step)
            let value = Decimal(units: units)
            let place = position(value)
            if overflow || place > 1 { break }
            if place < 0 { continue }
            ticks.append(Tick(position: place, label: Self.text(value, places)))
        }
        return ticks
    }

    private static func text(_ value: Decimal, _ places: Int) -> String {
        let text = value.text(places: min(places, 18))
        let parts = text.split(separator: ".", maxSplits: 1)
        guard let whole = parts.first else { return text }
        return Markup.grouped(String(whole)) + (parts.count > 1 ? "." + parts[1] : "")
    }
}

/// A value axis of lengths of time by powers of ten.
struct LengthAxis {
    private let low: Double
    private let high: Double

    /// Makes an axis from the power of ten below the shortest to the one above the longest.
    init(_ shortest: TimeSpan, _ longest: TimeSpan) {
        low = Geometry.decades(max(1, Double(shortest.nanoseconds))).rounded(.down)
        high = max(Geometry.decades(max(1, Double(longest.nanoseconds))).rounded(.up), low + 1)
    }

    /// Where a length lies: 0 at the bottom, 1 at the top.
    func position(_ span: TimeSpan) -> Double {
        (Geometry.decades(max(1, Double(span.nanoseconds))) - low) / (high - low)
    }

    /// The powers of ten.
    var ticks: [ValueAxis.Tick] {
        let names = [
            "1 ns", "10 ns", "100 ns", "1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s",
            "10 s", "100 s", "1,000 s",
        ]
        return names.enumerated().compactMap { power, name in
            let place = (Double(power) - low) / (high - low)
            return (0...1).contains(place) ? ValueAxis.Tick(position: place, label: name) : nil
        }
    }
}
