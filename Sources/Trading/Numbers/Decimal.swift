/// An exact decimal number: a whole count of 10⁻¹⁸ in 128 bits.
///
/// Holds every tick (10⁻¹²) times every step (10⁻⁶) seen at a venue without rounding, and
/// magnitudes up to 1.7 × 10²⁰. Overflow stops the process: a wrong amount is never computed.
public struct Decimal: Hashable, Sendable {
    /// The count of 10⁻¹⁸.
    public let units: Int128

    /// Makes the number `units` × 10⁻¹⁸.
    @inlinable @inline(__always)
    public init(units: Int128) { self.units = units }

    /// Makes a whole number.
    @inlinable
    public init(_ whole: Int) { self.units = Int128(whole) * Self.unitsPerOne }

    /// 10¹⁸, the count that makes one.
    @inlinable
    public static var unitsPerOne: Int128 { 1_000_000_000_000_000_000 }
    /// Zero.
    @inlinable
    public static var zero: Decimal { Decimal(units: 0) }
    /// One.
    @inlinable
    public static var one: Decimal { Decimal(units: unitsPerOne) }
    /// The largest number that can be held, about 1.7 × 10²⁰.
    public static var largest: Decimal { Decimal(units: .max) }

    /// Whether this is less than zero.
    @inlinable
    public var isNegative: Bool { units < 0 }
    /// The distance from zero.
    @inlinable
    public var magnitude: Decimal { units < 0 ? Decimal(units: -units) : self }
}

extension Decimal: Comparable {
    /// Whether the left number is the smaller one.
    @inlinable @inline(__always)
    public static func < (left: Decimal, right: Decimal) -> Bool { left.units < right.units }
}

extension Decimal {
    /// The sum; overflow stops the process.
    @inlinable @inline(__always)
    public static func + (left: Decimal, right: Decimal) -> Decimal {
        Decimal(units: left.units + right.units)
    }

    /// The difference; overflow stops the process.
    @inlinable @inline(__always)
    public static func - (left: Decimal, right: Decimal) -> Decimal {
        Decimal(units: left.units - right.units)
    }

    /// The number with the other sign.
    @inlinable @inline(__always)
    public static prefix func - (value: Decimal) -> Decimal { Decimal(units: -value.units) }

    /// Adds; overflow stops the process.
    @inlinable @inline(__always)
    public static func += (left: inout Decimal, right: Decimal) { left = left + right }

    /// Takes away; overflow stops the process.
    @inlinable @inline(__always)
    public static func -= (left: inout Decimal, right: Decimal) { left = left - right }

    /// The product, brought to 10⁻¹⁸ by `rounding`.
    ///
    /// Numbers of up to nine decimals, which is nearly all of them, take a short way round the
    /// 256-bit product.
    public func times(_ other: Decimal, _ rounding: Rounding) -> Decimal {
        let billion: Int128 = 1_000_000_000
        let (left, leftRest) = units.quotientAndRemainder(dividingBy: billion)
        if leftRest == 0 {
            let (right, rightRest) = other.units.quotientAndRemainder(dividingBy: billion)
            if rightRest == 0 {
                let (product, overflow) = left.multipliedReportingOverflow(by: right)
                if !overflow { return Decimal(units: product) }
            }
        }
        return Decimal(
            units: multiplyDivide(units, by: other.units, over: Self.unitsPerOne, rounding)
        )
    }

    /// The quotient, brought to 10⁻¹⁸ by `rounding`.
    ///
    /// The divisor must not be zero.
    public func divided(by other: Decimal, _ rounding: Rounding) -> Decimal {
        Decimal(units: multiplyDivide(units, by: Self.unitsPerOne, over: other.units, rounding))
    }

    /// `self × numerator ÷ denominator` with a single rounding at the end.
    public func scaled(
        by numerator: Decimal,
        over denominator: Decimal,
        _ rounding: Rounding
    ) -> Decimal {
        Decimal(
            units: multiplyDivide(units, by: numerator.units, over: denominator.units, rounding)
        )
    }

    /// The nearest multiple of `step` in the direction of `rounding`.
    ///
    /// The step must be positive.
    public func rounded(toMultipleOf step: Decimal, _ rounding: Rounding) -> Decimal {
        invariant(step.units > 0, "a grid has a positive step")
        let (quotient, remainder) = units.quotientAndRemainder(dividingBy: step.units)
        if remainder == 0 { return self }
        let adjusted =
            quotient
            + adjustment(
                isNegative: units < 0,
                isOdd: quotient & 1 != 0,
                remainder: remainder.magnitude,
                divisor: step.units.magnitude,
                rounding
            )
        return Decimal(units: adjusted * step.units)
    }

    /// Whether this is a multiple of `step`.
    @inlinable
    public func isMultiple(of step: Decimal) -> Bool {
        step.units != 0 && units % step.units == 0
    }
}

/// What rounding adds to a quotient that was cut toward zero.
private func adjustment(
    isNegative: Bool,
    isOdd: Bool,
    remainder: UInt128,
    divisor: UInt128,
    _ rounding: Rounding
) -> Int128 {
    let away: Int128 = isNegative ? -1 : 1
    switch rounding {
    case .down: return 0
    case .up: return remainder == 0 ? 0 : away
    case .halfEven:
        let rest = divisor - remainder
        if remainder > rest || (remainder == rest && isOdd) { return away }
        return 0
    }
}

/// `value × numerator ÷ denominator` over a 256-bit product, rounded once.
private func multiplyDivide(
    _ value: Int128,
    by numerator: Int128,
    over denominator: Int128,
    _ rounding: Rounding
) -> Int128 {
    invariant(denominator != 0, "a divisor is not zero")
    let isNegative = (value < 0) != (numerator < 0) && value != 0 && numerator != 0
    let negative = isNegative != (denominator < 0)
    let divisor = denominator.magnitude
    let product = value.magnitude.multipliedFullWidth(by: numerator.magnitude)
    let quotient: UInt128
    let remainder: UInt128
    if product.high == 0 {
        (quotient, remainder) = product.low.quotientAndRemainder(dividingBy: divisor)
    } else {
        invariant(product.high < divisor, "a quotient fits a decimal")
        (quotient, remainder) = divisor.dividingFullWidth(product)
    }
    invariant(quotient <= Int128.max.magnitude, "a quotient fits a decimal")
    let cut = negative ? -Int128(quotient) : Int128(quotient)
    return cut
        + adjustment(
            isNegative: negative,
            isOdd: quotient & 1 != 0,
            remainder: remainder,
            divisor: divisor,
            rounding
        )
}
