public import Journal
internal import Runtime

/// One verb of the tool.
protocol Command: Sendable, SendableMetatype {
    /// What it understands.
    static var syntax: CommandSyntax { get }
    /// Whether it changes the journal: then nothing but a journal's directory is taken.
    static var writes: Bool { get }
    /// Takes its options, or says which one is wrong.
    init(_ options: ParsedArguments) throws(UsageMistake)
    /// Does it and returns the exit status.
    func run(_ context: CommandContext) throws -> Int32
}

extension Command {
    static var writes: Bool { false }
}

/// Options that each alone are well formed, and still cannot be meant.
struct UsageMistake: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// What every command works with.
struct CommandContext {
    /// The directory of the journal.
    let journal: String
    /// Other places of its archives than those that it names.
    var archives: [String] = []
    let console: Console
    let settings: ToolSettings

    /// A reader of the journal.
    func reader() throws(JournalError) -> JournalReader {
        try JournalReader.open(journal, archives: archives)
    }
}

/// How the tool works on this machine.
public struct ToolSettings: Sendable {
    /// The name that the help shows, as `journalctl` or `holdfast journal`.
    public var program: String
    /// The version of the program.
    public var version: String
    /// Where the scans run that damage could kill.
    public var scan: ScanMode
    /// The directory of the outer witnesses where none is named.
    public var stateDirectory: String
    /// Whether following is to end.
    public var isStopWanted: @Sendable () -> Bool

    /// Makes settings.
    public init(
        program: String,
        version: String,
        scan: ScanMode,
        stateDirectory: String,
        isStopWanted: @escaping @Sendable () -> Bool
    ) {
        self.program = program
        self.version = version
        self.scan = scan
        self.stateDirectory = stateDirectory
        self.isStopWanted = isStopWanted
    }
}
