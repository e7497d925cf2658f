import Digests
import Exchange
import JSON
import Network
import Testing
import Trading

@testable import LocalExchange

/// All of the local exchange with a script of trouble, and clients `ann` and `bob` who sign.
final class ScriptScene {
    let exchange: LocalExchange
    private var now = HouseFixture.start
    private let accounts: [LocalAccount]
    /// The terms of an order that rests.
    let sell = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=100"

    init(_ faults: [FaultRule]) throws {
        let balances = ["BTC": "100", "USDT": "100000"]
        let accounts = ["ann", "bob"].map { HouseFixture.account($0, balances) }
        self.accounts = accounts
        exchange = try LocalExchange(
            LocalExchangePlan(
                accounts: LocalWallet.allCases.flatMap { wallet in accounts.map { (wallet, $0) } },
                markets: VenueMarket.allCases.map { HouseFixture.plan($0, .clients) },
                faults: faults,
                seed: 3
            )
        )
        _ = exchange.advance(to: now)
    }

    func pass(_ span: TimeSpan) {
        now = now + span
        _ = exchange.advance(to: now)
        _ = exchange.takeMessages(at: now)
    }

    /// Carries out what the script has for the next step.
    func step() { _ = exchange.answer(HTTPRequest(.get, "/step"), at: now) }

    private func ask(_ request: HTTPRequest) throws -> JSONTree {
        // Limits of requests are not what this is about.
        pass(TimeSpan(milliseconds: 150))
        guard case .response(let response, _) = exchange.answer(request, at: now) else {
            throw NoAnswer()
        }
        return try JSONTree(String(decoding: response.body, as: UTF8.self))
    }

    private func code(_ text: String, _ name: String) -> String {
        let bytes = Array(text.utf8)
        let account = accounts.first { $0.name == name }
        return "\(account?.signer.code(of: bytes.span).description ?? "")"
    }

    /// There was none, or not what was asked for.
    private struct NoAnswer: Error {}

    // MARK: Requests

    @discardableResult
    func binance(
        _ method: String,
        _ path: String,
        _ parameters: String,
        by name: String = "ann"
    ) throws -> JSONTree {
        let time = (now + TimeSpan(milliseconds: 150)).milliseconds
        let text = (parameters.isEmpty ? "" : parameters + "&") + "timestamp=\(time)"
        return try ask(
            HTTPRequest(
                try #require(HTTPMethod(rawValue: method)),
                "\(path)?\(text)&signature=\(code(text, name))",
                headers: [HTTPHeader("X-MBX-APIKEY", "key-" + name)]
            )
        )
    }

    /// Asks with a query, or with a body where there is one.
    @discardableResult
    func bybit(
        _ path: String,
        _ query: String = "",
        body: String = "",
        by name: String = "ann"
    ) throws -> JSONTree {
        let time = "\((now + TimeSpan(milliseconds: 150)).milliseconds)"
        let payload = body.isEmpty ? query : body
        let headers = [
            HTTPHeader("X-BAPI-API-KEY", "key-" + name), HTTPHeader("X-BAPI-TIMESTAMP", time),
            HTTPHeader("X-BAPI-SIGN", code("\(time)key-\(name)\(payload)", name)),
        ]
        let target = "/v5/" + path
        return try ask(
            body.isEmpty
                ? HTTPRequest(.get, "\(target)?\(query)", headers: headers)
                : HTTPRequest(.post, target, headers: headers, body: Array(body.utf8))
        )
    }

    // MARK: The same at every venue

    /// The filters of BTCUSDT, as the adapter of the venue reads them.
    func filters(_ venue: VenueMarket) throws -> InstrumentFilters {
        let adapter: any VenueAdapter =
            venue.isBybit ? BybitAdapter(market: venue) : BinanceAdapter(venue, nil)
        let call = VenueCall.instruments(page: .first)
        let request = try adapter.request(for: call, at: now)
        guard case .response(let response, _) = exchange.answer(request, at: now),
            case .yes(.instruments(let all, _)) = adapter.answer(to: call, response, at: now)
        else {
            Issue.record("no instruments")
            throw NoAnswer()
        }
        return try #require(all.first { $0.symbol == "BTCUSDT" }).filters
    }

    /// Places an order to sell, and gives the code of its refusal; `nil` for none.
    func place(_ venue: VenueMarket, _ quantity: String, _ price: String, id: String) throws
        -> Int64?
    {
        if venue.isBybit {
            let category = venue == .bybitSpot ? "spot" : "linear"
            let body =
                #"{"category":"\#(category)","symbol":"BTCUSDT","side":"Sell","#
                + #""orderType":"Limit","qty":"\#(quantity)","price":"\#(price)","#
                + #""orderLinkId":"\#(id)"}"#
            let answer = try bybit("order/create", body: body)
            let code = try #require(answer["retCode"]?.integer, "\(answer)")
            guard code == 0 else { return code }
            _ = try #require(answer["result"]?["orderId"]?.text, "\(answer)")
            return nil
        }
        let path = venue == .binanceSpot ? "/api/v3/order" : "/fapi/v1/order"
        let terms =
            "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=\(quantity)"
            + "&price=\(price)"
        let name = id.isEmpty ? "" : "&newClientOrderId=\(id)"
        return try Self.refusal(try binance("POST", path, terms + name))
    }

    /// The code in Binance's answer to an order or to a question about one; `nil` where the answer
    /// tells the order.
    static func refusal(_ answer: JSONTree) throws -> Int64? {
        if let code = answer["code"]?.integer { return code }
        _ = try #require((answer["orderId"] ?? answer["algoId"])?.integer, "\(answer)")
        return nil
    }

    /// The prices of the orders that are open.
    func open(_ venue: VenueMarket) throws -> [String] {
        switch venue {
        case .bybitSpot, .bybitLinear:
            let category = venue == .bybitSpot ? "spot" : "linear"
            return try bybit("order/realtime", "category=\(category)&symbol=BTCUSDT")["result"]?[
                "list"
            ]?.elements.compactMap { $0["price"]?.text } ?? []
        case .binanceSpot:
            return try binance("GET", "/api/v3/openOrders", "symbol=BTCUSDT").elements
                .compactMap { $0["price"]?.text }
                .map { $0.hasSuffix("000000") ? String($0.dropLast(6)) : $0 }
        case .binanceFutures:
            return try binance("GET", "/fapi/v1/openOrders", "symbol=BTCUSDT").elements
                .compactMap { $0["price"]?.text }
        }
    }
}
