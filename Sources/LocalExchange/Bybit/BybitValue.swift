internal import JSON

/// A JSON value that a client sent, kept beyond its document.
indirect enum BybitValue {
    case text(String)
    case integer(Int64)
    case flag(Bool)
    case list([BybitValue])
    case object([(key: String, value: BybitValue)])
    case null
    /// A number that is not whole: nothing that is asked for is one, amounts come as text.
    case fraction

    /// Copies a value out of its document, which the parser has limited in depth.
    init(_ value: borrowing JSONValue) {
        switch value.kind {
        case .object:
            var members = value.members
            var copy: [(key: String, value: BybitValue)] = []
            while let member = members.next() {
                copy.append((Self.text(of: member.key), BybitValue(member.value)))
            }
            self = .object(copy)
        case .array:
            var elements = value.elements
            var copy: [BybitValue] = []
            while let element = elements.next() { copy.append(BybitValue(element)) }
            self = .list(copy)
        case .string: self = .text(value.text ?? "")
        case .integer, .unsigned: self = value.integer.map { .integer($0) } ?? .fraction
        case .fraction: self = .fraction
        case .yes: self = .flag(true)
        case .no: self = .flag(false)
        case .null: self = .null
        }
    }

    private static func text(of bytes: Span<UInt8>) -> String {
        var copy: [UInt8] = []
        for index in bytes.indices { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }

    /// The member with this key; `nil` where there is none or this is not an object.
    subscript(key: String) -> BybitValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// A text, or a whole number as text: ids of requests come as both.
    var word: String? {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }

    /// The elements of a list; `nil` where this is something else.
    var elements: [BybitValue]? {
        guard case .list(let values) = self else { return nil }
        return values
    }
}

/// Parses what clients send, of limited size and depth.
struct BybitReader: ~Copyable {
    private var parser = JSONParser(maximumBytes: 1 << 20, maximumDepth: 16)

    /// A value; `nil` where the bytes are not JSON.
    mutating func read(_ bytes: [UInt8]) -> BybitValue? {
        let bytes = bytes.span
        do throws(JSONError) {
            let value = try parser.parse(bytes)
            return BybitValue(value)
        } catch {
            return nil
        }
    }
}
