internal import JSON
internal import Network
internal import Trading

/// A request before it is signed.
struct BybitRequest {
    var request: HTTPRequest
    var isPublic = false

    /// The same without a signature.
    var unsigned: BybitRequest { BybitRequest(request: request, isPublic: true) }
}

/// Writes calls in Bybit's form: a query for questions, a compact JSON body for changes.
///
/// Source of paths and parameters: bybit-exchange.github.io/docs/v5, one page a path.
struct BybitForm {
    var isSpot: Bool
    /// The asset that contracts are settled in, where a call names no symbol.
    var settleAsset: String

    var category: String { isSpot ? "spot" : "linear" }

    /// The longest stretch that order history and executions are told of at once.
    static let longestStretch = TimeSpan(seconds: 7 * 86_400)

    /// The request that asks `call`.
    func request(for call: VenueCall) throws(VenueCallFault) -> BybitRequest {
        switch call {
        case .place(let placement): try place(placement)
        case .cancel(let name): try cancel(name)
        case .amend(let name, let amendment): try amend(name, amendment)
        case .cancelOnSilence(_, let span): try protect(after: span)
        case .setLeverage(let symbol, let leverage): try setLeverage(symbol, leverage)
        case .setOneWayMode(let symbol): try setOneWayMode(symbol)
        case .setMarginMode(_, let mode): try setMarginMode(mode)
        case .order(let name): try order(name)
        case .openOrders(let symbol, let page):
            try get("/v5/order/realtime", begin(symbol: symbol), limit: 50, page)
        case .orderHistory(let symbol, let from, let to, let page):
            try get("/v5/order/history", begin(symbol, from: from, to: to), limit: 50, page)
        case .executions(let symbol, let from, let to, let page):
            try get("/v5/execution/list", begin(symbol, from: from, to: to), limit: 100, page)
        case .orderExecutions(let wanted): try executions(wanted)
        case .positions(let symbol): try positions(symbol)
        case .balances:
            get("/v5/account/wallet-balance", QueryText(("accountType", "UNIFIED")))
        case .entries(let from, let to, let page): try entries(from, to, page)
        case .instruments(let page):
            try get(
                "/v5/market/instruments-info",
                QueryText(("category", category)),
                limit: 1000,
                page
            ).unsigned
        case .tickers: get("/v5/market/tickers", QueryText(("category", category))).unsigned
        case .fees(let symbol): get("/v5/account/fee-rate", begin(symbol: symbol))
        case .serverTime: get("/v5/market/time", QueryText()).unsigned
        case .keyPermissions: get("/v5/user/query-api", QueryText())
        case .accountMode(let symbol): try positions(symbol)
        case .marginMode: get("/v5/account/info", QueryText())
        case .book(let symbol, let depth): book(symbol, depth)
        case .listenKey: throw .notOffered("Bybit's private stream wants no listen key")
        }
    }

    private func order(_ name: VenueOrderName) throws(VenueCallFault) -> BybitRequest {
        try requireName(name)
        var query = begin(symbol: name.symbol)
        query.add("orderLinkId", name.clientID)
        return get("/v5/order/realtime", query)
    }

    /// Without times it tells seven days.
    private func executions(_ wanted: OrderExecutions) throws(VenueCallFault) -> BybitRequest {
        var query = try begin(wanted.symbol, from: wanted.from, to: wanted.until)
        query.add("orderId", "\(wanted.venueOrder)")
        return try get("/v5/execution/list", query, limit: 100, wanted.page)
    }

    /// Both categories at once: the account has one wallet.
    private func entries(
        _ from: Timestamp,
        _ to: Timestamp,
        _ page: VenuePage
    ) throws(VenueCallFault) -> BybitRequest {
        var query = QueryText(("accountType", "UNIFIED"))
        query.add("startTime", from.milliseconds)
        query.add("endTime", to.millisecondsUp)
        return try get("/v5/account/transaction-log", query, limit: 50, page)
    }

    private func positions(_ symbol: String?) throws(VenueCallFault) -> BybitRequest {
        try requireContracts("positions")
        return try get("/v5/position/list", begin(symbol: symbol), limit: 200, .first)
    }

    private func book(_ symbol: String, _ depth: Int) -> BybitRequest {
        var query = begin(symbol: symbol)
        query.add("limit", Int64(min(max(depth, 1), 1000)))
        return get("/v5/market/orderbook", query).unsigned
    }
}

extension BybitForm {
    /// Category, and the symbol, or where a market of contracts wants one of both the asset.
    private func begin(symbol: String?) -> QueryText {
        var query = QueryText()
        query.add("category", category)
        if let symbol {
            query.add("symbol", symbol)
        } else if !isSpot {
            query.add("settleCoin", settleAsset)
        }
        return query
    }

    private func begin(
        _ symbol: String,
        from: Timestamp,
        to: Timestamp
    ) throws(VenueCallFault) -> QueryText {
        let start = from.milliseconds
        let end = to.millisecondsUp
        guard start <= end, end - start <= Self.longestStretch.nanoseconds / 1_000_000 else {
            throw .notOffered("Bybit tells of seven days at once at most: ask for less")
        }
        var query = begin(symbol: symbol)
        query.add("startTime", start)
        query.add("endTime", end)
        return query
    }

    private func get(
        _ path: StaticString,
        _ query: QueryText,
        limit: Int64,
        _ page: VenuePage
    ) throws(VenueCallFault) -> BybitRequest {
        var query = query
        query.add("limit", limit)
        // The mark comes percent-encoded: encoded twice it is another one.
        if case .after(let mark) = page {
            guard mark.utf8.allSatisfy(Self.isOfMark) else {
                throw .notOffered("the mark of the page has characters that a query cannot carry")
            }
            query.addEncoded("cursor", mark)
        }
        return get(path, query)
    }

    private func get(_ path: StaticString, _ query: QueryText) -> BybitRequest {
        let target = query.text.isEmpty ? "\(path)" : "\(path)?\(query.text)"
        return BybitRequest(request: HTTPRequest(.get, target))
    }

    /// Visible ASCII that ends neither a parameter nor a query.
    private static func isOfMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default: (0x21...0x7E).contains(byte)
        }
    }

    func requireContracts(_ what: String) throws(VenueCallFault) {
        guard !isSpot else { throw .notOffered("a spot market has no \(what)") }
    }

    /// Refuses an order that Bybit would not know by this name.
    func requireName(_ name: VenueOrderName) throws(VenueCallFault) {
        let id = name.clientID.utf8
        guard (1...36).contains(id.count), id.allSatisfy(Self.isOfClientID) else {
            throw .notOffered("a client order id has 1 to 36 letters, digits, dashes, underscores")
        }
        guard !name.symbol.isEmpty else { throw .notOffered("an order has a symbol") }
    }

    private static func isOfClientID(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}
