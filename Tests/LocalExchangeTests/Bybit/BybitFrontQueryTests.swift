import Testing
import Trading

@testable import LocalExchange

@Suite struct `Bybit's front and its lists` {
    private let world: BybitWorld
    init() throws { world = try BybitWorld() }

    /// All pages of a list, by the cursor that each answer gives.
    private func pages(_ path: String, _ query: String) throws -> [[BybitValue]] {
        var pages: [[BybitValue]] = []
        var cursor = ""
        for _ in 0..<100 {
            let more = cursor.isEmpty ? "" : "&cursor=\(cursor)"
            let answer = try world.get(path, query + more, by: "alice")
            #expect(answer.code == 0, "\(answer.message)")
            pages.append(answer.list)
            cursor = answer["result"]?.text("nextPageCursor") ?? ""
            if cursor.isEmpty { break }
            #expect(cursor.contains("%"), "a cursor is percent-encoded")
            world.pass(milliseconds: 100)
        }
        return pages
    }

    @Test func `pages of orders are newest first and miss none, whatever happens between`() throws {
        var ids: [String] = []
        for _ in 0..<7 {
            ids.append(try world.placed("linear", "Buy", "1", at: "90"))
            world.pass(milliseconds: 200)
        }
        let query = "category=linear&settleCoin=USDT&limit=3"
        let found = try pages("order/realtime", query)
        #expect(found.map(\.count) == [3, 3, 1, 0])
        #expect(found.joined().map { $0.text("orderId") } == ids.reversed())
        // A cursor that was encoded once more means the same.
        let first = try world.get("order/realtime", query, by: "alice")
        let cursor = first["result"]?.text("nextPageCursor") ?? ""
        let again = cursor.replacing("%", with: "%25")
        let second = try world.get("order/realtime", query + "&cursor=\(again)", by: "alice")
        #expect(second.list.map { $0.text("orderId") } == Array(ids.reversed()[3..<6]))
        let bad = try world.get("order/realtime", query + "&cursor=x", by: "alice")
        #expect(bad.code == 10001)
    }

    @Test func `pages of executions miss none`() throws {
        for _ in 0..<5 {
            try world.trade("spot", at: "100")
            world.pass(milliseconds: 300)
        }
        let found = try pages("execution/list", "category=spot&limit=2")
        #expect(found.map(\.count) == [2, 2, 1, 0])
        let times = found.joined().compactMap { Int64($0.text("execTime")) }
        #expect(times == times.sorted(by: >))
        #expect(Set(found.joined().map { $0.text("execId") }).count == 5)
        let order = found[0][0].text("orderId")
        let one = try world.get(
            "execution/list",
            "category=spot&orderId=\(order)",
            by: "alice"
        )
        #expect(one.list.count == 1)
        let linear = try world.get("execution/list", "category=linear", by: "alice")
        #expect(linear.list.isEmpty)
    }

    @Test func `what ended without a fill leaves the history after a day`() throws {
        let id = try world.placed("linear", "Buy", "1", at: "90")
        let filled = try world.placed("linear", "Buy", "1", at: "91")
        try world.placed("linear", "Sell", "1", at: "91", by: "bob")
        _ = try world.post(
            "order/cancel",
            #"{"category":"linear","symbol":"ETHUSDT","orderId":"\#(id)"}"#
        )
        func history() throws -> [String] {
            try world.get("order/history", "category=linear", by: "alice").list
                .map { $0.text("orderId") }
        }
        world.pass(milliseconds: 86_400_000)
        #expect(try history() == [filled, id])
        world.pass(milliseconds: 1)
        #expect(try history() == [filled])
        let named = try world.get(
            "order/history",
            "category=linear&orderId=\(id)",
            by: "alice"
        )
        #expect(named.list.isEmpty)
    }

    @Test func `lists can be asked by state, time and kind of order`() throws {
        try world.trade("linear", at: "100")
        let stop = try world.placed(
            "linear",
            "Buy",
            "1",
            #""triggerPrice":"110","triggerDirection":1"#
        )
        let plain = try world.placed("linear", "Buy", "1", at: "90")
        func ids(_ path: String, _ query: String) throws -> [String] {
            let answer = try world.get(
                path,
                "category=linear&settleCoin=USDT&" + query,
                by: "alice"
            )
            #expect(answer.code == 0, "\(answer.message)")
            return answer.list.map { $0.text("orderId") }
        }
        #expect(try ids("order/realtime", "orderFilter=StopOrder") == [stop])
        #expect(try ids("order/realtime", "orderFilter=Order") == [plain])
        #expect(try ids("order/realtime", "") == [plain, stop])
        #expect(try ids("order/realtime", "openOnly=1").count == 1)
        #expect(try ids("order/history", "orderStatus=Untriggered") == [stop])
        #expect(try ids("order/history", "orderStatus=Filled").count == 1)
        let later = world.now.milliseconds + 1
        #expect(try ids("order/history", "startTime=\(later)").isEmpty)
        let unnamed = try world.get("order/realtime", "category=linear", by: "alice")
        #expect(unnamed.code == 10001)
        for limit in ["0", "51", "x"] {
            let query = "category=spot&limit=\(limit)"
            #expect(try world.get("order/realtime", query, by: "alice").code == 10001)
        }
    }

    @Test func `instruments come by category, and empty ones for what is not here`() throws {
        let spot = try world.get("market/instruments-info", "category=spot")
        #expect(spot.list.map { $0.text("symbol") } == ["ETHUSDT", "BTCUSDT"])
        let first = try world.get("market/instruments-info", "category=linear&limit=1")
        let cursor = first["result"]?.text("nextPageCursor") ?? ""
        let second = try world.get(
            "market/instruments-info",
            "category=linear&limit=1&cursor=\(cursor)"
        )
        #expect(second.list.map { $0.text("symbol") } == ["BTCUSDT"])
        #expect(second["result"]?.text("nextPageCursor") == "")
        for category in ["inverse", "option"] {
            let empty = try world.get("market/instruments-info", "category=\(category)")
            #expect(empty.code == 0 && empty.list.isEmpty)
        }
        let none = try world.get("market/instruments-info", "category=spot&status=PreLaunch")
        #expect(none.list.isEmpty)
    }

    @Test func `trades, candles and tickers agree`() throws {
        for price in ["100", "103", "99"] {
            try world.trade("spot", at: price)
            world.pass(milliseconds: 200)
        }
        let trades = try world.get("market/recent-trade", "category=spot&symbol=ETHUSDT").list
        #expect(trades.map { $0.text("price") } == ["99.00", "103.00", "100.00"])
        let numbers = trades.compactMap { Int64($0.text("seq")) }
        #expect(numbers == numbers.sorted(by: >))
        let query = "category=spot&symbol=ETHUSDT&interval=D"
        let candle = try #require(try world.get("market/kline", query).list.first?.elements)
        let figures = candle.dropFirst().map { $0.word ?? "" }
        #expect(figures == ["100.00", "103.00", "99.00", "99.00", "0.300", "30.2"])
        let ticker = try #require(
            try world.get("market/tickers", "category=spot&symbol=ETHUSDT").list.first
        )
        #expect(ticker.text("lastPrice") == "99.00")
        #expect(ticker.text("turnover24h") == "30.2")
        #expect(ticker.text("price24hPcnt") == "-0.010000")
    }

    @Test func `the wallet tells what orders and positions hold back`() throws {
        func coin(_ code: String, by name: String = "alice") throws -> BybitValue {
            let answer = try world.get(
                "account/wallet-balance",
                "accountType=UNIFIED&coin=\(code)",
                by: name
            )
            let row = answer.list.first?["coin"]?.elements?.first
            return try #require(row)
        }
        try world.placed("spot", "Buy", "2", at: "100")
        #expect(try coin("USDT").text("locked") == "200")
        try world.placed("linear", "Buy", "1", at: "100")
        let orders = try coin("USDT")
        #expect(orders.text("locked") == "200")
        #expect(orders.text("totalOrderIM") == "10.1")
        try world.placed("linear", "Sell", "1", at: "100", by: "bob")
        let held = try coin("USDT")
        #expect(held.text("totalOrderIM") == "0")
        #expect(held.text("totalPositionIM") == "10")
        #expect(held.text("walletBalance") == "99999.98")
        let bob = try coin("USDT", by: "bob")
        #expect(bob.text("walletBalance") == "99999.9")
        let wrong = try world.get("account/wallet-balance", "accountType=SPOT", by: "alice")
        #expect(wrong.code == 10001)
    }
}
