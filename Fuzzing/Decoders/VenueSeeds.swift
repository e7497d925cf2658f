import Exchange
import Network
import Trading

/// What an input of the decoders of venues may begin with: what the local exchange, whose answers
/// have the shapes of real ones, says in a market in which a little has happened.
enum VenueSeeds {
    /// An answer to each call that a market of the venue knows, and refusals.
    static func answers(isBybit: Bool) throws -> [[UInt8]] {
        let scene = try lively()
        var seeds: [[UInt8]] = []
        for (place, adapter) in adapters(isBybit: isBybit).enumerated() {
            for (number, call) in VenueCalls.all.enumerated() {
                // What a market does not offer makes no seed.
                guard let request = try? adapter.request(for: call, at: scene.now),
                    let response = try scene.ask(request)
                else { continue }
                let status = UInt8(response.status == 200 ? 0 : 4)
                let choice = UInt8(number << 1 | place)
                seeds.append([choice, status] + Array("5\n".utf8) + response.body)
            }
        }
        return seeds
    }

    /// What sockets of clients are told of their orders, of each market all of it.
    static func privateMessages() throws -> [[UInt8]] {
        // The order of the decoder's adapters.
        let targets = ["/ws-api/v3", "/private/ws?listenKey=$KEY", "/v5/private", "/v5/private"]
        return try targets.enumerated().map { place, target in
            let scene = try scene()
            if place == 1 {
                let headers = [HTTPHeader("X-MBX-APIKEY", "key-ann")]
                _ = try scene.ask(HTTPRequest(.post, "/fapi/v1/listenKey", headers: headers))
            }
            try scene.open(target)
            if place != 1 { try LocalScript.prove(scene, "ann") }
            if place > 1 {
                let topics = #"["order","execution","position","wallet"]"#
                try scene.say(Array(#"{"op":"subscribe","args":\#(topics)}"#.utf8))
            }
            try trade(scene)
            return [UInt8(place)] + scene.told.joined(separator: [0x0A])
        }
    }

    /// What Bybit's public streams tell, of each market all of it.
    static func bybitMessages() throws -> [[UInt8]] {
        try ["spot", "linear"].enumerated().map { place, category in
            let scene = try scene()
            try scene.open("/v5/public/\(category)")
            let topics = ["orderbook.50", "publicTrade", "tickers"].map { "\"\($0).BTCUSDT\"" }
            let list = topics.joined(separator: ",")
            try scene.say(Array(#"{"op":"subscribe","args":[\#(list)]}"#.utf8))
            try trade(scene)
            return [UInt8(place)] + scene.told.joined(separator: [0x0A])
        }
    }

    private static func scene() throws -> LocalScene {
        try LocalScene(LocalClients(), isGenerated: false)
    }

    private static func lively() throws -> LocalScene {
        let scene = try scene()
        try trade(scene)
        return scene
    }

    /// An order that rests, one that takes from it, a stop and a cancel, in each market.
    private static func trade(_ scene: LocalScene) throws {
        let maker = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=3&price=100"
        let taker = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=hf-0"
        for path in ["/api/v3/order", "/fapi/v1/order"] {
            _ = try scene.ask(scene.signed(.post, path, maker, by: 1))
            _ = try scene.ask(scene.signed(.post, path, taker, by: 0))
        }
        for category in ["spot", "linear"] {
            let start = #"{"category":"\#(category)","symbol":"BTCUSDT","#
            let maker = #""side":"Sell","orderType":"Limit","qty":"3","price":"100"}"#
            let taker =
                #""side":"Buy","orderType":"Market","qty":"1","marketUnit":"baseCoin"}"#
            let path = "/v5/order/create"
            _ = try scene.ask(scene.signed(.post, path, start + maker, by: 1))
            _ = try scene.ask(scene.signed(.post, path, start + taker, by: 0))
        }
        try scene.pass(milliseconds: 500)
    }

    private static func adapters(isBybit: Bool) -> [any VenueAdapter] {
        let credentials = VenueCredentials(key: "key-ann", secret: LocalClients.secret("ann"))
        return isBybit
            ? [
                BybitAdapter(market: .bybitSpot, credentials: credentials),
                BybitAdapter(market: .bybitLinear, credentials: credentials),
            ]
            : [
                BinanceAdapter(.binanceSpot, credentials),
                BinanceAdapter(.binanceFutures, credentials),
            ]
    }
}
