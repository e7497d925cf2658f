import Engine
import Runtime
import Trading

/// `holdfast check`: reads a configuration and says what would run.
enum CheckCommand {
    static let syntax = CommandSyntax(
        "check",
        summary: "Checks a configuration and says what would run.",
        options: [
            OptionSyntax("config", "FILE", isRequired: true, summary: "the configuration")
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let path = arguments.text("config") ?? ""
        let configuration = try Configuration(readingFrom: path)
        let plan = try RunPlan(
            configuration,
            journal: "",
            tapes: [],
            program: "holdfast \(Release.version)"
        )
        let signing = try plan.signing.map(KeyFile.words)
        try Console.say("\(path) is in order; it would run")
        for (listed, deal) in zip(plan.instruments, plan.plans) {
            try Console.say(
                "  \(listed.symbol) \(listed.market.name): entries of \(deal.orderNotional) "
                    + "\(listed.quote), stop at \(deal.stopLossFraction) of the price"
            )
        }
        try Console.say(
            "  at most \(plan.risk.maximumOpenDeals) deals, exposure "
                + "\(plan.risk.maximumExposure), daily loss \(plan.risk.maximumDailyLoss)"
        )
        if let signing { try Console.say("  \(signing)") }
        if let file = plan.signalFile {
            try Console.say("  with \(plan.signals.count) signals of \(file)")
        }
        return 0
    }
}
