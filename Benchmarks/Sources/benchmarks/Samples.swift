import Engine
import Exchange
import Trading

/// A plan, limits and an account to measure with.
enum Samples {
    /// `units` of 10⁻⁶.
    static func millionths(_ units: Int) -> Decimal {
        Decimal(units: Int128(units) * 1_000_000_000_000)
    }

    static var balances: [PaperBalance] {
        [
            PaperBalance(asset: AssetID(0), total: .zero),
            PaperBalance(asset: AssetID(1), total: Money(Decimal(1_000_000))),
        ]
    }

    private static func plan(_ strategy: StrategyPlan) -> InstrumentPlan {
        InstrumentPlan(
            strategy: strategy,
            orderNotional: Money(Decimal(1000)),
            sizeMultiplier: .one,
            entry: EntryPlan(
                type: .market,
                timeInForce: .immediateOrCancel,
                offsetTicks: 0,
                timeout: TimeSpan(seconds: 10)
            ),
            stopLossFraction: millionths(2000),
            takeProfitFraction: millionths(3000),
            takeProfitRests: false,
            trailing: TrailingPlan(
                activation: millionths(500),
                callback: millionths(500),
                minimumStep: millionths(50),
                minimumInterval: .second
            ),
            maximumHolding: TimeSpan(seconds: 600),
            cooldown: TimeSpan(nanoseconds: 0),
            allowsShort: false
        )
    }

    static var imbalancePlan: InstrumentPlan {
        plan(
            .imbalance(
                ImbalancePlan(
                    depth: 20,
                    buyThreshold: millionths(650_000),
                    sellThreshold: millionths(350_000),
                    minimumClusterVolume: .zero,
                    closesOnOpposite: true
                )
            )
        )
    }

    static var signalPlan: InstrumentPlan { plan(.signals(SignalPlan(threshold: .zero))) }

    /// The events that a journal begins with.
    static func setup(symbol: String, market: Market) -> [Event] {
        let listed = InstrumentListed(
            id: InstrumentID(0),
            symbol: symbol,
            market: market,
            base: "BASE",
            quote: "USDT",
            filters: InstrumentFilters(
                priceTick: Price(millionths(10_000)),
                quantityStep: Quantity(millionths(10)),
                minimumQuantity: Quantity(millionths(10)),
                maximumQuantity: Quantity(Decimal(9000)),
                minimumNotional: Money(Decimal(5))
            ),
            fees: FeeSchedule(maker: millionths(1000), taker: millionths(1000)),
            margin: .unlevered
        )
        let risk = RiskParameters(
            maximumOpenDeals: 10,
            maximumPositionSize: Money(Decimal(100_000)),
            maximumExposure: Money(Decimal(1_000_000)),
            minimumOrderSize: .zero,
            maximumDailyLoss: .zero,
            maximumDrawdown: .zero,
            stopLossFraction: millionths(2000),
            maximumOrderRate: 1_000_000,
            orderRateWindow: .second
        )
        let begun = EpochBegan(
            epoch: Epoch(1),
            draw: "efgh",
            previousStop: .none,
            program: "benchmarks",
            process: 1
        )
        let balance = Money(Decimal(1_000_000))
        return [
            .journalBegan(JournalBegan(tag: "abcd", mode: .tape)),
            .epochBegan(begun),
            .instrumentListed(listed),
            .riskParametersChanged(RiskParametersChanged(parameters: risk)),
            .balanceAdjusted(BalanceAdjusted(asset: "USDT", amount: balance, reason: "begin")),
        ]
    }
}
