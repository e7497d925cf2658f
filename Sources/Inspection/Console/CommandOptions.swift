/// An option of a command.
struct OptionSyntax: Sendable {
    /// The name with its dashes.
    let name: String
    /// What stands for its value in the help; `nil` where it takes none.
    let value: String?
    /// What it does.
    let help: String

    init(_ name: String, _ value: String? = nil, _ help: String) {
        self.name = name
        self.value = value
        self.help = help
    }
}

/// What a command understands.
struct CommandSyntax: Sendable {
    /// Its verb.
    let verb: String
    /// What it does, in one line.
    let summary: String
    /// The names of its operands, all of them required.
    var operands: [String] = []
    /// Its options beside those that every command has.
    var options: [OptionSyntax] = []
    /// What else there is to know.
    var details = ""
}

/// Words of a command line that are not understood.
struct UsageFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A command line taken apart: the form in which commands get their options.
struct CommandOptions: Sendable {
    private(set) var values: [String: String] = [:]
    private(set) var operands: [String] = []

    /// Options that every command has.
    static let common = [
        OptionSyntax("--journal", "DIR", "the journal's directory"),
        OptionSyntax("--json", nil, "JSON instead of text"),
        OptionSyntax("--help", nil, "this text"),
    ]

    /// Whether an option was given.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// The value of an option.
    subscript(name: String) -> String? { values[name] }

    /// Reads the words behind the verb.
    ///
    /// - Parameters:
    ///   - words: Options and operands in any order; `--name=value` and `--name value` are alike,
    ///     and what follows `--` are operands.
    ///   - given: What was read before the verb.
    init(
        _ words: [String],
        for syntax: CommandSyntax,
        given: [String: String]
    ) throws(UsageFailure) {
        values = given
        var isRest = false
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            if isRest || !word.hasPrefix("-") || word == "-" {
                operands.append(word)
            } else if word == "--" {
                isRest = true
            } else {
                try take(word, &index, words, syntax)
            }
        }
        guard !has("--help") else { return }
        guard operands.count >= syntax.operands.count else {
            throw UsageFailure("\(syntax.operands[operands.count]) is missing")
        }
        if operands.count > syntax.operands.count {
            throw UsageFailure("\(operands[syntax.operands.count]) was not expected")
        }
    }

    private mutating func take(
        _ word: String,
        _ index: inout Int,
        _ words: [String],
        _ syntax: CommandSyntax
    ) throws(UsageFailure) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = (Self.common + syntax.options).first(where: { $0.name == name }) else {
            throw UsageFailure("unknown option \(name)")
        }
        guard !has(name) else { throw UsageFailure("\(name) is given twice") }
        guard let placeholder = option.value else {
            guard parts.count == 1 else { throw UsageFailure("\(name) takes no value") }
            values[name] = ""
            return
        }
        if parts.count == 2 {
            values[name] = String(parts[1])
        } else if index < words.count {
            values[name] = words[index]
            index += 1
        }
        guard let value = values[name], !value.isEmpty else {
            throw UsageFailure("\(name) needs a value: \(placeholder)")
        }
    }

    /// The whole number behind an option; `nil` where it was not given.
    func number(_ name: String) throws(UsageFailure) -> UInt64? {
        guard let text = values[name] else { return nil }
        guard let number = UInt64(text) else {
            throw UsageFailure("\(name) needs a whole number, not '\(text)'")
        }
        return number
    }
}

extension CommandSyntax {
    /// The help of the command.
    func help(_ program: String) -> String {
        let words = operands.isEmpty ? "" : " " + operands.joined(separator: " ")
        var lines = [
            "usage: \(program) --journal DIR \(verb)\(words) [options]", "", summary, "",
        ]
        for option in options + CommandOptions.common {
            let name = option.name + (option.value.map { " \($0)" } ?? "")
            lines.append("  " + Text.left(name, 26) + " " + option.help)
        }
        if !details.isEmpty { lines += ["", details] }
        return lines.joined(separator: "\n")
    }
}

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
