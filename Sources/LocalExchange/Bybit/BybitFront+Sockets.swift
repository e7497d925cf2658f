internal import Exchange
internal import JSON
public import Network
public import Trading

// What comes through WebSockets, and the direct answers to it.
extension BybitFront {
    /// Takes a socket; `false` where its path is not a stream of this venue.
    public func opened(_ socket: SocketID, _ request: HTTPRequest, at now: Timestamp) -> Bool {
        guard let kind = BybitSocket.Kind(path: request.path) else { return false }
        sockets.append(
            BybitSocket(id: socket, kind: kind, name: ids.connection(socket), heard: now)
        )
        return true
    }

    /// Forgets a socket.
    public func closed(_ socket: SocketID) {
        sockets.removeAll { $0.id == socket }
    }

    /// Takes a message of a socket.
    public func received(_ message: [UInt8], from socket: SocketID, at now: Timestamp) {
        guard let place = sockets.firstIndex(where: { $0.id == socket }) else { return }
        sockets[place].heard = now
        guard let value = parse(message), let op = value["op"]?.word else {
            fail("error:invalid op", "", nil, place)
            return
        }
        let request = value["req_id"]?.word
        switch (op, sockets[place].kind) {
        case ("ping", _): pong(request, place, at: now)
        case ("auth", .account), ("auth", .trade): authenticate(value, request, place, at: now)
        case ("subscribe", .market), ("subscribe", .account):
            subscribe(value, request, place, at: now)
        case ("unsubscribe", .market), ("unsubscribe", .account):
            unsubscribe(value, request, place)
        case (_, .trade): trade(value, op, place, at: now)
        default: fail("error:invalid op", op, request, place)
        }
    }

    func send(_ members: [(key: String, value: JSONText?)], _ place: Int) {
        outbox.send(JSONText.object(members).compact, to: sockets[place].id)
    }

    private func fail(_ text: String, _ op: String, _ request: String?, _ place: Int) {
        send(
            [
                ("success", .flag(false)), ("ret_msg", .text(text)),
                ("conn_id", .text(sockets[place].name)), ("req_id", .text(request ?? "")),
                ("op", .text(op)),
            ],
            place
        )
    }

    private func acknowledge(_ text: String, _ op: String, _ request: String?, _ place: Int) {
        let isPublic = sockets[place].kind != .account
        send(
            [
                ("success", .flag(true)), ("ret_msg", .text(text)),
                ("conn_id", .text(sockets[place].name)),
                ("req_id", (request ?? (isPublic ? "" : nil)).map { .text($0) }),
                ("op", .text(op)),
            ],
            place
        )
    }

    private func pong(_ request: String?, _ place: Int, at now: Timestamp) {
        let name = JSONText.text(sockets[place].name)
        let time = JSONText.list([now.millisecondText])
        let echo = request.map { JSONText.text($0) }
        switch sockets[place].kind {
        case .market: acknowledge("pong", "ping", request, place)
        case .account:
            send(
                [("req_id", echo), ("op", .text("pong")), ("args", time), ("conn_id", name)],
                place
            )
        case .trade:
            send(
                [
                    ("retCode", .integer(0)), ("retMsg", .text("OK")), ("op", .text("pong")),
                    ("data", time), ("connId", name),
                ],
                place
            )
        }
    }

    // MARK: Who it is

    private func authenticate(
        _ value: BybitValue,
        _ request: String?,
        _ place: Int,
        at now: Timestamp
    ) {
        let words = (value["args"]?.elements ?? []).map { $0.word ?? "" }
        do throws(BybitError) {
            let account = try account(words, at: now)
            sockets[place].account = account
            if sockets[place].kind == .account {
                acknowledge("", "auth", request, place)
            } else {
                tradeAnswer(BybitError(0, "OK"), place)
            }
        } catch {
            if sockets[place].kind == .trade {
                tradeAnswer(error, place)
                return
            }
            // Clients tell by `op` or by `request` that it was this that failed.
            send(
                [
                    ("success", .flag(false)), ("ret_msg", .text(error.message)),
                    ("op", .text("auth")), ("conn_id", .text(sockets[place].name)),
                    (
                        "request",
                        .object([
                            ("op", .text("auth")), ("args", .list(words.map { .text($0) })),
                        ])
                    ),
                ],
                place
            )
        }
    }

    private func tradeAnswer(_ outcome: BybitError, _ place: Int) {
        send(
            [
                ("retCode", .integer(outcome.code)), ("retMsg", .text(outcome.message)),
                ("op", .text("auth")), ("connId", .text(sockets[place].name)),
            ],
            place
        )
    }

    private func account(_ words: [String], at now: Timestamp) throws(BybitError) -> Int {
        guard words.count == 3, let expires = Int64(words[1]), expires > now.milliseconds else {
            throw BybitError(10002, "Params Error")
        }
        guard let account = house.account(key: words[0]) else {
            throw BybitError(10003, "API key is invalid.")
        }
        let message = Array(("GET/realtime" + words[1]).utf8)
        guard house.accounts[account].accepts(words[2], of: message) else {
            throw BybitError(10004, "error:USVC1111")
        }
        return account
    }

    // MARK: What it listens to

    private func subscribe(
        _ value: BybitValue,
        _ request: String?,
        _ place: Int,
        at now: Timestamp
    ) {
        let topics = (value["args"]?.elements ?? []).map { $0.word ?? "" }
        let kind = sockets[place].kind
        if kind == .market(.bybitSpot), topics.count > 10 {
            fail("args size >10", "subscribe", request, place)
            return
        }
        if kind == .account, sockets[place].account == nil {
            let first = topics.first ?? ""
            fail("error:topic:\(first) needs auth first", "subscribe", request, place)
            return
        }
        for topic in topics {
            let isKnown =
                if case .market(let venue) = kind {
                    BybitTopic(topic, venue, in: house) != nil
                } else { BybitTopic.isPrivate(topic) }
            guard isKnown else {
                let text = "error:handler not found,topic:\(topic)"
                fail(text, "subscribe", request, place)
                return
            }
        }
        acknowledge(
            kind == .market(.bybitSpot) ? "subscribe" : "",
            "subscribe",
            request,
            place
        )
        for topic in topics where !sockets[place].topics.contains(topic) {
            if case .market(let venue) = kind,
                let known = BybitTopic(topic, venue, in: house)
            {
                sendSnapshot(of: known, place, at: now)
            }
            sockets[place].topics.append(topic)
        }
    }

    private func unsubscribe(_ value: BybitValue, _ request: String?, _ place: Int) {
        let topics = (value["args"]?.elements ?? []).map { $0.word ?? "" }
        sockets[place].topics.removeAll { topics.contains($0) }
        acknowledge("", "unsubscribe", request, place)
    }

    // MARK: Orders over a socket

    private func trade(_ value: BybitValue, _ op: String, _ place: Int, at now: Timestamp) {
        var use: BybitUse?
        var answer: BybitAnswer
        do throws(BybitError) {
            answer = try traded(value, op, place, at: now, &use)
        } catch { answer = BybitAnswer(error) }
        var header: [(key: String, value: JSONText?)] =
            (use?.headers ?? []).map { ($0.name, .text($0.value)) }
        lastMessage += 1
        let trace = ids.message(lastMessage).filter { $0 != "-" }
        header += [("Traceid", .text(trace)), ("Timenow", now.millisecondText)]
        send(
            [
                ("reqId", value["reqId"]?.word.map { .text($0) }),
                ("retCode", .integer(answer.code)), ("retMsg", .text(answer.message)),
                ("op", .text(op)), ("data", answer.result), ("retExtInfo", answer.extra),
                ("header", .object(header)), ("connId", .text(sockets[place].name)),
            ],
            place
        )
    }

    private func traded(
        _ value: BybitValue,
        _ op: String,
        _ place: Int,
        at now: Timestamp,
        _ use: inout BybitUse?
    ) throws(BybitError) -> BybitAnswer {
        guard case .signed(let limit, _, let act)? = BybitRoute.ofTrade(op)?.answer else {
            throw BybitError(10404, "op type is not found")
        }
        guard let account = sockets[place].account else {
            throw BybitError(10005, "Permission denied, please check your API key permissions.")
        }
        try checkMayTrade(account)
        let header = value["header"]
        guard let time = header?["X-BAPI-TIMESTAMP"]?.word.flatMap({ Int64($0) }) else {
            throw .parameter("X-BAPI-TIMESTAMP")
        }
        let window = header?["X-BAPI-RECV-WINDOW"]?.word ?? ""
        try BybitSignature.check(time, window: window, at: now)
        if sockets[place].requests.count >= BybitSocket.requestsKept {
            sockets[place].requests.removeAll(keepingCapacity: true)
        }
        if let request = value["reqId"]?.word {
            guard request.utf8.count <= BybitSocket.longestRequest else {
                throw .parameter("reqId")
            }
            guard sockets[place].requests.insert(request).inserted else {
                throw BybitError(20006, "reqId is duplicated")
            }
        }
        guard let first = value["args"]?.elements?.first, let asked = BybitParameters(first) else {
            throw .parameter("args")
        }
        let used = try self.use(limit, asked, account, at: now)
        use = used
        if used.isExceeded { throw .tooMany }
        return try act(self, BybitCall(account: account, parameters: asked, now: now))
    }
}
