import Testing
import Trading

@testable import LocalExchange

@Suite struct `Bybit's front is deterministic` {
    /// Everything that a busy while says.
    private func transcript(seed: UInt64) throws -> [UInt8] {
        let world = try BybitWorld(seed: seed, isGenerated: true)
        let socket = world.stream(["order", "execution", "position", "wallet"])
        for category in ["spot", "linear"] {
            let open = world.open("/v5/public/" + category)
            for topic in ["orderbook.50.BTCUSDT", "publicTrade.BTCUSDT", "tickers.BTCUSDT"] {
                world.say(#"{"op":"subscribe","args":["\#(topic)"]}"#, open)
            }
        }
        for round in 0..<20 {
            let category = round % 2 == 0 ? "spot" : "linear"
            try world.trade(category, at: String(100 + round % 5))
            try world.placed(category, "Buy", "1", at: "90")
            _ = try world.get("order/history", "category=\(category)", by: "alice")
            world.pass(milliseconds: 137)
        }
        for topic in ["execution/list", "order/realtime", "order/history"] {
            _ = try world.get(topic, "category=linear&settleCoin=USDT", by: "alice")
        }
        _ = try world.get("market/tickers", "category=linear")
        _ = try world.get("account/wallet-balance", "accountType=UNIFIED", by: "alice")
        world.say(#"{"op":"ping"}"#, socket)
        return world.transcript
    }

    @Test func `two runs with one seed say the same bytes, another seed says others`() throws {
        let one = try transcript(seed: 3)
        let again = try transcript(seed: 3)
        let other = try transcript(seed: 4)
        #expect(one.count > 100_000)
        let isSame = one == again
        #expect(isSame)
        let isOther = one != other
        #expect(isOther)
    }
}
