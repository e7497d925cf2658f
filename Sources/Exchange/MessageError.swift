public import JSON
public import Trading

/// Why a message of a venue cannot be used.
public enum MessageError: Error, Hashable, Sendable {
    /// It is not JSON.
    case notJSON(JSONError)
    /// A key that every message of its kind has is not there.
    case missing(key: String)
    /// A key is there twice.
    case repeated(key: String)
    /// The value of a key is of another type than the venue documents.
    case wrongType(key: String, expected: String, found: String)
    /// The text of a key is not a decimal.
    case notDecimal(key: String, Decimal.ParsingFailure)
    /// The value of a key cannot be; `rule` says what holds.
    case outOfRange(key: String, rule: String)
    /// The message is of a coin-margined contract, which is not supported.
    case coinMargined(stream: String)
}

extension MessageError: CustomStringConvertible {
    /// A sentence for people: which key, what was expected and what was found.
    public var description: String {
        switch self {
        case .notJSON(let cause):
            return "\(cause)"
        case .missing(let key):
            return "expected the key \"\(key)\", which is missing"
        case .repeated(let key):
            return "the key \"\(key)\" is there twice"
        case .wrongType("", let expected, let found):
            return "expected \(expected) and found \(found)"
        case .wrongType(let key, let expected, let found):
            return "expected \(expected) at \"\(key)\" and found \(found)"
        case .notDecimal(let key, let cause):
            return "the text at \"\(key)\" is not a decimal: \(cause)"
        case .outOfRange(let key, let rule):
            return "the value at \"\(key)\" cannot be: \(rule)"
        case .coinMargined(let stream):
            return "\(stream) is a coin-margined contract, which is not supported"
        }
    }
}
