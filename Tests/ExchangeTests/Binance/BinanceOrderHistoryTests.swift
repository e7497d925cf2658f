import Exchange
import Network
import Testing
import Trading

/// A stop may be all that a journal which was put back does not know.
@Suite struct `The history of orders at Binance` {
    private func pages(_ market: VenueMarket, full: Int) throws -> [String] {
        let adapter = market.adapter(AdapterFixture.credentials(), window: TimeSpan(seconds: 5))
        var page: VenuePage? = .first
        var asked: [String] = []
        while let at = page, asked.count < 9 {
            let time = AdapterFixture.time
            let call = VenueCall.orderHistory(symbol: "BTCUSDT", from: time, to: time, page: at)
            let target = try adapter.request(for: call, at: time).target
            let isAlgo = target.contains("lgo")
            let words = target.split(separator: "?").map(String.init)
            let id = words[1].split(separator: "&")
                .first { $0.contains("rderId=") || $0.contains("algoId=") }
            asked.append(words[0] + (id.map { " \($0)" } ?? ""))
            let row =
                isAlgo
                ? #"{"algoId":7,"clientAlgoId":"c","symbol":"BTCUSDT","side":"SELL","orderType":"#
                    + #""STOP_MARKET","quantity":"1","triggerPrice":"90","reduceOnly":true,"#
                    + #""algoStatus":"CANCELED","actualOrderId":""}"#
                : #"{"orderId":99,"clientOrderId":"c","symbol":"BTCUSDT","side":"SELL","type":"#
                    + #""MARKET","origQty":"1","price":"0","stopPrice":"0","executedQty":"0","#
                    + #""status":"CANCELED","timeInForce":"GTC","reduceOnly":true}"#
            let count = id == nil ? full : 1
            let rows = Array(repeating: row, count: count).joined(separator: ",")
            let response = HTTPResponse(status: 200, body: Array("[\(rows)]".utf8))
            guard
                case .yes(.orders(let found, let next)) = adapter.answer(
                    to: call,
                    response,
                    at: time
                ), found.count == count
            else {
                Issue.record("page \(asked.count) cannot be read")
                return asked
            }
            page = next
        }
        return asked
    }

    @Test func `goes on with algo orders on USD-M, page by page`() throws {
        #expect(
            try pages(.binanceFutures, full: 1000) == [
                "/fapi/v1/allOrders", "/fapi/v1/allOrders orderId=100",
                "/fapi/v1/allAlgoOrders", "/fapi/v1/allAlgoOrders algoId=8",
            ]
        )
        #expect(
            try pages(.binanceFutures, full: 1)
                == ["/fapi/v1/allOrders", "/fapi/v1/allAlgoOrders"]
        )
    }

    @Test func `is of one kind on spot`() throws {
        #expect(try pages(.binanceSpot, full: 1) == ["/api/v3/allOrders"])
    }
}
