import Runtime

/// `holdfast account`: how the account stands at the venue, and changing it.
enum AccountCommand {
    static let syntax = CommandSyntax(
        "account",
        summary: "Shows position mode, margin mode and leverage at the venue, and changes them.",
        discussion:
            "The engine trades one-way, isolated and with the configured leverage, and never "
            + "changes these by itself. With --apply what differs is changed, one at a time, each "
            + "after an event of the journal that intends it; a refusal or an unknown outcome ends "
            + "it. No engine may write that journal meanwhile. "
            + "Ends with 1 where something differs.",
        options: [
            OptionSyntax("config", "FILE", isRequired: true, summary: "the configuration"),
            OptionSyntax(
                "journal",
                "DIR",
                summary: "the journal, made where there is none and something changes (./journal)"
            ),
            .flag("apply", summary: "changes what differs"),
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let plan = try RunPlan(
            try Configuration(readingFrom: arguments.text("config") ?? ""),
            journal: arguments.text("journal") ?? "journal",
            tapes: [],
            program: "holdfast account \(Release.version)"
        )
        let applies = arguments.has("apply")
        return try AccountRun.run(plan, applies: applies) { try Console.say($0) } ? 0 : 1
    }
}
