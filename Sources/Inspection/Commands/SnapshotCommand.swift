struct SnapshotCommand: Command {
    static let syntax = CommandSyntax(verb: "snapshot", summary: "")
    init(_ options: CommandOptions) throws(UsageFailure) {}
    func run(_ context: CommandContext) throws -> Int32 { 2 }
}
