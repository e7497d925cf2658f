internal import Exchange
internal import JSON
internal import Trading

// What accounts on USD-M are told.
extension BinanceFuturesFront {
    func tellAccounts(_ events: [LocalEvent], at now: Timestamp) {
        var triggered: [UInt64] = []
        var funded: [Int: Money] = [:]
        for event in events {
            switch event {
            case .order(let order, let change):
                if change == .triggered { triggered.append(order.number) }
                tell(order, change, at: now)
                // The end of what a conditional order became ends that order as well; of one
                // that was triggered just now, more is told below.
                if !order.isOpen, let origin = order.origin, !triggered.contains(origin),
                    let parent = desk.house.order(origin)
                {
                    let status = algoStatus(parent)
                    send(algoEvent(parent, status, at: now), toAccount: order.account)
                }
            case .execution(let execution):
                note(execution)
                if execution.order == 0 {
                    send(liquidation(execution, at: now), toAccount: execution.account)
                }
            case .funding(let account, let market, let amount, _):
                funded[account, default: .zero] += amount
                note(funding: amount, of: account, in: market, at: now)
            case .position(let account, let market):
                let amount = funded.removeValue(forKey: account)
                tellAccount(account, market, funding: amount, at: now)
            case .balances, .trade: break
            }
        }
        for number in triggered { tellTriggered(number, at: now) }
    }

    private func note(funding: Money, of account: Int, in market: Int, at now: Timestamp) {
        note(
            BinanceIncome(
                account: account,
                market: market,
                kind: "FUNDING_FEE",
                amount: funding,
                asset: desk.house.markets[market].listing.settle,
                time: now,
                trade: nil
            )
        )
    }

    private func note(_ execution: LocalExecution) {
        let place = Countdown(account: execution.account, market: execution.market)
        realised[place, default: .zero] += execution.realised
        for (kind, amount) in [
            ("REALIZED_PNL", execution.realised), ("COMMISSION", -execution.fee),
        ] {
            note(
                BinanceIncome(
                    account: execution.account,
                    market: execution.market,
                    kind: kind,
                    amount: amount,
                    asset: execution.feeAsset,
                    time: execution.time,
                    trade: execution.number
                )
            )
        }
    }

    // MARK: Orders

    private func tell(_ order: LocalOrder, _ change: LocalEvent.Change, at now: Timestamp) {
        if Self.isAlgo(order) {
            let status = change == .triggered ? "TRIGGERING" : algoWord(order, change)
            if let status { send(algoEvent(order, status, at: now), toAccount: order.account) }
            return
        }
        switch change {
        case .accepted: send(report(order, "NEW", nil, at: now), toAccount: order.account)
        case .amended: send(report(order, "AMENDMENT", nil, at: now), toAccount: order.account)
        case .cancelled: send(report(order, "CANCELED", nil, at: now), toAccount: order.account)
        case .expired: send(report(order, "EXPIRED", nil, at: now), toAccount: order.account)
        case .filled(let number):
            let execution = desk.execution(number)
            send(report(order, "TRADE", execution, at: now), toAccount: order.account)
        case .rejected, .triggered: break
        }
    }

    private func algoWord(_ order: LocalOrder, _ change: LocalEvent.Change) -> String? {
        switch change {
        case .accepted, .amended: "NEW"
        case .cancelled: "CANCELED"
        case .expired: "EXPIRED"
        case .rejected: "REJECTED"
        case .triggered, .filled: nil
        }
    }

    /// What comes after the first events of what a conditional order became, as at the venue.
    private func tellTriggered(_ number: UInt64, at now: Timestamp) {
        guard let order = desk.house.order(number) else { return }
        let status = algoStatus(order)
        if status != "REJECTED" {
            send(algoEvent(order, "TRIGGERED", at: now), toAccount: order.account)
        }
        if status != "TRIGGERED" {
            send(algoEvent(order, status, at: now), toAccount: order.account)
        }
    }

    // MARK: Balances and positions

    /// Tells of balances and of a position, as far as they have changed.
    private func tellAccount(
        _ account: Int,
        _ market: Int,
        funding: Money?,
        at now: Timestamp
    ) {
        let position = desk.told.takePosition(account, market, desk.house)
        let margins = desk.markets.map { desk.house.position(of: account, in: $0) }
        let balances = desk.told.takeBalances(account, desk.house).filter { change in
            position != nil || change.now.total != change.before?.total
        }
        if balances.isEmpty && position == nil { return }
        let wallets = balances.map { asset, balance, _ in
            var cross = balance.total
            for (place, held) in zip(desk.markets, margins)
            where desk.house.markets[place].listing.settle == asset {
                cross -= held.margin
            }
            return JSONText.object([
                ("a", .text(asset)), ("wb", balance.total.eight), ("cw", cross.eight),
                ("bc", (funding ?? .zero).short),
            ])
        }
        let holding = BinanceHolding(account, market, desk.house)
        let place = Countdown(account: account, market: market)
        let held = JSONText.object([
            ("s", .text(desk.symbol(market))),
            ("pa", holding.position.quantity.short),
            ("ep", holding.position.entryPrice.short),
            ("bep", holding.position.entryPrice.short),
            ("cr", (realised[place] ?? .zero).short),
            ("up", holding.unrealised.short),
            ("mt", .text("isolated")),
            ("iw", holding.position.margin.short),
            ("ps", .text("BOTH")),
        ])
        let event = JSONText.object([
            ("e", .text("ACCOUNT_UPDATE")), ("T", .time(now)), ("E", .time(now)),
            (
                "a",
                .object([
                    ("m", .text(funding == nil ? "ORDER" : "FUNDING_FEE")),
                    ("B", .list(wallets)),
                    ("P", .list(position == nil ? [] : [held])),
                ])
            ),
        ])
        send(event, toAccount: account)
    }

    func send(_ event: JSONText, toAccount account: Int) {
        guard let key = listenKeys[account]?.key else { return }
        for (socket, state) in desk.sockets.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where state.keys.contains(key) {
            send(state.wrapped(event, of: key), to: socket)
        }
    }
}
