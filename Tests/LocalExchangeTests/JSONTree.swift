import JSON

/// A parsed document as a value, for tests that look into it.
indirect enum JSONTree: Hashable {
    case object([String: JSONTree])
    case list([JSONTree])
    case text(String)
    case integer(Int64)
    case fraction
    case flag(Bool)
    case null

    /// Parses a document.
    init(_ text: String) throws(JSONError) {
        var parser = JSONParser()
        let bytes = Array(text.utf8)
        self.init(try parser.parse(bytes.span))
    }

    private init(_ value: borrowing JSONValue) {
        switch value.kind {
        case .object:
            var found: [String: JSONTree] = [:]
            var members = value.members
            while let member = members.next() {
                var key: [UInt8] = []
                for index in member.key.indices { key.append(member.key[index]) }
                found[String(decoding: key, as: UTF8.self)] = JSONTree(member.value)
            }
            self = .object(found)
        case .array:
            var found: [JSONTree] = []
            var elements = value.elements
            while let element = elements.next() { found.append(JSONTree(element)) }
            self = .list(found)
        case .string: self = .text(value.text ?? "")
        case .integer: self = .integer(value.integer ?? 0)
        case .unsigned, .fraction: self = .fraction
        case .yes: self = .flag(true)
        case .no: self = .flag(false)
        case .null: self = .null
        }
    }

    /// The member of an object.
    subscript(_ key: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    /// The element of a list.
    subscript(_ place: Int) -> JSONTree? {
        guard case .list(let elements) = self, elements.indices.contains(place) else { return nil }
        return elements[place]
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var integer: Int64? {
        guard case .integer(let integer) = self else { return nil }
        return integer
    }

    var elements: [JSONTree] {
        guard case .list(let elements) = self else { return [] }
        return elements
    }

    var keys: Set<String> {
        guard case .object(let members) = self else { return [] }
        return Set(members.keys)
    }

    /// The word for the kind of value; whole numbers and fractions are both numbers.
    var kind: String {
        switch self {
        case .object: "object"
        case .list: "list"
        case .text: "text"
        case .integer, .fraction: "number"
        case .flag: "flag"
        case .null: "null"
        }
    }
}
