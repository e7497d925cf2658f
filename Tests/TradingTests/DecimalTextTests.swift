import TestSupport
import Testing
import Trading

/// What a text means, worked out on its digits alone.
private enum Meaning: Equatable {
    case number(String)
    case refused(Decimal.ParsingFailure)

    /// Of `[-]whole[.fraction]`, which must be well formed.
    init(whole: String, fraction: String, isNegative: Bool, _ rounding: Rounding?) {
        let kept = fraction.prefix(18)
        let beyond = fraction.dropFirst(18)
        var units = WholeNumber(
            whole + kept + String(repeating: "0", count: 18 - kept.utf8.count)
        )
        let largest = WholeNumber("170141183460469231731687303715884105727")
        if units > largest {
            self = .refused(.tooLarge)
            return
        }
        if beyond.contains(where: { $0 != "0" }) {
            guard let rounding else {
                self = .refused(.tooPrecise)
                return
            }
            if Self.isUp(String(beyond), rounding, isOdd: units.isOdd) {
                units = units + WholeNumber("1")
            }
            if units > largest {
                self = .refused(.tooLarge)
                return
            }
        }
        self = .number(isNegative && !units.isZero ? "-\(units)" : "\(units)")
    }

    private static func isUp(_ beyond: String, _ rounding: Rounding, isOdd: Bool) -> Bool {
        switch rounding {
        case .down: return false
        case .up: return true
        case .halfEven:
            let half = "5" + String(repeating: "0", count: beyond.utf8.count - 1)
            // Of equal length, text compares as numbers do.
            return beyond == half ? isOdd : beyond > half
        }
    }
}

private func parse(_ text: String, _ rounding: Rounding?) -> Meaning {
    do {
        return .number(String(try Decimal(text, rounding: rounding).units))
    } catch {
        return .refused(error)
    }
}

@Suite
struct `Decimal text` {
    @Test(arguments: [UInt64(11), 12, 13, 14])
    func `parsing agrees with the digits`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        func digits(_ range: ClosedRange<Int>) -> String {
            let isFlat = random.chance(30)
            return (0..<random.int(range)).map { _ in
                String(isFlat ? [0, 0, 5, 9][random.int(0...3)] : random.int(0...9))
            }
            .joined()
        }
        let roundings: [Rounding?] = [nil, .down, .up, .halfEven]
        for step in 0..<5000 {
            let whole = digits(1...(random.chance(20) ? 24 : 12))
            let fraction = random.chance(20) ? "" : digits(1...(random.chance(40) ? 30 : 10))
            let sign = random.chance(40) ? "-" : ""
            let text = sign + whole + (fraction.isEmpty ? "" : "." + fraction)
            for rounding in roundings {
                let expected = Meaning(
                    whole: whole,
                    fraction: fraction,
                    isNegative: sign == "-",
                    rounding
                )
                #expect(
                    parse(text, rounding) == expected,
                    "seed \(seed), step \(step): \(text) \(String(describing: rounding))"
                )
            }
        }
    }

    @Test(arguments: [UInt64(21), 22])
    func `every decimal comes back from its text, the shortest one`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for step in 0..<5000 {
            let raw = (Int128(random.next()) << 63 ^ Int128(random.next())) >> random.int(0...126)
            let value = Decimal(units: random.chance(50) ? raw : -raw)
            let text = value.description
            #expect(try Decimal(text) == value, "seed \(seed), step \(step): \(text)")
            #expect(
                !text.contains(".") || (text.last != "0" && text.last != "."),
                "seed \(seed), step \(step): \(text)"
            )
        }
    }

    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("-0.00", "0"), ("007", "7"), ("1.50", "1.5"), ("0.1", "0.1"),
        ("-0.000000000000000001", "-0.000000000000000001"),
        ("1.000000000000000000000000", "1"),
        ("000000000000000000000000000000001.5", "1.5"),
        ("123456789012345678", "123456789012345678"),
        ("1234567890123456789", "1234567890123456789"),
        ("0.123456789012345678", "0.123456789012345678"),
        ("170141183460469231731.687303715884105727", "170141183460469231731.687303715884105727"),
        ("-170141183460469231731.687303715884105727", "-170141183460469231731.687303715884105727"),
    ])
    func `texts of the same number print alike`(text: String, printed: String) throws {
        #expect(try Decimal(text).description == printed)
    }

    @Test(arguments: [
        ("", Decimal.ParsingFailure.empty), ("-", .empty),
        (".", .unexpectedCharacter(index: 0)), (".5", .unexpectedCharacter(index: 0)),
        ("-.5", .unexpectedCharacter(index: 1)), ("1.", .unexpectedCharacter(index: 1)),
        ("12345678901234567890.", .unexpectedCharacter(index: 20)),
        ("1..2", .unexpectedCharacter(index: 2)), ("1.2.3", .unexpectedCharacter(index: 3)),
        ("+1", .unexpectedCharacter(index: 0)), (" 1", .unexpectedCharacter(index: 0)),
        ("1 ", .unexpectedCharacter(index: 1)), ("1e5", .unexpectedCharacter(index: 1)),
        ("--1", .unexpectedCharacter(index: 1)), ("1-", .unexpectedCharacter(index: 1)),
        ("1,5", .unexpectedCharacter(index: 1)), ("0x10", .unexpectedCharacter(index: 1)),
        ("٣", .unexpectedCharacter(index: 0)), ("nan", .unexpectedCharacter(index: 0)),
        ("9999999999999999999999999999999999999999x", .tooLarge),
        ("123456789012345678901x", .unexpectedCharacter(index: 21)),
        ("170141183460469231731.687303715884105728", .tooLarge),
        ("170141183460469231732", .tooLarge),
        ("0.0000000000000000001", .tooPrecise), ("1.0000000000000000000000001", .tooPrecise),
    ])
    func `what is not a decimal is refused with its reason`(
        text: String,
        failure: Decimal.ParsingFailure
    ) {
        #expect(throws: failure) { try Decimal(text) }
    }

    @Test func `a wallet field of 26 decimals is rounded as asked`() throws {
        let text = "0.12345678901234567850000000"
        #expect(try Decimal(text, rounding: .down).units == 123_456_789_012_345_678)
        #expect(try Decimal(text, rounding: .up).units == 123_456_789_012_345_679)
        #expect(try Decimal(text, rounding: .halfEven).units == 123_456_789_012_345_678)
        #expect(try Decimal("-" + text, rounding: .up).units == -123_456_789_012_345_679)
        let odd = "0.12345678901234567750000000"
        #expect(try Decimal(odd, rounding: .halfEven).units == 123_456_789_012_345_678)
    }

    @Test func `rounding beyond the largest number is refused`() {
        let largest = "170141183460469231731.6873037158841057279"
        #expect(throws: Decimal.ParsingFailure.tooLarge) { try Decimal(largest, rounding: .up) }
        #expect(throws: Never.self) { try Decimal(largest, rounding: .down) }
    }

    @Test(arguments: [
        ("1.005", 2, "1.00"), ("1.015", 2, "1.02"), ("-1.005", 2, "-1.00"), ("-0.001", 2, "0.00"),
        ("1234.5", 0, "1234"), ("1235.5", 0, "1236"), ("0.5", 18, "0.500000000000000000"),
        ("7", 3, "7.000"), ("-7.25", 1, "-7.2"),
    ])
    func `text for people has the places asked for`(value: String, places: Int, text: String) throws
    {
        #expect(try Decimal(value).text(places: places) == text)
    }
}
