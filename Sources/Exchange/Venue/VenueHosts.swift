/// Where a market of a venue is reached.
public struct VenueHosts: Hashable, Sendable {
    /// REST, without a path, as `https://api.bybit.com`.
    public var rest: String
    /// Streams, without a path, as `wss://stream.bybit.com`.
    public var streams: String
    /// Binance's WebSocket API for its user data; the same as ``streams`` elsewhere.
    public var socketAPI: String

    /// Names hosts.
    public init(rest: String, streams: String, socketAPI: String? = nil) {
        self.rest = rest
        self.streams = streams
        self.socketAPI = socketAPI ?? streams
    }

    /// Everything on one address, as `127.0.0.1:8080`, as the local exchange has it.
    public static func local(_ address: String) -> VenueHosts {
        VenueHosts(rest: "http://" + address, streams: "ws://" + address)
    }

    /// The hosts of a market.
    ///
    /// Sources: Bybit's v5 guide ("Integration Guidance" and "Connect"); Binance's spot
    /// documentation (`testnet/general-info.md`) and its USD-M documentation, whose streams were
    /// split by path on 2026-04-23.
    public static func of(_ market: VenueMarket, isTestnet: Bool) -> VenueHosts {
        switch (market, isTestnet) {
        case (.bybitSpot, false), (.bybitLinear, false):
            VenueHosts(rest: "https://api.bybit.com", streams: "wss://stream.bybit.com")
        case (.bybitSpot, true), (.bybitLinear, true):
            VenueHosts(
                rest: "https://api-testnet.bybit.com",
                streams: "wss://stream-testnet.bybit.com"
            )
        case (.binanceSpot, false):
            VenueHosts(
                rest: "https://api.binance.com",
                streams: "wss://stream.binance.com",
                socketAPI: "wss://ws-api.binance.com"
            )
        case (.binanceSpot, true):
            VenueHosts(
                rest: "https://testnet.binance.vision",
                streams: "wss://stream.testnet.binance.vision",
                socketAPI: "wss://ws-api.testnet.binance.vision"
            )
        case (.binanceFutures, false):
            VenueHosts(rest: "https://fapi.binance.com", streams: "wss://fstream.binance.com")
        case (.binanceFutures, true):
            VenueHosts(
                rest: "https://testnet.binancefuture.com",
                streams: "wss://fstream.binancefuture.com"
            )
        }
    }
}
