import Engine
internal import Exchange
import JSON
import Trading

extension Configuration {
    /// Every value in force, defaults included, in one text: JSON with sorted keys, which reads
    /// back as the same configuration.
    ///
    /// Paths stand as they were written, so that the text does not depend on where the files lie;
    /// filters that came from another file stand here in full.
    public var canonicalText: String {
        let text: JSONText = .object([
            ("mode", .text(mode.rawValue)),
            ("venue", venue.json),
            ("balances", .object(balances.map { ($0.asset, .text($0.amount.description)) })),
            ("instruments", .list(instruments.map(\.json))),
            ("signals", signals?.json),
            ("risk", risk.json),
            ("book", .object([("depth", .integer(Int64(bookDepth)))])),
            ("journal", journal.json),
            ("killSwitch", killSwitch?.json),
            ("signing", signing?.json),
            ("log", log.json),
        ])
        return text.sortedLines
    }
}

extension LogSettings {
    /// What is as usual is left out: so the text of a journal that knew no such keys is the same.
    fileprivate var json: JSONText {
        let usual = LogSettings(directory: nil, level: level)
        return .object([
            ("directory", directory?.json),
            ("days", days == usual.days ? nil : .integer(Int64(days))),
            (
                "dayLimit",
                dayLimit == usual.dayLimit ? nil : .text(UnitText.text(byteCount: dayLimit))
            ),
            ("level", .text(level.name)),
        ])
    }
}

extension ConfiguredPath {
    fileprivate var json: JSONText { .text(written) }
}

extension Decimal {
    fileprivate var json: JSONText { .text(description) }
}

extension Amount {
    fileprivate var json: JSONText { .text(description) }
}

extension TimeSpan {
    fileprivate var json: JSONText { .text(UnitText.text(self)) }
}

extension VenueSettings {
    fileprivate var json: JSONText {
        .object([
            ("kind", .text(kind.rawValue)),
            ("orders", kind == .paper ? nil : .text(isOnPaper ? "paper" : "venue")),
            ("latency", isOnPaper ? latency.json : nil),
            ("replyLatency", isOnPaper ? replyLatency.json : nil),
            ("receiveWindow", kind == .paper ? nil : receiveWindow.json),
            ("breaker", kind == .paper ? nil : breaker.json),
            ("credentials", credentials?.json),
            ("local", localPort.map { .integer(Int64($0)) }),
        ])
    }
}

extension CircuitBreaker.Settings {
    fileprivate var json: JSONText {
        .object([
            ("threshold", .integer(Int64(threshold))),
            ("window", window.json),
            ("coolDown", coolDown.json),
        ])
    }
}

extension CredentialSettings {
    fileprivate var json: JSONText {
        switch self {
        case .environment(let key, let secret):
            .object([("keyVariable", .text(key)), ("secretVariable", .text(secret))])
        case .file(let path): .object([("file", path.json)])
        }
    }
}

extension JournalSettings {
    fileprivate var json: JSONText {
        .object([
            ("snapshotInterval", snapshotInterval.json),
            ("segmentLimit", .text(UnitText.text(byteCount: segmentLimit))),
            ("batchLimit", .integer(Int64(batchLimit))),
            ("stateDirectory", stateDirectory?.json),
            ("emergencyBackup", emergencyBackup?.json),
            ("diskReserve", .text(UnitText.text(byteCount: diskReserve))),
        ])
    }
}

extension SigningSettings {
    fileprivate var json: JSONText {
        .object([("keyFile", keyFile.json), ("every", every.json)])
    }
}

extension RiskParameters {
    /// Without the stop's distance, which the instruments give.
    fileprivate var json: JSONText {
        .object([
            ("maximumOpenDeals", .integer(Int64(maximumOpenDeals))),
            ("maximumPositionSize", maximumPositionSize.json),
            ("maximumExposure", maximumExposure.json),
            ("minimumOrderSize", minimumOrderSize.json),
            ("maximumDailyLoss", maximumDailyLoss.json),
            ("maximumDrawdown", maximumDrawdown.json),
            ("maximumOrderRate", .integer(Int64(maximumOrderRate))),
            ("orderRateWindow", orderRateWindow.json),
        ])
    }
}

extension InstrumentSettings {
    fileprivate var json: JSONText {
        .object([
            ("symbol", .text(symbol)),
            ("market", .text(market.name)),
            ("base", .text(base)),
            ("quote", .text(quote)),
            ("filters", filters.json),
            ("fees", .object([("maker", fees.maker.json), ("taker", fees.taker.json)])),
            ("margin", market == .spot ? nil : margin.json),
            ("strategy", plan.strategy.json),
            (
                "order",
                .object([
                    ("notional", plan.orderNotional.json),
                    ("multiplier", plan.sizeMultiplier.json),
                ])
            ),
            ("entry", plan.entry.json),
            ("stopLoss", plan.stopLossFraction.json),
            (
                "takeProfit",
                plan.takeProfitFraction.map { fraction in
                    .object([
                        ("fraction", fraction.json), ("rests", .flag(plan.takeProfitRests)),
                    ])
                }
            ),
            ("trailing", plan.trailing?.json),
            ("maximumHolding", plan.maximumHolding?.json),
            ("cooldown", plan.cooldown.json),
            ("allowsShort", .flag(plan.allowsShort)),
            ("priceBand", plan.priceBand?.json),
        ])
    }
}

extension InstrumentFilters {
    fileprivate var json: JSONText {
        .object([
            ("priceTick", priceTick.json),
            ("quantityStep", quantityStep.json),
            ("minimumQuantity", minimumQuantity.json),
            ("maximumQuantity", maximumQuantity.json),
            ("minimumNotional", minimumNotional.json),
        ])
    }
}

extension MarginTerms {
    fileprivate var json: JSONText {
        .object([("leverage", leverage.json), ("maintenanceRate", maintenanceRate.json)])
    }
}

extension StrategyPlan {
    fileprivate var json: JSONText {
        switch self {
        case .imbalance(let plan):
            .object([
                ("kind", .text("imbalance")),
                ("depth", .integer(Int64(plan.depth))),
                ("buyThreshold", plan.buyThreshold.json),
                ("sellThreshold", plan.sellThreshold.json),
                ("minimumClusterVolume", plan.minimumClusterVolume.json),
                ("closesOnOpposite", .flag(plan.closesOnOpposite)),
            ])
        case .signals(let plan):
            .object([
                ("kind", .text("signals")), ("threshold", plan.threshold.json),
                ("longestAge", plan.longestAge.json),
            ])
        }
    }
}

extension EntryPlan {
    fileprivate var json: JSONText {
        .object([
            ("type", .text(type.name)),
            ("timeInForce", .text(timeInForce.name)),
            ("offsetTicks", .integer(Int64(offsetTicks))),
            ("timeout", timeout.json),
        ])
    }
}

extension TrailingPlan {
    fileprivate var json: JSONText {
        .object([
            ("activation", activation.json),
            ("callback", callback.json),
            ("minimumStep", minimumStep.json),
            ("minimumInterval", minimumInterval.json),
        ])
    }
}
