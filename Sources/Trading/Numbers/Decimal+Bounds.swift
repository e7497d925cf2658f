// What keeps a fold from overflowing: a state holds nothing above the bound, so that a few sums
// of what it holds, and a product that was asked about before, fit a decimal.

extension Decimal {
    /// The largest magnitude that a state holds: 10¹⁹, above everything any venue deals in.
    @inlinable
    public static var bound: Decimal { Decimal(units: 10 * unitsPerOne * unitsPerOne) }

    /// Whether a state may hold this number.
    @inlinable @inline(__always)
    public var isWithinBounds: Bool {
        units <= Self.bound.units && units >= -Self.bound.units
    }

    /// Whether the product with `other` is below the bound, by the lengths of both: some products
    /// between a half of the bound and the bound are refused too.
    @inlinable @inline(__always)
    public func canMultiply(_ other: Decimal) -> Bool {
        // The bound has 2¹²³ units and a one has 2⁵⁹: the product may have 2¹⁸² before division.
        units.magnitude.leadingZeroBitCount &+ other.units.magnitude.leadingZeroBitCount >= 74
    }
}

extension Amount {
    /// Whether a state may hold this amount.
    @inlinable @inline(__always)
    public var isWithinBounds: Bool { value.isWithinBounds }
}

extension Quantity {
    /// Whether what this much costs at `price` is an amount that a state may hold.
    @inlinable @inline(__always)
    public func canMultiply(_ price: Price) -> Bool { value.canMultiply(price.value) }
}

extension Money {
    /// The sum, at most the bound: for what is only compared with limits.
    @inlinable
    public func addingUpToBound(_ other: Money) -> Money {
        guard isWithinBounds, other.isWithinBounds else { return Money(.bound) }
        return min(self + other, Money(.bound))
    }
}

extension Execution {
    /// Whether its figures, and the products that booking it takes, are within bounds.
    @inlinable @inline(__always)
    public var isWithinBounds: Bool {
        price.isWithinBounds && quantity.isWithinBounds && fee.isWithinBounds
            && quantity.canMultiply(price) && fee.value.canMultiply(price.value)
    }
}

extension OrderTerms {
    /// Whether its figures and their products are within bounds, at `reference` too.
    @inlinable @inline(__always)
    public func isWithinBounds(at reference: Price) -> Bool {
        quantity.isWithinBounds && price.isWithinBounds && trigger.isWithinBounds
            && quantity.canMultiply(price) && quantity.canMultiply(reference)
    }
}
