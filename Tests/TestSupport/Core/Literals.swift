package import Trading

/// A decimal of a test; what is not one is a mistake in the test.
package func number(_ text: some StringProtocol) -> Decimal {
    guard let value = try? Decimal(String(text)) else { fatalError("not a decimal: \(text)") }
    return value
}

package func price(_ text: some StringProtocol) -> Price { Price(number(text)) }

package func quantity(_ text: some StringProtocol) -> Quantity { Quantity(number(text)) }

package func money(_ text: some StringProtocol) -> Money { Money(number(text)) }

/// The moment `seconds` after the first of a test: 2026-01-05T00:00:00Z.
package func moment(_ seconds: Int64, nanoseconds: Int64 = 0) -> Timestamp {
    Timestamp(nanoseconds: (1_767_571_200 + seconds) * 1_000_000_000 + nanoseconds)
}

/// A byte string in hexadecimal.
package func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
