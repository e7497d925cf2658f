internal import Exchange
internal import JSON
internal import Trading

// Positions, their leverage and their mode.
extension BybitFront {
    /// The positions of an account: of one market held or not, else those that are held.
    func positions(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let asked = call.parameters
        let category = try asked.category()
        guard !category.isSpot else { throw .parameter("category") }
        let symbol = try asked.text("symbol")
        let settle = try asked.text("settleCoin")
        let base = try asked.text("baseCoin")
        let limit = try asked.integer("limit", in: 1...200, default: 20)
        if category == .linear, symbol == nil, settle == nil {
            throw BybitError(10001, "params error: symbol or settleCoin is required")
        }
        let behind = try BybitCursor.place(of: asked.text("cursor"))
        let found = try markets(category, symbol).filter { market in
            let listing = house.markets[market].listing
            return symbol != nil
                || (settle == listing.settle && (base == nil || base == listing.base)
                    && !house.position(of: call.account, in: market).quantity.isZero)
        }
        let list = found.dropFirst(behind).prefix(limit)
        let cursor = found.count > behind + limit ? "place%3D\(behind + limit)%26" : ""
        return BybitAnswer(
            .object([
                (
                    "list",
                    .list(list.map { .object(positionRow($0, call.account, isStream: false)) })
                ),
                ("nextPageCursor", .text(cursor)), ("category", .text(category.rawValue)),
            ])
        )
    }

    /// A position as lists and the stream write it, which differ in a few names.
    func positionRow(
        _ market: Int,
        _ account: Int,
        isStream: Bool
    ) -> [(key: String, value: JSONText?)] {
        let place = house.markets[market]
        let position = house.position(of: account, in: market)
        let desk = desks[account]
        let scale = boards[market].scale
        let size = position.quantity
        let price = place.mark?.price ?? place.lastPrice
        let worth = size.magnitude.notional(at: price ?? .zero, .halfEven)
        let keep = worth.times(place.instrument.margin.maintenanceRate, .up)
        let isFlat = size.isZero
        let entry: JSONText = .amount(position.entryPrice)
        let side = isFlat ? "" : size.isPositive ? "Buy" : "Sell"
        func stop(_ number: UInt64?) -> JSONText {
            let trigger = number.flatMap { house.order($0)?.wish.trigger?.price }
            return .text(trigger.map(scale.text) ?? (isStream ? "0" : ""))
        }
        let unrealised = price.map(position.unrealised) ?? .zero
        let liquidation = isFlat ? "" : Self.liquidation(of: position, place).map(scale.text) ?? ""
        let row: [(key: String, value: JSONText?)] = [
            ("positionIdx", .integer(0)), ("riskId", .integer(1)),
            ("riskLimitValue", .text("2000000")), ("symbol", .text(place.listing.symbol)),
            ("side", .text(side)), ("size", .text(scale.text(size.magnitude))),
            (isStream ? "entryPrice" : "avgPrice", entry), ("positionValue", .amount(worth)),
            ("tradeMode", .integer(0)), ("positionStatus", .text("Normal")),
            ("autoAddMargin", .integer(0)), ("adlRankIndicator", .integer(isFlat ? 0 : 2)),
            ("leverage", .text(house.leverage(of: account, in: market).description)),
            ("breakEvenPrice", entry), ("positionBalance", .amount(position.margin)),
            ("markPrice", .text(price.map(scale.text) ?? "")), ("liqPrice", .text(liquidation)),
            ("bustPrice", .text("")), ("positionMM", .amount(keep)),
            ("positionMMByMp", .amount(keep)), ("positionIM", .amount(position.margin)),
            ("positionIMByMp", .amount(position.margin)), ("tpslMode", .text("Full")),
            ("takeProfit", stop(desk.stops[market].takeProfit)),
            ("stopLoss", stop(desk.stops[market].stopLoss)),
            ("trailingStop", .text("0")), ("unrealisedPnl", .amount(unrealised)),
        ]
        return row + [
            ("curRealisedPnl", .amount(isFlat ? .zero : desk.realised[market])),
            ("cumRealisedPnl", .amount(desk.realised[market])),
            ("seq", .integer(boards[market].sequence)), ("isReduceOnly", .flag(false)),
            (isStream ? "mmrSysUpdatedTime" : "mmrSysUpdateTime", .text("")),
            ("leverageSysUpdatedTime", .text("")), ("sessionAvgPrice", .text("")),
            ("createdTime", desk.opened[market].millisecondText),
            ("updatedTime", desk.changed[market].millisecondText),
            ("category", isStream ? .text("linear") : nil),
        ]
    }

    /// Where margin and result would come down to what must be kept; `nil` for nowhere.
    private static func liquidation(of position: PaperPosition, _ market: LocalMarket) -> Price? {
        let rate = market.instrument.margin.maintenanceRate
        let isLong = position.quantity.isPositive
        let worth =
            isLong ? position.entryCost - position.margin : position.entryCost + position.margin
        guard worth.isPositive else { return nil }
        let share = isLong ? Decimal.one - rate : Decimal.one + rate
        let kept = position.quantity.value.magnitude.times(share, .up)
        let tick = market.listing.filters.priceTick.value
        return Price(worth.value.divided(by: kept, .up).rounded(toMultipleOf: tick, .up))
    }

    func setLeverage(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let market = try contract(call)
        guard let buy = try call.parameters.decimal("buyLeverage"),
            let sell = try call.parameters.decimal("sellLeverage"), buy == sell
        else { throw BybitError(10001, "buy leverage not equal sell leverage") }
        if buy == house.leverage(of: call.account, in: market) {
            throw BybitError(110043, "leverage not modified")
        }
        guard house.setLeverage(buy, of: call.account, in: market) else {
            let most = house.markets[market].listing.maximumLeverage ?? .one
            throw BybitError(
                110013,
                "cannot set leverage [\(buy)] gt maxLeverage [\(most)] by risk limit"
            )
        }
        return BybitAnswer(.object([]))
    }

    /// A unified account has one margin mode for everything.
    func switchIsolated(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        throw BybitError(100028, "unified account is forbidden")
    }

    /// Positions are netted here, and stay so.
    func switchMode(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        _ = try call.parameters.category()
        switch try call.parameters.integer("mode") {
        case 0: throw BybitError(110025, "Position mode is not modified")
        case 3: throw BybitError(110029, "Hedge mode is not available for this symbol")
        default: throw .parameter("mode")
        }
    }

    /// The contract that a change is about.
    func contract(_ call: BybitCall) throws(BybitError) -> Int {
        let symbol = try call.parameters.required("symbol")
        guard try call.parameters.category() == .linear,
            let market = house.market(.bybitLinear, symbol)
        else { throw BybitError(10001, "params error: symbol invalid \(symbol)") }
        return market
    }
}
