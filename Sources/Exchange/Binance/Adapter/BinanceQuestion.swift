internal import Network
internal import Trading

/// A request before it is signed.
struct BinanceQuestion {
    /// What a request must carry.
    enum Access {
        /// Nothing.
        case open
        /// The key alone.
        case key
        /// The key, a timestamp and a signature.
        case signed
    }

    var method: HTTPMethod
    var path: String
    var parameters: [(name: String, value: String)] = []
    var access = Access.signed

    init(
        _ method: HTTPMethod,
        _ path: String,
        _ parameters: [(name: String, value: String?)] = [],
        _ access: Access = .signed
    ) {
        self.method = method
        self.path = path
        self.parameters = parameters.compactMap { parameter in
            parameter.value.map { (parameter.name, $0) }
        }
        self.access = access
    }
}

extension BinanceAdapter {
    /// Parameters as a query: everything but what RFC 3986 calls unreserved is percent-encoded,
    /// which spot demands of what is signed since 2026-01-15.
    static func query(_ parameters: [(name: String, value: String)]) -> String {
        parameters.map { "\($0.name)=\(encoded($0.value))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return result
    }

    private func side(_ side: Side) -> String { side == .buy ? "BUY" : "SELL" }

    private func milliseconds(_ time: Timestamp) -> String { "\(time.nanoseconds / 1_000_000)" }

    /// The times of a page: a page behind a mark goes by id, and the venue takes no times then.
    private func span(
        _ from: Timestamp,
        _ to: Timestamp,
        _ page: VenuePage,
        idName: String
    ) -> [(name: String, value: String?)] {
        if case .after(let id) = page { return [(idName, id), ("limit", "1000")] }
        return span(from, to) + [("limit", "1000")]
    }

    private func span(_ from: Timestamp, _ to: Timestamp) -> [(name: String, value: String?)] {
        [("startTime", milliseconds(from)), ("endTime", milliseconds(to))]
    }

    /// The fills of one order: spot takes no times with it, and USD-M tells seven days without.
    private func ofOrder(_ wanted: OrderExecutions) -> [(name: String, value: String?)] {
        let order: [(name: String, value: String?)] = [
            ("symbol", wanted.symbol), ("orderId", "\(wanted.venueOrder)"),
        ]
        if case .after(let id) = wanted.page { return order + [("fromId", id), ("limit", "1000")] }
        let times = isSpot ? [] : span(wanted.from, wanted.until)
        return order + times + [("limit", "1000")]
    }

    // MARK: Spot

    func spotQuestion(_ call: VenueCall) throws(VenueCallFault) -> BinanceQuestion {
        switch call {
        case .place(let placement):
            return BinanceQuestion(.post, "/api/v3/order", try spotTerms(placement))
        case .cancel(let name):
            return BinanceQuestion(
                .delete,
                "/api/v3/order",
                [("symbol", name.symbol), ("origClientOrderId", name.clientID)]
            )
        case .order(let name):
            return BinanceQuestion(
                .get,
                "/api/v3/order",
                [("symbol", name.symbol), ("origClientOrderId", name.clientID)]
            )
        case .openOrders(let symbol, _):
            return BinanceQuestion(.get, "/api/v3/openOrders", [("symbol", symbol)])
        case .orderHistory(let symbol, let from, let to, let page):
            let span = span(from, to, page, idName: "orderId")
            return BinanceQuestion(.get, "/api/v3/allOrders", [("symbol", symbol)] + span)
        case .executions(let symbol, let from, let to, let page):
            let span = span(from, to, page, idName: "fromId")
            return BinanceQuestion(.get, "/api/v3/myTrades", [("symbol", symbol)] + span)
        case .orderExecutions(let wanted):
            return BinanceQuestion(.get, "/api/v3/myTrades", ofOrder(wanted))
        case .balances:
            return BinanceQuestion(.get, "/api/v3/account", [("omitZeroBalances", "true")])
        case .instruments: return BinanceQuestion(.get, "/api/v3/exchangeInfo", [], .open)
        case .tickers: return BinanceQuestion(.get, "/api/v3/ticker/24hr", [], .open)
        case .fees(let symbol):
            return BinanceQuestion(.get, "/api/v3/account/commission", [("symbol", symbol)])
        case .serverTime: return BinanceQuestion(.get, "/api/v3/time", [], .open)
        case .keyPermissions: return BinanceQuestion(.get, "/sapi/v1/account/apiRestrictions")
        case .book(let symbol, let depth):
            return BinanceQuestion(
                .get,
                "/api/v3/depth",
                [("symbol", symbol), ("limit", "\(depth)")],
                .open
            )
        case .amend:
            throw .notOffered(
                "spot orders can only be made smaller in place; cancel and place anew"
            )
        case .listenKey: throw .notOffered("spot streams are opened by signature")
        case .entries: throw .notOffered("spot has no log of its wallet")
        case .cancelOnSilence: throw .notOffered("spot has no cancel on silence")
        case .setLeverage, .setOneWayMode, .setMarginMode, .positions, .accountMode,
            .marginMode:
            throw .notOffered("spot has neither positions nor leverage")
        }
    }

    private func spotTerms(
        _ placement: VenuePlacement
    ) throws(VenueCallFault) -> [(name: String, value: String?)] {
        let terms = placement.terms
        var type: String
        var timeInForce: String?
        switch (terms.type, terms.timeInForce) {
        case (.market, .fillOrKill): throw .notOffered("spot has no fill-or-kill market order")
        case (.market, _): type = "MARKET"
        case (.limit, .postOnly): type = "LIMIT_MAKER"
        case (.limit, let wanted):
            type = "LIMIT"
            timeInForce = Self.word(wanted)
        case (.stopMarket, _):
            switch placement.stop {
            case .market: type = "STOP_LOSS"
            case .limit:
                type = "STOP_LOSS_LIMIT"
                timeInForce = "GTC"
            case .reserving: throw .notOffered("every spot stop of Binance holds its assets")
            }
        }
        var price = terms.type == .limit ? terms.price : nil
        if terms.type == .stopMarket, case .limit(let limit) = placement.stop { price = limit }
        return [
            ("symbol", placement.name.symbol), ("side", side(terms.side)), ("type", type),
            ("timeInForce", timeInForce), ("quantity", "\(terms.quantity)"),
            ("price", price.map { "\($0)" }),
            ("stopPrice", terms.type == .stopMarket ? "\(terms.trigger)" : nil),
            ("newClientOrderId", placement.name.clientID),
            // That it was taken on is all that an answer must prove; fills come as executions.
            ("newOrderRespType", "ACK"),
        ]
    }

    private static func word(_ timeInForce: TimeInForce) -> String {
        switch timeInForce {
        case .goodTillCancelled: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        case .postOnly: "GTX"
        }
    }

    // MARK: USD-M

    func futuresQuestion(_ call: VenueCall) throws(VenueCallFault) -> BinanceQuestion {
        switch call {
        case .place(let placement): return try futuresPlacement(placement)
        case .cancel(let name): return named(.delete, name)
        case .order(let name): return named(.get, name)
        case .amend(let name, let change):
            guard !name.isConditional else {
                throw .notOffered("algo orders cannot be changed; cancel and place anew")
            }
            return BinanceQuestion(
                .put,
                "/fapi/v1/order",
                [
                    ("symbol", name.symbol), ("side", side(change.side)),
                    ("origClientOrderId", name.clientID), ("quantity", "\(change.quantity)"),
                    ("price", "\(change.price)"),
                ]
            )
        case .openOrders(let symbol, let page):
            // Algo orders are kept apart: the second page of the open orders is theirs.
            let path = page == .first ? "/fapi/v1/openOrders" : "/fapi/v1/openAlgoOrders"
            return BinanceQuestion(.get, path, [("symbol", symbol)])
        case .orderHistory(let symbol, let from, let to, let page):
            let name: [(name: String, value: String?)] = [("symbol", symbol)]
            // Algo orders are kept apart, and follow on the plain ones.
            if let page = BinanceAdapter.algoPage(page) {
                let span = span(from, to, page, idName: "algoId")
                return BinanceQuestion(.get, "/fapi/v1/allAlgoOrders", name + span)
            }
            let span = span(from, to, page, idName: "orderId")
            return BinanceQuestion(.get, "/fapi/v1/allOrders", name + span)
        case .executions(let symbol, let from, let to, let page):
            let span = span(from, to, page, idName: "fromId")
            return BinanceQuestion(.get, "/fapi/v1/userTrades", [("symbol", symbol)] + span)
        case .orderExecutions(let wanted):
            return BinanceQuestion(.get, "/fapi/v1/userTrades", ofOrder(wanted))
        case .positions(let symbol):
            return BinanceQuestion(.get, "/fapi/v3/positionRisk", [("symbol", symbol)])
        case .accountMode(let symbol):
            return BinanceQuestion(.get, "/fapi/v2/positionRisk", [("symbol", symbol)])
        case .marginMode: throw .notOffered("the account's mode tells it")
        case .balances: return BinanceQuestion(.get, "/fapi/v3/balance")
        case .entries(let from, let to, let page): return income(from, to, page)
        case .instruments: return BinanceQuestion(.get, "/fapi/v1/exchangeInfo", [], .open)
        case .tickers: return BinanceQuestion(.get, "/fapi/v1/ticker/24hr", [], .open)
        case .fees(let symbol):
            return BinanceQuestion(.get, "/fapi/v1/commissionRate", [("symbol", symbol)])
        case .serverTime: return BinanceQuestion(.get, "/fapi/v1/time", [], .open)
        case .book(let symbol, let depth):
            return BinanceQuestion(
                .get,
                "/fapi/v1/depth",
                [("symbol", symbol), ("limit", "\(depth)")],
                .open
            )
        case .cancelOnSilence, .setLeverage, .setOneWayMode, .setMarginMode, .listenKey,
            .keyPermissions:
            return try futuresSetting(call)
        }
    }

    private func income(_ from: Timestamp, _ to: Timestamp, _ page: VenuePage) -> BinanceQuestion {
        let part: [(name: String, value: String?)] = [
            ("page", Self.number(of: page)), ("limit", "\(Self.incomeRows)"),
        ]
        return BinanceQuestion(.get, "/fapi/v1/income", span(from, to) + part)
    }

    private func futuresSetting(_ call: VenueCall) throws(VenueCallFault) -> BinanceQuestion {
        switch call {
        case .cancelOnSilence(let symbol, let silence):
            return BinanceQuestion(
                .post,
                "/fapi/v1/countdownCancelAll",
                [
                    ("symbol", symbol),
                    ("countdownTime", "\(silence.nanoseconds / 1_000_000)"),
                ]
            )
        case .setLeverage(let symbol, let leverage):
            return BinanceQuestion(
                .post,
                "/fapi/v1/leverage",
                [("symbol", symbol), ("leverage", "\(leverage)")]
            )
        case .setOneWayMode:
            return BinanceQuestion(
                .post,
                "/fapi/v1/positionSide/dual",
                [("dualSidePosition", "false")]
            )
        case .setMarginMode(let symbol, let mode):
            return BinanceQuestion(
                .post,
                "/fapi/v1/marginType",
                [("symbol", symbol), ("marginType", mode == .isolated ? "ISOLATED" : "CROSSED")]
            )
        case .listenKey(let use):
            return BinanceQuestion(use == .make ? .post : .put, "/fapi/v1/listenKey", [], .key)
        default: throw .notOffered("permissions are told on the host of spot")
        }
    }

    /// An order, or an algo order, by our id.
    private func named(_ method: HTTPMethod, _ name: VenueOrderName) -> BinanceQuestion {
        name.isConditional
            ? BinanceQuestion(
                method,
                "/fapi/v1/algoOrder",
                [("symbol", name.symbol), ("clientAlgoId", name.clientID)]
            )
            : BinanceQuestion(
                method,
                "/fapi/v1/order",
                [("symbol", name.symbol), ("origClientOrderId", name.clientID)]
            )
    }

    private func futuresPlacement(
        _ placement: VenuePlacement
    ) throws(VenueCallFault) -> BinanceQuestion {
        let terms = placement.terms
        let reduceOnly = terms.isReduceOnly ? "true" : nil
        if terms.type == .stopMarket {
            guard placement.stop == .market else {
                throw .notOffered("stops of contracts are market orders")
            }
            return BinanceQuestion(
                .post,
                "/fapi/v1/algoOrder",
                [
                    ("algoType", "CONDITIONAL"), ("symbol", placement.name.symbol),
                    ("side", side(terms.side)), ("type", "STOP_MARKET"),
                    ("quantity", "\(terms.quantity)"), ("triggerPrice", "\(terms.trigger)"),
                    ("workingType", "CONTRACT_PRICE"), ("reduceOnly", reduceOnly),
                    ("clientAlgoId", placement.name.clientID),
                ]
            )
        }
        if terms.type == .market, terms.timeInForce == .fillOrKill {
            throw .notOffered("contracts have no fill-or-kill market order")
        }
        let isLimit = terms.type == .limit
        return BinanceQuestion(
            .post,
            "/fapi/v1/order",
            [
                ("symbol", placement.name.symbol), ("side", side(terms.side)),
                ("type", isLimit ? "LIMIT" : "MARKET"),
                ("timeInForce", isLimit ? Self.word(terms.timeInForce) : nil),
                ("quantity", "\(terms.quantity)"),
                ("price", isLimit ? "\(terms.price)" : nil),
                ("reduceOnly", reduceOnly), ("newClientOrderId", placement.name.clientID),
                ("newOrderRespType", "ACK"),
            ]
        )
    }
}
