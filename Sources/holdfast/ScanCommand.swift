import Exchange
import Platform
import Runtime
import Trading

/// `holdfast scan`: ranks the pairs of a venue by turnover.
enum ScanCommand {
    static let syntax = CommandSyntax(
        "scan",
        summary: "Ranks all pairs of a market by their turnover, with spread and depth.",
        discussion:
            "Asks the venue for its instruments, prices and every pair's book, within its limits "
            + "and without a key. Checkpoints are events of a journal: killed or stopped, the same "
            + "command goes on behind the last one. No engine may write that journal meanwhile.",
        options: [
            OptionSyntax("config", "FILE", isRequired: true, summary: "the configuration"),
            OptionSyntax(
                "market",
                "MARKET",
                .choice(VenueMarket.allCases.map(\.name)),
                summary: "which market; that of the first configured instrument"
            ),
            OptionSyntax(
                "local",
                "PORT",
                .integer(1...65_535),
                summary: "a local exchange on this machine (venue.local)"
            ),
            OptionSyntax(
                "in",
                "ASSET",
                summary: "the asset that turnovers are compared in (USDT)"
            ),
            OptionSyntax("top", "N", .integer(1...100), summary: "how many pairs to show (20)"),
            OptionSyntax(
                "checkpoint-every",
                "N",
                .integer(1...1000),
                summary: "how many pairs lie between two checkpoints (100)"
            ),
            OptionSyntax(
                "journal",
                "DIR",
                summary: "the journal of scans, made where there is none (./scans)"
            ),
            OptionSyntax(
                "patience",
                "DURATION",
                .timeSpan,
                summary: "how long the venue may be silent before the scan fails (1m)"
            ),
            .flag("fresh", summary: "gives up a scan that was interrupted, and begins anew"),
            .flag("list", summary: "shows the scans of the last 7 days, and asks nothing"),
            .flag("json", summary: "prints one line of JSON"),
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let configuration = try Configuration(readingFrom: arguments.text("config") ?? "")
        let journal = arguments.text("journal") ?? "scans"
        let top = arguments.integer("top") ?? 20
        let isJSON = arguments.has("json")
        if arguments.has("list") {
            let scans = try ScanList.read(journal)
            try Console.say(isJSON ? ScanText.json(scans, top: top) : ScanText.list(scans))
            return 0
        }
        try StopSignals.install()
        let name = arguments.text("market")
        var plan = try ScanPlan(
            configuration,
            market: name.flatMap { name in VenueMarket.allCases.first { $0.name == name } },
            port: arguments.integer("local"),
            journal: journal,
            program: "holdfast scan \(Release.version)"
        )
        if let asset = arguments.text("in") { plan.asset = asset }
        if let interval = arguments.integer("checkpoint-every") { plan.interval = interval }
        if let patience = arguments.timeSpan("patience") { plan.patience = patience }
        plan.beginsAnew = arguments.has("fresh")
        var meter = Meter()
        let result = try MarketScan.run(
            plan,
            ScanObserver(
                progress: { meter.show($0) },
                note: { text in
                    Console.endProgress()
                    Console.complain(text)
                },
                isStopWanted: { StopSignals.count > 0 }
            )
        )
        Console.endProgress()
        try Console.say(
            isJSON
                ? ScanText.json(result, top: top)
                : ScanText.table(result, top: top, asset: plan.asset)
        )
        return 0
    }

    /// A bar on a terminal; elsewhere a line for each tenth.
    private struct Meter {
        private var shown: Int?
        private var next: Int64 = 0

        mutating func show(_ progress: ScanProgress) {
            if Console.showsProgress {
                let now = Clock.monotonic()
                guard now >= next else { return }
                next = now + 50_000_000
                return Console.progress(ScanText.bar(progress))
            }
            let tenth = progress.total == 0 ? 0 : progress.processed * 10 / progress.total
            guard tenth != shown else { return }
            shown = tenth
            Console.complain(ScanText.line(progress))
        }
    }
}
