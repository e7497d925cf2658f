import Runtime

/// `holdfast reconcile`: what differs between the journal and the venue.
enum ReconcileCommand {
    static let syntax = CommandSyntax(
        "reconcile",
        summary: "Compares the journal with the venue, and says what would be done.",
        discussion:
            "With --plan orders, fills, positions, balances, stops, rules and modes of both sides "
            + "are compared. Each difference has an id of the catalogue, docs/reconciliation.md, "
            + "with what proves it. Nothing is written or changed; an engine may run meanwhile. "
            + "Ends with 1 where something of ours differs. With --apply what the plan of that id "
            + "said is booked, in an epoch of its own, if the world has not moved: facts that the "
            + "venue's evidence proves, and nothing else; no order is sent. With --release a case "
            + "blocks new risk no longer, until it is found with other figures: the running engine "
            + "does it, or an epoch of its own; what is reserved for unknown orders stays so.",
        options: [
            OptionSyntax("config", "FILE", isRequired: true, summary: "the configuration"),
            OptionSyntax("journal", "DIR", summary: "the journal (./journal)"),
            .flag("plan", summary: "says what would be done"),
            OptionSyntax(
                "apply",
                "PLAN",
                summary: "books what this plan said that would be booked"
            ),
            OptionSyntax("release", "CASE", summary: "lets a case block nothing any more, as P1"),
            OptionSyntax("subject", "TEXT", summary: "which one: a part of its subject or scope"),
            OptionSyntax("by", "NAME", summary: "who releases it"),
            OptionSyntax("reason", "TEXT", summary: "why it is released"),
            .flag("json", summary: "prints one line of JSON"),
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let release = arguments.text("release")
        let wanted = [arguments.has("plan"), arguments.text("apply") != nil, release != nil]
        guard wanted.count(where: { $0 }) == 1 else {
            throw UsageFailure(
                program: "holdfast reconcile",
                message: "needs one of --plan, --apply and --release"
            )
        }
        let plan = try RunPlan(
            try Configuration(readingFrom: arguments.text("config") ?? ""),
            journal: arguments.text("journal") ?? "journal",
            tapes: [],
            program: "holdfast reconcile \(Release.version)"
        )
        if let release { return try self.release(release, arguments, plan) }
        if let id = arguments.text("apply") {
            let done = try ReconcileRun.apply(plan, id)
            try Console.say(
                arguments.has("json")
                    ? ReconcileText.json(done) : ReconcileText.booked(done)
            )
            return 0
        }
        let found = try ReconcileRun.plan(plan)
        try Console.say(
            arguments.has("json") ? ReconcileText.json(found) : ReconcileText.words(found)
        )
        return found.isInOrder ? 0 : 1
    }

    private static func release(
        _ caseID: String,
        _ arguments: ParsedArguments,
        _ plan: RunPlan
    ) throws -> Int32 {
        let release = try CaseRelease(
            caseID: caseID,
            subject: arguments.text("subject"),
            by: arguments.text("by") ?? "",
            reason: arguments.text("reason") ?? ""
        )
        let event = try release.run(plan)
        try Console.say(
            arguments.has("json")
                ? "{\"released\":\"\(caseID)\",\"event\":\(event)}"
                : "\(caseID) is released by event \(event)"
        )
        return 0
    }
}
