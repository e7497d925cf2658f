import Engine
import Runtime
import Trading

/// `holdfast check`: reads a configuration and says what would run.
enum CheckCommand {
    static let syntax = CommandSyntax(
        "check",
        summary: "Checks a configuration and says what would run.",
        discussion:
            "Where it names a venue, the venue is asked: clock, permissions of the key, filters, "
            + "mode and leverage of the account. Nothing is written or changed.",
        options: [
            OptionSyntax("config", "FILE", isRequired: true, summary: "the configuration"),
            .flag("offline", summary: "asks no venue"),
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
        if !arguments.has("offline") { try LiveRun.check(plan) { try Console.say("  \($0)") } }
        try Console.say("\(path) is in order; it would run\(words(plan))")
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

    private static func words(_ plan: RunPlan) -> String {
        guard let live = plan.live else { return " on tapes" }
        let place = live.localPort.map { "the local exchange at port \($0)" }
        let market = place ?? (live.isTestnet ? "the test network" : "the venue itself")
        let orders = live.credentials == nil ? "on paper, over the market of" : "with orders at"
        return " \(orders) \(live.kind.rawValue), \(market)"
    }
}
