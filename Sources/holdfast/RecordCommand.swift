import Exchange
import Platform
import Runtime
import Trading

/// `holdfast record`: writes a live market to tapes.
enum RecordCommand {
    static let syntax = CommandSyntax(
        "record",
        summary: "Writes the public streams of a venue to tapes, one for each symbol.",
        discussion:
            "A tape holds what came, byte for byte, with the time of its receipt. Ctrl-C or "
            + "SIGTERM ends it in order; killed, all but the last second is there.",
        options: [
            OptionSyntax(
                "venue",
                "VENUE",
                .choice(VenueMarket.allCases.map(\.name)),
                isRequired: true,
                summary: "which market"
            ),
            OptionSyntax(
                "symbols",
                "LIST",
                isRequired: true,
                summary: "the venue's symbols with commas between them, as BTCUSDT,ETHUSDT"
            ),
            OptionSyntax("to", "DIR", summary: "where the tapes go (.)"),
            OptionSyntax("for", "DURATION", .timeSpan, summary: "how long; until it is stopped"),
            .flag("testnet", summary: "the venue's test network"),
            OptionSyntax(
                "local",
                "PORT",
                .integer(1...65_535),
                summary: "a local exchange on this machine in place of the venue"
            ),
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        try StopSignals.install()
        let name = arguments.text("venue") ?? ""
        guard let market = VenueMarket.allCases.first(where: { $0.name == name }) else { return 2 }
        let symbols = (arguments.text("symbols") ?? "").split(separator: ",").map(String.init)
        guard !symbols.isEmpty, symbols.allSatisfy(isSymbol), Set(symbols).count == symbols.count
        else {
            throw UsageFailure(
                program: "holdfast record",
                message: "--symbols wants names as BTCUSDT, each once, with commas between them"
            )
        }
        let hosts =
            arguments.integer("local").map { VenueHosts.local("127.0.0.1:\($0)") }
            ?? VenueHosts.of(market, isTestnet: arguments.has("testnet"))
        let plan = RecorderPlan(
            market: market,
            hosts: hosts,
            symbols: symbols,
            directory: arguments.text("to") ?? "."
        )
        let recorder = try Recorder(plan) { text in
            Console.endProgress()
            Console.complain(text)
        }
        let end = arguments.timeSpan("for").map { Clock.monotonic() + $0.nanoseconds }
        try recorder.record {
            let lines = recorder.tally.reduce(0) { $0 + $1.lines }
            Console.progress("\(lines) messages recorded")
            return StopSignals.count > 0 || end.map { Clock.monotonic() >= $0 } ?? false
        }
        Console.endProgress()
        for (path, lines) in recorder.tally { try Console.say("\(path): \(lines) messages") }
        return recorder.tally.allSatisfy { $0.lines > 0 } ? 0 : 1
    }

    private static func isSymbol(_ text: String) -> Bool {
        !text.isEmpty && !text.contains("/") && text.utf8.count <= 40
    }
}
