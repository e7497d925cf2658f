internal import SQLite
internal import Trading

/// Arithmetic for SQL on the exact numbers of the engine.
///
/// Names and arguments are those of the decimal extension of the `sqlite3` shell, and a few more.
/// A null among the arguments gives null; a sum leaves nulls out. What is no decimal, or does not
/// fit 10²⁰, is an error and never a wrong number.
enum SQLDecimals {
    /// Defines the functions in a database.
    static func define(in database: Database) throws(SQLiteError) {
        try binary("decimal_add", database) { left, right throws(SQLFunctionFailure) in
            try sum(left, right)
        }
        try binary("decimal_sub", database) { left, right throws(SQLFunctionFailure) in
            try sum(left, try negated(right))
        }
        try binary("decimal_mul", database) { left, right throws(SQLFunctionFailure) in
            guard fits(left, times: right, over: Decimal.one) else { throw tooLarge }
            return left.times(right, .halfEven)
        }
        try binary("decimal_div", database) { left, right throws(SQLFunctionFailure) in
            guard right != .zero else { throw SQLFunctionFailure("a decimal is divided by zero") }
            guard fits(left, times: .one, over: right) else { throw tooLarge }
            return left.divided(by: right, .halfEven)
        }
        try database.define("decimal_cmp", arguments: 2) {
            arguments throws(SQLFunctionFailure) in
            guard let left = try decimal(arguments[0]), let right = try decimal(arguments[1])
            else { return .null }
            return .integer(left < right ? -1 : left == right ? 0 : 1)
        }
        try database.define("decimal_round", arguments: 2) {
            arguments throws(SQLFunctionFailure) in
            guard let value = try decimal(arguments[0]) else { return .null }
            guard case .integer(let places) = arguments[1], (0...18).contains(places) else {
                throw SQLFunctionFailure("decimal_round takes 0 to 18 places")
            }
            guard value.magnitude < Decimal(units: .max - Decimal.unitsPerOne) else {
                throw tooLarge
            }
            return .text(value.text(places: Int(places)))
        }
        try database.defineAggregate("decimal_sum", arguments: 1) { DecimalSum() }
        try database.defineCollation("decimal", compare)
    }

    private static func binary(
        _ name: String,
        _ database: Database,
        _ body: @escaping (Decimal, Decimal) throws(SQLFunctionFailure) -> Decimal
    ) throws(SQLiteError) {
        try database.define(name, arguments: 2) { arguments throws(SQLFunctionFailure) in
            guard let left = try decimal(arguments[0]), let right = try decimal(arguments[1])
            else { return .null }
            return .text(try body(left, right).description)
        }
    }

    static let tooLarge = SQLFunctionFailure("a decimal is beyond 10^20")

    /// Reads an argument; `nil` for null.
    static func decimal(_ value: SQLiteValue) throws(SQLFunctionFailure) -> Decimal? {
        switch value {
        case .null: return nil
        case .integer(let number): return Decimal(Int(number))
        case .text(let text), .real(let text):
            do throws(Decimal.ParsingFailure) {
                return try Decimal(text)
            } catch {
                throw SQLFunctionFailure("\"\(text.prefix(40))\" is no decimal: \(error)")
            }
        case .bytes: throw SQLFunctionFailure("bytes are no decimal")
        }
    }

    /// The sum, or an error where it does not fit.
    static func sum(
        _ left: Decimal,
        _ right: Decimal
    ) throws(SQLFunctionFailure) -> Decimal {
        let (units, overflow) = left.units.addingReportingOverflow(right.units)
        // The least number has no counterpart, so that a sign can always be turned.
        guard !overflow, units != .min else { throw tooLarge }
        return Decimal(units: units)
    }

    private static func negated(_ value: Decimal) throws(SQLFunctionFailure) -> Decimal {
        guard value.units != .min else { throw tooLarge }
        return -value
    }

    /// Whether a product over a divisor can be held, rounding included.
    private static func fits(_ left: Decimal, times right: Decimal, over divisor: Decimal) -> Bool {
        let product = left.units.magnitude.multipliedFullWidth(by: right.units.magnitude)
        let unit = divisor == .one ? Decimal.unitsPerOne.magnitude : divisor.units.magnitude
        guard product.high < unit else { return false }
        let quotient = unit.dividingFullWidth(product).quotient
        return quotient < Int128.max.magnitude
    }

    /// The order of two texts: decimals by value, others behind them as text.
    private static func compare(_ left: String, _ right: String) -> Int {
        let numbers = (exact(left), exact(right))
        switch numbers {
        case (let left?, let right?): return left < right ? -1 : left == right ? 0 : 1
        case (.some, nil): return -1
        case (nil, .some): return 1
        case (nil, nil): return left < right ? -1 : left == right ? 0 : 1
        }
    }

    private static func exact(_ text: String) -> Decimal? {
        do throws(Decimal.ParsingFailure) {
            return try Decimal(text)
        } catch {
            return nil  // it is compared as text
        }
    }
}

/// The exact sum of a column; null where there is nothing to add.
private final class DecimalSum: SQLAggregate {
    private var sum: Decimal?

    func step(_ arguments: [SQLiteValue]) throws(SQLFunctionFailure) {
        guard let value = try SQLDecimals.decimal(arguments[0]) else { return }
        sum = try SQLDecimals.sum(sum ?? .zero, value)
    }

    func result() throws(SQLFunctionFailure) -> SQLiteValue { .words(sum) }
}
