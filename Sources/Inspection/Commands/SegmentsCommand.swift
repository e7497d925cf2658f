struct SegmentsCommand: Command {
    static let syntax = CommandSyntax(verb: "segments", summary: "")
    init(_ options: CommandOptions) throws(UsageFailure) {}
    func run(_ context: CommandContext) throws -> Int32 { 2 }
}
