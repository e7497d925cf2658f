internal import Exchange
internal import JSON
internal import Trading

// Accounts on spot, and what they are told.
extension BinanceSpotFront {
    func account(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let account = desk.house.accounts[ask.account]
        let omitsZero = try ask.parameters.flag("omitZeroBalances") ?? false
        let fees = desk.markets.first.map { desk.house.markets[$0].instrument.fees }
        let maker = fees?.maker ?? .zero
        let taker = fees?.taker ?? .zero
        let balances = desk.house.balances(of: ask.account).filter {
            !omitsZero || $0.balance.total.isPositive
        }
        return .object([
            ("makerCommission", basisPoints(maker)),
            ("takerCommission", basisPoints(taker)),
            ("buyerCommission", .integer(0)),
            ("sellerCommission", .integer(0)),
            ("commissionRates", rates(maker, taker)),
            ("canTrade", .flag(account.mayTrade)),
            ("canWithdraw", .flag(account.mayWithdraw)),
            ("canDeposit", .flag(true)),
            ("brokered", .flag(false)),
            ("requireSelfTradePrevention", .flag(false)),
            ("preventSor", .flag(false)),
            ("updateTime", .time(ask.now)),
            ("accountType", .text("SPOT")),
            (
                "balances",
                .list(
                    balances.map { asset, balance in
                        .object([
                            ("asset", .text(asset)),
                            ("free", balance.free.eight),
                            ("locked", balance.locked.eight),
                        ])
                    }
                )
            ),
            ("permissions", .list([.text("SPOT")])),
            ("uid", .count(ask.account + 1)),
        ])
    }

    private func basisPoints(_ rate: Decimal) -> JSONText {
        .integer(Int64(rate.units / (Decimal.unitsPerOne / 10_000)))
    }

    private func rates(_ maker: Decimal, _ taker: Decimal) -> JSONText {
        let zero = JSONText.text(Decimal.zero.cut(to: 8))
        return .object([
            ("maker", .text(maker.cut(to: 8))), ("taker", .text(taker.cut(to: 8))),
            ("buyer", zero), ("seller", zero),
        ])
    }

    var discount: JSONText {
        .object([
            ("enabledForAccount", .flag(false)), ("enabledForSymbol", .flag(false)),
            ("discountAsset", .text("BNB")), ("discount", .text("0.75000000")),
        ])
    }

    func commission(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        let fees = desk.house.markets[market].instrument.fees
        return .object([
            ("symbol", .text(desk.symbol(market))),
            ("standardCommission", rates(fees.maker, fees.taker)),
            ("specialCommission", rates(.zero, .zero)),
            ("taxCommission", rates(.zero, .zero)),
            ("discount", discount),
        ])
    }

    func tradeFees(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let markets = try desk.marketIfNamed(ask).map { [$0] } ?? desk.markets
        return .list(
            markets.map { market in
                let fees = desk.house.markets[market].instrument.fees
                return .object([
                    ("symbol", .text(desk.symbol(market))),
                    ("makerCommission", .text(fees.maker.description)),
                    ("takerCommission", .text(fees.taker.description)),
                ])
            }
        )
    }

    func myTrades(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        return .list(
            try desk.executions(ask, market).map { execution in
                let worth = execution.quantity.notional(at: execution.price, .halfEven)
                return .object([
                    ("symbol", .text(desk.symbol(market))),
                    ("id", .id(execution.number)),
                    ("orderId", .id(execution.order)),
                    ("orderListId", .integer(-1)),
                    ("price", execution.price.eight),
                    ("qty", execution.quantity.eight),
                    ("quoteQty", worth.eight),
                    ("commission", execution.fee.eight),
                    ("commissionAsset", .text(execution.feeAsset)),
                    ("time", .time(execution.time)),
                    ("isBuyer", .flag(execution.side == .buy)),
                    ("isMaker", .flag(execution.isMaker)),
                    ("isBestMatch", .flag(true)),
                ])
            }
        )
    }

    func keyRestrictions(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let account = desk.house.accounts[ask.account]
        let no = JSONText.flag(false)
        return .object([
            ("ipRestrict", no),
            ("createTime", .integer(0)),
            ("enableInternalTransfer", no),
            ("enableFutures", .flag(account.mayTradeFutures)),
            ("enablePortfolioMarginTrading", no),
            ("enableVanillaOptions", no),
            ("permitsUniversalTransfer", no),
            ("enableReading", .flag(true)),
            ("enableSpotAndMarginTrading", .flag(account.mayTrade)),
            ("enableWithdrawals", .flag(account.mayWithdraw)),
            ("enableMargin", no),
        ])
    }

    /// The coins, of which nothing can be deposited or withdrawn here.
    func coins(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let zero = Money.zero.eight
        let no = JSONText.flag(false)
        return .list(
            desk.house.balances(of: ask.account).map { asset, balance in
                .object([
                    ("coin", .text(asset)),
                    ("depositAllEnable", no),
                    ("free", balance.free.eight),
                    ("freeze", zero),
                    ("ipoable", zero),
                    ("ipoing", zero),
                    ("isLegalMoney", no),
                    ("locked", balance.locked.eight),
                    ("name", .text(asset)),
                    ("networkList", .list([])),
                    ("storage", zero),
                    ("trading", .flag(true)),
                    ("withdrawAllEnable", no),
                    ("withdrawing", zero),
                ])
            }
        )
    }

    // MARK: Events

    func tellAccounts(_ events: [LocalEvent], at now: Timestamp) {
        for event in events {
            switch event {
            case .order(let order, let change): tell(order, change, at: now)
            case .balances(let account, _): tellBalances(of: account, at: now)
            case .execution, .position, .funding, .trade: break
            }
        }
    }

    private func tell(_ order: LocalOrder, _ change: LocalEvent.Change, at now: Timestamp) {
        var names = (now: order.wish.clientID, before: "")
        var execution: LocalExecution?
        let type: String
        switch change {
        case .accepted:
            // A conditional order was told of when it came and when it was triggered.
            if order.wish.trigger != nil && !order.isUntriggered { return }
            type = "NEW"
        case .triggered: type = "NEW"
        case .amended:
            type = "REPLACED"
            names.before = formerNames.removeValue(forKey: order.number) ?? ""
        case .filled(let number):
            type = "TRADE"
            execution = desk.execution(number)
        case .cancelled:
            type = "CANCELED"
            if let id = desk.cancelNames.removeValue(forKey: order.number) {
                names = (id, order.wish.clientID)
            }
        case .expired: type = "EXPIRED"
        case .rejected: type = "REJECTED"
        }
        lastEvent += 1
        let event = report(order, type, names: names, execution, number: lastEvent, at: now)
        send(event, toAccount: order.account)
    }

    private func tellBalances(of account: Int, at now: Timestamp) {
        let changed = desk.told.takeBalances(account, desk.house)
        if changed.isEmpty { return }
        let balances = changed.map { asset, balance, _ in
            JSONText.object([
                ("a", .text(asset)), ("f", balance.free.eight), ("l", balance.locked.eight),
            ])
        }
        let event = JSONText.object([
            ("e", .text("outboundAccountPosition")), ("E", .time(now)), ("u", .time(now)),
            ("B", .list(balances)),
        ])
        send(event, toAccount: account)
    }

    private func send(_ event: JSONText, toAccount account: Int) {
        for (socket, state) in desk.sockets.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for subscription in state.accounts where subscription.account == account {
                send(
                    .object([("subscriptionId", .count(subscription.id)), ("event", event)]),
                    to: socket
                )
            }
        }
    }
}
