import Exchange
import Network
import Platform
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `What a live venue tells` {
    private static func algo(_ id: String, _ status: String, child: String) -> String {
        """
        {"algoId":7,"clientAlgoId":"\(id)","symbol":"BTCUSDT","side":"SELL","orderType":\
        "STOP_MARKET","quantity":"1","triggerPrice":"90","reduceOnly":true,\
        "algoStatus":"\(status)","actualOrderId":"\(child)"}
        """
    }

    private static func child(_ id: String, _ status: String) -> String {
        """
        {"orderId":99,"clientOrderId":"\(id)","symbol":"BTCUSDT","side":"SELL","type":"MARKET",\
        "origQty":"1","price":"0","stopPrice":"90","executedQty":"0","status":"\(status)",\
        "timeInForce":"GTC","reduceOnly":true}
        """
    }

    /// The stop itself never tells how the order ended that it became.
    @Test func `of a triggered stop on USD-M is asked of the order that it became`() throws {
        var id = ""
        let scene = try LiveScene(.binanceFutures, isStop: true) { request in
            switch request.path {
            case "/fapi/v1/algoOrder": (200, Self.algo(id, "FINISHED", child: "99"))
            case "/fapi/v1/order": (200, Self.child(id, "EXPIRED"))
            default: nil
            }
        }
        defer { scene.close() }
        id = scene.clientID
        scene.accept()
        scene.world.look(scene.order)
        scene.turn { scene.reports.contains { $0 == .expired(.noLiquidity) } }
        #expect(scene.reports.first == .triggered)
        #expect(scene.reports.contains(.expired(.noLiquidity)))
    }

    /// A weekend is longer than the window in which fills of an instrument are told.
    @Test(arguments: [VenueMarket.binanceFutures, .binanceSpot])
    func `of a stop that was met days ago is asked by its id what it filled`(
        market: VenueMarket
    ) throws {
        var id = ""
        let now = Clock.wall() / 1_000_000
        let (made, met) = (now - 3 * 86_400_000, now - 2 * 86_400_000)
        var asked: [String] = []
        let scene = try LiveScene(market, isStop: true) { request in
            let times = #","time":\#(made),"updateTime":\#(met),"createTime":\#(made)}"#
            switch request.path {
            case "/fapi/v1/algoOrder":
                let algo = Self.algo(id, "FINISHED", child: "99")
                return (200, algo.replacing("}", with: times))
            case "/fapi/v1/order", "/api/v3/order":
                let filled = Self.child(id, "FILLED").replacing(
                    #""executedQty":"0""#,
                    with: #""executedQty":"1","cummulativeQuoteQty":"90""#
                )
                return (200, filled.replacing("}", with: times))
            case "/fapi/v1/userTrades", "/api/v3/myTrades":
                asked.append(String(request.query))
                guard request.query.contains("orderId=99") else { return (200, "[]") }
                return (
                    200,
                    """
                    [{"symbol":"BTCUSDT","id":5,"orderId":99,"side":"SELL","isBuyer":false,\
                    "price":"90","qty":"1","commission":"0","commissionAsset":"USDT",\
                    "time":\(met),"maker":false,"isMaker":false}]
                    """
                )
            default: return nil
            }
        }
        defer { scene.close() }
        id = scene.clientID
        scene.accept()
        scene.world.look(scene.order)
        scene.turn { scene.reports.contains { if case .filled = $0 { true } else { false } } }
        let fills = scene.reports.compactMap { report in
            if case .filled(let fill) = report { fill.quantity } else { nil }
        }
        #expect(fills.first == quantity("1"), "\(asked)")
    }

    /// A message that it has ended may be lost on a stream that is sound otherwise.
    @Test func `of a stop that works is asked every minute`() throws {
        let scene = try LiveScene(.binanceFutures, isStop: true)
        defer { scene.close() }
        scene.accept()
        scene.world.nextStopLook = scene.world.time
        scene.turn { !scene.venue.requests.isEmpty }
        #expect(scene.venue.requests.first == "GET /fapi/v1/algoOrder")
        #expect(scene.world.nextStopLook > scene.world.time + TimeSpan(seconds: 50))
    }

    @Test func `of an archived order is that it is gone`() throws {
        let scene = try LiveScene { _ in
            (400, #"{"code":-2026,"msg":"Order was archived."}"#)
        }
        defer { scene.close() }
        scene.accept()
        scene.world.look(scene.order)
        scene.turn { scene.world.tracked[scene.order]?.absences == 1 }
        #expect(scene.world.tracked[scene.order]?.absences == 1)
    }

    private static func listing(_ symbols: String..., tick: String = "0.1") -> String {
        let rows = symbols.map { symbol in
            """
            {"symbol":"\(symbol)","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT",\
            "orderTypes":["STOP_LOSS"],"filters":[{"filterType":"PRICE_FILTER","tickSize":\
            "\(tick)"},\
            {"filterType":"LOT_SIZE","stepSize":"0.001","minQty":"0.001","maxQty":"1000"}]}
            """
        }
        return "{\"symbols\":[\(rows.joined(separator: ","))]}"
    }

    @Test func `calls a person when an instrument of ours is no longer among them`() throws {
        var symbols = "BTCUSDT"
        let scene = try LiveScene { request in
            request.path == "/api/v3/exchangeInfo" ? (200, Self.listing(symbols, "ETHUSDT")) : nil
        }
        defer { scene.close() }
        for (symbol, alarms, events) in [
            ("BTCUSDT", 0, 0), ("BTCUSDC", 1, 1), ("BTCUSDC", 1, 1), ("BTCUSDT", 1, 2),
        ] {
            symbols = symbol
            let asked = scene.venue.requests.count
            scene.world.askForListing(of: 0)
            scene.turn { scene.venue.requests.count > asked && !scene.isListingOpen }
            #expect(scene.alarms.count == alarms)
            #expect(scene.events.count == events)
        }
        #expect(scene.alarms.first?.contains("lists it no more") == true)
    }

    @Test func `of other rules is followed, and what is configured again`() throws {
        var tick = "0.1"
        let scene = try LiveScene { request in
            request.path == "/api/v3/exchangeInfo"
                ? (200, Self.listing("BTCUSDT", tick: tick)) : nil
        }
        defer { scene.close() }
        var ticks: [String] = []
        for now in ["0.5", "0.5", "0.1"] {
            tick = now
            let asked = scene.venue.requests.count
            scene.world.askForListing(of: 0)
            scene.turn { scene.venue.requests.count > asked && !scene.isListingOpen }
            ticks.append("\(scene.world.instruments[0].filters.priceTick)")
        }
        let listed = scene.events.compactMap { event in
            if case .instrumentListed(let listed) = event { listed } else { nil }
        }
        #expect(ticks == ["0.5", "0.5", "0.1"])
        #expect(listed.map { "\($0.filters.priceTick)" } == ["0.5", "0.1"])
        #expect(scene.alarms.count == 1)
    }

    @Test(arguments: [
        (#"{"code":-1013,"msg":"Filter failure: PRICE_FILTER"}"#, true),
        (#"{"code":-2010,"msg":"Account has insufficient balance for requested action."}"#, false),
    ])
    func `that does not fit the rules has them read`(answer: String, isRead: Bool) throws {
        let scene = try LiveScene { request in
            request.method == .post ? (400, answer) : nil
        }
        defer { scene.close() }
        // The last time was a while ago.
        scene.world.nextListing = scene.world.time + TimeSpan(seconds: 560)
        try scene.place()
        scene.turn { scene.reports.contains { if case .rejected = $0 { true } else { false } } }
        #expect((scene.world.nextListing <= scene.world.time) == isRead)
    }

    @Test func `calls a person once where the venue closes a position itself`() throws {
        let scene = try LiveScene(.binanceFutures)
        defer { scene.close() }
        let message =
            #"{"e":"ORDER_TRADE_UPDATE","E":1,"T":1,"o":{"s":"BTCUSDT","c":"autoclose-1","#
            + #""S":"SELL","o":"LIMIT","f":"IOC","q":"1","p":"90","sp":"0","x":"CALCULATED","#
            + #""X":"FILLED","i":5,"l":"1","z":"1","L":"90","n":"0.1","N":"USDT","T":1,"t":6,"#
            + #""m":false,"R":false}}"#
        for _ in 0..<2 { scene.world.take(Array(message.utf8), 0) }
        scene.take()
        #expect(scene.alarms.count == 1)
        #expect(scene.alarms.first?.contains("liquidation") == true)
        #expect(scene.reports.isEmpty)
    }
}

extension LiveScene {
    /// Whether a listing was asked for that is not answered.
    fileprivate var isListingOpen: Bool { world.desks[0].load > 0 }
}
