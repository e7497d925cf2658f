import TestSupport
import Testing
import Trading

@Suite
struct `Timestamp text` {
    @Test(arguments: [UInt64(31), 32])
    func `every moment comes back from its text`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for step in 0..<10_000 {
            var nanoseconds = Int64(bitPattern: random.next())
            let unit: Int64 = [1, 1_000, 1_000_000, 1_000_000_000][random.int(0...3)]
            nanoseconds = nanoseconds / unit * unit
            let moment = Timestamp(nanoseconds: nanoseconds)
            #expect(
                Timestamp(moment.description) == moment,
                "seed \(seed), step \(step): \(nanoseconds) is \(moment)"
            )
        }
    }

    @Test func `every day of two centuries has its date`() {
        var (year, month, day) = (1896, 1, 1)
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        for number in -27_028...49_307 {
            let moment = Timestamp(nanoseconds: Int64(number) * 86_400_000_000_000)
            let date = "\(year)-\(two(month))-\(two(day))"
            if moment.description != date + "T00:00:00Z" || Timestamp(date) != moment {
                Issue.record("day \(number) is \(moment), not \(date)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += 1
            if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) {
                (day, month) = (1, month + 1)
            }
            if month > 12 { (month, year) = (1, year + 1) }
        }
        #expect(year == 2105 && month == 1 && day == 1)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", Int64(0)),
        ("1970-01-01", 0),
        ("1970-01-01Z", 0),
        ("1970-01-01 00:01", 60_000_000_000),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1970-01-01T00:00:00.1", 100_000_000),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("2000-02-29T12:00:00Z", 951_825_600_000_000_000),
        ("2024-02-29T23:59:59.999Z", 1_709_251_199_999_000_000),
        ("2262-04-11T23:47:16.854775807Z", .max),
        ("1677-09-21T00:12:43.145224192Z", .min),
    ])
    func `a moment is read in UTC`(text: String, nanoseconds: Int64) {
        #expect(Timestamp(text) == Timestamp(nanoseconds: nanoseconds))
    }

    @Test(arguments: [
        "", "Z", "1970", "1970-1-1", "1970-01-01T", "1970-01-01T00", "1970-01-01T00:00:0",
        "1970-01-01T00:00:00.", "1970-01-01T00:00:00.0000000001", "1970-01-01T24:00",
        "1970-01-01T00:60", "1970-01-01T00:00:60", "1970-00-01", "1970-13-01", "1970-01-00",
        "1970-01-32", "2023-02-29", "1900-02-29", "2100-02-29", "2024-04-31", "1970/01/01",
        "1970-01-01T00:00:00+00:00", "1970-01-01X00:00", "-970-01-01", "1970-01-01T00-00",
        "2262-04-11T23:47:16.854775808Z", "1677-09-21T00:12:43.145224191Z", "9999-12-31",
        "0001-01-01", "1970-01-01T00:00:00ZZ", "1970-01-01T00:00:00,5",
    ])
    func `what is not a moment is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(arguments: [
        (Int64(0), Int64(0)), (86_399_999_999_999, 0), (86_400_000_000_000, 1), (-1, -1),
        (-86_400_000_000_000, -1), (-86_400_000_000_001, -2),
    ])
    func `a day begins at midnight in UTC, before the epoch too`(nanoseconds: Int64, day: Int64) {
        #expect(Timestamp(nanoseconds: nanoseconds).day == day)
    }

    @Test(arguments: [
        (Int64(1_000), "1970-01-01T00:00:00.000001Z"),
        (1_500_000_000, "1970-01-01T00:00:01.500Z"),
        (1_500_000_001, "1970-01-01T00:00:01.500000001Z"),
        (60_000_000_000, "1970-01-01T00:01:00Z"),
    ])
    func `decimals come in groups of three`(nanoseconds: Int64, text: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).description == text)
    }

    @Test func `a distance beyond what can be told is the longest that can`() {
        let first = Timestamp(nanoseconds: .min)
        let last = Timestamp(nanoseconds: .max)
        #expect((last - first).nanoseconds == .max)
        #expect((first - last).nanoseconds == .min)
        #expect(last + .second == last)
        #expect(first + TimeSpan(seconds: -1) == first)
        #expect(last - .never == TimeSpan(nanoseconds: .max))
        #expect(TimeSpan(nanoseconds: .max) + .second == TimeSpan(nanoseconds: .max))
    }
}
