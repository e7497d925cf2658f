extension ProgramSyntax {
    /// Understands the arguments of a call.
    ///
    /// Options are `--name value`, `--name=value`, `-n value` or `-nvalue`; after `--` all is
    /// positional. An option given twice is refused unless it is declared repeatable.
    ///
    /// - Parameter arguments: What follows the program's name.
    /// - Returns: The command to run, or the text to show.
    /// - Throws: The first thing that cannot be understood.
    public func parse(_ arguments: [String]) throws(UsageFailure) -> Invocation {
        var parser = ArgumentParser(self, arguments)
        return try parser.parse()
    }
}

private struct ArgumentParser {
    private let program: ProgramSyntax
    private var rest: ArraySlice<String>
    private var command: CommandSyntax?
    private var parsed = ParsedArguments()
    private var takesOptions = true

    init(_ program: ProgramSyntax, _ arguments: [String]) {
        self.program = program
        rest = arguments[...]
        command = program.onlyCommand
    }

    mutating func parse() throws(UsageFailure) -> Invocation {
        while let argument = rest.popFirst() {
            let isOption = takesOptions && argument.hasPrefix("-") && argument != "-"
            if !isOption {
                if let answer = try take(positional: argument) { return answer }
            } else if argument == "--" {
                takesOptions = false
            } else if argument == "--help" || argument == "-h" {
                return .show(command.map { program.help(for: $0) } ?? program.help)
            } else if argument == "--version" {
                return .show("\(program.name) \(program.version)\n")
            } else if argument.hasPrefix("--") {
                try take(long: argument)
            } else {
                try take(short: argument)
            }
        }
        guard let command else {
            throw failure(
                "needs a command: \(program.commands.map(\.name).joined(separator: ", "))"
            )
        }
        try checkComplete(command)
        return .command(command.name, parsed)
    }

    /// Takes the command's name, or an argument by its place.
    private mutating func take(positional argument: String) throws(UsageFailure) -> Invocation? {
        guard let command else {
            if argument == "help" { return try help() }
            let names = program.commands.map(\.name)
            guard let found = program.commands.first(where: { $0.name == argument }) else {
                let hint =
                    NearestName.to(argument, among: names)
                    .map { name in "did you mean \(name)?" }
                    ?? "known: \(names.joined(separator: ", "))"
                throw failure("unknown command \(argument); \(hint)")
            }
            self.command = found
            guard found.forwards else { return nil }
            parsed.forwarded = Array(rest)
            rest = []
            return .command(found.name, parsed)
        }
        guard parsed.positionals.count < command.positionals.count else {
            throw failure("unexpected argument \"\(argument)\"")
        }
        parsed.positionals.append(argument)
        return nil
    }

    /// `help` alone, or before the name of a command.
    private mutating func help() throws(UsageFailure) -> Invocation {
        guard let name = rest.first else { return .show(program.help) }
        guard let command = program.commands.first(where: { $0.name == name }) else {
            throw failure("unknown command \(name)")
        }
        return .show(program.help(for: command))
    }

    private mutating func take(long argument: String) throws(UsageFailure) {
        let body = argument.dropFirst(2)
        let name = String(body.prefix { character in character != "=" })
        let attached = body.firstIndex(of: "=").map { index in
            String(body[body.index(after: index)...])
        }
        guard let option = options.first(where: { option in option.name == name }) else {
            let names = options.map(\.name) + ["help", "version"]
            let hint = NearestName.to(name, among: names).map { "; did you mean --\($0)?" } ?? ""
            throw failure("unknown option --\(name)\(hint)")
        }
        try take(option, called: "--\(name)", attached: attached)
    }

    private mutating func take(short argument: String) throws(UsageFailure) {
        let letter = argument.dropFirst().first
        let tail = String(argument.dropFirst(2))
        guard let option = options.first(where: { $0.letter != nil && $0.letter == letter }) else {
            throw failure("unknown option \(argument.prefix(2))")
        }
        guard option.value == .flag, !tail.isEmpty else {
            try take(option, called: "-\(letter ?? "?")", attached: tail.isEmpty ? nil : tail)
            return
        }
        // Several flags behind one dash.
        try take(option, called: "-\(letter ?? "?")", attached: nil)
        rest.insert("-" + tail, at: rest.startIndex)
    }

    private mutating func take(
        _ option: OptionSyntax,
        called name: String,
        attached: String?
    ) throws(UsageFailure) {
        if parsed.has(option.name), !option.isRepeatable, option.value != .flag {
            throw failure("\(name) may be given only once")
        }
        guard option.value != .flag else {
            if attached != nil { throw failure("\(name) takes no value") }
            if !parsed.has(option.name) { parsed.add("", to: option.name) }
            return
        }
        let value: String
        if let attached {
            value = attached
        } else {
            value = try nextValue(of: option, called: name)
        }
        if let objection = option.objection(to: value) { throw failure("\(name) \(objection)") }
        parsed.add(value, to: option.name)
    }

    private mutating func nextValue(
        of option: OptionSyntax,
        called name: String
    ) throws(UsageFailure) -> String {
        guard let next = rest.first else { throw failure("\(name) needs \(option.placeholder)") }
        let isNegative = next.dropFirst().first?.isWholeNumber ?? false
        if next.hasPrefix("-"), next != "-", !isNegative {
            throw failure("\(name) needs \(option.placeholder), found the option \(next)")
        }
        rest.removeFirst()
        return next
    }

    private func checkComplete(_ command: CommandSyntax) throws(UsageFailure) {
        for option in options where option.isRequired && !parsed.has(option.name) {
            throw failure("needs --\(option.name) \(option.placeholder)")
        }
        for positional in command.positionals.dropFirst(parsed.positionals.count)
        where positional.isRequired {
            throw failure("needs \(positional.placeholder)")
        }
    }

    /// The options that may stand here.
    private var options: [OptionSyntax] {
        command.map { program.options(of: $0) } ?? program.commonOptions
    }

    private func failure(_ message: String) -> UsageFailure {
        let name = command.map { program.call(of: $0) } ?? program.name
        return UsageFailure(program: name, message: message)
    }
}
