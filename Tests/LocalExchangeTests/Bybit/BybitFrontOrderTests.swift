import Exchange
import Testing
import Trading

@testable import LocalExchange

@Suite struct `Bybit's front and orders` {
    private let world: BybitWorld
    init() throws { world = try BybitWorld() }

    @Test(arguments: ["spot", "linear"])
    func `an order rests, is amended, partly filled and cancelled, and streams tell it`(
        category: String
    ) throws {
        let socket = world.stream(["order", "execution", "wallet"])
        let id = try world.placed(category, "Buy", "2", at: "100", #""orderLinkId":"mine-1""#)
        var order = try world.look(category, id)
        #expect(order.text("orderStatus") == "New")
        #expect(order.text("leavesQty") == "2.000")
        #expect(order.text("leavesValue") == "200")
        let amended = try world.post(
            "order/amend",
            #"{"category":"\#(category)","symbol":"ETHUSDT","orderLinkId":"mine-1","price":"101"}"#
        )
        #expect(amended["result"]?.text("orderId") == id)
        try world.placed(category, "Sell", "0.5", at: "101", by: "bob")
        order = try world.look(category, id)
        #expect(order.text("orderStatus") == "PartiallyFilled")
        #expect(order.text("cumExecQty") == "0.500")
        #expect(order.text("cumExecValue") == "50.5")
        #expect(order.text("avgPrice") == "101")
        let cancelled = try world.post(
            "order/cancel",
            #"{"category":"\#(category)","symbol":"ETHUSDT","orderId":"\#(id)"}"#
        )
        #expect(cancelled.code == 0)
        order = try world.look(category, id)
        let isSpot = category == "spot"
        #expect(order.text("orderStatus") == (isSpot ? "PartiallyFilledCanceled" : "Cancelled"))
        #expect(order.text("cancelType") == "CancelByUser")
        #expect(order.text("rejectReason") == "EC_PerCancelRequest")
        let messages = world.take(socket)
        let states = messages.filter { $0.text("topic") == "order" }
            .flatMap(\.rows).map { $0.text("orderStatus") + " " + $0.text("price") }
        let end = isSpot ? "PartiallyFilledCanceled 101.00" : "Cancelled 101.00"
        #expect(states == ["New 100.00", "New 101.00", "PartiallyFilled 101.00", end])
        let fills = messages.filter { $0.text("topic") == "execution" }.flatMap(\.rows)
        #expect(fills.map { $0.text("execQty") } == ["0.500"])
        #expect(fills.first?.text("orderLinkId") == "mine-1")
        #expect(fills.first?.says("isMaker") == true)
        #expect(messages.contains { $0.text("topic") == "wallet" })
    }

    @Test func `ids look like the venue's, and a spot order gets a client id`() throws {
        let spot = try world.placed("spot", "Buy", "1", at: "100")
        let linear = try world.placed("linear", "Buy", "1", at: "100")
        // By this clients tell spot orders from others.
        #expect(try world.look("spot", spot)["tpslMode"] == nil)
        #expect(try world.look("linear", linear)["tpslMode"] != nil)
        let number = try #require(UInt64(spot))
        #expect(spot.utf8.count == 19)
        #expect(try world.look("spot", spot).text("orderLinkId") == String(number + 1))
        #expect(linear.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(try world.look("linear", linear).text("orderLinkId").isEmpty)
        let byLink = try world.get(
            "order/realtime",
            "category=spot&orderLinkId=\(number + 1)",
            by: "alice"
        )
        #expect(byLink.list.first?.text("orderId") == spot)
    }

    @Test(arguments: [UInt64(0), 1, 7, .max])
    func `an id leads back to its number`(seed: UInt64) {
        let ids = BybitIdentifiers(seed: seed)
        var seen: Set<String> = []
        for number in [UInt64(1), 2, 3, 1000, 123_456_789, 1 << 40] {
            let linear = ids.order(number, in: .bybitLinear)
            #expect(ids.number(ofOrder: linear, in: .bybitLinear) == number)
            #expect(seen.insert(linear).inserted)
            guard number < 1 << 30 else { continue }
            let spot = ids.order(number, in: .bybitSpot)
            #expect(ids.number(ofOrder: spot, in: .bybitSpot) == number)
            #expect(ids.number(ofSpotLink: ids.spotLink(number)) == number)
        }
        #expect(ids.number(ofOrder: "not an id", in: .bybitLinear) == nil)
        #expect(ids.number(ofOrder: "18446744073709551615", in: .bybitSpot) == nil)
        let foreign = BybitIdentifiers(seed: seed ^ 5).order(3, in: .bybitLinear)
        #expect(ids.number(ofOrder: foreign, in: .bybitLinear) == nil)
    }

    @Test func `a post-only order that would take is taken and then cancelled`() throws {
        try world.placed("linear", "Sell", "1", at: "100", by: "bob")
        let socket = world.stream(["order"])
        let id = try world.placed("linear", "Buy", "1", at: "100", #""timeInForce":"PostOnly""#)
        let order = try world.look("linear", id)
        #expect(order.text("orderStatus") == "Cancelled")
        #expect(order.text("rejectReason") == "EC_PostOnlyWillTakeLiquidity")
        let told = world.take(socket).flatMap(\.rows)
        #expect(told.map { $0.text("orderStatus") } == ["Cancelled"])
    }

    @Test func `a market order without anybody to meet is cancelled`() throws {
        let id = try world.placed("linear", "Buy", "1")
        let order = try world.look("linear", id)
        #expect(order.text("orderStatus") == "Cancelled")
        #expect(order.text("rejectReason") == "EC_NoImmediateQtyToFill")
    }

    @Test func `what is not filled of an immediate order is cancelled`() throws {
        try world.placed("spot", "Sell", "1", at: "100", by: "bob")
        let id = try world.placed("spot", "Buy", "3", at: "100", #""timeInForce":"IOC""#)
        let order = try world.look("spot", id)
        #expect(order.text("orderStatus") == "PartiallyFilledCanceled")
        #expect(order.text("leavesQty") == "0.000")
        let all = try world.placed("spot", "Buy", "1", at: "100", #""timeInForce":"FOK""#)
        #expect(try world.look("spot", all).text("orderStatus") == "Cancelled")
    }

    @Test func `a spot market buy is counted in quote coin unless it says otherwise`() throws {
        try world.placed("spot", "Sell", "5", at: "100", by: "bob")
        let quote = try world.placed("spot", "Buy", "50")
        var order = try world.look("spot", quote)
        #expect(order.text("orderStatus") == "Filled")
        #expect(order.text("qty") == "50")
        #expect(order.text("cumExecQty") == "0.500")
        #expect(order.text("price") == "105.00")
        let base = try world.placed("spot", "Buy", "0.5", #""marketUnit":"baseCoin""#)
        order = try world.look("spot", base)
        #expect(order.text("qty") == "0.500")
        #expect(order.text("cumExecValue") == "50")
        #expect(order["cumFeeDetail"]?.text("ETH") == "0.0005")
    }

    @Test func `all orders of a scope are cancelled at once`() throws {
        for price in ["98", "99"] {
            try world.placed("linear", "Buy", "1", at: price)
        }
        try world.placed("spot", "Buy", "1", at: "99")
        let answer = try world.post(
            "order/cancel-all",
            #"{"category":"linear","settleCoin":"USDT"}"#
        )
        #expect(answer.list.count == 2)
        #expect(answer["result"]?.text("success") == "1")
        let open = try world.get(
            "order/realtime",
            "category=linear&settleCoin=USDT",
            by: "alice"
        )
        #expect(open.list.isEmpty)
        let spot = try world.get("order/realtime", "category=spot", by: "alice")
        #expect(spot.list.count == 1)
    }

    @Test func `a batch tells of each item`() throws {
        let body =
            #"{"category":"linear","request":[{"symbol":"ETHUSDT","side":"Buy","#
            + #""orderType":"Limit","qty":"1","price":"90","orderLinkId":"b-1"},"#
            + #"{"symbol":"ETHUSDT","side":"Buy","orderType":"Limit","qty":"0.0001","#
            + #""price":"90","orderLinkId":"b-2"}]}"#
        let placed = try world.post("order/create-batch", body)
        #expect(placed.code == 0)
        #expect(placed.list.map { $0.text("orderLinkId") } == ["b-1", "b-2"])
        #expect(placed.list.map { $0.text("orderId").isEmpty } == [false, true])
        let outcomes = placed["retExtInfo"]?["list"]?.elements ?? []
        #expect(outcomes.map { $0.text("code") } == ["0", "10001"])
        let amended = try world.post(
            "order/amend-batch",
            #"{"category":"linear","request":[{"symbol":"ETHUSDT","orderLinkId":"b-1","#
                + #""price":"91"}]}"#
        )
        #expect(amended["retExtInfo"]?["list"]?.elements?.first?.text("code") == "0")
        let cancelled = try world.post(
            "order/cancel-batch",
            #"{"category":"linear","request":[{"symbol":"ETHUSDT","orderLinkId":"b-1"},"#
                + #"{"symbol":"ETHUSDT","orderLinkId":"b-9"}]}"#
        )
        let ends = cancelled["retExtInfo"]?["list"]?.elements ?? []
        #expect(ends.map { $0.text("code") } == ["0", "110001"])
    }

    @Test func `an order of one account is not there for another`() throws {
        let id = try world.placed("linear", "Buy", "1", at: "100")
        let other = try world.get("order/realtime", "category=linear&orderId=\(id)", by: "bob")
        #expect(other.code == 0)
        #expect(other.list.isEmpty)
        let cancel = try world.post(
            "order/cancel",
            #"{"category":"linear","symbol":"ETHUSDT","orderId":"\#(id)"}"#,
            by: "bob"
        )
        #expect(cancel.code == 110001)
    }
}
