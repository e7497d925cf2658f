import Platform
import Runtime
import Trading

/// `holdfast rescue`: what is at stake, and taking it away, with the engine dead or hung.
enum RescueCommand {
    static let syntax = CommandSyntax(
        "rescue",
        summary: "Shows what is at stake, cancels or closes what is ours, with the engine dead.",
        discussion:
            "`status` reads the journal alone: what is ours, what is in doubt, what no stop "
            + "protects. `cancel` cancels every order of ours at the venue, but NOT the stops of "
            + "what is held, unless --stops is given. `flatten` cancels entries and targets and "
            + "closes what our own fills bought, at the market; what is not ours is not touched. "
            + "`import FILE` takes in what --without-record printed. What is done is written to "
            + "the journal before it is sent, or beside it where an engine has it open. Ends with "
            + "1 where something is unknown, unprotected or not done: docs/rescue.md.",
        options: [
            OptionSyntax("config", "FILE", isRequired: true, summary: "the configuration"),
            OptionSyntax("journal", "DIR", summary: "the journal (./journal)"),
            .flag("stops", summary: "cancel: the stops of what is held too"),
            .flag("venue", summary: "status: asks the venue how each live order stands"),
            .flag(
                "without-record",
                summary: "cancel, flatten: writes nothing, and prints a record to be imported"
            ),
            OptionSyntax(
                "within",
                "TIME",
                .timeSpan,
                summary: "how long it may take (120s)"
            ),
            .flag("json", summary: "prints one line of JSON"),
        ],
        positionals: [
            PositionalSyntax("ACTION", summary: "status, cancel, flatten or import"),
            PositionalSyntax("FILE", isRequired: false, summary: "import: the record"),
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let action = arguments.positionals.first ?? ""
        let isImport = action == "import"
        guard ["status", "cancel", "flatten", "import"].contains(action),
            (arguments.positionals.count == 2) == isImport
        else {
            throw UsageFailure(
                program: "holdfast rescue",
                message: "needs status, cancel, flatten or import FILE"
            )
        }
        try refuse("stops", unless: action == "cancel", arguments)
        try refuse("venue", unless: action == "status", arguments)
        try refuse("without-record", unless: ["cancel", "flatten"].contains(action), arguments)
        let plan = try RunPlan(
            try Configuration(readingFrom: arguments.text("config") ?? ""),
            journal: arguments.text("journal") ?? "journal",
            tapes: [],
            program: "holdfast rescue \(Release.version)"
        )
        let patience = arguments.timeSpan("within") ?? TimeSpan(seconds: 120)
        switch action {
        case "status":
            let status = try RescueRun.status(
                plan,
                asksVenue: arguments.has("venue"),
                patience: patience,
                say: { Console.complain($0) }
            )
            try Console.say(
                arguments.has("json") ? RescueText.json(status) : RescueText.words(status)
            )
            return status.isInOrder ? 0 : 1
        case "import":
            let outcome = try RescueRun.take(
                arguments.positionals[1],
                plan,
                patience: patience,
                say: { Console.complain($0) }
            )
            return try tell(outcome, arguments)
        default:
            let does: RescueRun.Action =
                action == "flatten"
                ? .flatten : .cancel(includesStops: arguments.has("stops"))
            return try act(does, plan, patience, arguments)
        }
    }

    private static func act(
        _ action: RescueRun.Action,
        _ plan: RunPlan,
        _ patience: TimeSpan,
        _ arguments: ParsedArguments
    ) throws -> Int32 {
        let isPrinted = arguments.has("without-record")
        if isPrinted, Terminal.isDiscarded(.output) {
            throw RunFailure(
                refusing:
                    "--without-record prints the only record there is, and standard output is "
                    + "closed or /dev/null: keep it, as with > FILE"
            )
        }
        let record: ((String) throws -> Void)? = isPrinted ? { try keep($0) } : nil
        let voice = RescueRun.Voice(say: { Console.complain($0) }, record: record)
        let outcome = try RescueRun.act(action, plan, patience: patience, voice)
        guard isPrinted else { return try tell(outcome, arguments) }
        // Standard output is the record.
        Console.complain(RescueText.words(outcome))
        return outcome.isDone ? 0 : 1
    }

    /// Hands a line of the record to whoever keeps it; where nobody does, what it intends is not
    /// sent.
    private static func keep(_ line: String) throws {
        // In a file each byte counts, and only a terminal obeys some.
        let text = Terminal.isTerminal(.output) ? Terminal.harmless(line) : line
        guard try Terminal.write(text + "\n", to: .output) else {
            throw RunFailure(refusing: "nobody takes the record on standard output")
        }
    }

    private static func tell(_ outcome: RescueOutcome, _ arguments: ParsedArguments) throws -> Int32
    {
        try Console.say(
            arguments.has("json") ? RescueText.json(outcome) : RescueText.words(outcome)
        )
        return outcome.isDone ? 0 : 1
    }

    private static func refuse(
        _ option: String,
        unless isOffered: Bool,
        _ arguments: ParsedArguments
    ) throws(UsageFailure) {
        guard arguments.has(option), !isOffered else { return }
        throw UsageFailure(
            program: "holdfast rescue",
            message: "--\(option) belongs to another action"
        )
    }
}
