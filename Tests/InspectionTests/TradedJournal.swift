import Engine
import Exchange
import Journal
import Platform
import TestSupport
import Trading

@testable import Runtime

/// A journal that the real engine wrote over a generated market.
struct TradedJournal {
    let root: String
    var path: String { root + "/journal" }
    var state: String { root + "/state" }
    var key: String { root + "/key" }

    private var tape: String { root + "/GENUSDT.tape" }

    /// Trades some minutes of a generated market into a new journal.
    ///
    /// - Parameters:
    ///   - root: Where everything is.
    ///   - minutes: The length of the market.
    ///   - seed: What it is generated from.
    ///   - signedEvery: The schedule of checkpoints, signed with the key that is then in ``key``.
    ///   - commits: After how many commits to stop; `nil` for the end of the market.
    ///   - change: What is to be different in the plan.
    /// - Throws: What stood in the way.
    init(
        in root: String = TemporaryDirectory.path,
        minutes: Int = 3,
        seed: UInt64 = 7,
        signedEvery: TimeSpan? = nil,
        commits: Int? = nil,
        _ change: (inout RunPlan) -> Void = { _ in }
    ) throws {
        self.root = root
        try FileSystem.createDirectories(root)
        try Self.write(seed: seed, minutes: minutes, to: tape)
        if signedEvery != nil { _ = try KeyFile.make(key) }
        try trade(commits: commits, signedEvery: signedEvery, change)
    }

    /// Goes on trading, in an epoch of its own.
    @discardableResult
    func trade(
        commits: Int? = nil,
        signedEvery: TimeSpan? = nil,
        _ change: (inout RunPlan) -> Void = { _ in }
    ) throws -> RunSummary {
        var count = 0
        let observer = RunObserver(
            log: { _ in },
            progress: { _ in },
            isStopWanted: {
                count += 1
                return count > commits ?? .max
            }
        )
        var plan = try Self.plan(root, tape)
        if let signedEvery {
            plan.signing = SigningSettings(keyFile: ConfiguredPath(key, in: ""), every: signedEvery)
        }
        // A start after the first is checked by a child, which the test program cannot be.
        plan.scanner = FileSystem.parent(of: try CurrentProcess.executablePath()) + "/journalctl"
        change(&plan)
        return try TapeRun.run(plan, observer)
    }

    /// A journal that somebody else makes.
    init(at root: String) { self.root = root }

    private static func write(seed: UInt64, minutes: Int, to path: String) throws {
        var market = GeneratedMarket(seed: seed, minutes: minutes)
        var line: [UInt8] = []
        var bytes: [UInt8] = []
        while market.nextLine(into: &line) {
            bytes.append(contentsOf: line)
            bytes.append(0x0A)
        }
        try FileSystem.replaceDurably(path, with: [bytes])
    }

    private static func decimal(_ text: String) throws -> Decimal { try Decimal(text) }

    private static func plan(_ root: String, _ tape: String) throws -> RunPlan {
        RunPlan(
            journal: root + "/journal",
            stateDirectory: root + "/state",
            tapes: [tape],
            instruments: [try listing()],
            plans: [try instrumentPlan()],
            risk: try risk(),
            balances: [
                BalanceAdjusted(asset: "USDT", amount: Money(Decimal(100_000)), reason: "deposit")
            ],
            latency: TimeSpan(milliseconds: 20),
            replyLatency: TimeSpan(milliseconds: 20),
            signals: [],
            signalFile: nil,
            bookCapacity: 100,
            snapshotInterval: TimeSpan(seconds: 30),
            batchLimit: 7,
            segmentLimit: 256 << 10,
            diskReserve: 0,
            emergencyBackup: nil,
            killSwitch: nil,
            configurationHash: String(repeating: "c", count: 64),
            configurationText: "{}",
            program: "holdfast test"
        )
    }

    private static func listing() throws -> InstrumentListed {
        InstrumentListed(
            id: InstrumentID(0),
            symbol: GeneratedMarket.symbol,
            market: .spot,
            base: "GEN",
            quote: "USDT",
            filters: InstrumentFilters(
                priceTick: Price(try decimal("0.01")),
                quantityStep: Quantity(try decimal("0.001")),
                minimumQuantity: Quantity(try decimal("0.001")),
                maximumQuantity: Quantity(Decimal(100_000)),
                minimumNotional: Money(Decimal(5))
            ),
            fees: FeeSchedule(maker: try decimal("0.0001"), taker: try decimal("0.0002")),
            margin: .unlevered
        )
    }

    private static func instrumentPlan() throws -> InstrumentPlan {
        InstrumentPlan(
            strategy: .imbalance(
                ImbalancePlan(
                    depth: 5,
                    buyThreshold: try decimal("0.7"),
                    sellThreshold: try decimal("0.3"),
                    minimumClusterVolume: Quantity(Decimal(1)),
                    closesOnOpposite: true
                )
            ),
            orderNotional: Money(Decimal(500)),
            sizeMultiplier: .one,
            entry: EntryPlan(
                type: .market,
                timeInForce: .immediateOrCancel,
                offsetTicks: 0,
                timeout: TimeSpan(seconds: 5)
            ),
            stopLossFraction: try decimal("0.01"),
            takeProfitFraction: try decimal("0.02"),
            takeProfitRests: false,
            trailing: nil,
            maximumHolding: TimeSpan(seconds: 60),
            cooldown: TimeSpan(seconds: 1),
            allowsShort: false
        )
    }

    private static func risk() throws -> RiskParameters {
        RiskParameters(
            maximumOpenDeals: 3,
            maximumPositionSize: Money(Decimal(1_000)),
            maximumExposure: Money(Decimal(2_000)),
            minimumOrderSize: Money(Decimal(10)),
            maximumDailyLoss: .zero,
            maximumDrawdown: .zero,
            stopLossFraction: try decimal("0.01"),
            maximumOrderRate: 1_000,
            orderRateWindow: .second
        )
    }
}
