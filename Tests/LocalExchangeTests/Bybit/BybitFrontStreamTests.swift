import Testing
import Trading

@testable import LocalExchange

@Suite struct `Bybit's front and its public streams` {
    private let world: BybitWorld
    init() throws { world = try BybitWorld(isGenerated: true) }

    /// A book as a client rebuilds it.
    private struct Rebuilt {
        var bids: [String: String] = [:]
        var asks: [String: String] = [:]
        var update: Int64 = 0
        var sequence: Int64 = 0

        /// Takes a message by the venue's rules.
        mutating func take(_ message: BybitValue) throws {
            let data = try #require(message["data"])
            let update = try #require(Int64(data.text("u")))
            let sequence = try #require(Int64(data.text("seq")))
            if message.text("type") == "snapshot" {
                bids = [:]
                asks = [:]
            } else {
                #expect(update == self.update + 1)
                #expect(sequence > self.sequence)
            }
            self.update = update
            self.sequence = sequence
            Self.set(data["b"], in: &bids)
            Self.set(data["a"], in: &asks)
        }

        private static func set(_ levels: BybitValue?, in side: inout [String: String]) {
            for level in levels?.elements ?? [] {
                let pair = level.elements?.compactMap(\.word) ?? []
                if pair[1] == "0" {
                    #expect(side.removeValue(forKey: pair[0]) != nil, "only what is there goes")
                } else {
                    side[pair[0]] = pair[1]
                }
            }
        }

        /// A side with the best price first, as pairs.
        func side(_ levels: [String: String], isBuy: Bool) -> [[String]] {
            levels.map { [$0.key, $0.value] }.sorted { left, right in
                let one = (try? Decimal(left[0])) ?? .zero
                let other = (try? Decimal(right[0])) ?? .zero
                return isBuy ? one > other : one < other
            }
        }
    }

    private func pairs(_ value: BybitValue?) -> [[String]] {
        (value?.elements ?? []).map { $0.elements?.compactMap(\.word) ?? [] }
    }

    @Test(arguments: [50, 200, 1000], ["spot", "linear"])
    func `a book rebuilt from its updates is the book that is asked for`(
        depth: Int,
        category: String
    ) throws {
        world.pass(milliseconds: 2000)
        let socket = world.open("/v5/public/" + category)
        let topic = "orderbook.\(depth).BTCUSDT"
        world.say(#"{"op":"subscribe","args":["\#(topic)"]}"#, socket)
        var messages = world.take(socket)
        #expect(messages.removeFirst().says("success"))
        #expect(messages.map { $0.text("type") } == ["snapshot"])
        var book = Rebuilt()
        for message in messages { try book.take(message) }
        #expect(book.update > 1)
        var updates = 0
        for round in 0..<30 {
            world.pass(milliseconds: 200)
            let pushed = world.take(socket)
            updates += pushed.count
            for message in pushed { try book.take(message) }
            let query = "category=\(category)&symbol=BTCUSDT&limit=\(depth)"
            let answer = try world.get("market/orderbook", query)
            let result = try #require(answer["result"])
            #expect(pairs(result["b"]) == book.side(book.bids, isBuy: true), "round \(round)")
            #expect(pairs(result["a"]) == book.side(book.asks, isBuy: false), "round \(round)")
            #expect(!book.bids.isEmpty && book.bids.count <= depth)
            if depth == 1000 { #expect(result.text("u") == String(book.update)) }
        }
        #expect(updates >= 20)
    }

    @Test func `a second listener begins with a snapshot of the same numbers`() throws {
        world.pass(milliseconds: 2000)
        let first = world.open("/v5/public/linear")
        let ask = #"{"op":"subscribe","args":["orderbook.50.BTCUSDT"]}"#
        world.say(ask, first)
        var one = Rebuilt()
        for message in world.take(first).dropFirst() { try one.take(message) }
        world.pass(milliseconds: 300)
        let second = world.open("/v5/public/linear")
        world.say(ask, second)
        var other = Rebuilt()
        for message in world.take(second).dropFirst() { try other.take(message) }
        for message in world.take(first) { try one.take(message) }
        for _ in 0..<5 {
            world.pass(milliseconds: 100)
            for message in world.take(first) { try one.take(message) }
            for message in world.take(second) { try other.take(message) }
            #expect(one.update == other.update)
            let isSame = one.bids == other.bids && one.asks == other.asks
            #expect(isSame)
        }
    }

    @Test(arguments: [(50, Int64(20)), (200, 100), (1000, 200)])
    func `updates of a depth come no closer than its interval`(
        depth: Int,
        interval: Int64
    ) throws {
        let socket = world.open("/v5/public/spot")
        world.say(#"{"op":"subscribe","args":["orderbook.\#(depth).ETHUSDT"]}"#, socket)
        _ = world.take(socket)
        for cents in 0..<40 {
            let name = cents % 2 == 0 ? "alice" : "bob"
            try world.placed("spot", "Buy", "1", at: "50.\(10 + cents)", by: name)
            world.pass(milliseconds: 10)
            if cents == 19 { world.pass(milliseconds: 1000) }
        }
        let times = world.take(socket).compactMap { Int64($0.text("ts")) }
        #expect(times.count >= 2)
        for (before, after) in zip(times, times.dropFirst()) {
            #expect(after - before >= interval)
        }
    }

    @Test func `the best level is always whole, and said again where nothing changes`() throws {
        try world.placed("spot", "Buy", "1", at: "100")
        let socket = world.open("/v5/public/spot")
        world.say(#"{"op":"subscribe","args":["orderbook.1.ETHUSDT"]}"#, socket)
        _ = world.take(socket)
        for _ in 0..<31 { world.pass(milliseconds: 100) }
        let again = world.take(socket)
        #expect(again.map { $0.text("type") } == ["snapshot"])
        try world.placed("spot", "Buy", "1", at: "101")
        world.pass(milliseconds: 10)
        let better = try #require(world.take(socket).last)
        #expect(better.text("type") == "snapshot")
        #expect(pairs(better["data"]?["b"]) == [["101.00", "1.000"]])
        let numbers = [again.first, better].map { $0?["data"]?.text("u") ?? "" }
        #expect(Int64(numbers[1]) == Int64(numbers[0]).map { $0 + 1 })
    }

    @Test func `trades are told with their taker, and with ticks on contracts only`() throws {
        let linear = world.open("/v5/public/linear")
        let spot = world.open("/v5/public/spot")
        for socket in [linear, spot] {
            world.say(#"{"op":"subscribe","args":["publicTrade.ETHUSDT"]}"#, socket)
            _ = world.take(socket)
        }
        for price in ["100", "101", "101", "99", "99"] {
            try world.trade("linear", at: price)
            world.pass(milliseconds: 250)
        }
        let told = world.take(linear).flatMap(\.rows)
        #expect(told.map { $0.text("p") } == ["100.00", "101.00", "101.00", "99.00", "99.00"])
        #expect(
            told.map { $0.text("L") }
                == ["PlusTick", "PlusTick", "ZeroPlusTick", "MinusTick", "ZeroMinusTick"]
        )
        #expect(told.allSatisfy { $0.text("S") == "Buy" })
        try world.trade("spot", at: "100")
        let row = try #require(world.take(spot).first?.rows.first)
        #expect(row["L"] == nil)
        #expect(row.text("i").utf8.count == 19)
    }

    @Test func `tickers of contracts merge to what the list says, those of spot are whole`() throws
    {
        world.pass(milliseconds: 2000)
        let socket = world.open("/v5/public/linear")
        world.say(#"{"op":"subscribe","args":["tickers.BTCUSDT"]}"#, socket)
        var merged: [String: String] = [:]
        var types: [String] = []
        func merge() {
            for message in world.take(socket) {
                guard case .object(let members)? = message["data"] else { continue }
                types.append(message.text("type"))
                for (key, value) in members { merged[key] = value.word }
            }
        }
        merge()
        for _ in 0..<20 {
            world.pass(milliseconds: 100)
            merge()
        }
        #expect(types.first == "snapshot")
        #expect(types.dropFirst().allSatisfy { $0 == "delta" } && types.count > 5)
        let ticker = try world.get("market/tickers", "category=linear&symbol=BTCUSDT").list[0]
        guard case .object(let members) = ticker else { return }
        var compared = 0
        for (key, value) in members where merged[key] != nil {
            #expect(merged[key] == value.word, "\(key)")
            compared += 1
        }
        #expect(compared >= 20)
        let spot = world.open("/v5/public/spot")
        world.say(#"{"op":"subscribe","args":["tickers.BTCUSDT"]}"#, spot)
        world.pass(milliseconds: 1000)
        let whole = world.take(spot).dropFirst()
        #expect(whole.count >= 2)
        #expect(whole.allSatisfy { $0.text("type") == "snapshot" })
        #expect(whole.allSatisfy { !($0["data"]?.text("lastPrice") ?? "").isEmpty })
    }
}
