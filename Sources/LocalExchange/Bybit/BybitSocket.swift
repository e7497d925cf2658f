internal import Exchange
internal import Trading

/// A WebSocket of a client.
struct BybitSocket {
    let id: SocketID
    let kind: Kind
    /// What the venue calls the connection.
    let name: String
    /// Who has proven to be behind it.
    var account: Int?
    /// What it listens to, in order of subscribing.
    var topics: [String] = []
    /// When anything last came from it.
    var heard: Timestamp
    /// The ids of requests it has used; only ever looked into.
    var requests: Set<String> = []

    /// What it is for.
    enum Kind: Equatable {
        /// The markets of a category; `nil` for one that has none here.
        case market(VenueMarket?)
        case account
        case trade

        /// Reads the path; `nil` for one that is no stream.
        init?(path: Substring) {
            switch path {
            case "/v5/private": self = .account
            case "/v5/trade": self = .trade
            default:
                let start = "/v5/public/"
                guard path.hasPrefix(start),
                    let category = BybitCategory(rawValue: String(path.dropFirst(start.count)))
                else { return nil }
                self = .market(category.venue)
            }
        }
    }

    /// How many ids of requests are remembered before all are forgotten.
    static let requestsKept = 10_000
    /// How long the id of a request may be (docs/v5/websocket/trade/guideline).
    static let longestRequest = 36

    /// A socket from which nothing came for so long is cut.
    static let patience = TimeSpan(seconds: 600)
}

/// What can be listened to in a market.
enum BybitTopic: Equatable {
    case book(market: Int, depth: Int)
    case trades(market: Int)
    case ticker(market: Int)

    /// Reads a topic, as `orderbook.50.BTCUSDT`; `nil` for an unknown one.
    init?(_ text: String, _ venue: VenueMarket?, in house: LocalHouse) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let venue, let symbol = parts.last, let market = house.market(venue, symbol) else {
            return nil
        }
        switch (parts.first, parts.count) {
        case ("orderbook", 3):
            guard let depth = Int(parts[1]), BybitBookStream.depths.contains(depth) else {
                return nil
            }
            self = .book(market: market, depth: depth)
        case ("publicTrade", 2): self = .trades(market: market)
        case ("tickers", 2): self = .ticker(market: market)
        default: return nil
        }
    }

    /// Whether a private topic is one of the venue's, for everything or for one category.
    static func isPrivate(_ text: String) -> Bool {
        let all = ["order", "execution", "execution.fast", "position", "wallet"]
        let isWhole = all.contains(text)
        return isWhole
            || ["linear", "spot", "inverse", "option"].contains { category in
                text.hasSuffix("." + category) && text != "wallet." + category
                    && all.contains(String(text.dropLast(category.count + 1)))
            }
    }
}
