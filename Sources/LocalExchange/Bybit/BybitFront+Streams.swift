internal import Exchange
internal import JSON
public import Trading

// What public streams tell, and what happens by time.
extension BybitFront {
    /// Pushes books and tickers that are due, and ends what has waited too long.
    public func tick(at now: Timestamp) {
        noteMarks()
        for market in boards.indices {
            for rank in boards[market].books.indices {
                pushBook(market, rank, at: now)
            }
            pushTicker(market, at: now)
        }
        watchConnections(at: now)
        for socket in sockets where socket.heard + BybitSocket.patience <= now {
            outbox.close(socket.id)
        }
        sockets.removeAll { $0.heard + BybitSocket.patience <= now }
    }

    /// Notes the funding that mark prices tell of.
    func noteMarks() {
        for market in boards.indices {
            if let mark = house.markets[market].mark { boards[market].note(mark) }
        }
    }

    /// Sends to everybody who listens to a topic of a market.
    func publish(_ topic: String, _ market: Int, _ message: JSONText) {
        let kind = BybitSocket.Kind.market(house.markets[market].venue)
        var text: String?
        for socket in sockets where socket.kind == kind && socket.topics.contains(topic) {
            let ready = text ?? message.compact
            text = ready
            outbox.send(ready, to: socket.id)
        }
    }

    private func isHeard(_ topic: String, _ market: Int) -> Bool {
        let kind = BybitSocket.Kind.market(house.markets[market].venue)
        return sockets.contains { $0.kind == kind && $0.topics.contains(topic) }
    }

    /// Sends what a new listener begins with.
    func sendSnapshot(of topic: BybitTopic, _ place: Int, at now: Timestamp) {
        switch topic {
        case .trades: break
        case .book(let market, let depth):
            let stream = bookStream(market, depth: depth, at: now)
            let message = stream.message(
                "snapshot",
                bids: stream.bids,
                asks: stream.asks,
                symbol: house.markets[market].listing.symbol,
                scale: boards[market].scale,
                at: now
            )
            outbox.send(message.compact, to: sockets[place].id)
        case .ticker(let market):
            refreshTicker(market, at: now)
            let message = tickerMessage("snapshot", market, boards[market].ticker, at: now)
            outbox.send(message.compact, to: sockets[place].id)
        }
    }

    // MARK: Books

    /// The book of a depth as it is now: those who listen are told what has changed.
    func bookStream(_ market: Int, depth: Int, at now: Timestamp) -> BybitBookStream {
        guard let rank = boards[market].books.firstIndex(where: { $0.depth == depth }) else {
            let stream = BybitBookStream(
                depth: depth,
                bids: house.levels(.buy, of: market, atMost: depth),
                asks: house.levels(.sell, of: market, atMost: depth),
                boards[market].nextSequence(),
                at: now
            )
            boards[market].books.append(stream)
            return stream
        }
        refreshBook(market, rank, at: now)
        return boards[market].books[rank]
    }

    private func pushBook(_ market: Int, _ rank: Int, at now: Timestamp) {
        let stream = boards[market].books[rank]
        let symbol = house.markets[market].listing.symbol
        guard now - stream.pushed >= stream.interval,
            isHeard("orderbook.\(stream.depth).\(symbol)", market)
        else { return }
        boards[market].books[rank].pushed = now
        let isTold = refreshBook(market, rank, at: now)
        if stream.depth == 1, !isTold, now - stream.told >= BybitBookStream.repeatedAfter {
            tellBook(market, rank, nil, at: now)
        }
    }

    /// Compares a stream with the book.
    ///
    /// - Returns: Whether anything was told.
    @discardableResult
    private func refreshBook(_ market: Int, _ rank: Int, at now: Timestamp) -> Bool {
        guard boards[market].books[rank].seen != house.changes[market] else { return false }
        boards[market].books[rank].seen = house.changes[market]
        let depth = boards[market].books[rank].depth
        let next = boards[market].sequence + 1
        let changes = boards[market].books[rank].take(
            bids: house.levels(.buy, of: market, atMost: depth),
            asks: house.levels(.sell, of: market, atMost: depth),
            next,
            at: now
        )
        guard let changes else { return false }
        boards[market].sequence = next
        tellBook(market, rank, changes, at: now)
        return true
    }

    /// Tells changes; of the best level alone, and without changes, what is there.
    private func tellBook(
        _ market: Int,
        _ rank: Int,
        _ changes: (bids: [BookLevel], asks: [BookLevel])?,
        at now: Timestamp
    ) {
        boards[market].books[rank].told = now
        let stream = boards[market].books[rank]
        let isWhole = changes == nil || stream.depth == 1
        let symbol = house.markets[market].listing.symbol
        let message = stream.message(
            isWhole ? "snapshot" : "delta",
            bids: isWhole ? stream.bids : changes?.bids ?? [],
            asks: isWhole ? stream.asks : changes?.asks ?? [],
            symbol: symbol,
            scale: boards[market].scale,
            at: now
        )
        publish("orderbook.\(stream.depth).\(symbol)", market, message)
    }

    // MARK: Tickers

    private func pushTicker(_ market: Int, at now: Timestamp) {
        let place = house.markets[market]
        let interval = TimeSpan(milliseconds: place.venue == .bybitSpot ? 50 : 100)
        guard now - boards[market].tickerPushed >= interval,
            isHeard("tickers.\(place.listing.symbol)", market)
        else { return }
        refreshTicker(market, at: now)
    }

    /// Compares what was told with how the market stands, and tells the difference: on spot all of
    /// it.
    private func refreshTicker(_ market: Int, at now: Timestamp) {
        boards[market].tickerPushed = now
        guard boards[market].tickerSeen != house.changes[market] else { return }
        boards[market].tickerSeen = house.changes[market]
        let isSpot = house.markets[market].venue == .bybitSpot
        let figures = tickerFigures(market)
        let old = boards[market].ticker
        boards[market].ticker = figures
        let changed = zip(figures, old).filter { $0.0.value != $0.1.value }.map(\.0)
        guard !changed.isEmpty else { return }
        _ = boards[market].nextSequence()
        let message =
            isSpot
            ? tickerMessage("snapshot", market, figures, at: now)
            : tickerMessage("delta", market, [figures[0]] + changed, at: now)
        publish("tickers.\(house.markets[market].listing.symbol)", market, message)
    }

    private func tickerMessage(
        _ type: String,
        _ market: Int,
        _ figures: [(key: String, value: String)],
        at now: Timestamp
    ) -> JSONText {
        .object([
            ("topic", .text("tickers.\(house.markets[market].listing.symbol)")),
            ("type", .text(type)), ("data", .object(figures.map { ($0.key, .text($0.value)) })),
            ("cs", .integer(boards[market].sequence)), ("ts", .integer(now.milliseconds)),
        ])
    }

    // MARK: Connections

    /// Cancels the orders of accounts whose last private stream went too long ago, where they
    /// asked for that.
    private func watchConnections(at now: Timestamp) {
        for account in desks.indices {
            guard let window = desks[account].disconnectWindow else { continue }
            let isConnected = sockets.contains { $0.kind == .account && $0.account == account }
            if isConnected {
                desks[account].disconnectDeadline = nil
            } else if desks[account].wasConnected {
                desks[account].disconnectDeadline = now + window
            }
            desks[account].wasConnected = isConnected
            guard let deadline = desks[account].disconnectDeadline, deadline <= now else {
                continue
            }
            desks[account].disconnectDeadline = nil
            for order in house.orders(of: account) where order.isOpen {
                notes[order.number, default: BybitOrderNotes()].cancelType = "CancelByDCP"
                _ = house.cancel(order.number, at: now)
            }
        }
    }
}
