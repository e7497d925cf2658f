public import Engine
public import Exchange
internal import Journal
internal import Platform
public import Trading

/// Everything a run needs to know, made of configuration and command line.
public struct RunPlan: Sendable {
    /// The directory of the journal.
    public var journal: String
    /// The directory that holds the outer witnesses.
    public var stateDirectory: String
    /// The tapes, as they stand on the command line.
    public var tapes: [String]
    /// The instruments, numbered from zero in this order.
    public var instruments: [InstrumentListed]
    /// What to do with each of them.
    public var plans: [InstrumentPlan]
    /// The limits.
    public var risk: RiskParameters
    /// What the paper account begins with.
    public var balances: [BalanceAdjusted]
    /// How long a request is under way to the venue.
    public var latency: TimeSpan
    /// How long a report is under way from the venue.
    public var replyLatency: TimeSpan
    /// The venue to trade on; `nil` on tapes.
    public var live: LiveSettings?
    /// Scored signals in the order of their times; empty where no strategy reads them.
    public var signals: [ScoredSignal]
    /// The path of the file they come from.
    public var signalFile: String?
    /// How many levels of each side a book holds.
    public var bookCapacity: Int
    /// How much stamped time lies between two snapshots of a changed state.
    public var snapshotInterval: TimeSpan
    /// The most inputs of one batch.
    public var batchLimit: Int
    /// The size at which a segment of the journal is closed, in bytes.
    public var segmentLimit: Int
    /// The free disk space below which nothing is opened, in bytes.
    public var diskReserve: Int
    /// Where the journal is copied when it can no longer be written; `nil` for nowhere.
    public var emergencyBackup: String?
    /// The file whose presence pauses the engine.
    public var killSwitch: String?
    /// What the chain is signed with, and how often; `nil` for not at all.
    public var signing: SigningSettings?
    /// SHA-256 of what decides the outcome of a run, in hexadecimal.
    public var configurationHash: String
    /// What that hash is of.
    public var configurationText: String
    /// The version of the program.
    public var program: String
    /// The program that checks a journal before it is opened; `nil` for the running one.
    public var scanner: String?
}

/// The venue of a live run.
public struct LiveSettings: Hashable, Sendable {
    /// Bybit or Binance.
    public var kind: VenueKind
    /// Whether it is the venue's test network.
    public var isTestnet: Bool
    /// The port of a local exchange that stands for the venue.
    public var localPort: Int?
    /// Where the key and its secret are.
    ///
    /// `nil` where orders are filled on paper.
    public var credentials: CredentialSettings?
    /// How long a signed request stays good.
    public var receiveWindow: TimeSpan
    /// When a group of a venue's endpoints is left alone, and for how long.
    public var breakers: CircuitBreaker.Settings
}

extension LiveSettings {
    /// Where a market is reached.
    func hosts(of market: VenueMarket) -> VenueHosts {
        localPort.map { VenueHosts.local("127.0.0.1:\($0)") }
            ?? VenueHosts.of(market, isTestnet: isTestnet)
    }

    /// The markets of the venue that instruments are traded on, in a fixed order.
    func markets(of instruments: [InstrumentListed]) -> [VenueMarket] {
        [Market.spot, .perpetual]
            .filter { kind in instruments.contains { $0.market == kind } }
            .map { kind.market(of: $0) }
    }
}

extension VenueKind {
    /// The venue's market for a kind of instrument; Binance's on paper.
    func market(of kind: Market) -> VenueMarket {
        switch (self, kind) {
        case (.bybit, .spot): .bybitSpot
        case (.bybit, .perpetual): .bybitLinear
        case (.binance, .spot), (.paper, .spot): .binanceSpot
        case (.binance, .perpetual), (.paper, .perpetual): .binanceFutures
        }
    }
}

extension RunPlan {
    /// What the process that writes its journal holds.
    var lock: String { "\(journal)/writer.lock" }

    /// How its journal is written, whoever writes it.
    var writerOptions: WriterOptions {
        var options = WriterOptions(stateDirectory: stateDirectory)
        options.segmentLimit = segmentLimit
        options.scan = .child(executable: scanner)
        return options
    }

    /// Refuses a place for emergency copies in the journal itself: a copy there would hold itself.
    ///
    /// - Throws: ``RunFailure`` and `PlatformError`.
    func requireEmergencyPlace() throws {
        guard let backup = emergencyBackup,
            try (Self.resolved(backup) + "/").hasPrefix(Self.resolved(journal) + "/")
        else { return }
        throw RunFailure(
            refusing: "emergencyBackup \(backup) lies in the journal \(journal): name a directory "
                + "beside it, best on another disk"
        )
    }

    /// A path without links, as far as it is there.
    private static func resolved(_ path: String) throws -> String {
        if try FileSystem.status(path) != nil { return try FileSystem.resolve(path) }
        let parent = FileSystem.parent(of: path)
        guard parent != path else { return path }
        return try resolved(parent) + "/" + FileSystem.name(of: path)
    }
}

/// Why a run could not begin or go on.
public struct RunFailure: Error, Sendable, CustomStringConvertible {
    /// Whether something was refused or damaged (exit 1), rather than not possible (exit 2).
    public let isRefusal: Bool
    /// What was being done, to what, and what to try.
    public let description: String

    /// Makes a failure.
    public init(refusing description: String) {
        isRefusal = true
        self.description = description
    }

    /// Makes a failure.
    public init(_ description: String) {
        isRefusal = false
        self.description = description
    }
}
