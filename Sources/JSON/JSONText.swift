/// JSON as text, for what is written rather than read.
public indirect enum JSONText: Sendable {
    /// Text, quoted and escaped as it needs.
    case text(String)
    /// A whole number.
    case integer(Int64)
    /// A number in its text, as `0.0065`, which is written as it is.
    case number(String)
    /// Yes or no.
    case flag(Bool)
    /// Nothing, said.
    case null
    /// Values in order.
    case list([JSONText])
    /// Keys in the order given; a `nil` value leaves its key out.
    case object([(key: String, value: JSONText?)])

    /// One line.
    public var compact: String {
        var bytes: [UInt8] = []
        write(to: &bytes, indent: nil)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One line for each value, with the keys of every object sorted.
    public var sortedLines: String {
        var bytes: [UInt8] = []
        sorted.write(to: &bytes, indent: 0)
        bytes.append(0x0A)
        return String(decoding: bytes, as: UTF8.self)
    }

    private var sorted: JSONText {
        switch self {
        case .list(let values): .list(values.map(\.sorted))
        case .object(let members):
            .object(
                members.sorted { $0.key < $1.key }.map { ($0.key, $0.value?.sorted) }
            )
        default: self
        }
    }

    private func write(to bytes: inout [UInt8], indent: Int?) {
        switch self {
        case .text(let value): Self.write(quoted: value, to: &bytes)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .number(let value): bytes.append(contentsOf: value.utf8)
        case .flag(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .null: bytes.append(contentsOf: "null".utf8)
        case .list(let values):
            bytes.append(UInt8(ascii: "["))
            for place in values.indices {
                Self.begin(place, to: &bytes, indent: indent)
                values[place].write(to: &bytes, indent: indent.map { $0 + 1 })
            }
            Self.end(UInt8(ascii: "]"), isEmpty: values.isEmpty, to: &bytes, indent: indent)
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            var count = 0
            for (key, value) in members {
                guard let value else { continue }
                Self.begin(count, to: &bytes, indent: indent)
                count += 1
                Self.write(quoted: key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                if indent != nil { bytes.append(UInt8(ascii: " ")) }
                value.write(to: &bytes, indent: indent.map { $0 + 1 })
            }
            Self.end(UInt8(ascii: "}"), isEmpty: count == 0, to: &bytes, indent: indent)
        }
    }

    /// What stands before a value of a list or of an object.
    private static func begin(_ place: Int, to bytes: inout [UInt8], indent: Int?) {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        if let indent { breakLine(indent + 1, to: &bytes) }
    }

    private static func end(
        _ closing: UInt8,
        isEmpty: Bool,
        to bytes: inout [UInt8],
        indent: Int?
    ) {
        if let indent, !isEmpty { breakLine(indent, to: &bytes) }
        bytes.append(closing)
    }

    private static func breakLine(_ indent: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
    }

    private static func write(quoted value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        // Most text needs no escape.
        if value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
            bytes.append(contentsOf: value.utf8)
        } else {
            for scalar in value.unicodeScalars { write(escaped: scalar, to: &bytes) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func write(escaped scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        switch scalar {
        case "\"": bytes.append(contentsOf: "\\\"".utf8)
        case "\\": bytes.append(contentsOf: "\\\\".utf8)
        case "\n": bytes.append(contentsOf: "\\n".utf8)
        case "\r": bytes.append(contentsOf: "\\r".utf8)
        case "\t": bytes.append(contentsOf: "\\t".utf8)
        case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
            let digits = String(scalar.value, radix: 16)
            bytes.append(contentsOf: "\\u".utf8)
            bytes.append(contentsOf: repeatElement(0x30, count: 4 - digits.utf8.count))
            bytes.append(contentsOf: digits.utf8)
        default: bytes.append(contentsOf: String(scalar).utf8)
        }
    }
}
