internal import Exchange
internal import JSON
internal import Trading

// What orders of both markets have: the words of the venue, and how an order is found.

extension BinanceDesk {
    static let sides = ["BUY", "SELL"]

    static func side(_ parameters: BinanceParameters) throws(BinanceError) -> Side {
        switch try parameters.required("side") {
        case "BUY": return .buy
        case "SELL": return .sell
        default: throw .badSide
        }
    }

    /// Which order is meant: by the venue's id, or by the client's, of which the newest counts.
    func order(
        _ ask: BinanceAsk,
        in market: Int,
        id idName: String = "orderId",
        clientID clientName: String = "origClientOrderId",
        isOpen: Bool,
        _ isOne: (LocalOrder) -> Bool = { _ in true },
        else error: BinanceError
    ) throws(BinanceError) -> LocalOrder {
        let id = try ask.parameters.integer(idName)
        let clientID = ask.parameters.text(clientName)
        if id == nil && clientID == nil {
            let what =
                "Param '\(clientName)' or '\(idName)' must be sent, but both were empty/null!"
            throw BinanceError(-1102, what)
        }
        let orders = house.orders(of: ask.account, in: market).filter { order in
            (!isOpen || order.isOpen) && isOne(order) && (isSpot || !isForgotten(order, ask.now))
        }
        let found = orders.last { order in
            id.map { UInt64($0) == publicID(order) } ?? (order.wish.clientID == clientID)
        }
        guard let found else { throw error }
        if let clientID, found.wish.clientID != clientID {
            throw BinanceError(-2039, "Client order ID is not correct for this order ID")
        }
        if isForgotten(found, ask.now) { throw .archivedOrder }
        return found
    }

    /// Whether the venue tells of an order that has ended no more.
    ///
    /// Spot archives what ended without a fill 90 days ago, and keeps what was filled
    /// (binance-spot-api-docs, errors.md, -2026); USD-M forgets the former three days after it was
    /// made, and everything after 90 days (`GET /fapi/v1/order`).
    func isForgotten(_ order: LocalOrder, _ now: Timestamp) -> Bool {
        guard !order.isOpen else { return false }
        let quarter = TimeSpan(seconds: 90 * 86_400)
        let isUnfilled = order.filled.isZero && order.became == nil
        if isSpot { return isUnfilled && now - order.changed + order.aged > quarter }
        let age = now - order.made + order.aged
        return age > quarter || (isUnfilled && age > TimeSpan(seconds: 3 * 86_400))
    }

    /// The number that clients know: USD-M counts its conditional orders apart.
    func publicID(_ order: LocalOrder) -> UInt64 {
        !isSpot && order.wish.trigger != nil ? order.number + Self.firstAlgoID : order.number
    }

    static let firstAlgoID: UInt64 = 2_000_000_000_000_000

    /// Orders of an account in a market, of which an endpoint of history gives a part.
    func history(
        _ ask: BinanceAsk,
        _ market: Int,
        id name: String = "orderId",
        most: Int,
        _ isOne: (LocalOrder) -> Bool = { _ in true }
    ) throws(BinanceError) -> [LocalOrder] {
        let from = try ask.parameters.integer(name)
        let start = try ask.parameters.integer("startTime")
        let end = try ask.parameters.integer("endTime")
        let limit = try ask.parameters.limit(500, most)
        let orders = house.orders(of: ask.account, in: market).filter { order in
            isOne(order) && !isForgotten(order, ask.now) && Int64(publicID(order)) >= from ?? 0
                && order.made.milliseconds >= start ?? 0
                && order.made.milliseconds <= end ?? .max
        }
        let isOldestFirst = from != nil || start != nil
        return Array(isOldestFirst ? orders.prefix(limit) : orders.suffix(limit))
    }

    /// Executions of an account in a market, of which a list of trades gives a part.
    func executions(_ ask: BinanceAsk, _ market: Int?) throws(BinanceError) -> [LocalExecution] {
        let order = try ask.parameters.integer("orderId")
        let from = try ask.parameters.integer("fromId")
        let start = try ask.parameters.integer("startTime")
        let end = try ask.parameters.integer("endTime")
        let limit = try ask.parameters.limit(500, 1000)
        let oldest = try oldestTold(ask, order: order, from: from, start, end)
        let chosen = house.executions.filter { execution in
            execution.account == ask.account
                && (market.map { $0 == execution.market } ?? markets.contains(execution.market))
                && (order.map { UInt64($0) == execution.order } ?? true)
                && Int64(execution.number) >= from ?? 0
                && execution.time.milliseconds >= oldest
                && execution.time.milliseconds <= end ?? .max
        }
        let isOldestFirst = from != nil || start != nil
        return Array(isOldestFirst ? chosen.prefix(limit) : chosen.suffix(limit))
    }

    /// The time of the oldest execution that a question for them is told of, in milliseconds.
    ///
    /// Sources: binance-spot-api-docs `rest-api.md` "Account trade list" and `errors.md`;
    /// derivatives/usds-margined-futures "Account Trade List" and "Error Code".
    private func oldestTold(
        _ ask: BinanceAsk,
        order: Int64?,
        from: Int64?,
        _ start: Int64?,
        _ end: Int64?
    ) throws(BinanceError) -> Int64 {
        let isTimed = start != nil || end != nil
        if isTimed, from != nil || (isSpot && order != nil) {
            throw BinanceError(-1128, "Combination of optional parameters invalid.")
        }
        let day: Int64 = 86_400_000
        if let start, let end, end - start > (isSpot ? day : 7 * day) {
            throw isSpot
                ? BinanceError(-1127, "More than 24 hours between startTime and endTime.")
                : BinanceError(-4165, "Maximum time interval is 7 days")
        }
        if isSpot || from != nil { return start ?? 0 }
        return start ?? (end ?? ask.now.milliseconds) - 7 * day
    }

    /// The executions of an order, oldest first.
    func executions(of order: LocalOrder) -> [LocalExecution] {
        house.executions.reversed()
            .prefix { $0.time >= order.made }
            .filter { $0.order == order.number }
            .reversed()
    }

    func execution(_ number: UInt64) -> LocalExecution? {
        house.executions.last { $0.number == number }
    }

    /// The client's id of a new order, or one of ours; not that of an open order.
    func clientID(
        _ name: String,
        _ ask: BinanceAsk,
        in market: Int,
        duplicate: BinanceError
    ) throws(BinanceError) -> String {
        guard let id = ask.parameters.text(name) else { return names.next(22) }
        try checkClientID(id, name)
        let isTaken = house.orders(of: ask.account, in: market)
            .contains { $0.isOpen && $0.wish.clientID == id }
        if isTaken { throw duplicate }
        return id
    }

    func checkClientID(_ id: String, _ name: String) throws(BinanceError) {
        if !isSpot && id.utf8.count > 36 {
            throw BinanceError(-4015, "Client order id length should not be more than 36 chars")
        }
        let isLegal =
            id.utf8.count <= 36
            && id.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
                case 0x2E, 0x2F, 0x3A: !isSpot
                default: false
                }
            }
        let range = isSpot ? "^[a-zA-Z0-9-_]{1,36}$" : #"^[\.A-Z\:/a-z0-9_-]{1,36}$"#
        if !isLegal { throw .illegal(name, range: range) }
    }
}

extension LocalOrder {
    /// Where it stands, in the venue's words.
    var statusWord: String {
        switch status {
        case .pending, .placed: "NEW"
        case .partiallyFilled: "PARTIALLY_FILLED"
        case .filled: "FILLED"
        case .cancelled: "CANCELED"
        case .rejected: "REJECTED"
        case .expired: "EXPIRED"
        }
    }

    var sideWord: String { wish.side == .buy ? "BUY" : "SELL" }

    /// Whether its trigger is met by a loss: a buy's when the price rises, a sell's when it falls.
    var isStop: Bool {
        guard let trigger = wish.trigger else { return false }
        return trigger.rises == (wish.side == .buy)
    }
}
