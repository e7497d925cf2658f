import Exchange
import Platform
import Projections
import TestSupport
import Trading

@testable import Runtime

/// Generated markets in the directory of a test, and runs over them.
struct RunFixture {
    let root = TemporaryDirectory.path

    /// A line of a tape.
    struct Line {
        var time: Timestamp
        var text: String
    }

    /// What a configuration may say differently.
    struct Settings {
        var symbols = ["GENUSDT"]
        var latency = "300ms"
        var cooldown = "1s"
        var killSwitch: String?
        var emergencyBackup: String?
        var snapshotInterval = "10s"
    }

    /// The lines of a generated market.
    static func lines(seed: UInt64 = 1, minutes: Int = 3, symbol: String = "GENUSDT") -> [Line] {
        var market = GeneratedMarket(seed: seed, minutes: minutes)
        var lines: [Line] = []
        var bytes: [UInt8] = []
        while market.nextLine(into: &bytes) {
            let text = String(decoding: bytes, as: UTF8.self)
            let renamed =
                symbol == "GENUSDT"
                ? text
                : text.replacing("GENUSDT", with: symbol)
                    .replacing("genusdt", with: symbol.lowercased())
            lines.append(
                Line(
                    time: Timestamp(nanoseconds: Int64(renamed.prefix(19)) ?? 0),
                    text: String(renamed.dropFirst(20))
                )
            )
        }
        return lines
    }

    /// Writes a tape and returns its path.
    func tape(_ lines: some Sequence<Line>, _ name: String = "tape.gz") throws -> String {
        let path = "\(root)/\(name)"
        try FileSystem.removeFile(path)
        var tape = try TapeWriter(creating: path)
        for line in lines {
            let bytes = Array(line.text.utf8)
            try tape.append(bytes.span, received: line.time)
        }
        try tape.finish()
        return path
    }

    /// A plan over tapes with a journal of the given name.
    func plan(
        _ tapes: [String],
        journal: String = "journal",
        _ settings: Settings = Settings()
    ) throws -> RunPlan {
        let path = "\(root)/run.json5"
        try FileSystem.removeFile(path)
        let text = Array(Self.configuration(settings).utf8)
        try File(path: path, mode: .createNew).write(text.span, at: 0)
        var plan = try RunPlan(
            try Configuration(readingFrom: path),
            journal: "\(root)/\(journal)",
            tapes: tapes,
            program: "test"
        )
        let tests = try CurrentProcess.executablePath()
        plan.scanner = FileSystem.parent(of: tests) + "/holdfast"
        return plan
    }

    /// Runs a plan; where it is to stop, after that many commits.
    @discardableResult
    func run(_ plan: RunPlan, stopAfter: Int = .max) throws -> RunSummary {
        try run(plan, stopAfter: stopAfter) { _ in }
    }

    /// Runs a plan and hands out what it logs.
    func run(
        _ plan: RunPlan,
        stopAfter: Int = .max,
        log: @escaping (RunMessage) -> Void
    ) throws -> RunSummary {
        var asked = 0
        let observer = RunObserver(
            log: log,
            progress: { _ in },
            isStopWanted: {
                asked += 1
                return asked >= stopAfter
            }
        )
        return try TapeRun.run(plan, observer)
    }

    /// What the refusal of a plan says; `nil` where it ran.
    func refusal(_ plan: RunPlan) -> String? {
        do {
            _ = try run(plan)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func configuration(_ settings: Settings) -> String {
        let killSwitch = settings.killSwitch.map { "killSwitch: \"\($0)\"," } ?? ""
        let backup = settings.emergencyBackup.map { "emergencyBackup: \"\($0)\"," } ?? ""
        return """
            {
              mode: "tape",
              venue: {
                kind: "paper", latency: "\(settings.latency)", replyLatency: "\(settings.latency)",
              },
              balances: { USDT: "100000" },
              instruments: [
                \(settings.symbols.map { instrument($0, settings) }.joined(separator: ",\n"))
              ],
              risk: {
                maximumOpenDeals: 4, maximumPositionSize: "2000", maximumExposure: "9000",
                minimumOrderSize: "10", maximumDailyLoss: "0", maximumDrawdown: "0",
                maximumOrderRate: 6000, orderRateWindow: "1m",
              },
              book: { depth: 4000 },
              journal: {
                snapshotInterval: "\(settings.snapshotInterval)", segmentLimit: "1MiB",
                batchLimit: 64, diskReserve: "1MiB", stateDirectory: "state", \(backup)
              },
              \(killSwitch)
              log: { level: "error" },
            }
            """
    }

    private static func instrument(_ symbol: String, _ settings: Settings) -> String {
        """
        {
          symbol: "\(symbol)", market: "spot", base: "\(symbol.prefix(3))", quote: "USDT",
          filters: {
            priceTick: "0.01", quantityStep: "0.001", minimumQuantity: "0.001",
            maximumQuantity: "9000", minimumNotional: "5",
          },
          fees: { maker: "0.0001", taker: "0.0002" },
          strategy: {
            kind: "imbalance", depth: 10, buyThreshold: "0.55", sellThreshold: "0.45",
            minimumClusterVolume: "1", closesOnOpposite: true,
          },
          order: { notional: "1000", multiplier: "1" },
          entry: { type: "limit", timeInForce: "GTC", offsetTicks: 0, timeout: "3s" },
          stopLoss: "0.002",
          takeProfit: { fraction: "0.003", rests: false },
          trailing: {
            activation: "0.0002", callback: "0.0005",
            minimumStep: "0.0001", minimumInterval: "1s",
          },
          maximumHolding: "1m", cooldown: "\(settings.cooldown)", allowsShort: false,
        }
        """
    }
}

extension RunSummary {
    /// What must be the same, however a run was cut up.
    var outcome: String {
        let metrics = state.metrics
        let balances = state.assets.map { "\($0.name) \($0.balance)" }
        return "\(state.outcome.digest) at \(state.time): \(metrics.orders) orders, "
            + "\(metrics.fills) fills, \(metrics.openedDeals) deals, \(metrics.totalProfit), "
            + "\(metrics.fees), \(metrics.reasons), \(balances)"
    }
}
