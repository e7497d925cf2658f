internal import Exchange
internal import JSON
internal import Trading

// What an account holds and may.
extension BinanceSpotFront {
    func accountAnswer(
        _ account: Int,
        _ parameters: BinanceParameters,
        at now: Timestamp
    ) -> JSONText {
        let omits = parameters.text("omitZeroBalances") == "true"
        let held = house.balances(of: account).filter { !omits || $0.balance.total.isPositive }
        return .object([
            ("makerCommission", .integer(10)), ("takerCommission", .integer(10)),
            ("buyerCommission", .integer(0)), ("sellerCommission", .integer(0)),
            (
                "commissionRates",
                .object([
                    ("maker", .text("0.00100000")), ("taker", .text("0.00100000")),
                    ("buyer", .text("0.00000000")), ("seller", .text("0.00000000")),
                ])
            ),
            ("canTrade", .flag(house.accounts[account].mayTrade)),
            ("canWithdraw", .flag(house.accounts[account].mayWithdraw)),
            ("canDeposit", .flag(true)), ("brokered", .flag(false)),
            ("requireSelfTradePrevention", .flag(false)), ("preventSor", .flag(false)),
            ("updateTime", milliseconds(now)), ("accountType", .text("SPOT")),
            (
                "balances",
                .list(
                    held.map { asset, balance in
                        .object([
                            ("asset", .text(asset)), ("free", text(balance.free)),
                            ("locked", text(balance.locked)),
                        ])
                    }
                )
            ),
            ("permissions", .list([.text("SPOT")])), ("uid", .integer(Int64(account) + 1)),
        ])
    }

    func commission(_ parameters: BinanceParameters) throws(BinanceError) -> JSONText {
        let market = house.markets[try market(parameters)]
        func rates(_ maker: Decimal, _ taker: Decimal) -> JSONText {
            .object([
                ("maker", .text(maker.text(places: 8))), ("taker", .text(taker.text(places: 8))),
                ("buyer", .text("0.00000000")), ("seller", .text("0.00000000")),
            ])
        }
        let fees = market.instrument.fees
        return .object([
            ("symbol", .text(market.listing.symbol)),
            ("standardCommission", rates(fees.maker, fees.taker)),
            ("specialCommission", rates(.zero, .zero)), ("taxCommission", rates(.zero, .zero)),
            (
                "discount",
                .object([
                    ("enabledForAccount", .flag(false)), ("enabledForSymbol", .flag(false)),
                    ("discountAsset", .text("BNB")), ("discount", .text("0.75000000")),
                ])
            ),
        ])
    }

    func tradeFees(_ parameters: BinanceParameters) throws(BinanceError) -> JSONText {
        let chosen =
            parameters.text("symbol") == nil
            ? Array(house.markets.indices) : [try market(parameters)]
        return .list(
            chosen.map { place in
                let market = house.markets[place]
                return .object([
                    ("symbol", .text(market.listing.symbol)),
                    ("makerCommission", .text("\(market.instrument.fees.maker)")),
                    ("takerCommission", .text("\(market.instrument.fees.taker)")),
                ])
            }
        )
    }

    func restrictions(_ account: Int, at now: Timestamp) -> JSONText {
        .object([
            ("ipRestrict", .flag(false)), ("createTime", milliseconds(now)),
            ("enableReading", .flag(true)),
            ("enableWithdrawals", .flag(house.accounts[account].mayWithdraw)),
            ("enableInternalTransfer", .flag(false)), ("enableMargin", .flag(false)),
            ("enableFutures", .flag(true)), ("permitsUniversalTransfer", .flag(false)),
            ("enableVanillaOptions", .flag(false)), ("enablePortfolioMarginTrading", .flag(false)),
            ("enableSpotAndMarginTrading", .flag(house.accounts[account].mayTrade)),
        ])
    }

    func coins(_ account: Int) -> JSONText {
        .list(
            house.balances(of: account).map { asset, balance in
                .object([
                    ("coin", .text(asset)), ("depositAllEnable", .flag(false)),
                    ("withdrawAllEnable", .flag(false)), ("name", .text(asset)),
                    ("free", text(balance.free)), ("locked", text(balance.locked)),
                    ("freeze", .text("0")), ("withdrawing", .text("0")), ("ipoing", .text("0")),
                    ("ipoable", .text("0")), ("storage", .text("0")),
                    ("isLegalMoney", .flag(false)), ("trading", .flag(true)),
                    ("networkList", .list([])),
                ])
            }
        )
    }
}
