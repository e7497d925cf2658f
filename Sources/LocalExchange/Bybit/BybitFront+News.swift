internal import Exchange
internal import JSON
public import Trading

/// What one telling adds up to, besides what it says at once.
struct BybitNews {
    /// The trades of each market that had some, in order.
    private(set) var trades: [(market: Int, rows: [JSONText])] = []
    private(set) var positions: [(market: Int, account: Int)] = []
    private(set) var wallets: [Int] = []
    /// Orders that were filled.
    var filled: [LocalOrder] = []

    mutating func add(_ row: JSONText, of market: Int) {
        if let place = trades.firstIndex(where: { $0.market == market }) {
            trades[place].rows.append(row)
        } else {
            trades.append((market, [row]))
        }
    }

    mutating func touchPosition(_ market: Int, _ account: Int) {
        if !positions.contains(where: { $0 == (market, account) }) {
            positions.append((market, account))
        }
    }

    mutating func touchWallet(_ account: Int) {
        if !wallets.contains(account) { wallets.append(account) }
    }
}

// What happened in the house becomes messages of streams and rows of lists.
extension BybitFront {
    /// Tells streams what happened.
    public func tell(_ events: [LocalEvent], at now: Timestamp) {
        noteMarks()
        var news = BybitNews()
        for event in events { take(event, &news, at: now) }
        for (market, rows) in news.trades {
            let symbol = house.markets[market].listing.symbol
            let message = JSONText.object([
                ("topic", .text("publicTrade.\(symbol)")), ("type", .text("snapshot")),
                ("ts", .integer(now.milliseconds)), ("data", .list(rows)),
            ])
            publish("publicTrade.\(symbol)", market, message)
        }
        for (market, account) in news.positions { pushPosition(market, account, at: now) }
        for account in news.wallets {
            push("wallet", nil, account, walletRow(account), at: now)
        }
        for order in news.filled { applyAttached(order, at: now) }
        for (market, account) in news.positions { followStops(market, account, at: now) }
    }

    private func take(_ event: LocalEvent, _ news: inout BybitNews, at now: Timestamp) {
        switch event {
        case .order(let order, let change): take(order, change, &news, at: now)
        case .execution(let fill) where fill.order == 0: noteLiquidation(fill, at: now)
        case .execution(let fill): untoldFills.append(fill)
        case .position(let account, let market):
            desks[account].changed[market] = now
            if desks[account].opened[market] == .never { desks[account].opened[market] = now }
            news.touchPosition(market, account)
        case .balances(let account, _): news.touchWallet(account)
        case .funding(let account, let market, let amount, let rate):
            noteFunding(account, market, amount, rate, at: now)
            news.touchWallet(account)
            news.touchPosition(market, account)
        case .trade(let market, let trade):
            let sequence = boards[market].note(trade.trade)
            news.add(tradeRow(market, trade, sequence), of: market)
        }
    }

    private func take(
        _ order: LocalOrder,
        _ change: LocalEvent.Change,
        _ news: inout BybitNews,
        at now: Timestamp
    ) {
        if case .filled(let number) = change {
            news.filled.append(order)
            if let place = untoldFills.firstIndex(where: { $0.number == number }) {
                noteFill(untoldFills.remove(at: place), order, at: now)
            }
        }
        if change == .expired, order.reason == .reduceOnly {
            notes[order.number, default: BybitOrderNotes()].cancelType = "CancelByReduceOnly"
        }
        let market = order.wish.market
        let isLinear = house.markets[market].venue == .bybitLinear
        if isLinear { news.touchPosition(market, order.account) }
        // The venue does not show a market order before it is filled.
        if change == .accepted, order.wish.type == .market, !order.isUntriggered { return }
        let text = text(of: order)
        var row = text.streamed
        if change == .triggered, case .object(let members) = row {
            row = .object(
                members.map { $0.key == "orderStatus" ? ($0.key, .text("Triggered")) : $0 }
            )
        }
        push("order", text.category, order.account, row, at: now)
    }

    private func tradeRow(_ market: Int, _ noted: LocalTrade, _ sequence: Int64) -> JSONText {
        let place = house.markets[market]
        let scale = boards[market].scale
        let isSpot = place.venue == .bybitSpot
        return .object([
            ("T", .integer(noted.trade.time.milliseconds)), ("s", .text(place.listing.symbol)),
            ("S", .text(noted.trade.taker.bybit)), ("v", .text(scale.text(noted.trade.quantity))),
            ("p", .text(scale.text(noted.trade.price))),
            ("L", isSpot ? nil : .text(boards[market].lastTick)),
            ("i", .text(ids.trade(noted.number, of: market, in: place.venue))),
            ("BT", .flag(false)), ("RPI", .flag(false)), ("seq", .integer(sequence)),
        ])
    }

    // MARK: Private streams

    /// Sends a row to the private streams of an account that listen to its topic.
    func push(
        _ topic: String,
        _ category: BybitCategory?,
        _ account: Int,
        _ row: JSONText,
        at now: Timestamp
    ) {
        let names = [topic] + (category.map { ["\(topic).\($0.rawValue)"] } ?? [])
        lastMessage += 1
        let id = "\(account)_" + ids.message(lastMessage)
        for socket in sockets where socket.kind == .account && socket.account == account {
            guard let name = names.first(where: socket.topics.contains) else { continue }
            let isFast = topic == "execution.fast"
            let message = JSONText.object([
                ("id", isFast ? nil : .text(id)), ("topic", .text(name)),
                ("creationTime", .integer(now.milliseconds)), ("data", .list([row])),
            ])
            outbox.send(message.compact, to: socket.id)
        }
    }

    func pushPosition(_ market: Int, _ account: Int, at now: Timestamp) {
        let row = JSONText.object(positionRow(market, account, isStream: true))
        push("position", .linear, account, row, at: now)
    }
}
