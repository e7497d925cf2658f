internal import Exchange
internal import JSON
internal import Trading

/// A coin of a wallet, with what holds it back.
struct BybitCoin {
    let code: String
    let total: Money
    /// What spot orders hold back.
    let locked: Money
    /// What orders in contracts hold back.
    let orders: Money
    /// What positions hold back.
    let positions: Money
    let maintenance: Money
    let unrealised: Money
    /// What one is worth in dollars, as far as the house knows a price.
    private let rate: Decimal

    init(_ code: String, _ balance: PaperBalance, of account: Int, in house: LocalHouse) {
        self.code = code
        total = balance.total
        orders = house.orderMargin(of: account, in: balance.asset)
        var margin = Money.zero
        var kept = Money.zero
        var result = Money.zero
        for (market, place) in house.markets.enumerated()
        where place.venue == .bybitLinear && place.instrument.quote == balance.asset {
            let position = house.position(of: account, in: market)
            margin += position.margin
            guard !position.quantity.isZero, let price = place.mark?.price ?? place.lastPrice else {
                continue
            }
            result += position.unrealised(at: price)
            kept += position.quantity.magnitude.notional(at: price, .halfEven)
                .times(place.instrument.margin.maintenanceRate, .up)
        }
        positions = margin
        maintenance = kept
        unrealised = result
        locked = balance.locked - margin - orders
        rate = Self.rate(code, in: house)
    }

    var equity: Money { total + unrealised }
    var available: Money { total - locked - orders - positions }

    func worth(_ amount: Money) -> Money { amount.times(rate, .halfEven) }

    private static func rate(_ code: String, in house: LocalHouse) -> Decimal {
        if ["USDT", "USDC", "USD"].contains(code) { return .one }
        let known = house.markets.first { market in
            market.listing.base == code && ["USDT", "USDC"].contains(market.listing.quote)
                && market.lastPrice != nil
        }
        return known?.lastPrice?.value ?? .zero
    }

    func row(_ cumulative: Money) -> JSONText {
        .object([
            ("availableToBorrow", .text("")), ("bonus", .text("0")),
            ("accruedInterest", .text("0")), ("availableToWithdraw", .text("")),
            ("totalOrderIM", .amount(orders)), ("equity", .amount(equity)),
            ("totalPositionMM", .amount(maintenance)), ("usdValue", .amount(worth(equity))),
            ("spotHedgingQty", .text("0")), ("unrealisedPnl", .amount(unrealised)),
            ("collateralSwitch", .flag(true)), ("borrowAmount", .text("0")),
            ("totalPositionIM", .amount(positions)), ("walletBalance", .amount(total)),
            ("cumRealisedPnl", .amount(cumulative)), ("locked", .amount(locked)),
            ("marginCollateral", .flag(true)), ("coin", .text(code)), ("spotBorrow", .text("0")),
        ])
    }
}

/// The sums of a wallet in dollars.
struct BybitWalletSums {
    private var equity = Money.zero
    private var wallet = Money.zero
    private var available = Money.zero
    private var unrealised = Money.zero
    private var initial = Money.zero
    private var maintenance = Money.zero

    mutating func add(_ coin: BybitCoin) {
        equity += coin.worth(coin.equity)
        wallet += coin.worth(coin.total)
        available += coin.worth(coin.available)
        unrealised += coin.worth(coin.unrealised)
        initial += coin.worth(coin.positions + coin.orders)
        maintenance += coin.worth(coin.maintenance)
    }

    private func rate(_ part: Money) -> String {
        equity.isPositive ? part.value.divided(by: equity.value, .halfEven).text(places: 4) : "0"
    }

    func row(_ coins: [JSONText]) -> JSONText {
        .object([
            ("totalEquity", .amount(equity)), ("accountIMRate", .text(rate(initial))),
            ("accountIMRateByMp", .text(rate(initial))),
            ("totalMarginBalance", .amount(equity)), ("totalInitialMargin", .amount(initial)),
            ("totalInitialMarginByMp", .amount(initial)), ("accountType", .text("UNIFIED")),
            ("totalAvailableBalance", .amount(available)),
            ("accountMMRate", .text(rate(maintenance))),
            ("accountMMRateByMp", .text(rate(maintenance))),
            ("totalPerpUPL", .amount(unrealised)), ("totalWalletBalance", .amount(wallet)),
            ("accountLTV", .text("0")), ("totalMaintenanceMargin", .amount(maintenance)),
            ("totalMaintenanceMarginByMp", .amount(maintenance)), ("coin", .list(coins)),
        ])
    }
}
