/// What a configuration of a suite says; the defaults trade so often that most kills hit
/// something.
package struct SceneSettings: Sendable {
    /// What is traded.
    package struct Instrument: Sendable {
        /// The symbol.
        package var symbol = "GENUSDT"
        /// What is bought and sold.
        package var base = "GEN"
        /// The smallest step of a price.
        package var priceTick = "0.01"
        /// The smallest step of a quantity.
        package var step = "0.001"
        /// Whether it is a perpetual future.
        package var isPerpetual = false
        /// Whether it may be sold first.
        package var allowsShort = false
        /// Whether a signal of the other side ends a deal.
        package var closesOnOpposite = false
        /// The score that a signal needs; `nil` trades the imbalance of the book.
        package var signalThreshold: String?
        /// How an entry is ordered.
        package var entry =
            "type: \"limit\", timeInForce: \"GTC\", offsetTicks: 0, timeout: \"3s\""
        /// Whether the target rests at the venue.
        package var targetRests = false
        /// Whether the stop trails.
        package var trails = true
        /// How long a deal may last.
        package var maximumHolding = "1m"
        /// The pause after a deal.
        package var cooldown = "1s"

        /// The generated market, by the imbalance of its book.
        package init() {}
    }

    /// What is traded.
    package var instruments = [Instrument()]
    /// How long a request is under way.
    package var latency = "300ms"
    /// How long a reply is under way.
    package var replyLatency = "200ms"
    /// How many deals may be open.
    package var maximumOpenDeals = 1
    /// The drawdown that ends trading; 0 for none.
    package var maximumDrawdown = "0"
    /// How many orders a minute may have.
    package var maximumOrderRate = 6000
    /// The stamped time between two snapshots.
    package var snapshotInterval = "10s"
    /// How many inputs a batch takes.
    package var batchLimit = 64
    /// The free space that is wanted.
    package var diskReserve = "1MiB"
    /// The directory of the outer witness.
    package var stateDirectory = "state"
    /// Where a copy goes when the disk fails.
    package var emergencyBackup: String?
    /// The file that pauses trading.
    package var killSwitch: String?
    /// The file of signals.
    package var signals: String?
    /// The key that signs a checkpoint every ten seconds.
    package var signingKey: String?
    /// The directory of the log's files.
    package var logDirectory: String? = "log"
    /// What is logged.
    package var logLevel = "warning"

    /// Settings that trade often.
    package init() {}

    /// The text of the configuration.
    package var text: String {
        """
        // What the suites trade; see docs/reliability.md.
        {
          mode: "tape",
          venue: { kind: "paper", latency: "\(latency)", replyLatency: "\(replyLatency)" },
          balances: { USDT: "100000" },
          instruments: [
        \(instruments.map(Self.text).joined(separator: "\n"))
          ],
          risk: {
            maximumOpenDeals: \(maximumOpenDeals), maximumPositionSize: "2000",
            maximumExposure: "5000", minimumOrderSize: "10", maximumDailyLoss: "0",
            maximumDrawdown: "\(maximumDrawdown)", maximumOrderRate: \(maximumOrderRate),
            orderRateWindow: "1m",
          },
          book: { depth: 4000 },
          journal: {
            snapshotInterval: "\(snapshotInterval)", segmentLimit: "1MiB",
            batchLimit: \(batchLimit), diskReserve: "\(diskReserve)", \(Self.path(
                "emergencyBackup",
                emergencyBackup
            ))
            stateDirectory: "\(stateDirectory)",
          },
          \(Self.path("killSwitch", killSwitch)) \(Self.path("signals", signals))
          \(signingKey.map { "signing: { keyFile: \"\($0)\", every: \"10s\" }," } ?? "")
          log: { \(Self.path("directory", logDirectory)) level: "\(logLevel)" },
        }
        """
    }

    private static func path(_ key: String, _ value: String?) -> String {
        value.map { "\(key): \"\($0)\"," } ?? ""
    }

    private static func text(_ instrument: Instrument) -> String {
        let strategy =
            instrument.signalThreshold.map { "kind: \"signals\", threshold: \"\($0)\"" }
                ?? """
                kind: "imbalance", depth: 10, buyThreshold: "0.55", sellThreshold: "0.45",
                        minimumClusterVolume: "1", closesOnOpposite: \(instrument.closesOnOpposite)
                """
        let margin = "margin: { leverage: \"5\", maintenanceRate: \"0.004\" },"
        let trailing = """
            trailing: {
                    activation: "0.0002", callback: "0.0005",
                    minimumStep: "0.0001", minimumInterval: "1s",
                  },
            """
        return """
                {
                  symbol: "\(instrument.symbol)",
                  market: "\(instrument.isPerpetual ? "perpetual" : "spot")",
                  base: "\(instrument.base)", quote: "USDT",
                  filters: {
                    priceTick: "\(instrument.priceTick)", quantityStep: "\(instrument.step)",
                    minimumQuantity: "\(instrument.step)", maximumQuantity: "9000",
                    minimumNotional: "5",
                  },
                  fees: { maker: "0.0001", taker: "0.0002" },
                  \(instrument.isPerpetual ? margin : "")
                  strategy: { \(strategy) },
                  order: { notional: "1000", multiplier: "1" },
                  entry: { \(instrument.entry) },
                  stopLoss: "0.002",
                  takeProfit: { fraction: "0.003", rests: \(instrument.targetRests) },
                  \(instrument.trails ? trailing : "")
                  maximumHolding: "\(instrument.maximumHolding)",
                  cooldown: "\(instrument.cooldown)", allowsShort: \(instrument.allowsShort),
                },
            """
    }
}
