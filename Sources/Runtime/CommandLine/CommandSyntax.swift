/// A command of a program, declared once for parsing and for help.
public struct CommandSyntax: Hashable, Sendable {
    /// The word that calls it; empty for what a program does without a word.
    public var name: String
    /// What it does, in a few words.
    public var summary: String
    /// What else a person should know; may be empty.
    public var discussion: String
    /// What it takes by name.
    public var options: [OptionSyntax]
    /// What it takes by place.
    public var positionals: [PositionalSyntax]
    /// Whether all that follows its name belongs to another program, which parses it.
    public var forwards: Bool

    /// Declares a command.
    public init(
        _ name: String,
        summary: String,
        discussion: String = "",
        options: [OptionSyntax] = [],
        positionals: [PositionalSyntax] = [],
        forwards: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.options = options
        self.positionals = positionals
        self.forwards = forwards
    }
}

/// A program with its commands.
public struct ProgramSyntax: Hashable, Sendable {
    /// How it is called, as `holdfast` or `holdfast journal`.
    public var name: String
    /// Its version.
    public var version: String
    /// What it is for, in one sentence.
    public var summary: String
    /// Options of every command, which may also stand before the command's name.
    public var commonOptions: [OptionSyntax]
    /// Its commands, in the order of help.
    public var commands: [CommandSyntax]

    /// Declares a program.
    public init(
        _ name: String,
        version: String,
        summary: String,
        commonOptions: [OptionSyntax] = [],
        commands: [CommandSyntax]
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.commonOptions = commonOptions
        self.commands = commands
    }
}

extension ProgramSyntax {
    /// What the program does without being told a command; `nil` where it wants one.
    var onlyCommand: CommandSyntax? {
        commands.count == 1 && commands[0].name.isEmpty ? commands[0] : nil
    }

    /// How a command is called.
    func call(of command: CommandSyntax) -> String {
        command.name.isEmpty ? name : "\(name) \(command.name)"
    }
}

/// What a person asked a program for.
public enum Invocation: Hashable, Sendable {
    /// To run a command.
    case command(String, ParsedArguments)
    /// To show this text on standard output.
    case show(String)
}

/// Arguments that cannot be understood.
///
/// The program ends with ``exitCode``.
public struct UsageFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The exit code of bad usage.
    public static let exitCode: Int32 = 2

    /// The program, with the command where one was named.
    public let program: String
    /// What is wrong.
    public let message: String

    /// Makes a failure.
    public init(program: String, message: String) {
        self.program = program
        self.message = message
    }

    /// The message, and where to look for help.
    public var description: String {
        "\(program): \(message)\nTry '\(program) --help'."
    }
}
