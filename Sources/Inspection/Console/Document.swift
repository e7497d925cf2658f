/// A JSON document whose objects keep the order of their fields.
///
/// Design note: a writer of its own rather than an encoder, because the order of keys is part of
/// the contract, decimals are text and counts are exact.
public indirect enum Document: Hashable, Sendable {
    /// One named value of an object.
    public struct Field: Hashable, Sendable {
        /// The key.
        public let name: String
        /// The value.
        public let value: Document
    }

    /// Nothing.
    case null
    /// Yes or no.
    case flag(Bool)
    /// A whole number that counts something.
    case count(UInt64)
    /// A whole number with a sign.
    case integer(Int64)
    /// Text; decimals, times and hashes too.
    case text(String)
    /// Values in order.
    case list([Document])
    /// Named values in order.
    case object([Field])

    /// The document on one line.
    public var json: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// The value under `name` of an object.
    public subscript(name: String) -> Document? {
        guard case .object(let fields) = self else { return nil }
        return fields.first { $0.name == name }?.value
    }

    /// The words for people: text without quotes.
    var plain: String {
        switch self {
        case .null: "none"
        case .flag(let flag): flag ? "yes" : "no"
        case .count(let count): String(count)
        case .integer(let number): String(number)
        case .text(let text): text
        case .list(let values): values.map(\.plain).joined(separator: ", ")
        case .object(let fields):
            fields.map { "\($0.name) \($0.value.plain)" }.joined(separator: ", ")
        }
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .flag(let flag): text += flag ? "true" : "false"
        case .count(let count): text += String(count)
        case .integer(let number): text += String(number)
        case .text(let value): Self.write(value, to: &text)
        case .list(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let fields):
            text += "{"
            for (index, field) in fields.enumerated() {
                if index > 0 { text += "," }
                Self.write(field.name, to: &text)
                text += ":"
                field.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}",
                "\u{200E}", "\u{200F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension Document: ExpressibleByDictionaryLiteral {
    /// An object of the fields in the order they are written.
    public init(dictionaryLiteral fields: (String, Document)...) {
        self = .object(fields.map { Field(name: $0.0, value: $0.1) })
    }
}

extension Document: ExpressibleByStringLiteral {
    /// Text.
    public init(stringLiteral value: String) { self = .text(value) }
}

extension Document {
    /// Whatever prints itself, as text.
    @_disfavoredOverload
    static func text(_ value: some CustomStringConvertible) -> Document {
        .text(value.description)
    }

    /// A count of any width.
    @_disfavoredOverload
    static func count(_ value: some BinaryInteger) -> Document { .count(UInt64(clamping: value)) }

    /// Text, or null.
    static func optional(_ value: (some CustomStringConvertible)?) -> Document {
        value.map { .text($0.description) } ?? .null
    }

    /// A count, or null where it is zero or missing: numbers begin at one.
    static func number(_ value: UInt64?) -> Document {
        value.map { $0 == 0 ? .null : .count($0) } ?? .null
    }

    /// The fields of this object and those of another behind them.
    func adding(_ other: Document) -> Document {
        guard case .object(let fields) = self, case .object(let more) = other else { return self }
        return .object(fields + more)
    }
}
