internal import Exchange
internal import JSON
internal import Network
internal import Trading

/// What spot and USD-M do alike: requests, limits, signatures, streams.
protocol BinanceFront: VenueFront {
    /// What its paths begin with.
    static var roots: [String] { get }
    /// The host of its streams.
    static var host: String { get }
    /// The path of its requests over a WebSocket.
    static var requestPath: String { get }
    /// The parts of the host of its streams.
    static var categories: [String] { get }
    /// How many messages a connection of streams may send in a second.
    static var messagesPerSecond: Int { get }

    var desk: BinanceDesk { get }
    var router: BinanceRouter<Self> { get }

    /// Lets a socket hear the account whose listen key it names.
    func listen(_ socket: inout BinanceSocket, to name: String) -> Bool

    /// Tells the accounts what happened.
    func tellAccounts(_ events: [LocalEvent], at now: Timestamp)

    /// Does what is due for accounts.
    func tickAccounts(at now: Timestamp)
}

// MARK: Requests over HTTP

extension BinanceFront {
    func answer(_ request: HTTPRequest, at now: Timestamp) -> HTTPResponse? {
        guard Self.owns(request.path) else { return nil }
        do {
            return try serve(request, at: now)
        } catch {
            return respond(error.body, status: error.status, error.headers, nil, at: now)
        }
    }

    func answer(_ request: HTTPRequest, in trouble: VenueTrouble, at now: Timestamp)
        -> HTTPResponse?
    {
        guard Self.owns(request.path) else { return nil }
        let error: BinanceError
        switch trouble {
        case .tooMany(let wait):
            error = .tooManyRequests(limit: desk.limits.terms.weight, retryAfter: wait)
        case .banned(let wait): error = .banned(until: now + wait, retryAfter: wait)
        case .serverError(let status): error = .server(status)
        case .maintenance: error = .maintenance
        }
        return respond(error.body, status: error.status, error.headers, nil, at: now)
    }

    private static func owns(_ path: Substring) -> Bool { roots.contains(where: path.hasPrefix) }

    private func serve(_ request: HTTPRequest, at now: Timestamp) throws(BinanceError)
        -> HTTPResponse
    {
        let route = router.route(request.method, request.path)
        let body = String(decoding: request.body, as: UTF8.self)
        let parameters = BinanceParameters(query: request.query, form: body[...])
        try desk.limits.spend(route?.weight.of(parameters) ?? 1, at: now)
        guard let route else { throw .unknownPath(request.path, request.method) }
        let signature = BinanceSignature(query: request.query, body: body[...])
        let account = try desk.account(
            route.access,
            key: request.header("X-MBX-APIKEY"),
            signature,
            parameters,
            at: now
        )
        let answer = try answer(
            route,
            BinanceAsk(parameters: parameters, account: account, now: now)
        )
        return respond(answer, status: 200, [], route.countsOrders ? account : nil, at: now)
    }

    /// Counts an order and asks the endpoint.
    private func answer(_ route: BinanceRoute<Self>, _ ask: BinanceAsk) throws(BinanceError)
        -> JSONText
    {
        if route.countsOrders { try desk.limits.countOrder(of: ask.account, at: ask.now) }
        return try route.answer(self)(ask)
    }

    private func respond(
        _ body: JSONText,
        status: Int,
        _ headers: [HTTPHeader],
        _ account: Int?,
        at now: Timestamp
    ) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [HTTPHeader("Content-Type", "application/json;charset=UTF-8")]
                + desk.limits.headers(ordersOf: account, at: now) + headers,
            body: Array(body.compact.utf8)
        )
    }
}

extension BinanceRoute {
    var countsOrders: Bool {
        if case .order = access { return true }
        return false
    }
}

// MARK: WebSockets

extension BinanceFront {
    func opened(_ socket: SocketID, _ request: HTTPRequest, at now: Timestamp) -> Bool {
        let path = BinanceSocketPath(
            path: request.path,
            query: request.query,
            host: Self.host,
            categories: Self.categories
        )
        if path.path == Self.requestPath {
            desk.sockets[socket] = BinanceSocket(.requests, at: now)
            return true
        }
        guard path.root == "ws" || path.root == "stream" else { return false }
        var state = BinanceSocket(.streams, at: now)
        state.category = path.category
        state.isCombined = path.root == "stream"
        let key = path.parameters.text("listenKey").map { [$0] } ?? []
        for name in key + path.names { subscribe(&state, to: name) }
        desk.sockets[socket] = state
        return true
    }

    func closed(_ socket: SocketID) { desk.sockets[socket] = nil }

    func received(_ message: [UInt8], from socket: SocketID, at now: Timestamp) {
        guard var state = desk.sockets[socket] else { return }
        if state.role == .requests {
            request(message, from: socket, at: now)
            return
        }
        let isQuiet = state.count(at: now, atMost: Self.messagesPerSecond)
        desk.sockets[socket] = state
        guard isQuiet else {
            desk.sockets[socket] = nil
            desk.outbox.close(socket, code: 1008)
            return
        }
        guard let message = BinanceMessage(message) else {
            send(Self.fault(2, "Invalid JSON: expected value at line 1 column 1"), to: socket)
            return
        }
        var answer = JSONText.null
        switch message.method {
        case "SUBSCRIBE":
            guard state.streams.count + message.list.count <= BinanceSocket.maximumStreams else {
                desk.outbox.close(socket, code: 1008)
                desk.sockets[socket] = nil
                return
            }
            for name in message.list { subscribe(&state, to: name) }
        case "UNSUBSCRIBE":
            state.streams.removeAll { message.list.contains($0.name) }
            state.keys.removeAll { message.list.contains($0) }
        case "LIST_SUBSCRIPTIONS":
            answer = .list((state.streams.map(\.name) + state.keys).map { .text($0) })
        case "SET_PROPERTY": state.isCombined = message.list.last == "true"
        case "GET_PROPERTY": answer = .flag(state.isCombined)
        default:
            let what =
                "Invalid request: unknown variant `\(message.method)`, expected one of "
                + "`SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY`"
            send(Self.fault(2, what).adding([("id", message.id)]), to: socket)
            return
        }
        desk.sockets[socket] = state
        send(.object([("result", answer), ("id", message.id)]), to: socket)
    }

    private func subscribe(_ state: inout BinanceSocket, to name: String) {
        if state.streams.contains(where: { $0.name == name }) || listen(&state, to: name) { return }
        let stream = BinanceStream(name, in: desk)
        state.streams.append(stream)
        desk.began(stream)
    }

    private static func fault(_ code: Int64, _ text: String) -> JSONText {
        .object([("error", .object([("code", .integer(code)), ("msg", .text(text))]))])
    }

    func send(_ message: JSONText, to socket: SocketID) {
        desk.outbox.send(message.compact, to: socket)
    }

    func tell(_ events: [LocalEvent], at now: Timestamp) {
        tellAccounts(events, at: now)
        desk.publish(events, at: now)
    }

    func filtersChanged(of market: Int) { desk.countPlaces(market) }

    func tick(at now: Timestamp) {
        for socket in desk.sockets.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let state = desk.sockets[socket], now - state.opened >= BinanceSocket.life else {
                continue
            }
            desk.sockets[socket] = nil
            desk.outbox.close(socket)
        }
        tickAccounts(at: now)
        desk.pushByClock(at: now)
    }
}

// MARK: Requests over a WebSocket

extension BinanceFront {
    private func request(_ bytes: [UInt8], from socket: SocketID, at now: Timestamp) {
        guard let message = BinanceMessage(bytes) else {
            let error = BinanceError(-1135, "Invalid JSON Request")
            reply(.null, error.status, ("error", error.body), nil, nil, to: socket, at: now)
            return
        }
        let parameters = message.parameters
        do throws(BinanceError) {
            let route = router.route(socket: message.method)
            try desk.limits.spend(route?.weight.of(parameters) ?? 2, at: now)
            if let result = try subscription(message, of: socket, at: now) {
                reply(message.id, 200, ("result", result), parameters, nil, to: socket, at: now)
                return
            }
            guard let route else {
                throw BinanceError(-1020, "This operation is not supported.")
            }
            let account = try desk.account(
                route.access,
                key: parameters.text("apiKey"),
                BinanceSignature(parameters),
                parameters,
                at: now
            )
            let ask = BinanceAsk(parameters: parameters, account: account, now: now)
            let result = try answer(route, ask)
            let counted = route.countsOrders ? account : nil
            reply(message.id, 200, ("result", result), parameters, counted, to: socket, at: now)
        } catch {
            let body = ("error", error.body)
            reply(message.id, error.status, body, parameters, nil, to: socket, at: now)
        }
    }

    /// Sessions and user data; `nil` where the message is about something else.
    private func subscription(
        _ message: BinanceMessage,
        of socket: SocketID,
        at now: Timestamp
    ) throws(BinanceError) -> JSONText? {
        let parameters = message.parameters
        switch message.method {
        case "userDataStream.subscribe.signature" where desk.isSpot:
            let account = try desk.account(
                .signed,
                key: parameters.text("apiKey"),
                BinanceSignature(parameters),
                parameters,
                at: now
            )
            guard var state = desk.sockets[socket] else { return .null }
            state.lastSubscription += 1
            state.accounts.append((state.lastSubscription, account))
            desk.sockets[socket] = state
            return .object([("subscriptionId", .count(state.lastSubscription))])
        case "userDataStream.unsubscribe" where desk.isSpot:
            let id = try parameters.integer("subscriptionId")
            desk.sockets[socket]?.accounts.removeAll { id == nil || Int64($0.id) == id }
            return .object([])
        case "session.logon", "userDataStream.subscribe":
            throw BinanceError(-4056, "HMAC_SHA256 API key is not supported.")
        case "session.status", "session.logout":
            return .object([
                ("apiKey", .null),
                ("authorizedSince", .null),
                ("connectedSince", .time(desk.sockets[socket]?.opened ?? now)),
                ("returnRateLimits", .flag(true)),
                ("serverTime", .time(now)),
                ("userDataStream", .flag(false)),
            ])
        default: return nil
        }
    }

    private func reply(
        _ id: JSONText,
        _ status: Int,
        _ outcome: (key: String, value: JSONText?),
        _ parameters: BinanceParameters?,
        _ account: Int?,
        to socket: SocketID,
        at now: Timestamp
    ) {
        let wantsLimits = parameters?.text("returnRateLimits") != "false"
        let limits = desk.rateLimits(ordersOf: account, at: now)
        send(
            .object([
                ("id", id), ("status", .count(status)), outcome,
                ("rateLimits", wantsLimits ? limits : nil),
            ]),
            to: socket
        )
    }
}

extension BinanceDesk {
    /// The limits with what is used of them: the weight, and the orders of an account.
    func rateLimits(ordersOf account: Int?, at now: Timestamp) -> JSONText {
        var list = [
            limit("REQUEST_WEIGHT", "MINUTE", 1, limits.terms.weight, used: limits.usedWeight)
        ]
        if let account { list += orderLimits(of: account, at: now) }
        return .list(list)
    }

    /// The limits of orders with what an account used of them.
    func orderLimits(of account: Int, at now: Timestamp) -> [JSONText] {
        zip(limits.terms.orders, limits.orderCounts(of: account, at: now)).map { limit, used in
            self.limit("ORDERS", limit.interval, limit.count, limit.limit, used: used)
        }
    }

    /// The limits without what is used of them.
    var allLimits: JSONText {
        .list(
            [limit("REQUEST_WEIGHT", "MINUTE", 1, limits.terms.weight, used: nil)]
                + limits.terms.orders.map { orders in
                    limit("ORDERS", orders.interval, orders.count, orders.limit, used: nil)
                }
        )
    }

    private func limit(
        _ kind: String,
        _ interval: String,
        _ count: Int,
        _ limit: Int,
        used: Int?
    ) -> JSONText {
        .object([
            ("rateLimitType", .text(kind)), ("interval", .text(interval)),
            ("intervalNum", .count(count)), ("limit", .count(limit)),
            ("count", used.map(JSONText.count)),
        ])
    }
}
