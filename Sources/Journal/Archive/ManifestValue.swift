/// A value of the JSON that manifests are written in: no fractions, no flags, no nothing.
enum ManifestValue: Hashable {
    case number(UInt64)
    case text(String)
    case list([ManifestValue])
    case object([String: ManifestValue])

    /// Reads one value that fills `bytes`; `nil` for anything else.
    init?(_ bytes: [UInt8]) {
        var parser = Parser(bytes: bytes)
        guard let value = parser.value(depth: 0), parser.isAtEnd else { return nil }
        self = value
    }

    subscript(key: String) -> ManifestValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    var number: UInt64? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var list: [ManifestValue]? {
        guard case .list(let values) = self else { return nil }
        return values
    }
}

/// Goes through the bytes once; what it does not know ends it.
private struct Parser {
    let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private static let deepest = 8

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return index == bytes.count
        }
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func take(_ byte: Character) -> Bool {
        skipSpace()
        guard current == byte.asciiValue else { return false }
        index += 1
        return true
    }

    mutating func value(depth: Int) -> ManifestValue? {
        guard depth < Self.deepest else { return nil }
        if take("{") { return object(depth: depth) }
        if take("[") { return list(depth: depth) }
        if take("\"") { return text().map { .text($0) } }
        return number().map { .number($0) }
    }

    private mutating func object(depth: Int) -> ManifestValue? {
        var members: [String: ManifestValue] = [:]
        if take("}") { return .object(members) }
        repeat {
            guard take("\""), let key = text(), members[key] == nil, take(":"),
                let value = value(depth: depth + 1)
            else { return nil }
            members[key] = value
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func list(depth: Int) -> ManifestValue? {
        var values: [ManifestValue] = []
        if take("]") { return .list(values) }
        repeat {
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
        } while take(",")
        return take("]") ? .list(values) : nil
    }

    /// Text behind its first quote; names and digits need no escapes.
    private mutating func text() -> String? {
        let start = index
        while let byte = current, byte != 0x22 {
            guard byte >= 0x20, byte != 0x5C else { return nil }
            index += 1
        }
        guard current != nil else { return nil }
        index += 1
        return String(validating: bytes[start..<(index - 1)], as: UTF8.self)
    }

    private mutating func number() -> UInt64? {
        let start = index
        while let byte = current, (0x30...0x39).contains(byte) { index += 1 }
        return UInt64(String(decoding: bytes[start..<index], as: UTF8.self))
    }
}
