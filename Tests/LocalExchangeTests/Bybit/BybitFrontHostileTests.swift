import TestSupport
import Testing
import Trading

@testable import LocalExchange

/// Whoever can reach the port can send anything: it is refused, and the exchange goes on.
@Suite struct `Bybit's front and hostile clients` {
    private static let numbers = [
        "0", "-1", "1", "0.000000000000000001", "99999999999", "100000000000", "100000000001",
        "1000000000", "10000000000000000000", "170141183460469231731687303715884105727",
        "9223372036854775807", "18446744073709551615", "-9223372036854775808", "1e5", "", "x",
        "0x10", "١", ".5", "5.", "NaN",
    ]

    @Test(arguments: ["spot", "linear"], numbers)
    func `any number in the place of an amount does no harm`(
        category: String,
        number: String
    ) throws {
        let world = try BybitWorld()
        try world.trade(category, at: "100")
        try world.placed(category, "Buy", "1", at: "90", #""orderLinkId":"a""#)
        let start = #"{"category":"\#(category)","symbol":"ETHUSDT""#
        let order = start + #","side":"Buy","orderType":"Limit""#
        for (path, body) in [
            ("order/create", order + #","qty":"\#(number)","price":"90"}"#),
            ("order/create", order + #","qty":"1","price":"\#(number)"}"#),
            ("order/create", order + #","qty":"\#(number)","price":"\#(number)"}"#),
            ("order/create", order + #","qty":"1","price":"90","triggerPrice":"\#(number)"}"#),
            (
                "order/create",
                start + #","side":"Buy","orderType":"Market","qty":"\#(number)"}"#
            ),
            (
                "order/create",
                start + #","side":"Sell","orderType":"Market","marketUnit":"quoteCoin","#
                    + #""qty":"\#(number)"}"#
            ),
            ("order/amend", start + #","orderLinkId":"a","qty":"\#(number)"}"#),
            ("order/amend", start + #","orderLinkId":"a","price":"\#(number)"}"#),
            ("order/amend", start + #","orderLinkId":"a","stopLoss":"\#(number)"}"#),
            (
                "position/set-leverage",
                start + #","buyLeverage":"\#(number)","sellLeverage":"\#(number)"}"#
            ),
            ("position/trading-stop", start + #","positionIdx":0,"stopLoss":"\#(number)"}"#),
            ("order/disconnected-cancel-all", #"{"timeWindow":"\#(number)"}"#),
        ] {
            _ = try world.post(path, body)
            world.pass(milliseconds: 200)
        }
        #expect(try world.get("account/info", by: "alice").code == 0)
    }

    @Test(arguments: numbers)
    func `any number in a query does no harm`(number: String) throws {
        let world = try BybitWorld()
        let encoded = number.utf8.map { "%" + String($0, radix: 16) }.joined()
        for key in ["limit", "cursor", "startTime", "endTime", "start", "end", "openOnly"] {
            for path in [
                "market/instruments-info", "market/kline", "market/recent-trade",
                "market/orderbook", "market/funding/history", "order/realtime", "order/history",
                "execution/list", "position/list", "account/transaction-log",
            ] {
                let query =
                    "category=linear&symbol=ETHUSDT&settleCoin=USDT&interval=1&\(key)=\(encoded)"
                _ = try world.get(path, query, by: "alice")
            }
            world.pass(milliseconds: 1000)
        }
        #expect(try world.get("account/info", by: "alice").code == 0)
    }

    /// Ids are remembered by the thousand: long ones would be a gigabyte.
    @Test(arguments: [(36, 0), (37, 10001)])
    func `an id of a request is no longer than the venue takes`(
        length: Int,
        code: Int64
    ) throws {
        let world = try BybitWorld()
        let socket = world.open("/v5/trade")
        world.authenticate(socket, by: "alice")
        _ = world.take(socket)
        let order =
            #"{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Limit","#
            + #""qty":"1","price":"80"}"#
        world.say(
            #"{"reqId":"\#(String(repeating: "x", count: length))","header":"#
                + #"{"X-BAPI-TIMESTAMP":\#(world.now.milliseconds)},"op":"order.create","#
                + #""args":[\#(order)]}"#,
            socket
        )
        #expect(world.take(socket).first?["retCode"]?.word == "\(code)")
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `messages that were changed at random do no harm`(seed: UInt64) throws {
        let world = try BybitWorld()
        var random = SeededRandom(seed: seed)
        let now = world.now.milliseconds
        let messages = [
            #"{"op":"subscribe","args":["orderbook.50.ETHUSDT","tickers.ETHUSDT"],"req_id":"1"}"#,
            #"{"op":"auth","args":["key-of-alice",\#(now),"00"]}"#,
            #"{"reqId":"1","header":{"X-BAPI-TIMESTAMP":\#(now)},"op":"order.create","args":[{}]}"#,
            #"{"op":"ping"}"#, #"{"op":"unsubscribe","args":["tickers.ETHUSDT"]}"#,
        ]
        let sockets = ["/v5/public/spot", "/v5/public/linear", "/v5/private", "/v5/trade"]
            .map(world.open)
        world.authenticate(sockets[3], by: "alice")
        for _ in 0..<200 {
            let message = messages[Int(random.next() % UInt64(messages.count))]
            var bytes = Array(message.utf8)
            for _ in 0..<(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes[place], at: place)
                }
            }
            let socket = sockets[Int(random.next() % 4)]
            world.exchange.received(bytes, from: socket, at: world.now)
            world.pass(milliseconds: 10)
        }
        #expect(try world.get("account/info", by: "alice").code == 0, "seed \(seed)")
    }
}
