internal import Digests
internal import Exchange
internal import LocalExchange
internal import Runtime
internal import Trading

/// What a simulated world is made of: a venue with its markets, an account, an engine's
/// configuration; all of it drawn from the seed.
package struct WorldPlan {
    /// An instrument of the world.
    struct Traded {
        let symbol: String
        let base: String
        let venue: VenueMarket
        let isPerpetual: Bool
    }

    /// What everything is drawn from.
    package let seed: UInt64
    /// The markets, all of one venue.
    let traded: [Traded]
    /// The text of the engine's configuration.
    package let configuration: String

    static let key = "key-of-the-engine"
    static let hidden = "hidden-one-of-the-engine"
    /// What the account holds at the beginning, and the engine may use of it.
    static let deposit = "100000"

    /// Draws a world.
    ///
    /// - Parameter seed: The same one gives the same world.
    package init(seed: UInt64) {
        self.seed = seed
        var random = SplitMix64(seed: seed ^ 0x0123_4567)
        let markets: [VenueMarket] = [.binanceSpot, .binanceFutures, .bybitSpot, .bybitLinear]
        let first = markets[Int(random.draw(0...3))]
        let other: VenueMarket =
            switch first {
            case .binanceSpot: .binanceFutures
            case .binanceFutures: .binanceSpot
            case .bybitSpot: .bybitLinear
            case .bybitLinear: .bybitSpot
            }
        let count = Int(random.draw(1...4))
        let isMixed = count > 1 && random.chance(300)
        traded = (0..<count).map { place in
            let venue = isMixed && place % 2 == 1 ? other : first
            let base = "AAA\(Character(UnicodeScalar(UInt8(65 + place))))"
            return Traded(
                symbol: base + "USDT",
                base: base,
                venue: venue,
                isPerpetual: venue.market == .perpetual
            )
        }
        let instruments = traded.map { Self.instrument($0, &random) }
        let isOverloaded = random.chance(100)
        let kind = first == .binanceSpot || first == .binanceFutures ? "binance" : "bybit"
        configuration = """
            {
              mode: "testnet",
              venue: {
                kind: "\(kind)",
                local: 1,
                credentials: {
                  keyVariable: "HOLDFAST_KEY", secretVariable: "HOLDFAST_SECRET",
                },
              },
              balances: {USDT: "\(Self.deposit)"},
              instruments: [\(instruments.joined(separator: ",\n"))],
              risk: {
                maximumOpenDeals: \(random.draw(1...4)),
                maximumPositionSize: "5000",
                maximumExposure: "\(random.draw(5000...15_000))",
                minimumOrderSize: "10",
                maximumDailyLoss: "0",
                maximumDrawdown: "0",
                maximumOrderRate: \(isOverloaded ? 10 : 120),
                orderRateWindow: "1m",
              },
              journal: {snapshotInterval: "\(random.draw(30...600))s", diskReserve: "16MiB"},
            }
            """
    }

    private static func instrument(_ traded: Traded, _ random: inout SplitMix64) -> String {
        let isLimit = random.chance(400)
        let holding = random.draw(20...300)
        let trailing =
            random.chance(400)
            ? """
            trailing: {
              activation: "0.0004", callback: "0.0006", minimumStep: "0.0001",
              minimumInterval: "\(random.draw(1...10))s",
            },
            """ : ""
        let rests = traded.isPerpetual && random.chance(500)
        let margin =
            traded.isPerpetual ? "margin: {leverage: \"10\", maintenanceRate: \"0.005\"}," : ""
        return """
            {
              symbol: "\(traded.symbol)",
              market: "\(traded.isPerpetual ? "perpetual" : "spot")",
              base: "\(traded.base)",
              quote: "USDT",
              filters: {
                priceTick: "0.1", quantityStep: "0.001", minimumQuantity: "0.001",
                maximumQuantity: "10000", minimumNotional: "5",
              },
              fees: {maker: "0.0002", taker: "0.0005"},
              \(margin)
              strategy: {
                kind: "imbalance", depth: \(random.draw(1...5)),
                buyThreshold: "0.\(random.draw(52...70))",
                sellThreshold: "0.\(random.draw(25...45))",
                minimumClusterVolume: "0.1",
                closesOnOpposite: \(random.chance(500)),
              },
              order: {notional: "\(random.draw(100...4000))", multiplier: "1"},
              entry: {
                type: "\(isLimit ? "limit" : "market")",
                timeInForce: "\(isLimit ? "GTC" : "IOC")",
                timeout: "\(random.draw(2...30))s",
                \(isLimit ? "offsetTicks: \(random.draw(0...4))," : "")
              },
              stopLoss: "0.00\(random.draw(1...9))",
              takeProfit: {fraction: "0.00\(random.draw(1...9))", rests: \(rests)},
              \(trailing)
              maximumHolding: "\(holding)s",
              cooldown: "\(random.draw(1...60))s",
              allowsShort: \(traded.isPerpetual),
            }
            """
    }

    /// Whether the venue is Bybit.
    var isBybit: Bool { traded.contains { $0.venue.isBybit } }

    /// The engine's plan.
    ///
    /// - Parameter directory: Where the journal is; of a journal in memory, nothing is there.
    /// - Returns: The plan of a run.
    /// - Throws: What is wrong with the configuration.
    func runPlan(in directory: String) throws -> RunPlan {
        let file = directory + "/engine.json5"
        let settings = try Configuration(parsing: Array(configuration.utf8), file: file)
        var plan = try RunPlan(
            settings,
            journal: directory + "/journal",
            tapes: [],
            program: "simulate"
        )
        plan.stateDirectory = directory + "/state"
        return plan
    }

    /// The venue.
    func exchange() throws -> LocalExchange {
        let wallets = Set(traded.map { LocalWallet($0.venue) })
        let accounts = LocalWallet.allCases.filter { wallets.contains($0) }
            .map { wallet in
                (
                    wallet,
                    LocalAccount(
                        name: "engine",
                        key: Self.key,
                        secret: Self.secret,
                        balances: [("USDT", Money(Decimal(100_000)))]
                    )
                )
            }
        return try LocalExchange(
            LocalExchangePlan(accounts: accounts, markets: markets, faults: [], seed: seed)
        )
    }

    /// The key's secret.
    static var secret: SecretBytes {
        let bytes = Array(hidden.utf8)
        let secret = SecretBytes(count: bytes.count)
        secret.withMutableSpan { span in
            for index in bytes.indices { span[index] = bytes[index] }
        }
        return secret
    }

    private var markets: [LocalMarketPlan] {
        let thousandth = Decimal(units: Decimal.unitsPerOne / 1000)
        return traded.enumerated().map { place, market in
            var listing = VenueInstrument(
                symbol: market.symbol,
                base: market.base,
                quote: "USDT",
                settle: "USDT",
                isTrading: true,
                isPerpetual: market.isPerpetual,
                filters: InstrumentFilters(
                    priceTick: Price(Decimal(units: Decimal.unitsPerOne / 10)),
                    quantityStep: Quantity(thousandth),
                    minimumQuantity: Quantity(thousandth),
                    maximumQuantity: Quantity(Decimal(10_000)),
                    minimumNotional: Money(Decimal(5))
                )
            )
            if market.isPerpetual { listing.maximumLeverage = Decimal(100) }
            let tenThousandth = Decimal(units: Decimal.unitsPerOne / 10_000)
            return LocalMarketPlan(
                venue: market.venue,
                listing: listing,
                fees: FeeSchedule(
                    maker: tenThousandth.times(Decimal(2), .down),
                    taker: tenThousandth.times(Decimal(5), .down)
                ),
                source: .slowed(seed: seed &+ UInt64(place), priceFactor: 10, by: 40)
            )
        }
    }
}
