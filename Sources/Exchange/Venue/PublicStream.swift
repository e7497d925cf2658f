/// A public stream of a market: where it is and what is said to it.
public struct PublicStream: Hashable, Sendable {
    /// Path and query behind the host.
    public var target: String
    /// What is said once it is open; empty where the target says all.
    public var greeting: [String]
    /// The text of a ping; `nil` where control frames do.
    public var ping: String?
    /// Whether books come on it.
    public var carriesBooks = true
    /// The symbols it tells of.
    public var symbols: [String]

    /// The longest target; longer ones are cut off on their way, or refused.
    static let longestTarget = 1_900

    /// The streams that carry books, trades and, of contracts, mark prices.
    ///
    /// - Parameters:
    ///   - market: The market.
    ///   - symbols: The venue's symbols, as `BTCUSDT`.
    /// - Returns: The streams: for USD-M books and mark prices are on paths of their own, and where
    ///   the names of all symbols are too long for one target there are several.
    public static func streams(of market: VenueMarket, _ symbols: [String]) -> [PublicStream] {
        switch market {
        case .bybitSpot, .bybitLinear:
            let topics = symbols.flatMap { symbol in
                ["orderbook.200.\(symbol)", "publicTrade.\(symbol)", "tickers.\(symbol)"]
            }
            let category = market == .bybitSpot ? "spot" : "linear"
            return [
                PublicStream(
                    target: "/v5/public/\(category)",
                    greeting: subscriptions(topics),
                    ping: #"{"op":"ping"}"#,
                    symbols: symbols
                )
            ]
        case .binanceSpot:
            return combined("/stream", symbols, ["depth@100ms", "trade", "bookTicker"])
        case .binanceFutures:
            let kinds = ["depth@100ms", "trade", "bookTicker"]
            return combined("/public/stream", symbols, kinds)
                + combined("/market/stream", symbols, ["markPrice@1s"]).map { stream in
                    var marks = stream
                    marks.carriesBooks = false
                    return marks
                }
        }
    }

    private static func combined(
        _ path: String,
        _ symbols: [String],
        _ kinds: [String]
    ) -> [PublicStream] {
        var streams: [PublicStream] = []
        for symbol in symbols {
            let names = kinds.map { "\(symbol.lowercased())@\($0)" }.joined(separator: "/")
            if let last = streams.indices.last,
                streams[last].target.utf8.count + names.utf8.count < longestTarget
            {
                streams[last].target += "/\(names)"
                streams[last].symbols.append(symbol)
            } else {
                let target = "\(path)?streams=\(names)"
                streams.append(
                    PublicStream(target: target, greeting: [], ping: nil, symbols: [symbol])
                )
            }
        }
        return streams
    }

    /// Bybit takes at most ten topics in one request on spot, and any other number of requests.
    private static func subscriptions(_ topics: [String]) -> [String] {
        stride(from: 0, to: topics.count, by: 10).map { start in
            let part = topics[start..<min(start + 10, topics.count)]
            let list = part.map { "\"\($0)\"" }.joined(separator: ",")
            return #"{"op":"subscribe","args":[\#(list)]}"#
        }
    }
}

/// A private stream of a market: where it is and what is said to it, signed for one opening.
public struct PrivateStream: Hashable, Sendable {
    /// Whether it is on the host of Binance's WebSocket API rather than that of the streams.
    public var isSocketAPI: Bool
    /// Path and query behind the host.
    public var target: String
    /// What is said once it is open.
    public var greeting: [String]
    /// The text of a ping; `nil` where control frames do.
    public var ping: String?

    /// Makes a stream.
    public init(target: String, greeting: [String], ping: String?, isSocketAPI: Bool = false) {
        self.target = target
        self.greeting = greeting
        self.ping = ping
        self.isSocketAPI = isSocketAPI
    }
}
