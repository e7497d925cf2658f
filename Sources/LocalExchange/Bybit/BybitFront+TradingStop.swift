internal import Exchange
internal import JSON
internal import Trading

// The stops of a whole position: conditional orders that follow its size.
extension BybitFront {
    private static let stopWords: [(key: String, isLoss: Bool)] = [
        ("takeProfit", false), ("stopLoss", true),
    ]

    func tradingStop(_ call: BybitCall) throws(BybitError) -> BybitAnswer {
        let asked = call.parameters
        let market = try contract(call)
        guard try asked.integer("positionIdx") ?? 0 == 0 else {
            throw BybitError(10001, "position idx not match position mode")
        }
        for key in ["trailingStop", "activePrice", "tpLimitPrice", "slLimitPrice"] {
            guard let value = try asked.decimal(key), value != .zero else { continue }
            throw .parameter(key)
        }
        try BybitPlacement.checkStops(asked, house.markets[market])
        if house.position(of: call.account, in: market).quantity.isZero {
            throw BybitError(10001, "can not set tp/sl/ts for zero position")
        }
        var changes = 0
        for (key, isLoss) in Self.stopWords {
            guard let price = try asked.decimal(key).map({ Price($0) }) else { continue }
            let watch = try watch(asked, isLoss: isLoss)
            let has = stopOrder(isLoss, market, call.account)?.wish.trigger
            if price == has?.price ?? .zero, watch == has?.watch ?? watch { continue }
            try setStop(price, watch, isLoss: isLoss, market, call.account, at: call.now)
            changes += 1
        }
        guard changes > 0 else { throw BybitError(34040, "not modified") }
        pushPosition(market, call.account, at: call.now)
        return BybitAnswer(.object([]))
    }

    private func watch(
        _ asked: BybitParameters,
        isLoss: Bool
    ) throws(BybitError) -> LocalTrigger.Watch {
        let key = isLoss ? "slTriggerBy" : "tpTriggerBy"
        guard let watch = LocalTrigger.Watch(bybit: try asked.text(key) ?? "LastPrice") else {
            throw .parameter(key)
        }
        return watch
    }

    /// The order that stops a position; `nil` for none that waits.
    private func stopOrder(_ isLoss: Bool, _ market: Int, _ account: Int) -> LocalOrder? {
        let stops = desks[account].stops[market]
        guard let number = isLoss ? stops.stopLoss : stops.takeProfit,
            let order = house.order(number), order.isOpen, order.isUntriggered
        else { return nil }
        return order
    }

    /// Sets, moves or, with a price of zero, takes away the stop of a position.
    func setStop(
        _ price: Price,
        _ watch: LocalTrigger.Watch,
        isLoss: Bool,
        _ market: Int,
        _ account: Int,
        at now: Timestamp
    ) throws(BybitError) {
        let held = house.position(of: account, in: market).quantity
        let isLong = held.isPositive
        let rises = isLong != isLoss
        if !price.isZero {
            try checkSide(price, rises: rises, isLong: isLong, isLoss: isLoss, market, watch)
        }
        let old = stopOrder(isLoss, market, account)
        var number: UInt64?
        if let old, !price.isZero, old.wish.trigger?.watch == watch {
            let quantity = old.wish.quantity
            let outcome = house.amend(
                old.number,
                quantity: quantity,
                price: .zero,
                trigger: price,
                at: now
            )
            if case .refused(let reason) = outcome {
                throw BybitRefusal.placing(reason, isSpot: false)
            }
            return
        }
        if !price.isZero {
            let trigger = LocalTrigger(
                price: price,
                rises: rises,
                watch: watch,
                closesPosition: true
            )
            number = try placeStop(trigger, isLoss: isLoss, market, account, at: now)
        }
        if let old { cancelStop(old.number, at: now) }
        if isLoss {
            desks[account].stops[market].stopLoss = number
        } else {
            desks[account].stops[market].takeProfit = number
        }
    }

    private func placeStop(
        _ trigger: LocalTrigger,
        isLoss: Bool,
        _ market: Int,
        _ account: Int,
        at now: Timestamp
    ) throws(BybitError) -> UInt64 {
        let held = house.position(of: account, in: market).quantity
        let wish = LocalWish(
            market: market,
            clientID: "",
            side: held.isPositive ? .sell : .buy,
            type: .market,
            timeInForce: .immediateOrCancel,
            isReduceOnly: true,
            quantity: held.magnitude,
            trigger: trigger
        )
        switch house.place(wish, of: account, at: now) {
        case .refused(let reason): throw BybitRefusal.placing(reason, isSpot: false)
        case .done(let order):
            var kept = BybitOrderNotes()
            kept.filter = .stop
            kept.stopType = isLoss ? "StopLoss" : "TakeProfit"
            kept.createType = isLoss ? "CreateByStopLoss" : "CreateByTakeProfit"
            kept.closeOnTrigger = true
            kept.triggerBy = trigger.watch == .lastPrice ? "LastPrice" : "MarkPrice"
            kept.lastPrice = house.markets[market].lastPrice
            notes[order.number] = kept
            return order.number
        }
    }

    /// Refuses a stop on the wrong side of the market.
    private func checkSide(
        _ price: Price,
        rises: Bool,
        isLong: Bool,
        isLoss: Bool,
        _ market: Int,
        _ watch: LocalTrigger.Watch
    ) throws(BybitError) {
        let place = house.markets[market]
        guard let now = watch == .lastPrice ? place.lastPrice : place.mark?.price else { return }
        guard rises ? price <= now : price >= now else { return }
        let word = isLoss ? "StopLoss" : "TakeProfit"
        let relation = rises ? "higher" : "lower"
        throw BybitError(
            10001,
            "\(word):\(BybitRules.tenThousandths(price)) set for \(isLong ? "Buy" : "Sell") "
                + "position should be \(relation) than base_price:"
                + "\(BybitRules.tenThousandths(now))??LastPrice"
        )
    }

    private func cancelStop(_ number: UInt64, at now: Timestamp) {
        guard house.order(number)?.isOpen == true else { return }
        notes[number, default: BybitOrderNotes()].cancelType = "CancelByTpSlTsClear"
        _ = house.cancel(number, at: now)
    }

    /// Lets the stops of a position follow its size, and go with it.
    func followStops(_ market: Int, _ account: Int, at now: Timestamp) {
        let held = house.position(of: account, in: market).quantity
        for (_, isLoss) in Self.stopWords {
            guard let order = stopOrder(isLoss, market, account) else {
                let number =
                    isLoss
                    ? desks[account].stops[market].stopLoss
                    : desks[account].stops[market].takeProfit
                if let number, house.order(number)?.isOpen != true {
                    forgetStop(isLoss, market, account)
                }
                continue
            }
            let closes = order.wish.side == .sell ? held.isPositive : held.isNegative
            if !closes {
                cancelStop(order.number, at: now)
                forgetStop(isLoss, market, account)
            } else if held.magnitude != order.wish.quantity {
                _ = house.amend(
                    order.number,
                    quantity: held.magnitude,
                    price: .zero,
                    trigger: order.wish.trigger?.price ?? .zero,
                    at: now
                )
            }
        }
    }

    private func forgetStop(_ isLoss: Bool, _ market: Int, _ account: Int) {
        if isLoss {
            desks[account].stops[market].stopLoss = nil
        } else {
            desks[account].stops[market].takeProfit = nil
        }
    }

    /// Gives a position the stops that came with an order which now fills.
    func applyAttached(_ order: LocalOrder, at now: Timestamp) {
        guard let kept = notes[order.number], kept.takeProfit != nil || kept.stopLoss != nil else {
            return
        }
        let market = order.wish.market
        guard !house.position(of: order.account, in: market).quantity.isZero else { return }
        notes[order.number]?.takeProfit = nil
        notes[order.number]?.stopLoss = nil
        for (price, isLoss) in [(kept.takeProfit, false), (kept.stopLoss, true)] {
            guard let price else { continue }
            // The market may have passed it meanwhile: then there is none, as at the venue.
            try? setStop(price, .lastPrice, isLoss: isLoss, market, order.account, at: now)
        }
    }
}
