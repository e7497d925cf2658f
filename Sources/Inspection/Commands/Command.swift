public import Journal
internal import Platform
internal import Runtime
internal import Trading

/// One verb of the tool.
protocol Command: Sendable, SendableMetatype {
    /// What it understands.
    static var syntax: CommandSyntax { get }
    /// What it can work on.
    static var takes: JournalNeed { get }
    /// Takes its options, or says which one is wrong.
    init(_ options: ParsedArguments) throws(UsageMistake)
    /// Does it and returns the exit status.
    func run(_ context: CommandContext) throws -> Int32
}

extension Command {
    static var takes: JournalNeed { .anything }
}

/// What a command can work on.
enum JournalNeed: Hashable, Sendable {
    /// Whatever can be read as a journal.
    case anything
    /// That, and a snapshot by itself.
    case anythingOrSnapshot
    /// A journal's directory alone: it writes there, or needs all that belongs to a journal.
    case directory
    /// The path as it was given; a bundle is unpacked.
    case path
}

/// Options that each alone are well formed, and still cannot be meant.
struct UsageMistake: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

extension ParsedArguments {
    /// The value of an option that takes a moment; `nil` where it was not given.
    func moment(_ name: String) throws(UsageMistake) -> Timestamp? {
        guard let text = text(name) else { return nil }
        guard let time = Timestamp(text) else {
            throw UsageMistake("--\(name) needs a time as 2024-07-23T15:45:00Z, found \"\(text)\"")
        }
        return time
    }
}

/// What every command works with.
struct CommandContext {
    /// What was named.
    let source: JournalSource
    /// Other places of its archives than those that it names.
    var archives: [String] = []
    let console: Console
    let settings: ToolSettings

    /// The directory of the journal, or the file of a snapshot.
    var journal: String { source.directory }

    /// A reader of the journal.
    func reader() throws(JournalError) -> JournalReader {
        try JournalReader.open(journal, archives: archives)
    }

    /// Refuses a file to write that is what is read or lies in it, also where it stands until it
    /// is whole, with the ending `.new`.
    func requireApart(_ file: String, _ command: String) throws {
        guard try FileSystem.status(source.path) != nil else { return }
        let read = try FileSystem.resolve(source.path) + "/"
        for name in [file, file + ".new"] {
            let parent = FileSystem.parent(of: name)
            guard try FileSystem.status(parent) != nil else { continue }
            var places = [try FileSystem.resolve(parent) + "/" + FileSystem.name(of: name)]
            if try FileSystem.status(name) != nil { places.append(try FileSystem.resolve(name)) }
            guard places.allSatisfy({ !($0 + "/").hasPrefix(read) }) else {
                throw CommandFailure(
                    1,
                    "\(command): \(name) is what is read, or lies in it; name another file"
                )
            }
        }
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
    /// Asks a person, who says yes or not; `nil` where nobody sits at the terminal.
    public var ask: (@Sendable (String) -> Bool)?

    /// What events name the tool by.
    var signature: String { "\(program) \(version)" }

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
