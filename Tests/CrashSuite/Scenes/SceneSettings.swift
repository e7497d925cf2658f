/// What a configuration of the suite says; the defaults trade so often that most kills hit
/// something.
struct SceneSettings: Sendable {
    /// What is traded.
    struct Instrument: Sendable {
        var symbol = "GENUSDT"
        var base = "GEN"
        var priceTick = "0.01"
        var step = "0.001"
        var isPerpetual = false
        var allowsShort = false
        var closesOnOpposite = false
        /// The score that a signal needs; `nil` trades the imbalance of the book.
        var signalThreshold: String?
        var entry = "type: \"limit\", timeInForce: \"GTC\", offsetTicks: 0, timeout: \"3s\""
        var targetRests = false
        var trails = true
        var maximumHolding = "1m"
        var cooldown = "1s"
    }

    var instruments = [Instrument()]
    var latency = "300ms"
    var replyLatency = "200ms"
    var maximumOpenDeals = 1
    var maximumDrawdown = "0"
    var maximumOrderRate = 6000
    var snapshotInterval = "10s"
    var batchLimit = 64
    var diskReserve = "1MiB"
    var stateDirectory = "state"
    var emergencyBackup: String?
    var killSwitch: String?
    var signals: String?
    /// The key that signs a checkpoint every ten seconds.
    var signingKey: String?
    var logFile: String? = "log"
    var logLevel = "warning"

    /// The text of the configuration.
    var text: String {
        """
        // What the crash suite trades; see docs/reliability.md.
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
          log: { \(Self.path("file", logFile)) level: "\(logLevel)" },
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
