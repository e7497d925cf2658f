public import Engine
public import Exchange
public import Trading

/// Everything a run is told by its configuration file, checked and with the defaults filled in.
///
/// ``canonicalText`` is the same for two files that mean the same, however they are laid out.
public struct Configuration: Hashable, Sendable {
    /// Where the market comes from.
    public var mode: RunMode
    /// The venue that orders go to.
    public var venue: VenueSettings
    /// What the paper account begins with, sorted by asset.
    public var balances: [StartingBalance]
    /// What is traded, in the order of the file; the place is the instrument's number.
    public var instruments: [InstrumentSettings]
    /// The file of scored signals, if any.
    public var signals: ConfiguredPath?
    /// The limits that every entry passes.
    ///
    /// Its stop distance is the widest of all instruments, so
    /// that what is computed from it errs toward more loss.
    public var risk: RiskParameters
    /// How many levels of each side of a book are held.
    public var bookDepth: Int
    /// How the journal is kept.
    public var journal: JournalSettings
    /// The file whose presence pauses the engine, if any.
    public var killSwitch: ConfiguredPath?
    /// What the journal's chain is signed with, if anything.
    public var signing: SigningSettings?
    /// Where log records go.
    public var log: LogSettings
}

extension Configuration {
    /// What to do with each instrument, in the order of their numbers.
    public var plans: [InstrumentPlan] { instruments.map(\.plan) }

    /// The events that list the instruments in a new journal, in the order of their numbers.
    public var listings: [InstrumentListed] {
        instruments.enumerated().map { number, instrument in
            InstrumentListed(
                id: InstrumentID(UInt16(number)),
                symbol: instrument.symbol,
                market: instrument.market,
                base: instrument.base,
                quote: instrument.quote,
                filters: instrument.filters,
                fees: instrument.fees,
                margin: instrument.margin
            )
        }
    }
}

/// Where the market comes from.
public enum RunMode: String, Sendable, CaseIterable {
    /// From recorded files; the clock is theirs.
    case tape
    /// The test network of a venue.
    case testnet
    /// A venue with real money.
    case live
}

/// The venue that orders go to.
public struct VenueSettings: Hashable, Sendable {
    /// Which venue.
    public var kind: VenueKind
    /// How long a request takes to reach it.
    public var latency: TimeSpan
    /// How long its answer takes to reach us.
    public var replyLatency: TimeSpan
    /// Whether orders are filled on paper, whatever market is watched.
    public var isOnPaper: Bool
    /// The key and its secret; `nil` where there is none.
    public var credentials: CredentialSettings?
    /// The port of a local exchange that stands for the venue; `nil` for the venue itself.
    public var localPort: Int?
    /// How long a signed request stays good at the venue.
    public var receiveWindow: TimeSpan
    /// When a group of the venue's endpoints is left alone, and for how long.
    public var breaker: CircuitBreaker.Settings
}

/// Where a key and its secret are; neither stands in the configuration.
public enum CredentialSettings: Hashable, Sendable {
    /// In two variables of the environment.
    case environment(key: String, secret: String)
    /// In a file of mode 0600 with the two on a line each.
    case file(ConfiguredPath)
}

/// The venues there are.
public enum VenueKind: String, Sendable, CaseIterable {
    /// A simulated one, which fills orders against the market that is seen.
    case paper
    /// Binance: spot and USD-M contracts.
    case binance
    /// Bybit: spot and linear contracts of a unified account.
    case bybit
}

/// What a paper account holds of one asset at the start.
public struct StartingBalance: Hashable, Sendable {
    /// The asset's name.
    public var asset: String
    /// How much of it.
    public var amount: Money
}

/// An instrument and what to do with it.
public struct InstrumentSettings: Hashable, Sendable {
    /// The venue's symbol.
    public var symbol: String
    /// Spot or perpetual.
    public var market: Market
    /// The base asset's name.
    public var base: String
    /// The quote asset's name.
    public var quote: String
    /// What the venue accepts.
    public var filters: InstrumentFilters
    /// What trading costs.
    public var fees: FeeSchedule
    /// How a position is margined.
    public var margin: MarginTerms
    /// What the engine does with it.
    public var plan: InstrumentPlan
}

/// How the journal is kept.
public struct JournalSettings: Hashable, Sendable {
    /// The stamped time between two snapshots of the state.
    public var snapshotInterval: TimeSpan
    /// The size in bytes at which a segment is closed.
    public var segmentLimit: Int
    /// The most events of one commit.
    public var batchLimit: Int
    /// Where the second witness stands; `nil` for the user's or service's state directory.
    public var stateDirectory: ConfiguredPath?
    /// Where a copy goes when the journal's disk fails, if anywhere.
    public var emergencyBackup: ConfiguredPath?
    /// The free bytes below which nothing is opened.
    public var diskReserve: Int
}

/// What the journal's chain is signed with, and how often.
public struct SigningSettings: Hashable, Sendable {
    /// The file of the private key.
    public var keyFile: ConfiguredPath
    /// The stamped time between two checkpoints.
    public var every: TimeSpan

    /// Makes settings.
    public init(keyFile: ConfiguredPath, every: TimeSpan) {
        self.keyFile = keyFile
        self.every = every
    }
}

/// Where log records go.
public struct LogSettings: Hashable, Sendable {
    /// Where the files by day are; `nil` for none on tapes, beside the journal on a venue.
    public var directory: ConfiguredPath?
    /// How many days with files are kept.
    public var days = 30
    /// The most bytes of a file.
    public var dayLimit = 64 << 20
    /// The least severe records to keep.
    public var level: LogLevel
}

/// A path of the configuration file.
public struct ConfiguredPath: Hashable, Sendable {
    /// As it stands in the file.
    public let written: String
    /// Seen from the working directory: a relative one is relative to the configuration file.
    public let resolved: String

    /// Makes a path that was found in a file of `directory`.
    public init(_ written: String, in directory: String) {
        self.written = written
        resolved = written.hasPrefix("/") || directory.isEmpty ? written : "\(directory)/\(written)"
    }
}
