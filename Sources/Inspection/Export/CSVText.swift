internal import SQLite

/// Rows as comma-separated values, as RFC 4180 has them.
///
/// A null is nothing between the commas, an empty text is two quotes.
enum CSVText {
    /// A row with its line end.
    static func line(_ values: [SQLiteValue]) -> String {
        values.map(cell).joined(separator: ",") + "\r\n"
    }

    /// A row of names with its line end.
    static func line(_ names: [String]) -> String {
        names.map(quoted).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ value: SQLiteValue) -> String {
        switch value {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let text): text
        case .text(let text): text.isEmpty ? "\"\"" : quoted(text)
        case .bytes(let bytes): bytes.hexadecimal
        }
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != 0x0A && byte != 0x0D
        }
        // A space at an end is lost by some readers where it is not quoted.
        if isPlain, text.first != " ", text.last != " " { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

extension [UInt8] {
    /// Two digits a byte.
    var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
