extension ProgramSyntax {
    /// No line of help is wider than this.
    private static let width = 80
    /// Where the second column begins.
    private static let column = 26

    /// The help of the program: its commands and the options they share.
    public var help: String {
        var text = Self.usage("\(name) COMMAND", [])
        text += "\n" + Self.wrapped(summary)
        text += "\nCommands:\n"
        for command in commands { text += Self.row(command.name, command.summary) }
        text += optionRows(commonOptions)
        text += "\n" + Self.wrapped("'\(name) COMMAND --help' tells more of a command.")
        return text
    }

    /// The help of one of its commands.
    public func help(for command: CommandSyntax) -> String {
        let call = call(of: command)
        let options = options(of: command)
        var text = Self.usage(
            call,
            options.map(\.usage) + command.positionals.map(\.usage)
        )
        text += "\n" + Self.wrapped(command.summary)
        if !command.discussion.isEmpty {
            let paragraphs = command.discussion.split(separator: "\n\n").map {
                Self.wrapped(String($0))
            }
            text += "\n" + paragraphs.joined(separator: "\n")
        }
        if !command.positionals.isEmpty {
            text += "\nArguments:\n"
            for positional in command.positionals {
                text += Self.row(positional.placeholder, positional.summary)
            }
        }
        return text + optionRows(options)
    }

    /// What a command takes by name; what it declares itself counts.
    func options(of command: CommandSyntax) -> [OptionSyntax] {
        command.options
            + commonOptions.filter { common in
                !command.options.contains { $0.name == common.name }
            }
    }

    private func optionRows(_ options: [OptionSyntax]) -> String {
        var text = "\nOptions:\n"
        for option in options {
            let isRequired = option.isRequired ? " (required)" : ""
            let isRepeatable = option.isRepeatable ? "; may be repeated" : ""
            text += Self.row(option.heading, option.summary + isRepeatable + isRequired)
        }
        text += Self.row("-h, --help", "shows this")
        return text + Self.row("--version", "shows the version")
    }

    private static func usage(_ call: String, _ parts: [String]) -> String {
        let first = "Usage: \(call) "
        let indent = min(first.count, 24)
        var lines: [String] = []
        var line = first
        for part in parts {
            if line.count + part.count > width, line != first {
                lines.append(line)
                line = String(repeating: " ", count: indent)
            }
            line += part + " "
        }
        lines.append(line)
        return lines.map { line in trimmedEnd(line) + "\n" }.joined()
    }

    private static func row(_ heading: String, _ summary: String) -> String {
        let lines = lines(of: summary, width: width - column)
        let start = "  " + heading
        let indent = String(repeating: " ", count: column)
        var text = ""
        var rest = lines[...]
        if start.count + 2 <= column, let first = rest.popFirst() {
            text += start + String(repeating: " ", count: column - start.count) + first + "\n"
        } else {
            text += start + "\n"
        }
        return text + rest.map { line in indent + line + "\n" }.joined()
    }

    private static func wrapped(_ text: String) -> String {
        lines(of: text, width: width).joined(separator: "\n") + "\n"
    }

    private static func lines(of text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            if line.count + 1 + word.count > width, !line.isEmpty {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return line.isEmpty ? lines : lines + [line]
    }

    private static func trimmedEnd(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
