import Digests
import Exchange
import JSON
import Network
import Trading

@testable import LocalExchange

/// A local exchange with two clients who sign, for decoders that look at its fronts.
final class LocalScene {
    let exchange: LocalExchange
    private let houses: [LocalHouse]
    private(set) var now = Timestamp(nanoseconds: 1_790_000_000_000_000_000)
    /// The socket that was opened last; `nil` for none, or once it is closed.
    private(set) var socket: (id: SocketID, path: String)?
    private var lastSocket: UInt64 = 0
    private var listenKey = ""
    private let clients: LocalClients
    private let isGenerated: Bool
    /// What sockets were sent.
    private(set) var told: [[UInt8]] = []

    /// Opens the exchange.
    ///
    /// - Parameters:
    ///   - clients: Who is there.
    ///   - isGenerated: Whether BTCUSDT moves by itself; else clients alone make its book.
    /// - Throws: ``Contradiction``.
    init(_ clients: LocalClients, isGenerated: Bool) throws {
        self.clients = clients
        self.isGenerated = isGenerated
        let outbox = Outbox()
        var houses: [LocalHouse] = []
        for wallet in LocalWallet.allCases {
            let markets = VenueMarket.allCases.filter { LocalWallet($0) == wallet }
                .flatMap { Self.plans($0, isGenerated: isGenerated) }
            houses.append(try LocalHouse(markets: markets, accounts: clients.accounts))
        }
        self.houses = houses
        exchange = LocalExchange(
            houses: houses,
            fronts: [
                BybitFront(house: houses[0], outbox: outbox, seed: 3),
                BinanceSpotFront(houses[1], outbox: outbox),
                BinanceFuturesFront(houses[2], outbox: outbox),
            ],
            outbox: outbox
        )
        try pass(milliseconds: 0)
    }

    /// A market as most are, and one as coarse and as fine as there are any.
    private static func plans(_ venue: VenueMarket, isGenerated: Bool) -> [LocalMarketPlan] {
        let one = Decimal.unitsPerOne
        return [
            plan(
                venue,
                "BTC",
                InstrumentFilters(
                    priceTick: Price(units: one / 100),
                    quantityStep: Quantity(units: one / 1000),
                    minimumQuantity: Quantity(units: one / 1000),
                    maximumQuantity: Quantity(Decimal(1000)),
                    minimumNotional: Money(Decimal(5))
                ),
                isGenerated ? .generated(seed: 5, priceFactor: 600) : .clients
            ),
            plan(
                venue,
                "PEPE",
                InstrumentFilters(
                    priceTick: Price(units: one / 1_000_000_000_000),
                    quantityStep: Quantity(Decimal(1)),
                    minimumQuantity: Quantity(Decimal(1)),
                    maximumQuantity: Quantity(Decimal(50_000_000_000)),
                    minimumNotional: .zero
                ),
                .clients
            ),
        ]
    }

    private static func plan(
        _ venue: VenueMarket,
        _ base: String,
        _ filters: InstrumentFilters,
        _ source: BookSource.Plan
    ) -> LocalMarketPlan {
        let isContract = venue.market == .perpetual
        var listing = VenueInstrument(
            symbol: base + "USDT",
            base: base,
            quote: "USDT",
            settle: "USDT",
            isTrading: true,
            isPerpetual: isContract,
            filters: filters
        )
        if isContract { listing.maximumLeverage = Decimal(100) }
        return LocalMarketPlan(
            venue: venue,
            listing: listing,
            fees: FeeSchedule(maker: .zero, taker: Decimal(units: Decimal.unitsPerOne / 1000)),
            source: source
        )
    }

    // MARK: What clients do

    /// Asks, and looks at the answer.
    func ask(_ request: HTTPRequest) throws -> HTTPResponse? {
        // A server hands on no other targets; see the decoder of requests.
        guard request.target.utf8.first == 0x2F,
            request.target.utf8.allSatisfy({ (33...126).contains($0) && $0 != 0x23 })
        else { return nil }
        guard case .response(let response, _) = exchange.answer(request, at: now) else {
            throw Contradiction("without faults every request is answered")
        }
        try require((200...599).contains(response.status), "an answer has a status")
        let isJSON = response.header("Content-Type")?.hasPrefix("application/json") == true
        if isJSON {
            let key = try clients.listenKey(in: response.body)
            if let key { listenKey = key }
        }
        try look()
        return response
    }

    /// The request as a client of that number signs it.
    func signed(
        _ method: HTTPMethod,
        _ path: String,
        _ payload: String,
        by client: Int
    ) -> HTTPRequest {
        let name = LocalClients.names[client]
        let isQuery = method == .get || method == .delete
        if path.hasPrefix("/v5/") {
            let stamp = "\(now.milliseconds)"
            let headers = [
                HTTPHeader("X-BAPI-API-KEY", "key-\(name)"),
                HTTPHeader("X-BAPI-TIMESTAMP", stamp), HTTPHeader("X-BAPI-RECV-WINDOW", "5000"),
                HTTPHeader("X-BAPI-SIGN", code("\(stamp)key-\(name)5000\(payload)", name)),
            ]
            return isQuery
                ? HTTPRequest(method, "\(path)?\(payload)", headers: headers)
                : HTTPRequest(method, path, headers: headers, body: Array(payload.utf8))
        }
        let text = (payload.isEmpty ? "" : payload + "&") + "timestamp=\(now.milliseconds)"
        let all = "\(text)&signature=\(code(text, name))"
        let headers = [HTTPHeader("X-MBX-APIKEY", "key-\(name)")]
        return isQuery
            ? HTTPRequest(method, "\(path)?\(all)", headers: headers)
            : HTTPRequest(method, path, headers: headers, body: Array(all.utf8))
    }

    func code(_ text: String, _ name: String) -> String {
        let bytes = Array(text.utf8)
        let place = LocalClients.names.firstIndex(of: name) ?? 0
        return "\(clients.accounts[place].signer.code(of: bytes.span))"
    }

    /// Opens a socket; `$KEY` is the listen key that was given last.
    func open(_ target: String) throws {
        lastSocket += 1
        let target = target.replacing("$KEY", with: listenKey)
        let request = HTTPRequest(.get, target)
        let id = SocketID(lastSocket)
        socket =
            exchange.opened(id, request, at: now) ? (id, String(request.path)) : nil
        try look()
    }

    func say(_ message: [UInt8]) throws {
        guard let socket else { return }
        exchange.received(message, from: socket.id, at: now)
        try look()
    }

    func close() {
        guard let socket else { return }
        exchange.closed(socket.id)
        self.socket = nil
    }

    func pass(milliseconds: Int64) throws {
        now = now + TimeSpan(milliseconds: milliseconds)
        let faults = exchange.advance(to: now)
        try require(faults.isEmpty, "no tape is played")
        try look()
    }

    // MARK: What must be true

    private func look() throws {
        for message in exchange.takeMessages(at: now) {
            switch message {
            case .text(_, let text):
                _ = try clients.listenKey(in: text)
                told.append(text)
            case .close(let id, _):
                exchange.closed(id)
                if id == socket?.id { socket = nil }
            }
        }
        // A book that moves by itself trades with everybody.
        if !isGenerated { try checkBalances(houses[1]) }
    }

    /// On spot nothing comes from nowhere, and nobody has less than nothing.
    private func checkBalances(_ house: LocalHouse) throws(Contradiction) {
        var sums: [String: Money] = [:]
        for account in house.accounts.indices {
            for (asset, balance) in house.balances(of: account) {
                try require(!balance.total.isNegative, "nobody owes anything")
                try require(!balance.locked.isNegative, "nothing is held back twice")
                try require(balance.locked <= balance.total, "what is held back is there")
                sums[asset, default: .zero] += balance.total
            }
        }
        let most = Money(Decimal(1_000_000_000_000 * house.accounts.count))
        try require(sums.values.allSatisfy { $0 <= most }, "trading makes nothing")
    }
}

/// The clients of a local exchange, and how they read; made once, because a key and a parser take
/// their time.
final class LocalClients {
    static let names = ["ann", "bob"]

    /// Their accounts, each in every house.
    let accounts: [LocalAccount] = names.map { name in
        LocalAccount(
            name: name,
            key: "key-\(name)",
            secret: secret(name),
            balances: ["USDT", "BTC", "PEPE"].map { ($0, Money(Decimal(1_000_000_000_000))) }
        )
    }
    private var parser = JSONParser(maximumBytes: 16 << 20, maximumDepth: 32)

    static func secret(_ name: String) -> SecretBytes {
        let secret = SecretBytes(count: name.utf8.count)
        secret.withMutableSpan { span in
            for (place, byte) in name.utf8.enumerated() { span[place] = byte }
        }
        return secret
    }

    /// Reads what must be JSON, and gives the listen key that is in it; `nil` for none.
    func listenKey(in text: [UInt8]) throws -> String? {
        try Self.listenKey(in: text, with: &parser)
    }

    private static func listenKey(in text: [UInt8], with parser: inout JSONParser) throws
        -> String?
    {
        do {
            let root = try parser.parse(text.span)
            return root.member("listenKey")?.text
        } catch {
            throw Contradiction("what is told is JSON: \(error)")
        }
    }
}
