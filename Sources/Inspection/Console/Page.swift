/// Lines under short labels, as a page for people.
struct Page {
    /// No line is wider, but where a word is.
    static let width = 100
    private static let labelWidth = 11

    private(set) var lines: [String] = []

    /// Adds a line as it is.
    mutating func line(_ text: String = "") { lines.append(text) }

    /// Adds text under a label, broken where it is too long.
    mutating func row(_ label: String, _ text: String) {
        for (place, part) in Self.broken(text, at: Self.width - Self.labelWidth).enumerated() {
            let start = place == 0 ? label : ""
            lines.append(Text.left(start, Self.labelWidth) + part)
        }
    }

    /// Adds text below the one before, without a label.
    mutating func more(_ text: String) { row("", text) }

    /// Adds a table, its first row above the others.
    mutating func table(_ rows: [[String]]) {
        let indent = String(repeating: " ", count: Self.labelWidth)
        lines += Text.table(rows, indent: indent).map(Text.trimmed)
    }

    private static func broken(_ text: String, at width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.count + 1 + word.count > width, !line.isEmpty {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return lines + [line]
    }
}
