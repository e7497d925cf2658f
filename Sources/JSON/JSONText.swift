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
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// One line for each value, with the keys of every object sorted.
    public var sortedLines: String {
        var text = ""
        sorted.write(to: &text, indent: 0)
        return text + "\n"
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

    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .text(let value): Self.write(quoted: value, to: &text)
        case .integer(let value): text += String(value)
        case .number(let value): text += value
        case .flag(let value): text += value ? "true" : "false"
        case .null: text += "null"
        case .list(let values):
            Self.write("[", "]", values.count, to: &text, indent: indent) { place, text, indent in
                values[place].write(to: &text, indent: indent)
            }
        case .object(let members):
            let present = members.compactMap { member in
                member.value.map { value in (key: member.key, value: value) }
            }
            Self.write("{", "}", present.count, to: &text, indent: indent) { place, text, indent in
                Self.write(quoted: present[place].key, to: &text)
                text += indent == nil ? ":" : ": "
                present[place].value.write(to: &text, indent: indent)
            }
        }
    }

    private static func write(
        _ opening: String,
        _ closing: String,
        _ count: Int,
        to text: inout String,
        indent: Int?,
        _ write: (Int, inout String, Int?) -> Void
    ) {
        text += opening
        for place in 0..<count {
            if place > 0 { text += "," }
            if let indent { text += "\n" + String(repeating: "  ", count: indent + 1) }
            write(place, &text, indent.map { $0 + 1 })
        }
        if let indent, count > 0 { text += "\n" + String(repeating: "  ", count: indent) }
        text += closing
    }

    private static func write(quoted value: String, to text: inout String) {
        text += "\""
        // Most text needs no escape.
        if value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
            text += value
            text += "\""
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
