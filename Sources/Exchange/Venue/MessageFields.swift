internal import JSON
internal import Trading

/// The one-letter keys that a message had: one bit a letter.
struct Letters {
    private var bits: UInt64 = 0

    /// Every letter of `text`, which must be ASCII.
    init(_ text: String = "") {
        for byte in text.utf8 { bits |= Self.bit(byte) }
    }

    /// Notes a letter, and refuses one that was there before.
    @inline(__always)
    mutating func insert(_ letter: UInt8) throws(MessageError) {
        let bit = Self.bit(letter)
        guard bits & bit == 0 else { throw .repeated(key: Self.name(letter)) }
        bits |= bit
    }

    /// Whether a letter was there.
    @inline(__always)
    func contains(_ letter: UInt8) -> Bool { bits & Self.bit(letter) != 0 }

    /// Refuses a message that lacks one of the letters `required`.
    @inline(__always)
    func require(_ required: Letters) throws(MessageError) {
        let missing = required.bits & ~bits
        guard missing == 0 else {
            throw .missing(key: Self.name(UInt8(missing.trailingZeroBitCount) | 0x40))
        }
    }

    /// `A` to `Z` are the bits 1 to 26 and `a` to `z` the bits 33 to 58.
    @inline(__always)
    private static func bit(_ letter: UInt8) -> UInt64 { 1 &<< UInt64(letter & 0x3F) }

    private static func name(_ letter: UInt8) -> String { String(Unicode.Scalar(letter)) }
}

extension JSONMember {
    /// The letter of a one-letter key; 0 where the key is longer or not a letter.
    @inline(__always)
    var letter: UInt8 {
        guard key.count == 1 else { return 0 }
        let byte = key[0]
        return (0x61...0x7A).contains(byte | 0x20) ? byte : 0
    }
}

/// What a decimal may be: wide enough for every venue seen, and so narrow that no sum over a book
/// overflows.
enum Bound {
    /// A rate, from -1 to 1.
    case rate
    /// A quantity, or the price of a side without orders, from 0 to 10¹⁵.
    case notNegative
    /// A price, from 10⁻¹² to 10¹².
    case positive

    @inline(__always)
    func holds(_ value: Decimal) -> Bool {
        switch self {
        case .rate: value.magnitude <= .one
        case .notNegative: value.units >= 0 && value.units <= Self.most(thousands: 5)
        case .positive: value.units >= 1_000_000 && value.units <= Self.most(thousands: 4)
        }
    }

    /// A power of a thousand, in units.
    @inline(__always)
    private static func most(thousands: Int) -> Int128 {
        var units = Decimal.unitsPerOne
        for _ in 0..<thousands { units *= 1000 }
        return units
    }

    func rule(_ value: Decimal) -> String {
        switch self {
        case .rate: "expected a rate from -1 to 1"
        case .notNegative where value.isNegative: "expected zero or more"
        case .notNegative: "expected at most a million billions"
        case .positive where value.units <= 0: "expected more than zero"
        case .positive: "expected a price from 0.000000000001 to 1000000000000"
        }
    }
}

extension JSONValue {
    /// The error that this is not what was `expected`.
    func isNot(_ expected: String, at key: String) -> MessageError {
        .wrongType(key: key, expected: expected, found: kind.name)
    }

    /// The whole number at `key`, from 0 up.
    func count(_ key: StaticString) throws(MessageError) -> Int64 {
        guard let value = integer else { throw isNot("a whole number", at: "\(key)") }
        guard value >= 0 else {
            throw .outOfRange(key: "\(key)", rule: "expected zero or more")
        }
        return value
    }

    /// The moment at `key`, which is in milliseconds since 1970.
    func time(_ key: StaticString) throws(MessageError) -> Timestamp {
        let milliseconds = try count(key)
        guard milliseconds <= 9_223_372_036_854 else {
            throw .outOfRange(key: "\(key)", rule: "expected milliseconds, before the year 2262")
        }
        return Timestamp(nanoseconds: milliseconds * 1_000_000)
    }

    /// The truth value at `key`.
    func truth(_ key: StaticString) throws(MessageError) -> Bool {
        guard let value = bool else { throw isNot("true or false", at: "\(key)") }
        return value
    }

    /// The decimal that stands as text at `key`.
    @inline(__always)
    func decimal(_ key: StaticString, _ bound: Bound) throws(MessageError) -> Decimal {
        guard let text = string else { throw isNot("a decimal in a string", at: "\(key)") }
        return try text.decimal(key, bound)
    }

    /// The levels at `key`: an array of price and quantity pairs, each in strings.
    func levels(
        _ key: StaticString,
        into levels: inout [BookLevel]
    ) throws(MessageError) {
        guard isKind(.array) else { throw isNot("an array of levels", at: "\(key)") }
        levels.removeAll(keepingCapacity: true)
        var rows = elements
        while true {
            if let pair = rows.nextTextPair() {
                levels.append(
                    BookLevel(
                        price: Price(try pair.first.decimal(key, .positive)),
                        quantity: Quantity(try pair.second.decimal(key, .notNegative))
                    )
                )
                continue
            }
            guard let row = rows.next() else { return }
            var cells = row.elements
            // Old spot messages have a third cell, an empty array.
            guard let price = cells.next(), let quantity = cells.next() else {
                throw .wrongType(
                    key: "\(key)",
                    expected: "levels of a price and a quantity",
                    found: row.kind.name
                )
            }
            levels.append(
                BookLevel(
                    price: Price(try price.decimal(key, .positive)),
                    quantity: Quantity(try quantity.decimal(key, .notNegative))
                )
            )
        }
    }

    /// Refuses a message whose event (`e`) is not that of its stream.
    func requireEvent(_ name: StaticString) throws(MessageError) {
        guard let event = string, event.equals(name) else {
            throw isNot("\"\(name)\"", at: "e")
        }
    }

    /// Refuses a message whose symbol (`s`) is not that of its stream.
    func requireSymbol(_ symbol: [UInt8]) throws(MessageError) {
        guard let text = string else { throw isNot("a string", at: "s") }
        var isEqual = text.count == symbol.count
        if isEqual {
            for index in symbol.indices where text[index] != symbol[index] { isEqual = false }
        }
        guard isEqual else {
            throw .outOfRange(key: "s", rule: "expected the symbol of the stream's name")
        }
    }
}

extension Span<UInt8> {
    /// The decimal that this text is.
    @inline(__always)
    fileprivate func decimal(_ key: StaticString, _ bound: Bound) throws(MessageError) -> Decimal {
        guard let value = shortDecimal else { return try longDecimal(key, bound) }
        guard bound.holds(value) else {
            throw .outOfRange(key: "\(key)", rule: bound.rule(value))
        }
        return value
    }

    private func longDecimal(_ key: StaticString, _ bound: Bound) throws(MessageError) -> Decimal {
        let value: Decimal
        do throws(Decimal.ParsingFailure) {
            value = try Decimal(parsing: self)
        } catch {
            throw .notDecimal(key: "\(key)", error)
        }
        guard bound.holds(value) else {
            throw .outOfRange(key: "\(key)", rule: bound.rule(value))
        }
        return value
    }

    /// The decimal that this text is, where it is an unsigned one of at most 18 digits; `nil`
    /// where it is anything else, which need not be wrong.
    ///
    /// Spot sends eight digits behind the point, always: they are read as one word.
    @inline(__always)
    private var shortDecimal: Decimal? {
        guard count <= 19 else { return nil }
        var mantissa: UInt64 = 0
        var index = 0
        while index < count, self[index] &- 0x30 <= 9 {
            mantissa = mantissa &* 10 &+ UInt64(self[index] &- 0x30)
            index &+= 1
        }
        guard index > 0, index < count, self[index] == 0x2E else { return nil }
        index &+= 1
        let decimals = count &- index
        guard decimals > 0 else { return nil }
        if decimals == 8 {
            guard let fraction = eightDigits(at: index) else { return nil }
            mantissa = mantissa &* 100_000_000 &+ fraction
        } else {
            while index < count {
                guard self[index] &- 0x30 <= 9 else { return nil }
                mantissa = mantissa &* 10 &+ UInt64(self[index] &- 0x30)
                index &+= 1
            }
        }
        return Decimal(units: Int128(mantissa) &* Int128(powersOfTen[18 &- decimals]))
    }

    /// Eight ASCII digits as a number; `nil` where one is not a digit.
    @inline(__always)
    private func eightDigits(at index: Int) -> UInt64? {
        let digits = word(at: index) &- 0x3030_3030_3030_3030
        // Above nine, adding 0x76 sets the highest bit; below zero it is set already.
        let faults = (digits &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
        guard faults == 0 else { return nil }
        // Neighbours are joined: eight digits, four pairs, two fours, one number.
        let pairs = digits &* 10 &+ digits &>> 8
        let even = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let odd = (pairs &>> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (even &+ odd) &>> 32
    }
}

/// 10⁰ to 10¹⁸.
private let powersOfTen: [19 of UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000,
    100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
    100_000_000_000_000_000, 1_000_000_000_000_000_000,
]
