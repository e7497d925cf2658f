internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// Rebuilds the state and compares it with every hash on the way.
struct ReplayCommand: Command {
    static let syntax = CommandSyntax(
        "replay",
        summary: "Rebuilds the state, and compares it with every recorded hash on the way.",
        discussion: "Exits with 1 when a recorded state hash differs or the journal is damaged.",
        options: [
            OptionSyntax(
                "to",
                "SEQ|TIME",
                .point,
                summary: "the last event, or the last moment, to fold"
            ),
            .flag("from-genesis", summary: "leave snapshots aside"),
        ]
    )

    private let point: ReplayPoint
    private let fromGenesis: Bool
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        point = ReplayPoint(options.point("to"))
        fromGenesis = options.has("from-genesis")
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let console = context.console
        let begun = Clock.monotonic()
        let states = try StateReader(context)
        var next: UInt64 = 0
        let watch: ((EventEnvelope, TradingState) -> Void)? =
            console.showsProgress
            ? { envelope, _ in
                guard envelope.sequence.rawValue >= next else { return }
                next = envelope.sequence.rawValue + 500_000
                console.progress("event \(envelope.sequence), \(envelope.time)")
            } : nil
        let (replay, snapshot) = try states.replay(
            to: point,
            fromGenesis: fromGenesis,
            comparing: .all,
            watch: watch
        )
        let elapsed = max(1, Clock.monotonic() - begun)
        console.clearProgress()
        for remark in states.remarks { console.message(remark) }
        try print(replay, snapshot, elapsed, console)
        return replay.divergence == nil ? 0 : 1
    }

    private func print(
        _ replay: Replay,
        _ snapshot: UInt64?,
        _ elapsed: Int64,
        _ console: Console
    ) throws {
        let seconds = Decimal(units: Int128(elapsed) * 1_000_000_000).text(places: 6)
        let rate = UInt64(
            clamping: Int128(replay.events) * 1_000_000_000 / Int128(elapsed)
        )
        let state = replay.state
        let stateHash = "\(StateDigest().hash(of: state))"
        if isJSON {
            let divergence = replay.divergence.map { found -> Document in
                [
                    "sequence": .count(found.sequence), "recorded": .text(found.recorded),
                    "replayed": .text(found.replayed),
                ]
            }
            let document: Document = [
                "events": .count(replay.events), "head": .count(state.head.rawValue),
                "stateHash": .text(stateHash), "outcomeHash": .text(state.outcome.digest),
                "seconds": .text(seconds), "eventsPerSecond": .count(rate),
                "snapshot": .number(snapshot), "divergence": divergence ?? .null,
            ]
            try console.line(document.json)
            return
        }
        let begin = snapshot.map { "the snapshot at \($0)" } ?? "genesis"
        try console.line("events           \(replay.events), from \(begin)")
        try console.line("head             \(state.head)")
        try console.line("stateHash        \(stateHash)")
        try console.line("outcomeHash      \(state.outcome.digest)")
        try console.line("seconds          \(seconds)")
        try console.line("eventsPerSecond  \(rate)")
        if let found = replay.divergence {
            try console.line(
                "divergence       at event \(found.sequence): recorded \(found.recorded), "
                    + "replayed \(found.replayed)"
            )
        }
    }
}
