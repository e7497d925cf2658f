import Runtime

/// `holdfast reconcile`: what differs between the journal and the venue.
enum ReconcileCommand {
    static let syntax = CommandSyntax(
        "reconcile",
        summary: "Compares the journal with the venue, and says what would be done.",
        discussion:
            "Orders, fills, positions, balances, stops, rules and modes of both sides are "
            + "compared. Each difference has an id of the catalogue, docs/reconciliation.md, with "
            + "what proves it. Nothing is written or changed; an engine may run meanwhile. "
            + "Ends with 1 where something of ours differs.",
        options: [
            OptionSyntax("config", "FILE", isRequired: true, summary: "the configuration"),
            OptionSyntax("journal", "DIR", summary: "the journal (./journal)"),
            .flag("plan", summary: "says what would be done (required)"),
            .flag("json", summary: "prints one line of JSON"),
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        guard arguments.has("plan") else {
            throw UsageFailure(
                program: "holdfast reconcile",
                message: "needs --plan; nothing else is offered yet"
            )
        }
        let plan = try RunPlan(
            try Configuration(readingFrom: arguments.text("config") ?? ""),
            journal: arguments.text("journal") ?? "journal",
            tapes: [],
            program: "holdfast reconcile \(Release.version)"
        )
        let found = try ReconcileRun.plan(plan)
        try Console.say(
            arguments.has("json") ? ReconcileText.json(found) : ReconcileText.words(found)
        )
        return found.isInOrder ? 0 : 1
    }
}
