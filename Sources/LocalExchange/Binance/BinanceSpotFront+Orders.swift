internal import Exchange
internal import JSON
internal import Trading

// Orders on spot.
extension BinanceSpotFront {
    func newOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        try place(try wish(ask), ask)
    }

    private func place(_ wish: LocalWish, _ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let isFull = wish.trigger == nil && wish.timeInForce != .postOnly
        let type = ask.parameters.text("newOrderRespType") ?? (isFull ? "FULL" : "ACK")
        switch desk.house.place(wish, of: ask.account, at: ask.now) {
        case .done(let order): return placed(order, type, at: ask.now)
        case .refused(.noLiquidity) where desk.house.hasBook(wish.market):
            // Spot accepts an order that meets nobody, and lets it expire.
            let order = desk.house.record(
                refused: wish,
                .noLiquidity,
                of: ask.account,
                isExpired: true,
                at: ask.now
            )
            return placed(order, type, at: ask.now)
        case .refused(let reason): throw Self.error(reason)
        }
    }

    func testOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let wish = try wish(ask)
        guard try ask.parameters.flag("computeCommissionRates") == true else { return .object([]) }
        let fees = desk.house.markets[wish.market].instrument.fees
        return .object([
            ("standardCommissionForOrder", rates(fees)),
            ("specialCommissionForOrder", rates(nil)),
            ("taxCommissionForOrder", rates(nil)),
            ("discount", discount),
        ])
    }

    private func rates(_ fees: FeeSchedule?) -> JSONText {
        .object([
            ("maker", .text((fees?.maker ?? .zero).cut(to: 8))),
            ("taker", .text((fees?.taker ?? .zero).cut(to: 8))),
        ])
    }

    func queryOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        return described(try desk.order(ask, in: market, isOpen: false, else: .noSuchOrder))
    }

    func openOrders(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let markets = try desk.marketIfNamed(ask).map { [$0] } ?? desk.markets
        return .list(
            markets.flatMap { desk.house.orders(of: ask.account, in: $0) }
                .filter(\.isOpen).map(described)
        )
    }

    func allOrders(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        return .list(try desk.history(ask, market, most: 1000).map(described))
    }

    // MARK: Cancelling

    func cancelOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        let order = try desk.order(ask, in: market, isOpen: true, else: .unknownOrder)
        return try cancel(order, name: "newClientOrderId", ask)
    }

    private func cancel(_ order: LocalOrder, name: String, _ ask: BinanceAsk) throws(BinanceError)
        -> JSONText
    {
        switch ask.parameters.text("cancelRestrictions") {
        case nil: break
        case "ONLY_NEW" where order.status == .placed: break
        case "ONLY_PARTIALLY_FILLED" where order.status == .partiallyFilled: break
        case "ONLY_NEW", "ONLY_PARTIALLY_FILLED":
            let what = "Order was not canceled due to cancel restrictions."
            throw BinanceError(-2011, what)
        default: throw BinanceError(-1145, "Invalid cancelRestrictions")
        }
        let given = ask.parameters.text(name)
        if let given { try desk.checkClientID(given, name) }
        let id = given ?? desk.names.next(22)
        desk.cancelNames[order.number] = id
        guard case .done(let ended) = desk.house.cancel(order.number, at: ask.now) else {
            desk.cancelNames[order.number] = nil
            throw .unknownOrder
        }
        return cancelled(ended, id, at: ask.now)
    }

    func cancelOpenOrders(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        let open = desk.house.orders(of: ask.account, in: market).filter(\.isOpen)
        guard !open.isEmpty else { throw .unknownOrder }
        var answers: [JSONText] = []
        for order in open { answers.append(try cancel(order, name: "", ask)) }
        return .list(answers)
    }

    // MARK: Replacing

    /// Cancels an order and places another; either may fail alone.
    func replaceOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let mode = try ask.parameters.required("cancelReplaceMode")
        guard ["STOP_ON_FAILURE", "ALLOW_FAILURE"].contains(mode) else {
            throw .invalid("cancelReplaceMode")
        }
        let wish = try wish(ask)
        let cancelled = Result { () throws(BinanceError) in
            let order = try desk.order(
                ask,
                in: wish.market,
                id: "cancelOrderId",
                clientID: "cancelOrigClientOrderId",
                isOpen: true,
                else: .unknownOrder
            )
            return try cancel(order, name: "cancelNewClientOrderId", ask)
        }
        if case .failure(let error) = cancelled, error.code == -1102 { throw error }
        var placed: Result<JSONText, BinanceError>?
        if (try? cancelled.get()) != nil || mode == "ALLOW_FAILURE" {
            placed = Result { () throws(BinanceError) in try place(wish, ask) }
        }
        let data = JSONText.object([
            ("cancelResult", .text(cancelled.isSuccess ? "SUCCESS" : "FAILURE")),
            (
                "newOrderResult",
                .text(placed.map { $0.isSuccess ? "SUCCESS" : "FAILURE" } ?? "NOT_ATTEMPTED")
            ),
            ("cancelResponse", cancelled.body),
            ("newOrderResponse", placed?.body ?? .null),
        ])
        switch (cancelled.isSuccess, placed?.isSuccess ?? false) {
        case (true, true): return data
        case (false, false):
            throw BinanceError(-2022, "Order cancel-replace failed.", data: data)
        default:
            let what = "Order cancel-replace partially failed."
            throw BinanceError(-2021, what, status: 409, data: data)
        }
    }

    // MARK: Amending

    /// Makes an order smaller, which keeps its place in the queue.
    func amendOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        let order = try desk.order(ask, in: market, isOpen: true, else: .noSuchOrder)
        _ = try ask.parameters.required("newQty")
        let quantity = Quantity(try amount("newQty", ask.parameters) ?? .zero)
        let filters = desk.house.markets[market].instrument.filters
        guard quantity >= filters.minimumQuantity, quantity > order.filled,
            quantity.value.isMultiple(of: filters.quantityStep.value)
        else { throw .filter("LOT_SIZE") }
        guard quantity <= order.wish.quantity else {
            throw BinanceError(-2038, "Order amend (quantity increase) is not supported.")
        }
        guard quantity < order.wish.quantity else {
            throw BinanceError(-2038, "The requested action would change no state; rejecting.")
        }
        let former = order.wish.clientID
        let isKept = ask.parameters.text("newClientOrderId") == former
        let id =
            isKept
            ? former
            : try desk.clientID("newClientOrderId", ask, in: market, duplicate: .duplicateOrder)
        formerNames[order.number] = former
        let outcome = desk.house.amend(
            order.number,
            quantity: quantity,
            price: order.wish.price,
            trigger: order.wish.trigger?.price ?? .zero,
            clientID: id,
            at: ask.now
        )
        guard case .done(let amended) = outcome else {
            formerNames[order.number] = nil
            if case .refused(let reason) = outcome { throw Self.error(reason) }
            throw .noSuchOrder
        }
        return .object([
            ("transactTime", .time(ask.now)),
            ("executionId", .integer(lastEvent + 1)),
            ("amendedOrder", self.amended(amended, former)),
        ])
    }
}

extension Result<JSONText, BinanceError> {
    fileprivate var isSuccess: Bool { (try? get()) != nil }

    /// The answer, or the body of the error.
    fileprivate var body: JSONText {
        switch self {
        case .success(let answer): answer
        case .failure(let error): error.body
        }
    }
}
