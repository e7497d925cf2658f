/// A number with a meaning: prices, quantities and money do not mix by accident.
public protocol Amount: Comparable, Hashable, Sendable, CustomStringConvertible {
    /// The plain number.
    var value: Decimal { get }
    /// Gives the number its meaning.
    init(_ value: Decimal)
}

extension Amount {
    /// Makes the amount of `units` × 10⁻¹⁸.
    @inlinable
    public init(units: Int128) { self.init(Decimal(units: units)) }
    /// Nothing.
    @inlinable
    public static var zero: Self { Self(Decimal.zero) }
    /// Whether there is any.
    @inlinable
    public var isZero: Bool { value.units == 0 }
    /// Whether this is less than zero.
    @inlinable
    public var isNegative: Bool { value.units < 0 }
    /// Whether this is more than zero.
    @inlinable
    public var isPositive: Bool { value.units > 0 }
    /// The distance from zero.
    @inlinable
    public var magnitude: Self { Self(value.magnitude) }

    /// The shortest exact text.
    public var description: String { value.description }

    /// Whether the left amount is the smaller one.
    @inlinable @inline(__always)
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

    /// The sum; overflow stops the process.
    @inlinable @inline(__always)
    public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }

    /// The difference; overflow stops the process.
    @inlinable @inline(__always)
    public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }

    /// The amount with the other sign.
    @inlinable @inline(__always)
    public static prefix func - (amount: Self) -> Self { Self(-amount.value) }

    /// Adds; overflow stops the process.
    @inlinable @inline(__always)
    public static func += (left: inout Self, right: Self) { left = left + right }

    /// Takes away; overflow stops the process.
    @inlinable @inline(__always)
    public static func -= (left: inout Self, right: Self) { left = left - right }

    /// The amount times a plain factor.
    public func times(_ factor: Decimal, _ rounding: Rounding) -> Self {
        Self(value.times(factor, rounding))
    }
}

/// Quote units for one base unit.
public struct Price: Amount {
    /// Quote units for one base unit.
    public let value: Decimal
    /// Makes the price of a plain number.
    @inlinable @inline(__always)
    public init(_ value: Decimal) { self.value = value }
}

/// Base units; negative where a side is implied, as in a short position.
public struct Quantity: Amount {
    /// Base units.
    public let value: Decimal
    /// Makes the quantity of a plain number.
    @inlinable @inline(__always)
    public init(_ value: Decimal) { self.value = value }

    /// What this much costs at `price`, in quote units.
    @inlinable
    public func notional(at price: Price, _ rounding: Rounding) -> Money {
        Money(value.times(price.value, rounding))
    }
}

/// An amount of one asset: balances, costs, fees and results.
public struct Money: Amount {
    /// Units of the asset.
    public let value: Decimal
    /// Makes the amount of a plain number.
    @inlinable @inline(__always)
    public init(_ value: Decimal) { self.value = value }
}
