internal import Exchange
internal import JSON
public import Network
public import Trading

/// Speaks Bybit's v5 protocol for spot and linear markets of a unified account.
///
/// Its state beside the house is what the house has no word for: what orders were asked as, the
/// stops of positions, what streams have sent.
public final class BybitFront: VenueFront {
    let house: LocalHouse
    let outbox: Outbox
    let ids: BybitIdentifiers
    /// What is kept of orders, by number; only ever looked into by key.
    var notes: [UInt64: BybitOrderNotes] = [:]
    /// Orders by the id that a client gave them; only ever looked into by key.
    var links: [BybitLink: UInt64] = [:]
    /// The newest executions and fundings, oldest first.
    var rows: [BybitExecutionRow] = []
    /// Fills whose order is not told yet.
    var untoldFills: [LocalExecution] = []
    /// What is kept for each account.
    var desks: [BybitDesk]
    /// What is kept for each market.
    var boards: [BybitBoard]
    var sockets: [BybitSocket] = []
    var limits = BybitLimits()
    var lastMessage: UInt64 = 0
    var lastRow: UInt64 = 0
    private var reader = BybitReader()

    /// Stands before a house whose markets are Bybit's.
    ///
    /// - Parameters:
    ///   - house: The markets and accounts.
    ///   - outbox: Where messages of streams go.
    ///   - seed: What ids are made of.
    public init(house: LocalHouse, outbox: Outbox, seed: UInt64) {
        invariant(house.markets.allSatisfy(\.venue.isBybit), "a front speaks for its own venue")
        self.house = house
        self.outbox = outbox
        ids = BybitIdentifiers(seed: seed)
        desks = house.accounts.map { _ in BybitDesk(markets: house.markets.count) }
        boards = house.markets.map { BybitBoard($0) }
    }

    /// Hears that a market has other filters.
    public func filtersChanged(of market: Int) {
        boards[market].scale = BybitScale(house.markets[market].listing.filters)
    }

    /// Answers a request; `nil` where its path is not this venue's.
    public func answer(_ request: HTTPRequest, at now: Timestamp) -> HTTPResponse? {
        guard request.path.hasPrefix("/v5/") else { return nil }
        if request.method == .get, !request.body.isEmpty {
            return plain(403, "403 Forbidden")
        }
        guard let route = BybitRoute.of(request) else { return plain(404, "404 page not found") }
        switch route.answer {
        case .open(let answer):
            return response(at: now) { () throws(BybitError) in
                try answer(self, BybitParameters(query: request.query), now)
            }
        case .signed(let limit, let changes, let answer):
            guard let signature = BybitSignature(request) else { return plain(401, "") }
            var headers: [HTTPHeader] = []
            var response = response(at: now) { () throws(BybitError) in
                let account = try signature.account(request, in: self.house, at: now)
                if changes { try self.checkMayTrade(account) }
                let asked = try self.parameters(of: request)
                let use = try self.use(limit, asked, account, at: now)
                headers = use.headers
                if use.isExceeded { throw .tooMany }
                return try answer(
                    self,
                    BybitCall(account: account, parameters: asked, now: now)
                )
            }
            response.headers += headers
            return response
        }
    }

    /// The answer that the venue gives in trouble; `nil` where the path is not this venue's.
    public func answer(_ request: HTTPRequest, in trouble: VenueTrouble, at now: Timestamp)
        -> HTTPResponse?
    {
        guard request.path.hasPrefix("/v5/") else { return nil }
        switch trouble {
        case .tooMany(let wait):
            let limit: BybitLimit? =
                if case .signed(let limit, _, _) = BybitRoute.of(request)?.answer {
                    limit
                } else {
                    nil
                }
            var response = response(at: now) { () throws(BybitError) in throw .tooMany }
            let use = BybitUse(
                limit: limit?.linear ?? 10,
                left: 0,
                reset: now + wait,
                isExceeded: true
            )
            response.headers += use.headers
            return response
        case .banned: return plain(403, "access too frequent")
        case .serverError(let status): return plain(status, "")
        case .maintenance:
            return response(at: now) { () throws(BybitError) in
                throw BybitError(10016, "System error. Please try again later.")
            }
        }
    }

    func checkMayTrade(_ account: Int) throws(BybitError) {
        guard house.accounts[account].mayTrade else {
            throw BybitError(
                10005,
                "Permission denied, please check your API key permissions."
            )
        }
    }

    /// Counts a request for the limit of its group.
    func use(
        _ limit: BybitLimit,
        _ asked: BybitParameters,
        _ account: Int,
        at now: Timestamp
    ) throws(BybitError) -> BybitUse {
        let isSpot = try asked.text("category") == BybitCategory.spot.rawValue
        let count = max(asked.value("request")?.elements?.count ?? 1, 1)
        return limits.use(limit, count, of: account, isSpot: isSpot, at: now)
    }

    private func parameters(of request: HTTPRequest) throws(BybitError) -> BybitParameters {
        if request.method == .get { return BybitParameters(query: request.query) }
        guard let value = parse(request.body), let asked = BybitParameters(value) else {
            throw BybitError(10001, "Request parameter error.")
        }
        return asked
    }

    /// Parses what a client sent; `nil` where it is not JSON.
    func parse(_ bytes: [UInt8]) -> BybitValue? { reader.read(bytes) }

    private func response(
        at now: Timestamp,
        _ body: () throws(BybitError) -> BybitAnswer
    ) -> HTTPResponse {
        let answer: BybitAnswer
        do throws(BybitError) { answer = try body() } catch { answer = BybitAnswer(error) }
        return HTTPResponse(
            status: 200,
            headers: [HTTPHeader("Content-Type", "application/json; charset=utf-8")],
            body: Array(answer.envelope(at: now).compact.utf8)
        )
    }

    private func plain(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [HTTPHeader("Content-Type", "text/plain")],
            body: Array(text.utf8)
        )
    }
}

extension BybitError {
    static var tooMany: BybitError {
        BybitError(10006, "Too many visits. Exceeded the API Rate Limit.")
    }
}
