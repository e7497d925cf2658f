import TestSupport
import Testing
import Trading

/// Whether `quotient` is `numerator ÷ denominator`, brought to a whole number by `rounding`.
private func isQuotient(
    _ quotient: WholeNumber,
    _ numerator: WholeNumber,
    _ denominator: WholeNumber,
    _ rounding: Rounding
) -> Bool {
    let back = quotient * denominator
    switch rounding {
    case .down:
        return back <= numerator && numerator < back + denominator
    case .up:
        return numerator <= back && back < numerator + denominator
    case .halfEven:
        let two = WholeNumber("2")
        let low = two * numerator
        let high = two * back
        if high + denominator == low || low + denominator == high { return !quotient.isOdd }
        return high < low + denominator && low < high + denominator
    }
}

private let roundings: [Rounding] = [.down, .up, .halfEven]

extension SeededRandom {
    /// Units of all sizes up to a number of bits, of either sign.
    fileprivate mutating func units(bits: Int) -> Int128 {
        let size = int(0...bits)
        let high = Int128(next())
        let low = Int128(next())
        let value = (high << 63 ^ low) & ((Int128(1) << size) - 1)
        // Often a number such as venues send: few decimals.
        let grid: Int128 = chance(30) ? 1_000_000_000 : chance(20) ? 500_000_000_000_000_000 : 1
        let gridded = value / grid * grid
        return chance(50) ? -gridded : gridded
    }
}

@Suite
struct `Decimal arithmetic` {
    private static let one = WholeNumber("1000000000000000000")
    private static let largest = WholeNumber(String(Int128.max))

    private static func whole(_ value: Decimal) -> WholeNumber { WholeNumber(String(value.units)) }

    /// Checks a result against `left × right ÷ divisor`.
    private static func agrees(
        _ result: Decimal,
        _ left: WholeNumber,
        _ right: WholeNumber,
        _ divisor: WholeNumber,
        isNegative: Bool,
        _ rounding: Rounding
    ) -> Bool {
        (result.units == 0 || (result.units < 0) == isNegative)
            && isQuotient(whole(result), left * right, divisor, rounding)
    }

    @Test(arguments: [UInt64(1), 2, 7])
    func `products, quotients and proportions agree with school arithmetic`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var compared = 0
        for step in 0..<17_000 {
            let left = Decimal(units: random.units(bits: 126))
            let right = Decimal(units: random.units(bits: 126))
            let divisor = Decimal(units: random.units(bits: 126))
            let rounding = roundings[step % 3]
            let text = "seed \(seed), step \(step): \(left), \(right), \(divisor), \(rounding)"
            let isNegative = left.isNegative != right.isNegative
            let (one, other) = (Self.whole(left), Self.whole(right))
            // One unit of room: rounding may add it.
            if one * other < Self.largest * Self.one {
                let product = left.times(right, rounding)
                compared += 1
                #expect(
                    Self.agrees(product, one, other, Self.one, isNegative: isNegative, rounding),
                    "\(text)"
                )
            }
            if !other.isZero, one * Self.one < Self.largest * other {
                let quotient = left.divided(by: right, rounding)
                compared += 1
                #expect(
                    Self.agrees(quotient, one, Self.one, other, isNegative: isNegative, rounding),
                    "\(text)"
                )
            }
            let third = Self.whole(divisor)
            if !third.isZero, one * other < Self.largest * third {
                let scaled = left.scaled(by: right, over: divisor, rounding)
                compared += 1
                let sign = isNegative != divisor.isNegative
                #expect(
                    Self.agrees(scaled, one, other, third, isNegative: sign, rounding),
                    "\(text)"
                )
            }
        }
        #expect(compared > 30_000, "seed \(seed) compared only \(compared)")
    }

    @Test(arguments: [UInt64(3), 4])
    func `sums, differences and order agree with the units`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for step in 0..<10_000 {
            let (one, other) = (random.units(bits: 125), random.units(bits: 125))
            let left = Decimal(units: one)
            let right = Decimal(units: other)
            let text = "seed \(seed), step \(step): \(one), \(other)"
            #expect((left + right).units == one + other, "\(text)")
            #expect((left - right).units == one - other, "\(text)")
            #expect((-left).units == -one && left.magnitude.units == abs(one), "\(text)")
            #expect((left < right) == (one < other), "\(text)")
        }
    }

    @Test(arguments: [UInt64(5), 6])
    func `a grid is met from the named direction`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for step in 0..<10_000 {
            let value = Decimal(units: random.units(bits: 125))
            let grid = Decimal(units: abs(random.units(bits: 100)) + 1)
            let rounding = roundings[step % 3]
            let met = value.rounded(toMultipleOf: grid, rounding)
            let text = "seed \(seed), step \(step): \(value) on \(grid) \(rounding) is \(met)"
            #expect(met.isMultiple(of: grid), "\(text)")
            let count = WholeNumber(String(met.units / grid.units))
            #expect(
                isQuotient(count, Self.whole(value), Self.whole(grid), rounding)
                    && (met.units == 0 || met.isNegative == value.isNegative),
                "\(text)"
            )
        }
    }

    @Test(arguments: [
        ("2.5", "2", "3", "2"), ("3.5", "3", "4", "4"), ("-2.5", "-2", "-3", "-2"),
        ("-3.5", "-3", "-4", "-4"), ("2.4", "2", "3", "2"), ("2.6", "2", "3", "3"),
        ("-2.4", "-2", "-3", "-2"), ("-2.6", "-2", "-3", "-3"), ("0.5", "0", "1", "0"),
        ("-0.5", "0", "-1", "0"), ("1.5", "1", "2", "2"), ("2", "2", "2", "2"),
        ("0.000000000000000001", "0", "1", "0"), ("-0.000000000000000001", "0", "-1", "0"),
        ("2.500000000000000001", "2", "3", "3"), ("2.499999999999999999", "2", "3", "2"),
    ])
    func `every rounding is what its name says`(
        value: String,
        down: String,
        up: String,
        halfEven: String
    ) throws {
        let number = try Decimal(value)
        let tiny = Decimal(units: 1)
        for (rounding, expected) in zip(roundings, [down, up, halfEven]) {
            let result = number.rounded(toMultipleOf: .one, rounding)
            #expect(result.description == expected, "\(value) \(rounding)")
            // The same tie at the last place of a product, a quotient and a proportion.
            let units = try Decimal(expected).units / Decimal.unitsPerOne
            #expect(number.times(tiny, rounding).units == units, "\(value) × 10⁻¹⁸")
            #expect(number.scaled(by: tiny, over: .one, rounding).units == units, "\(value)")
        }
    }

    @Test(arguments: [
        ("1", "3", "0.333333333333333333", "0.333333333333333334", "0.333333333333333333"),
        ("2", "3", "0.666666666666666666", "0.666666666666666667", "0.666666666666666667"),
        ("-2", "3", "-0.666666666666666666", "-0.666666666666666667", "-0.666666666666666667"),
        ("2", "-3", "-0.666666666666666666", "-0.666666666666666667", "-0.666666666666666667"),
        ("-2", "-3", "0.666666666666666666", "0.666666666666666667", "0.666666666666666667"),
        ("0", "-7", "0", "0", "0"),
        ("1", "8", "0.125", "0.125", "0.125"),
    ])
    func `quotients are rounded once`(
        left: String,
        right: String,
        down: String,
        up: String,
        halfEven: String
    ) throws {
        for (rounding, expected) in zip(roundings, [down, up, halfEven]) {
            let quotient = try Decimal(left).divided(by: Decimal(right), rounding)
            #expect(quotient.description == expected, "\(left) ÷ \(right) \(rounding)")
        }
    }

    @Test func `every number seen at a venue fits, exactly`() throws {
        let tick = try Decimal("0.000000000001")
        let step = try Decimal("0.000001")
        #expect(tick.times(step, .down) == Decimal(units: 1))
        #expect(tick.times(step, .up) == Decimal(units: 1))
        let quantity = Quantity(try Decimal("46116860414.000001"))
        #expect(
            quantity.notional(at: Price(tick), .down) == quantity.notional(at: Price(tick), .up)
        )
        let cost = Quantity(try Decimal("46116860414")).notional(
            at: Price(Decimal(2_000_000)),
            .down
        )
        #expect(cost.description == "92233720828000000")
        #expect((cost + cost).description == "184467441656000000")
        let share = cost.value.scaled(by: Decimal(3), over: Decimal(7), .down)
        #expect(share.description == "39528737497714285.714285714285714285")
        let priced = try Decimal("9999998955").times(Decimal("9223372.036854"), .halfEven)
        #expect(priced.description == "92233710730116221.48757")
    }
}

@Suite
struct `Overflow stops the process` {
    @Test func `in a sum`() async {
        await #expect(processExitsWith: .failure) { _ = Decimal.largest + Decimal(units: 1) }
    }

    @Test func `in a product`() async {
        await #expect(processExitsWith: .failure) {
            _ = Decimal(100_000_000_000).times(Decimal(10_000_000_000), .down)
        }
    }

    @Test func `in the last place of a product that is rounded up`() async {
        await #expect(processExitsWith: .failure) {
            let most = Decimal.largest
            _ = most.scaled(by: Decimal(units: 3), over: Decimal(units: 2), .up)
        }
    }

    @Test func `in a quotient`() async {
        await #expect(processExitsWith: .failure) {
            _ = Decimal.largest.divided(by: Decimal(units: 1), .down)
        }
    }

    @Test func `in a division by zero`() async {
        await #expect(processExitsWith: .failure) {
            _ = Decimal.one.divided(by: .zero, .down)
        }
    }

    @Test func `on a grid without a step`() async {
        await #expect(processExitsWith: .failure) {
            _ = Decimal.one.rounded(toMultipleOf: .zero, .down)
        }
    }
}
