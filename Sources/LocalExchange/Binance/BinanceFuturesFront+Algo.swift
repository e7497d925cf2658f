internal import Exchange
internal import JSON
internal import Trading

// Conditional orders on USD-M, which have endpoints and ids of their own since December 2025.
extension BinanceFuturesFront {
    static func isAlgo(_ order: LocalOrder) -> Bool { order.wish.trigger != nil }

    func newAlgoOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        switch desk.house.place(try algoWish(ask), of: ask.account, at: ask.now) {
        case .refused(let reason): throw Self.error(reason)
        case .done(let order): return algoPlaced(order)
        }
    }

    func queryAlgoOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        algoDescribed(try algoOrder(ask, isOpen: false, else: .noSuchOrder))
    }

    func cancelAlgoOrder(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let order = try algoOrder(ask, isOpen: true, else: .unknownOrder)
        guard case .done(let ended) = desk.house.cancel(order.number, at: ask.now) else {
            throw .unknownOrder
        }
        return algoPlaced(ended).adding([("code", .text("200")), ("msg", .text("success"))])
    }

    func cancelOpenAlgoOrders(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        for order in desk.house.orders(of: ask.account, in: market)
        where order.isOpen && order.isUntriggered {
            _ = desk.house.cancel(order.number, at: ask.now)
        }
        return Self.allCancelled
    }

    func openAlgoOrders(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let markets = try desk.marketIfNamed(ask).map { [$0] } ?? desk.markets
        let id = try ask.parameters.integer("algoId").map { UInt64($0) }
        let orders = markets.flatMap { desk.house.orders(of: ask.account, in: $0) }
        return .list(
            orders.filter { order in
                order.isOpen && order.isUntriggered
                    && (id ?? desk.publicID(order)) == desk.publicID(order)
            }
            .map(algoDescribed)
        )
    }

    func allAlgoOrders(_ ask: BinanceAsk) throws(BinanceError) -> JSONText {
        let market = try desk.market(ask)
        return .list(
            try desk.history(ask, market, id: "algoId", most: 1000, Self.isAlgo)
                .map(algoDescribed)
        )
    }

    /// The order that is meant, in whatever market it is.
    private func algoOrder(_ ask: BinanceAsk, isOpen: Bool, else error: BinanceError)
        throws(BinanceError) -> LocalOrder
    {
        let markets = try desk.marketIfNamed(ask).map { [$0] } ?? desk.markets
        for market in markets {
            do {
                return try desk.order(
                    ask,
                    in: market,
                    id: "algoId",
                    clientID: "clientAlgoId",
                    isOpen: isOpen,
                    Self.isAlgo,
                    else: error
                )
            } catch {
                if error.code == -1102 || error.code == -2039 { throw error }
            }
        }
        throw error
    }

    // MARK: Bodies

    /// The order that a triggered one became; `nil` before that.
    private func child(_ order: LocalOrder) -> LocalOrder? {
        order.became.flatMap { desk.house.order($0) }
    }

    func algoStatus(_ order: LocalOrder) -> String {
        if order.isOpen { return "NEW" }
        guard order.became != nil else { return order.statusWord }
        // A child that is forgotten has ended long ago.
        guard let child = child(order) else { return "FINISHED" }
        if child.status == .rejected { return "REJECTED" }
        return child.isOpen ? "TRIGGERED" : "FINISHED"
    }

    private typealias Members = [(key: String, value: JSONText?)]

    private func algoNames(_ order: LocalOrder) -> Members {
        let market = order.wish.market
        return [
            ("algoId", .id(desk.publicID(order))),
            ("clientAlgoId", .text(order.wish.clientID)),
            ("algoType", .text("CONDITIONAL")),
            ("orderType", .text(order.algoType)),
            ("symbol", .text(desk.symbol(market))),
            ("side", .text(order.sideWord)),
            ("positionSide", .text("BOTH")),
            ("timeInForce", .text(order.futuresTimeInForce)),
            ("quantity", desk.text(order.wish.quantity, market)),
            ("algoStatus", .text(algoStatus(order))),
        ]
    }

    private func algoTerms(_ order: LocalOrder, isLong: Bool) -> Members {
        let market = order.wish.market
        let none = isLong ? desk.text(Price.zero, market) : nil
        return [
            ("triggerPrice", desk.text(order.wish.trigger?.price ?? .zero, market)),
            ("price", desk.text(order.wish.price, market)),
            ("icebergQuantity", .null),
            ("tpTriggerPrice", none),
            ("tpPrice", none),
            ("slTriggerPrice", none),
            ("slPrice", none),
            ("tpOrderType", isLong ? .text("") : nil),
            ("selfTradePreventionMode", .text("EXPIRE_MAKER")),
            ("workingType", .text("CONTRACT_PRICE")),
            ("priceMatch", .text("NONE")),
            ("closePosition", .flag(order.wish.closesPosition)),
            ("priceProtect", .flag(false)),
            ("reduceOnly", .flag(order.wish.isReduceOnly)),
            ("createTime", .time(order.made)),
            ("updateTime", .time(order.changed)),
            ("triggerTime", .time(order.triggered ?? .never)),
            ("goodTillDate", .integer(0)),
        ]
    }

    /// The answer to a new one and to a cancel.
    func algoPlaced(_ order: LocalOrder) -> JSONText {
        .object(algoNames(order) + algoTerms(order, isLong: false))
    }

    /// The answer to a query.
    func algoDescribed(_ order: LocalOrder) -> JSONText {
        let child = child(order)
        let market = order.wish.market
        let actual: Members = [
            ("actualOrderId", .text(order.became.map(String.init) ?? "")),
            ("actualPrice", (child?.averagePrice ?? .zero).places(5)),
            ("actualQty", child.map { desk.text($0.filled, market) }),
            ("actualType", child.map { .text($0.futuresType) }),
        ]
        return .object(algoNames(order) + actual + algoTerms(order, isLong: true))
    }

    /// An event of a conditional order.
    func algoEvent(_ order: LocalOrder, _ status: String, at now: Timestamp) -> JSONText {
        let child = child(order)
        let isKnown = status != "TRIGGERING" && order.became != nil
        let isFinished = status == "FINISHED"
        let average = isFinished ? child?.averagePrice ?? .zero : .zero
        let filled = isFinished ? child?.filled ?? .zero : .zero
        let body: Members = [
            ("caid", .text(order.wish.clientID)),
            ("aid", .id(desk.publicID(order))),
            ("at", .text("CONDITIONAL")),
            ("o", .text(order.algoType)),
            ("s", .text(desk.symbol(order.wish.market))),
            ("S", .text(order.sideWord)),
            ("ps", .text("BOTH")),
            ("f", .text(order.futuresTimeInForce)),
            ("q", order.wish.quantity.short),
            ("X", .text(status)),
            ("ai", .text(isKnown ? order.became.map(String.init) ?? "" : "")),
            ("ap", isKnown ? average.short : nil),
            ("aq", isKnown ? filled.short : nil),
            ("act", isKnown ? .text(order.futuresType) : nil),
            ("tp", (order.wish.trigger?.price ?? .zero).short),
            ("p", order.wish.price.short),
            ("V", .text("EXPIRE_MAKER")),
            ("wt", .text("CONTRACT_PRICE")),
            ("pm", .text("NONE")),
            ("cp", .flag(order.wish.closesPosition)),
            ("pP", .flag(false)),
            ("R", .flag(order.wish.isReduceOnly)),
            ("tt", .time(order.triggered ?? .never)),
            ("gtd", .integer(0)),
            (
                "rm",
                child?.reason.flatMap { status == "REJECTED" ? .text(Self.error($0).message) : nil }
            ),
        ]
        return .object([
            ("e", .text("ALGO_UPDATE")), ("T", .time(order.changed)), ("E", .time(now)),
            ("o", .object(body)),
        ])
    }
}
