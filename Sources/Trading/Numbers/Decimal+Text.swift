extension Decimal {
    /// Why a text is not a decimal.
    public enum ParsingFailure: Error, Hashable, Sendable {
        /// Nothing, or no digit, was there.
        case empty
        /// A byte that has no place in a decimal stands at `index`.
        case unexpectedCharacter(index: Int)
        /// More than 18 digits after the point are not zero, and rounding was not asked for.
        case tooPrecise
        /// The magnitude is above 1.7 × 10²⁰.
        case tooLarge
    }

    /// Parses `[-]digits[.digits]` exactly.
    ///
    /// - Parameters:
    ///   - text: ASCII bytes; no exponent, no plus sign, no spaces.
    ///   - rounding: What to do with digits beyond 10⁻¹⁸; `nil` refuses them unless zero.
    /// - Throws: ``ParsingFailure``.
    @inlinable
    public init(
        parsing text: Span<UInt8>,
        rounding: Rounding? = nil
    ) throws(ParsingFailure) {
        // Up to 18 significant digits, as venues send them, fit 64 bits: the short way.
        var index = 0
        let count = text.count
        let isNegative = count > 0 && text[0] == 0x2D
        if isNegative { index = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var decimals = -1
        guard count - index <= 19 else {
            self = try Self.parsingLong(text, rounding: rounding)
            return
        }
        while index < count {
            let byte = text[index]
            let digit = byte &- 0x30
            if digit <= 9 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                digits &+= 1
                if decimals >= 0 { decimals &+= 1 }
            } else if byte == 0x2E && decimals < 0 && digits > 0 {
                decimals = 0
            } else {
                throw .unexpectedCharacter(index: index)
            }
            index &+= 1
        }
        guard digits > 0 else { throw .empty }
        guard digits <= 18, decimals != 0 else {
            self = try Self.parsingLong(text, rounding: rounding)
            return
        }
        let scale = Self.powersOfTen(18 &- max(decimals, 0))
        let units = Int128(mantissa) &* Int128(scale)
        self.init(units: isNegative ? -units : units)
    }

    /// Parses a text; see ``init(parsing:rounding:)``.
    public init(_ text: String, rounding: Rounding? = nil) throws(ParsingFailure) {
        let bytes = Array(text.utf8)
        try self.init(parsing: bytes.span, rounding: rounding)
    }

    @usableFromInline
    static func parsingLong(
        _ text: Span<UInt8>,
        rounding: Rounding?
    ) throws(ParsingFailure) -> Decimal {
        var index = 0
        let isNegative = text.count > 0 && text[0] == 0x2D
        if isNegative { index = 1 }
        var units: Int128 = 0
        var digits = 0
        var decimals = -1
        var beyond = Beyond()
        while index < text.count {
            let digit = text[index] &- 0x30
            if text[index] == 0x2E && decimals < 0 && digits > 0 {
                decimals = 0
            } else if digit <= 9 {
                digits += 1
                if decimals >= 18 {
                    beyond.take(digit)
                } else {
                    let (shifted, overflow) = units.multipliedReportingOverflow(by: 10)
                    let (sum, carry) = shifted.addingReportingOverflow(Int128(digit))
                    guard !overflow, !carry else { throw .tooLarge }
                    units = sum
                    if decimals >= 0 { decimals += 1 }
                }
            } else {
                throw .unexpectedCharacter(index: index)
            }
            index += 1
        }
        guard digits > 0 else { throw .empty }
        guard decimals != 0 else { throw .unexpectedCharacter(index: text.count - 1) }
        let scale = Int128(powersOfTen(18 - max(decimals, 0)))
        let (scaled, overflow) = units.multipliedReportingOverflow(by: scale)
        guard !overflow else { throw .tooLarge }
        guard !beyond.isZero else { return Decimal(units: isNegative ? -scaled : scaled) }
        guard let rounding else { throw .tooPrecise }
        let isUp = beyond.roundsUp(rounding, isOdd: scaled & 1 != 0)
        let (rounded, carry) = scaled.addingReportingOverflow(isUp ? 1 : 0)
        guard !carry else { throw .tooLarge }
        return Decimal(units: isNegative ? -rounded : rounded)
    }

    /// The digits beyond 10⁻¹⁸, as far as rounding needs them.
    private struct Beyond {
        var first: UInt8?
        var restIsZero = true
        var isZero: Bool { (first ?? 0) == 0 && restIsZero }

        mutating func take(_ digit: UInt8) {
            if first == nil { first = digit } else if digit != 0 { restIsZero = false }
        }

        func roundsUp(_ rounding: Rounding, isOdd: Bool) -> Bool {
            switch rounding {
            case .down: return false
            case .up: return !isZero
            case .halfEven:
                let first = first ?? 0
                if first != 5 { return first > 5 }
                return !restIsZero || isOdd
            }
        }
    }

    @inlinable @inline(__always)
    static func powersOfTen(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        switch exponent {
        case 0: power = 1
        case 1: power = 10
        case 2: power = 100
        case 3: power = 1_000
        case 4: power = 10_000
        case 5: power = 100_000
        case 6: power = 1_000_000
        case 7: power = 10_000_000
        case 8: power = 100_000_000
        case 9: power = 1_000_000_000
        case 10: power = 10_000_000_000
        case 11: power = 100_000_000_000
        case 12: power = 1_000_000_000_000
        case 13: power = 10_000_000_000_000
        case 14: power = 100_000_000_000_000
        case 15: power = 1_000_000_000_000_000
        case 16: power = 10_000_000_000_000_000
        case 17: power = 100_000_000_000_000_000
        default: power = 1_000_000_000_000_000_000
        }
        return power
    }
}

extension Decimal.ParsingFailure: CustomStringConvertible {
    /// What is wrong with the text, for the end of a sentence.
    public var description: String {
        switch self {
        case .empty: "it is empty"
        case .unexpectedCharacter(let index):
            "its character \(index + 1) has no place in digits with a point"
        case .tooPrecise: "it has more than 18 decimals"
        case .tooLarge: "it is too large"
        }
    }
}

extension Decimal: CustomStringConvertible {
    /// The shortest exact text: no exponent, no trailing zeros.
    public var description: String {
        var text = digits
        while text.last == 0x30 { text.removeLast() }
        if text.last == 0x2E { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }

    /// The number with exactly `places` decimals, rounded half even; for people, not for files.
    public func text(places: Int) -> String {
        invariant((0...18).contains(places), "a decimal has at most 18 places")
        let step = Decimal(units: Int128(Self.powersOfTen(18 - places)))
        let text = rounded(toMultipleOf: step, .halfEven).digits
        let superfluous = places == 0 ? 19 : 18 - places
        return String(decoding: text.dropLast(superfluous), as: UTF8.self)
    }

    /// Sign, whole part, point and all 18 decimals, in ASCII.
    private var digits: [UInt8] {
        let (whole, fraction) = units.magnitude
            .quotientAndRemainder(dividingBy: Self.unitsPerOne.magnitude)
        var text: [UInt8] = []
        text.reserveCapacity(40)
        if units < 0 { text.append(0x2D) }
        if whole < 10 {
            text.append(0x30 + UInt8(whole))
        } else {
            text.append(contentsOf: String(whole).utf8)
        }
        text.append(0x2E)
        let point = text.count
        text.append(contentsOf: repeatElement(0x30, count: 18))
        // Less than 10 to the 18th, which 64 bits hold.
        var rest = UInt64(fraction)
        var place = point + 17
        while rest > 0 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            text[place] = 0x30 + UInt8(digit)
            rest = quotient
            place -= 1
        }
        return text
    }
}
