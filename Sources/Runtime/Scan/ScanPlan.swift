public import Exchange
internal import Platform
public import Trading

/// What is to be scanned, and how.
public struct ScanPlan: Sendable {
    /// The market.
    public var market: VenueMarket
    /// Where it is.
    public var hosts: VenueHosts
    /// Which of its networks that is, as `testnet`: a scan of another is another scan.
    public var network: String
    /// The asset that turnovers are compared in.
    public var asset: String
    /// How many pairs lie between two checkpoints.
    public var interval: Int
    /// The directory of the journal.
    public var journal: String
    /// The directory that holds the outer witnesses.
    public var stateDirectory: String
    /// Whether a scan that was interrupted is given up.
    public var beginsAnew = false
    /// How long the venue may answer nothing before the scan fails.
    public var patience: TimeSpan
    /// The program with its version.
    public var program: String
    /// The program that checks a journal before it is opened; `nil` for the running one.
    public var scanner: String?

    /// How long a venue that fails again and again is not asked.
    var coolDown = TimeSpan(seconds: 2)

    /// How many pairs are asked for at once.
    static let window = 8
    /// How many levels of each side of a book are asked for: what both venues charge least for.
    static let levels = 100
    /// How far from the middle a level counts as near it, as a share of its price: a half percent.
    static let nearness = Decimal(units: Decimal.unitsPerOne / 200)

    /// Makes a plan.
    public init(
        market: VenueMarket,
        hosts: VenueHosts,
        network: String,
        asset: String = "USDT",
        interval: Int = 100,
        journal: String,
        stateDirectory: String,
        patience: TimeSpan = TimeSpan(seconds: 60),
        program: String
    ) {
        self.market = market
        self.hosts = hosts
        self.network = network
        self.asset = asset
        self.interval = interval
        self.journal = journal
        self.stateDirectory = stateDirectory
        self.patience = patience
        self.program = program
    }

    /// What tells this scan from others: the same again goes on where it was interrupted.
    public var subject: String { "\(market.name) (\(network)) in \(asset)" }
}

extension ScanPlan {
    /// Makes a plan from a configuration and what the command line says otherwise.
    ///
    /// - Parameters:
    ///   - configuration: Names the venue, and the market by its first instrument.
    ///   - market: The market; `nil` for the configured one.
    ///   - port: The port of a local exchange; `nil` for the configured one, or the venue itself.
    ///   - journal: The directory of the journal.
    ///   - program: The program with its version.
    /// - Throws: ``RunFailure`` where no market is named.
    public init(
        _ configuration: Configuration,
        market: VenueMarket?,
        port: Int?,
        journal: String,
        program: String
    ) throws {
        let kind = configuration.venue.kind.rawValue
        let configured = VenueMarket.allCases.first { known in
            known.name.hasPrefix(kind + "-")
                && known.market == configuration.instruments.first?.market
        }
        guard let market = market ?? configured else {
            throw RunFailure("the configuration names no venue whose pairs are listed: --market")
        }
        let local = port ?? configuration.venue.localPort
        let isTestnet = configuration.mode == .testnet
        self.init(
            market: market,
            hosts: local.map { VenueHosts.local("127.0.0.1:\($0)") }
                ?? VenueHosts.of(market, isTestnet: isTestnet),
            network: local != nil ? "local" : isTestnet ? "testnet" : "live",
            journal: journal,
            stateDirectory: Self.stateDirectory(of: configuration),
            program: program
        )
    }

    /// Where the outer witnesses of a configuration stand.
    static func stateDirectory(of configuration: Configuration) -> String {
        configuration.journal.stateDirectory?.resolved ?? RunPlan.defaultStateDirectory
    }
}
