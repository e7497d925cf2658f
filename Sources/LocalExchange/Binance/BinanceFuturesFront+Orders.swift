internal import Exchange
internal import JSON
internal import Trading

// Orders on USD-M.
extension BinanceFuturesFront {
    /// Whether an order is one of `/order`, rather than of `/algoOrder`.
    static func isPlain(_ order: LocalOrder) -> Bool { order.wish.trigger == nil }

    func newOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let wish = try wish(ask)
        switch desk.house.place(wish, of: ask.account, at: ask.now) {
        case .refused(let reason): throw Self.error(reason)
        case .done(let order):
            if order.reason == .wouldNotFill, order.filled.isZero {
                desk.house.retract(order.number)
                throw Self.wouldNotFill
            }
            let isShort = ask.parameters.text("newOrderRespType") != "RESULT"
            return isShort ? acknowledged(order) : placed(order)
        }
    }

    /// Nothing is placed; the answer is that of an order to be.
    func testOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        acknowledged(
            LocalOrder(number: 0, account: ask.account, wish: try wish(ask), made: ask.now)
        )
    }

    func modifyOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let parameters = ask.parameters
        let market = try desk.market(ask)
        let side = try BinanceDesk.side(parameters)
        for name in ["quantity", "price"] { _ = try parameters.required(name) }
        let order = try desk.order(ask, in: market, isOpen: true, Self.isPlain, else: .noSuchOrder)
        guard order.wish.side == side else { throw .invalid("side") }
        var wish = order.wish
        wish.quantity = try quantity(parameters, market)
        wish.price = Price(try parameters.decimal("price") ?? .zero)
        try check(wish.price, market)
        try checkSize(wish)
        if wish == order.wish { throw BinanceError(-5027, "No need to modify the order.") }
        let outcome = desk.house.amend(
            order.number,
            quantity: wish.quantity,
            price: wish.price,
            trigger: .zero,
            at: ask.now
        )
        switch outcome {
        case .done(let changed): return placed(changed)
        case .refused(let reason): throw Self.error(reason)
        }
    }

    // MARK: Asking

    func queryOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        return described(
            try desk.order(ask, in: market, isOpen: false, Self.isPlain, else: .noSuchOrder)
        )
    }

    func queryOpenOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        return described(
            try desk.order(ask, in: market, isOpen: true, Self.isPlain, else: .noSuchOrder)
        )
    }

    func openOrders(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let markets = try desk.marketIfNamed(ask).map { [$0] } ?? desk.markets
        let orders = markets.flatMap { desk.house.orders(of: ask.account, in: $0) }
        return .list(orders.filter { $0.isOpen && Self.isPlain($0) }.map(described))
    }

    func allOrders(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        return .list(try desk.history(ask, market, most: 1000, Self.isPlain).map(described))
    }

    func userTrades(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.marketIfNamed(ask)
        return .list(
            try desk.executions(ask, market).map { execution in
                let market = execution.market
                let worth = execution.quantity.notional(at: execution.price, .halfEven)
                return .object([
                    ("symbol", .text(desk.symbol(market))),
                    ("id", .id(execution.number)),
                    ("orderId", .id(orderID(of: execution))),
                    ("side", .text(execution.side == .buy ? "BUY" : "SELL")),
                    ("price", desk.text(execution.price, market)),
                    ("qty", desk.text(execution.quantity, market)),
                    ("realizedPnl", execution.realised.eight),
                    ("marginAsset", .text(desk.house.markets[market].listing.settle)),
                    ("quoteQty", worth.short),
                    ("commission", execution.fee.eight),
                    ("commissionAsset", .text(execution.feeAsset)),
                    ("time", .time(execution.time)),
                    ("positionSide", .text("BOTH")),
                    ("buyer", .flag(execution.side == .buy)),
                    ("maker", .flag(execution.isMaker)),
                ])
            }
        )
    }

    /// The order of a fill; a liquidation has one that no client placed.
    func orderID(of execution: LocalExecution) -> UInt64 {
        execution.order == 0 ? Self.firstLiquidation + execution.number : execution.order
    }

    static let firstLiquidation: UInt64 = 1_000_000_000_000

    // MARK: Cancelling

    func cancelOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        let order = try desk.order(ask, in: market, isOpen: true, Self.isPlain, else: .unknownOrder)
        guard case .done(let ended) = desk.house.cancel(order.number, at: ask.now) else {
            throw .unknownOrder
        }
        return placed(ended)
    }

    func cancelOpenOrders(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        cancelAll(of: ask.account, in: try desk.market(ask), at: ask.now)
        return Self.allCancelled
    }

    static let allCancelled = JSONText.object([
        ("code", .integer(200)), ("msg", .text("The operation of cancel all open order is done.")),
    ])

    func cancelAll(of account: Int, in market: Int, at now: Timestamp) {
        for order in desk.house.orders(of: account, in: market)
        where order.isOpen && Self.isPlain(order) {
            _ = desk.house.cancel(order.number, at: now)
        }
    }

    /// Cancels everything after a time, unless it is asked again before; zero calls it off.
    func startCountdown(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        guard let milliseconds = try ask.parameters.integer("countdownTime") else {
            throw .missing("countdownTime")
        }
        guard milliseconds <= 1_000_000_000_000 else { throw .invalid("countdownTime") }
        let place = Countdown(account: ask.account, market: market)
        let end = ask.now + TimeSpan(milliseconds: milliseconds)
        countdowns[place] = milliseconds == 0 ? nil : end
        return .object([
            ("symbol", .text(desk.symbol(market))), ("countdownTime", .text("\(milliseconds)")),
        ])
    }
}
