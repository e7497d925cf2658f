import Digests
import Exchange
import JSON
import Network
import TestSupport
import Testing
import Trading

@testable import LocalExchange

/// A house of Binance with its front, and clients without sockets.
final class BinanceFrontBench<Front: BinanceFront> {
    let house: LocalHouse
    let front: Front
    let exchange: LocalExchange
    var now = Timestamp(nanoseconds: 1_772_000_000_000_000_000)
    /// What sockets were sent, by socket.
    private(set) var sent: [UInt64: [String]] = [:]
    /// The sockets that the exchange closed, with their codes.
    private(set) var closed: [UInt64: Int] = [:]
    private var lastSocket: UInt64 = 0

    init(
        _ venue: VenueMarket,
        source: BookSource.Plan = .clients,
        _ make: (LocalHouse, Outbox) -> Front
    ) throws {
        let accounts = ["alice", "bob", "carol"].map { name in
            LocalAccount(
                name: name,
                key: "key-\(name)",
                secret: secretBytes("secret-\(name)"),
                balances: [
                    ("BTC", money("10")), ("ETH", money("100")),
                    ("USDT", money("1000000")),
                ],
                mayTrade: name != "carol",
                mayTradeFutures: name == "bob" ? false : nil
            )
        }
        let isGenerated = source != .clients
        house = try LocalHouse(
            markets: [
                Self.plan(venue, "BTC", tick: isGenerated ? "0.01" : "0.1", source),
                Self.plan(venue, "ETH", tick: "0.01", .clients),
            ],
            accounts: accounts
        )
        let outbox = Outbox()
        front = make(house, outbox)
        exchange = LocalExchange(houses: [house], fronts: [front], outbox: outbox)
        _ = exchange.advance(to: now)
    }

    private static func plan(
        _ venue: VenueMarket,
        _ base: String,
        tick: String,
        _ source: BookSource.Plan
    ) -> LocalMarketPlan {
        var listing = VenueInstrument(
            symbol: base + "USDT",
            base: base,
            quote: "USDT",
            settle: "USDT",
            isTrading: true,
            isPerpetual: venue.market == .perpetual,
            filters: InstrumentFilters(
                priceTick: price(tick),
                quantityStep: quantity("0.001"),
                minimumQuantity: quantity("0.001"),
                maximumQuantity: quantity("1000"),
                minimumNotional: money("5")
            )
        )
        if venue.market == .perpetual { listing.maximumLeverage = Decimal(50) }
        return LocalMarketPlan(
            venue: venue,
            listing: listing,
            fees: FeeSchedule(maker: number("0.0002"), taker: number("0.0005")),
            source: source
        )
    }

    // MARK: Requests

    /// An answer: its status, its body and the response itself.
    struct Reply {
        let response: HTTPResponse
        let body: JSONTree

        var status: Int { response.status }
        var code: Int64? { body["code"]?.integer }
        var message: String? { body["msg"]?.text }

        subscript(_ key: String) -> JSONTree? { body[key] }
    }

    /// Asks without a key.
    func ask(_ method: HTTPMethod, _ target: String, headers: [HTTPHeader] = []) throws -> Reply {
        try ask(HTTPRequest(method, target, headers: headers))
    }

    func ask(_ request: HTTPRequest) throws -> Reply {
        guard case .response(let response, _) = exchange.answer(request, at: now) else {
            fatalError("without faults every request is answered")
        }
        take()
        return Reply(
            response: response,
            body: try JSONTree(String(decoding: response.body, as: UTF8.self))
        )
    }

    /// Asks as an account: parameters in the query of `GET` and `DELETE`, in the body of others.
    func signed(
        _ method: HTTPMethod,
        _ path: String,
        _ parameters: String = "",
        as name: String = "alice"
    ) throws -> Reply {
        let stamp = "timestamp=\(now.milliseconds)"
        let payload = parameters.isEmpty ? stamp : parameters + "&" + stamp
        let text = payload + "&signature=" + sign(payload, name)
        let headers = [HTTPHeader("X-MBX-APIKEY", "key-\(name)")]
        if method == .get || method == .delete {
            return try ask(HTTPRequest(method, path + "?" + text, headers: headers))
        }
        return try ask(HTTPRequest(method, path, headers: headers, body: Array(text.utf8)))
    }

    // MARK: Sockets

    func open(_ target: String) throws -> UInt64 {
        lastSocket += 1
        let isTaken = exchange.opened(SocketID(lastSocket), HTTPRequest(.get, target), at: now)
        try #require(isTaken, "the socket was refused: \(target)")
        return lastSocket
    }

    func isRefused(_ target: String) -> Bool {
        lastSocket += 1
        return !exchange.opened(SocketID(lastSocket), HTTPRequest(.get, target), at: now)
    }

    func send(_ text: String, to socket: UInt64) {
        exchange.received(Array(text.utf8), from: SocketID(socket), at: now)
        take()
    }

    /// What a socket was sent since it was asked last.
    func messages(_ socket: UInt64) throws -> [JSONTree] {
        try texts(socket).map { text in try JSONTree(text) }
    }

    func texts(_ socket: UInt64) -> [String] {
        take()
        return sent.removeValue(forKey: socket) ?? []
    }

    /// Lets time go by in steps.
    func wait(_ span: TimeSpan, step: TimeSpan = TimeSpan(milliseconds: 50)) {
        let end = now + span
        while now < end {
            now = min(now + step, end)
            _ = exchange.advance(to: now)
        }
        take()
    }

    private func take() {
        for message in exchange.takeMessages(at: now) {
            switch message {
            case .text(let socket, let bytes):
                sent[socket.rawValue, default: []].append(String(decoding: bytes, as: UTF8.self))
            case .close(let socket, let code): closed[socket.rawValue] = code
            }
        }
    }
}

func secretBytes(_ text: String) -> SecretBytes {
    let bytes = Array(text.utf8)
    let secret = SecretBytes(count: bytes.count)
    secret.withMutableSpan { span in
        for index in span.indices { span[index] = bytes[index] }
    }
    return secret
}

/// The signature of an account of the bench.
func sign(_ payload: String, _ name: String) -> String {
    hexadecimal(HMAC(key: secretBytes("secret-\(name)")).code(of: Array(payload.utf8).span).bytes)
}

func spotBench(
    source: BookSource.Plan = .clients,
    limits: BinanceLimitTerms = .spot
) throws -> BinanceFrontBench<BinanceSpotFront> {
    try BinanceFrontBench(.binanceSpot, source: source) { house, outbox in
        BinanceSpotFront(house, outbox: outbox, limits: limits)
    }
}

func futuresBench(
    source: BookSource.Plan = .clients,
    limits: BinanceLimitTerms = .futures
) throws -> BinanceFrontBench<BinanceFuturesFront> {
    try BinanceFrontBench(.binanceFutures, source: source) { house, outbox in
        BinanceFuturesFront(house, outbox: outbox, limits: limits)
    }
}

extension BinanceFrontBench {
    /// Places an order and gives the answer.
    func order(_ parameters: String, as name: String = "alice") throws -> Reply {
        let path = front.desk.isSpot ? "/api/v3/order" : "/fapi/v1/order"
        return try signed(.post, path, parameters, as: name)
    }

    /// Places a limit order that rests.
    @discardableResult
    func rest(
        _ side: String,
        _ quantity: String,
        at price: String,
        symbol: String = "BTCUSDT",
        id: String = "",
        as name: String = "bob"
    ) throws -> Reply {
        let suffix = id.isEmpty ? "" : "&newClientOrderId=\(id)"
        let terms = "symbol=\(symbol)&side=\(side)&type=LIMIT&timeInForce=GTC"
        let reply = try order("\(terms)&quantity=\(quantity)&price=\(price)\(suffix)", as: name)
        try #require(reply.status == 200, "\(reply.message ?? "")")
        return reply
    }
}
