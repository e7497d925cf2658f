internal import Trading

/// What a request asks for: the members of its query or of its body.
struct BybitParameters {
    private let members: [(key: String, value: BybitValue)]

    /// Takes the members of an object; `nil` where it is something else.
    init?(_ value: BybitValue) {
        guard case .object(let members) = value else { return nil }
        self.members = members
    }

    /// Takes a query as it was on the wire.
    init(query: Substring) {
        members = query.split(separator: "&").map { part in
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pair.count == 2 ? Self.decoded(pair[1]) : ""
            return (Self.decoded(pair[0]), .text(value))
        }
    }

    /// Undoes percent-encoding; what is not one stays as it is.
    static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(0x25) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == 0x25, digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value of a key; an empty text is as good as none.
    func value(_ key: String) -> BybitValue? {
        guard let value = members.first(where: { $0.key == key })?.value else { return nil }
        switch value {
        case .text(""), .null: return nil
        default: return value
        }
    }

    /// The text of a key; whole numbers count as text.
    func text(_ key: String) throws(BybitError) -> String? {
        guard let value = value(key) else { return nil }
        guard let word = value.word else { throw .parameter(key) }
        return word
    }

    /// The text of a key that must be there.
    func required(_ key: String) throws(BybitError) -> String {
        guard let text = try text(key) else {
            throw BybitError(10001, "params error: \(key) is required")
        }
        return text
    }

    /// Whether a key says yes; `nil` where it is not there.
    func flag(_ key: String) throws(BybitError) -> Bool? {
        switch value(key) {
        case nil: return nil
        case .flag(let flag): return flag
        case .text("true"): return true
        case .text("false"): return false
        default: throw .parameter(key)
        }
    }

    /// The whole number of a key; `nil` where it is not there.
    func integer(_ key: String) throws(BybitError) -> Int64? {
        guard let text = try text(key) else { return nil }
        guard let number = Int64(text) else { throw .parameter(key) }
        return number
    }

    /// The whole number of a key within a range, or what stands for it.
    func integer(
        _ key: String,
        in range: ClosedRange<Int64>,
        default usual: Int64
    ) throws(BybitError) -> Int {
        let number = try integer(key) ?? usual
        guard range.contains(number) else { throw .parameter(key) }
        return Int(number)
    }

    /// The largest amount that is read: products of what is read, and its counts of 10⁻⁸, can
    /// still be held.
    static let largest = Decimal(100_000_000_000)

    /// The exact decimal of a key, which must be text and not negative: amounts are never numbers.
    func decimal(_ key: String) throws(BybitError) -> Decimal? {
        guard let value = value(key) else { return nil }
        guard case .text(let text) = value, let decimal = try? Decimal(text),
            !decimal.isNegative, decimal <= Self.largest
        else { throw .parameter(key) }
        return decimal
    }

    /// A moment in milliseconds, before the year 2255; `nil` where it is not there.
    func moment(_ key: String) throws(BybitError) -> Timestamp? {
        guard let number = try integer(key) else { return nil }
        guard (0...9_000_000_000_000).contains(number) else { throw .parameter(key) }
        return Timestamp(nanoseconds: number * 1_000_000)
    }

    /// The category, which nearly every request must name.
    func category() throws(BybitError) -> BybitCategory {
        guard let category = BybitCategory(rawValue: try required("category")) else {
            throw .parameter("category")
        }
        return category
    }
}
