internal import Exchange
internal import Trading

/// What an account holds of a contract, with the sums that the venue makes of it.
struct BinanceHolding {
    let market: Int
    let position: PaperPosition
    /// Notional for one unit of margin, as it was chosen.
    let leverage: Decimal
    /// The highest that can be chosen.
    let maximumLeverage: Decimal
    let maintenanceRate: Decimal
    /// The fair price, or the last one before there is any.
    let mark: Price
    /// What open orders would buy and sell for.
    let bids: Money
    let asks: Money
    /// When an order of it changed last.
    let changed: Timestamp

    init(_ account: Int, _ market: Int, _ house: LocalHouse) {
        self.market = market
        let held = house.markets[market]
        position = house.position(of: account, in: market)
        leverage = house.leverage(of: account, in: market)
        maximumLeverage = held.listing.maximumLeverage ?? .one
        maintenanceRate = held.instrument.margin.maintenanceRate
        mark = held.mark?.price ?? held.lastPrice ?? .zero
        var bids = Money.zero
        var asks = Money.zero
        var changed = Timestamp.never
        for order in house.orders(of: account, in: market) {
            if !order.filled.isZero { changed = max(changed, order.changed) }
            guard order.isOpen, !order.isUntriggered, order.wish.type == .limit else { continue }
            let left = order.remaining.notional(at: order.wish.price, .halfEven)
            if order.wish.side == .buy { bids += left } else { asks += left }
        }
        self.bids = bids
        self.asks = asks
        self.changed = changed
    }

    /// At the fair price; negative when short.
    var notional: Money {
        let worth = position.quantity.magnitude.notional(at: mark, .halfEven)
        return position.quantity.isNegative ? -worth : worth
    }

    var unrealised: Money { position.quantity.isZero ? .zero : position.unrealised(at: mark) }

    var maintenance: Money { notional.magnitude.times(maintenanceRate, .up) }

    /// What open orders hold back; the larger side counts.
    var orderMargin: Money { Money(max(bids, asks).value.divided(by: leverage, .up)) }

    /// The price at which margin and result are down to the maintenance margin; zero for none.
    var liquidationPrice: Price {
        guard !position.quantity.isZero else { return .zero }
        let isLong = position.quantity.isPositive
        let worth =
            isLong ? position.entryCost - position.margin : position.entryCost + position.margin
        guard worth.isPositive else { return .zero }
        let share = isLong ? Decimal.one - maintenanceRate : Decimal.one + maintenanceRate
        let quantity = position.quantity.value.magnitude.times(share, .halfEven)
        return Price(worth.value.divided(by: quantity, .halfEven))
    }
}

/// Something that an account earned or paid.
struct BinanceIncome {
    let account: Int
    let market: Int
    /// `FUNDING_FEE`, `REALIZED_PNL` or `COMMISSION`.
    let kind: String
    let amount: Money
    let asset: String
    let time: Timestamp
    /// The fill; `nil` for funding.
    let trade: UInt64?
}
