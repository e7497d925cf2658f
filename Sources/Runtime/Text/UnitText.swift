import Trading

/// Lengths of time and sizes as people write them: a whole number and a unit.
enum UnitText {
    /// Longer than any sensible wait, and far from where adding it to a time would overflow.
    static let longest = TimeSpan(seconds: 3_650 * 86_400)

    /// Each unit in nanoseconds, the largest first.
    private static let timeUnits: [(name: String, size: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
        ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]
    /// Each unit in bytes, the largest first.
    private static let sizeUnits: [(name: String, size: Int64)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    /// The time of a text as `250ms`, `2s`, `5m`, `1h` or `1d`; `nil` where it is not that.
    static func timeSpan(_ text: String) -> TimeSpan? {
        parse(text, timeUnits).map(TimeSpan.init(nanoseconds:))
    }

    /// The shortest text of a time that reads back as the same.
    static func text(_ span: TimeSpan) -> String {
        span == .zero ? "0s" : text(span.nanoseconds, timeUnits)
    }

    /// The size of a text as `256MiB` or `1GiB`; `nil` where it is not that.
    static func byteCount(_ text: String) -> Int? {
        parse(text, sizeUnits).flatMap(Int.init(exactly:))
    }

    /// The shortest text of a size that reads back as the same.
    static func text(byteCount: Int) -> String {
        byteCount == 0 ? "0B" : text(Int64(byteCount), sizeUnits)
    }

    private static func parse(_ text: String, _ units: [(name: String, size: Int64)]) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let body = text.dropFirst(isNegative ? 1 : 0)
        let digits = body.prefix { character in ("0"..."9").contains(character) }
        let name = body[digits.endIndex...]
        guard let count = Int64(digits), let unit = units.first(where: { $0.name == name }) else {
            return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.size)
        return overflow ? nil : isNegative ? -product : product
    }

    private static func text(_ count: Int64, _ units: [(name: String, size: Int64)]) -> String {
        for unit in units where count % unit.size == 0 { return "\(count / unit.size)\(unit.name)" }
        return String(count)
    }
}
