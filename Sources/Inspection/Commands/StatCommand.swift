struct StatCommand: Command {
    static let syntax = CommandSyntax(verb: "stat", summary: "")
    init(_ options: CommandOptions) throws(UsageFailure) {}
    func run(_ context: CommandContext) throws -> Int32 { 2 }
}
