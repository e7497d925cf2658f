import Testing
import Trading

@testable import LocalExchange

@Suite struct `Bybit's front and positions` {
    private let world: BybitWorld
    init() throws { world = try BybitWorld() }

    private func position(by name: String = "alice") throws -> BybitValue {
        let answer = try world.get(
            "position/list",
            "category=linear&symbol=ETHUSDT",
            by: name
        )
        return try #require(answer.list.first)
    }

    /// Lets somebody hold something that was bought at 100.
    private func hold(_ quantity: String) throws {
        try world.placed("linear", "Sell", quantity, at: "100", by: "bob")
        try world.placed("linear", "Buy", quantity, at: "100")
    }

    private func stop(_ body: String) throws -> BybitValue {
        try world.post(
            "position/trading-stop",
            #"{"category":"linear","symbol":"ETHUSDT","tpslMode":"Full","positionIdx":0,\#(body)}"#
        )
    }

    private func stops() throws -> [BybitValue] {
        try world.get(
            "order/realtime",
            "category=linear&symbol=ETHUSDT&orderFilter=StopOrder",
            by: "alice"
        ).list
    }

    @Test func `a position tells side, size, entry, margin and results`() throws {
        let flat = try position()
        #expect(flat.text("side").isEmpty && flat.text("size") == "0.000")
        #expect(
            try world.get("position/list", "category=linear&settleCoin=USDT", by: "alice").list
                .isEmpty
        )
        try hold("2")
        try world.trade("linear", at: "105")
        world.pass(milliseconds: 1000)
        let held = try position()
        #expect(held.text("side") == "Buy" && held.text("size") == "2.100")
        #expect(held.text("avgPrice") == "100.238095238095238095")
        #expect(held.text("leverage") == "10")
        #expect(held.text("markPrice") == "105.00")
        #expect(held.text("unrealisedPnl") == "10")
        #expect(try position(by: "bob").text("side") == "Sell")
        // Alice paid 0.1 % as taker, twice.
        #expect(held.text("cumRealisedPnl") == "-0.2105")
    }

    @Test func `a leverage is for what is opened from now on`() throws {
        let body =
            #"{"category":"linear","symbol":"ETHUSDT","buyLeverage":"20","sellLeverage":"20"}"#
        #expect(try world.post("position/set-leverage", body).code == 0)
        #expect(try position().text("leverage") == "20")
        try hold("1")
        #expect(try position().text("positionIM") == "5")
        let bad =
            #"{"category":"linear","symbol":"ETHUSDT","buyLeverage":"5","sellLeverage":"6"}"#
        #expect(try world.post("position/set-leverage", bad).code == 10001)
    }

    @Test func `stops of a position follow its size and go with it`() throws {
        try hold("2")
        let socket = world.stream(["order", "position"])
        #expect(try stop(#""takeProfit":"120","stopLoss":"90""#).code == 0)
        var found = try stops()
        #expect(found.map { $0.text("stopOrderType") } == ["StopLoss", "TakeProfit"])
        #expect(found.map { $0.text("triggerDirection") } == ["2", "1"])
        #expect(found.map { $0.text("createType") } == ["CreateByStopLoss", "CreateByTakeProfit"])
        #expect(found.allSatisfy { $0.text("qty") == "2.000" && $0.says("reduceOnly") })
        #expect(try position().text("stopLoss") == "90.00")
        #expect(try position().text("takeProfit") == "120.00")
        let positions = world.take(socket).filter { $0.text("topic") == "position" }
        #expect(positions.last?.rows.first?.text("stopLoss") == "90.00")
        // A moved stop keeps its name; the same again is no change.
        let name = found[0].text("orderId")
        #expect(try stop(#""stopLoss":"91""#).code == 0)
        #expect(try stop(#""stopLoss":"91""#).code == 34040)
        #expect(try world.look("linear", name).text("triggerPrice") == "91.00")
        try world.placed("linear", "Buy", "1", at: "100", by: "bob")
        try world.placed("linear", "Sell", "1", at: "100")
        found = try stops()
        #expect(found.map { $0.text("qty") } == ["1.000", "1.000"])
        try world.placed("linear", "Buy", "1", at: "100", by: "bob")
        try world.placed("linear", "Sell", "1", at: "100")
        #expect(try stops().isEmpty)
        let ended = try world.look("linear", name)
        #expect(ended.text("orderStatus") == "Deactivated")
        #expect(ended.text("cancelType") == "CancelByTpSlTsClear")
        #expect(try position().text("stopLoss").isEmpty)
    }

    @Test func `a stop that is met closes the position, and the other one goes`() throws {
        try hold("2")
        #expect(try stop(#""takeProfit":"120","stopLoss":"90""#).code == 0)
        try world.placed("linear", "Buy", "5", at: "88", by: "bob")
        let socket = world.stream(["order", "execution"])
        // Two others trade at 89.
        try world.placed("linear", "Buy", "0.1", at: "89", by: "bob")
        try world.placed("linear", "Sell", "0.1", at: "89")
        #expect(try position().text("size") == "0.000")
        #expect(try stops().isEmpty)
        let messages = world.take(socket)
        let told = messages.flatMap(\.rows).filter { $0.text("stopOrderType") == "StopLoss" }
            .filter { $0["orderStatus"] != nil }.map { $0.text("orderStatus") }
        #expect(told == ["Triggered", "Filled"])
        let fills = messages.filter { $0.text("topic") == "execution" }.flatMap(\.rows)
        let exit = try #require(fills.first { $0.text("stopOrderType") == "StopLoss" })
        #expect(exit.text("execPrice") == "88.00")
        #expect(exit.text("createType") == "CreateByStopLoss")
    }

    @Test func `stops on the wrong side of the market are refused`() throws {
        try hold("1")
        let loss = try stop(#""stopLoss":"101""#)
        #expect(loss.code == 10001)
        #expect(loss.message.hasPrefix("StopLoss:1010000 set for Buy position should be lower"))
        #expect(try stop(#""takeProfit":"99""#).code == 10001)
        #expect(try stop(#""trailingStop":"5""#).code == 10001)
        #expect(try stop(#""stopLoss":"90.001""#).code == 10001)
        #expect(try stops().isEmpty)
        #expect(try stop(#""stopLoss":"90""#).code == 0)
        #expect(try stop(#""stopLoss":"0""#).code == 0)
        #expect(try stops().isEmpty)
    }

    @Test func `stops that come with an order are set when it fills`() throws {
        let id = try world.placed(
            "linear",
            "Buy",
            "1",
            at: "100",
            #""takeProfit":"130","stopLoss":"80""#
        )
        let waiting = try world.look("linear", id)
        #expect(waiting.text("takeProfit") == "130.00" && waiting.text("tpslMode") == "Full")
        #expect(try stops().isEmpty)
        try world.placed("linear", "Sell", "0.4", at: "100", by: "bob")
        #expect(try stops().map { $0.text("qty") } == ["0.400", "0.400"])
        try world.placed("linear", "Sell", "0.6", at: "100", by: "bob")
        #expect(try stops().map { $0.text("qty") } == ["1.000", "1.000"])
        #expect(try position().text("takeProfit") == "130.00")
    }

    @Test func `a reduce-only conditional order waits without a position and can be amended`()
        throws
    {
        try world.trade("linear", at: "100")
        let more = #""triggerPrice":"90","triggerDirection":2,"reduceOnly":true"#
        let id = try world.placed("linear", "Sell", "1", more)
        let socket = world.stream(["order"])
        var order = try world.look("linear", id)
        #expect(order.text("orderStatus") == "Untriggered")
        #expect(order.text("stopOrderType") == "Stop" && order.text("triggerBy") == "LastPrice")
        let body =
            #"{"category":"linear","symbol":"ETHUSDT","orderId":"\#(id)","triggerPrice":"95"}"#
        #expect(try world.post("order/amend", body).code == 0)
        try world.placed("linear", "Buy", "1", at: "94", by: "bob")
        try world.placed("linear", "Sell", "0.1", at: "94")
        order = try world.look("linear", id)
        #expect(order.text("triggerPrice") == "95.00")
        let told = world.take(socket).flatMap(\.rows).filter { $0.text("orderId") == id }
        #expect(told.map { $0.text("orderStatus") }.prefix(2) == ["Untriggered", "Triggered"])
    }

    @Test func `a spot stop holds its assets only where the venue says so`() throws {
        try world.trade("spot", at: "100")
        func locked() throws -> String {
            let answer = try world.get(
                "account/wallet-balance",
                "accountType=UNIFIED&coin=ETH",
                by: "alice"
            )
            return answer.list[0]["coin"]?.elements?[0].text("locked") ?? ""
        }
        let free = #""triggerPrice":"90","orderFilter":"StopOrder""#
        let id = try world.placed("spot", "Sell", "1", free)
        #expect(try locked() == "0")
        let holding = #""triggerPrice":"80","orderFilter":"tpslOrder""#
        let held = try world.placed("spot", "Sell", "2", holding)
        #expect(try locked() == "2")
        for (filter, expected) in [("StopOrder", id), ("tpslOrder", held)] {
            let list = try world.get(
                "order/realtime",
                "category=spot&orderFilter=\(filter)",
                by: "alice"
            ).list
            #expect(list.map { $0.text("orderId") } == [expected])
        }
        #expect(try world.get("order/realtime", "category=spot", by: "alice").list.isEmpty)
        try world.placed("spot", "Buy", "5", at: "85", by: "bob")
        try world.placed("spot", "Sell", "0.1", at: "85")
        #expect(try world.look("spot", id).text("orderStatus") == "Filled")
        #expect(try world.look("spot", held).text("orderStatus") == "Untriggered")
        let all = try world.post(
            "order/cancel-all",
            #"{"category":"spot","orderFilter":"tpslOrder"}"#
        )
        #expect(all.list.count == 1)
        #expect(try locked() == "0")
    }

    @Test func `a spot stop fills though its client says that it only reduces`() throws {
        try world.trade("spot", at: "100")
        let more = #""triggerPrice":"90","orderFilter":"tpslOrder","reduceOnly":true"#
        let id = try world.placed("spot", "Sell", "1", more)
        try world.placed("spot", "Buy", "5", at: "85", by: "bob")
        try world.placed("spot", "Sell", "0.1", at: "85")
        #expect(try world.look("spot", id).text("orderStatus") == "Filled")
        let margin = try world.order("spot", "Buy", "1", at: "90", #""isLeverage":1"#)
        #expect(margin.code == 170227)
    }

    @Test func `closing everything takes no quantity`() throws {
        try hold("2")
        try world.placed("linear", "Buy", "5", at: "99", by: "bob")
        try world.placed("linear", "Sell", "0", #""reduceOnly":true,"closeOnTrigger":true"#)
        #expect(try position().text("size") == "0.000")
    }

    @Test func `the mark price triggers what watches it`() throws {
        try world.trade("linear", at: "100")
        world.pass(milliseconds: 1000)
        let more =
            #""triggerPrice":"110","triggerDirection":1,"triggerBy":"MarkPrice""#
        let id = try world.placed("linear", "Buy", "1", more)
        try world.trade("linear", at: "111")
        // The mark price of a market without a source is its last price, once a second.
        #expect(try world.look("linear", id).text("orderStatus") == "Untriggered")
        world.pass(milliseconds: 1000)
        #expect(try world.look("linear", id).text("orderStatus") != "Untriggered")
    }

    @Test func `funding is a row that is no trade, and a line of the log`() throws {
        try hold("2")
        // Eight hours and a second pass, in steps that keep the sources awake.
        for _ in 0..<9 { world.pass(milliseconds: 3_601_000) }
        let rows = try world.get("execution/list", "category=linear", by: "alice").list
        let funding = try #require(rows.first { $0.text("execType") == "Funding" })
        #expect(funding.text("orderQty") == "0" && funding.text("orderType") == "UNKNOWN")
        #expect(funding.text("execFee") == "0.02")
        let trades = try world.get(
            "execution/list",
            "category=linear&execType=Trade",
            by: "alice"
        ).list
        #expect(trades.count == 1)
        let history = try world.get("market/funding/history", "category=linear&symbol=ETHUSDT")
        #expect(history.list.first?.text("fundingRate") == "0.0001")
        let log = try world.get("account/transaction-log", by: "alice").list
        #expect(log.map { $0.text("type") }.sorted() == ["SETTLEMENT", "TRADE"])
        #expect(log.first?.text("change") == "-0.02")
    }
}
