import Network
import Platform

/// A server that tells of pairs in Bybit's words, while it is given turns.
final class ScanServer: NetworkServerDelegate {
    /// A pair of its market.
    struct Pair {
        var base: String
        var quote: String
        var turnover = "0"
        var last = "1"
        var isTrading = true
        var symbol: String { base + quote }
    }

    var pairs: [Pair]
    /// How many instruments are on a page.
    var pageSize = 1000
    /// What every book holds, as JSON.
    var book = (bids: #"["99","10"]"#, asks: #"["101","20"]"#)
    /// Symbols whose books it refuses.
    var refused: Set<String> = []
    /// After how many books it answers with an error of its own.
    var brokenAfter = Int.max
    /// The marks of the pages and the symbols of the books that it was asked for.
    private(set) var pages: [String] = []
    private(set) var books: [String] = []
    private let server: NetworkServer

    init(_ pairs: [Pair]) throws {
        self.pairs = pairs
        server = try NetworkServer()
        server.delegate = self
    }

    var port: Int { Int(server.port) }

    /// Forgets what it was asked, once the connections of a scan that ended are gone: what they
    /// still carried belongs to it.
    func forget() {
        let deadline = Clock.monotonic() + 10_000_000_000
        while server.connectionCount > 0, Clock.monotonic() < deadline {
            server.service(until: Clock.monotonic() + 1_000_000)
        }
        pages = []
        books = []
    }

    /// Does what there is to do.
    func turn() { server.service(until: Clock.monotonic()) }

    func received(_ request: HTTPRequest, from id: ConnectionID) {
        let (path, query) = Self.parts(request.target)
        var status = 200
        let result: String
        switch path {
        case "/v5/market/instruments-info": result = page(query["cursor"] ?? "")
        case "/v5/market/tickers": result = prices
        default:
            let symbol = query["symbol"] ?? ""
            books.append(symbol)
            if books.count > brokenAfter { status = 502 }
            if refused.contains(symbol) {
                return answer(id, 200, #"{"retCode":10001,"retMsg":"no book","result":{}}"#)
            }
            result = #"{"s":"\#(symbol)","b":[\#(book.bids)],"a":[\#(book.asks)],"ts":1,"u":1}"#
        }
        answer(id, status, #"{"retCode":0,"retMsg":"OK","result":\#(result)}"#)
    }

    func opened(_ id: ConnectionID, by request: HTTPRequest) {}
    func received(_ text: String, from id: ConnectionID) {}
    func closed(_ id: ConnectionID, _ ending: WebSocketEnding) {}

    private func answer(_ id: ConnectionID, _ status: Int, _ text: String) {
        server.answer(
            id,
            HTTPResponse(
                status: status,
                headers: [HTTPHeader("Content-Type", "application/json")],
                body: Array(text.utf8)
            )
        )
    }

    private static func parts(_ target: String) -> (path: String, query: [String: String]) {
        let halves = target.split(separator: "?", maxSplits: 1).map(String.init)
        var query: [String: String] = [:]
        for part in (halves.count > 1 ? halves[1] : "").split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            query[sides[0]] = sides.count > 1 ? sides[1] : ""
        }
        return (halves[0], query)
    }

    private func page(_ mark: String) -> String {
        pages.append(mark)
        let start = Int(mark) ?? 0
        let end = min(start + pageSize, pairs.count)
        let rows = pairs[start..<end].map { pair in
            """
            {"symbol":"\(pair.symbol)","baseCoin":"\(pair.base)","quoteCoin":"\(pair.quote)",\
            "status":"\(pair.isTrading ? "Trading" : "Closed")","lotSizeFilter":\
            {"basePrecision":"0.01","minOrderQty":"0","maxOrderQty":"100","minOrderAmt":"1"},\
            "priceFilter":{"tickSize":"0.01"}}
            """
        }
        let next = end < pairs.count ? "\(end)" : ""
        return #"{"category":"spot","list":[\#(rows.joined(separator: ","))],"#
            + #""nextPageCursor":"\#(next)"}"#
    }

    private var prices: String {
        let rows = pairs.map { pair in
            """
            {"symbol":"\(pair.symbol)","lastPrice":"\(pair.last)","bid1Price":"99",\
            "ask1Price":"101","turnover24h":"\(pair.turnover)"}
            """
        }
        return #"{"category":"spot","list":[\#(rows.joined(separator: ","))]}"#
    }
}
