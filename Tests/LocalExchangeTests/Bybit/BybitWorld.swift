import Digests
import Exchange
import Network
import Testing
import Trading

@testable import LocalExchange

/// A local exchange with Bybit's front, its clients and a clock that tests turn.
///
/// Clients alone drive its markets, ETHUSDT and BTCUSDT on spot and linear; where it is asked for,
/// BTCUSDT is generated.
final class BybitWorld {
    let exchange: LocalExchange
    let front: BybitFront
    let house: LocalHouse
    var now = Timestamp(nanoseconds: 1_790_000_000_000_000_000)
    /// Everything that was answered and sent, for comparing runs.
    private(set) var transcript: [UInt8] = []
    /// What sockets got and no test has looked at.
    private(set) var inbox: [SocketID: [BybitValue]] = [:]
    /// The same as it came.
    private var bytes: [SocketID: [[UInt8]]] = [:]
    private(set) var closed: [SocketID] = []
    private var reader = BybitReader()
    private var lastSocket: UInt64 = 0

    static let accounts = ["alice", "bob", "reader"]

    init(seed: UInt64 = 7, isGenerated: Bool = false) throws {
        var accounts: [LocalAccount] = []
        for name in Self.accounts {
            accounts.append(
                LocalAccount(
                    name: name,
                    key: "key-of-\(name)",
                    secret: Self.secret(of: name),
                    balances: ["USDT", "ETH", "BTC"].map { asset in
                        (asset, Money(Decimal(asset == "USDT" ? 100_000 : 100)))
                    },
                    mayTrade: name != "reader"
                )
            )
        }
        var plans: [LocalMarketPlan] = []
        for (base, source) in [
            ("ETH", BookSource.Plan.clients),
            ("BTC", isGenerated ? .generated(seed: seed, priceFactor: 1) : .clients),
        ] {
            for venue in [VenueMarket.bybitSpot, .bybitLinear] {
                plans.append(Self.plan(venue, base, source))
            }
        }
        house = try LocalHouse(markets: plans, accounts: accounts)
        let outbox = Outbox()
        front = BybitFront(house: house, outbox: outbox, seed: seed)
        exchange = LocalExchange(houses: [house], fronts: [front], outbox: outbox)
        pass(milliseconds: 1)
    }

    static func secret(of name: String) -> SecretBytes {
        let text = Array("secret-of-\(name)".utf8)
        let secret = SecretBytes(count: text.count)
        secret.withMutableSpan { span in
            for place in text.indices { span[place] = text[place] }
        }
        return secret
    }

    private static func plan(
        _ venue: VenueMarket,
        _ base: String,
        _ source: BookSource.Plan
    ) -> LocalMarketPlan {
        let isSpot = venue == .bybitSpot
        var listing = VenueInstrument(
            symbol: base + "USDT",
            base: base,
            quote: "USDT",
            settle: "USDT",
            isTrading: true,
            isPerpetual: !isSpot,
            filters: InstrumentFilters(
                priceTick: Price(units: Decimal.unitsPerOne / 100),
                quantityStep: Quantity(units: Decimal.unitsPerOne / 1000),
                minimumQuantity: Quantity(units: Decimal.unitsPerOne / 100),
                maximumQuantity: Quantity(Decimal(1000)),
                minimumNotional: Money(Decimal(5))
            )
        )
        if !isSpot { listing.maximumLeverage = Decimal(100) }
        return LocalMarketPlan(
            venue: venue,
            listing: listing,
            fees: FeeSchedule(
                maker: Decimal(units: Decimal.unitsPerOne / 5000),
                taker: Decimal(units: Decimal.unitsPerOne / 1000)
            ),
            source: source
        )
    }

    /// Lets time pass, and everything happen that is due.
    func pass(milliseconds: Int64) {
        now = now + TimeSpan(milliseconds: milliseconds)
        #expect(exchange.advance(to: now).isEmpty)
        collect()
    }

    private func collect() {
        for message in exchange.takeMessages(at: now) {
            switch message {
            case .text(let socket, let bytes):
                transcript += bytes
                self.bytes[socket, default: []].append(bytes)
                if let value = reader.read(bytes) { inbox[socket, default: []].append(value) }
            case .close(let socket, _): closed.append(socket)
            }
        }
    }

    // MARK: Requests

    static func sign(_ text: String, by name: String) -> String {
        HMAC(key: secret(of: name)).code(of: Array(text.utf8).span).description
    }

    /// The header lines that sign `payload`.
    func headers(_ payload: String, by name: String, at time: Timestamp? = nil) -> [HTTPHeader] {
        let stamp = String((time ?? now).milliseconds)
        let text = stamp + "key-of-\(name)" + "5000" + payload
        return [
            HTTPHeader("X-BAPI-API-KEY", "key-of-\(name)"), HTTPHeader("X-BAPI-TIMESTAMP", stamp),
            HTTPHeader("X-BAPI-RECV-WINDOW", "5000"),
            HTTPHeader("X-BAPI-SIGN", Self.sign(text, by: name)),
        ]
    }

    func send(_ request: HTTPRequest) -> HTTPResponse {
        guard case .response(let response, _) = exchange.answer(request, at: now) else {
            return HTTPResponse(status: 0)
        }
        transcript += response.body
        collect()
        return response
    }

    /// The JSON of an answer.
    func value(_ response: HTTPResponse) throws -> BybitValue {
        let read = reader.read(response.body)
        return try #require(read)
    }

    func get(_ path: String, _ query: String = "", by name: String? = nil) throws -> BybitValue {
        try value(
            send(
                HTTPRequest(
                    .get,
                    "/v5/\(path)?\(query)",
                    headers: name.map { headers(query, by: $0) } ?? []
                )
            )
        )
    }

    func post(_ path: String, _ body: String, by name: String = "alice") throws -> BybitValue {
        try value(
            send(
                HTTPRequest(
                    .post,
                    "/v5/" + path,
                    headers: headers(body, by: name),
                    body: Array(body.utf8)
                )
            )
        )
    }

    // MARK: Orders

    /// Places an order; the words behind are further members of its body.
    func order(
        _ category: String,
        _ side: String,
        _ quantity: String,
        at price: String? = nil,
        _ more: String = "",
        by name: String = "alice"
    ) throws -> BybitValue {
        let type = price == nil ? "Market" : "Limit"
        let limit = price.map { #","price":"\#($0)""# } ?? ""
        let rest = more.isEmpty ? "" : "," + more
        return try post(
            "order/create",
            #"{"category":"\#(category)","symbol":"ETHUSDT","side":"\#(side)","#
                + #""orderType":"\#(type)","qty":"\#(quantity)"\#(limit)\#(rest)}"#,
            by: name
        )
    }

    /// Places an order that must be taken.
    @discardableResult
    func placed(
        _ category: String,
        _ side: String,
        _ quantity: String,
        at price: String? = nil,
        _ more: String = "",
        by name: String = "alice"
    ) throws -> String {
        let answer = try order(category, side, quantity, at: price, more, by: name)
        #expect(answer.code == 0, "\(answer.message)")
        return try #require(answer["result"]?["orderId"]?.word)
    }

    /// The order of an id, from the list of open and recently closed ones.
    func look(_ category: String, _ id: String, by name: String = "alice") throws -> BybitValue {
        let answer = try get(
            "order/realtime",
            "category=\(category)&orderId=\(id)",
            by: name
        )
        return try #require(answer.list.first)
    }

    /// Lets the two others trade at a price, so that it is the last one.
    func trade(_ category: String, at price: String) throws {
        try placed(category, "Sell", "0.1", at: price, by: "bob")
        try placed(category, "Buy", "0.1", at: price)
    }

    // MARK: Sockets

    func open(_ path: String) -> SocketID {
        lastSocket += 1
        let socket = SocketID(lastSocket)
        #expect(exchange.opened(socket, HTTPRequest(.get, path), at: now))
        return socket
    }

    func say(_ text: String, _ socket: SocketID) {
        exchange.received(Array(text.utf8), from: socket, at: now)
        collect()
    }

    func close(_ socket: SocketID) { exchange.closed(socket) }

    /// What a socket got since the last look.
    func take(_ socket: SocketID) -> [BybitValue] { inbox.removeValue(forKey: socket) ?? [] }

    /// All that a socket got, as it came.
    func raw(_ socket: SocketID) -> [[UInt8]] { bytes[socket] ?? [] }

    /// A private stream of somebody, subscribed.
    func stream(_ topics: [String], by name: String = "alice") -> SocketID {
        let socket = open("/v5/private")
        authenticate(socket, by: name)
        let list = topics.map { "\"\($0)\"" }.joined(separator: ",")
        say(#"{"op":"subscribe","args":[\#(list)]}"#, socket)
        _ = take(socket)
        return socket
    }

    func authenticate(_ socket: SocketID, by name: String) {
        let expires = String(now.milliseconds + 10_000)
        let code = Self.sign("GET/realtime" + expires, by: name)
        say(#"{"op":"auth","args":["key-of-\#(name)","\#(expires)","\#(code)"]}"#, socket)
    }
}

extension BybitValue {
    /// The `retCode` of an answer.
    var code: Int64 {
        guard case .integer(let code)? = self["retCode"] else { return -1 }
        return code
    }

    /// The `retMsg` of an answer.
    var message: String { self["retMsg"]?.word ?? "" }

    /// The `list` of the result of an answer.
    var list: [BybitValue] { self["result"]?["list"]?.elements ?? [] }

    /// The rows of a message of a private stream.
    var rows: [BybitValue] { self["data"]?.elements ?? [] }

    /// The text of a member; empty where there is none.
    func text(_ key: String) -> String { self[key]?.word ?? "" }

    /// Whether a member says yes.
    func says(_ key: String) -> Bool {
        if case .flag(true)? = self[key] { return true }
        return false
    }
}
