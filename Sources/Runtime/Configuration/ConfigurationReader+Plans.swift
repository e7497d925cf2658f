import Engine
import Trading

/// Reads one instrument: what to do with it.
extension ConfigurationReader {
    /// Stands where a plan could not be read; such a configuration is refused as a whole.
    static var placeholder: InstrumentPlan {
        InstrumentPlan(
            strategy: .imbalance(
                ImbalancePlan(
                    depth: 1,
                    buyThreshold: .one,
                    sellThreshold: .zero,
                    minimumClusterVolume: .zero,
                    closesOnOpposite: false
                )
            ),
            orderNotional: .zero,
            sizeMultiplier: .one,
            entry: EntryPlan(
                type: .market,
                timeInForce: .immediateOrCancel,
                offsetTicks: 0,
                timeout: .second
            ),
            stopLossFraction: .zero,
            takeProfitFraction: nil,
            takeProfitRests: false,
            trailing: nil,
            maximumHolding: nil,
            cooldown: .zero,
            allowsShort: false
        )
    }

    func plan(
        _ section: ConfigurationSection,
        market: Market?,
        bookDepth: Int?
    ) -> InstrumentPlan? {
        let strategy = strategy(section, bookDepth: bookDepth)
        let order = section.section("order", isRequired: true)
        let notional = order?.decimal("notional", .positive())
        let multiplier = order?.decimal(
            "multiplier",
            .positive(upTo: Decimal(1_000_000)),
            default: .one
        )
        order?.finish()
        let entry = entry(section.sectionOrDefaults("entry"))
        let stopLoss = section.decimal("stopLoss", .fraction)
        let (takeProfit, rests) = takeProfit(section, market: market)
        let trailing = trailing(section)
        let holding =
            section.has("maximumHolding")
            ? section.timeSpan("maximumHolding", atLeast: TimeSpan(milliseconds: 1)) : nil
        let cooldown = section.timeSpan("cooldown", atLeast: .zero, default: .zero)
        let allowsShort = section.flag("allowsShort", default: false)
        let band = section.decimal("priceBand", .fraction, default: Self.usualPriceBand)
        if allowsShort, market == .spot {
            section.report("allowsShort", "a spot market cannot be sold short")
        }
        guard let strategy, let notional, let multiplier, let entry, let stopLoss, let cooldown
        else { return nil }
        return InstrumentPlan(
            strategy: strategy,
            orderNotional: Money(notional),
            sizeMultiplier: multiplier,
            entry: entry,
            stopLossFraction: stopLoss,
            takeProfitFraction: takeProfit,
            takeProfitRests: rests,
            trailing: trailing,
            maximumHolding: holding,
            cooldown: cooldown,
            allowsShort: allowsShort,
            priceBand: band
        )
    }

    /// A twentieth: markets that people trade do not move by as much within a second.
    private static var usualPriceBand: Decimal { Decimal(1).divided(by: Decimal(20), .halfEven) }

    private func strategy(_ section: ConfigurationSection, bookDepth: Int?) -> StrategyPlan? {
        guard let section = section.section("strategy", isRequired: true) else { return nil }
        let kinds: [(String, UInt8)] = [("imbalance", 1), ("signals", 2)]
        // Without the kind no other key can be judged.
        guard let kind = section.choice("kind", of: kinds) else { return nil }
        defer { section.finish() }
        guard kind == 1 else {
            let threshold = section.decimal("threshold", .within(.zero, Decimal(100)))
            let usual = SignalPlan.usualAge
            let age = section.timeSpan("longestAge", atLeast: .second, default: usual)
            guard let threshold, let age else { return nil }
            return .signals(SignalPlan(threshold: threshold, longestAge: age))
        }
        let depth = section.integer("depth", in: 1...5_000, default: 5)
        let buy = section.decimal("buyThreshold", .fraction)
        let sell = section.decimal("sellThreshold", .fraction)
        let volume = section.decimal(
            "minimumClusterVolume",
            .within(.zero, DecimalRange.largestAmount),
            default: .zero
        )
        let closes = section.flag("closesOnOpposite", default: false)
        if let buy, let sell, buy <= sell {
            section.report(
                "buyThreshold",
                "must be above sellThreshold, which is \(sell): one book would say both"
            )
        }
        if let depth, let bookDepth, depth > bookDepth {
            section.report("depth", "must not be above book.depth, which is \(bookDepth)")
        }
        guard let depth, let buy, let sell, let volume else { return nil }
        return .imbalance(
            ImbalancePlan(
                depth: depth,
                buyThreshold: buy,
                sellThreshold: sell,
                minimumClusterVolume: Quantity(volume),
                closesOnOpposite: closes
            )
        )
    }

    private func entry(_ section: ConfigurationSection) -> EntryPlan? {
        defer { section.finish() }
        let types: [(String, OrderType)] = [("market", .market), ("limit", .limit)]
        let type = section.choice("type", of: types, default: .market)
        let lifetime = section.choice(
            "timeInForce",
            of: TimeInForce.allCases.map { ($0.name, $0) },
            default: type == .limit ? .goodTillCancelled : .immediateOrCancel
        )
        let offset = section.integer("offsetTicks", in: -1_000_000...1_000_000, default: 0)
        let timeout = section.timeSpan(
            "timeout",
            atLeast: TimeSpan(milliseconds: 1),
            default: TimeSpan(seconds: 5)
        )
        guard let type, let lifetime, let offset, let timeout else { return nil }
        if type == .market, lifetime == .postOnly || lifetime == .goodTillCancelled {
            section.report(
                "timeInForce",
                "a market entry never rests, so it cannot be \(lifetime.name); use IOC or FOK"
            )
        }
        if type == .market, offset != 0 {
            section.report("offsetTicks", "only a limit entry has a price to be offset")
        }
        return EntryPlan(type: type, timeInForce: lifetime, offsetTicks: offset, timeout: timeout)
    }

    private func takeProfit(
        _ section: ConfigurationSection,
        market: Market?
    ) -> (fraction: Decimal?, rests: Bool) {
        guard let section = section.section("takeProfit", isRequired: false) else {
            return (nil, false)
        }
        defer { section.finish() }
        let fraction = section.decimal("fraction", .fraction)
        let rests = section.flag("rests", default: false)
        if rests, market == .spot {
            section.report(
                "rests",
                "a spot market locks the balance for one order, which is the stop; "
                    + "a take profit cannot rest beside it"
            )
        }
        return (fraction, rests)
    }

    private func trailing(_ section: ConfigurationSection) -> TrailingPlan? {
        guard let section = section.section("trailing", isRequired: false) else { return nil }
        defer { section.finish() }
        let activation = section.decimal("activation", .fractionOrZero)
        let callback = section.decimal("callback", .fraction)
        let step = section.decimal("minimumStep", .fractionOrZero, default: .zero)
        let interval = section.timeSpan("minimumInterval", atLeast: .zero, default: .second)
        guard let activation, let callback, let step, let interval else { return nil }
        return TrailingPlan(
            activation: activation,
            callback: callback,
            minimumStep: step,
            minimumInterval: interval
        )
    }
}
