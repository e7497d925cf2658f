import Runtime

/// `holdfast generate`: writes the generated market as a tape.
enum GenerateCommand {
    static let syntax = CommandSyntax(
        "generate",
        summary: "Writes a generated market, GENUSDT, as a tape.",
        discussion: "The same seed and length give the same tape on every machine.",
        options: [
            OptionSyntax(
                "seed",
                "NUMBER",
                .integer(0...Int.max),
                summary: "what to generate from (1)"
            ),
            OptionSyntax("minutes", "NUMBER", .integer(1...10_080), summary: "its length (30)"),
            OptionSyntax("to", "FILE", isRequired: true, summary: "the tape to make"),
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let path = arguments.text("to") ?? ""
        let lines = try GeneratedTape.write(
            to: path,
            seed: UInt64(arguments.integer("seed") ?? 1),
            minutes: arguments.integer("minutes") ?? 30
        )
        try Console.say("\(path): \(lines) lines of the generated market GENUSDT")
        return 0
    }
}
