/// Why a text is not JSON that can be used.
public enum JSONError: Error, Hashable, Sendable {
    /// What is wrong with a text that is not JSON.
    public enum Fault: String, Hashable, Sendable {
        /// A number is not written as JSON says, or does not fit 64 bits.
        case number
        /// A string is not closed, or has a raw control character or an unknown escape.
        case string
        /// The bytes are not UTF-8.
        case encoding
        /// A word is none of `true`, `false` and `null`.
        case literal
        /// A bracket, comma or colon is missing or misplaced, or something follows the end.
        case structure
    }

    /// There is nothing but white space.
    case empty
    /// The text has `bytes` bytes, and `limit` are allowed.
    case tooLarge(bytes: Int, limit: Int)
    /// Arrays and objects are nested deeper than `limit`.
    case tooDeep(limit: Int)
    /// The text breaks the grammar; `offset` is the byte where that shows, where it is known.
    case malformed(Fault, offset: Int?)
    /// The system has no memory for the document.
    case outOfMemory
}

extension JSONError: CustomStringConvertible {
    /// A sentence for people: what was expected and what was found.
    public var description: String {
        switch self {
        case .empty:
            return "expected a JSON document and found nothing"
        case .tooLarge(let bytes, let limit):
            return "a JSON document has \(bytes) bytes, and at most \(limit) are allowed"
        case .tooDeep(let limit):
            return "a JSON document is nested deeper than \(limit) levels"
        case .malformed(let fault, let offset):
            let place = offset.map { " at byte \($0)" } ?? ""
            return "not JSON: the \(fault.rawValue) is wrong\(place) of the message"
        case .outOfMemory:
            return "no memory to parse a JSON document"
        }
    }
}
