internal import Exchange
internal import JSON
public import Network
public import Trading

// Market streams, and the WebSocket API with user data.
extension BinanceSpotFront {
    /// Takes a socket on `/ws`, `/stream` or `/ws-api/v3`.
    public func opened(_ socket: SocketID, _ request: HTTPRequest, at now: Timestamp) -> Bool {
        let path = request.path
        if path == "/ws-api/v3" {
            listeners[socket] = Listener(isCombined: false, isAPI: true)
            return true
        }
        if path == "/ws" || path.hasPrefix("/ws/") {
            let names = path.dropFirst(3).split(separator: "/").map(String.init)
            listeners[socket] = Listener(isCombined: false, streams: names)
            return true
        }
        guard path == "/stream" else { return false }
        let names = BinanceParameters(request).text("streams") ?? ""
        listeners[socket] = Listener(
            isCombined: true,
            streams: names.split(separator: "/").map(String.init)
        )
        return true
    }

    /// Forgets a socket.
    public func closed(_ socket: SocketID) { listeners[socket] = nil }

    /// Takes a message: a subscription, or a call of the WebSocket API.
    public func received(_ message: [UInt8], from socket: SocketID, at now: Timestamp) {
        var parser = JSONParser(maximumBytes: 1 << 20, maximumDepth: 8)
        do throws(JSONError) {
            let root = try parser.parse(message.span)
            let id: JSONText =
                root.member("id")?.integer.map { .integer($0) }
                ?? root.member("id")?.text.map { .text($0) } ?? .null
            let method = root.member("method")?.text ?? ""
            if listeners[socket]?.isAPI == true {
                var values: [(name: String, value: String)] = []
                if let list = root.member("params") {
                    var members = list.members
                    while let member = members.next() {
                        var name: [UInt8] = []
                        for index in member.key.indices { name.append(member.key[index]) }
                        let value = member.value.text ?? member.value.integer.map { "\($0)" } ?? ""
                        values.append((String(decoding: name, as: UTF8.self), value))
                    }
                }
                call(method, values, id, socket, at: now)
                return
            }
            var names: [String] = []
            if let list = root.member("params") {
                var elements = list.elements
                while let element = elements.next() { names.append(element.text ?? "") }
            }
            subscribe(method, names, id, socket)
        } catch {
            outbox.send(
                #"{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}"#,
                to: socket
            )
        }
    }

    private func subscribe(
        _ method: String,
        _ names: [String],
        _ id: JSONText,
        _ socket: SocketID
    ) {
        var result = JSONText.null
        switch method {
        case "SUBSCRIBE":
            for name in names where listeners[socket]?.streams.contains(name) == false {
                listeners[socket]?.streams.append(name)
            }
        case "UNSUBSCRIBE": listeners[socket]?.streams.removeAll { names.contains($0) }
        case "LIST_SUBSCRIPTIONS":
            result = .list(listeners[socket]?.streams.map { .text($0) } ?? [])
        default:
            outbox.send(
                JSONText.object([
                    ("code", .integer(2)), ("msg", .text("Invalid request: unknown method")),
                    ("id", id),
                ]).compact,
                to: socket
            )
            return
        }
        outbox.send(JSONText.object([("result", result), ("id", id)]).compact, to: socket)
    }

    // MARK: The WebSocket API

    private func call(
        _ method: String,
        _ values: [(name: String, value: String)],
        _ id: JSONText,
        _ socket: SocketID,
        at now: Timestamp
    ) {
        func reply(_ status: Int64, _ field: String, _ value: JSONText) {
            let text: JSONText = .object([
                ("id", id), ("status", .integer(status)), (field, value), ("rateLimits", .list([])),
            ])
            outbox.send(text.compact, to: socket)
        }
        do throws(BinanceError) {
            switch method {
            case "ping": reply(200, "result", .object([]))
            case "time": reply(200, "result", .object([("serverTime", milliseconds(now))]))
            case "userDataStream.subscribe.signature":
                let account = try account(of: values, at: now)
                listeners[socket]?.account = account
                reply(200, "result", .object([("subscriptionId", .integer(0))]))
            case "userDataStream.unsubscribe":
                listeners[socket]?.account = nil
                reply(200, "result", .object([]))
            default:
                throw BinanceError(code: -1000, text: "Unknown method '\(method)'.")
            }
        } catch {
            let value: JSONText = .object([
                ("code", .integer(Int64(error.code))), ("msg", .text(error.text)),
            ])
            reply(Int64(error.status), "error", value)
        }
    }

    /// The account of a signed call: the signature is over the parameters in alphabetical order.
    private func account(
        of values: [(name: String, value: String)],
        at now: Timestamp
    ) throws(BinanceError) -> Int {
        func value(_ name: String) -> String? { values.first { $0.name == name }?.value }
        guard let key = value("apiKey"), let account = house.account(key: key) else {
            throw .unknownKey
        }
        let signed = values.filter { $0.name != "signature" }.sorted { $0.name < $1.name }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let query = signed + "&signature=" + (value("signature") ?? "")
        let parameters = BinanceParameters(HTTPRequest(.get, "/?" + query))
        try parameters.requireSignature(by: house.accounts[account].signer, at: now)
        return account
    }

    // MARK: What is told

    /// Tells a stream's message to everyone who listens to it.
    private func tell(_ stream: String, _ message: () -> JSONText) {
        var text: JSONText?
        for (socket, listener) in listeners.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where listener.streams.contains(stream) {
            let body = text ?? message()
            text = body
            let whole: JSONText =
                listener.isCombined ? .object([("stream", .text(stream)), ("data", body)]) : body
            outbox.send(whole.compact, to: socket)
        }
    }

    /// Tells an account's own news.
    private func tell(account: Int, _ event: JSONText) {
        let text = JSONText.object([("subscriptionId", .integer(0)), ("event", event)]).compact
        for (socket, listener) in listeners.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where listener.account == account {
            outbox.send(text, to: socket)
        }
    }

    /// Tells its streams what happened in its house.
    public func tell(_ events: [LocalEvent], at now: Timestamp) {
        for event in events {
            switch event {
            case .execution(let fill): lastExecution = fill
            case .order(let order, let change): report(order, change, at: now)
            case .balances(let account, let assets): tellBalances(account, assets, at: now)
            case .trade(let market, let trade): tellTrade(market, trade, at: now)
            case .position, .funding: break
            }
        }
    }

    private func report(_ order: LocalOrder, _ change: LocalEvent.Change, at now: Timestamp) {
        let kind: String
        var fill: LocalExecution?
        switch change {
        case .accepted, .triggered: kind = "NEW"
        case .amended: kind = "REPLACED"
        case .cancelled: kind = "CANCELED"
        case .expired: kind = "EXPIRED"
        case .rejected: kind = "REJECTED"
        case .filled(let number):
            kind = "TRADE"
            fill = lastExecution?.number == number ? lastExecution : nil
        }
        tell(account: order.account, .object(fields(order, kind, fill, at: now)))
        if order.status.isTerminal { cancelNames[order.number] = nil }
    }

    /// The fields of an executionReport.
    private func fields(
        _ order: LocalOrder,
        _ kind: String,
        _ fill: LocalExecution?,
        at now: Timestamp
    ) -> [(key: String, value: JSONText?)] {
        let wish = order.wish
        let isCancel = kind == "CANCELED"
        let name = isCancel ? cancelNames[order.number] ?? wish.clientID : wish.clientID
        let value = fill.map { $0.quantity.notional(at: $0.price, .halfEven) } ?? .zero
        let number = JSONText.integer(Int64(order.number))
        var fields: [(key: String, value: JSONText?)] = [
            ("e", .text("executionReport")), ("E", milliseconds(now)),
            ("s", .text(house.markets[wish.market].listing.symbol)), ("c", .text(name)),
            ("S", .text(wish.side == .buy ? "BUY" : "SELL")), ("o", .text(type(order))),
            ("f", .text(timeInForce(order))), ("q", text(wish.quantity)), ("p", text(wish.price)),
            ("P", text(wish.trigger?.price ?? .zero)), ("F", text(Money.zero)),
            ("g", .integer(-1)), ("C", .text(isCancel ? wish.clientID : "")), ("x", .text(kind)),
            ("X", .text(status(order))), ("r", .text("NONE")), ("i", number),
        ]
        fields += [
            ("l", text(fill?.quantity ?? .zero)), ("z", text(order.filled)),
            ("L", text(fill?.price ?? .zero)), ("n", fill.map { text($0.fee) } ?? .text("0")),
            ("N", fill.map { .text($0.feeAsset) } ?? .null), ("T", milliseconds(now)),
            ("t", .integer(fill.map { Int64($0.number) } ?? -1)), ("I", number),
            ("w", .flag(!order.isUntriggered)), ("m", .flag(fill?.isMaker ?? false)),
            ("M", .flag(false)), ("O", milliseconds(order.made)),
        ]
        fields += [
            ("Z", text(order.filledValue)), ("Y", text(value)),
            ("Q", text(wish.quoteQuantity ?? .zero)), ("W", milliseconds(order.made)),
            ("V", .text("NONE")),
        ]
        return fields
    }

    private func tellBalances(_ account: Int, _ assets: [AssetID], at now: Timestamp) {
        let names = assets.map { house.assets.codes[Int($0.rawValue)] }
        let rows = house.balances(of: account).filter { names.contains($0.asset) }
        tell(
            account: account,
            .object([
                ("e", .text("outboundAccountPosition")), ("E", milliseconds(now)),
                ("u", milliseconds(now)),
                (
                    "B",
                    .list(
                        rows.map { asset, balance in
                            .object([
                                ("a", .text(asset)), ("f", text(balance.free)),
                                ("l", text(balance.locked)),
                            ])
                        }
                    )
                ),
            ])
        )
    }

    private func tellTrade(_ market: Int, _ trade: LocalTrade, at now: Timestamp) {
        let symbol = house.markets[market].listing.symbol
        let it = trade.trade
        let number = Int64(trade.number)
        tell("\(symbol.lowercased())@trade") {
            .object([
                ("e", .text("trade")), ("E", milliseconds(now)), ("s", .text(symbol)),
                ("t", .integer(number)), ("p", text(it.price)), ("q", text(it.quantity)),
                ("T", milliseconds(it.time)), ("m", .flag(it.taker == .sell)), ("M", .flag(true)),
            ])
        }
        tell("\(symbol.lowercased())@aggTrade") {
            .object([
                ("e", .text("aggTrade")), ("E", milliseconds(now)), ("s", .text(symbol)),
                ("a", .integer(number)), ("p", text(it.price)), ("q", text(it.quantity)),
                ("f", .integer(number)), ("l", .integer(number)), ("T", milliseconds(it.time)),
                ("m", .flag(it.taker == .sell)), ("M", .flag(true)),
            ])
        }
    }

    /// Tells what has changed in a book since it was last told.
    func pushBook(_ market: Int, at now: Timestamp) {
        let bids = house.levels(.buy, of: market, atMost: 1000)
        let asks = house.levels(.sell, of: market, atMost: 1000)
        let before = books[market]
        let changedBids = BookDifference.between(before.bids, bids, .buy)
        let changedAsks = BookDifference.between(before.asks, asks, .sell)
        let count = Int64(changedBids.count + changedAsks.count)
        guard count > 0 else { return }
        books[market] = PublishedBook(
            bids: bids,
            asks: asks,
            lastUpdate: before.lastUpdate + count
        )
        let symbol = house.markets[market].listing.symbol
        let name = symbol.lowercased()
        for stream in ["\(name)@depth@100ms", "\(name)@depth"] {
            tell(stream) {
                .object([
                    ("e", .text("depthUpdate")), ("E", milliseconds(now)), ("s", .text(symbol)),
                    ("U", .integer(before.lastUpdate + 1)),
                    ("u", .integer(before.lastUpdate + count)), ("b", levels(changedBids)),
                    ("a", levels(changedAsks)),
                ])
            }
        }
        for count in [5, 10, 20] {
            for suffix in ["", "@100ms"] {
                tell("\(name)@depth\(count)\(suffix)") {
                    .object([
                        ("lastUpdateId", .integer(books[market].lastUpdate)),
                        ("bids", levels(bids.prefix(count))), ("asks", levels(asks.prefix(count))),
                    ])
                }
            }
        }
        guard let bid = bids.first, let ask = asks.first,
            bid != before.bids.first || ask != before.asks.first
        else { return }
        tell("\(name)@bookTicker") {
            .object([
                ("u", .integer(books[market].lastUpdate)), ("s", .text(symbol)),
                ("b", text(bid.price)), ("B", text(bid.quantity)), ("a", text(ask.price)),
                ("A", text(ask.quantity)),
            ])
        }
    }
}
