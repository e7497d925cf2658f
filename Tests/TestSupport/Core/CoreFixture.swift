package import Engine
package import Projections
package import Trading

/// The instruments, limits and plans that the tests of the core begin with.
package enum CoreFixture {
    /// BTCUSDT with a tick of 0.1, a step of 0.001, at least 0.002 and 5 USDT.
    package static func listing(
        _ market: Market,
        id: UInt16 = 0,
        symbol: String = "BTCUSDT",
        base: String = "BTC",
        leverage: String = "10"
    ) -> InstrumentListed {
        InstrumentListed(
            id: InstrumentID(id),
            symbol: symbol,
            market: market,
            base: base,
            quote: "USDT",
            filters: InstrumentFilters(
                priceTick: price("0.1"),
                quantityStep: quantity("0.001"),
                minimumQuantity: quantity("0.002"),
                maximumQuantity: quantity("1000"),
                minimumNotional: money("5")
            ),
            fees: FeeSchedule(maker: number("0.001"), taker: number("0.002")),
            margin: market == .spot
                ? .unlevered
                : MarginTerms(leverage: number(leverage), maintenanceRate: number("0.05"))
        )
    }

    /// Limits that are far away.
    package static var wideLimits: RiskParameters {
        RiskParameters(
            maximumOpenDeals: 10,
            maximumPositionSize: money("100000"),
            maximumExposure: money("100000"),
            minimumOrderSize: money("5"),
            maximumDailyLoss: .zero,
            maximumDrawdown: .zero,
            stopLossFraction: number("0.05"),
            maximumOrderRate: 1000,
            orderRateWindow: TimeSpan(seconds: 60)
        )
    }

    /// Buys at an imbalance of 0.75 for 100 USDT at the market, with a stop five per cent away.
    package static var plan: InstrumentPlan {
        InstrumentPlan(
            strategy: .imbalance(imbalance),
            orderNotional: money("100"),
            sizeMultiplier: .one,
            entry: EntryPlan(
                type: .market,
                timeInForce: .immediateOrCancel,
                offsetTicks: 0,
                timeout: TimeSpan(seconds: 10)
            ),
            stopLossFraction: number("0.05"),
            takeProfitFraction: nil,
            takeProfitRests: false,
            trailing: nil,
            maximumHolding: nil,
            cooldown: .zero,
            allowsShort: false
        )
    }

    package static var imbalance: ImbalancePlan {
        ImbalancePlan(
            depth: 2,
            buyThreshold: number("0.75"),
            sellThreshold: number("0.25"),
            minimumClusterVolume: quantity("3"),
            closesOnOpposite: true
        )
    }

    /// A state in which trading may begin, with its events.
    package static func begun(
        _ listings: [InstrumentListed],
        risk: RiskParameters = wideLimits,
        usdt: String = "10000",
        epoch: UInt32 = 1,
        draw: String = "wxyz",
        at time: Timestamp = moment(0)
    ) -> Turn {
        var turn = Turn(state: TradingState())
        turn.begin(at: time)
        turn.emit(.journalBegan(JournalBegan(tag: "abcd", mode: .tape)))
        turn.emit(
            .epochBegan(
                EpochBegan(
                    epoch: Epoch(epoch),
                    draw: draw,
                    previousStop: .none,
                    program: "test",
                    process: 1
                )
            )
        )
        for listing in listings { turn.emit(.instrumentListed(listing)) }
        turn.emit(.riskParametersChanged(RiskParametersChanged(parameters: risk)))
        turn.emit(
            .balanceAdjusted(BalanceAdjusted(asset: "USDT", amount: money(usdt), reason: "paper"))
        )
        return turn
    }
}

extension TradingState {
    /// The canonical bytes.
    package var canonical: [UInt8] {
        var writer = ByteWriter(capacity: 4096)
        encode(into: &writer)
        return writer.bytes
    }

    /// Reads canonical bytes; `nil` where they are damaged.
    package static func read(_ canonical: [UInt8]) -> TradingState? {
        TradingState(canonical: canonical.span)
    }
}
