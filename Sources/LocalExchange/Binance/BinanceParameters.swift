internal import Trading

/// The parameters of a request, decoded, in the order in which they came.
struct BinanceParameters {
    /// Names and values; of a name that comes twice the first counts, the query before the body.
    private(set) var pairs: [(name: String, value: String)] = []

    init(_ pairs: [(name: String, value: String)]) { self.pairs = pairs }

    /// Reads a query and a form.
    init(query: Substring, form: Substring) {
        for text in [query, form] {
            for pair in text.split(separator: "&") {
                let parts = pair.split(
                    separator: "=",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                let value = parts.count > 1 ? Self.decode(parts[1]) : ""
                pairs.append((Self.decode(parts[0]), value))
            }
        }
    }

    /// The text of a parameter; `nil` where it was not sent or is empty.
    func text(_ name: String) -> String? {
        guard let pair = pairs.first(where: { $0.name == name }), !pair.value.isEmpty else {
            return nil
        }
        return pair.value
    }

    func required(_ name: String) throws(BinanceError) -> String {
        guard let value = text(name) else { throw .missing(name) }
        return value
    }

    /// A number that is not negative; `nil` where it was not sent.
    func decimal(_ name: String) throws(BinanceError) -> Decimal? {
        guard let text = text(name) else { return nil }
        guard let value = try? Decimal(text), !value.isNegative else {
            throw .illegal(name, range: #"^([0-9]{1,20})(\.[0-9]{1,20})?$"#)
        }
        return value
    }

    /// A whole number that is not negative; `nil` where it was not sent.
    func integer(_ name: String) throws(BinanceError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let value = Int64(text), value >= 0 else {
            throw .illegal(name, range: "^[0-9]{1,20}$")
        }
        return value
    }

    /// A number of things to be given, from 1 to a limit.
    func limit(_ usual: Int, _ most: Int) throws(BinanceError) -> Int {
        guard let value = try integer("limit") else { return usual }
        guard value > 0 else { throw .missing("limit") }
        return min(Int(clamping: value), most)
    }

    /// `true` or `false`, in any case; `nil` where it was not sent.
    func flag(_ name: String) throws(BinanceError) -> Bool? {
        switch text(name)?.lowercased() {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw .illegal(name, range: "^(true|false)$")
        }
    }

    /// One of a few words; `nil` where it was not sent.
    func word(_ name: String, of words: [String], _ error: BinanceError) throws(BinanceError)
        -> String?
    {
        guard let text = text(name) else { return nil }
        guard words.contains(text) else { throw error }
        return text
    }

    private static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(rest.prefix(2)) ?? "", radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
