import Digests
import Exchange
import LocalExchange
import Network
import Testing
import Trading

/// What clients stumbled over on USD-M.
@Suite struct `USD-M on the local exchange` {
    private let exchange: LocalExchange
    private let now = HouseFixture.start

    init() throws {
        exchange = try LocalExchange(
            LocalExchangePlan(
                accounts: [(.binanceFutures, HouseFixture.account("ann", ["USDT": "10000"]))],
                markets: [
                    HouseFixture.plan(.binanceFutures, .generated(seed: 5, priceFactor: 600))
                ],
                faults: [],
                seed: 3
            )
        )
        _ = exchange.advance(to: now)
    }

    private func ask(_ method: HTTPMethod, _ path: String, _ query: String = "") throws -> String {
        let query = "\(query)&timestamp=\(now.nanoseconds / 1_000_000)"
        let hidden = SecretBytes(count: 3)
        hidden.withMutableSpan { span in
            for (index, byte) in "ann".utf8.enumerated() { span[index] = byte }
        }
        let bytes = Array(query.utf8)
        let signature = HMAC(key: hidden).code(of: bytes.span)
        let request = HTTPRequest(
            method,
            "/fapi/\(path)?\(query)&signature=\(signature)",
            headers: [HTTPHeader("X-MBX-APIKEY", "key-ann")]
        )
        let answer = exchange.answer(request, at: now)
        guard case .response(let response, _) = answer else { return "" }
        #expect(response.status == 200)
        return String(decoding: response.body, as: UTF8.self)
    }

    @Test func `a cancelled algo order waits no longer`() throws {
        let stop = "symbol=BTCUSDT&algoType=CONDITIONAL&type=STOP_MARKET&side=BUY&quantity=0.01"
        _ = try ask(.post, "v1/algoOrder", stop + "&triggerPrice=90000&clientAlgoId=one")
        #expect(try ask(.get, "v1/openAlgoOrders").contains(#""clientAlgoId":"one""#))
        let ended = try ask(.delete, "v1/algoOrder", "symbol=BTCUSDT&clientAlgoId=one")
        #expect(ended.contains(#""algoStatus":"CANCELED""#), "\(ended)")
        #expect(try ask(.get, "v1/openAlgoOrders") == "[]")
    }

    /// ccxt leaves out an asset whose time of change is zero.
    @Test(arguments: ["v2/account", "v3/account", "v2/balance", "v3/balance"])
    func `tells when a balance was so`(path: String) throws {
        let told = try ask(.get, path)
        let time = now.nanoseconds / 1_000_000
        let asset = try #require(told.firstRange(of: #""asset":"USDT""#))
        let end = told[asset.upperBound...].firstRange(of: "}")
        let row = told[asset.lowerBound..<(end?.lowerBound ?? told.endIndex)]
        #expect(row.contains("\"updateTime\":\(time)"), "\(row)")
    }
}
