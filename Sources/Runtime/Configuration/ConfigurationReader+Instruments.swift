import Engine
import Trading

/// Reads one instrument: what it is.
extension ConfigurationReader {
    /// The largest order where the configuration names none.
    static var largestQuantity: Quantity { Quantity(DecimalRange.billion) }

    func instrument(
        _ section: ConfigurationSection,
        bookDepth: Int?,
        risk: RiskParameters?
    ) -> InstrumentSettings {
        defer { section.finish() }
        let symbol = name("symbol", section)
        let market = section.choice("market", of: Market.allCases.map { ($0.name, $0) })
        let base = name("base", section)
        let quote = name("quote", section)
        if let base, base == quote { section.report("quote", "must differ from base") }
        let filters = filters(section, symbol: symbol, market: market)
        let fees = fees(section)
        let margin = margin(section, market: market)
        let plan = plan(section, market: market, bookDepth: bookDepth)
        if let plan {
            checkSize(of: plan, section, market: market, filters: filters, fees: fees, risk: risk)
            checkStop(of: plan, section, margin: margin)
        }
        return InstrumentSettings(
            symbol: symbol ?? "",
            market: market ?? .spot,
            base: base ?? "",
            quote: quote ?? "",
            filters: filters
                ?? InstrumentFilters(
                    priceTick: Price(.one),
                    quantityStep: Quantity(.one),
                    minimumQuantity: .zero,
                    maximumQuantity: .zero,
                    minimumNotional: .zero
                ),
            fees: fees ?? FeeSchedule(maker: .zero, taker: .zero),
            margin: margin ?? .unlevered,
            plan: plan ?? Self.placeholder
        )
    }

    private func name(_ key: String, _ section: ConfigurationSection) -> String? {
        guard let name = section.text(key) else { return nil }
        guard Self.isName(name) else {
            section.report(key, "expected capital letters and digits, found \"\(name)\"")
            return nil
        }
        return name
    }

    /// The filters: from the file of symbol properties where one is named, and each that stands in
    /// the configuration itself before it.
    private func filters(
        _ section: ConfigurationSection,
        symbol: String?,
        market: Market?
    ) -> InstrumentFilters? {
        let file = section.optionalText("filtersFrom")
        var found: InstrumentFilters?
        if let file, let symbol, let market {
            let path = ConfiguredPath(file, in: directory).resolved
            do {
                found = try SymbolProperties.filters(of: symbol, market, in: path)
            } catch {
                section.report("filtersFrom", error.message)
            }
        }
        guard let given = section.section("filters", isRequired: file == nil) else { return found }
        defer { given.finish() }
        let mayLack = file != nil
        let tick = filter("priceTick", given, mayLack ? found?.priceTick.value ?? .one : nil)
        let step = filter("quantityStep", given, mayLack ? found?.quantityStep.value ?? .one : nil)
        let least = filter(
            "minimumQuantity",
            given,
            mayLack ? found?.minimumQuantity.value ?? .one : nil
        )
        let most = filter("maximumQuantity", given, Self.largestQuantity.value)
        let notional = given.decimal(
            "minimumNotional",
            .within(.zero, DecimalRange.billion),
            default: found?.minimumNotional.value ?? .zero
        )
        if let least, let most, least > most {
            given.report("minimumQuantity", "must not be above maximumQuantity, which is \(most)")
        }
        guard let tick, let step, let least, let most, let notional else { return nil }
        return InstrumentFilters(
            priceTick: Price(tick),
            quantityStep: Quantity(step),
            minimumQuantity: Quantity(least),
            maximumQuantity: Quantity(most),
            minimumNotional: Money(notional)
        )
    }

    private func filter(
        _ key: String,
        _ section: ConfigurationSection,
        _ standard: Decimal?
    ) -> Decimal? {
        section.decimal(key, .positive(upTo: DecimalRange.largestAmount), default: standard)
    }

    private func fees(_ section: ConfigurationSection) -> FeeSchedule? {
        guard let section = section.section("fees", isRequired: true) else { return nil }
        defer { section.finish() }
        let tenth = Decimal(units: Decimal.unitsPerOne / 10)
        let maker = section.decimal("maker", .within(-tenth, tenth))
        let taker = section.decimal("taker", .within(.zero, tenth))
        guard let maker, let taker else { return nil }
        return FeeSchedule(maker: maker, taker: taker)
    }

    private func margin(_ section: ConfigurationSection, market: Market?) -> MarginTerms? {
        if market == .spot {
            if section.has("margin") {
                section.report("margin", "a spot market has no margin; leave it out")
            }
            return .unlevered
        }
        guard let section = section.section("margin", isRequired: market == .perpetual) else {
            return nil
        }
        defer { section.finish() }
        let leverage = section.decimal("leverage", .within(.one, Decimal(1_000)))
        let rate = section.decimal("maintenanceRate", .fraction)
        guard let leverage, let rate else { return nil }
        if leverage.times(rate, .up) >= .one {
            section.report(
                "leverage",
                "\(leverage) leaves no margin above the maintenance rate of \(rate)"
            )
            return nil
        }
        return MarginTerms(leverage: leverage, maintenanceRate: rate)
    }

    /// Whether an entry of the configured size can ever leave.
    private func checkSize(
        of plan: InstrumentPlan,
        _ section: ConfigurationSection,
        market: Market?,
        filters: InstrumentFilters?,
        fees: FeeSchedule?,
        risk: RiskParameters?
    ) {
        let size = plan.orderNotional.times(plan.sizeMultiplier, .down)
        let least = max(filters?.minimumNotional ?? .zero, risk?.minimumOrderSize ?? .zero)
        // The stop is an order too, of what the fee left, at its own price.
        let kept = size.times(.one - plan.stopLossFraction, .down)
        let protected = kept - kept.times(fees?.taker ?? .zero, .up)
        if size < least {
            section.report(
                "order",
                "notional × multiplier is \(size): below the least order of \(least), so that "
                    + "every entry would be refused"
            )
        } else if market == .spot, let filters, protected < filters.minimumNotional {
            section.report(
                "order",
                "notional × multiplier is \(size): its stop would be an order of \(protected), "
                    + "below the venue's least of \(filters.minimumNotional), so that every entry "
                    + "would be refused"
            )
        } else if let risk, size > risk.maximumPositionSize {
            section.report(
                "order",
                "notional × multiplier is \(size): above risk.maximumPositionSize, which is "
                    + "\(risk.maximumPositionSize), so that every entry would be refused"
            )
        }
    }

    /// Whether the stop acts before the venue liquidates, seen from a short position, which is
    /// liquidated at the smaller move.
    private func checkStop(
        of plan: InstrumentPlan,
        _ section: ConfigurationSection,
        margin: MarginTerms?
    ) {
        guard let margin, margin.maintenanceRate > .zero else { return }
        let initial = Decimal.one.divided(by: margin.leverage, .down)
        let reserve = initial - margin.maintenanceRate
        let distance = reserve.divided(by: .one + margin.maintenanceRate, .down)
        if plan.stopLossFraction >= distance {
            section.report(
                "stopLoss",
                "\(plan.stopLossFraction) is too far: the venue liquidates at a move of "
                    + distance.text(places: 4)
            )
        }
    }
}
