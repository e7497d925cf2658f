import Exchange
import Foundation

/// Reads a generated tape the slow and obvious way and collects what breaks the venue's rules.
///
/// It shares no code with what it checks: Foundation's JSON, dictionaries, one check per rule.
struct TapeReading {
    /// The middle of the best prices and the bids' share, in percent, of the best ten ticks.
    struct Top {
        let middle: Int
        let bidShare: Int
    }

    private(set) var findings: [String] = []
    private(set) var lines = 0
    private(set) var trades = 0
    private(set) var longestWalk = 0
    private(set) var lastReceived: Int64 = 0
    private(set) var tops: [Top] = []
    private var bids: [Int: Int] = [:]
    private var asks: [Int: Int] = [:]
    private var snapshotID: Int?
    private var lastDepthID: Int?
    private var ticker: BookTicker?
    private var lastTrade: Trade?
    private var walk = 0

    var isSynchronised: Bool { !tops.isEmpty }

    init(seed: UInt64, minutes: Int) throws {
        var market = GeneratedMarket(seed: seed, minutes: minutes)
        var line: [UInt8] = []
        while market.nextLine(into: &line) { try read(line) }
    }

    private mutating func read(_ line: [UInt8]) throws {
        lines += 1
        let parts = line.split(separator: UInt8(ascii: " "))
        check(parts.count == 2 && parts[0].count == 19, "a receive time of 19 digits, then JSON")
        let received = Int64(String(decoding: parts[0], as: UTF8.self)) ?? 0
        check(received > lastReceived, "receive times increase")
        lastReceived = received
        let json = Data(parts[1])
        let decoder = JSONDecoder()
        if let snapshot = try? decoder.decode(RestSnapshot.self, from: json) {
            read(snapshot)
            return
        }
        switch try decoder.decode(Envelope<Nothing>.self, from: json).stream {
        case "genusdt@depth@100ms":
            read(try decoder.decode(Envelope<DepthUpdate>.self, from: json).data)
        case "genusdt@bookTicker":
            read(try decoder.decode(Envelope<BookTicker>.self, from: json).data)
        case "genusdt@trade":
            read(try decoder.decode(Envelope<Trade>.self, from: json).data)
        default:
            check(false, "only known streams")
        }
    }

    private mutating func read(_ snapshot: RestSnapshot) {
        check(snapshotID == nil, "one snapshot")
        check(lastDepthID != nil, "the streams begin before the snapshot")
        snapshotID = snapshot.lastUpdateId
        apply(snapshot.bids, snapshot.asks)
        check(bids.count == snapshot.bids.count, "each price once")
    }

    private mutating func read(_ update: DepthUpdate) {
        check(update.s == GeneratedMarket.symbol, "one symbol")
        check(update.U <= update.u, "U is not above u")
        if let lastDepthID { check(update.U == lastDepthID + 1, "update ids are contiguous") }
        lastDepthID = update.u
        guard let snapshotID, update.u > snapshotID else { return }
        if tops.isEmpty { check(update.U <= snapshotID + 1, "the snapshot lies in the stream") }
        apply(update.b, update.a)
        checkBook(after: update.u)
    }

    private mutating func read(_ new: BookTicker) {
        let spread = scaled(new.a) - scaled(new.b)
        check((1...5).contains(spread / 1_000_000), "the spread is 1 to 5 ticks")
        check(new.u > (ticker?.u ?? 0), "the ids of best prices increase")
        ticker = new
        lastTrade = nil
        walk = 0
    }

    private mutating func read(_ trade: Trade) {
        trades += 1
        walk += 1
        longestWalk = max(longestWalk, walk)
        check(scaled(trade.q) > 0, "a trade has a quantity")
        if let last = lastTrade {
            check(trade.m == last.m, "one order takes from one side")
            let isFurther =
                trade.m ? scaled(trade.p) < scaled(last.p) : scaled(trade.p) > scaled(last.p)
            check(isFurther, "an order walks from better prices to worse")
        } else if let ticker {
            let best = trade.m ? ticker.b : ticker.a
            check(trade.p == best, "the first trade of an order is at the best price")
        }
        if let ticker, walk == 1 {
            let resting = scaled(trade.m ? ticker.B : ticker.A)
            check(scaled(trade.q) <= resting, "a trade takes no more than rested")
        }
        lastTrade = trade
    }

    private mutating func apply(_ newBids: [[String]], _ newAsks: [[String]]) {
        for level in newBids { bids[scaled(level[0])] = present(scaled(level[1])) }
        for level in newAsks { asks[scaled(level[0])] = present(scaled(level[1])) }
    }

    private func present(_ quantity: Int) -> Int? { quantity == 0 ? nil : quantity }

    private mutating func checkBook(after id: Int) {
        guard let bid = bids.keys.max(), let ask = asks.keys.min() else {
            check(false, "the book has two sides")
            return
        }
        check(bid < ask, "the book is not crossed")
        let tick = 1_000_000
        let bidVolume = (0..<10).reduce(0) { $0 + bids[bid - $1 * tick, default: 0] }
        let askVolume = (0..<10).reduce(0) { $0 + asks[ask + $1 * tick, default: 0] }
        let share = bidVolume * 100 / (bidVolume + askVolume)
        tops.append(Top(middle: (bid + ask) / 2, bidShare: share))
        guard let ticker, ticker.u <= id else { return }
        check(
            scaled(ticker.b) == bid && scaled(ticker.a) == ask && bids[bid] == scaled(ticker.B)
                && asks[ask] == scaled(ticker.A),
            "the depth stream and the best prices agree"
        )
    }

    /// Reads a decimal with eight decimals as a whole number of 1e-8.
    private mutating func scaled(_ text: String) -> Int {
        let parts = text.split(separator: ".")
        check(parts.count == 2 && parts[1].count == 8, "decimals have eight decimals")
        return Int(parts.joined()) ?? -1
    }

    private mutating func check(_ isTrue: Bool, _ rule: String) {
        if !isTrue && findings.count < 5 { findings.append("line \(lines): \(rule)") }
    }
}

// The venue's field names.

private struct Nothing: Decodable {}

private struct Envelope<Message: Decodable>: Decodable {
    let stream: String
    let data: Message
}

private struct RestSnapshot: Decodable {
    let lastUpdateId: Int
    let bids: [[String]]
    let asks: [[String]]
}

private struct DepthUpdate: Decodable {
    let s: String
    let U: Int
    let u: Int
    let b: [[String]]
    let a: [[String]]
}

private struct BookTicker: Decodable {
    let u: Int
    let b: String
    let B: String
    let a: String
    let A: String
}

private struct Trade: Decodable {
    let p: String
    let q: String
    let m: Bool
}
