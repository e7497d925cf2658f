import Platform
import Runtime

/// A market, and the configuration that trades it so often that most kills hit something.
struct Scene: Sendable {
    /// What to call it.
    let name: String
    let tapes: [String]
    let configuration: String
}

extension Scene {
    /// The generated market, which is the same on every machine.
    static func generated(
        in directory: String,
        seed: UInt64,
        minutes: Int
    ) throws -> Scene {
        let tape = "\(directory)/generated-\(seed)-\(minutes).gz"
        if try FileSystem.status(tape) == nil {
            _ = try GeneratedTape.write(to: tape, seed: seed, minutes: minutes)
        }
        return Scene(
            name: "generated market, seed \(seed), \(minutes) minutes",
            tapes: [tape],
            configuration: configuration(symbol: "GENUSDT", base: "GEN", step: "0.001")
        )
    }

    /// The recorded BTCUSDT market that has a snapshot of its book, where it is at hand.
    static func recorded() throws -> Scene? {
        guard let fixtures = try fixtures() else { return nil }
        let name = "hftbacktest/spot_btcusdt_20240808.gz"
        let tape = "\(fixtures)/market/\(name)"
        guard try FileSystem.status(tape) != nil else { return nil }
        return Scene(
            name: "recorded market \(name)",
            tapes: [tape],
            configuration: configuration(symbol: "BTCUSDT", base: "BTC", step: "0.00001")
        )
    }

    /// The directory of recorded markets: the environment's, or one beside the working directory.
    private static func fixtures() throws -> String? {
        let named = CurrentProcess.environment("HOLDFAST_FIXTURES")
        let places = ["../shared/fixtures", "../../shared/fixtures"]
        for place in named.map({ [$0] }) ?? places
        where try FileSystem.status(place + "/market") != nil {
            return try FileSystem.resolve(place)
        }
        return nil
    }

    /// Trades at the least imbalance, over long ways, with many moves of the stop: orders are
    /// under way half of the time.
    private static func configuration(symbol: String, base: String, step: String) -> String {
        """
        // What the crash suite trades; see docs/crash-testing.md.
        {
          mode: "tape",
          venue: { kind: "paper", latency: "300ms", replyLatency: "200ms" },
          balances: { USDT: "100000" },
          instruments: [
            {
              symbol: "\(symbol)", market: "spot", base: "\(base)", quote: "USDT",
              filters: {
                priceTick: "0.01", quantityStep: "\(step)", minimumQuantity: "\(step)",
                maximumQuantity: "9000", minimumNotional: "5",
              },
              fees: { maker: "0.0001", taker: "0.0002" },
              strategy: {
                kind: "imbalance", depth: 10, buyThreshold: "0.55", sellThreshold: "0.45",
                minimumClusterVolume: "1", closesOnOpposite: false,
              },
              order: { notional: "1000", multiplier: "1" },
              entry: { type: "limit", timeInForce: "GTC", offsetTicks: 0, timeout: "3s" },
              stopLoss: "0.002",
              takeProfit: { fraction: "0.003", rests: false },
              trailing: {
                activation: "0.0002", callback: "0.0005",
                minimumStep: "0.0001", minimumInterval: "1s",
              },
              maximumHolding: "1m", cooldown: "1s", allowsShort: false,
            },
          ],
          risk: {
            maximumOpenDeals: 1, maximumPositionSize: "2000", maximumExposure: "5000",
            minimumOrderSize: "10", maximumDailyLoss: "0", maximumDrawdown: "0",
            maximumOrderRate: 6000, orderRateWindow: "1m",
          },
          book: { depth: 4000 },
          journal: {
            snapshotInterval: "10s", segmentLimit: "1MiB", batchLimit: 64,
            diskReserve: "1MiB", stateDirectory: "state",
          },
          log: { file: "log", level: "warning" },
        }
        """
    }
}
