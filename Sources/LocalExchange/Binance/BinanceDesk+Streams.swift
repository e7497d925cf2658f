internal import Exchange
internal import JSON
internal import Trading

// What streams of market data tell, and when.
extension BinanceDesk {
    /// The streams that somebody listens to, each once, in the order of sockets and subscriptions.
    private func activeStreams() -> [BinanceStream] {
        var seen: Set<String> = []
        var streams: [BinanceStream] = []
        for socket in sockets.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            for stream in sockets[socket]?.streams ?? []
            where stream.channel != nil && seen.insert(stream.name).inserted {
                streams.append(stream)
            }
        }
        return streams
    }

    /// Begins what a new subscription needs.
    func began(_ stream: BinanceStream) {
        guard case .depth(let speed) = stream.channel, let market = stream.market else { return }
        look(market)
        books[market]?.begin(speed)
    }

    /// Sends to whoever listens to a stream.
    func send(_ payload: JSONText, of stream: BinanceStream) {
        for (socket, state) in sockets.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where state.hears(stream) {
            outbox.send(state.wrapped(payload, of: stream.name).compact, to: socket)
        }
    }

    // MARK: What happens

    /// Tells of trades and of best prices that have changed.
    func publish(_ events: [LocalEvent], at now: Timestamp) {
        let streams = activeStreams()
        for case .trade(let market, let noted) in events {
            for stream in streams where stream.market == market {
                switch stream.channel {
                case .trade: send(trade(noted, market, at: now), of: stream)
                case .aggTrade: send(aggregateTrade(noted, market, at: now), of: stream)
                default: break
                }
            }
        }
        publishTops(streams, at: now)
    }

    private func publishTops(_ streams: [BinanceStream], at now: Timestamp) {
        for market in markets {
            let listening = streams.filter { stream in
                stream.channel == .bookTicker && (stream.market ?? market) == market
            }
            if listening.isEmpty { continue }
            look(market)
            guard let book = books[market], let bid = book.bids.first, let ask = book.asks.first,
                tops[market] != Quote(bid: bid, ask: ask)
            else { continue }
            tops[market] = Quote(bid: bid, ask: ask)
            let payload = topOfBook(book, bid, ask, market, at: now)
            for stream in listening { send(payload, of: stream) }
        }
    }

    // MARK: What is due by the clock

    /// Pushes what is due.
    func pushByClock(at now: Timestamp) {
        let streams = activeStreams()
        var due: Set<String> = []
        var known: [String: Int64] = [:]
        for stream in streams {
            guard let period = stream.channel?.period(isSpot: isSpot) else { continue }
            let key = stream.clockKey
            let slot = now.nanoseconds / period.nanoseconds
            if let before = slots[key], before < slot { due.insert(key) }
            known[key] = slot
        }
        slots = known
        var changes: [String: JSONText] = [:]
        for stream in streams where due.contains(stream.clockKey) {
            if case .depth(let speed) = stream.channel, let market = stream.market {
                // Taken once, also where two names mean the same stream.
                if changes[stream.clockKey] == nil {
                    changes[stream.clockKey] = change(market, speed, at: now)
                }
                if let change = changes[stream.clockKey] { send(change, of: stream) }
            } else {
                push(stream, at: now)
            }
        }
        forgetSpeeds(streams)
        publishTops(streams, at: now)
    }

    private func forgetSpeeds(_ streams: [BinanceStream]) {
        for market in markets {
            var speeds: Set<Int> = []
            for case .depth(let speed) in streams.filter({ $0.market == market }).map(\.channel) {
                speeds.insert(speed)
            }
            books[market]?.keep(speeds)
        }
    }

    private func push(_ stream: BinanceStream, at now: Timestamp) {
        if let market = stream.market {
            if let payload = payload(stream, market, at: now) { send(payload, of: stream) }
            return
        }
        let all = markets.compactMap { payload(stream, $0, at: now) }
        if !all.isEmpty { send(.list(all), of: stream) }
    }

    private func payload(_ stream: BinanceStream, _ market: Int, at now: Timestamp) -> JSONText? {
        switch stream.channel {
        case .partial(let levels, _): partialBook(stream.name, levels, market, at: now)
        case .ticker: house.markets[market].trades.isEmpty ? nil : ticker(market, at: now)
        case .miniTicker: house.markets[market].trades.isEmpty ? nil : miniTicker(market, at: now)
        case .kline(let interval): kline(interval, market, at: now)
        case .markPrice: house.markets[market].mark.map { markPrice($0, market, at: now) }
        default: nil
        }
    }

    private func change(_ market: Int, _ speed: Int, at now: Timestamp) -> JSONText? {
        look(market)
        guard let change = books[market]?.take(speed) else { return nil }
        return .object(
            head("depthUpdate", market, at: now)
                + [
                    ("U", .integer(change.first)),
                    ("u", .integer(change.last)),
                    ("pu", isSpot ? nil : .integer(change.previous)),
                    ("b", levels(change.bids, market)),
                    ("a", levels(change.asks, market)),
                ]
        )
    }

    private func partialBook(_ name: String, _ count: Int, _ market: Int, at now: Timestamp)
        -> JSONText?
    {
        look(market)
        guard let book = books[market] else { return nil }
        let bids = levels(book.bids.prefix(count), market)
        let asks = levels(book.asks.prefix(count), market)
        if isSpot {
            return .object([
                ("lastUpdateId", .integer(book.lastUpdate)), ("bids", bids), ("asks", asks),
            ])
        }
        let before = partials[name] ?? book.lastUpdate
        partials[name] = book.lastUpdate
        return .object(
            head("depthUpdate", market, at: now)
                + [
                    ("U", .integer(before)), ("u", .integer(book.lastUpdate)),
                    ("pu", .integer(before)), ("b", bids), ("a", asks),
                ]
        )
    }

    /// Name, times and symbol of an event; spot has one time only.
    func head(_ name: String, _ market: Int, at now: Timestamp) -> [(key: String, value: JSONText?)]
    {
        [
            ("e", .text(name)), ("E", .time(now)), ("T", isSpot ? nil : .time(now)),
            ("s", .text(symbol(market))),
        ]
    }
}

extension BinanceStream {
    /// What its clock is kept under: two names of the same changes have one clock.
    fileprivate var clockKey: String {
        guard case .depth(let speed) = channel, let market else { return name }
        return "\(market) \(speed)"
    }
}
