internal import Exchange
internal import JSON
internal import Trading

// Accounts on USD-M.
extension BinanceFuturesFront {
    private typealias Members = [(key: String, value: JSONText?)]

    func holdings(_ account: Int) -> [BinanceHolding] {
        desk.markets.map { BinanceHolding(account, $0, desk.house) }
    }

    /// The sums of an asset.
    private struct Wallet {
        let asset: String
        let balance: PaperBalance
        var unrealised = Money.zero
        var maintenance = Money.zero
        var positionMargin = Money.zero

        init(_ asset: String, _ balance: PaperBalance) {
            self.asset = asset
            self.balance = balance
        }

        /// What is not the margin of a position.
        var cross: Money { balance.total - positionMargin }
        var orderMargin: Money { balance.locked - positionMargin }
    }

    private func wallets(_ account: Int, _ holdings: [BinanceHolding]) -> [Wallet] {
        desk.house.balances(of: account).map { asset, balance in
            var wallet = Wallet(asset, balance)
            for holding in holdings
            where desk.house.markets[holding.market].listing.settle == asset {
                wallet.unrealised += holding.unrealised
                wallet.maintenance += holding.maintenance
                wallet.positionMargin += holding.position.margin
            }
            return wallet
        }
    }

    func accountV2(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let account = desk.house.accounts[ask.account]
        let flags: Members = [
            ("feeTier", .integer(0)),
            ("canTrade", .flag(account.mayTrade)),
            ("canDeposit", .flag(true)),
            ("canWithdraw", .flag(account.mayWithdraw)),
            ("updateTime", .integer(0)),
            ("multiAssetsMargin", .flag(false)),
            ("tradeGroupId", .integer(-1)),
        ]
        let holdings = holdings(ask.account)
        let positions = holdings.map { holding in
            JSONText.object(
                [
                    ("symbol", .text(desk.symbol(holding.market))),
                    ("leverage", .text(holding.leverage.description)),
                    ("isolated", .flag(true)),
                    ("entryPrice", entryPrice(holding)),
                    ("breakEvenPrice", entryPrice(holding)),
                    ("maxNotional", .text(Self.notionalCap)),
                    ("bidNotional", holding.bids.short),
                    ("askNotional", holding.asks.short),
                    ("isolatedWallet", holding.position.margin.short),
                ] + margins(holding)
            )
        }
        return .object(
            flags + sums(ask, holdings, isLong: true) + [("positions", .list(positions))]
        )
    }

    func accountV3(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let holdings = holdings(ask.account)
        let positions = holdings.filter { Self.isShown($0) }.map { holding in
            JSONText.object(
                [
                    ("symbol", .text(desk.symbol(holding.market))),
                    ("isolatedMargin", isolatedMargin(holding).eight),
                    ("isolatedWallet", holding.position.margin.short),
                    ("notional", holding.notional.short),
                ] + margins(holding)
            )
        }
        return .object(
            sums(ask, holdings, isLong: false) + [("positions", .list(positions))]
        )
    }

    /// The third version tells only of contracts in which there is something.
    private static func isShown(_ holding: BinanceHolding) -> Bool {
        !holding.position.quantity.isZero || holding.bids.isPositive || holding.asks.isPositive
    }

    private func margins(_ holding: BinanceHolding) -> Members {
        [
            ("initialMargin", (holding.position.margin + holding.orderMargin).eight),
            ("maintMargin", holding.maintenance.eight),
            ("unrealizedProfit", holding.unrealised.eight),
            ("positionInitialMargin", holding.position.margin.eight),
            ("openOrderInitialMargin", holding.orderMargin.eight),
            ("positionSide", .text("BOTH")),
            ("positionAmt", desk.text(holding.position.quantity, holding.market)),
            ("updateTime", .time(holding.changed)),
        ]
    }

    private func sums(_ ask: BinanceAsk, _ holdings: [BinanceHolding], isLong: Bool) -> Members {
        let wallets = wallets(ask.account, holdings)
        func sum(_ part: (Wallet) -> Money) -> JSONText {
            wallets.reduce(Money.zero) { $0 + part($1) }.eight
        }
        return [
            ("totalInitialMargin", sum { $0.balance.locked }),
            ("totalMaintMargin", sum(\.maintenance)),
            ("totalWalletBalance", sum { $0.balance.total }),
            ("totalUnrealizedProfit", sum(\.unrealised)),
            ("totalMarginBalance", sum { $0.balance.total + $0.unrealised }),
            ("totalPositionInitialMargin", sum(\.positionMargin)),
            ("totalOpenOrderInitialMargin", sum(\.orderMargin)),
            ("totalCrossWalletBalance", sum(\.cross)),
            ("totalCrossUnPnl", Money.zero.eight),
            ("availableBalance", sum { $0.balance.free }),
            ("maxWithdrawAmount", sum { $0.balance.free }),
            ("assets", .list(wallets.map { asset($0, isLong: isLong, at: ask.now) })),
        ]
    }

    /// ccxt takes an asset whose time is zero for one that was never used, and leaves it out.
    private func asset(_ wallet: Wallet, isLong: Bool, at now: Timestamp) -> JSONText {
        .object([
            ("asset", .text(wallet.asset)),
            ("walletBalance", wallet.balance.total.eight),
            ("unrealizedProfit", wallet.unrealised.eight),
            ("marginBalance", (wallet.balance.total + wallet.unrealised).eight),
            ("maintMargin", wallet.maintenance.eight),
            ("initialMargin", wallet.balance.locked.eight),
            ("positionInitialMargin", wallet.positionMargin.eight),
            ("openOrderInitialMargin", wallet.orderMargin.eight),
            ("crossWalletBalance", wallet.cross.eight),
            ("crossUnPnl", Money.zero.eight),
            ("availableBalance", wallet.balance.free.eight),
            ("maxWithdrawAmount", wallet.balance.free.eight),
            ("marginAvailable", isLong ? .flag(true) : nil),
            ("updateTime", .time(now)),
        ])
    }

    func balances(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        .list(
            wallets(ask.account, holdings(ask.account)).map { wallet in
                .object([
                    ("accountAlias", .text("local\(ask.account + 1)")),
                    ("asset", .text(wallet.asset)),
                    ("balance", wallet.balance.total.eight),
                    ("crossWalletBalance", wallet.cross.eight),
                    ("crossUnPnl", Money.zero.eight),
                    ("availableBalance", wallet.balance.free.eight),
                    ("maxWithdrawAmount", wallet.balance.free.eight),
                    ("marginAvailable", .flag(true)),
                    ("updateTime", .time(ask.now)),
                ])
            }
        )
    }

    // MARK: Positions

    /// The most that a position may be worth, which this exchange does not limit.
    static let notionalCap = "1000000000"

    func entryPrice(_ holding: BinanceHolding) -> JSONText {
        holding.position.entryPrice.places(max(desk.pricePlaces(holding.market), 5))
    }

    private func isolatedMargin(_ holding: BinanceHolding) -> Money {
        holding.position.margin + holding.unrealised
    }

    func positionsV2(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let markets = try desk.marketIfNamed(ask).map { [$0] } ?? desk.markets
        return .list(
            markets.map { market in
                .object(risk(BinanceHolding(ask.account, market, desk.house)))
            }
        )
    }

    func positionsV3(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let markets = try desk.marketIfNamed(ask).map { [$0] } ?? desk.markets
        let holdings = markets.map { BinanceHolding(ask.account, $0, desk.house) }
        return .list(
            holdings.filter { Self.isShown($0) }.map { holding in
                let listing = desk.house.markets[holding.market].listing
                return .object(
                    risk(holding) + [
                        ("marginAsset", .text(listing.settle)),
                        ("initialMargin", (holding.position.margin + holding.orderMargin).eight),
                        ("maintMargin", holding.maintenance.eight),
                        ("positionInitialMargin", holding.position.margin.eight),
                        ("openOrderInitialMargin", holding.orderMargin.eight),
                        ("adl", .integer(0)),
                        ("bidNotional", holding.bids.short),
                        ("askNotional", holding.asks.short),
                    ]
                )
            }
        )
    }

    private func risk(_ holding: BinanceHolding) -> Members {
        [
            ("symbol", .text(desk.symbol(holding.market))),
            ("positionAmt", desk.text(holding.position.quantity, holding.market)),
            ("entryPrice", entryPrice(holding)),
            ("breakEvenPrice", entryPrice(holding)),
            ("markPrice", holding.mark.eight),
            ("unRealizedProfit", holding.unrealised.eight),
            (
                "liquidationPrice",
                .text(
                    holding.liquidationPrice.isZero
                        ? "0" : holding.liquidationPrice.value.cut(to: 8)
                )
            ),
            ("leverage", .text(holding.leverage.description)),
            ("maxNotionalValue", .text(Self.notionalCap)),
            ("marginType", .text("isolated")),
            ("isolatedMargin", isolatedMargin(holding).eight),
            ("isAutoAddMargin", .text("false")),
            ("positionSide", .text("BOTH")),
            ("notional", holding.notional.short),
            ("isolatedWallet", holding.position.margin.short),
            ("updateTime", .time(holding.changed)),
        ]
    }

    // MARK: History

    func income(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.marketIfNamed(ask)
        let kind = ask.parameters.text("incomeType")
        let start = try ask.parameters.integer("startTime") ?? 0
        let end = try ask.parameters.integer("endTime") ?? .max
        let limit = try ask.parameters.limit(100, 1000)
        let page = Int(min(max(1, try ask.parameters.integer("page") ?? 1), 1_000_000))
        let chosen = incomes.enumerated().filter { _, income in
            let time = income.time.milliseconds
            return income.account == ask.account && (market ?? income.market) == income.market
                && (kind ?? income.kind) == income.kind && time >= start && time <= end
        }
        return .list(
            (start > 0 ? chosen.dropFirst((page - 1) * limit).prefix(limit) : chosen.suffix(limit))
                .map { place, income in
                    .object([
                        ("symbol", .text(desk.symbol(income.market))),
                        ("incomeType", .text(income.kind)),
                        ("income", income.amount.eight),
                        ("asset", .text(income.asset)),
                        ("info", .text(income.trade.map(String.init) ?? income.kind)),
                        ("time", .time(income.time)),
                        ("tranId", .text("\(income.time.milliseconds)\(place)")),
                        ("tradeId", .text(income.trade.map(String.init) ?? "")),
                    ])
                }
        )
    }

    func note(_ income: BinanceIncome) {
        if income.amount.isZero { return }
        if incomes.count == 10_000 { incomes.removeFirst(5000) }
        incomes.append(income)
    }
}
