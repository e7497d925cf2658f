internal import Trading

/// The time axis of a chart, in UTC.
struct TimeAxis {
    /// A moment with a label.
    struct Tick {
        let position: Double
        let label: String
    }

    let from: Timestamp
    let to: Timestamp

    /// Makes an axis; where nothing lies between its ends they are moved apart.
    init(from: Timestamp, to: Timestamp) {
        guard to <= from else {
            (self.from, self.to) = (from, to)
            return
        }
        let half: Int64 = 500_000_000
        self.from = Timestamp(nanoseconds: max(0, from.nanoseconds &- half))
        let end = from.nanoseconds.addingReportingOverflow(half)
        self.to = Timestamp(nanoseconds: end.overflow ? .max : end.partialValue)
    }

    /// Where a moment lies, from 0 at the beginning to 1 at the end: geometry, never money.
    func position(_ time: Timestamp) -> Double {
        let length = Double(to.nanoseconds) - Double(from.nanoseconds)
        return (Double(time.nanoseconds) - Double(from.nanoseconds)) / length
    }

    private static let second: Int64 = 1_000_000_000
    private static let day: Int64 = 86_400 * second

    /// Steps shorter than a month, in nanoseconds.
    private static let steps: [Int64] =
        [1, 2, 5, 10, 20, 50, 100, 200, 500].map { $0 * 1_000_000 }
        + [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map { $0 * second }
        + [2, 3, 6, 12, 24].map { $0 * 3600 * second } + [2, 7, 14].map { $0 * day }

    /// Moments at even places, at most eight.
    var ticks: [Tick] {
        let length = to.nanoseconds &- from.nanoseconds
        guard length > 0 else { return [] }
        guard let step = Self.steps.first(where: { length / $0 <= 7 }) else { return months }
        var ticks: [Tick] = []
        var time = from.nanoseconds / step * step
        if time < from.nanoseconds { time += step }
        while time <= to.nanoseconds, ticks.count < 9 {
            let moment = Timestamp(nanoseconds: time)
            ticks.append(Tick(position: position(moment), label: Self.label(moment, step)))
            let (next, overflow) = time.addingReportingOverflow(step)
            if overflow { break }
            time = next
        }
        return ticks
    }

    private static func label(_ time: Timestamp, _ step: Int64) -> String {
        let text = time.description
        let isMidnight = time.nanoseconds % day == 0
        if isMidnight || step >= day { return short(time) }
        let clock = text.drop { $0 != "T" }.dropFirst()
        if step < second { return String(clock.prefix(12).filter { $0 != "Z" }) }
        return String(clock.prefix(step < 60 * second ? 8 : 5))
    }

    private static func clock(_ time: Timestamp) -> String {
        String(time.description.drop { $0 != "T" }.dropFirst().prefix(5))
    }

    private static func short(_ time: Timestamp) -> String {
        let parts = time.longDate.split(separator: " ")
        return parts.count == 3 ? "\(parts[0]) \(parts[1].prefix(3))" : time.date
    }

    /// First days of months, of quarters or of years.
    private var months: [Tick] {
        let parts = from.date.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return [] }
        let count = Int((to.nanoseconds &- from.nanoseconds) / (30 * Self.day)) + 1
        let step = [1, 2, 3, 6, 12, 24, 60, 120].first { count / $0 <= 7 } ?? 240
        var month = parts[0] * 12 + parts[1] - 1
        month = (month + step) / step * step
        var ticks: [Tick] = []
        while ticks.count < 9 {
            let number = month % 12 + 1
            let text = "\(month / 12)-\(number < 10 ? "0" : "")\(number)-01"
            guard let time = Timestamp(text), time <= to else { break }
            let name = Timestamp.months[month % 12].prefix(3)
            let label = step >= 12 ? "\(month / 12)" : "\(name) \(month / 12)"
            ticks.append(Tick(position: position(time), label: label))
            month += step
        }
        return ticks
    }

    /// The days it spans, for a caption.
    var caption: String {
        guard from.longDate != to.longDate else {
            return "\(to.longDate), \(Self.clock(from)) to \(Self.clock(to)) UTC"
        }
        let length = to.nanoseconds.subtractingReportingOverflow(from.nanoseconds)
        if !length.overflow, length.partialValue < 86_400_000_000_000 {
            return "\(from.longDate), \(Self.clock(from)) to \(to.longDate), "
                + "\(Self.clock(to)) UTC"
        }
        return "\(from.longDate) to \(to.longDate), UTC"
    }
}
