/// Text of a page, made of elements that close and texts that are escaped: by no other way does
/// anything come into it.
struct Markup {
    /// What was written.
    private(set) var text = ""

    /// Elements behind which a line ends, so that the page can be read as text too.
    private static let blocks: Set = [
        "html", "head", "body", "meta", "title", "style", "header", "main", "section", "footer",
        "nav", "h1", "h2", "h3", "p", "ul", "li", "dl", "div", "figure", "figcaption", "table",
        "caption", "thead", "tbody", "tr", "svg", "g", "path", "rect", "line",
    ]

    /// Writes an element and what is in it.
    mutating func element(
        _ name: String,
        _ attributes: KeyValuePairs<String, String>,
        _ content: (inout Markup) -> Void
    ) {
        open(name, attributes)
        text += ">"
        content(&self)
        text += "</\(name)>"
        if Self.blocks.contains(name) { text += "\n" }
    }

    /// Writes an element with a text in it.
    mutating func element(
        _ name: String,
        _ attributes: KeyValuePairs<String, String>,
        _ content: String
    ) {
        element(name, attributes) { $0.write(content) }
    }

    /// Writes an element without attributes and what is in it.
    mutating func element(_ name: String, _ content: (inout Markup) -> Void) {
        element(name, [:], content)
    }

    /// Writes an element without attributes with a text in it.
    mutating func element(_ name: String, _ content: String) {
        element(name, [:]) { $0.write(content) }
    }

    /// Writes an element that holds nothing.
    mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        open(name, attributes)
        text += "/>"
        if Self.blocks.contains(name) { text += "\n" }
    }

    /// Writes a style sheet of this program's; not for anything from outside.
    mutating func style(_ sheet: StaticString) {
        text += "<style>\n\(sheet)</style>\n"
    }

    /// Writes what another one has written.
    mutating func add(_ other: Markup) { text += other.text }

    /// Begins the document.
    mutating func doctype() { text += "<!DOCTYPE html>\n" }

    /// Writes a text as it is to be read.
    mutating func write(_ content: String) { Self.escape(content, into: &text) }

    private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        text += "<\(name)"
        for (key, value) in attributes {
            text += " \(key)=\""
            Self.escape(value, into: &text)
            text += "\""
        }
    }

    private static func escape(_ content: String, into text: inout String) {
        let isPlain = content.utf8.allSatisfy { byte in
            (0x20..<0x7F).contains(byte) && byte != 0x26 && byte != 0x3C && byte != 0x3E
                && byte != 0x22 && byte != 0x27
        }
        if isPlain {
            text += content
            return
        }
        for scalar in content.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default:
                if isHidden(scalar) {
                    text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
    }

    /// Whether a character would not be seen, or would move others: it is spelled instead.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            true
        default: false
        }
    }
}

extension String {
    /// The text, or its beginning where it is longer than a table bears.
    var cut: String {
        let limit = 300
        guard utf8.count > limit else { return self }
        let kept = unicodeScalars.prefix(limit)
        return kept.count < unicodeScalars.count ? String(Substring(kept)) + " …" : self
    }
}
