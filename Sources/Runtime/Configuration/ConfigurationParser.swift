/// Reads JSON5 text.
///
/// Foundation reads JSON5 too, but tells no line of an error, keeps one of two equal keys without a
/// word, and turns numbers into floating point. A person repairs this file by hand, and money
/// stands in it, so each of the three matters here.
struct ConfigurationParser {
    /// Deeper than any configuration; keeps a hostile file from exhausting the stack.
    private static let deepestNesting = 32

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var lineStart = 0
    private var nesting = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// The one value of a file.
    static func parse(_ bytes: [UInt8]) throws(ConfigurationProblem) -> ConfigurationNode {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw ConfigurationProblem(path: "", message: "the file is not UTF-8", place: nil)
        }
        var parser = ConfigurationParser(bytes)
        let node = try parser.value()
        try parser.skipSpace()
        guard parser.index == bytes.count else {
            throw parser.problem("expected the end of the file after the outermost value")
        }
        return node
    }

    // MARK: Values

    private mutating func value() throws(ConfigurationProblem) -> ConfigurationNode {
        try skipSpace()
        let place = self.place
        guard let byte = current else { throw problem("expected a value, found the end") }
        let value: ConfigurationValue
        switch byte {
        case UInt8(ascii: "{"): value = try table()
        case UInt8(ascii: "["): value = try list()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): value = .text(try text(endingWith: byte))
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), 0x30...0x39:
            value = try number()
        default: value = try word()
        }
        return ConfigurationNode(value: value, place: place)
    }

    private mutating func table() throws(ConfigurationProblem) -> ConfigurationValue {
        try enter()
        var members: [ConfigurationMember] = []
        var keys: Set<String> = []
        while try !closes(with: UInt8(ascii: "}")) {
            let place = self.place
            let key = try key()
            guard keys.insert(key).inserted else {
                throw ConfigurationProblem(
                    path: "",
                    message: "the key \"\(key)\" stands twice in one object",
                    place: place
                )
            }
            try skipSpace()
            try take(UInt8(ascii: ":"), after: "the key \"\(key)\"")
            members.append(ConfigurationMember(key: key, place: place, node: try value()))
            try separate(before: UInt8(ascii: "}"), in: "object")
        }
        nesting -= 1
        return .table(members)
    }

    private mutating func list() throws(ConfigurationProblem) -> ConfigurationValue {
        try enter()
        var values: [ConfigurationNode] = []
        while try !closes(with: UInt8(ascii: "]")) {
            values.append(try value())
            try separate(before: UInt8(ascii: "]"), in: "list")
        }
        nesting -= 1
        return .list(values)
    }

    private mutating func key() throws(ConfigurationProblem) -> String {
        guard let byte = current else { throw problem("expected a key, found the end") }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            return try text(endingWith: byte)
        }
        let start = index
        while let byte = current, Self.isIdentifier(byte) { index += 1 }
        guard index > start, !(0x30...0x39).contains(bytes[start]) else {
            throw problem("expected a key: a plain name, or any text in quotes")
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func word() throws(ConfigurationProblem) -> ConfigurationValue {
        let place = self.place
        let start = index
        while let byte = current, Self.isIdentifier(byte) { index += 1 }
        switch String(decoding: bytes[start..<index], as: UTF8.self) {
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "null": return .null
        case "":
            let found = String(decoding: bytes[start...start], as: UTF8.self)
            throw problem("expected a value, found \"\(found)\"")
        case let word:
            throw ConfigurationProblem(
                path: "",
                message: "expected a value, found the word \(word); text stands in quotes",
                place: place
            )
        }
    }

    /// Takes a number as it is written; what it may be is judged where it is used.
    private mutating func number() throws(ConfigurationProblem) -> ConfigurationValue {
        let place = self.place
        let start = index
        while let byte = current,
            Self.isIdentifier(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E
        {
            index += 1
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard Self.isNumber(Array(text.utf8)) else {
            throw ConfigurationProblem(
                path: "",
                message: "expected a number, found \(text); text stands in quotes",
                place: place
            )
        }
        return .number(text)
    }

    // MARK: Structure

    private mutating func enter() throws(ConfigurationProblem) {
        nesting += 1
        guard nesting <= Self.deepestNesting else {
            throw problem("nested more than \(Self.deepestNesting) deep")
        }
        index += 1
    }

    private mutating func closes(with byte: UInt8) throws(ConfigurationProblem) -> Bool {
        try skipSpace()
        guard current == byte else { return false }
        index += 1
        return true
    }

    private mutating func separate(
        before end: UInt8,
        in container: String
    ) throws(ConfigurationProblem) {
        try skipSpace()
        if current == end { return }
        guard current == UInt8(ascii: ",") else {
            let closing = String(decoding: [end], as: UTF8.self)
            let found = current == nil ? ", found the end" : ""
            throw problem("expected \",\" or \"\(closing)\" in this \(container)\(found)")
        }
        index += 1
    }

    private mutating func take(_ byte: UInt8, after what: String) throws(ConfigurationProblem) {
        guard current == byte else {
            throw problem("expected \"\(String(decoding: [byte], as: UTF8.self))\" after \(what)")
        }
        index += 1
    }

    /// Skips spaces, line ends and comments.
    private mutating func skipSpace() throws(ConfigurationProblem) {
        while let byte = current {
            switch byte {
            case 0x0A: advanceLine()
            case 0x09, 0x0B, 0x0C, 0x0D, 0x20: index += 1
            case UInt8(ascii: "/"): try skipComment()
            case 0xC2 where following(1) == 0xA0: index += 2
            case 0xEF where following(1) == 0xBB && following(2) == 0xBF: index += 3
            default: return
            }
        }
    }

    private mutating func skipComment() throws(ConfigurationProblem) {
        let start = place
        switch following(1) {
        case UInt8(ascii: "/"):
            while let byte = current, byte != 0x0A { index += 1 }
        case UInt8(ascii: "*"):
            index += 2
            while current != UInt8(ascii: "*") || following(1) != UInt8(ascii: "/") {
                guard let byte = current else {
                    throw ConfigurationProblem(
                        path: "",
                        message: "this comment has no end; expected \"*/\"",
                        place: start
                    )
                }
                if byte == 0x0A { advanceLine() } else { index += 1 }
            }
            index += 2
        default: throw problem("expected a comment, \"//\" or \"/*\", after \"/\"")
        }
    }

    private mutating func advanceLine() {
        index += 1
        line += 1
        lineStart = index
    }

    // MARK: Text

    private mutating func text(
        endingWith quote: UInt8
    ) throws(ConfigurationProblem) -> String {
        let start = place
        var units: [UInt8] = []
        index += 1
        while let byte = current {
            switch byte {
            case quote:
                index += 1
                return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &units)
            case 0x00..<0x20:
                throw problem("a text ends on its line; write a line end as \\n")
            default:
                units.append(byte)
                index += 1
            }
        }
        throw ConfigurationProblem(path: "", message: "this text has no end", place: start)
    }

    private mutating func escape(into units: inout [UInt8]) throws(ConfigurationProblem) {
        guard let byte = following(1) else { throw problem("this text has no end") }
        index += 2
        switch byte {
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "v"): units.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: "'"):
            units.append(byte)
        case UInt8(ascii: "x"): units.append(contentsOf: try scalar(digits: 2).utf8)
        case UInt8(ascii: "u"): units.append(contentsOf: try scalar(digits: 4).utf8)
        case 0x0A:
            line += 1
            lineStart = index
        default:
            index -= 2
            throw problem("this escape is not known; a backslash itself is written \\\\")
        }
    }

    /// A scalar in hexadecimal; two halves of a pair make one.
    private mutating func scalar(
        digits: Int
    ) throws(ConfigurationProblem) -> String {
        var unit = try hexadecimal(digits)
        if digits == 4, (0xD800..<0xDC00).contains(unit), current == UInt8(ascii: "\\"),
            following(1) == UInt8(ascii: "u")
        {
            index += 2
            let low = try hexadecimal(4)
            guard (0xDC00..<0xE000).contains(low) else { throw problem("half of a pair") }
            unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(unit) else {
            throw problem("this escape is half of a pair")
        }
        return String(Character(scalar))
    }

    private mutating func hexadecimal(_ digits: Int) throws(ConfigurationProblem) -> UInt32 {
        guard index + digits <= bytes.count else { throw problem("this text has no end") }
        let text = String(decoding: bytes[index..<index + digits], as: UTF8.self)
        guard text.utf8.allSatisfy(Self.isHexadecimal), let unit = UInt32(text, radix: 16) else {
            throw problem("expected \(digits) hexadecimal digits")
        }
        index += digits
        return unit
    }
}

extension ConfigurationParser {
    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func following(_ distance: Int) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    private var place: TextPlace { TextPlace(line: line, column: index - lineStart + 1) }

    private func problem(_ message: String) -> ConfigurationProblem {
        ConfigurationProblem(path: "", message: message, place: place)
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x24, 0x5F, 0x80...0xFF: true
        default: false
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    /// Whether a text is `[+-](0xhex | digits[.digits][e±digits])`.
    private static func isNumber(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        if let sign = rest.first, sign == 0x2B || sign == 0x2D { rest.removeFirst() }
        if rest.count > 2, rest.first == 0x30, rest.dropFirst().first.map({ $0 | 0x20 }) == 0x78 {
            return rest.dropFirst(2).allSatisfy(isHexadecimal)
        }
        let parts = rest.split(omittingEmptySubsequences: false) { byte in byte | 0x20 == 0x65 }
        guard let mantissa = parts.first, parts.count <= 2 else { return false }
        let halves = mantissa.split(separator: 0x2E, omittingEmptySubsequences: false)
        let isDigit: (UInt8) -> Bool = { byte in (0x30...0x39).contains(byte) }
        guard halves.count <= 2, halves.allSatisfy({ $0.allSatisfy(isDigit) }),
            halves.contains(where: { !$0.isEmpty })
        else { return false }
        if let whole = halves.first, whole.count > 1, whole.first == 0x30 { return false }
        guard parts.count == 2, var exponent = parts.last else { return true }
        if let sign = exponent.first, sign == 0x2B || sign == 0x2D { exponent.removeFirst() }
        return !exponent.isEmpty && exponent.allSatisfy(isDigit)
    }
}

extension ConfigurationProblem: Error {}
