/// Text in columns.
enum Text {
    /// Padded on the right.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Padded on the left.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Text of others may hold line breaks and control characters; a terminal must not obey them.
    static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
            )
        )
    }

    /// Without the spaces at its end.
    static func trimmed(_ text: String) -> String {
        String(decoding: text.utf8.reversed().drop { $0 == 0x20 }.reversed(), as: UTF8.self)
    }

    /// Rows as columns, each as wide as its widest cell, the first row above them all.
    ///
    /// A column of numbers only is moved to the right.
    static func table(_ rows: [[String]], indent: String = "  ") -> [String] {
        let count = rows.first?.count ?? 0
        let widths = (0..<count).map { place in rows.map { $0[place].count }.max() ?? 0 }
        let areNumbers = (0..<count).map { place in
            rows.dropFirst().allSatisfy { Self.isNumber($0[place]) }
        }
        return rows.map { row in
            let cells = row.enumerated().map { place, cell in
                if areNumbers[place] { return right(cell, widths[place]) }
                return place == count - 1 ? cell : left(cell, widths[place])
            }
            return indent + cells.joined(separator: "  ")
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
        }
        return isPlain || text == "off"
    }

    /// A size for people.
    static func size(_ bytes: some BinaryInteger) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = UInt64(clamping: bytes)
        var tenths: UInt64 = 0
        var unit = 0
        while value >= 1024, unit + 1 < units.count {
            tenths = value % 1024 * 10 / 1024
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(value) B" : "\(value).\(tenths) \(units[unit])"
    }
}
