import Runtime

/// `holdfast breakers`: how the circuit breakers of a running engine stand.
enum BreakersCommand {
    static let syntax = CommandSyntax(
        "breakers",
        summary: "Shows the circuit breakers of a running engine, and closes them by hand.",
        discussion:
            "A breaker stops what is asked of one group of a venue's endpoints after several "
            + "failures, for a while; others go on. Names are as binance-spot/place.",
        options: [
            OptionSyntax("journal", "DIR", summary: "the journal of the engine (./journal)"),
            OptionSyntax("close", "NAME", summary: "closes this one, or all: requests pass again"),
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let engine = try ControlClient(arguments.text("journal") ?? "journal")
        let request: ControlMessage =
            if let name = arguments.text("close") {
                .request("breakers", ["close": .text(name)])
            } else {
                .request("breakers")
            }
        let standings = try engine.ask(request).texts
        if standings.isEmpty { try Console.say("there is no venue that breakers would be for") }
        let width = standings.map(\.key.count).max() ?? 0
        for (name, standing) in standings {
            let gap = String(repeating: " ", count: width - name.count)
            try Console.say("\(name)\(gap)  \(standing)")
        }
        return 0
    }
}
