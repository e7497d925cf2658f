import Runtime
import Testing
import Trading

@Suite
struct `The command line` {
    static let program = ProgramSyntax(
        "holdfast",
        version: "1.2.3",
        summary: "Trades from a journal that survives.",
        commonOptions: [.flag("json", summary: "prints one JSON document")],
        commands: [
            CommandSyntax(
                "run",
                summary: "Runs the engine.",
                discussion: "On a tape it ends at the tape's end when asked to.",
                options: [
                    OptionSyntax("config", "FILE", isRequired: true, summary: "the configuration"),
                    OptionSyntax("tape", "FILE", isRepeatable: true, summary: "a recorded market"),
                    OptionSyntax(
                        "limit",
                        letter: "n",
                        "COUNT",
                        .integer(1...100),
                        summary: "how many"
                    ),
                    OptionSyntax("format", "FORMAT", .choice(["jsonl", "csv"]), summary: "which"),
                    OptionSyntax("retain", "DURATION", .timeSpan, summary: "how long"),
                    OptionSyntax("to", "POINT", .point, summary: "where to end"),
                    .flag("until-end", letter: "u", summary: "ends at the tape's end"),
                ],
                positionals: [PositionalSyntax("ORDER", isRequired: false, summary: "an order")]
            ),
            CommandSyntax("journal", summary: "Reads journals.", forwards: true),
        ]
    )

    private func run(_ line: String) throws -> ParsedArguments {
        let arguments = line.split(separator: " ").map(String.init)
        guard case .command("run", let parsed) = try Self.program.parse(arguments) else {
            Issue.record("not a command: \(line)")
            throw UsageFailure(program: "", message: "")
        }
        return parsed
    }

    @Test func `takes options in every usual form`() throws {
        let parsed = try run("run --config=a --tape b --tape=c -n5 -u --retain 7d --to 42 --json x")
        #expect(parsed.text("config") == "a")
        #expect(parsed.texts("tape") == ["b", "c"])
        #expect(parsed.integer("limit") == 5)
        #expect(parsed.has("until-end"))
        #expect(parsed.timeSpan("retain") == TimeSpan(seconds: 7 * 86_400))
        #expect(parsed.point("to") == .sequence(SequenceNumber(42)))
        #expect(parsed.has("json"))
        #expect(parsed.positionals == ["x"])
        #expect(!parsed.has("format"))
    }

    @Test func `takes common options before the command, and times as points`() throws {
        let parsed = try run("--json run --config a --to 2024-07-23T15:45:00Z")
        #expect(parsed.has("json"))
        let time = try #require(Timestamp("2024-07-23T15:45:00Z"))
        #expect(parsed.point("to") == .time(time))
    }

    @Test func `takes everything after two dashes by its place`() throws {
        #expect(try run("run --config a -- --tape").positionals == ["--tape"])
    }

    @Test func `hands on what belongs to another program, untouched`() throws {
        let invocation = try Self.program.parse(["journal", "--nonsense", "--help"])
        guard case .command("journal", let parsed) = invocation else {
            Issue.record("not a command")
            return
        }
        #expect(parsed.forwarded == ["--nonsense", "--help"])
    }

    @Test(arguments: [
        ("", "holdfast: needs a command: run, journal"),
        ("rum", "holdfast: unknown command rum; did you mean run?"),
        ("run", "holdfast run: needs --config FILE"),
        ("run --confg a", "holdfast run: unknown option --confg; did you mean --config?"),
        ("run --zzzzzz", "holdfast run: unknown option --zzzzzz"),
        ("run -x", "holdfast run: unknown option -x"),
        ("run --config", "holdfast run: --config needs FILE"),
        ("run --config --json", "holdfast run: --config needs FILE, found the option --json"),
        ("run --config a --config b", "holdfast run: --config may be given only once"),
        ("run --config a -n 0", "holdfast run: -n must be at least 1, not 0"),
        ("run --config a --limit 101", "holdfast run: --limit must be at most 100, not 101"),
        ("run --config a -n five", "holdfast run: -n needs a whole number, found \"five\""),
        ("run --config a --json=1", "holdfast run: --json takes no value"),
        (
            "run --config a --format cvs",
            "holdfast run: --format knows no \"cvs\"; did you mean csv?"
        ),
        (
            "run --config a --retain 7",
            "holdfast run: --retain needs a time as 250ms, 30s, 12h or 7d, found \"7\""
        ),
        ("run --config a b c", "holdfast run: unexpected argument \"c\""),
    ])
    func `says in one line what cannot be understood`(line: String, expected: String) {
        let arguments = line.split(separator: " ").map(String.init)
        let failure = #expect(throws: UsageFailure.self) { try Self.program.parse(arguments) }
        let lines = failure?.description.split(separator: "\n").map(String.init)
        #expect(lines?.first == expected)
        #expect(lines?.last?.hasPrefix("Try 'holdfast") == true)
        #expect(UsageFailure.exitCode == 2)
    }

    @Test func `shows its version`() throws {
        #expect(try Self.program.parse(["--version"]) == .show("holdfast 1.2.3\n"))
    }

    @Test(arguments: [["--help"], ["-h"], ["help"], ["run", "--help"], ["help", "run"]])
    func `shows help that fits a terminal`(arguments: [String]) throws {
        guard case .show(let text) = try Self.program.parse(arguments) else {
            Issue.record("no help for \(arguments)")
            return
        }
        #expect(text.hasPrefix("Usage: holdfast"))
        #expect(text.hasSuffix("\n"))
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test func `helps with every option of a command`() throws {
        guard case .show(let text) = try Self.program.parse(["run", "--help"]) else {
            Issue.record("no help")
            return
        }
        for option in ["--config FILE", "--tape FILE", "-n, --limit COUNT", "--json", "--version"] {
            #expect(text.contains(option))
        }
    }

    @Test func `of a program that does one thing needs no command`() throws {
        let single = ProgramSyntax(
            "exchange-sim",
            version: "1.2.3",
            summary: "A local exchange.",
            commands: [
                CommandSyntax(
                    "",
                    summary: "A local exchange.",
                    options: [OptionSyntax("port", "NUMBER", .integer(0...9), summary: "where")]
                )
            ]
        )
        guard case .command("", let parsed) = try single.parse(["--port", "7"]) else {
            Issue.record("not a command")
            return
        }
        #expect(parsed.integer("port") == 7)
        guard case .show(let help) = try single.parse(["--help"]) else {
            Issue.record("no help")
            return
        }
        #expect(help.hasPrefix("Usage: exchange-sim [--port NUMBER]"))
        #expect(throws: UsageFailure.self) { try single.parse(["serve"]) }
    }
}
