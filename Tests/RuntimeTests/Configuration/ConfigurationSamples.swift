import Runtime

/// Texts of configurations for tests: one that is right, and changes to it.
enum Sample {
    /// The least that is a configuration, on spot.
    static let spot = """
        {
          mode: "tape",
          balances: { USDT: "1000", BTC: "0.5" },
          instruments: [
            {
              symbol: "BTCUSDT", market: "spot", base: "BTC", quote: "USDT",
              filters: {
                priceTick: "0.01", quantityStep: "0.00001",
                minimumQuantity: "0.00001", minimumNotional: "5",
              },
              fees: { maker: "0.001", taker: "0.001" },
              strategy: { kind: "imbalance", buyThreshold: "0.7", sellThreshold: "0.3" },
              order: { notional: "100" },
              stopLoss: "0.002",
            },
          ],
          risk: {
            maximumOpenDeals: 1, maximumPositionSize: "200", maximumExposure: "500",
            maximumDailyLoss: "0", maximumDrawdown: "0",
          },
        }
        """

    /// The least that is a configuration, on a perpetual market.
    static var perpetual: String {
        spot.replacing(
            "market: \"spot\"",
            with: "market: \"perpetual\", margin: { leverage: \"5\", maintenanceRate: \"0.004\" }"
        )
    }

    static func parse(_ text: String) throws(ConfigurationFailure) -> Configuration {
        try Configuration(parsing: Array(text.utf8), file: "test.json5")
    }

    /// The problems of a text, each as `path: message`.
    static func problems(of text: String) -> [String] {
        do {
            _ = try parse(text)
            return []
        } catch {
            return error.problems.map { problem in
                problem.path.isEmpty ? problem.message : "\(problem.path): \(problem.message)"
            }
        }
    }

    /// The repository, seen from this file.
    static var repository: String {
        let file = #filePath
        let tests = file.ranges(of: "/Tests/RuntimeTests/").last
        return tests.map { range in String(file[..<range.lowerBound]) } ?? file
    }
}
