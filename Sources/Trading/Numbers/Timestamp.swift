/// A moment: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Nanoseconds since the epoch.
    public let nanoseconds: Int64

    /// Makes the moment `nanoseconds` after the epoch.
    @inlinable @inline(__always)
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Before every event.
    @inlinable
    public static var never: Timestamp { Timestamp(nanoseconds: 0) }

    /// Whether the left moment is the earlier one.
    @inlinable @inline(__always)
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The moment `span` later; at most the last that can be told, in the year 2262.
    @inlinable
    public static func + (moment: Timestamp, span: TimeSpan) -> Timestamp {
        Timestamp(nanoseconds: moment.nanoseconds.addingUpToLimit(span.nanoseconds))
    }

    /// The time that passed; negative where `later` is the earlier one.
    ///
    /// More than 292 years, which only a forged journal has between two moments, is 292 years.
    @inlinable
    public static func - (later: Timestamp, earlier: Timestamp) -> TimeSpan {
        let (nanoseconds, overflow) = later.nanoseconds.subtractingReportingOverflow(
            earlier.nanoseconds
        )
        guard overflow else { return TimeSpan(nanoseconds: nanoseconds) }
        return TimeSpan(nanoseconds: later.nanoseconds < 0 ? .min : .max)
    }

    /// The moment `span` earlier; at least the first that can be told.
    @inlinable
    public static func - (moment: Timestamp, span: TimeSpan) -> Timestamp {
        let (nanoseconds, overflow) = moment.nanoseconds.subtractingReportingOverflow(
            span.nanoseconds
        )
        guard overflow else { return Timestamp(nanoseconds: nanoseconds) }
        return Timestamp(nanoseconds: span.nanoseconds < 0 ? .max : .min)
    }

    /// Days since the epoch in UTC; the day a daily limit counts in.
    public var day: Int64 { floorDivide(nanoseconds, TimeSpan.day.nanoseconds).quotient }
}

/// A length of time in nanoseconds.
public struct TimeSpan: Hashable, Comparable, Sendable {
    /// The length in nanoseconds.
    public let nanoseconds: Int64

    /// Makes a span of `nanoseconds`.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    /// Makes a span of `milliseconds`.
    @inlinable
    public init(milliseconds: Int64) { self.nanoseconds = milliseconds * 1_000_000 }
    /// Makes a span of `seconds`.
    @inlinable
    public init(seconds: Int64) { self.nanoseconds = seconds * 1_000_000_000 }

    /// No time at all.
    @inlinable
    public static var zero: TimeSpan { TimeSpan(nanoseconds: 0) }
    /// One second.
    @inlinable
    public static var second: TimeSpan { TimeSpan(seconds: 1) }
    /// Twenty-four hours.
    @inlinable
    public static var day: TimeSpan { TimeSpan(seconds: 86_400) }

    /// Whether the left span is the shorter one.
    @inlinable
    public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The spans one after the other, at most 292 years.
    @inlinable
    public static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        TimeSpan(nanoseconds: left.nanoseconds.addingUpToLimit(right.nanoseconds))
    }
}

extension Int64 {
    /// The sum, or the number nearest to it that can be held.
    @usableFromInline
    func addingUpToLimit(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        guard overflow else { return sum }
        return other < 0 ? .min : .max
    }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC with as many decimals as the moment has, in groups of three.
    public var description: String {
        let (day, rest) = floorDivide(nanoseconds, TimeSpan.day.nanoseconds)
        let date = CivilDate(day: day)
        let seconds = rest / 1_000_000_000
        let fraction = rest % 1_000_000_000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60]
            .map { padded($0, 2) }.joined(separator: ":")
        let decimals: String =
            if fraction == 0 {
                ""
            } else if fraction % 1_000_000 == 0 {
                "." + padded(fraction / 1_000_000, 3)
            } else if fraction % 1_000 == 0 {
                "." + padded(fraction / 1_000, 6)
            } else {
                "." + padded(fraction, 9)
            }
        return "\(date)T\(clock)\(decimals)Z"
    }

    /// Parses `YYYY-MM-DD[THH:MM[:SS[.fraction]][Z]]`, always UTC; `nil` where it is not that.
    public init?(_ text: String) {
        var bytes = Array(text.utf8)
        if bytes.last == 0x5A { bytes.removeLast() }
        guard let year = number(bytes, 0, 4), let month = number(bytes, 5, 2),
            let dayOfMonth = number(bytes, 8, 2), bytes[4] == 0x2D, bytes[7] == 0x2D,
            (1...12).contains(month), (1...31).contains(dayOfMonth)
        else { return nil }
        var nanoseconds: Int64 = 0
        if bytes.count > 10 {
            guard bytes[10] == 0x54 || bytes[10] == 0x20,
                let clock = Self.clock(Array(bytes[11...]))
            else { return nil }
            nanoseconds = clock
        }
        let date = CivilDate(year: year, month: month, dayOfMonth: dayOfMonth)
        guard CivilDate(day: date.day) == date else { return nil }
        // The first and the last day are held in part: only the sum tells whether it fits.
        let whole = Int128(date.day) * Int128(TimeSpan.day.nanoseconds)
        guard let sum = Int64(exactly: whole + Int128(nanoseconds)) else { return nil }
        self.init(nanoseconds: sum)
    }

    /// Nanoseconds of `HH:MM[:SS[.fraction]]`.
    private static func clock(_ bytes: [UInt8]) -> Int64? {
        guard let hour = number(bytes, 0, 2), let minute = number(bytes, 3, 2), bytes[2] == 0x3A,
            hour < 24, minute < 60
        else { return nil }
        var nanoseconds = (hour * 60 + minute) * 60_000_000_000
        if bytes.count == 5 { return nanoseconds }
        guard bytes[5] == 0x3A, let second = number(bytes, 6, 2), second < 60 else { return nil }
        nanoseconds += second * 1_000_000_000
        if bytes.count == 8 { return nanoseconds }
        let digits = bytes.count - 9
        guard bytes[8] == 0x2E, (1...9).contains(digits), var fraction = number(bytes, 9, digits)
        else { return nil }
        for _ in digits..<9 { fraction *= 10 }
        return nanoseconds + fraction
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// Source of the arithmetic: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
struct CivilDate: Hashable, CustomStringConvertible {
    let year: Int64
    let month: Int64
    let dayOfMonth: Int64

    init(year: Int64, month: Int64, dayOfMonth: Int64) {
        self.year = year
        self.month = month
        self.dayOfMonth = dayOfMonth
    }

    /// The date `day` days after 1970-01-01.
    init(day: Int64) {
        let shifted = day + 719_468
        let (era, dayOfEra) = floorDivide(shifted, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    var day: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shiftedYear, 400)
        let shiftedMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + dayOfMonth - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))" }
}

/// Division that rounds toward minus infinity.
func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

private func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64? {
    guard start + count <= bytes.count else { return nil }
    var value: Int64 = 0
    for byte in bytes[start..<start + count] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
    }
    return value
}
