internal import SQLite
internal import Trading

/// Writes moments as an export holds them: with nine decimals, so that text sorts as time does.
struct ExportTime {
    /// The second that ``start`` is of.
    private var second = Int64.min
    private var start = ""

    /// A moment as text.
    mutating func text(_ moment: Timestamp) -> String {
        var (second, rest) = moment.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        if rest < 0 {
            second -= 1
            rest += 1_000_000_000
        }
        if second != self.second {
            self.second = second
            // What stands before the decimals; the second itself may begin before all time.
            start = "\("\(moment)".prefix { $0 != "." && $0 != "Z" })."
        }
        let digits = String(rest)
        return start + String(repeating: "0", count: 9 - digits.utf8.count) + digits + "Z"
    }

    /// A moment as the two columns that hold it; both are null where there is none.
    mutating func columns(_ moment: Timestamp?) -> [SQLiteValue] {
        guard let moment else { return [.null, .null] }
        return [.text(text(moment)), .integer(moment.nanoseconds)]
    }
}

extension SQLiteValue {
    /// An exact decimal.
    static func decimal(_ amount: some Amount) -> SQLiteValue { .text(amount.description) }

    /// A price that is zero where there is none.
    static func price(_ price: Price?) -> SQLiteValue {
        price.map { $0.isZero ? .null : .text($0.description) } ?? .null
    }

    /// A number that is zero where there is none.
    static func number(_ number: UInt64?) -> SQLiteValue {
        number.map { $0 == 0 ? .null : .integer(Int64(clamping: $0)) } ?? .null
    }

    /// Whatever counts.
    static func count(_ count: some BinaryInteger) -> SQLiteValue {
        .integer(Int64(clamping: count))
    }

    /// Whatever prints itself.
    static func words(_ value: (some CustomStringConvertible)?) -> SQLiteValue {
        .optional(value?.description)
    }
}
