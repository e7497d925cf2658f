internal import Trading

// How our values are written on the wire and read from it, where all venues do the same.

extension VenueID {
    /// Reads a decimal number of 64 bits or a UUID in lower case; `nil` for other text.
    ///
    /// What is read prints as it was sent, so that the venue knows its own name again.
    init?(text: String) {
        if text.utf8.count == 36 {
            let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
            guard digits.count == 32,
                let number = UInt128(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            self.init(number)
        } else {
            guard let number = UInt64(text), number > 0 else { return nil }
            self.init(UInt128(number))
        }
        guard description == text else { return nil }
    }
}

extension Timestamp {
    /// Whole milliseconds since 1970, cut.
    var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// Whole milliseconds since 1970, brought up to the next.
    var millisecondsUp: Int64 {
        let (quotient, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return rest > 0 ? quotient + 1 : quotient
    }

    /// Reads milliseconds since 1970 in digits; `nil` for other text and beyond the year 2262.
    init?(milliseconds text: String) {
        guard let number = Int64(text), (0...9_223_372_036_854).contains(number),
            text.utf8.first != UInt8(ascii: "+")
        else { return nil }
        self.init(nanoseconds: number * 1_000_000)
    }
}

/// The query of a request, built once: what is signed is what is sent.
struct QueryText {
    /// `name=value&…`, percent-encoded.
    private(set) var text = ""

    /// Begins with these values.
    init(_ values: (name: StaticString, value: String)...) {
        for (name, value) in values { add(name, value) }
    }

    /// Adds a value; whatever is not unreserved (RFC 3986) is percent-encoded.
    mutating func add(_ name: StaticString, _ value: String) {
        var encoded = ""
        for byte in value.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        addEncoded(name, encoded)
    }

    /// Adds a whole number.
    mutating func add(_ name: StaticString, _ value: Int64) { addEncoded(name, String(value)) }

    /// Adds a value that is encoded already, as a venue's mark of a page.
    mutating func addEncoded(_ name: StaticString, _ value: String) {
        text += text.isEmpty ? "\(name)=\(value)" : "&\(name)=\(value)"
    }
}
